"""What the editors' form asks of the server while somebody writes."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from taggit.models import Tag

from articles import workflow, working_copies
from articles.content import newest_content
from articles.forms import typed
from articles.models import Article
from articles.rendering import clean, excerpt_of

_SUGGESTED = 12


class WritingMixin:
    """Autosave, and proposals for tags and the summary. All answer in JSON."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("autosave/", view(self.autosave), name="articles_article_autosave_new"),
            path("<int:pk>/autosave/", view(self.autosave), name="articles_article_autosave"),
            path("tags/", view(require_GET(self.tags)), name="articles_article_tags"),
            path("summary/", view(require_POST(self.summary)), name="articles_article_summary"),
            *super().get_urls(),
        ]

    def autosave(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """POST: the page is still open; with ``typed`` also what stands in it, ``drop`` throws
        away what was kept. Tells who else is at it, and whether somebody saved."""
        if request.method != "POST":
            return HttpResponse(status=405)
        article = self._written(request, pk)
        now, user = timezone.now(), request.user
        if "drop" in request.POST:
            working_copies.drop(article, user)
        elif "typed" in request.POST:
            version = request.POST.get("read_version", "")
            working_copies.keep(
                article,
                user,
                typed(request.POST, newest_content(article) if article else {}),
                read_version=int(version) if version.isdecimal() and len(version) < 9 else 0,
                at=now,
            )
        else:
            working_copies.touch(article, user, at=now)
        others = working_copies.others(article, user, at=now) if article else []
        return JsonResponse(
            {
                "at": f"{timezone.localtime(now):%H:%M}",
                "others": [str(other) for other in others],
                "version": article.lock_version if article else None,
            }
        )

    def tags(self, request: HttpRequest) -> HttpResponse:
        """Names that hold what is typed, those that begin with it first. Two queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").replace("\x00", "").strip()[:40]
        tags = Tag.objects.order_by("name").values_list("name", flat=True)
        names = list(tags.filter(name__istartswith=words)[:_SUGGESTED]) if words else []
        if words and len(names) < _SUGGESTED:
            names += tags.filter(name__icontains=words).exclude(name__in=names)[:_SUGGESTED]
        return JsonResponse({"tags": names[:_SUGGESTED]})

    def summary(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        body = request.POST.get("body", "").replace("\x00", "")
        return JsonResponse({"summary": excerpt_of(clean(body))})

    def _written(self, request: HttpRequest, pk: int | None) -> Article | None:
        """The article that this person may write; None: a new one."""
        article = None
        if pk is not None:
            article = self.get_queryset(request).filter(pk=pk).first()
            if article is None:
                raise Http404("没有这篇文章。")
        if not workflow.may_write(request.user, article):
            raise PermissionDenied
        return article
