"""Clauses that answer what people ask in everyday words: 借钱不还怎么办 → 民法典第六百七十五条.

Ranked by the pairs of characters that question and clause share, the rare ones counting for more,
as ``clause_index`` weighs them; by the legal words for what people say (``LayWord``); by the other
clauses of the same chapter that fit too; and by what the caller knows besides. The numbers were
tuned on the first 300 questions of STARD (tests/benchmarks/questions.py).
"""

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from typing import NamedTuple

from django.db.models import F, Value

from statutes import bigrams
from statutes.clause_index import UNIT, Postings
from statutes.models import Clause, ClauseEntry, ClausePostings, LayWord, Statute, Version

_RARE = 1.5  # the exponent of the inverse document frequency
_LAY = 0.7  # what a pair of a legal word counts that nobody typed
_LONG_PHRASE = 0.3  # the longer the legal word, the less each of its pairs
_CIVIL_CODE = 1.4  # what two of three ask about
_OTHER_THAN_LAW = 0.5  # decisions, amendments, interpretations of the legislature
_CHAPTER = 0.25  # of what its best clauses have on average
_BEST_OF_CHAPTER = 3
_EVIDENCE = 0.6  # of the best clause's score, for one that everything else speaks for
_LOOKED_AT = 300
_EXACT = 120  # that have all pairs, and may have the words
_DIGIT = re.compile(r"\d")
_LEAST = 6  # pairs of letters, to take what was typed for a question
_PLAIN = {
    Statute.Kind.LAW,
    Statute.Kind.INTERPRETATION,
    Statute.Kind.REGULATION,
    Statute.Kind.LOCAL,
    Statute.Kind.RULE,
}


@dataclass(frozen=True)
class Answers:
    """``clauses``, the best first, each with its version and statute; ``are_exact``: they say all
    that was asked, in these words. ``words``: what to look for in them, folded."""

    clauses: list[Clause]
    are_exact: bool
    words: tuple[str, ...]


def answer(
    query: bigrams.Query,
    *,
    on: dt.date,
    limit: int = 10,
    kind: str = "",
    evidence: Callable[[], Mapping[int, float]] = dict,
) -> Answers:
    """The clauses, of the law as it stands on a day, that say what was asked in these words; where
    none does, and it was a question or named what the law has its own word for, those that most
    likely answer it. ``evidence``: what else speaks for some clauses
    (by id), from 0 to 1; asked for where it was a question. Six queries at most."""
    found = _Found(query)
    texts = searched_texts(on)
    if exact := found.exact(texts, kind):
        return Answers(_read(found.best(exact, {})[:limit]), True, query.words)
    is_question = sum(1 for pair in query.pairs if not _DIGIT.search(pair)) >= _LEAST
    if not (found.legal or is_question):
        return Answers([], False, query.words)
    known = evidence() if is_question else {}
    likely = found.best(found.likely(texts, kind, known), known)
    return Answers(_read(likely[:limit]), False, (*query.words, *found.legal))


def searched_texts(on: dt.date) -> set[int]:
    """The ids of the texts that a search looks in: of each statute the one in force that day, or
    the one of unknown days; of one whose present text isn't held, the last that is, unless it was
    repealed. One query."""
    chosen: dict[int, tuple[int, int]] = {}
    rows = Version.objects.values_list(
        "pk", "statute", "effective_from", "effective_to", "source_status", "statute__replaced_by"
    )
    for pk, statute, begins, ends, status, replaced_by in rows:
        if begins and begins <= on and (ends is None or on < ends):
            worth = 3
        elif begins is None and not status:
            worth = 2
        elif begins and begins <= on and not replaced_by and status != "已废止":
            worth = 1
        else:
            continue
        if worth >= chosen.get(statute, (0, 0))[0]:  # of two the later one
            chosen[statute] = worth, pk
    return {pk for _, pk in chosen.values()}


def legal_words(folded: str) -> list[str]:
    """The legal words for what people say in a text, the longest saying at each place. One query."""
    rows = LayWord.objects.alias(asked=Value(folded)).filter(asked__contains=F("word"))
    legal = dict(rows.values_list("word", "legal"))
    longest = max(map(len, legal), default=0)
    found: dict[str, None] = {}
    place = 0
    while place < len(folded):
        for length in range(longest, 0, -1):
            if (said := folded[place : place + length]) in legal:
                found |= dict.fromkeys(legal[said].split())
                place += length - 1
                break
        place += 1
    return list(found)


class _Row(NamedTuple):
    pk: int
    version: int
    heading: int | None
    kind: str
    title: str  # of its statute
    text: str


class _Found:
    """What the index says of a question."""

    def __init__(self, query: bigrams.Query):
        self.query = query
        text = " ".join(query.words)
        self.legal = list(map(bigrams.fold, legal_words(text)))
        asked = self._asked(text)
        pairs = dict(zip(bigrams.numbers(list(asked)), asked, strict=True))
        self._postings: dict[str, Postings] = {}
        self.scores: dict[int, float] = defaultdict(float)
        total = ClauseEntry.objects.count()
        rows = ClausePostings.objects.filter(pair__in=pairs).values_list("pair", "postings")
        for number, packed in rows:
            postings = self._postings[pairs[number]] = Postings(packed)
            count = len(postings.clauses)
            rarity = math.log(1 + max(0, total - count + 0.5) / (count + 0.5)) ** _RARE
            factor = asked[pairs[number]] * rarity / UNIT
            for clause, weight in zip(postings.clauses, postings.weights, strict=True):
                self.scores[clause] += factor * weight

    def _asked(self, text: str) -> dict[str, float]:
        """Each pair with what it counts."""
        said = Counter(bigrams.every_pair(text))
        # A number says nothing of what is asked: every law has its 2018年.
        asked = {pair: 0.0 if _DIGIT.search(pair) else min(n, 2) for pair, n in said.items()}
        for phrase in self.legal:
            pairs = bigrams.pairs(phrase)
            worth = _LAY * min(1, (2 / max(1, len(pairs))) ** _LONG_PHRASE)
            for pair in pairs:
                asked[pair] = max(asked.get(pair, 0), worth)
        return asked

    def exact(self, texts: set[int], kind: str) -> list[_Row]:
        """Of the clauses that have all pairs of the question those that have its words."""
        pairs = self.query.pairs
        if not pairs or not pairs <= self._postings.keys():
            return []
        shortest, *others = sorted((self._postings[pair].clauses for pair in pairs), key=len)
        able = set(shortest).intersection(*others)
        rows = _rows(nlargest(_EXACT, able, key=self.scores.__getitem__), texts, kind)
        words = self.query.words
        return [row for row in rows if all(word in bigrams.fold(row.text) for word in words)]

    def likely(self, texts: set[int], kind: str, evidence: Mapping[int, float]) -> list[_Row]:
        looked_at = nlargest(_LOOKED_AT, self.scores, key=self.scores.__getitem__)
        return _rows({*looked_at, *evidence}, texts, kind)

    def best(self, clauses: Collection[_Row], evidence: Mapping[int, float]) -> list[int]:
        """Their ids, the best first."""
        scores = {row.pk: self.scores.get(row.pk, 0) * _worth(row) for row in clauses}
        chapters = defaultdict(list)
        for row in clauses:
            chapters[row.version, row.heading].append(scores[row.pk])
        means = {
            chapter: sum(nlargest(_BEST_OF_CHAPTER, all_)) / _BEST_OF_CHAPTER
            for chapter, all_ in chapters.items()
        }
        most = max(scores.values(), default=0)
        for row in clauses:
            scores[row.pk] += _CHAPTER * means[row.version, row.heading]
            scores[row.pk] += _EVIDENCE * most * evidence.get(row.pk, 0)
        return sorted(scores, key=lambda pk: (-scores[pk], pk))


def _worth(row: _Row) -> float:
    if row.kind not in _PLAIN:
        return _OTHER_THAN_LAW
    return _CIVIL_CODE if row.title.endswith("民法典") else 1.0


def _rows(pks: Iterable[int], texts: set[int], kind: str) -> list[_Row]:
    rows = (
        Clause.objects.filter(pk__in=list(pks))
        .order_by()
        .values_list(
            "pk", "version", "heading", "version__statute__kind", "version__statute__title", "text"
        )
    )
    found = map(_Row._make, rows)
    return [row for row in found if row.version in texts and kind in ("", row.kind)]


def _read(pks: list[int]) -> list[Clause]:
    rows = Clause.objects.with_version().select_related("heading").in_bulk(pks)
    return [rows[pk] for pk in pks if pk in rows]
