"""Which words of a text other words give, and in which order: the ground of a comparison. Pure.

Works on *words*: a text's letters and digits, folded, without spaces and punctuation.
"""

import bisect
import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from statutes.differences import Piece, is_word
from statutes.lines import ITEM, SUBITEM
from statutes.texts import normalise

SENTENCE_ENDS = ".;!?"  # as folded below
DOTS = re.compile(r"\.{2,}|·{2,}")
_CLOSES = re.compile(r"[。；！？，、：;!?,:]?[”’」』）》]*")
_POINT = re.compile(r"(?<=[0-9])\.(?=[0-9])|\.{2,}")
_GRAM = 4  # words that must stand together to be taken for the same place
_MOST_PLACES = 16  # a gram that stands in more places says nothing
_MOST_MATCHES = 400


_UNMARKED = str.maketrans({"。": ".", '"': None, "'": None})


class _Folding(dict):
    def __missing__(self, char: str) -> str:
        folded = "\n" if char == "\n" else normalise(char)
        self[char] = folded = folded.translate(_UNMARKED)
        return folded


_FOLDED = _Folding()


@dataclass
class Words:
    """A text folded for comparison; ``at`` gives each folded character's index in ``text``.

    Quotation marks and spaces are folded away, 。 is a full stop like any other.
    """

    text: str
    folded: str = field(init=False)
    at: list[int] = field(init=False)

    def __post_init__(self):
        pairs = [
            (folded, index) for index, char in enumerate(self.text) for folded in _FOLDED[char]
        ]
        self.folded = "".join(char for char, _ in pairs)
        self.at = [index for _, index in pairs]

    @cached_property
    def places(self) -> list[int]:
        """Each word's index in ``folded``."""
        return [index for index, char in enumerate(self.folded) if is_word(char)]

    @cached_property
    def words(self) -> str:
        return "".join(self.folded[index] for index in self.places)

    def gap(self, word: int) -> str:
        """The punctuation before a word; behind the last for ``len(words)``."""
        start = self.places[word - 1] + 1 if word else 0
        stop = self.places[word] if word < len(self.places) else len(self.folded)
        return self.folded[start:stop]

    def piece(self, start: int, stop: int) -> Piece:
        """The text from one word to before another, without …… and ends of lines."""
        low, high = self.places[start], self.places[stop - 1] + 1
        folded = DOTS.sub(lambda dots: "\n" * len(dots[0]), self.folded[low:high])
        kept = [index for index, char in enumerate(folded) if char != "\n"]
        written = [self.text[self.at[low + index]] for index in kept]
        return Piece("".join(folded[index] for index in kept), written)

    def written(self, start: int, stop: int) -> str:
        """The text from one word to before another, as it stands, with the bracket that opens
        before it and without what follows."""
        low = self.places[start - 1] + 1 if start else 0
        text = self.text[self.at[low] : self.at[self.places[stop - 1]] + 1]
        return text.lstrip("。；，、：！？…”’』」）)》.;,:!? \u3000\n")

    def ending(self, stop: int) -> str:
        """The punctuation that closes what ends before a word."""
        last = self.at[self.places[stop - 1]] + 1
        return _CLOSES.match(self.text, last)[0]

    @cached_property
    def lines(self) -> set[int]:
        """Words at which a 款 or 项 begins or ends, with its mark and without."""
        found, start = {0, len(self.words)}, 0
        for line in self.text.split("\n"):
            mark = ITEM.match(line) or SUBITEM.match(line)
            for index in (start, start + mark.end() if mark else start):
                found.add(self.word_at(index))
            start += len(line) + 1
        return found

    def word_at(self, index: int) -> int:
        """The first word at or behind an index of ``text``."""
        return bisect.bisect_left(self.places, bisect.bisect_left(self.at, index))

    @cached_property
    def sentences(self) -> set[int]:
        """Words at which a sentence begins or ends, those of ``lines`` included."""
        ends = {
            word
            for word in range(1, len(self.words))
            if any(char in SENTENCE_ENDS or char == "\n" for char in self._gap_marks(word))
        }
        return ends | self.lines

    def _gap_marks(self, word: int) -> str:
        before, place = self.places[word - 1], self.places[word]
        # 15.4% is no end of a sentence.
        return _POINT.sub("", self.folded[before : place + 1])

    @cached_property
    def grams(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index in range(len(self.words) - _GRAM + 1):
            found.setdefault(self.words[index : index + _GRAM], []).append(index)
        return found


@dataclass(frozen=True)
class Match:
    """``length`` words from ``quoted`` on are those of the source from ``source`` on."""

    quoted: int
    source: int
    length: int

    def until(self, quoted: int) -> "Match":
        return Match(self.quoted, self.source, min(self.length, quoted - self.quoted))


def matches(quoted: str, source: Words) -> list[Match]:
    """The runs of words that both have, in the order of both, as many words as possible."""
    if whole := _whole(quoted, source):
        return [whole]
    found: list[Match] = []
    index = 0
    while index + _GRAM <= len(quoted):
        places = source.grams.get(quoted[index : index + _GRAM], ())
        here = [
            Match(index, place, _common(quoted, index, source.words, place))
            for place in (places if len(places) <= _MOST_PLACES else ())
        ]
        found += here
        index += max((match.length for match in here), default=1)
        if len(found) > _MOST_MATCHES:
            return []
    return _with_short_ones(_in_order(found, source), quoted, source)


def _common(one: str, start: int, other: str, place: int) -> int:
    """How many characters the two have in common from there on."""
    length, most = 0, min(len(one) - start, len(other) - place)
    while length < most and one[start + length] == other[place + length]:
        length += 1
    return length


def _whole(quoted: str, source: Words) -> Match | None:
    """The words in one run, where a sentence begins rather than elsewhere."""
    first = place = source.words.find(quoted)
    for _ in range(_MOST_PLACES):
        if place < 0:
            break
        if place in source.sentences:
            return Match(0, place, len(quoted))
        place = source.words.find(quoted, place + 1)
    return Match(0, first, len(quoted)) if first >= 0 else None


def _in_order(found: list[Match], source: Words) -> list[Match]:
    """The matches of most words that follow each other in both; of those that say the same, the
    ones that stand together."""
    best: list[tuple[int, int]] = []  # the worth up to and with this match, the match before it
    for index, match in enumerate(found):
        worth, before = 0, -1
        for earlier in range(index):
            other = found[earlier]
            end = other.source + other.length
            if other.quoted + other.length > match.quoted or end > match.source:
                continue
            apart = abs((match.source - end) - (match.quoted - other.quoted - other.length))
            if end in source.sentences and match.source in source.sentences:
                apart = min(apart, 1)
            if best[earlier][0] - min(apart, _GRAM - 1) > worth:
                worth, before = best[earlier][0] - min(apart, _GRAM - 1), earlier
        best.append((worth + match.length, before))
    chain: list[Match] = []
    index = max(range(len(best)), key=lambda index: best[index][0], default=-1)
    while index >= 0:
        chain.append(found[index])
        index = best[index][1]
    return chain[::-1]


def _with_short_ones(chain: list[Match], quoted: str, source: Words) -> list[Match]:
    """The chain with words too few to be found alone: （二）解散；"""
    found = chain[:1]
    for one, other in pairwise(chain):
        between = slice(one.quoted + one.length, other.quoted)
        place = source.words.find(quoted[between], one.source + one.length, other.source)
        if between.start < between.stop and place >= 0:
            found.append(Match(between.start, place, between.stop - between.start))
        found.append(other)
    return found


def extent(quoted: str, source: Words, chain: list[Match]) -> tuple[int, int]:
    """From which word to which the source is set against the quoted words: that of the matches,
    and beside them what stands for the words before the first and behind the last."""
    first, last = chain[0], chain[-1]
    head = quoted[: first.quoted]
    tail = quoted[last.quoted + last.length :]
    start, stop = first.source, last.source + last.length
    if head:
        start = _nearest(
            start,
            -len(head),
            source,
            lambda place: Levenshtein.distance(source.words[place:start], head),
        )
    if tail:
        end = stop
        stop = _nearest(
            end,
            len(tail),
            source,
            lambda place: Levenshtein.distance(source.words[end:place], tail),
        )
    return start, stop


def _nearest(place: int, length: int, source: Words, distance) -> int:
    reach = place + 2 * length + (8 if length > 0 else -8)
    low, high = sorted((place, reach))
    places = {p for p in source.sentences if low <= p <= high}
    exact = min(max(place + length, 0), len(source.words))
    places = sorted(places, key=lambda p: abs(p - exact))[:6]
    return min([*places, exact, place], key=lambda p: (distance(p), p not in source.sentences))


def left_out(
    quoted: Words, source: Words, chain: list[Match], *, is_marked
) -> list[tuple[int, int, int]]:
    """The whole 款, 项 or marks of 项 that the quotation leaves out between two matches; where
    ``is_marked`` says of a quoted word that …… stands before it, also whole sentences.

    (word of the quotation before which it is left out, first word of the source, word behind)
    """
    found = []
    for one, other in pairwise(chain):
        start, stop, word = one.source + one.length, other.source, other.quoted
        if one.quoted + one.length != word or start == stop:
            continue
        for units in (source.lines, source.sentences if is_marked(word) else ()):
            shift = _shift(source, start, stop, units, -one.length, other.length)
            if shift is not None:
                found.append((word + shift, start + shift, stop + shift))
                break
    return found


def _shift(source: Words, start: int, stop: int, units, low: int, high: int) -> int | None:
    """By how many words to move what is left out, so that it is whole units: where the same words
    stand before it and at its end, either may be the ones that are quoted."""
    if start in units and stop in units:
        return 0
    words = source.words
    for step, most in ((-1, -low), (1, high)):
        for moved in range(1, min(most, 40)):
            shift = moved * step
            if step < 0 and words[start + shift] != words[stop + shift]:
                break
            if step > 0 and words[start + shift - 1] != words[stop + shift - 1]:
                break
            if start + shift in units and stop + shift in units:
                return shift
    return None
