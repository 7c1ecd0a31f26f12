"""Public lists of articles: home, category, tag, author, year and month."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import terms
from articles.kept import the_firm
from articles.models import Article, Author, Category, Firm, Term
from articles.page_versions import HOME
from articles.paging import Page, page_in, page_of, page_under
from articles.structured_data import (
    Crumbs,
    crumbs_node,
    crumbs_of,
    firm_node,
    graph,
    site_node,
)
from statutes.cacheable import cacheable, showing
from statutes.structured_data import as_script

Kind = Term.Kind
_HOME = ("首页", reverse_lazy("home"))
_ARCHIVE = ("文章归档", reverse_lazy("archive"))


@cacheable("after")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().for_list()
    page = page_of(articles, request.GET.get("after"))
    firm = the_firm()
    context = {
        "firm": firm,
        "page": page,
        "sections": _sections(firm) if page.is_first else [],
        "structured_data": as_script(graph(firm_node(firm), site_node(firm))),
    }
    return showing(render(request, "articles/home.html", context), HOME)


def _list(
    request: HttpRequest, template: str, crumbs: Crumbs, *names: str, **context
) -> HttpResponse:
    """A list's page: its heading is the last crumb, unless the context has another. ``names``: what
    it shows, as ``page_versions`` has them."""
    data = as_script(graph(crumbs_node(crumbs)))
    name = crumbs[-1][0]
    common = {"crumbs": crumbs, "heading": name, "feed_title": name, "structured_data": data}
    return showing(render(request, template, common | context), *names)


def _sections(firm: Firm) -> list[tuple[Category, list[Article]]]:
    """The categories that the firm puts on its home page, each with its newest articles. Two
    queries, and one for each that has none under it."""
    if firm.pk is None:
        return []
    size = firm.home_section_size
    sections = [
        (one, page_in(one, None, per_page=size).articles)
        for one in firm.home_sections.prefetch_related("children")
    ]
    return [section for section in sections if section[1]]


@cacheable("after")
@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Category.objects.select_related("parent").prefetch_related("children")
    found = get_object_or_404(rows, slug=slug)
    children = list(found.children.all())
    names = {terms.name_of(Kind.CATEGORY, one.pk): one for one in (found, *children)}
    counts = terms.public_counts(names)
    return _list(
        request,
        "articles/category.html",
        crumbs_of(found),
        *names,
        category=found,
        description=found.description or f"{found.name}方面的文章",
        children=[(one, counts.get(name, 0)) for name, one in names.items() if one is not found],
        page=page_in(found, request.GET.get("after")),
        count=sum(counts.values()),
        feed=reverse("category_feed", args=[found.slug]),
    )


def the_tag(slug: str) -> Tag:
    """Raises Http404."""
    if "\x00" in slug:  # PostgreSQL refuses it as text
        raise Http404("没有这个标签。")
    return get_object_or_404(Tag, slug=slug)


@cacheable("after")
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = the_tag(slug)
    name = terms.name_of(Kind.TAG, found.pk)
    term, count = terms.public_under(name)
    return _list(
        request,
        "articles/list.html",
        [_HOME, (f"标签：{found.name}", reverse("tag", args=[found.slug]))],
        name,
        heading=found.name,
        description=f"关于“{found.name}”的文章",
        page=shown(page_under(term, request.GET.get("after"))),
        count=count,
        feed=reverse("tag_feed", args=[found.slug]),
    )


@cacheable("after")
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Author, slug=slug)
    articles = Article.objects.published().filter(author=found).for_list()
    name = terms.name_of(Kind.AUTHOR, found.pk)
    return _list(
        request,
        "articles/author.html",
        [_HOME, (f"{found.name}律师", found.get_absolute_url())],
        name,
        author=found,
        description=f"{found.name}律师的文章",
        page=shown(page_of(articles, request.GET.get("after"))),
        count=terms.public_counts([name]).get(name, 0),
        feed=reverse("author_feed", args=[found.slug]),
    )


@cacheable()
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    years: dict[int, dict[int, int]] = {}
    for (year, month), count in terms.public_months().items():
        years.setdefault(year, {})[month] = count
    found = [(year, sum(months.values()), months) for year, months in years.items()]
    crumbs = [_HOME, _ARCHIVE]
    return _list(
        request, "articles/archive.html", crumbs, HOME, years=found, description="按年月查找文章"
    )


@cacheable("after")
@require_safe
def archive_year(request: HttpRequest, year: str) -> HttpResponse:
    return _archive(request, int(year), None)


@cacheable("after")
@require_safe
def archive_month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    """/archive/2025/7/ and /07/ are one page."""
    if len(month) == 1:
        return redirect("archive_month", year, f"0{month}", permanent=True)
    return _archive(request, int(year), int(month))


def _archive(request: HttpRequest, year: int, month: int | None) -> HttpResponse:
    """A time in Shanghai; one without articles is no page."""
    months = {key[1]: n for key, n in terms.public_months().items() if key[0] == year}
    count = sum(months.values()) if month is None else months.get(month, 0)
    if not count:
        raise Http404("这段时间没有文章。")
    start = dt.datetime(year, month or 1, 1, tzinfo=timezone.get_default_timezone())
    end = (start + dt.timedelta(days=32 if month else 366)).replace(day=1)
    articles = Article.objects.published().filter(published_at__gte=start, published_at__lt=end)
    crumbs = [_HOME, _ARCHIVE, (f"{year} 年", reverse("archive_year", args=[year]))]
    if month:
        here = reverse("archive_month", args=[year, f"{month:02}"])
        crumbs.append((f"{month} 月", here))
    words = f"{year} 年{f' {month} 月' if month else ''}"
    return _list(
        request,
        "articles/archive_list.html",
        crumbs,
        HOME,
        heading=f"{words}的文章",
        description=f"{words}发布的文章",
        year=year,
        month=month,
        months=months,
        count=count,
        page=page_of(articles.for_list(), request.GET.get("after")),
    )


def shown(page: Page) -> Page:
    """A first page of nothing is no page: neither tag nor lawyer is named before it is public."""
    if page.is_first and not page.articles:
        raise Http404("这里还没有文章。")
    return page
