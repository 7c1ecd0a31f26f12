"""Public lists of articles: home, category, tag, author, year and month."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import terms
from articles.context_processors import the_firm
from articles.models import Article, Author, Category, Firm, Term
from articles.paging import Page, page_in, page_of, page_under

Kind = Term.Kind


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published().for_list()
    page = page_of(articles, request.GET.get("after"))
    firm = the_firm()
    context = {"firm": firm, "page": page, "sections": _sections(firm) if page.is_first else []}
    return render(request, "articles/home.html", context)


def _sections(firm: Firm) -> list[tuple[Category, list[Article]]]:
    """The categories that the firm puts on its home page, each with its newest articles. A query,
    and three or more for each."""
    if firm.pk is None:
        return []
    size = firm.home_section_size
    sections = [
        (one, page_in(one, None, per_page=size).articles) for one in firm.home_sections.all()
    ]
    return [section for section in sections if section[1]]


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Category.objects.select_related("parent"), slug=slug)
    children = [] if found.parent_id else list(found.children.all())
    names = {terms.name_of(Kind.CATEGORY, one.pk): one for one in (found, *children)}
    counts = terms.public_counts(names)
    context = {
        "category": found,
        "children": [(one, counts.get(name, 0)) for name, one in names.items() if one is not found],
        "page": page_in(found, request.GET.get("after")),
        "count": sum(counts.values()),
        "feed": reverse("category_feed", args=[found.slug]),
    }
    return render(request, "articles/category.html", context)


def the_tag(slug: str) -> Tag:
    """Raises Http404."""
    if "\x00" in slug:  # PostgreSQL refuses it as text
        raise Http404("没有这个标签。")
    return get_object_or_404(Tag, slug=slug)


def term_of(kind: Kind, key: object) -> int | None:
    return Term.objects.filter(kind=kind, key=key).values_list("pk", flat=True).first()


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = the_tag(slug)
    name = terms.name_of(Kind.TAG, found.pk)
    context = {
        "tag": found,
        "page": shown(page_under(term_of(Kind.TAG, found.pk), request.GET.get("after"))),
        "count": terms.public_counts([name]).get(name, 0),
        "feed": reverse("tag_feed", args=[found.slug]),
    }
    return render(request, "articles/tag.html", context)


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Author, slug=slug)
    articles = Article.objects.published().filter(author=found).for_list()
    name = terms.name_of(Kind.AUTHOR, found.pk)
    context = {
        "author": found,
        "page": shown(page_of(articles, request.GET.get("after"))),
        "count": terms.public_counts([name]).get(name, 0),
        "feed": reverse("author_feed", args=[found.slug]),
    }
    return render(request, "articles/author.html", context)


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    years: dict[int, dict[int, int]] = {}
    for (year, month), count in terms.public_months().items():
        years.setdefault(year, {})[month] = count
    found = [(year, sum(months.values()), months) for year, months in years.items()]
    return render(request, "articles/archive.html", {"years": found})


@require_safe
def archive_year(request: HttpRequest, year: str) -> HttpResponse:
    return _archive(request, int(year), None)


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
    page = page_of(articles.for_list(), request.GET.get("after"))
    context = {"year": year, "month": month, "months": months, "count": count, "page": page}
    return render(request, "articles/archive_list.html", context)


def shown(page: Page) -> Page:
    """A first page of nothing is no page: neither tag nor lawyer is named before it is public."""
    if page.is_first and not page.articles:
        raise Http404("这里还没有文章。")
    return page
