"""What became of each clause: hops proposed by text and confirmed by people, and the ClauseChange
rows that follow from them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise

from django.db import models, transaction
from django.utils import timezone

from statutes.matching import SAME, Unit, match
from statutes.models import Clause, ClauseChange, Correspondence, Statute, Version
from statutes.outline import is_deleted
from statutes.quotations import differences

Way = tuple[int, int | None]  # (id of the old clause, id of the new one; None: dropped)

# What stands in its place is a clause of its own right, whatever the words.
_SHARED = {
    Correspondence.Kind.SPLIT: ClauseChange.Kind.SPLIT,
    Correspondence.Kind.MERGED: ClauseChange.Kind.MERGED,
    Correspondence.Kind.DROPPED: ClauseChange.Kind.DROPPED,
}


def propose_around(version: Version) -> int:
    """Propose what a text's clauses came from and what they became, in the texts beside it and in
    those of the statutes that it replaced or that replaced its own. How many proposals.

    Proposals from and into texts that stand beside it no more go."""
    is_placed = version.effective_from and version.is_complete
    before = _before(version) if is_placed else []
    later = following(version) if is_placed else None
    proposed = Correspondence.objects.filter(status=Correspondence.Status.PROPOSED)
    own = Clause.objects.ids_of([version])
    proposed.filter(new__in=own).exclude(old__in=Clause.objects.ids_of(before)).delete()
    if later is None:
        proposed.filter(old__in=own).delete()
    pairs = [(text, version) for text in before]
    if later:
        pairs.append((version, later))
    return sum(propose(old, new) for old, new in pairs)


def _before(version: Version) -> list[Version]:
    """The texts whose place this one took."""
    found = [_last(version.statute.versions.filter(effective_from__lt=version.effective_from))]
    for replaced in version.statute.replaces.all():
        last = _last(replaced.versions)
        if last and following(last) == version:
            found.append(last)
    return [text for text in found if text and text.is_complete]


def following(version: Version) -> Version | None:
    """The complete text that took this one's place."""
    text = next_text(version)
    return text if text and text.is_complete else None


def next_text(version: Version) -> Version | None:
    """The text that took this one's place, as far as it is held: the statute's next, or that of
    the statute which replaced it."""
    if version.effective_from is None:
        return None
    statute = version.statute
    later = statute.versions.filter(effective_from__gt=version.effective_from)
    text = later.order_by("effective_from").first()
    if text is None and statute.replaced_by_id and version.effective_to:
        return statute.replaced_by.as_of(version.effective_to)
    return text


def _last(versions: models.QuerySet) -> Version | None:
    return versions.exclude(effective_from=None).order_by("effective_from").last()


@transaction.atomic
def propose(old: Version, new: Version) -> int:
    """Propose what each clause of ``old`` became in ``new``. How many rows.

    What a person confirmed or rejected stays, and is not proposed again; earlier proposals between
    the two go. The same words under the same number of one statute need no row.
    """
    olds = list(old.clauses.select_related("heading"))
    news = list(new.clauses.select_related("heading"))
    leaving = Correspondence.objects.filter(old__in=[clause.pk for clause in olds])
    proposed = leaving.filter(status=Correspondence.Status.PROPOSED)
    notes = {(hop.old_id, hop.new_id): hop.note for hop in proposed if hop.note}
    proposed.delete()  # to whichever text
    there = {clause.pk for clause in news}
    decided = {
        (hop.old_id, hop.new_id): hop.status
        for hop in leaving
        if hop.new_id in there or (hop.new_id is None and hop.beside_id == new.pk)
    }
    settled = {
        pk for (pk, _), status in decided.items() if status == Correspondence.Status.CONFIRMED
    }
    rows = []
    found = match(
        [_unit(clause) for clause in olds],
        [_unit(clause) for clause in news],
        same_statute=old.statute_id == new.statute_id,
    )
    for item in found:
        clause = olds[item.old]
        became = None if item.new is None else news[item.new]
        if (
            item.kind == SAME
            or clause.pk in settled
            or (clause.pk, became and became.pk) in decided
            or is_deleted(clause.text)
        ):
            continue
        rows.append(
            Correspondence(
                old=clause,
                new=became,
                beside=None if became else new,
                kind=item.kind,
                score=item.score,
                note=notes.get((clause.pk, became and became.pk), ""),
            )
        )
    Correspondence.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _unit(clause: Clause) -> Unit:
    place = clause.heading.place if clause.heading else ""
    return Unit((clause.number, clause.branch), clause.text, place)


@transaction.atomic
def rebuild_changes(statute: Statute, *, also: set[int] = frozenset()) -> set[int]:
    """Derive anew the changes of every clause of a statute, and of those whose way leads into it.

    ``also`` are ids of further statutes, whose way led into it before its text changed. Returns
    the ids of all these statutes.

    Costs a few queries a version that has ended, none a clause.
    """
    statutes = leading_to(statute) | also
    library = _Library(statutes)
    versions = Version.objects.filter(statute__in=statutes)
    ClauseChange.objects.filter(
        clause__in=Clause.objects.ids_of(versions.values_list("pk", flat=True))
    ).delete()
    rows = []
    for version in versions.exclude(effective_to=None):
        for clause in library.clauses(version).values():
            rows += _changes_of(clause, library)
    ClauseChange.objects.bulk_create(rows, batch_size=1000)
    versions.update(compared_at=timezone.now())
    return statutes


def leading_to(statute: Statute) -> set[int]:
    """The statute and all whose clauses became, over any number of hops, clauses of it."""
    found, fresh = set(), {statute.pk}
    while fresh:
        found |= fresh
        texts = Version.objects.filter(statute__in=fresh).order_by().values_list("pk", flat=True)
        clauses = Clause.objects.ids_of(texts)
        olds = list(Correspondence.objects.filter(new__in=clauses).values_list("old", flat=True))
        fresh = owners(olds) - found
    return found


def owners(clauses: Collection[int]) -> set[int]:
    """The ids of the statutes that clauses belong to, by their ids. Two queries."""
    texts = Clause.objects.filter(pk__in=clauses).order_by().values_list("version", flat=True)
    versions = Version.objects.filter(pk__in=list(texts.distinct())).order_by()
    return set(versions.values_list("statute", flat=True))


def between(texts: Sequence[Version]) -> tuple[list[Way], list[Way]]:
    """What the clauses of the first text became in the last, over all hops between neighbours:
    (what a reader may see as fact, what is only proposed). Two queries."""
    by_key: dict[int, dict] = defaultdict(dict)
    clauses = Clause.objects.filter(version__in=texts)
    for version, pk, *key in clauses.values_list("version", "pk", "number", "branch", "text_hash"):
        by_key[version][tuple(key)] = pk
    rows: dict[int, list[tuple[int | None, bool]]] = defaultdict(list)
    leaving = [pk for text in texts[:-1] for pk in by_key[text.pk].values()]
    hops = Correspondence.objects.filter(old__in=leaving).order_by("pk").with_visible()
    hops = hops.exclude(status=Correspondence.Status.REJECTED)
    for old, new, is_visible in hops.values_list("old", "new", "is_visible"):
        rows[old].append((new, is_visible))
    key_of = {pk: key for keys in by_key.values() for key, pk in keys.items()}
    ways = {(pk, pk): True for pk in by_key[texts[0].pk].values()}
    for text in texts[1:]:
        onward: dict[Way, bool] = {}
        held = {None, *by_key[text.pk].values()}
        for (first, here), is_fact in ways.items():
            same = by_key[text.pk].get(key_of.get(here))
            hops = [(there, is_sure) for there, is_sure in rows[here] if there in held]
            steps = hops or ([(same, True)] if same else [])
            for there, is_sure in steps:
                way = (first, there)
                onward[way] = onward.get(way, False) or (is_fact and is_sure)
            if here is None:
                onward[first, None] = is_fact
        ways = onward
    facts = [way for way, is_fact in ways.items() if is_fact]
    return facts, [way for way, is_fact in ways.items() if not is_fact and way[1]]


def _changes_of(clause: Clause, library: "_Library") -> list[ClauseChange]:
    """One row for each later day on which the clause's words, number or force changed."""
    rows: list[ClauseChange] = []
    current, confirmed, seen = clause, True, {clause.pk}
    while current and (day := library.version(current).effective_to):
        kind, following, certain = library.next_of(current)
        if following and following.pk in seen:  # correspondences that run in a circle
            break
        confirmed = confirmed and certain
        begins = library.version(following).effective_from if following else None
        if begins and begins > day:  # what stood there in between is not held
            rows.append(_row(clause, day, ClauseChange.Kind.REPLACED, None, confirmed=False))
            day = begins
        kind = kind or _kind(clause, following, library)
        if kind or rows:
            kind = kind or ClauseChange.Kind.AMENDED  # and back: it did change in between
            if not confirmed and kind != ClauseChange.Kind.REPEALED:
                kind = ClauseChange.Kind.REPLACED  # what nobody confirmed says no more than that
            rows.append(_row(clause, day, kind, following, confirmed=confirmed))
        current = following
        seen.add(current and current.pk)
    for row, later in pairwise(rows):
        row.until = later.on
    for row in rows:
        row.since = rows[0].on
    return rows


def _kind(clause: Clause, successor: Clause, library: "_Library") -> str | None:
    """How a clause differs from the one in its place: by its words, by its number, or not."""
    if clause.text_hash != successor.text_hash:
        return ClauseChange.Kind.AMENDED
    moved = (clause.number, clause.branch) != (successor.number, successor.branch)
    if moved or library.version(clause).statute_id != library.version(successor).statute_id:
        return ClauseChange.Kind.RENUMBERED
    return None


def _row(
    clause: Clause, on: dt.date, kind: str, successor: Clause | None, *, confirmed: bool
) -> ClauseChange:
    return ClauseChange(
        clause=clause,
        on=on,
        kind=kind,
        successor=successor,
        is_confirmed=confirmed,
        diff=differences(clause.text, successor.text) if successor else [],
    )


class _Library:
    """The texts around some statutes, read version by version and kept."""

    def __init__(self, statutes: set[int]):
        self._versions: dict[int, Version] = {}
        self._by_statute: dict[int, list[Version]] = defaultdict(list)
        self._load_statutes(statutes)
        self._clauses: dict[int, dict[tuple[int, int], Clause]] = {}
        self._hops: dict[int, dict[int, list[Correspondence]]] = {}

    def _load_statutes(self, statutes: set[int]) -> None:
        for version in Version.objects.filter(statute__in=statutes).select_related("statute"):
            self._versions[version.pk] = version
            self._by_statute[version.statute_id].append(version)

    def version(self, clause: Clause) -> Version:
        if clause.version_id not in self._versions:
            self._load_statutes({Version.objects.get(pk=clause.version_id).statute_id})
        return self._versions[clause.version_id]

    def clauses(self, version: Version) -> dict[tuple[int, int], Clause]:
        if version.pk not in self._clauses:
            self._clauses[version.pk] = {
                (clause.number, clause.branch): clause for clause in version.clauses.all()
            }
        return self._clauses[version.pk]

    def _hops_of(self, clause: Clause) -> list[Correspondence]:
        """What people confirmed of the clause; where they didn't, what is proposed."""
        if clause.version_id not in self._hops:
            hops = defaultdict(list)
            for hop in (
                Correspondence.objects.leaving(clause.version_id)
                .exclude(status=Correspondence.Status.REJECTED)
                .select_related("old", "new")
                .order_by("pk")
            ):
                hops[hop.old_id].append(hop)
            self._hops[clause.version_id] = hops
        hops = [
            hop for hop in self._hops[clause.version_id].get(clause.pk, []) if self._leads_on(hop)
        ]
        confirmed = [hop for hop in hops if hop.status == Correspondence.Status.CONFIRMED]
        return confirmed or hops

    def _next_text(self, version: Version) -> Version | None:
        """The statute's next text that is held, after a gap or not."""
        first = version.effective_from or dt.date.max
        later = (
            other
            for other in self._by_statute[version.statute_id]
            if other.effective_from and other.effective_from > first
        )
        return min(later, key=lambda other: other.effective_from, default=None)

    def _replacing(self, version: Version) -> Version | None:
        """The text of the statute that replaced a text's, on the day on which that ended."""
        statute, day = version.statute.replaced_by_id, version.effective_to
        if not statute or not day:
            return None
        if statute not in self._by_statute:
            self._load_statutes({statute})
        return self._in_force(statute, day)

    def _in_force(self, statute: int, day: dt.date) -> Version | None:
        return next((text for text in self._by_statute[statute] if text.is_in_force(day)), None)

    def _leads_on(self, hop: Correspondence) -> bool:
        """Whether a hop leads into the next text. One that skips a text, which arrived after
        somebody confirmed it, says nothing of that text: its way goes over the texts between."""
        old = self.version(hop.old)
        following = self._next_text(old)
        if hop.new is None:
            beside = following or self._replacing(old)
            return hop.beside_id == (beside and beside.pk)
        new = self.version(hop.new)
        if old.statute_id == new.statute_id:
            return new == following
        day = following.effective_from if following else old.effective_to
        standing = self._in_force(new.statute_id, day) if day else None
        return standing in (None, new)

    def next_of(self, clause: Clause) -> tuple[str | None, Clause | None, bool]:
        """(kind, successor, certain) on the day on which the clause's version ends.

        Kind None: one clause stands in its place, and the two tell how they differ.
        """
        version = self.version(clause)
        goes_on = self._next_text(version)
        is_next = goes_on and goes_on.effective_from == version.effective_to
        following = goes_on if is_next else None
        hops = self._hops_of(clause)
        if hops and hops[0].status == Correspondence.Status.PROPOSED:
            return self._proposed(clause, hops, goes_on=bool(goes_on))
        if len(hops) > 1:
            kind = ClauseChange.Kind.SPLIT if goes_on else ClauseChange.Kind.REPEALED
            return kind, None, True  # no single clause stands in its place
        if hops:
            kind = _SHARED.get(hops[0].kind) if goes_on else ClauseChange.Kind.REPEALED
            return kind, hops[0].new, True
        if following is None:
            # A later text after a gap: replaced, not repealed.
            kind = ClauseChange.Kind.REPLACED if goes_on else ClauseChange.Kind.REPEALED
            return kind, None, False
        same = self.clauses(following).get((clause.number, clause.branch))
        if same and same.text_hash == clause.text_hash:
            return None, same, True
        # The same number with other words may be another rule: never guessed as the successor.
        return ClauseChange.Kind.REPLACED, None, False

    @staticmethod
    def _proposed(
        clause: Clause, hops: list[Correspondence], *, goes_on: bool
    ) -> tuple[str | None, Clause | None, bool]:
        """Nobody confirmed it: certain only with the very same words, and then for a reader too.
        Otherwise the successor is for editors, and the kind claims nothing."""
        new = hops[0].new if len(hops) == 1 else None
        if new and new.text_hash == clause.text_hash:
            return (None if goes_on else ClauseChange.Kind.REPEALED), new, True
        kind = ClauseChange.Kind.REPLACED if goes_on else ClauseChange.Kind.REPEALED
        return kind, new, False
