"""/statutes/ and what is under it."""

from django.urls import path, register_converter
from django.views.decorators.http import conditional_page

from statutes import views
from statutes.feeds import library_feed
from statutes.numerals import clause_key, parse_clause_key


class ClauseKeyConverter:
    """675 or 133-1 ↔ (number, branch)."""

    regex = "[1-9][0-9]{0,3}(?:-[1-9][0-9]?)?"

    def to_python(self, value: str) -> tuple[int, int]:
        return parse_clause_key(value)

    def to_url(self, value: tuple[int, int] | str) -> str:
        return value if isinstance(value, str) else clause_key(*value)


register_converter(ClauseKeyConverter, "clause")

app_name = "statutes"
urlpatterns = [
    path("", views.statute_list, name="list"),
    path("feed/", conditional_page(library_feed), name="feed"),
    path("<slug:slug>/", views.statute, name="statute"),
    path("<slug:slug>/versions/", views.versions, name="versions"),
    path("<slug:slug>/compare/", views.compare, name="compare"),
    path("<slug:slug>/<clause:key>/", views.clause, name="clause"),
]
