"""What changed of what pages show, told in the transaction that changes it.

Names: those of ``terms`` (``category:3``, ``tag:12``, ``range:87``) for the lists under them; ``article:9``
for an article's own page, ``card:9`` for what others show of it; ``home`` for all lists of the newest;
``law``, ``law:7`` and ``statute:7`` as ``statutes.cacheable`` has them; ``site`` for what every page shows.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from articles import terms
from articles.models import Article, PageVersion
from statutes.cacheable import LIBRARY, law_name, statute_name

SITE, HOME = "site", "home"
_AT_ONCE = 5_000
_MOST = 20_000  # changes that are read one by one


def page_name(pk: int) -> str:
    return f"article:{pk}"


def card_name(pk: int) -> str:
    return f"card:{pk}"


def bump(names: Iterable[str], *, due_at: dt.datetime | None = None) -> None:
    """These changed, in this transaction: pages that show them are made anew once it is committed.

    Behind ``terms.lock``, so that numbers are committed in their order.
    """
    terms.lock()
    now = timezone.now()
    number = (PageVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    PageVersion.objects.bulk_create(
        [
            PageVersion(name=name, number=number, changed_at=now, due_at=due_at)
            for name in sorted(set(names))
        ],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["number", "changed_at", "due_at"],
        batch_size=_AT_ONCE,
    )


def article_changed(article: Article, before: Collection[str], lists: Collection[int]) -> None:
    """What readers see of an article is another: what shows it is made anew. ``before``: the names
    of the terms that it had; ``lists``: the articles whose related ones it changed."""
    names = set(before) | set(article.listed.get("terms", ()))
    names |= {statute_name(pk) for pk in map(terms.statute_in, names) if pk is not None}
    pages = {article.pk, *lists, *_beside(article)}
    bump({*names, HOME, card_name(article.pk), *map(page_name, pages)})
    if article.is_scheduled():
        bump([f"due:{article.pk}"], due_at=article.published_at)


def _beside(article: Article) -> list[int]:
    """The articles that lead to it as the next or the one before: those that did so where it stood
    until now show it, and so are known by that. Two queries."""
    if not article.is_public():
        return []
    public = Article.objects.published()
    beside = public.beside(article.category_id, article.published_at, article.pk)
    return [pk for rows in beside for pk in rows.values_list("pk", flat=True)]


def pages_changed(pks: Iterable[int]) -> None:
    """Of articles, what only their own pages show."""
    bump(map(page_name, pks))


def library_changed(statutes: Iterable[int]) -> None:
    bump([LIBRARY, *map(law_name, statutes)])


def site_changed(sender: type, **kwargs) -> None:
    """Receives that a row was written of what every page may show: the firm, its sections, lawyers
    and notices."""
    with transaction.atomic():
        bump([SITE])


def tag_saved(sender: type, created: bool, **kwargs) -> None:
    """Receives that a tag was: another name of it stands on many pages, a new one on none yet."""
    if not created:
        site_changed(sender)


@dataclass
class Changes:
    """What changed since it was last asked for."""

    names: set[str] = field(default_factory=set)
    due: list[dt.datetime] = field(default_factory=list)  # hours of publication, also past ones


class Reader:
    """Follows the changes that are committed. Not for several threads at once."""

    def __init__(self):
        self.number: int | None = None  # of the last change that is known
        self.changed_at: dt.datetime | None = (
            None  # when something last did, hours that came included
        )

    def changed(self, at: dt.datetime) -> None:
        self.changed_at = max(at, self.changed_at or at)

    def read(self) -> Changes:
        """One query; at first two, which find no names. Of more changes than a page cache holds
        pages the whole site is said to have changed."""
        if self.number is None:
            return self._begin()
        found = Changes()
        rows = PageVersion.objects.filter(number__gt=self.number).order_by("number")
        rows = list(rows.values_list("name", "number", "changed_at", "due_at")[:_MOST])
        if len(rows) == _MOST:
            found = self._begin()
            found.names.add(SITE)
            return found
        for name, number, changed_at, due_at in rows:
            self.number = number
            self.changed(changed_at)
            found.names.add(name)
            if due_at:
                found.due.append(due_at)
        return found

    def _begin(self) -> Changes:
        last = PageVersion.objects.order_by("-number").first()
        self.number = last.number if last else 0
        self.changed_at = last and last.changed_at
        due = PageVersion.objects.filter(due_at__isnull=False).order_by("due_at")
        return Changes(due=list(due.values_list("due_at", flat=True)))
