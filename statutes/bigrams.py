"""Chinese text as pairs of characters, for searching: recall of one, without a dictionary. Pure.

A word that a reader types stands in a text only if all its pairs do. A pair is a signed 32-bit
number, so that PostgreSQL's ``int[]`` holds it.
"""

import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import add

from opencc import OpenCC

LONGEST = 200  # characters of what is typed that are looked at
MOST_WORDS = 12

_RUN = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'["“”„‟＂]([^"“”„‟＂]+)["“”„‟＂]')
_LIFTED = 0xE000  # the private use area


@cache
def _folds() -> tuple[re.Pattern, dict[str, str]]:
    """Of each character with another form what it becomes: 借 for 借, a for Ａ, 国 for 國. Only
    such as take one place, so that offsets stay what they are."""
    chars = [chr(code) for code in range(0x80, 0x1_0000) if not 0xD800 <= code < _LIFTED]
    plain = [_lower(unicodedata.normalize("NFKC", char)) for char in chars]
    simplified = OpenCC("t2s").convert("\n".join(one if one != "\n" else " " for one in plain))
    folds = {
        char: fold
        for char, fold in zip(chars, simplified.split("\n"), strict=True)
        if fold != char and len(fold) == 1
    }
    return re.compile(f"[A-Z{re.escape(''.join(folds))}]"), folds


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == 1 else text


def fold(text: str) -> str:
    """The text in simplified characters, small letters and half width, as long as before."""
    pattern, folds = _folds()
    return pattern.sub(lambda match: folds.get(match[0]) or match[0].lower(), text)


def every_pair(folded: str) -> Iterator[str]:
    """The pairs of neighbouring letters, Chinese or not, and digits, as often as they stand there;
    none across anything else."""
    for run in _RUN.findall(folded):
        yield from map(add, run, run[1:])


def pairs(folded: str) -> set[str]:
    return set(every_pair(folded))


def letters(folded: str) -> list[str]:
    """Each letter, Chinese or not, and digit."""
    return [char for run in _RUN.findall(folded) for char in run]


def numbers(found: Sequence[str]) -> list[int]:
    """Of each pair its number: both characters' sixteen bits. A single character's is that of a
    pair whose second one is nothing."""
    units = "".join(found).encode("utf-16-be", "replace")
    if len(units) != 4 * len(found):  # some are beyond sixteen bits, or no pairs
        units = "".join(map(_lifted, found)).encode("utf-16-be")
    made = array("i", units)
    if sys.byteorder == "little":
        made.byteswap()
    return made.tolist()


def codes(found: Iterable[str]) -> set[int]:
    return set(numbers(list(found)))


def _lifted(pair: str) -> str:
    """With characters of the private use area instead of those beyond sixteen bits."""
    return "".join(
        char if ord(char) < 0x1_0000 else chr(_LIFTED + ord(char) % 0x1900) for char in pair
    ).ljust(2, "\0")


@dataclass(frozen=True)
class Query:
    """``words`` are folded; a quoted phrase is one, with the spaces in it. ``text`` is what was
    typed without control characters; ``is_cut``: there was more."""

    text: str
    words: tuple[str, ...]
    is_cut: bool = False

    @property
    def pairs(self) -> set[str]:
        return set().union(*map(pairs, self.words))

    @property
    def letters(self) -> set[str]:
        """Those of the words that have no pair."""
        return {char for word in self.words if not pairs(word) for char in letters(word)}

    def without(self, word: str) -> "Query":
        words = tuple(one for one in self.words if one != word)
        return Query(" ".join(f'"{one}"' if " " in one else one for one in words), words)


def quoted(typed: str) -> tuple[str, str]:
    """(what stands in quotation marks, the rest) of what was typed; either may be ""."""
    return " ".join(_QUOTED.findall(typed)), _QUOTED.sub(" ", typed)


def parse(typed: str) -> Query:
    """Never fails; no words where there is nothing to look for."""
    text = " ".join(_printable(typed[: LONGEST * 4]).split())
    words: list[str] = []
    cut = text[:LONGEST]
    for index, part in enumerate(_QUOTED.split(cut)):
        folded = fold(part)
        words += [folded.strip()] if index % 2 else folded.split()
    kept = [word.strip("\"'“”‘’") for word in dict.fromkeys(words) if _RUN.search(word)]
    return Query(cut, tuple(kept[:MOST_WORDS]), len(typed) > len(cut) and len(text) > LONGEST)


def _printable(text: str) -> str:
    return "".join(
        char if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co") else " "
        for char in text
    )
