"""The panel beside the body: its citations checked and mended, and clauses to insert."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from articles.citation_check import check_citations
from articles.ids import id_in
from articles.markup import plain
from articles.mending import MendError, mends, work_out
from articles.models import Article
from articles.rendering import clean
from articles.sentences import Sentence, sentence_of
from statutes.clause_search import find_clauses

_FOLDER = "admin/articles/article"


class PanelMixin:
    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        check, mend = view(require_POST(self.citations)), view(require_POST(self.mend))
        return [
            path("citations/", check, name="articles_article_citations_new"),
            path("<int:pk>/citations/", check, name="articles_article_citations"),
            path("citations/mend/", mend, name="articles_article_mend_new"),
            path("<int:pk>/citations/mend/", mend, name="articles_article_mend"),
            path("clauses/", view(require_GET(self.clauses)), name="articles_article_clauses"),
            *super().get_urls(),
        ]

    def citations(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The list of what the posted body cites, as HTML."""
        article = self._written(request, pk)
        checked = check_citations(_body(request), article=article, on=timezone.localdate())
        context = {
            "rows": [(one, mends(one)) for one in checked],
            "serious": sum(one.level == "serious" for one in checked),
            "to_look_at": sum(one.level == "look" for one in checked),
            "at": timezone.localtime(),
        }
        return render(request, f"{_FOLDER}/_citations.html", context)

    def mend(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What a mend would make of the posted body: {"body": HTML, "shown": the change as HTML};
        or {"error": why not}."""
        article = self._written(request, pk)
        index, clause = id_in(request.POST.get("index", "")), id_in(request.POST.get("clause", ""))
        kind = request.POST.get("kind", "")
        try:
            change = work_out(
                _body(request),
                index or 0,
                (kind, clause),
                article=article,
                on=timezone.localdate(),
            )
        except MendError as error:
            return JsonResponse({"error": f"{error}。"})
        shown = render_to_string(f"{_FOLDER}/_mend.html", {"change": change})
        return JsonResponse({"body": change.body, "shown": shown})

    def clauses(self, request: HttpRequest) -> HttpResponse:
        """Clauses of today's law by 民法典675 or words of theirs, as HTML."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        hits = find_clauses(request.GET.get("q", ""), on=timezone.localdate())
        return render(request, f"{_FOLDER}/_clauses.html", {"hits": hits})

    def sentence_asked_for(self, request: HttpRequest, article: Article | None) -> Sentence | None:
        """``?at=<citation>``: where the editor is to stand when the form opens."""
        asked = id_in(request.GET.get("at", ""))
        if article is None or asked is None:
            return None
        citation = article.citations.filter(pk=asked).first()
        return citation and sentence_of(citation, plain(article.body))


def _body(request: HttpRequest) -> str:
    return clean(request.POST.get("body", "").replace("\x00", ""))
