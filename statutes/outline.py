"""The outline of a statute: lines of text → headings, clauses, and what stands around them. Pure.

Real files hold more than law: contents that repeat every heading, notes of editors, private
captions, lines broken in the middle of a sentence, and lines that begin with the citation of a
clause. Whatever is set apart, mended or doubtful comes out as a warning with its line.

``furniture`` takes off what a page adds, ``labels`` tells which 第…条 open clauses, ``reader``
reads what stands between them, ``entries`` finds 条目. Here is which lines are the law itself.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from statutes.clausetext import ClauseText, Item, Outline, Paragraph, headings_of, paragraphs
from statutes.entries import ENTRY, amends, closes, entries_of
from statutes.furniture import without_boxes, without_furniture
from statutes.labels import (
    CHAPTER,
    LABEL,
    LONGEST_HEADING,
    PART,
    SECTION,
    SUBPART,
    Label,
    accepted_of,
    is_deleted,
    labels_of,
    opens_law,
    prepared,
)
from statutes.lines import (
    SENTENCE_END,
    Line,
    is_broken,
    lines_of,
    listed,
)
from statutes.reader import APPENDIX, HISTORY_LINE, IN_FORCE, read_clauses

__all__ = [
    "CHAPTER",
    "PART",
    "SECTION",
    "SUBPART",
    "ClauseText",
    "Item",
    "Line",
    "Outline",
    "Paragraph",
    "closes",
    "headings_of",
    "is_broken",
    "is_deleted",
    "lines_of",
    "opens_law",
    "paragraphs",
    "parse",
]
_UNREADABLE = re.compile("[〓\ufffd\ue000-\uf8ff]")  # no character, or one that only its font knows


def parse(source: str | Sequence[Line]) -> Outline:
    """The outline of a text. Never raises: what can't be read is in ``front`` and ``warnings``."""
    lines = lines_of(source) if isinstance(source, str) else list(source)
    lines = [
        replace(line, text=text) for line in lines if (text := line.text.strip(" \t　\ufeff\xa0"))
    ]
    lines, remarks = without_boxes(lines)
    lines, notes, warnings = without_furniture(lines)
    lines, captions = prepared(lines)
    outline = Outline(
        notes=[*remarks, *notes, *captions],
        warnings=[*(f"已移走编者注：{remark}" for remark in remarks), *warnings],
    )
    if unread := [line.place for line in lines if _UNREADABLE.search(line.text)]:
        outline.warnings.append(f"第 {listed(unread)} 行有读不出的符号，请对照原文补上")
    labels = labels_of(lines)
    entries = []
    if not labels or _entries_come_first(lines, labels):
        entries = entries_of(lines, outline.warnings)
    if entries:
        return _read_entries(lines, entries, outline)
    start, stop = _body_of(lines, labels, outline)
    stop = _appendix_start(lines, labels, start, stop)
    accepted = accepted_of(
        [label for label in labels if start <= label.line < stop], lines, outline.warnings
    )
    if not accepted:
        outline.front = lines
        return outline
    read_clauses(lines, start, stop, accepted, outline, len(captions))
    outline.appendix += [line.text for line in lines[stop:]]
    return outline


def _body_of(lines: list[Line], labels: list[Label], outline: Outline) -> tuple[int, int]:
    """From which line to which the law itself runs, where the numbers begin anew: a list of
    contents that names the clauses, or another text attached."""
    opening = [label for label in labels if label.is_strong and not label.is_inline]
    starts = [
        label.line
        for label, following in zip_longest(opening, opening[1:])
        if label.key == (1, 0) and (following is None or following.key in ((2, 0), (1, 1)))
    ]
    if len(starts) < 2:
        return 0, len(lines)
    sizes = [
        sum(len(line.text) for line in lines[first:last])
        for first, last in pairwise([*starts, len(lines)])
    ]
    chosen = sizes.index(max(sizes))
    start = starts[chosen] if chosen else 0
    stop = starts[chosen + 1] if chosen + 1 < len(starts) else len(lines)
    stop = _own_end(lines, stop, starts[chosen]) if stop < len(lines) else stop
    if chosen:  # its own title, history and headings
        start = _own_end(lines, start, starts[chosen - 1])
    outline.warnings.append(
        f"条号在第 {'、'.join(lines[line].place for line in starts[1:])} 行从第一条重新开始，"
        f"只取第 {lines[starts[chosen]].place} 行起的一份"
    )
    if chosen and (_is_contents(lines[starts[0] : start]) or start == starts[chosen]):
        outline.front += lines[:start][:40]
    return start, stop


def _own_end(lines: list[Line], stop: int, start: int) -> int:
    """Where the text before another one ends: above that one's title, history and headings."""
    end = stop
    while end > start + 1 and _may_head(lines[end - 1].text):
        end -= 1
    return end


def _is_contents(lines: list[Line]) -> bool:
    """Whether clauses are only named here: most lines are no sentences."""
    return sum(line.text[-1] in "。；：”" for line in lines) * 2 < len(lines)


def _may_head(text: str) -> bool:
    is_short = len(text) < LONGEST_HEADING and text[-1] not in SENTENCE_END
    return (is_short and not LABEL.match(text)) or bool(HISTORY_LINE.fullmatch(text))


def _appendix_start(lines: list[Line], labels: list[Label], start: int, stop: int) -> int:
    """Where an appendix begins, behind the clause that says when the text comes into force: what it
    numbers are another text's clauses."""
    first = next((label.line for label in labels if label.line >= start), stop)
    for index in range(first + 1, stop):
        line = lines[index]
        if len(line.text) > 80 or not APPENDIX.fullmatch(line.text):
            continue
        before = lines[index - 1].text
        if before.endswith("。") and IN_FORCE.search(before):
            return index
    return stop


def _entries_come_first(lines: list[Line], labels: list[Label]) -> bool:
    """Whether 一、 opens the text, and not as a heading of the clauses behind it, nor in a notice
    of them."""
    first = next((label for label in labels if label.key == (1, 0) and label.is_strong), None)
    entries = entries_of(lines)
    for index, _ in entries[:1]:
        if first and first.line < index:
            return False
        if first and _is_notice(lines, labels, first, [entry for entry, _ in entries]):
            return False
        text = lines[index].text
        return len(text) > LONGEST_HEADING or text[-1] in "。；：:;”"
    return False


def _is_notice(
    lines: list[Line], labels: list[Label], first: Label, entries: Sequence[int]
) -> bool:
    """Whether the 条目 only pass on the text behind them, which is the longer one and has clauses
    from 第一条 on. Those of a decision amend; the text that it attaches is not its own."""
    opening = [
        label
        for label in labels
        if label.is_strong and not label.is_inline and label.line >= first.line
    ]
    runs_on = [label.key for label in opening[:2]] == [(1, 0), (2, 0)]
    if not runs_on or any(amends(lines[index].text) for index in entries):
        return False
    # Whose last entry stands behind 第一条 has entries of its own.
    if entries[-1] > first.line:
        return False
    notice = sum(len(line.text) for line in lines[entries[0] : first.line])
    return sum(len(line.text) for line in lines[first.line :]) > notice


def _read_entries(lines: list[Line], entries: list[tuple[int, int]], outline: Outline) -> Outline:
    outline.front = lines[: entries[0][0]]
    ends = [*(index for index, _ in entries[1:]), len(lines)]
    for (index, number), end in zip(entries, ends, strict=True):
        rows = [ENTRY.match(lines[index].text)["rest"].strip()]
        rows += [line.text for line in lines[index + 1 : end]]
        outline.clauses.append(ClauseText(number, 0, "\n".join(row for row in rows if row)))
    last = outline.clauses[-1]
    rows = last.text.split("\n")
    cut = next((i for i, row in enumerate(rows) if i and closes(row)), len(rows))
    last.text = "\n".join(rows[:cut])
    outline.appendix = rows[cut:]
    outline.warnings.append(f"以条目（一、二、）为单位，共 {len(entries)} 项")
    return outline
