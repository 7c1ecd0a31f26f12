"""Two texts of law side by side: which clause stands in whose place, and which words differ.

What is set against what: correspondences that a person confirmed, then equal words; then what
only a machine says, and is marked so: proposals, and equal numbers where the words are alike. What
a person rejected is never set side by side again, by whichever of these.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import Indel, Levenshtein

from statutes.numerals import NUMBER
from statutes.outline import is_deleted
from statutes.texts import normalise

EQUAL, INSERT, DELETE = "equal", "insert", "delete"

AMENDED, ADDED, DROPPED, RENUMBERED, UNCHANGED = (
    "amended",
    "added",
    "dropped",
    "renumbered",
    "unchanged",
)

# Under one number, less alike than this: most likely another rule, so not shown as its amendment.
ALIKE_AT_LEAST = 0.5
# The cost is the product of the lengths. Beyond this, whole lines are compared, then nothing.
_MOST_STEPS = 40_000_000

# A number changes as a whole: 第二十条 → 第二十一条 is no inserted 一.
_WORD = re.compile(
    rf"第{NUMBER}{{1,9}}[编章节条款项](?:之{NUMBER}{{1,3}})?|{NUMBER}+|[A-Za-z]+|.", re.DOTALL
)

Mark = tuple[int, int, str]  # number, branch, text_hash: a clause, in whichever text it stands
Run = tuple[str, str]  # (EQUAL, INSERT or DELETE; words)


@dataclass(frozen=True)
class Pair:
    """Clauses of two texts that stand for one another: one each, but where one was split or
    several merged; none on one side where it was added or dropped."""

    kind: str
    olds: tuple[Any, ...]
    news: tuple[Any, ...]
    runs: tuple[Run, ...] = ()
    is_likely: bool = False  # set side by side by a machine; nobody has confirmed it

    @property
    def has_moved(self) -> bool:
        return bool(self.olds and self.news) and _keys(self.olds) != _keys(self.news)


def is_alike(before: str, after: str) -> bool:
    """Whether two clauses of one number are near enough to be one rule and its amendment."""
    return Indel.normalized_similarity(before, after) >= ALIKE_AT_LEAST


def alike_runs(before: str, after: str) -> tuple[Run, ...]:
    """``runs`` of two texts, or none where they are too different for marks to help."""
    return runs(before, after) if is_alike(before, after) else ()


def runs(before: str, after: str) -> tuple[Run, ...]:
    """The words of both texts in reading order, each run with what became of it.

    Differences of form alone (quotation marks, width, spaces) are none. A single character
    between two changes goes with them: words read better than letters.
    """
    split = _split_for(before, after)
    if split is None:
        return ((DELETE, before), (INSERT, after))
    old, new = split(before), split(after)
    steps = Levenshtein.opcodes([_form(word) for word in old], [_form(word) for word in new])
    found: list[Run] = []
    removed = added = ""
    for index, step in enumerate(steps):
        gone = "".join(old[step.src_start : step.src_end])
        come = "".join(new[step.dest_start : step.dest_end])
        is_island = 0 < index < len(steps) - 1 and len(come.strip()) < 2
        if step.tag != "equal" or is_island:
            removed, added = removed + gone, added + come
            continue
        found += [*_change(removed, added), (EQUAL, come)]
        removed = added = ""
    return (*found, *_change(removed, added))


def align(
    olds: Sequence,
    news: Sequence,
    became: Iterable[tuple[int, int | None]],
    likely: Iterable[tuple[int, int]] = (),
    rejected: Collection[tuple[Mark, Mark]] = (),
) -> list[Pair]:
    """Every clause of two texts, once, in the order of the new text; what was dropped stands
    behind what it followed.

    ``became`` are the hops that a reader may see: (id of old, id of new; None: dropped);
    ``likely`` those that are only proposed; ``rejected`` the marks of clauses that a person
    said do not stand for one another. A clause has pk, number, branch, order, text and text_hash.
    """

    old_ids, new_ids = ({mark(clause): clause.pk for clause in side} for side in (olds, news))
    refused = {(old_ids.get(old), new_ids.get(new)) for old, new in rejected}

    def allowed(pairs: list[tuple]) -> list[tuple]:
        return [((old,), (new,)) for old, new in pairs if (old.pk, new.pk) not in refused]

    groups = _by_hops(olds, news, [hop for hop in became if hop not in refused])
    groups += allowed(_same_number_and_words(*_rest(olds, news, groups)))
    groups += allowed(_same_words(*_rest(olds, news, groups)))
    likely = [hop for hop in likely if hop not in refused]
    proposed = _by_hops(*_rest(olds, news, groups), likely)
    groups += proposed
    alike = allowed(_same_number(*_rest(olds, news, groups)))
    groups += alike
    dropped, added = _rest(olds, news, groups)
    groups += [((old,), ()) for old in dropped] + [((), (new,)) for new in added]
    likely_ones = {*proposed, *alike}
    return [_pair(*group, is_likely=group in likely_ones) for group in _in_order(groups)]


def _rest(olds: Sequence, news: Sequence, groups: list) -> list[list]:
    """The clauses of either side that stand in no group yet."""
    matched = {clause.pk for group in groups for side in group for clause in side}
    return [[clause for clause in side if clause.pk not in matched] for side in (olds, news)]


def _split_for(before: str, after: str):
    for split in (_WORD.findall, lambda text: text.splitlines(keepends=True)):
        if len(split(before)) * len(split(after)) <= _MOST_STEPS:
            return split
    return None


@lru_cache(maxsize=20_000)
def _form(word: str) -> str:
    return normalise(word)


def _change(removed: str, added: str) -> Iterable[Run]:
    if normalise(removed) == normalise(added):
        return [(EQUAL, added)] if added else []
    return [run for run in ((DELETE, removed.strip("\n")), (INSERT, added)) if normalise(run[1])]


def _by_hops(olds, news, became) -> list[tuple[tuple, tuple]]:
    """The clauses that hops hold together, over any number of them, as (olds, news)."""
    old_of, new_of = ({clause.pk: clause for clause in side} for side in (olds, news))
    group_of: dict[int, frozenset[int]] = {}
    for old, new in became:
        if old in old_of and (new is None or new in new_of):
            ends = {old} if new is None else {old, new}
            group = frozenset(ends).union(*(group_of.get(end, ()) for end in ends))
            group_of |= dict.fromkeys(group, group)
    return [
        tuple(
            tuple(sorted((side[pk] for pk in group & side.keys()), key=lambda c: c.order))
            for side in (old_of, new_of)
        )
        for group in dict.fromkeys(group_of.values())
    ]


def _key(clause) -> tuple[int, int]:
    return clause.number, clause.branch


def mark(clause) -> Mark:
    return clause.number, clause.branch, clause.text_hash


def _same_number_and_words(olds, news) -> list[tuple]:
    by_key = {_key(clause): clause for clause in news}
    return [
        (old, new)
        for old in olds
        if (new := by_key.get(_key(old))) and new.text_hash == old.text_hash
    ]


def _same_words(olds, news) -> list[tuple]:
    """Where the words stand once on either side; （删去） stands for nothing but itself."""
    counts = [Counter(clause.text_hash for clause in side) for side in (olds, news)]
    by_hash = {clause.text_hash: clause for clause in news}
    return [
        (old, by_hash[old.text_hash])
        for old in olds
        if counts[0][old.text_hash] == counts[1][old.text_hash] == 1 and not is_deleted(old.text)
    ]


def _same_number(olds, news) -> list[tuple]:
    by_key = {_key(clause): clause for clause in news}
    return [
        (old, new)
        for old in olds
        if (new := by_key.get(_key(old)))
        and (is_deleted(old.text) or is_deleted(new.text) or is_alike(old.text, new.text))
    ]


def _in_order(groups: list[tuple[tuple, tuple]]) -> list[tuple[tuple, tuple]]:
    """By the new text's order; a dropped clause behind the place of the one before it."""
    place = {old.pk: news[0].order for olds, news in groups if news for old in olds}
    dropped = sorted((group for group in groups if not group[1]), key=lambda g: g[0][0].order)
    olds = sorted((old for group in groups for old in group[0]), key=lambda old: old.order)
    before, last = {}, 0
    for old in olds:
        last = place.get(old.pk, last)
        before[old.pk] = last
    kept = [(news[0].order, 0, (olds, news)) for olds, news in groups if news]
    kept += [(before[group[0][0].pk], 1, group) for group in dropped]
    return [group for _, _, group in sorted(kept, key=lambda row: row[:2])]


def _pair(olds: tuple, news: tuple, *, is_likely: bool) -> Pair:
    if not news:
        return Pair(DROPPED, olds, news)
    if not olds:
        return Pair(ADDED, olds, news)
    before, after = ("\n".join(clause.text for clause in side) for side in (olds, news))
    if normalise(before) == normalise(after):
        return Pair(UNCHANGED if _keys(olds) == _keys(news) else RENUMBERED, olds, news)
    kind = DROPPED if is_deleted(after) else AMENDED
    # （删去） under a number says itself what became of the clause of that number.
    is_likely = is_likely and not (kind == DROPPED and _keys(olds) == _keys(news))
    return Pair(kind, olds, news, runs(before, after), is_likely)


def _keys(clauses: Sequence) -> list[tuple[int, int]]:
    return [_key(clause) for clause in clauses]


def by_kind(pairs: Iterable[Pair]) -> dict[str, list[Pair]]:
    """The pairs of each kind, each in its order."""
    kinds = defaultdict(list)
    for pair in pairs:
        kinds[pair.kind].append(pair)
    return kinds
