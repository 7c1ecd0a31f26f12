"""The law that an article cites, as its reader is shown it on the day of reading."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from articles.compiled import Compiled
from articles.kept import Law
from articles.models import Article, Citation
from articles.slots import Link, slots_in
from statutes import comparison
from statutes.models import Clause, ClauseChange, Version
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
    # What its words depend on, beside the law: the same of two articles, the same words.
    key: tuple = ()

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


def cited_law(article: Article, *, on: dt.date, law: Law | None = None) -> CitedLaw:
    """What the article cites, in order, and the links for its slots. One query, and one or two for
    what is not among the clauses and changes that are held (``law``)."""
    law = law or Law()
    citations = list({row.pk: row for row in reversed(_rows(article=article.pk, on=on))}.values())
    citations.reverse()  # a row for each change that is still to come: the nearest one is shown
    held = law.read(
        {row.clause for row in citations} - {None},
        {pk for row in citations for pk in (row.change__pk, row.ahead__pk)} - {None},
    )
    marked = slots_in(article.rendered)
    entries: dict[int, CitedClause] = {}
    of_slot: dict[int, list[tuple[NamedTuple, CitedClause]]] = {}
    reviews: dict[int, list[dt.datetime | None]] = {}
    for citation in citations:
        pk = citation.clause
        if pk is None:
            continue
        entry = entries.get(pk)
        if entry is None:
            entry = entries[pk] = _entry(citation, on, len(entries) + 1, *held)
        entry.is_misquoted |= citation.quotation_verdict == ALTERED
        reviews.setdefault(pk, []).append(citation.reviewed_at)
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


@Compiled
def _rows(article: int, on: dt.date) -> QuerySet:
    """Each citation with what its panel shows, by ids."""
    rows: QuerySet[Citation] = Citation.objects.filter(article=article).with_review(on)
    rows = rows.annotate(
        ahead=FilteredRelation("clause__changes", condition=Q(clause__changes__on__gt=on)),
        displaced=Exists(
            Version.objects.in_force(on)
            .filter(statute=OuterRef("clause__version__statute"))
            .exclude(pk=OuterRef("clause__version"))
        ),
    )
    return rows.order_by("position", F("ahead__on")).values_list(
        "pk",
        "slot",
        "exact",
        "quotation_verdict",
        "clause",
        "change__pk",
        "ahead__pk",
        "is_stale",
        "reviewed_at",
        "displaced",
    )


def _entry(
    citation: NamedTuple,
    on: dt.date,
    number: int,
    clauses: dict[int, Clause],
    changes: dict[int, ClauseChange],
) -> CitedClause:
    clause, ahead = clauses[citation.clause], changes.get(citation.ahead__pk)
    change = changes.get(citation.change__pk)
    return CitedClause(
        number=number,
        clause=clause,
        standing=standing(clause, change, on=on, displaced=citation.displaced),
        ahead=standing(clause, ahead, on=ahead.on) if ahead else None,
        key=(clause.pk, citation.change__pk, citation.ahead__pk, citation.displaced, on),
    )


def _link(shown: list[tuple[NamedTuple, CitedClause]]) -> Link:
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
