"""Pages of a list by key, not by offset: page 10,000 costs what page 1 does."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from articles.compiled import Compiled
from articles.models import Article, Category

PER_PAGE = 20
_NO_PK = 2**63 - 1  # greater than any
_NO_KEY = "翻页地址不完整，请从第一页开始。"


@dataclass(frozen=True)
class Page:
    articles: list[Article]
    is_first: bool
    older: str  # the key of the next page, "" on the last


def page_of(articles: QuerySet[Article], after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """The page behind ``after``, the key that the page before gave; None for the first.

    One query. Raises BadRequest for a key that no page gave.
    """
    articles = articles.newest_first().filter(_behind(after, "published_at", "pk"))
    return _page(list(articles[: per_page + 1]), after, per_page)


def page_under(term: int | None, after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """As ``page_of``, of the articles under a tag or a clause: the id of its term, None for one
    that no article ever had. One query, in the order of the index of postings."""
    now = timezone.now()
    its = FilteredRelation("postings", condition=Q(postings__term=term))
    found = Article.objects.published(now).annotate(posting=its)
    # In one filter: of another one Django would ask another posting, and read the whole tag.
    found = found.filter(
        Q(posting__published_at__lte=now),
        _behind(after, "posting__published_at", "posting__article"),
    )
    found = found.for_list().order_by("-posting__published_at", "-posting__article_id")
    return _page(list(found[: per_page + 1]), after, per_page)


def page_in(category: Category, after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """As ``page_of``, of a category and those under it, each of which has its own place in the
    index. One query for who is under it, and one; or one for each and one, where there are some.
    At most ``PER_PAGE`` articles.
    """
    children = [one.pk for one in category.children.all()]
    now = timezone.now()
    public = Article.objects.published(now).for_list()
    if not children:
        return page_of(public.filter(category=category), after, per_page=per_page)
    moment, pk = _read_key(after) if after else (now, _NO_PK)
    places = [
        place
        for one in (category.pk, *children)
        for place in _places(category=one, now=now, moment=moment, pk=pk)
    ]
    newest = [pk for _, pk in sorted(places, reverse=True)[: per_page + 1]]
    return _page(list(public.filter(pk__in=newest).newest_first()), after, per_page)


@Compiled
def _places(category: int, now: dt.datetime, moment: dt.datetime, pk: int) -> QuerySet:
    """Of a category's newest articles behind a key."""
    rows = Article.objects.published(now).filter(category=category).newest_first()
    rows = rows.filter(_behind_key(moment, pk, "published_at", "pk"))
    return rows.values_list("published_at", "pk")[: PER_PAGE + 1]


def _behind(after: str | None, time: str, name: str) -> Q:
    """Those behind a key; ``time`` and ``name`` are the columns of its two halves."""
    return _behind_key(*_read_key(after), time, name) if after else Q()


def _behind_key(moment: dt.datetime, pk: int, time: str, name: str) -> Q:
    """The first condition is in the others: it tells an index where to begin."""
    ties = Q(**{time: moment, f"{name}__lt": pk})
    return Q(**{f"{time}__lte": moment}) & (Q(**{f"{time}__lt": moment}) | ties)


def _page(found: list[Article], after: str | None, per_page: int) -> Page:
    shown = found[:per_page]
    older = _key(shown[-1]) if len(found) > per_page else ""
    return Page(shown, is_first=not after, older=older)


def _key(article: Article) -> str:
    return pack_key(microseconds(article.published_at), article.pk)


def _read_key(key: str) -> tuple[dt.datetime, int]:
    moment, pk = unpack_key(key)
    return moment_of(moment), pk


def microseconds(moment: dt.datetime) -> int:
    """Since 1970, in UTC."""
    return round(moment.timestamp() * 1_000_000)


def moment_of(number: int) -> dt.datetime:
    """Raises BadRequest for one that no calendar has."""
    try:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=number)
    except OverflowError as error:
        raise BadRequest(_NO_KEY) from error


def pack_key(first: int, second: int) -> str:
    return f"{first}-{second}"


def unpack_key(key: str) -> tuple[int, int]:
    """Raises BadRequest for a key that no page gave."""
    first, _, second = key.partition("-")
    for one in (first, second):
        if not (one.isascii() and one.isdecimal() and len(one) < 20 and int(one) < 2**63):
            raise BadRequest(_NO_KEY)
    return int(first), int(second)
