"""How often each clause of a statute is cited: a strip of squares, the darker the more often."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Citation
from statutes.models import Clause, Version
from statutes.numerals import clause_key, clause_label

COLUMNS = 84
# From so many citations on a square has the shade of that place: 1 … 5.
_SHADES = (1, 2, 5, 15, 50)
_MOST_NAMED = 10
_SIZE = 10


class Square(NamedTuple):
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

    @property
    def svg(self) -> SafeString:
        """For the eye and the mouse; drawn here, since a template takes ten times as long. Every
        square is a link, those of cited clauses say how often."""
        width = min(len(self.squares), COLUMNS) * _SIZE
        height = -(-len(self.squares) // COLUMNS) * _SIZE
        query = escape(self.query)
        links = "".join(
            f'<a href="{self.path}{square.key}/{query}" tabindex="-1">'
            f'<path d="M{square.x} {square.y}h9v9h-9z"'
            + (
                f' class="s{square.shade}"><title>{square.label}：{square.count} 处引用</title></path></a>'
                if square.count
                else "/></a>"
            )
            for square in self.squares
        )
        return mark_safe(  # noqa: S308  (numbers, and a path of our own)
            f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">{links}</svg>'
        )


def strip_of(version: Version) -> Strip:
    """Of one text, for its statute's page: citations in published articles of these very clauses.
    One query."""
    return Strip(_squares(_counted(version.clauses.all())), query=version.query)


def strip_of_law(title: str, *, on: dt.date) -> Strip | None:
    """Of a statute's text of today; None where there is none. One query."""
    clauses = Clause.objects.in_force(on).filter(version__statute__title=title)
    rows = list(_counted(clauses, "version__statute__slug"))
    if not rows:
        return None
    path = reverse("statutes:statute", args=[rows[0][-1]])
    return Strip(_squares(row[:3] for row in rows), path=path)


def _counted(clauses: QuerySet[Clause], *more: str) -> QuerySet:
    """(number, branch, citations, and more) of each clause in its order."""
    citations = Citation.objects.filter(clause=OuterRef("pk")).in_published().order_by()
    counts = citations.values("clause").annotate(cited=Count("pk")).values("cited")
    rows = clauses.order_by("order").annotate(cited=Coalesce(Subquery(counts), 0))
    return rows.values_list("number", "branch", "cited", *more)


def _squares(rows: Iterable[tuple[int, int, int]]) -> list[Square]:
    return [
        Square(*row, place % COLUMNS * _SIZE, place // COLUMNS * _SIZE)
        for place, row in enumerate(rows)
    ]
