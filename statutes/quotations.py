"""What an article quotes of a clause, against the clause's own words."""

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from statutes.alignment import DOTS, SENTENCE_ENDS, Match, Words, extent, left_out, matches
from statutes.differences import Difference, Piece, Step, between, words_of
from statutes.quoting import LONGEST, quotation_after, quotation_before, words_in_marks
from statutes.texts import normalise

__all__ = [
    "ABSENT",
    "ALTERED",
    "EXACT",
    "NOTHING_QUOTED",
    "OTHER_CLAUSE",
    "OTHER_VERSION",
    "PARTIAL",
    "PUNCTUATION",
    "Comparison",
    "QuotedIn",
    "compare",
    "differences",
    "quotation_after",
    "quotation_before",
    "tells",
]

# Equal but for width, spaces and quotation marks. A quotation may give any run of the clause's
# sentences and leave out whole 款 and 项; with …… in their place also whole sentences. What stands
# in quotation marks without a full stop may begin and end anywhere.
EXACT = "exact"
PUNCTUATION = "punctuation"  # the same words, other punctuation or figures (第510条)
PARTIAL = "partial"  # words are left out inside a sentence, none added or changed
ALTERED = "altered"  # a quotation, with other words in it
ABSENT = "absent"  # nothing here quotes that clause
# For callers that know more than one clause: these words are not the clause's, but those of …
OTHER_VERSION = "other_version"  # … the same number in another version
OTHER_CLAUSE = "other_clause"  # … another clause

# Below these shares of common words the passage is a paraphrase or something else: say nothing
# rather than accuse the author of misquoting. Without quotation marks nobody claims to quote.
_ALIKE_IN_MARKS, _ALIKE = 0.85, 0.9
_SENTENCE_ALIKE = 0.6
_LEFT_AT_LEAST = 0.4  # of the clause's words from the first to the last one quoted
# Words. A shorter phrase is a term, not a quotation.
_FEWEST_OF_A_PHRASE, _FEWEST_ALTERED, _FEWEST_TO_FIND = 12, 14, 20
_MOST_TRIED = 20

_LABEL = re.compile(
    r"\A\s*第[0-9零〇一二三四五六七八九十百千]{1,9}条(?:之[一二三四五六七八九十]{1,3})?(?:[\s　]+|(?=【))(?:【[^】\n]{0,40}】)?"
)
_CAPTION = re.compile(r"\A\s*【[^】\n]{0,40}】")
_SENTENCE = re.compile(r"[。；！？;!?]\s*|\n\s*|\.\s+")
_PART = re.compile(r"[。；：！？;:!?\n]|…+|\.{2,}")
_OMITTED = re.compile(r"[（(〔\[［【](?:略|省略|中略|…+|\.{3,6})[】］\]〕)）]")


@dataclass(frozen=True)
class Comparison:
    verdict: str
    # (operation, words of the clause, words as quoted), only where they differ
    diff: tuple[Step, ...] = ()


NOTHING_QUOTED = Comparison(ABSENT)


@lru_cache(maxsize=512)
def _read(clause_text: str) -> Words:
    return Words(clause_text)


def compare(quoted: str, clause_text: str) -> Comparison:
    """How faithfully ``quoted`` gives the clause, or a run of its sentences, 款 and 项.

    ``clause_text`` holds one 款 or 项 per line. Words in quotation marks are judged to the last;
    without them a quotation may end with any sentence, and what follows is the author's.
    """
    said, in_marks = _said(quoted)
    clause = _read(clause_text)
    given = Words(said)
    if not given.words or not clause.words:
        return NOTHING_QUOTED
    chain = matches(given.words, clause)
    if chain and not in_marks:
        given, chain = _without_the_authors(given, chain)
    if not chain:
        return NOTHING_QUOTED
    return _Judgment(given, clause, chain, in_marks=in_marks).comparison()


def restoration(quoted: str, clause_text: str) -> tuple[str, str]:
    """(the words of a quotation that stand for the clause's, the clause's own for them): to be put
    in their place. The second begins and ends with whole sentences, unless a phrase is quoted;
    it is the whole clause where hardly a word of it is quoted."""
    said, in_marks = _said(quoted)
    clause, given = _read(clause_text), Words(said)
    chain = matches(given.words, clause)
    if chain and not in_marks:
        given, chain = _without_the_authors(given, chain)
    if not chain:
        return said.strip(), clause_text
    return given.text.strip(), _Judgment(given, clause, chain, in_marks=in_marks).restored()


def tells(quoted: str, comparison: Comparison) -> bool:
    """Whether there is anything to say of the words: not of a paraphrase, nor of a term. That they
    are not there can be said only of what stands in quotation marks and is longer than a term."""
    if comparison.verdict != ABSENT:
        return True
    said, in_marks = _said(quoted)
    return in_marks and len(Words(said).words) >= _FEWEST_OF_A_PHRASE


def _said(quoted: str) -> tuple[str, bool]:
    """The words without their marks and the clause's label, and whether they stood in marks."""
    inner = words_in_marks(quoted)
    said = (quoted if inner is None else inner)[:LONGEST]
    said = _CAPTION.sub("", _LABEL.sub("", _OMITTED.sub("……", said)))
    return said, inner is not None


def differences(before: str, after: str) -> list[list[str]]:
    """What changed from one text to another: [operation, words before, words after], of
    normalised texts; operation is replace, delete or insert."""
    before, after = normalise(before), normalise(after)
    return [
        [step.tag, before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]]
        for step in Levenshtein.opcodes(before, after)
        if step.tag != "equal"
    ]


def _without_the_authors(given: Words, chain: list[Match]) -> tuple[Words, list[Match]]:
    """The sentences at the beginning that are the clause's."""
    covered = [0] * (len(given.words) + 1)
    for match in chain:
        covered[match.quoted : match.quoted + match.length] = [1] * match.length
    end = word = 0
    for stop in _sentence_stops(given.text):
        last = given.word_at(stop)
        if last == word:
            continue
        if sum(covered[word:last]) < _SENTENCE_ALIKE * (last - word):
            break
        end, word = stop, last
    if end == len(given.text):
        return given, chain
    given = Words(given.text[:end])
    count = len(given.words)
    return given, [match.until(count) for match in chain if match.quoted < count]


def _sentence_stops(text: str) -> Iterator[int]:
    for match in _SENTENCE.finditer(text):
        yield match.end()
    yield len(text)


class _Judgment:
    def __init__(self, given: Words, clause: Words, chain: list[Match], *, in_marks: bool):
        self.given, self.clause, self.chain, self.in_marks = given, clause, chain, in_marks
        self.start, self.stop = extent(given.words, clause, chain)
        # “…使对方在违背真实意思的情况下” is a phrase, and may end anywhere.
        self.is_phrase = in_marks and not any(
            char in SENTENCE_ENDS for char in DOTS.sub("", given.gap(len(given.words)))
        )

    def comparison(self) -> Comparison:
        given, clause = self.given, self.clause
        is_whole = self.start in clause.sentences and self.stop in clause.sentences
        if len(given.words) < _FEWEST_OF_A_PHRASE and not is_whole:
            return NOTHING_QUOTED
        if self._begins_inside() and len(given.words) < _FEWEST_TO_FIND:
            return NOTHING_QUOTED  # the author's own sentence, in some of the clause's words
        kept = self._kept()
        found = between(kept, given.piece(0, len(given.words)))
        changed = [step for step in found if step.is_of_words]
        if any(step.adds_words for step in changed):
            return self._altered(kept, found)
        cut = self._cut()
        if changed or cut:
            if len(given.words) < max(
                _FEWEST_OF_A_PHRASE, _LEFT_AT_LEAST * (self.stop - self.start)
            ):
                return NOTHING_QUOTED
            return Comparison(PARTIAL, tuple(step.shown for step in changed) + cut)
        if found:
            return Comparison(PUNCTUATION, tuple(step.shown for step in found))
        return Comparison(EXACT)

    def _altered(self, kept: Piece, found: list[Difference]) -> Comparison:
        given = len(self.given.words)
        if given < _FEWEST_ALTERED or (self._cut() and not self.in_marks):
            return NOTHING_QUOTED
        changed = [step for step in found if step.adds_words]
        # What is said in another order is said in the author's words.
        if any(step.moves_words_of(self.clause.words) for step in changed):
            return NOTHING_QUOTED
        equal = given - sum(len(words_of(step.new)) for step in changed)
        total = given + len(words_of(kept.folded))
        least = _ALIKE_IN_MARKS if self.in_marks and not self.is_phrase else _ALIKE
        if 2 * equal < least * total:
            return NOTHING_QUOTED
        return Comparison(ALTERED, tuple(step.shown for step in found))

    def _kept(self) -> Piece:
        """The clause from the first word that is quoted to the last, without what may be left
        out."""
        clause, given = self.clause, self.given
        folded, written, start = [], [], self.start
        gaps = left_out(
            given.words,
            clause,
            self.chain,
            is_marked=lambda word: DOTS.search(given.gap(word)) is not None,
        )
        for word, first, behind in [*gaps, (None, self.stop, None)]:
            if start < first:
                piece = clause.piece(start, first)
                folded.append(piece.folded)
                written += piece.written
            if word is not None:
                # Between what is left and what goes on any punctuation is right.
                joint = DOTS.sub("", given.gap(word)).replace("\n", "")
                folded.append(joint)
                written += [""] * len(joint)
            start = behind
        return Piece("".join(folded), written)

    def restored(self) -> str:
        clause, start, stop = self.clause, self.start, self.stop
        if self._begins_inside():
            start = max(word for word in clause.sentences if word < start)
        if self.is_phrase:
            return clause.written(start, stop)
        if stop not in clause.sentences:
            stop = min(word for word in clause.sentences if word > stop)
        return clause.written(start, stop) + clause.ending(stop)

    def _begins_inside(self) -> bool:
        """Without any sign of it; a phrase in quotation marks may begin anywhere."""
        is_open = self.in_marks or DOTS.search(self.given.gap(0))
        return self.start not in self.clause.sentences and not is_open

    def _cut(self) -> tuple[Step, ...]:
        """What a sentence lacks at its beginning and end without any sign of it."""
        clause, given, found = self.clause, self.given, []
        if self._begins_inside():
            before = max(word for word in clause.sentences if word < self.start)
            found.append(("delete", clause.written(before, self.start), ""))
        is_open = self.is_phrase or DOTS.search(given.gap(len(given.words)))
        if self.stop not in clause.sentences and not is_open:
            behind = min(word for word in clause.sentences if word > self.stop)
            found.append(("delete", clause.written(self.stop, behind), ""))
        return tuple(found)


class QuotedIn:
    """Which of many texts give a quotation word for word. ``texts`` are clauses by any key."""

    def __init__(self, texts: Mapping[Hashable, str]):
        self._texts = dict(texts)
        self._keys, self._starts, words, length = [], [], [], 0
        for key, text in self._texts.items():
            folded = Words(text).words
            self._keys.append(key)
            self._starts.append(length)
            words.append(folded + "\n")
            length += len(folded) + 1
        self._words = "".join(words)

    def find(self, quoted: str, *, limit: int = 5) -> list[Hashable]:
        """The keys of the texts that ``compare`` finds EXACT or but for PUNCTUATION, in their
        order; ``limit`` of them at most. None for a quotation of fewer than 20 words (characters):
        what is so short may stand anywhere. Several keys prove nothing either.
        """
        said, _ = _said(quoted)
        return next(
            filter(None, (self._giving(quoted, words, limit) for words in _probes(said))), []
        )

    def _giving(self, quoted: str, probe: str, limit: int) -> list[Hashable]:
        found: list[Hashable] = []
        start = 0
        for _ in range(_MOST_TRIED):
            place = self._words.find(probe, start)
            if place < 0 or len(found) == limit:
                break
            index = bisect_right(self._starts, place)
            key = self._keys[index - 1]
            if compare(quoted, self._texts[key]).verdict in (EXACT, PUNCTUATION):
                found.append(key)
            start = self._starts[index] if index < len(self._starts) else len(self._words)
        return found


def _probes(said: str) -> Iterator[str]:
    """Words that stand together wherever the quotation is given: all of them, unless 项 are left
    out or the end is the author's; else its first part of some length, or the longest."""
    parts = [Words(part).words for part in _PART.split(said)]
    probes = ["".join(parts), next((part for part in parts if len(part) >= _FEWEST_TO_FIND), "")]
    probes.append(max(parts, key=len))
    return (probe for probe in dict.fromkeys(probes) if len(probe) >= _FEWEST_TO_FIND)
