"""Lines of text, and whether a sentence runs over the end of one. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

SENTENCE_END = "。；：:;！？!?”’…"
ITEM = re.compile(r"\s{0,4}[（(]\s{0,2}[一二三四五六七八九十]{1,3}\s{0,2}[）)]")
SUBITEM = re.compile(
    r"\s{0,4}(?:\d{1,2}\s{0,2}[.．、](?!\d)|[（(]\s{0,2}\d{1,2}\s{0,2}[）)]|[①-⑳])"
)
_SHORTEST_BROKEN_LINE = 12  # characters; below, a line without a full stop is a cell, not a break
_FEWEST_TORN = 5
_NARROWEST = 18  # characters of a line; captions with their numbers are shorter
RAGGED = 4  # half-width characters and marks that may not begin a line make its end ragged
# A number that stands alone before its words, one that a break has torn, and words that only go on.
_MARK_ALONE = re.compile(
    r"[（(]\s{0,2}[一二三四五六七八九十]{1,3}\s{0,2}[）)]|\d{1,2}[.．、]|[①-⑳]"
)
_TORN_NUMBER = re.compile(r"第(?:[零〇一二三四五六七八九十百千]{1,9}[条條款]第?)?$")
_ORDINAL = re.compile(
    r"[（(][一二三四五六七八九十]{1,3}[）)]\s{0,2}[项目]|第?[零〇一二三四五六七八九十百千]{1,9}[条條款项]|第[（(]"
)
_ENTRY = re.compile(r"[一二三四五六七八九十百]{1,5}、(?!二)")
_DECIMAL = re.compile(r"\d{1,6}[.．]\d")
GOES_ON = re.compile(r"[，。、；：）》”的和与或]|及其?(?!时)")


@dataclass(frozen=True)
class Line:
    """``place`` says where the line stands in its file, for warnings: 12, or 总则.md:12.
    ``depth`` is that of a Markdown heading, 0 for none. ``is_apart``: a blank line is before it."""

    text: str
    place: str
    depth: int = 0
    is_apart: bool = False


def lines_of(text: str, *, file: str = "") -> list[Line]:
    """The lines of a text, numbered from 1."""
    prefix = f"{file}:" if file else ""
    # Not splitlines(): it would also break at U+0085 and U+2028, inside a sentence.
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [
        Line(row, f"{prefix}{number}", is_apart=number > 1 and not rows[number - 2].strip())
        for number, row in enumerate(rows, start=1)
    ]


def wrap_width(lines: Sequence[Line]) -> int:
    """The width at which a text's lines break whatever stands there, 0 where they don't: most lines
    that end in no full stop are then about as long as each other, and longer than captions are."""
    torn = sorted(
        len(line.text)
        for line in lines
        if line.text and not line.depth and line.text[-1] not in SENTENCE_END
    )
    if len(torn) < _FEWEST_TORN:
        return 0
    width = torn[len(torn) * 9 // 10]
    near = sum(length >= width - RAGGED for length in torn)
    is_wrapped = width >= _NARROWEST and near * 2 >= len(torn) and len(torn) * 4 >= len(lines)
    return width if is_wrapped else 0


def is_broken(before: str, text: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    if not before:
        return False
    if _MARK_ALONE.fullmatch(before):
        return not ITEM.match(text) and not SUBITEM.match(text)
    if before.rfind("【") > before.rfind("】") and "】" in text:
        return True
    if before[-1] in SENTENCE_END:
        return False
    if _TORN_NUMBER.search(before[-20:]) and _ORDINAL.match(text):
        return True
    if _DECIMAL.match(text) and not ITEM.fullmatch(before):
        return True
    if ITEM.match(text) or SUBITEM.match(text) or _ENTRY.match(text):
        return False
    if before[-1] == "、":
        return True
    if before[-1] in "）)":
        return bool(GOES_ON.match(text))
    return len(before) >= _SHORTEST_BROKEN_LINE


def listed(places: Sequence[str]) -> str:
    """Places of lines, for a warning: the first ten, and how many."""
    return "、".join(places[:10]) + (f" 等 {len(places)} 处" if len(places) > 10 else "")
