"""The differences between two folded texts, at the grain of words, as a reader would name them.
Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from statutes.numerals import DIGITS, UNITS, parse_number

Step = tuple[str, str, str]  # replace, delete or insert; old words; new words

_NUMERALS = frozenset("0123456789") | DIGITS.keys() | UNITS.keys()
_COUNTED = frozenset("年月日天时条款项岁元倍级")
_FIGURES = re.compile(r"[0-9.,%‰]")
# Words of one character: to join them to a neighbour would make a word that is none.
_WORDS_OF_ONE = frozenset(
    "的了地得和与及并或而但且在由将把被以为向对从按依其之所不未无非应可须若如有是等"
)
_JOINTS = frozenset("、，,;；或和及与并")
_FARTHEST = 40
_FEWEST_MOVED = 4
_ENDINGS = frozenset("者人们")
_STEMS = frozenset("依按其应或并如若由对")  # … that begin longer ones: 依据, 其他, 应当


@dataclass(frozen=True)
class Piece:
    """A folded text of which each character knows what it was written as ("" for what stands in
    no text)."""

    folded: str
    written: Sequence[str]


@dataclass(frozen=True)
class Difference:
    old: str
    new: str
    shown: Step

    @property
    def is_of_words(self) -> bool:
        return words_of(self.old) != words_of(self.new) and not _is_same_number(self.old, self.new)

    @property
    def adds_words(self) -> bool:
        return self.is_of_words and bool(words_of(self.new))

    def moves_words_of(self, words: str) -> bool:
        """Whether it adds words that stand elsewhere: a conjunction or a term may do so."""
        added = words_of(self.new)
        return not words_of(self.old) and len(added) >= _FEWEST_MOVED and added in words


def is_word(char: str) -> bool:
    return char.isalnum() or char in "%‰"


def words_of(folded: str) -> str:
    return "".join(filter(is_word, folded))


def _is_same_number(old: str, new: str) -> bool:
    try:
        return parse_number(words_of(old)) == parse_number(words_of(new))
    except ValueError:
        return False


def between(old: Piece, new: Piece) -> list[Difference]:
    spans: list[list[int]] = []
    for step in Levenshtein.opcodes(old.folded, new.folded):
        if step.tag == "equal":
            continue
        span = [step.src_start, step.src_end, step.dest_start, step.dest_end]
        span = _at_a_joint(span, old.folded, new.folded)
        if spans and _is_one_change(spans[-1], span, old.folded, new.folded):
            spans[-1][1], spans[-1][3] = span[1], span[3]
        else:
            spans.append(span)
    return [
        Difference(
            old.folded[start:stop],
            new.folded[new_start:new_stop],
            _shown((start, stop, new_start, new_stop), old, new),
        )
        for start, stop, new_start, new_stop in _with_whole_numbers(spans, old.folded, new.folded)
    ]


def _with_whole_numbers(spans: list[list[int]], old: str, new: str) -> list[list[int]]:
    found: list[list[int]] = []
    for span in spans:
        span = _whole_number(span, old, new)
        if found and span[0] < found[-1][1]:  # two changes of one number
            found[-1][1], found[-1][3] = span[1], span[3]
        else:
            found.append(span)
    return found


def _shown(span: Sequence[int], old: Piece, new: Piece) -> Step:
    start, stop, new_start, new_stop = _readable(span, old.folded, new.folded)
    before, after = "".join(old.written[start:stop]), "".join(new.written[new_start:new_stop])
    tag = "replace" if before and after else "delete" if before else "insert"
    return tag, before, after


def _is_one_change(one: list[int], other: list[int], old: str, new: str) -> bool:
    """自然人 → 公民人 is not said in two steps because one character stayed."""
    between_them = old[one[1] : other[0]]
    if len(between_them) != 1 or not is_word(between_them):
        return not between_them
    return (
        _has_words(one, old, new)
        and _has_words(other, old, new)
        and (one[1] - one[0] + other[1] - other[0] > 2 or one[3] - one[2] + other[3] - other[2] > 2)
    )


def _at_a_joint(span: list[int], old: str, new: str) -> list[int]:
    """Where the words around allow more than one reading, what is left out or added begins behind
    a punctuation mark, with one, or with a conjunction: 拍卖[或者变卖], not 拍[卖或者变]卖."""
    start, stop, new_start, new_stop = span
    if (stop > start) == (new_stop > new_start):
        return span
    text, low, high = (old, start, stop) if stop > start else (new, new_start, new_stop)
    for step in (-1, 1):
        for shift in range(_FARTHEST):
            at, end = low + shift * step, high + shift * step
            if at == 0 or not is_word(text[at - 1]) or text[at] in _JOINTS:
                return [bound + shift * step for bound in span]
            if step < 0 and text[at - 1] != text[end - 1]:
                break
            if step > 0 and (end == len(text) or text[at] != text[end]):
                break
    return span


def _has_words(span: list[int], old: str, new: str) -> bool:
    return any(map(is_word, old[span[0] : span[1]] + new[span[2] : span[3]]))


def _whole_number(span: list[int], old: str, new: str) -> list[int]:
    """The span widened to the numbers it cuts into: 第五百一十条 → 第五百零九条, 24% → 15.4%."""
    start, stop, new_start, new_stop = span
    changed = old[start:stop] + new[new_start:new_stop]
    if not changed or not all(char in _NUMERALS or _FIGURES.match(char) for char in changed):
        return span
    if not any(char in _NUMERALS for char in changed):
        return span
    while start and new_start and old[start - 1] == new[new_start - 1] and _counts(old, start - 1):
        start, new_start = start - 1, new_start - 1
    while (
        stop < len(old)
        and new_stop < len(new)
        and old[stop] == new[new_stop]
        and _counts(old, stop)
    ):
        stop, new_stop = stop + 1, new_stop + 1
    return [start, stop, new_start, new_stop]


def _counts(text: str, index: int) -> bool:
    char = text[index]
    if char in ".,":
        return 0 < index < len(text) - 1 and text[index - 1 : index + 2 : 2].isascii()
    return char in _NUMERALS or char in "%‰"


def _readable(span: Sequence[int], old: str, new: str) -> list[int]:
    """The span with what makes it words: 据 → 照 as 依据 → 依照, 三 → 二 as 三年 → 二年."""
    start, stop, new_start, new_stop = span
    before, after = old[start:stop], new[new_start:new_stop]
    behind = old[stop : stop + 1] if old[stop : stop + 1] == new[new_stop : new_stop + 1] else ""
    ahead = old[start - 1 : start]
    ahead = ahead if ahead == new[new_start - 1 : new_start] else ""
    if before and after and all(char in _NUMERALS for char in before + after):
        wider = int(behind in _COUNTED)
        start, new_start = (start - 1, new_start - 1) if ahead == "第" else (start, new_start)
        return [start, stop + wider, new_start, new_stop + wider]
    is_one = len(before) < 2 and len(after) < 2 and all(map(_is_han, before + after))
    if not is_one or all(char in _WORDS_OF_ONE for char in before + after):
        return span
    if ahead in _STEMS or (_is_han(ahead) and ahead not in _WORDS_OF_ONE | _ENDINGS):
        return [start - 1, stop, new_start - 1, new_stop]
    if _is_han(behind) and behind not in _WORDS_OF_ONE:
        return [start, stop + 1, new_start, new_stop + 1]
    return span


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
