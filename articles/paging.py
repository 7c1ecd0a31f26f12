"""Pages of a list by key, not by offset: page 10,000 costs what page 1 does."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles import terms
from articles.models import Article, Category, Posting

PER_PAGE = 20


@dataclass(frozen=True)
class Page:
    articles: list[Article]
    is_first: bool
    older: str  # the key of the next page, "" on the last


def page_of(articles: QuerySet[Article], after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """The page behind ``after``, the key that the page before gave; None for the first.

    One query. Raises BadRequest for a key that no page gave.
    """
    articles = articles.newest_first()
    if after:
        articles = articles.filter(_behind(*_read_key(after), "pk"))
    return _page(list(articles[: per_page + 1]), after, per_page)


def page_under(name: str, after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """As ``page_of``, of the articles under a tag or a clause: the name of its term. Three
    queries."""
    term = terms.of([name]).values_list("pk", flat=True).first()
    rows = Posting.objects.filter(term=term).annotate(key=F("article"))
    return _merged([rows], after, per_page)


def page_in(category: Category, after: str | None, *, per_page: int = PER_PAGE) -> Page:
    """As ``page_of``, of a category and those under it: each has its own place in the index. A
    query for each of them, and two."""
    below = [] if category.parent_id else category.children.values_list("pk", flat=True)
    rows = [
        Article.objects.filter(category=one, state=Article.State.PUBLISHED).annotate(key=F("pk"))
        for one in (category.pk, *below)
    ]
    return _merged(rows, after, per_page)


def _merged(each: Sequence[QuerySet], after: str | None, per_page: int) -> Page:
    """``each``: rows in order of an index that holds ``published_at`` and the article's id
    (``key``). Whether a reader may see what they name is for ``published()`` to say."""
    now = timezone.now()
    found: list[tuple[dt.datetime, int]] = []
    for rows in each:
        rows = rows.filter(published_at__lte=now).order_by("-published_at", "-key")
        if after:
            rows = rows.filter(_behind(*_read_key(after), "key"))
        found += rows.values_list("published_at", "key")[: per_page + 1]
    public = Article.objects.published(now)
    pks = [pk for _, pk in sorted(found, reverse=True)[: per_page + 1]]
    return _page(list(public.filter(pk__in=pks).for_list().newest_first()), after, per_page)


def _behind(moment: dt.datetime, pk: int, name: str) -> Q:
    """The first condition is in the others: it tells an index where to begin."""
    ties = Q(published_at=moment, **{f"{name}__lt": pk})
    return Q(published_at__lte=moment) & (Q(published_at__lt=moment) | ties)


def _page(found: list[Article], after: str | None, per_page: int) -> Page:
    shown = found[:per_page]
    older = _key(shown[-1]) if len(found) > per_page else ""
    return Page(shown, is_first=not after, older=older)


def _key(article: Article) -> str:
    return f"{round(article.published_at.timestamp() * 1_000_000)}-{article.pk}"


def _read_key(key: str) -> tuple[dt.datetime, int]:
    moment, _, pk = key.partition("-")
    try:
        if not (moment.isascii() and moment.isdecimal() and pk.isascii() and pk.isdecimal()):
            raise ValueError
        if int(pk) >= 2**63:
            raise ValueError
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return epoch + dt.timedelta(microseconds=int(moment)), int(pk)
    except (ValueError, OverflowError) as error:
        raise BadRequest("翻页地址不完整，请从第一页开始。") from error
