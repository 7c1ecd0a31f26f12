"""What stands in brackets between a name and its number: (2018修正), [法释2015-18号], (以下简称…).
Pure.

Reads text that ``texts.fold`` has folded.
"""

import re
from collections.abc import Callable

NOTE = re.compile(
    r" {0,3}\n? {0,3}(?:\((?P<note>[^()]{1,60}(?:\([^()]{1,16}\)[^()]{0,40})?)\)|\[[^\[\]《\n]{1,30}\])"
)
_NUMERAL_NOTE = re.compile("[一二三四五六七八九十1-9]{1,2}")
_MOST = 4


def notes_behind(text: str, end: int) -> tuple[list[str], int]:
    """The notes behind ``end``, and where they end."""
    notes = []
    while len(notes) < _MOST and (match := NOTE.match(text, end)):
        notes.append(match["note"] or "")
        end = match.end()
    return notes, end


def notes_before(
    text: str, start: int, *, is_name: Callable[[int], object]
) -> tuple[int, list[str]]:
    """The same to the left of a number: (where the words before them end, the notes). ``is_name``
    says whether a name ends at an offset."""
    end, notes = start, []
    for _ in range(_MOST):
        space = text[max(0, end - 4) : end]
        space = space[len(space.rstrip(" \n")) :]
        if space.count("\n") > 1:  # another block
            break
        end -= len(space)
        if text[end - 1 : end] not in (")", "]"):
            break
        opening = _opening(text, end)
        # The number of an interpretation belongs to its name: 婚姻法解释(二).
        if opening is None or _NUMERAL_NOTE.fullmatch(text, opening + 1, end - 1):
            break
        if is_name(end):
            break
        notes.append(text[opening + 1 : end - 1])
        end = opening
    return end, notes


def _opening(text: str, end: int) -> int | None:
    """Where the bracket that closes before ``end`` opens."""
    closes = text[end - 1]
    opens, depth = "(" if closes == ")" else "[", 0
    for index in range(end - 1, max(-1, end - 90), -1):
        depth += (text[index] == closes) - (text[index] == opens)
        if depth == 0:
            return index
    return None
