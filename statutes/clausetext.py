"""What the reading of a text of law comes to: clauses with their headings, and what stands around
them; 款, 项 and 目 of a clause. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from statutes.lines import (
    ITEM,
    SUBITEM,
    Line,
)
from statutes.numerals import clause_label, parse_number

FOOTNOTE = re.compile(r"[①②③④⑤⑥⑦⑧⑨]")


@dataclass
class ClauseText:
    """One 条 as read: a 款, 项 or 目 a line; ``headings`` from the top down, (level, text)."""

    number: int
    branch: int
    text: str
    headings: tuple[tuple[int, str], ...] = ()

    @property
    def label(self) -> str:
        return clause_label(self.number, self.branch)


@dataclass
class Outline:
    """What was read. ``front`` stands before the law (title, history, announcement) and is for
    the importer to read. A text without clauses has its lines in ``front`` alone."""

    clauses: list[ClauseText] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    preamble: list[str] = field(default_factory=list)  # under 序言
    appendix: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was set apart as not being law
    warnings: list[str] = field(default_factory=list)


def headings_of(clauses: Sequence[ClauseText]) -> list[tuple[int, str]]:
    """Each heading of a text once, in order: (level, text)."""
    found: list[tuple[int, str]] = []
    before: tuple[tuple[int, str], ...] = ()
    for clause in clauses:
        common = 0
        while (
            common < min(len(before), len(clause.headings))
            and before[common] == clause.headings[common]
        ):
            common += 1
        found += clause.headings[common:]
        before = clause.headings
    return found


@dataclass(frozen=True)
class Item:
    """项, or 目 under it. ``number`` is None where the mark is no number of ours (甲)."""

    number: int | None
    text: str
    subitems: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """款. What stands behind a list of 项 is a 款 of its own."""

    text: str
    items: tuple[Item, ...] = ()


def paragraphs(text: str) -> list[Paragraph]:
    """款, 项 and 目 of a clause's text (one a line)."""
    found: list[tuple[str, list[tuple[str, list[str]]]]] = []
    for line in text.split("\n"):
        if ITEM.match(line) and found:
            found[-1][1].append((line, []))
        elif SUBITEM.match(line) and found and found[-1][1]:
            found[-1][1][-1][1].append(line)
        elif SUBITEM.match(line) and found:
            found[-1][1].append((line, []))
        else:
            found.append((line, []))
    return [
        Paragraph(
            words,
            tuple(
                Item(_mark(item), item, tuple(Item(_mark(sub), sub) for sub in subitems))
                for item, subitems in items
            ),
        )
        for words, items in found
    ]


def _mark(line: str) -> int | None:
    digits = re.match(r"\s{0,4}[（(]?\s{0,2}([一二三四五六七八九十]{1,3}|\d{1,2})", line)
    if digits:
        try:
            return parse_number(digits[1])
        except ValueError:
            return None
    circled = FOOTNOTE.match(line.strip()) or re.match(r"[⑩-⑳]", line.strip())
    return ord(circled[0]) - ord("①") + 1 if circled else None
