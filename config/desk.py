"""The editors' desk: Django's admin under our name, its tables in the order of the day's work."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

_ORDER = [
    *("Article", "Citation", "Picture", "Category", "Tag"),
    *("Author", "CopyrightNotice", "Firm", "Redirect", "Outbox"),
    *("Statute", "Version", "Clause", "Correspondence"),
    *("User", "Group"),
]
_PLACES = {name: place for place, name in enumerate(_ORDER)}


class Desk(AdminSite):
    site_header = site_title = "律文"
    index_title = "编辑台"

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        from articles.admin.front import front_page  # this module is read before the models are

        context = front_page(request.user, on=timezone.localdate())
        return super().index(request, context | (extra_context or {}))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict]:
        """As Django's; tags and redirects stand with the articles."""
        apps = self._build_app_dict(request, app_label)
        for guest in ("taggit", "redirects"):
            if "articles" in apps and guest in apps:
                apps["articles"]["models"] += apps.pop(guest)["models"]

        def place(model: dict) -> int:
            return _PLACES.get(model["object_name"], len(_PLACES))

        for app in apps.values():
            app["models"].sort(key=place)
        return sorted(apps.values(), key=lambda app: place(app["models"][0]))
