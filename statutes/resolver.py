"""Which clause a reference means, on a date; or why that can't be said.

A wrong link is worse than none: whatever is not certain comes out unresolved, with its reason.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from statutes.models import Alias, Clause, Statute, Version
from statutes.quotations import EXACT, NOTHING_QUOTED, PUNCTUATION, Comparison, compare
from statutes.references import Reference
from statutes.texts import alias_key, normalise

RESOLVED = "resolved"
AMBIGUOUS = "ambiguous"  # the name, or 原 and 旧, fit more than one text
UNKNOWN_STATUTE = "unknown_statute"
NO_SUCH_CLAUSE = "no_such_clause"
OUTSIDE_LIBRARY = "outside_library"  # we hold no text of that day, or only an excerpt of it

# What decided the version.
BY_SELECTOR, BY_QUOTATION, BY_DATE, BY_LAST, BY_UNDATED = (
    "selector",
    "quotation",
    "date",
    "last",
    "undated",
)


@dataclass(frozen=True)
class Resolution:
    outcome: str
    statute: Statute | None = None
    clause: Clause | None = None
    resolved_by: str = ""
    comparison: Comparison = NOTHING_QUOTED


class Resolver:
    """Resolves the references of one text as of one day (Asia/Shanghai).

    Reads the aliases once when made, then the texts and clauses it is asked for, once each.
    """

    def __init__(self, on: dt.date):
        self.on = on
        self._statutes: dict[str, dict[int, Alias]] = defaultdict(dict)
        for alias in Alias.objects.select_related("statute"):
            self._statutes[alias.key][alias.statute_id] = alias
        self._versions: dict[int, list[Version]] = {}
        self._clauses: dict[tuple[int, int, int], dict[int, Clause]] = {}

    def resolve(self, reference: Reference, quotation: str = "") -> Resolution:
        """``quotation`` is what the text quotes beside the reference, or "".

        The version, in this order: a selector in the text; a quotation that matches that number
        in another version and not in the one of the date; the date; for a repealed statute its
        last version; for a statute held in one undated text, that text.
        """
        statutes = [
            alias.statute
            for alias in self._statutes.get(alias_key(reference.title), {}).values()
            if (alias.valid_from is None or alias.valid_from <= self.on)
            and (alias.valid_to is None or self.on < alias.valid_to)
        ]
        if not statutes:
            return Resolution(UNKNOWN_STATUTE)
        if len(statutes) > 1:
            return Resolution(AMBIGUOUS)
        statute = statutes[0]
        versions = self._versions_of(statute)
        clauses = self._clauses_of(statute, reference)
        version, by = self._choose(versions, reference.selector)
        if by == AMBIGUOUS:
            return Resolution(AMBIGUOUS, statute)
        if reference.selector and version is None:
            return Resolution(OUTSIDE_LIBRARY, statute)  # it names a text that isn't held
        chosen = clauses.get(version.pk) if version else None
        if by != BY_SELECTOR and quotation:
            quoted = self._quoted(clauses, quotation, unless=chosen)
            if quoted:
                chosen, by = quoted, BY_QUOTATION
        if chosen:
            comparison = compare(quotation, chosen.text) if quotation else NOTHING_QUOTED
            return Resolution(RESOLVED, statute, chosen, by, comparison)
        if version and version.is_complete:
            return Resolution(NO_SUCH_CLAUSE, statute)
        return Resolution(OUTSIDE_LIBRARY, statute)

    def _choose(self, versions: list[Version], selector: str) -> tuple[Version | None, str]:
        dated = [version for version in versions if version.effective_from]
        if selector:
            return self._select(versions, dated, selector)
        for version in dated:
            if version.is_in_force(self.on):
                return version, BY_DATE
        if len(versions) == 1 and not dated:
            return versions[0], BY_UNDATED  # nothing else is held, and nothing is claimed of it
        if len(dated) == len(versions) and dated:
            last = max(dated, key=lambda version: version.effective_from)
            if last.effective_to and last.effective_to <= self.on:
                return last, BY_LAST
        return None, ""  # a gap between texts, or beside a text whose days aren't known

    def _select(
        self, versions: list[Version], dated: list[Version], selector: str
    ) -> tuple[Version | None, str]:
        if selector == "old":
            ended = [v for v in dated if v.effective_to and v.effective_to <= self.on]
            if not ended:
                return None, ""
            last = max(ended, key=lambda version: version.effective_from)
            repealed = not any(v.effective_from > last.effective_from for v in dated)
            # 原《公司法》 may be any of its earlier texts; 原《合同法》 is its last one.
            return (last, BY_SELECTOR) if repealed or len(ended) == 1 else (None, AMBIGUOUS)
        matches = _named(versions, selector)
        if len(matches) > 1:
            return None, AMBIGUOUS
        return (matches[0], BY_SELECTOR) if matches else (None, "")

    @staticmethod
    def _quoted(
        clauses: dict[int, Clause], quotation: str, *, unless: Clause | None
    ) -> Clause | None:
        """The one clause of another version that the quotation gives word for word."""

        def gives(clause: Clause) -> bool:
            return compare(quotation, clause.text).verdict in (EXACT, PUNCTUATION)

        if unless and gives(unless):
            return None
        matches = [clause for clause in clauses.values() if clause != unless and gives(clause)]
        if len({clause.text_hash for clause in matches}) > 1:
            return None
        # Several versions with the same words: the latest of them.
        return max(matches, key=_first_day, default=None)

    def _versions_of(self, statute: Statute) -> list[Version]:
        if statute.pk not in self._versions:
            self._versions[statute.pk] = list(statute.versions.all())
        return self._versions[statute.pk]

    def _clauses_of(self, statute: Statute, reference: Reference) -> dict[int, Clause]:
        """That number in each version that has it, by version id."""
        key = (statute.pk, reference.number, reference.branch)
        if key not in self._clauses:
            clauses = Clause.objects.filter(
                version__statute=statute, number=reference.number, branch=reference.branch
            ).select_related("version__statute")
            self._clauses[key] = {clause.version_id: clause for clause in clauses}
        return self._clauses[key]


def _first_day(clause: Clause) -> dt.date:
    return clause.version.effective_from or dt.date.min


def _named(versions: list[Version], selector: str) -> list[Version]:
    """The texts that a document number, a year, a month or a turn of amendment names.

    A year is the one of promulgation (2023修订 is in force from 2024); people also name the year
    in which a law came into force. What names none that is held names none.
    """
    if not selector[:4].isdecimal():
        wanted = normalise(selector)
        return [v for v in versions if wanted in normalise(v.document_number)]
    year, turn = selector[:4], selector[4:]
    if turn.startswith("第"):
        return [v for v in versions if year in v.label and turn in v.label]
    for field in ("promulgated_on", "effective_from"):
        days = [(v, getattr(v, field)) for v in versions if getattr(v, field)]
        matches = [v for v, day in days if f"{day.year}{turn and f'-{day.month}'}" == selector]
        if matches:
            return matches
    return []
