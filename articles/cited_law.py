"""The law that an article cites, as its reader is shown it on the day of reading."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.models import Article, Citation
from articles.slots import Link, slots_in
from statutes import comparison
from statutes.models import Clause, Version
from statutes.quotations import ALTERED
from statutes.standing import IN_FORCE, Standing, standing


@dataclass(frozen=True)
class Place:
    """Where in the article a stale citation stands."""

    exact: str
    anchor: str  # r3; "" where the words have no mark: in headings, links and code


@dataclass
class CitedClause:
    """One entry of an article's list 本文引用的法条: a clause, however often it is cited."""

    number: int  # its place in the list, from 1
    clause: Clause
    standing: Standing
    # What is known to become of it later: how it will stand on ``ahead.changed_on``.
    ahead: Standing | None
    is_misquoted: bool = False  # by any of its citations here
    # The oldest day on which one of its citations here was reviewed; None while one isn't.
    checked_on: dt.date | None = None
    stale_places: list[Place] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"c{self.number}"

    @property
    def runs(self) -> Sequence[comparison.Run]:
        """Its words beside those of its successor today, where a reader may see them."""
        return _runs(self.clause, self.standing.successor)

    @property
    def runs_ahead(self) -> Sequence[comparison.Run]:
        return _runs(self.clause, self.ahead and self.ahead.successor)


@dataclass(frozen=True)
class CitedLaw:
    entries: list[CitedClause]
    links: dict[int, Link]  # by slot
    # 法条核对至: the oldest review of a citation against what stands; None while one is unreviewed,
    # resolved or not.
    checked_on: dt.date | None

    @property
    def numbers(self) -> dict[int, int]:
        """The number of each slot's entry, for texts in which nothing pops up: see ``footnoted``."""
        by_id = {entry.id: entry.number for entry in self.entries}
        return {slot: by_id[link.id] for slot, link in self.links.items()}

    @property
    def statutes(self) -> set[int]:
        """Of all clauses that are shown or led to: what is said of them changes with these."""
        found = set()
        for entry in self.entries:
            found.add(entry.clause.version.statute_id)
            for one in filter(None, (entry.standing, entry.ahead)):
                if one.successor:
                    found.add(one.successor.version.statute_id)
                if one.statute:
                    found.add(one.statute.pk)
        return found

    @property
    def stale(self) -> list[CitedClause]:
        return [entry for entry in self.entries if entry.stale_places]

    @property
    def stale_count(self) -> int:
        return sum(len(entry.stale_places) for entry in self.stale)

    @property
    def stale_since(self) -> dt.date | None:
        return min((entry.standing.since for entry in self.stale), default=None)


def cited_law(article: Article, *, on: dt.date) -> CitedLaw:
    """What the article cites, in order, and the links for its slots. One query."""
    citations = _citations(article, on)
    marked = slots_in(article.rendered)
    entries: dict[int, CitedClause] = {}
    of_slot: dict[int, list[tuple[Citation, CitedClause]]] = {}
    reviews: dict[int, list[dt.datetime | None]] = {}
    for citation in citations:
        clause = citation.clause
        if clause is None:
            continue
        entry = entries.get(clause.pk)
        if entry is None:
            entry = entries[clause.pk] = _entry(citation, on, len(entries) + 1)
        entry.is_misquoted |= citation.quotation_verdict == ALTERED
        reviews.setdefault(clause.pk, []).append(citation.reviewed_at)
        of_slot.setdefault(citation.slot, []).append((citation, entry))
        if citation.is_stale:
            anchor = f"r{citation.slot}" if citation.slot in marked else ""
            place = Place(citation.exact, anchor)
            if place not in entry.stale_places:
                entry.stale_places.append(place)
    for pk, entry in entries.items():
        entry.checked_on = _oldest(reviews[pk])
    return CitedLaw(
        entries=list(entries.values()),
        links={slot: _link(shown) for slot, shown in of_slot.items()},
        checked_on=_oldest([citation.reviewed_at for citation in citations]),
    )


def _citations(article: Article, on: dt.date) -> list[Citation]:
    """Each citation with all that its panel shows. One query."""
    rows: QuerySet[Citation] = (
        article.citations.with_review(on)
        .annotate(
            ahead=FilteredRelation("clause__changes", condition=Q(clause__changes__on__gt=on)),
            displaced=Exists(
                Version.objects.in_force(on)
                .filter(statute=OuterRef("clause__version__statute"))
                .exclude(pk=OuterRef("clause__version"))
            ),
        )
        .select_related(
            "clause__version__statute__replaced_by",
            "clause__heading",
            "change__successor__version__statute",
            "ahead__successor__version__statute",
        )
        .defer(*(f"clause__version__{name}" for name in Version.LONG))
        .order_by("position", F("ahead__on"))
    )
    # A row for each change that is still to come: the nearest one is shown.
    return list({row.pk: row for row in reversed(list(rows))}.values())[::-1]


def _entry(citation: Citation, on: dt.date, number: int) -> CitedClause:
    clause, ahead = citation.clause, getattr(citation, "ahead", None)
    return CitedClause(
        number=number,
        clause=clause,
        # Django leaves the attribute out where the join found nothing.
        standing=standing(
            clause, getattr(citation, "change", None), on=on, displaced=citation.displaced
        ),
        ahead=standing(clause, ahead, on=ahead.on) if ahead else None,
    )


def _link(shown: list[tuple[Citation, CitedClause]]) -> Link:
    """Of the clauses inside a range, which share a slot: the one that a reader must know of."""
    citation, entry = min(
        shown, key=lambda row: (not row[0].is_stale, row[1].standing.state == IN_FORCE)
    )
    state, words = entry.standing.state, entry.standing.words
    note = _numbers({one.number for _, one in shown})
    return Link(entry.id, state, words, str(entry.clause), note, is_stale=citation.is_stale)


def _numbers(found: set[int]) -> str:
    """3; 3–5; 3、7."""
    first, last = min(found), max(found)
    if len(found) > 2 and last - first == len(found) - 1:
        return f"{first}–{last}"
    return "、".join(map(str, sorted(found)))


def _oldest(moments: list[dt.datetime | None]) -> dt.date | None:
    """The Shanghai date of the oldest; None where there is none, or one is missing."""
    if not moments or None in moments:
        return None
    return timezone.localdate(min(moments))


def _runs(clause: Clause, successor: Clause | None) -> Sequence[comparison.Run]:
    """Nothing where the words are the same, or too different for marks to help."""
    if successor is None or successor.text_hash == clause.text_hash:
        return ()
    return comparison.alike_runs(clause.text, successor.text)
