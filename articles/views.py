"""The public page of an article, its other forms, and what stands in for one that isn't there."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import conditional_page, require_safe
from taggit.models import Tag

from articles import card, documents, related, terms, workflow
from articles import preview as previews
from articles.article_notices import copyright_notice
from articles.cited_law import CitedLaw, cited_law
from articles.context_processors import the_firm
from articles.lost import near_address
from articles.models import Article, Related, Term
from articles.qr import qr_svg
from articles.slots import fill_slots
from articles.structured_data import article_graph, crumbs_of
from statutes.structured_data import as_script

Kind = Term.Kind
MAX_ID = 2**63 - 1
# Characters a minute: an adult's speed at plain Chinese prose.
_READING_SPEED = 400
_MOST_SHARED = 3
# Of the contents: the deepest heading that is named, and the fewest headings.
_DEEPEST, _FEWEST = 3, 2
_TEXT_SIZES = [("small", "小"), ("", "中"), ("large", "大")]


def readable() -> QuerySet[Article]:
    """What readers may see, with all that the page shows of the article itself."""
    return (
        Article.objects.published()
        .select_related("category__parent", "category__notice", "author")
        .annotate(stored_related=related.stored_of(OuterRef("pk")))
    )


@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    found = readable().filter(pk=pk).first() if pk <= MAX_ID else None
    if found is None and pk <= MAX_ID and _is_withdrawn(pk):
        return withdrawn(request)
    if found is None:
        raise Http404("没有这篇文章。")
    rows = related.read(found.pk, found.stored_related)
    return article_page(request, found, rows)


def article_page(request: HttpRequest, found: Article, rows: list[Related], **more) -> HttpResponse:
    """An article as its readers get it; ``more`` is for previews."""
    firm = the_firm()
    law = cited_law(found, on=timezone.localdate())
    tags = list(found.tags.all())
    newer, older, beside = _beside(found, rows if firm.shows_related else [])
    permalink = settings.SITE_URL + found.get_absolute_url()
    picture = _social_picture(found)
    names = [tag.name for tag in tags]
    data = article_graph(found, firm=firm, law=law, tags=names, picture=picture.get("url", ""))
    context = {
        "firm": firm,
        "article": found,
        "body": fill_slots(found.rendered, law.links),
        # 0: not known.
        "minutes": max(1, round(found.length / _READING_SPEED)) if found.length else 0,
        "law": law,
        "updates": found.updates[::-1],
        "contents": _contents(found),
        "crumbs": crumbs_of(found.category),
        "text_sizes": _TEXT_SIZES,
        "tags": tags,
        "newer": newer,
        "older": older,
        "related": _with_what_is_shared(beside, tags, law),
        "permalink": permalink,
        "qr": qr_svg(permalink),
        "picture": picture,
        "structured_data": as_script(data),
        "canonical": permalink,
        **more,
    }
    return render(request, "articles/article.html", context)


def _is_withdrawn(pk: int) -> bool:
    return Article.objects.filter(pk=pk, state=Article.State.WITHDRAWN).exists()


def withdrawn(request: HttpRequest) -> HttpResponse:
    """Nothing of it is told, not even where it stood; the newest articles instead."""
    context = {"near": near_address("")}
    return render(request, "articles/withdrawn.html", context, status=410)


def _contents(found: Article) -> list[dict]:
    """Its h2 and h3; [] where there are too few to be found by."""
    items = [item for item in found.contents if item["level"] <= _DEEPEST]
    return items if len(items) >= _FEWEST else []


def _social_picture(found: Article) -> dict:
    """What a shared link shows: the cover, or the drawn card; {} where there is neither."""
    if found.cover:
        size = {"width": found.cover_width, "height": found.cover_height}
        return {"url": settings.SITE_URL + found.cover.url, **size}
    if card.font_file() is None:
        return {}
    width, height = card.SIZE
    address = settings.SITE_URL + reverse("article_card", args=[found.pk])
    return {"url": address, "width": width, "height": height}


def _public(pk: int) -> Article:
    """Raises Http404."""
    found = Article.objects.published().select_related(
        "category__parent", "category__notice", "author"
    )
    article = found.filter(pk=pk).first() if pk <= MAX_ID else None
    if article is None:
        raise Http404("没有这篇文章。")
    return article


def _of_the_page(response: HttpResponse, article: Article) -> HttpResponse:
    """Another form of an article's page, which is the one to be found."""
    permalink = settings.SITE_URL + article.get_absolute_url()
    response["Link"] = f'<{permalink}>; rel="canonical"'
    response["X-Robots-Tag"] = "noindex"
    return response


@conditional_page
@require_safe
def article_json(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = _public(pk), timezone.localdate()
    data = documents.as_json(found, law=cited_law(found, on=on), on=on)
    return _of_the_page(JsonResponse(data, json_dumps_params={"ensure_ascii": False}), found)


@conditional_page
@require_safe
def article_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = _public(pk), timezone.localdate()
    permalink = settings.SITE_URL + found.get_absolute_url()
    notice = copyright_notice(found, the_firm(), permalink)
    text = documents.as_markdown(found, law=cited_law(found, on=on), on=on, notice=notice)
    return _of_the_page(HttpResponse(text, content_type="text/markdown; charset=utf-8"), found)


@conditional_page
@require_safe
def article_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a shared link."""
    if card.font_file() is None:
        raise Http404("没有可用的中文字体。")
    found, firm = _public(pk), the_firm()
    picture = card.draw(found.title, firm=firm.name or "律文", section=found.category.name)
    response = HttpResponse(picture, content_type="image/png")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def old_address(request: HttpRequest, pk: str, path: str) -> HttpResponse:
    """An address of the firm's earlier sites that ends in an article's id. What an editor has
    redirected goes where they said: see RedirectFallbackMiddleware."""
    is_known = Article.objects.published().filter(pk=pk).exists() or _is_withdrawn(pk)
    if not is_known or Redirect.objects.filter(old_path=request.get_full_path()).exists():
        raise Http404("没有这个页面。")
    return redirect("article", int(pk), permanent=True)


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
            rows = related.as_it_would_be(found)
            response = article_page(request, found, rows, is_preview=not bare)
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it on pages that name no icon, the admin's."""
    return redirect(static("img/icon.svg"))  # its name changes with its content


@require_safe
def indexnow_key(request: HttpRequest) -> HttpResponse:
    """The proof that the key is this site's (https://www.indexnow.org/documentation)."""
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404 page; of the site's own pages, not of the desk's, articles near the words asked for."""
    is_desk = request.path.startswith(reverse("admin:index"))
    context = {"near": None if is_desk else near_address(request.path)}
    return render(request, "404.html", context, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 400 page, with the reason where it was meant for the reader."""
    reason = str(exception) if type(exception).__name__ == "BadRequest" else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def _beside(
    article: Article, rows: list[Related]
) -> tuple[Article | None, Article | None, list[tuple[Article, Related]]]:
    """What the page leads on to: the next newer and the next older article of the category, and
    those related, the best first, as many as are shown. One query."""
    public = Article.objects.published()
    siblings = public.filter(category=article.category_id).order_by()
    at, pk = article.published_at, article.pk
    # The first condition is in the others: it tells the index where to begin.
    newer = siblings.filter(published_at__gte=at).exclude(published_at=at, pk__lte=pk)
    older = siblings.filter(published_at__lte=at).exclude(published_at=at, pk__gte=pk)
    wanted = (
        Q(pk__in=[row.other_id for row in rows])
        | Q(pk=Subquery(newer.order_by("published_at", "pk").values("pk")[:1]))
        | Q(pk=Subquery(older.order_by("-published_at", "-pk").values("pk")[:1]))
    )
    found = {one.pk: one for one in public.filter(wanted).for_list()}
    near = {
        (o.published_at, o.pk): o for o in found.values() if o.category_id == article.category_id
    }
    after, before = [key for key in near if key > (at, pk)], [key for key in near if key < (at, pk)]
    shown = [(found[row.other_id], row) for row in rows if row.other_id in found]
    return (
        near.get(min(after, default=None)),
        near.get(max(before, default=None)),
        shown[: related.SHOWN],
    )


def _with_what_is_shared(
    beside: list[tuple[Article, Related]], tags: list[Tag], law: CitedLaw
) -> list[Article]:
    """The related articles, each with what it shares as ``shared``: tags and clauses in words, the
    rarest first."""
    words = {terms.name_of(Kind.TAG, tag.pk): tag.name for tag in tags}
    words |= {terms.clause_name(entry.clause): str(entry.clause) for entry in law.entries}
    for article, row in beside:
        names = [words[name] for name in row.shared.split() if name in words]
        article.shared = names[:_MOST_SHARED]
    return [article for article, _ in beside]
