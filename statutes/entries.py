"""Texts whose units are 一、 二、 (条目): decisions and amendments. Pure."""

import re
from collections.abc import Sequence

from statutes.lines import SENTENCE_END, Line
from statutes.numerals import parse_number

ENTRY = re.compile(r"(?P<number>[一二三四五六七八九十百]{1,5})\s{0,3}、\s*(?P<rest>.*)")
# Closes a decision, behind its last 条目.
_CLOSING = re.compile(
    r"(?:根据)?本(?:决定|修正案|解释|规定|批复|办法|通知|意见)(?:自|，)|《[^》]{2,80}》(?:根据|依照|按照)本"
    r"|(?:特此|此|专此)(?:函|批|答)?[复覆]"
)
_LONGEST_QUOTATION = 2000  # lines
_MOST_SLIPS = 60  # marks that were never closed; bounds the time on hostile input
_AMENDS = re.compile(
    r"(?:原|现)?(?:将|在|把|对|删[去除]|增[加设]|修改|第[一二三四五六七八九十百千零〇]{1,9}[条章节]|[《“])"
)
_REPLIED = re.compile(r"(?:特此|此|专此)(?:函|批|答)?[复覆][。.]?")


def closes(text: str) -> bool:
    """Whether a line closes a decision or an amendment, behind its last 条目."""
    return bool(_CLOSING.match(text))


def entries_of(lines: Sequence[Line], warnings: list[str] | None = None) -> list[tuple[int, int]]:
    """(line, number) of the 条目, as far as their numbers run on from 一. Those inside a quotation
    are the quoted law's, and a list of contents names them once before. Behind the end of a reply
    nothing is its own."""
    lines = lines[: _end_of_reply(lines)]
    marks = []
    for index, line in enumerate(lines):
        match = ENTRY.match(line.text)
        if not match:
            continue
        try:
            marks.append((index, parse_number(match["number"])))
        except ValueError:
            continue
    slips: set[int] = set()
    while True:
        quoted = _quoted(lines, slips)
        found = _run(lines, [mark for mark in marks if mark[0] not in quoted])
        slip = _slip(lines, marks, quoted, found) if len(slips) < _MOST_SLIPS else None
        if slip is None:
            break
        slips.add(slip)
    if warnings is not None:
        warnings += [
            f"第 {lines[index].place} 行另起一项，之前的引号没有闭合，请对照原文"
            for index in sorted(slips)
        ]
    return found


def _run(lines: Sequence[Line], marks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The marks whose numbers run on from 一."""
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


def _slip(
    lines: Sequence[Line],
    marks: list[tuple[int, int]],
    quoted: set[int],
    found: list[tuple[int, int]],
) -> int | None:
    """The next 条目 where it stands inside a quotation that was never closed: it amends, as those
    before it do, and its number comes nowhere else."""
    if not found:
        return None
    last, number = found[-1]
    ahead = [index for index, later in marks if index > last and later == number + 1]
    if len(ahead) != 1 or ahead[0] not in quoted:
        return None
    is_amending = all(
        _AMENDS.match(ENTRY.match(lines[index].text)["rest"]) for index in (last, ahead[0])
    )
    return ahead[0] if is_amending else None


def amends(text: str) -> bool:
    """Whether a 条目 says how another text is amended."""
    match = ENTRY.match(text)
    return bool(match and _AMENDS.match(match["rest"]))


def _end_of_reply(lines: Sequence[Line]) -> int:
    """Where a reply ends, and what it was asked or an appendix begins."""
    for index, line in enumerate(lines):
        if _REPLIED.fullmatch(line.text):
            return index + 1
    return len(lines)


def _quoted(lines: Sequence[Line], slips: set[int]) -> set[int]:
    """The lines that begin inside a quotation. One over several lines opens anew on each and
    closes on the last; one that never closes is a slip, and quotes nothing; nor does one that
    should have closed before a line of ``slips``."""
    found: set[int] = set()
    opened: int | None = None
    for index, line in enumerate(lines):
        if index in slips or (opened is not None and index - opened > _LONGEST_QUOTATION):
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
