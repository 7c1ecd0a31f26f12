"""Which clause of a new text stands for which of the old: a proposal, by their words. Pure.

Equal words decide first. For the rest, words weigh by their rarity (a clause is known by what it
alone speaks of, not by 人民法院应当), and a clause between two that are matched is expected
between theirs.
"""

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from statutes.outline import is_deleted
from statutes.texts import normalise, text_hash, words_only

SAME, RENUMBERED, AMENDED, SPLIT, MERGED, DROPPED = (
    "same",
    "renumbered",
    "amended",
    "split",
    "merged",
    "dropped",
)

# Tuned by reading proposals for 公司法 2018 → 2023, 民事诉讼法 2021 → 2023 and 合同法 → 民法典;
# see tests/statutes/judged_proposals.csv for the sample and its verdicts.
_LEAST = 0.36  # combined likeness below which a clause counts as dropped
_CONTAINED = 0.6  # weight share of one clause's words found in another: a part of it
_CONTAINED_AMENDED = 0.45  # the same, where the words were amended on the way
_CANDIDATES = 12
_SURE = 0.75  # likeness of a match that may vouch for its neighbours
_BETWEEN, _SAME_PLACE = 0.1, 0.08  # bonuses


@dataclass(frozen=True)
class Unit:
    """A clause: ``key`` (number, branch), ``place`` its headings from the top down."""

    key: tuple[int, int]
    text: str
    place: str = ""


@dataclass(frozen=True)
class Match:
    """``old`` and ``new`` are positions; ``new`` None: nothing stands for it. ``score`` is the
    likeness of the normalised texts, 0 … 1."""

    old: int
    new: int | None
    kind: str
    score: float


def match(old: Sequence[Unit], new: Sequence[Unit], *, same_statute: bool) -> list[Match]:
    """What each clause of ``old`` became, in order; several for one that was split.

    ``same_statute``: then equal words under the same number are the same clause.
    """
    old_texts, new_texts = _prepare(old, new)
    equal = _equal(old, new, old_texts, new_texts, same_statute=same_statute)
    found = [
        Match(i, j, SAME if same_statute and old[i].key == new[j].key else RENUMBERED, 1.0)
        for i, j in equal.items()
    ]
    index = _Index(old_texts, new_texts)
    rest = [i for i, text in enumerate(old_texts) if i not in equal and text.words]
    chosen = _choose(rest, equal, index, old, new)
    found += _classified(chosen, equal, index)
    for i in range(len(old)):
        if i not in equal and i not in chosen:
            found.append(Match(i, None, DROPPED, _best_likeness(i, index)))
    return sorted(found, key=lambda match: (match.old, match.new is None, match.new or 0))


@dataclass(frozen=True)
class _Text:
    """``words`` is empty for a clause that only says that it was deleted."""

    plain: str
    digest: str
    words: Counter


def likeness(old: str, new: str) -> float:
    """Of two clauses' normalised texts, 0 … 1."""
    return Indel.normalized_similarity(normalise(old), normalise(new))


def _prepare(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[list[_Text], list[_Text]]:
    return [_text(unit) for unit in old], [_text(unit) for unit in new]


def _text(unit: Unit) -> _Text:
    if is_deleted(unit.text) or not unit.text.strip():
        return _Text("", "", Counter())
    words = words_only(unit.text)
    return _Text(normalise(unit.text), text_hash(unit.text), _pairs(words))


def _pairs(words: str) -> Counter:
    return Counter(words[i : i + 2] for i in range(len(words) - 1)) or Counter([words])


def _equal(
    old: Sequence[Unit],
    new: Sequence[Unit],
    old_texts: list[_Text],
    new_texts: list[_Text],
    *,
    same_statute: bool,
) -> dict[int, int]:
    """Positions of clauses with the same words, one to one, the nearest in order first."""
    places: dict[str, list[int]] = defaultdict(list)
    for j, text in enumerate(new_texts):
        if text.words:
            places[text.digest].append(j)
    found: dict[int, int] = {}
    taken: set[int] = set()
    if same_statute:  # under its own number first
        numbers = {unit.key: j for j, unit in enumerate(new)}
        for i, text in enumerate(old_texts):
            j = numbers.get(old[i].key)
            if text.words and j is not None and new_texts[j].digest == text.digest:
                found[i] = j
                taken.add(j)
    for i, text in enumerate(old_texts):
        if i in found or not text.words:
            continue
        free = [j for j in places.get(text.digest, ()) if j not in taken]
        if free:
            ratio = len(new) / max(1, len(old))
            found[i] = min(free, key=lambda j: abs(j - i * ratio))
            taken.add(found[i])
    return found


class _Index:
    """Weights of word pairs by rarity, and which new clauses hold them."""

    def __init__(self, old: list[_Text], new: list[_Text]):
        self.old, self.new = old, new
        total = len(old) + len(new)
        frequency = Counter(pair for text in (*old, *new) for pair in text.words)
        self.weight = {pair: math.log(1 + total / n) for pair, n in frequency.items()}
        self.old_mass = [self._mass(text) for text in old]
        self.new_mass = [self._mass(text) for text in new]
        self.holders: dict[str, list[int]] = defaultdict(list)
        common = max(20, len(new) // 6)
        for j, text in enumerate(new):
            for pair in text.words:
                self.holders[pair].append(j)
        self.rare = {pair for pair, holders in self.holders.items() if len(holders) <= common}

    def _mass(self, text: _Text) -> float:
        return sum(self.weight[pair] * n for pair, n in text.words.items()) or 1.0

    def candidates(self, i: int) -> list[int]:
        scores: Counter = Counter()
        for pair in self.old[i].words:
            if pair in self.rare:
                weight = self.weight[pair]
                for j in self.holders[pair]:
                    scores[j] += weight
        # Long clauses share words with everything: rank by the share of both.
        ranked = sorted(
            scores, key=lambda j: (-scores[j] / (self.old_mass[i] + self.new_mass[j]), j)
        )
        contained = sorted(scores, key=lambda j: (-scores[j] / self.new_mass[j], j))[:4]
        return list(dict.fromkeys([*ranked[:_CANDIDATES], *contained]))

    def shared(self, i: int, j: int) -> float:
        new = self.new[j].words
        return sum(
            self.weight[pair] * min(n, new[pair])
            for pair, n in self.old[i].words.items()
            if pair in new
        )

    def likeness(self, i: int, j: int) -> float:
        """Of words by weight, and of their order."""
        dice = 2 * self.shared(i, j) / (self.old_mass[i] + self.new_mass[j])
        return 0.6 * dice + 0.4 * self.ratio(i, j)

    def ratio(self, i: int, j: int) -> float:
        return Indel.normalized_similarity(self.old[i].plain, self.new[j].plain)

    def old_in_new(self, i: int, j: int) -> float:
        return self.shared(i, j) / self.old_mass[i]

    def new_in_old(self, i: int, j: int) -> float:
        return self.shared(i, j) / self.new_mass[j]


def _choose(
    rest: list[int],
    equal: dict[int, int],
    index: _Index,
    old: Sequence[Unit],
    new: Sequence[Unit],
) -> dict[int, int]:
    """The new clause for each of ``rest`` that has one."""
    taken = set(equal.values())
    candidates = {i: {j: index.likeness(i, j) for j in index.candidates(i)} for i in rest}
    anchors = dict(equal)
    for i, options in candidates.items():
        if options:
            j = max(options, key=lambda j: (options[j], -j))
            if options[j] >= _SURE and j not in taken:
                anchors[i] = j
    expected = _Expectation(anchors, len(new))
    chosen: dict[int, int] = {}
    for i, options in candidates.items():
        scored = {
            j: value
            + (_BETWEEN if expected.holds(i, j) else 0)
            + _SAME_PLACE * _place_likeness(old[i].place, new[j].place)
            + (_BETWEEN if index.old_in_new(i, j) >= _CONTAINED else 0)
            - (0.15 if j in taken else 0)
            for j, value in options.items()
        }
        if scored:
            j = max(scored, key=lambda j: (scored[j], -j))
            part = index.old_in_new(i, j) >= _CONTAINED and len(index.old[i].plain) >= 12
            if part or (scored[j] >= _LEAST and (j not in taken or _is_part(i, j, index))):
                chosen[i] = j
    return chosen


class _Expectation:
    """Between which new clauses an old one is expected: those of its matched neighbours."""

    def __init__(self, anchors: dict[int, int], size: int):
        # Only anchors in order: one that jumped says nothing of its neighbours.
        self.olds = sorted(anchors)
        self.anchors, self.size = anchors, size

    def holds(self, i: int, j: int) -> bool:
        at = bisect_left(self.olds, i)
        before = self.anchors[self.olds[at - 1]] if at else -1
        following = at + 1 if at < len(self.olds) and self.olds[at] == i else at
        after = self.anchors[self.olds[following]] if following < len(self.olds) else self.size
        return before <= j <= after and after - before < 60


def _place_likeness(old: str, new: str) -> float:
    """Of the innermost headings, without their numbers."""
    first, second = (
        _pairs(place.rpartition(" › ")[2].partition(" ")[2] or place.rpartition(" › ")[2])
        for place in (old, new)
    )
    if not old or not new:
        return 0.0
    return 2 * sum((first & second).values()) / (first.total() + second.total())


def _classified(chosen: dict[int, int], equal: dict[int, int], index: _Index) -> list[Match]:
    """Amended one to one, merged many to one, split one to many."""
    claims: dict[int, list[int]] = defaultdict(list)
    for i, j in chosen.items():
        claims[j].append(i)
    equal_claims = {j: i for i, j in equal.items()}
    found = []
    for j, claimants in claims.items():
        main = max(claimants, key=lambda i: (index.likeness(i, j), -i))
        parts = [i for i in claimants if i == main or _is_part(i, j, index)]
        is_merged = len(parts) > 1 or j in equal_claims
        for i in claimants:
            if i in parts:
                kind = MERGED if is_merged else AMENDED
                found.append(Match(i, j, kind, index.ratio(i, j)))
            else:
                found.append(Match(i, None, DROPPED, index.ratio(i, j)))
    return _with_splits(found, set(claims) | set(equal_claims), index)


def _is_part(i: int, j: int, index: _Index) -> bool:
    """Whether an old clause lives on in a new one that stands for another too."""
    return (
        index.old_in_new(i, j) >= _CONTAINED_AMENDED or index.likeness(i, j) >= _CONTAINED_AMENDED
    )


def _with_splits(found: list[Match], claimed: set[int], index: _Index) -> list[Match]:
    """New clauses that nobody claims, and that are a part of an old one: it was split."""
    free = [j for j in range(len(index.new)) if j not in claimed and index.new[j].words]
    result = []
    for match in found:
        if match.new is None or match.kind != AMENDED:
            result.append(match)
            continue
        near = [
            j
            for j in free
            if abs(j - match.new) <= 6
            and len(index.new[j].plain) >= 12
            and index.new_in_old(match.old, j) >= _CONTAINED
        ]
        if not near:
            result.append(match)
            continue
        for j in (match.new, *near):
            result.append(Match(match.old, j, SPLIT, index.ratio(match.old, j)))
        free = [j for j in free if j not in near]
    return result


def _best_likeness(i: int, index: _Index) -> float:
    return max((index.ratio(i, j) for j in index.candidates(i)), default=0.0)
