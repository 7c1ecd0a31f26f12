"""Which clause a reference means, on a date; or why that can't be said.

A wrong link is worse than none: whatever is not certain comes out unresolved, with its reason.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from django.db.models import Q

from statutes.choice import BY_QUOTATION, BY_SELECTOR, choose
from statutes.clausetext import paragraphs
from statutes.models import Alias, Clause, Statute, Version
from statutes.names import OF_SEVERAL, Names, names_of
from statutes.quotations import (
    EXACT,
    NOTHING_QUOTED,
    OTHER_CLAUSE,
    OTHER_VERSION,
    PUNCTUATION,
    Comparison,
    QuotedIn,
    compare,
)
from statutes.references import Reference
from statutes.texts import alias_key, normalise

RESOLVED = "resolved"
AMBIGUOUS = "ambiguous"  # the name fits several statutes, or 第一项 several 款
UNKNOWN_STATUTE = "unknown_statute"
NO_SUCH_CLAUSE = "no_such_clause"
NO_SUCH_PARAGRAPH = "no_such_paragraph"
NO_SUCH_ITEM = "no_such_item"
OUTSIDE_LIBRARY = "outside_library"  # we hold no text of that day, or only an excerpt of it

_GIVEN = (EXACT, PUNCTUATION)
# Statutes or versions whose clauses one query asks for: SQLite takes an expression of a thousand parts.
_MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Resolution:
    """``clause`` is set where the clause is certain, also where its 款 or 项 is not; ``last`` is
    the other end of a range. ``version`` is the text that is meant."""

    outcome: str
    statute: Statute | None = None
    version: Version | None = None
    clause: Clause | None = None
    last: Clause | None = None
    resolved_by: str = ""
    comparison: Comparison = NOTHING_QUOTED
    quoted_at: Clause | None = None  # what the quotation does give, where that is another clause


class LibraryNames:
    """All names by which the library's statutes can be cited, as they are when this is made.

    What a title or an alias says outright goes before what rules derive from a title.
    """

    def __init__(self) -> None:
        self._given: dict[str, list[tuple[int, Alias | None]]] = defaultdict(list)
        self._derived: dict[str, set[int]] = defaultdict(set)
        self._statutes = {
            statute.pk: statute for statute in Statute.objects.select_related("replaced_by")
        }
        for statute in self._statutes.values():
            self._take(statute.pk, statute.title, None)
            if statute.short_name:
                self._take(statute.pk, statute.short_name, None)
        for alias in Alias.objects.all():
            self._take(alias.statute_id, alias.name, alias)
        self.names = Names([*self._given, *self._derived])

    @cached_property
    def documents(self) -> dict[str, set[int]]:
        """The statutes that a document number names (normalised)."""
        found: dict[str, set[int]] = defaultdict(set)
        held = Version.objects.exclude(document_number="")
        for statute, number in held.values_list("statute", "document_number"):
            found[normalise(number)].add(statute)
        return found

    def _take(self, statute: int, name: str, alias: Alias | None) -> None:
        key, *derived = names_of(name)
        self._given[key].append((statute, alias))
        for other in derived:
            self._derived[other].add(statute)

    def keys_of(self, statutes: Collection[int]) -> set[str]:
        """The keys of all names of some statutes, their document numbers among them."""
        found = {
            key for key, owners in self._given.items() if any(pk in statutes for pk, _ in owners)
        }
        for names in (self._derived, self.documents):
            found |= {key for key, owners in names.items() if owners & set(statutes)}
        return found

    def statute(self, pk: int) -> Statute:
        return self._statutes[pk]

    def statutes(self, key: str, on: dt.date) -> list[Statute]:
        """Those that a name means on a day."""
        given = {
            statute
            for statute, alias in self._given.get(key, ())
            if alias is None
            or (
                (alias.valid_from is None or alias.valid_from <= on)
                and (alias.valid_to is None or on < alias.valid_to)
            )
        }
        meant = given if key in self._given else self._derived.get(key, set())
        return [self._statutes[pk] for pk in sorted(meant)]


@dataclass
class _Texts:
    """What was read of the library, the same on every day."""

    versions: dict[int, list[Version]] = field(default_factory=dict)
    clauses: dict[tuple[int, int, int], dict[int, Clause]] = field(default_factory=dict)
    quoted_in: dict[int, QuotedIn] = field(default_factory=dict)


class Resolver:
    """Resolves references as of one day (Asia/Shanghai).

    Reads the texts and clauses it is asked for, once each.
    """

    def __init__(
        self, on: dt.date, names: LibraryNames | None = None, *, held: "_Texts | None" = None
    ):
        self.on = on
        self.names = names or LibraryNames()
        held = held or _Texts()
        self._versions, self._clauses = held.versions, held.clauses
        self._quoted_in = held.quoted_in

    def prepare(self, references: Iterable[Reference]) -> None:
        """Read what these references need in two queries, instead of some for each."""
        wanted: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for reference in references:
            for statute in self.candidates(reference):
                if reference.number is not None:
                    wanted[statute.pk].add((reference.number, reference.branch))
                if reference.number_end is not None:
                    wanted[statute.pk].add((reference.number_end, reference.branch_end or 0))
                wanted[statute.pk]  # its versions, at least
        self.read(wanted)

    def read(self, wanted: Mapping[int, Collection[tuple[int, int]]]) -> None:
        """The texts of some statutes, and of their clauses those of these numbers with branches:
        in two queries, also for the resolvers of other days that belong to it."""
        self._read_versions(wanted.keys())
        self._read_clauses(wanted)

    def _read_versions(self, statutes: Collection[int]) -> None:
        new = set(statutes) - self._versions.keys()
        if not new:  # asked for each citation of a text: even an empty query has its cost
            return
        self._versions |= {pk: [] for pk in new}
        for version in Version.objects.filter(statute__in=new).defer(*Version.LONG):
            self._versions[version.statute_id].append(version)

    def _read_clauses(self, wanted: Mapping[int, Collection[tuple[int, int]]]) -> None:
        """``wanted``: numbers with branches, by statute."""
        missing: dict[int, set[int]] = defaultdict(set)
        for pk, keys in wanted.items():
            for number, branch in keys:
                if (pk, number, branch) not in self._clauses:
                    self._clauses[pk, number, branch] = {}
                    missing[pk].add(number)
        for clause in clauses_numbered("version__statute", missing):
            key = (clause.version.statute_id, clause.number, clause.branch)
            if key in self._clauses:
                self._clauses[key][clause.version_id] = clause

    def resolve(self, reference: Reference, quotation: str = "") -> Resolution:
        """``quotation`` is what the text quotes beside the reference, or "".

        The version, in this order: a selector in the text; a quotation that matches that number
        in another version and not in the one of the date; the date; for a repealed statute its
        last version; for a statute held in one undated text, that text.
        """
        if not reference.title:  # 本法, and nothing says which
            return Resolution(AMBIGUOUS)
        statutes = self.candidates(reference)
        if len(statutes) > 1:
            is_old = reference.selector == "old"
            statutes = [one for one in statutes if self._is_law(one) != is_old] or statutes
        if not statutes:
            is_of_several = alias_key(reference.title) in OF_SEVERAL
            return Resolution(AMBIGUOUS if is_of_several else UNKNOWN_STATUTE)
        if len(statutes) > 1:
            return Resolution(AMBIGUOUS)
        statute = statutes[0]
        version, by = self.text_meant(statute, reference.selector)
        if reference.number is None:
            outcome = RESOLVED if version else OUTSIDE_LIBRARY
            return Resolution(outcome, statute, version, resolved_by=by)
        return self._resolve_clause(reference, quotation, statute, version, by)

    def text_meant(self, statute: Statute, selector: str = "") -> tuple[Version | None, str]:
        """As ``choice.choose``: which of its texts, and what decided."""
        versions = self._versions_of(statute)
        return choose(versions, selector, on=self.on, is_repealed=self._is_repealed)

    def candidates(self, reference: Reference) -> list[Statute]:
        """Those that its title names on that day."""
        key = alias_key(reference.title)
        return self.names.statutes(key, self.on) or self._by_document_number(key)

    def _by_document_number(self, key: str) -> list[Statute]:
        """法释〔2015〕18号 alone: one number may be that of many texts."""
        if not key.endswith("号"):
            return []
        return [self.names.statute(pk) for pk in sorted(self.names.documents.get(key, ()))]

    def _is_law(self, statute: Statute) -> bool:
        return any(version.is_in_force(self.on) for version in self._versions_of(statute))

    def _resolve_clause(
        self,
        reference: Reference,
        quotation: str,
        statute: Statute,
        version: Version | None,
        by: str,
    ) -> Resolution:
        clauses = self.clauses_of(statute.pk, reference.number, reference.branch)
        if reference.selector and version is None:
            return Resolution(OUTSIDE_LIBRARY, statute)  # it names a text that isn't held
        chosen = clauses.get(version.pk) if version else None
        if quotation and by != BY_SELECTOR:
            quoted = self._quoted(clauses, quotation, unless=chosen)
            if quoted:
                chosen, by = quoted, BY_QUOTATION
                version = self._version(statute, quoted.version_id)
        if chosen is None:
            missing = NO_SUCH_CLAUSE if version and version.is_complete else OUTSIDE_LIBRARY
            return Resolution(missing, statute, version if missing == NO_SUCH_CLAUSE else None)
        found = Resolution(RESOLVED, statute, version, chosen, resolved_by=by)
        if quotation:
            found = self._compared(found, quotation, clauses)
        if reference.number_end is not None:
            ends = self.clauses_of(statute.pk, reference.number_end, reference.branch_end or 0)
            if version.pk not in ends:
                outcome = NO_SUCH_CLAUSE if version.is_complete else OUTSIDE_LIBRARY
                return replace(found, outcome=outcome, clause=None)
            return replace(found, last=ends[version.pk])
        return replace(found, outcome=outcome_of_pins(reference, chosen.text))

    def _compared(
        self, found: Resolution, quotation: str, clauses: dict[int, Clause]
    ) -> Resolution:
        """With what the quotation comes to: against the clause; if it isn't that one's, against
        the same number in other versions, and the other clauses of the same text."""
        comparison = compare(quotation, found.clause.text)
        if comparison.verdict in _GIVEN:
            return replace(found, comparison=comparison)
        if other := self._quoted(clauses, quotation, unless=found.clause):
            return replace(found, comparison=Comparison(OTHER_VERSION), quoted_at=other)
        others = self._others(found.version)
        keys = [pk for pk in others.find(quotation) if pk != found.clause.pk]
        if len(keys) == 1:
            quoted_at = Clause.objects.with_version().get(pk=keys[0])
            return replace(found, comparison=Comparison(OTHER_CLAUSE), quoted_at=quoted_at)
        return replace(found, comparison=comparison)

    def _others(self, version: Version) -> QuotedIn:
        if version.pk not in self._quoted_in:
            clauses = version.clauses.order_by("order")
            words = tuple(clauses.values_list("pk", "text_hash"))
            self._quoted_in[version.pk] = _quoted_in(version.pk, hash(words))
        return self._quoted_in[version.pk]

    def _is_repealed(self, last: Version) -> bool:
        """Whether a statute has ended, rather than gone on in a text that isn't held: somebody
        says so, or it interpreted a law that ended on the same day."""
        statute = self.names.statute(last.statute_id)
        if statute.replaced_by_id or last.source_status == "已废止":
            return True
        law = re.search("<([^<>]+)>", alias_key(statute.title))
        return any(
            interpreted.replaced_by_id
            and last.effective_to in [text.effective_to for text in self._versions_of(interpreted)]
            for interpreted in (self.names.statutes(law[1], self.on) if law else ())
        )

    @staticmethod
    def _quoted(
        clauses: dict[int, Clause], quotation: str, *, unless: Clause | None
    ) -> Clause | None:
        """The one clause of another version that the quotation gives word for word."""

        def gives(clause: Clause) -> bool:
            return compare(quotation, clause.text).verdict in _GIVEN

        if unless and gives(unless):
            return None
        matches = [clause for clause in clauses.values() if clause != unless and gives(clause)]
        if len({clause.text_hash for clause in matches}) > 1:
            return None
        # Several versions with the same words: the latest of them.
        return max(matches, key=_first_day, default=None)

    def _versions_of(self, statute: Statute) -> list[Version]:
        self._read_versions({statute.pk})
        return self._versions[statute.pk]

    def _version(self, statute: Statute, pk: int) -> Version:
        return next(version for version in self._versions_of(statute) if version.pk == pk)

    def clauses_of(self, statute: int, number: int, branch: int) -> dict[int, Clause]:
        """That number in each version of a statute that has it, by version id."""
        self._read_clauses({statute: [(number, branch)]})
        return self._clauses[statute, number, branch]


@lru_cache(maxsize=64)
def _quoted_in(version: int, words: int) -> QuotedIn:
    """Made once of the same words, which takes a good part of a publish; ``words`` stands for them."""
    clauses = Clause.objects.filter(version=version).order_by("order")
    return QuotedIn(dict(clauses.values_list("pk", "text")))


@dataclass
class Resolvers:
    """Resolvers of any day, with the names of the library as it is when this is made: for callers
    that read many texts."""

    names: LibraryNames = field(default_factory=LibraryNames)
    _resolvers: dict[dt.date, Resolver] = field(default_factory=dict)
    _held: "_Texts" = field(default_factory=lambda: _Texts())

    def on(self, day: dt.date) -> Resolver:
        if day not in self._resolvers:
            self._resolvers[day] = Resolver(day, self.names, held=self._held)
        return self._resolvers[day]


def clauses_numbered(of: str, wanted: Mapping[int, Collection[int]]) -> Iterator[Clause]:
    """The clauses of some versions or statutes by their numbers, with version and statute; ``of``
    is what the ids of ``wanted`` are: "version" or "version__statute"."""
    rows = list(wanted.items())
    for start in range(0, len(rows), _MOST_AT_ONCE):
        among = Q()
        for pk, numbers in rows[start : start + _MOST_AT_ONCE]:
            among |= Q(**{of: pk, "number__in": numbers})
        yield from Clause.objects.filter(among).with_version()


def outcome_of_pins(reference: Reference, text: str) -> str:
    """Whether the clause has the 款 and 项 that are named. 项 without 款 are those of the only
    款 that has any."""
    held = paragraphs(text)
    for number in (reference.paragraph, reference.paragraph_end):
        if number is not None and number > len(held):
            return NO_SUCH_PARAGRAPH
    if reference.item is None:
        return RESOLVED
    if reference.paragraph is not None:
        listing = [held[(reference.paragraph_end or reference.paragraph) - 1]]
    else:
        listing = [one for one in held if one.items]
        if len(listing) > 1:
            return AMBIGUOUS
    marks = {item.number for one in listing for item in one.items}
    wanted = {reference.item, reference.item_end or reference.item}
    return RESOLVED if wanted <= marks else NO_SUCH_ITEM


def _first_day(clause: Clause) -> dt.date:
    return clause.version.effective_from or dt.date.min
