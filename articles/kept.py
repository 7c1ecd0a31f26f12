"""What many pages show, read once: for a request, or for a process that follows what changes."""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.http import HttpRequest
from django.utils.functional import cached_property

from articles.models import Author, Category, Firm
from articles.page_versions import SITE
from statutes.cacheable import LIBRARY
from statutes.models import Clause, ClauseChange, Version

_Value = TypeVar("_Value")
_KEY = "luwen.kept"  # in a request's META
_MOST = 4_000  # things of the law; a clause with its card is some 5 KB


class Site:
    """The firm, its sections and its lawyers."""

    @cached_property
    def firm(self) -> Firm:
        return Firm.objects.first() or Firm()

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
    def pieces(self) -> dict[Hashable, str]:
        """HTML that says nothing else."""
        return {}


@dataclass
class Law:
    """Clauses, and changes of clauses, with their statutes."""

    clauses: dict[int, Clause] = field(default_factory=dict)
    changes: dict[int, ClauseChange] = field(default_factory=dict)
    pieces: dict[Hashable, object] = field(default_factory=dict)

    def read(self, clauses: Collection[int], changes: Collection[int]) -> None:
        """Those that are not there yet: a query for each kind."""
        if len(self.clauses) + len(self.pieces) > _MOST:
            for held in (self.clauses, self.changes, self.pieces):
                held.clear()
        if missing := set(clauses) - self.clauses.keys():
            rows = Clause.objects.filter(pk__in=missing)
            rows = rows.select_related("version__statute__replaced_by", "heading")
            rows = rows.defer(*(f"version__{name}" for name in Version.LONG))
            self.clauses |= {one.pk: one for one in rows}
        if missing := set(changes) - self.changes.keys():
            rows = ClauseChange.objects.filter(pk__in=missing)
            rows = rows.select_related("successor__version__statute")
            rows = rows.defer(*(f"successor__version__{name}" for name in Version.LONG))
            self.changes |= {one.pk: one for one in rows}


class Kept:
    """Both, until they change."""

    def __init__(self):
        self.site, self.law = Site(), Law()

    def changed(self, names: Iterable[str]) -> None:
        if SITE in names:
            self.site = Site()
        if LIBRARY in names:
            self.law = Law()


def attach(environ: dict, kept: Kept) -> dict:
    """A request's environment, with what its process keeps."""
    return {**environ, _KEY: kept}


def kept_of(request: HttpRequest) -> Kept:
    """What the process keeps; where nobody follows the changes, what this request has read."""
    return request.META.setdefault(_KEY, Kept())


def once(pieces: dict[Hashable, _Value], key: Hashable, make: Callable[[], _Value]) -> _Value:
    found = pieces.get(key)
    if found is None:
        found = pieces[key] = make()
    return found
