"""What a text cites, and how each citation stands on a day: for any text, of which nothing is
kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from statutes.choice import BY_LAST
from statutes.models import Clause, ClauseChange, Version
from statutes.quotations import tells
from statutes.quoting import quotations_of
from statutes.references import Reference, find_references
from statutes.resolver import RESOLVED, Resolution, Resolvers, clauses_numbered
from statutes.standing import (
    AMENDED,
    DELETED,
    ENDED,
    IN_FORCE,
    RENUMBERED,
    REPEALED,
    Standing,
    standing,
)

# States of a citation.
PENDING_CHANGE = "pending_change"  # law today, and it is known when that changes
_STATE_OF = {
    IN_FORCE: "in_force",
    AMENDED: "amended",
    RENUMBERED: "amended",
    DELETED: "amended",
    REPEALED: "repealed",
}

# What is said of a citation, to whoever checks a text.
VERDICTS = {
    "exact": "引文一致",
    "punctuation": "引文仅标点不同",
    "partial": "引文有省略",
    "altered": "引文与条文不一致",
    "other_version": "引文出自另一版本",
    "other_clause": "引文出自另一条",
    "absent": "条文中没有这段引文",
}
OUTCOMES = {
    "ambiguous": "名称不能确定是哪一部",
    "unknown_statute": "本库没有这部法律",
    "no_such_clause": "没有这一条",
    "no_such_paragraph": "这一条没有这一款",
    "no_such_item": "这一条没有这一项",
    "outside_library": "本库没有那一天的文本",
}
STATES = {
    "in_force": "现行有效",
    "amended": "已修改",
    "repealed": "已废止",
    "pending_change": "将有变动",
}


@dataclass(frozen=True)
class Today:
    """The clause that stands on the day in the place of the one cited; not for a reader where it
    is not ``is_confirmed``."""

    clause: Clause
    is_confirmed: bool


@dataclass(frozen=True)
class Found:
    """``state`` is in_force, amended, repealed, pending_change, or None where nothing is claimed.
    ``ahead`` is the next change of what stands today, if one is known."""

    reference: Reference
    resolution: Resolution
    quotation: str = ""
    standing: Standing | None = None
    state: str | None = None
    today: Today | None = None
    ahead: ClauseChange | None = None

    @property
    def is_quoted(self) -> bool:
        """Whether there is anything to say of a quotation: not of a paraphrase."""
        if not self.quotation or self.resolution.clause is None:
            return False
        return tells(self.quotation, self.resolution.comparison)

    @property
    def is_moved(self) -> bool:
        """Whether another clause stands in its place."""
        return self.today is not None and self.today.clause != self.resolution.clause

    @property
    def outcome_words(self) -> str:
        return OUTCOMES.get(self.resolution.outcome, "")

    @property
    def state_words(self) -> str:
        return STATES.get(self.state, self.standing.words if self.standing else "")

    @property
    def verdict_words(self) -> str:
        return VERDICTS[self.resolution.comparison.verdict] if self.is_quoted else ""

    @property
    def needs_a_look(self) -> bool:
        comparison = self.resolution.comparison.verdict
        return (
            self.resolution.outcome != RESOLVED
            or self.state not in ("in_force", None)
            or (self.is_quoted and comparison not in ("exact", "punctuation"))
        )


@dataclass
class Reader:
    """Reads texts against the library as it is now, some queries a text."""

    resolvers: Resolvers = field(default_factory=Resolvers)

    def read(self, text: str, *, on: dt.date) -> list[Found]:
        """The citations of a text of that day (Asia/Shanghai), in order."""
        references = find_references(text, self.resolvers.names.names)
        resolver = self.resolvers.on(on)
        resolver.prepare(references)
        quotations = quotations_of(text, references)
        resolutions = [
            resolver.resolve(reference, quotation)
            for reference, quotation in zip(references, quotations, strict=True)
        ]
        return assess(list(zip(references, resolutions, quotations, strict=True)), on=on)


def assess(rows: Sequence[tuple[Reference, Resolution, str]], *, on: dt.date) -> list[Found]:
    """How citations stand on a day: (the reference, what it was resolved to, what is quoted beside
    it or ""). Some queries for all of them."""
    law = _Law([resolution.clause for _, resolution, _ in rows if resolution.clause], on)
    return [law.found(*row) for row in rows]


class _Law:
    """What became of some clauses by a day, and what is to become of them."""

    def __init__(self, clauses: Sequence[Clause], on: dt.date):
        self.on = on
        ids = {clause.pk for clause in clauses}
        self.changes: dict[int, ClauseChange] = {}
        self.ahead: dict[int, ClauseChange] = {}
        statutes = {clause.version.statute_id for clause in clauses}
        replacing = {clause.version.statute.replaced_by_id for clause in clauses} - {None}
        # What nobody could know on that day yet is not ahead of it.
        foreseen = set(
            Version.objects.filter(statute__in=statutes | replacing, effective_from__gt=on)
            .filter(promulgated_on__lte=on)
            .values_list("effective_from", flat=True)
        )
        changes = ClauseChange.objects.filter(clause__in=ids).select_related(
            "successor__version__statute"
        )
        for change in changes.order_by("-on"):
            if change.on <= on:
                self.changes.setdefault(change.clause_id, change)
            elif change.on in foreseen:
                self.ahead[change.clause_id] = change
        self.in_force = {
            version.statute_id: version
            for version in Version.objects.in_force(on)
            .filter(statute__in=statutes)
            .select_related("statute")
            .defer(*Version.LONG)
        }
        self.same = self._same_words(clauses)

    def _same_words(self, clauses: Sequence[Clause]) -> dict[tuple, Clause]:
        """The clauses of the texts of the day under the numbers that are cited."""
        wanted: dict[int, set[int]] = defaultdict(set)
        for clause in clauses:
            version = self.in_force.get(clause.version.statute_id)
            if version and version.pk != clause.version_id and clause.pk not in self.changes:
                wanted[version.pk].add(clause.number)
        found = clauses_numbered("version", wanted)
        return {(one.version.statute_id, one.number, one.branch): one for one in found}

    def found(self, reference: Reference, resolution: Resolution, quotation: str) -> Found:
        clause = resolution.clause
        if clause is None:
            return Found(reference, resolution, quotation)
        change = self.changes.get(clause.pk)
        of_day = self.in_force.get(clause.version.statute_id)
        shown = standing(
            clause, change, on=self.on, displaced=bool(of_day and of_day.pk != clause.version_id)
        )
        ahead = self.ahead.get(clause.pk)
        state = _STATE_OF.get(shown.state)
        if state == "in_force" and ahead:
            state = PENDING_CHANGE
        if shown.state == ENDED and resolution.resolved_by == BY_LAST:
            state = "repealed"
        return Found(
            reference, resolution, quotation, shown, state, self._today(clause, change), ahead
        )

    def _today(self, clause: Clause, change: ClauseChange | None) -> Today | None:
        if change:
            after = change.successor
            is_law = after is not None and after.version.is_in_force(self.on)
            return Today(after, change.is_confirmed) if is_law else None
        if clause.version.is_in_force(self.on):
            return Today(clause, True)
        same = self.same.get((clause.version.statute_id, clause.number, clause.branch))
        if same and same.text_hash == clause.text_hash:
            return Today(same, True)
        return None


def as_json(found: Found) -> dict:
    """The form in which ``find_citations`` gives a citation."""
    reference, resolution = found.reference, found.resolution
    version = resolution.version
    return {
        "start": reference.start,
        "end": reference.end,
        "exact": reference.exact,
        "title": None if reference.is_inherited else reference.written,
        "statute": resolution.statute.title if resolution.statute else None,
        "version": _day(version),
        "resolved_by": resolution.resolved_by or None,
        "number": reference.number,
        "branch": reference.branch,
        "number_end": reference.number_end,
        "branch_end": reference.branch_end,
        "paragraph": reference.paragraph,
        "paragraph_end": reference.paragraph_end,
        "item": reference.item,
        "item_end": reference.item_end,
        "outcome": resolution.outcome,
        "state": found.state,
        "today": found.today
        and {**_place(found.today.clause), "confirmed": found.today.is_confirmed},
        "quotation": _quotation(found),
    }


def _quotation(found: Found) -> dict | None:
    if not found.is_quoted:
        return None
    resolution = found.resolution
    return {
        "verdict": resolution.comparison.verdict,
        "diff": [list(step) for step in resolution.comparison.diff],
        "at": resolution.quoted_at and _place(resolution.quoted_at),
    }


def _place(clause: Clause) -> dict:
    return {
        "statute": clause.version.statute.title,
        "version": _day(clause.version),
        "number": clause.number,
        "branch": clause.branch,
    }


def _day(version: Version | None) -> str | None:
    return version.effective_from.isoformat() if version and version.effective_from else None
