"""How often each clause of a statute is cited: a strip of squares, the darker the more often."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from articles.models import Article
from statutes.models import Clause, Version
from statutes.numerals import clause_key, clause_label

COLUMNS = 60
# From so many citations on a square has the shade of that place: 1 … 5.
_SHADES = (1, 2, 5, 15, 50)
_MOST_NAMED = 10
_SIZE = 10


@dataclass(frozen=True)
class Square:
    number: int
    branch: int
    count: int
    x: int
    y: int

    @property
    def key(self) -> str:
        return clause_key(self.number, self.branch)

    @property
    def label(self) -> str:
        return clause_label(self.number, self.branch)

    @property
    def shade(self) -> int:
        return sum(self.count >= least for least in _SHADES)


@dataclass(frozen=True)
class Strip:
    """``path``: of the statute's page, "" on that page itself; ``query``: what an address adds for
    this text."""

    squares: list[Square]
    width: int
    height: int
    path: str = ""
    query: str = ""

    @property
    def count(self) -> int:
        return sum(square.count for square in self.squares)

    @property
    def cited(self) -> int:
        return sum(square.count > 0 for square in self.squares)

    @property
    def most_cited(self) -> list[Square]:
        cited = [square for square in self.squares if square.count]
        return sorted(cited, key=lambda square: -square.count)[:_MOST_NAMED]


def strip_of(version: Version) -> Strip:
    """Of one text, for its statute's page: citations in published articles of these very clauses.
    One query."""
    return _strip(_counts(Clause.objects.filter(version=version)), version.query)


def strip_of_law(title: str, *, on: dt.date) -> Strip | None:
    """Of a statute's text of today; None where there is none. One query."""
    clauses = Clause.objects.in_force(on).filter(version__statute__title=title)
    rows = list(_counts(clauses.annotate(slug=F("version__statute__slug")), "slug"))
    if not rows:
        return None
    path = reverse("statutes:statute", args=[rows[0][-1]])
    return _strip((row[:-1] for row in rows), path=path)


def _counts(clauses: QuerySet[Clause], *more: str) -> QuerySet:
    published = Q(citations__article__in=Article.objects.published())
    counted = clauses.order_by("order").annotate(cited=Count("citations", filter=published))
    return counted.values_list("number", "branch", "cited", *more)


def _strip(rows: Iterable[tuple[int, int, int]], query: str = "", path: str = "") -> Strip:
    squares = [
        Square(number, branch, count, place % COLUMNS * _SIZE, place // COLUMNS * _SIZE)
        for place, (number, branch, count) in enumerate(rows)
    ]
    lines = -(-len(squares) // COLUMNS)
    width = min(len(squares), COLUMNS) * _SIZE
    return Strip(squares, width, lines * _SIZE, path, query)
