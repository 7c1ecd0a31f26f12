"""Public pages of the writing."""

from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import preview as previews
from articles import workflow
from articles.cited_law import cited_law
from articles.context_processors import the_firm
from articles.models import Article, Category, Firm
from articles.paging import page_of
from articles.qr import qr_svg
from articles.related import related_articles
from articles.slots import fill_slots

MAX_ID = 2**63 - 1


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().for_list()
    page = page_of(articles, request.GET.get("after"))
    firm = the_firm()
    context = {"firm": firm, "page": page, "sections": _sections(firm) if page.is_first else []}
    return render(request, "articles/home.html", context)


def _sections(firm: Firm) -> list[tuple[Category, list[Article]]]:
    """The categories that the firm puts on its home page, each with its newest articles. A query,
    and one for each."""
    if firm.pk is None:
        return []
    public = Article.objects.published()
    sections = [
        (one, list(public.in_category(one).for_list().newest_first()[: firm.home_section_size]))
        for one in firm.home_sections.all()
    ]
    return [section for section in sections if section[1]]


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Category.objects.select_related("parent"), slug=slug)
    articles = Article.objects.published().in_category(found).for_list()
    context = {
        "category": found,
        "children": [] if found.parent_id else list(found.children.all()),
        "page": page_of(articles, request.GET.get("after")),
    }
    return render(request, "articles/category.html", context)


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    if "\x00" in slug:  # PostgreSQL refuses it as text
        raise Http404("没有这个标签。")
    found = get_object_or_404(Tag, slug=slug)
    articles = Article.objects.published().filter(tagged__tag=found).for_list()
    page = page_of(articles, request.GET.get("after"))
    if not page.articles and page.is_first:  # a tag of nothing published is no page
        raise Http404("没有这个标签的文章。")
    return render(request, "articles/tag.html", {"tag": found, "page": page})


@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    if pk > MAX_ID:
        raise Http404("没有这篇文章。")
    readable = Article.objects.published().select_related(
        "category__parent", "category__notice", "author"
    )
    found = readable.filter(pk=pk).first()
    if found is None and Article.objects.filter(pk=pk, state=Article.State.WITHDRAWN).exists():
        return render(request, "articles/withdrawn.html", status=410)
    if found is None:
        raise Http404("没有这篇文章。")
    return article_page(request, found)


def article_page(request: HttpRequest, found: Article, **more) -> HttpResponse:
    """An article as its readers get it; ``more`` is for previews."""
    firm = the_firm()
    law = cited_law(found, on=timezone.localdate())
    newer, older = _neighbours(found)
    context = {
        "firm": firm,
        "article": found,
        "body": fill_slots(found.rendered, law.links),
        "law": law,
        "updates": found.updates[::-1],
        "tags": found.tags.all(),
        "newer": newer,
        "older": older,
        "related": related_articles(found) if firm.shows_related else [],
        "permalink": settings.SITE_URL + found.get_absolute_url(),
        "qr": qr_svg(settings.SITE_URL + found.get_absolute_url()),
        **more,
    }
    return render(request, "articles/article.html", context)


@require_safe
@csp_replace({"frame-ancestors": ["'self'"]})  # the desk shows it in frames
@xframe_options_sameorigin
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """A revision as readers would see it, for whoever has the link. Never cached or indexed, and
    the link is told to nobody."""
    try:
        revision = previews.revision_at(token)
    except previews.Expired:
        response = render(request, "articles/preview_over.html", status=410)
    except previews.Invalid as error:
        raise Http404("没有这个预览。") from error
    else:
        with workflow.as_if_published(revision) as found:
            found.noindex = True
            bare = "bare" in request.GET
            response = article_page(request, found, is_preview=not bare)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it on pages that name no icon, the admin's."""
    return redirect(static("img/icon.svg"))  # its name changes with its content


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page, with the reason where it was meant for the reader."""
    reason = str(exception) if type(exception).__name__ == "BadRequest" else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def _neighbours(article: Article) -> tuple[Article | None, Article | None]:
    """The next newer and the next older article of the same category. One query."""
    siblings = Article.objects.published().filter(category=article.category_id)
    at, pk = article.published_at, article.pk
    newer = siblings.filter(Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk))
    older = siblings.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk))
    found = Article.objects.filter(
        Q(pk=Subquery(newer.order_by("published_at", "pk").values("pk")[:1]))
        | Q(pk=Subquery(older.order_by("-published_at", "-pk").values("pk")[:1]))
    ).only("title", "published_at")
    by_side = {(near.published_at, near.pk) > (at, pk): near for near in found}
    return by_side.get(True), by_side.get(False)
