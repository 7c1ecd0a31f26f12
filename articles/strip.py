"""How often each clause of a statute is cited: a strip of squares, the darker the more often."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.terms import clause_name, public_counts
from statutes.models import Clause, Version
from statutes.numerals import clause_key, clause_label

COLUMNS = 84
# From so many articles on a square has the shade of that place: 1 … 5.
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
                f' class="s{square.shade}"><title>{square.label}：{square.count} 篇引用</title></path></a>'
                if square.count
                else "/></a>"
            )
            for square in self.squares
        )
        return mark_safe(  # noqa: S308  (numbers, and a path of our own)
            f'<svg viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">{links}</svg>'
        )


def strip_of(version: Version) -> Strip:
    """Of one text, for its statute's page: the public articles that cite each clause, or the same
    words under the same number in another text. Three queries, however many they are."""
    clauses = version.clauses.order_by("order").with_version()
    return Strip(_squares(clauses), query=version.query)


def strip_of_law(title: str, *, on: dt.date) -> Strip | None:
    """Of a statute's text of today; None where there is none. Three queries."""
    held = Clause.objects.in_force(on).filter(version__statute__title=title)
    clauses = list(held.order_by("order").with_version())
    if not clauses:
        return None
    return Strip(_squares(clauses), path=clauses[0].version.statute.get_absolute_url())


def _squares(clauses: Iterable[Clause]) -> list[Square]:
    names = {clause_name(clause): clause for clause in clauses}
    counts = public_counts(names)
    return [
        Square(
            clause.number,
            clause.branch,
            counts.get(name, 0),
            place % COLUMNS * _SIZE,
            place // COLUMNS * _SIZE,
        )
        for place, (name, clause) in enumerate(names.items())
    ]
