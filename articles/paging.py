"""Pages of a list by key, not by offset: page 10,000 costs what page 1 does."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet

from articles.models import Article

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
        moment, pk = _read_key(after)
        articles = articles.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=pk))
    found = list(articles[: per_page + 1])
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
