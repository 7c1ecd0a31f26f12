"""What many pages show, read once: for a request, or for a process that follows what changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from articles.models import Author, Category, Firm
from articles.page_versions import SITE
from statutes.cacheable import LIBRARY
from statutes.models import Clause, ClauseChange, Version

_Value = TypeVar("_Value")
_KEY = "luwen.kept"  # in a request's META
_MOST = 3_000  # clauses; each with its card is some 8 KB


def the_firm() -> Firm:
    """The one row, or what stands in for it before it is written. One query."""
    return Firm.objects.first() or Firm()


class Site:
    """The firm, its sections and its lawyers."""

    @cached_property
    def firm(self) -> Firm:
        return the_firm()

    @cached_property
    def categories(self) -> dict[int, Category]:
        """All, by id, each with its notice and what is above it."""
        found = {one.pk: one for one in Category.objects.select_related("notice")}
        for one in found.values():
            if one.parent_id:
                one.parent = found[one.parent_id]
        return found

    @cached_property
    def navigation(self) -> list[Category]:
        return [one for one in self.categories.values() if one.parent_id is None]

    @cached_property
    def authors(self) -> dict[int, Author]:
        return {one.pk: one for one in Author.objects.all()}

    def category(self, pk: int) -> Category:
        """Also one that is newer than what is kept."""
        if pk not in self.categories:
            self.categories[pk] = Category.objects.select_related("notice", "parent").get(pk=pk)
        return self.categories[pk]

    def author(self, pk: int | None) -> Author | None:
        if pk is not None and pk not in self.authors:
            self.authors[pk] = Author.objects.get(pk=pk)
        return None if pk is None else self.authors[pk]

    @cached_property
    def stencils(self) -> dict[Hashable, Any]:
        """Of pages of one shape: see ``stencil``."""
        return {}

    @cached_property
    def pieces(self) -> dict[Hashable, str]:
        """HTML that says nothing else."""
        return {}


class Law:
    """Clauses, and changes of clauses, with their texts and statutes; those that were not asked for
    the longest time go."""

    def __init__(self):
        self.clauses: OrderedDict[int, Clause] = OrderedDict()
        self.changes: dict[int, ClauseChange] = {}
        self._texts: dict[int, Version] = {}
        # What is made of a clause, by what it depends on.
        self._pieces: dict[int, dict[Hashable, str]] = {}

    def pieces(self, clause: int) -> dict[Hashable, str]:
        return self._pieces.setdefault(clause, {})

    def read(
        self, clauses: AbstractSet[int], changes: AbstractSet[int]
    ) -> tuple[dict[int, Clause], dict[int, ClauseChange]]:
        """These, by id; of those that are not held a query for each kind, and one for the texts."""
        found = {pk: self.clauses[pk] for pk in clauses if pk in self.clauses}
        for pk in found:
            with suppress(KeyError):  # another thread took it away; we have it
                self.clauses.move_to_end(pk)
        if missing := clauses - found.keys():
            found |= self._take(Clause.objects.filter(pk__in=missing).select_related("heading"))
        changed = {pk: self.changes[pk] for pk in changes if pk in self.changes}
        if missing := changes - changed.keys():
            rows = ClauseChange.objects.filter(pk__in=missing).defer("diff")
            rows = list(rows.select_related("successor"))
            self._give_texts([one.successor for one in rows if one.successor])
            changed |= {one.pk: one for one in rows}
            if len(self.changes) > _MOST:
                self.changes = {}
            self.changes |= changed
        return found, changed

    def _take(self, rows: QuerySet[Clause]) -> dict[int, Clause]:
        found = {one.pk: one for one in rows}
        self._give_texts(found.values())
        self.clauses |= found
        while len(self.clauses) > _MOST:
            gone, _ = self.clauses.popitem(last=False)
            self._pieces.pop(gone, None)
        return found

    def _give_texts(self, clauses: Iterable[Clause]) -> None:
        texts = self._texts
        if any(one.version_id not in texts for one in clauses):  # newer than those that are held
            texts = self._texts = self._all_texts()
        for one in clauses:
            one.version = texts[one.version_id]

    @staticmethod
    def _all_texts() -> dict[int, Version]:
        """By id."""
        rows = Version.objects.select_related("statute__replaced_by").defer(*Version.LONG)
        return {one.pk: one for one in rows}


@dataclass(frozen=True)
class Kept:
    """Both. A request keeps what it began with: what it makes of older law never comes to lie among
    the newer."""

    site: Site = field(default_factory=Site)
    law: Law = field(default_factory=Law)

    def after(self, names: Iterable[str]) -> "Kept":
        """What is still so when these have changed."""
        return Kept(
            site=Site() if SITE in names else self.site,
            law=Law() if LIBRARY in names else self.law,
        )


def attach(environ: dict, kept: Kept) -> dict:
    """A request's environment, with what its process keeps."""
    return {**environ, _KEY: kept}


def kept_of(request: HttpRequest) -> Kept:
    """What the process keeps; where nobody follows the changes, what this request has read."""
    kept = request.META.get(_KEY)
    if kept is None:
        kept = request.META[_KEY] = Kept()
    return kept


def once(pieces: dict[Hashable, _Value], key: Hashable, make: Callable[[], _Value]) -> _Value:
    found = pieces.get(key)
    if found is None:
        found = pieces[key] = make()
    return found
