"""Texts whose units are 一、 二、 (条目): decisions and amendments. Pure."""

import re

from statutes.lines import SENTENCE_END, Line
from statutes.numerals import parse_number

ENTRY = re.compile(r"(?P<number>[一二三四五六七八九十百]{1,5})\s{0,3}、\s*(?P<rest>.*)")
# Closes a decision, behind its last 条目.
_CLOSING = re.compile(
    r"(?:根据)?本(?:决定|修正案|解释|规定|批复|办法|通知|意见)(?:自|，)|《[^》]{2,80}》(?:根据|依照|按照)本|此复"
)
_LONGEST_QUOTATION = 2000  # lines


def closes(text: str) -> bool:
    """Whether a line closes a decision or an amendment, behind its last 条目."""
    return bool(_CLOSING.match(text))


def entries_of(lines: list[Line]) -> list[tuple[int, int]]:
    """(line, number) of the 条目, as far as their numbers run on from 一. Those inside a quotation
    are the quoted law's, and a list of contents names them once before."""
    marks = []
    quoted = _quoted(lines)
    for index, line in enumerate(lines):
        match = ENTRY.match(line.text)
        if not match or index in quoted:
            continue
        try:
            marks.append((index, parse_number(match["number"])))
        except ValueError:
            continue
    first = next((index for index, number in marks if number == 1), None)
    if first is None:
        return []
    begin = first
    if lines[first].text[-1] not in SENTENCE_END:
        begin = max(index for index, _ in marks if lines[index].text == lines[first].text)
    found: list[tuple[int, int]] = []
    for index, number in marks:
        if index >= begin and number == len(found) + 1:
            found.append((index, number))
    return found


def _quoted(lines: list[Line]) -> set[int]:
    """The lines that begin inside a quotation. One over several lines opens anew on each and
    closes on the last; one that never closes is a slip, and quotes nothing."""
    found: set[int] = set()
    opened: int | None = None
    for index, line in enumerate(lines):
        if opened is not None and index - opened > _LONGEST_QUOTATION:
            opened = None
        begins_inside = opened
        for mark in re.findall("[“”]", line.text):
            if mark == "“":
                opened = index if opened is None else opened
            elif opened is not None:
                if begins_inside is not None:
                    found.update(range(begins_inside + 1, index + 1))
                    begins_inside = None
                opened = None
    return found
