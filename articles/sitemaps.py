"""The sitemap: an index, a file for each range of ids, one for the lists and one for the law.

https://www.sitemaps.org/protocol.html. Ranges of ids, so that no file is ever walked to find where
another one begins, and no article moves from file to file.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from taggit.models import Tag

from articles import terms
from articles.models import Article, Author, Category, Term
from articles.models.article import address_of
from statutes.models import Statute

Kind = Term.Kind
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
# A file may hold 50,000.
_MOST_TAGS = 40_000
_Entry = tuple[str, dt.datetime | None]  # path, last change where it is known


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Of ranges of which readers see something: two queries and one."""
    ranges = Term.objects.filter(kind=Kind.RANGE, count__gt=0)
    changed = {str(row): row.changed_at for row in ranges}
    counts = terms.public_counts(changed)
    became_due = _became_due(timezone.now())
    entries: list[_Entry] = [
        (reverse("sitemap_lists"), None),
        (reverse("sitemap_statutes"), None),
    ]
    for number, name in sorted((int(name.partition(":")[2]), name) for name in counts):
        lastmod = max(changed[name], became_due.get(number, changed[name]))
        entries.append((reverse("sitemap_articles", args=[number]), lastmod))
    return _xml("sitemapindex", "sitemap", entries)


def _became_due(now: dt.datetime) -> dict[int, dt.datetime]:
    """The newest hour of publication in each range, of the last week: nothing was written when an
    article's hour came, and after a week every crawler has been here."""
    week = Article.objects.published(now).filter(published_at__gt=now - dt.timedelta(days=7))
    due: dict[int, dt.datetime] = {}
    for pk, moment in week.values_list("pk", "published_at"):
        number = pk // terms.RANGE
        due[number] = max(moment, due.get(number, moment))
    return due


@require_safe
def articles(request: HttpRequest, number: int) -> HttpResponse:
    """A range of ids. One query."""
    if number > 2**63 // terms.RANGE - 1:
        raise Http404("没有这个文件。")
    first = number * terms.RANGE
    rows = (
        Article.objects.published()
        .filter(pk__gte=first, pk__lt=first + terms.RANGE, noindex=False)
        .order_by("pk")
        .values_list("pk", "published_at", "revised_at")
    )
    entries = [
        (address_of(pk), max(published, revised or published)) for pk, published, revised in rows
    ]
    if not entries:
        raise Http404("没有这个文件。")
    return _xml("urlset", "url", entries)


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Home, categories, lawyers, months, and the tags with the most articles."""
    kinds = (Kind.CATEGORY, Kind.AUTHOR)
    held = Term.objects.filter(kind__in=kinds, count__gt=0)
    tags = Term.objects.filter(kind=Kind.TAG, count__gt=0).order_by("-count", "pk")[:_MOST_TAGS]
    changed = {str(row): row.changed_at for row in (*held, *tags)}
    counts = terms.public_counts(changed)
    entries: list[_Entry] = [(reverse("home"), None), (reverse("archive"), None)]
    for kind, model in ((Kind.CATEGORY, Category), (Kind.AUTHOR, Author)):
        for one in model.objects.all():
            if (name := terms.name_of(kind, one.pk)) in counts:
                entries.append((one.get_absolute_url(), changed[name]))
    entries += [
        (reverse("archive_month", args=[year, f"{month:02}"]), None)
        for year, month in terms.public_months()
    ]
    slugs = {
        terms.name_of(Kind.TAG, pk): slug for pk, slug in Tag.objects.values_list("pk", "slug")
    }
    entries += [
        (reverse("tag", args=[slugs[name]]), changed[name]) for name in counts if name in slugs
    ]
    return _xml("urlset", "url", entries)


@require_safe
def statutes(request: HttpRequest) -> HttpResponse:
    slugs = Statute.objects.order_by("pk").values_list("slug", flat=True)
    entries: list[_Entry] = [(reverse("statutes:list"), None)]
    entries += [(reverse("statutes:statute", args=[slug]), None) for slug in slugs]
    return _xml("urlset", "url", entries)


def _xml(root: str, element: str, entries: Iterable[_Entry]) -> HttpResponse:
    def lines() -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_XMLNS}">\n'
        for path, moment in entries:
            stated = f"<lastmod>{_iso(moment)}</lastmod>" if moment else ""
            address = escape(settings.SITE_URL + path)
            yield f"<{element}><loc>{address}</loc>{stated}</{element}>\n"
        yield f"</{root}>\n"

    return HttpResponse("".join(lines()), content_type="application/xml; charset=utf-8")


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; the desk and previews are nobody's business."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /preview/",
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
