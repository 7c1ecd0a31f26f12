"""An article at its address, in its other forms and as a preview; what stands where none is."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import conditional_page, require_safe

from articles import card, documents, workflow
from articles import preview as previews
from articles.article_notices import copyright_notice
from articles.article_page import as_it_would_be, find, page_of
from articles.cited_law import CitedLaw, cited_law
from articles.kept import kept_of, the_firm
from articles.lost import near_address
from articles.models import Article
from articles.models.article import address_of
from articles.page_versions import page_name
from articles.qr import qr_svg
from statutes.cacheable import cacheable, law_name, showing

MAX_ID = 2**63 - 1
_PREVIEW_NOTE = "预览稿，还没有发布。这个链接几天之后失效。"


def _public(pk: int) -> Article:
    """What readers may see, the whole of it. Raises Http404."""
    rows = Article.objects.published()
    rows = rows.select_related("category__parent", "category__notice", "author")
    article = rows.filter(pk=pk).first() if pk <= MAX_ID else None
    if article is None:
        raise Http404("没有这篇文章。")
    return article


@cacheable()
@require_safe
def article(request: HttpRequest, pk: int) -> HttpResponse:
    kept = kept_of(request)
    found = find(pk, site=kept.site) if pk <= MAX_ID else None
    if found is None:
        if _is_withdrawn(pk):
            return withdrawn(request)
        raise Http404("没有这篇文章。")
    page = page_of(found, kept=kept, request=request)
    return showing(HttpResponse(page.html), *page.names)


def _is_withdrawn(pk: int) -> bool:
    withdrawn = Article.objects.filter(pk=pk, state=Article.State.WITHDRAWN)
    return pk <= MAX_ID and withdrawn.exists()


def withdrawn(request: HttpRequest) -> HttpResponse:
    """Nothing of it is told, not even where it stood; the newest articles instead."""
    context = {"near": near_address("")}
    return render(request, "articles/withdrawn.html", context, status=410)


def _of_the_page(response: HttpResponse, article: Article, law: CitedLaw) -> HttpResponse:
    """Another form of an article's page, which is the one to be found."""
    permalink = settings.SITE_URL + article.get_absolute_url()
    response["Link"] = f'<{permalink}>; rel="canonical"'
    response["X-Robots-Tag"] = "noindex"
    return showing(response, page_name(article.pk), *map(law_name, law.statutes))


@cacheable()
@conditional_page
@require_safe
def article_json(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = _public(pk), timezone.localdate()
    law = cited_law(found, on=on)
    data = documents.as_json(found, law=law, on=on)
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    return _of_the_page(response, found, law)


@cacheable()
@conditional_page
@require_safe
def article_markdown(request: HttpRequest, pk: int) -> HttpResponse:
    found, on = _public(pk), timezone.localdate()
    permalink = settings.SITE_URL + found.get_absolute_url()
    notice = copyright_notice(found, the_firm(), permalink)
    law = cited_law(found, on=on)
    text = documents.as_markdown(found, law=law, on=on, notice=notice)
    response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    return _of_the_page(response, found, law)


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


@cacheable()
@require_safe
def article_qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a page as a QR code, whether there is such a page or not."""
    if pk > MAX_ID:
        raise Http404("没有这个页面。")
    picture = qr_svg(settings.SITE_URL + address_of(pk))
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return showing(response)


@require_safe
def old_address(request: HttpRequest, pk: str, path: str) -> HttpResponse:
    """An address of the firm's earlier sites that ends in an article's id. What an editor has
    redirected goes where they said: see RedirectFallbackMiddleware."""
    is_known = Article.objects.published().filter(pk=pk).exists() or _is_withdrawn(int(pk))
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
            kept = kept_of(request)
            page = page_of(
                as_it_would_be(found, site=kept.site),
                kept=kept,
                request=request,
                preview_note="" if "bare" in request.GET else _PREVIEW_NOTE,
            )
            response = HttpResponse(page.html)
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
