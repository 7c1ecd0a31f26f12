"""The outline of a statute: lines of text → headings, clauses, and what stands around them. Pure.

Real files hold more than law: contents that repeat every heading, notes of editors, private
captions, lines broken in the middle of a sentence, and lines that begin with the citation of a
clause. Whatever is set apart, mended or doubtful comes out as a warning with its line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from statutes.numerals import NUMBER, clause_label, format_number, parse_number

# As models.Heading.Level has them.
PART, SUBPART, CHAPTER, SECTION = 1, 2, 3, 4
_LEVELS = {"编": PART, "部分": PART, "分编": SUBPART, "章": CHAPTER, "节": SECTION}

# 第 and 条 may stand apart from their number: 第 三 条. White space is bounded everywhere.
_DIGITS = rf"(?P<number>{NUMBER}(?:\s{{0,3}}{NUMBER}){{0,8}})"
_BRANCH = rf"(?:\s{{0,3}}之\s{{0,3}}(?P<branch>{NUMBER}{{1,3}})(?![般定切些类间内外前后]))?"
_LABEL = re.compile(rf"第\s{{0,3}}{_DIGITS}\s{{0,3}}条(?![款件例约文]){_BRANCH}")
# A second clause on the line: behind the end of a sentence, or far from what stands before it.
_INLINE_LABEL = re.compile(
    rf"(?:(?<=[。；！？”）)])\s{{0,8}}|\s{{2,8}})(?P<label>第\s{{0,3}}{_DIGITS}\s{{0,3}}条{_BRANCH})(?=[\s【])"
)
_HEADING = re.compile(
    rf"第\s{{0,3}}(?P<number>{NUMBER}(?:\s{{0,3}}{NUMBER}){{0,4}})\s{{0,3}}(?P<unit>分编|编|章|节|部分)(?P<rest>.*)"
)
# What follows a chapter's number that is cited.
_CITED_HEADING = re.compile(
    r"[的、，,（(》”至]|规定|所(?:列|称|规定|述|指|涉)|中(?:的|规定|所|关于)|[和与及或]第|以[上下]"
)
_ENTRY = re.compile(r"(?P<number>[一二三四五六七八九十百]{1,5})\s{0,3}、\s*(?P<rest>.*)")
_BARE = re.compile(r"总\s*则|分\s*则|附\s*则")
_PREAMBLE = re.compile(r"序\s*言|前\s*言|引\s*言")
_CONTENTS = re.compile(r"目\s*[录次]")
_APPENDIX = re.compile(
    r"附\s{0,4}(?:件|表|录|图)\s{0,3}(?:[一二三四五六七八九十0-9０-９]{1,3})?\s{0,3}(?:[:：].{0,60}|[\s　].{1,60})?|附\s{0,3}[:：].{0,60}"
)
_PAGE_NUMBER = re.compile(r"(?<![\s.．…·—-])[\s.．…·—-]{2,}\d{1,4}$|\t\d{1,4}$")
# What follows a clause number that is cited, not stated.
_CITING = re.compile(
    r"\s{0,3}(?:第|的|规定|所|之规|[、，,；;。.）)》”]|[和与及或至中款项内]|以及|或者|修改|改为|增加|删除|已)"
)
_SENTENCE_END = "。；：:;！？!?”’…"
_ITEM = re.compile(r"\s{0,4}[（(]\s{0,2}[一二三四五六七八九十]{1,3}\s{0,2}[）)]")
_SUBITEM = re.compile(
    r"\s{0,4}(?:\d{1,2}\s{0,2}[.．、](?!\d)|[（(]\s{0,2}\d{1,2}\s{0,2}[）)]|[①-⑳])"
)
# Items run together on one line: behind a colon, then behind each other's semicolon.
_FIRST_ITEM = re.compile(r"(?<=[:：])\s{0,4}(?=[（(]一[）)])")

# Not law, by rule: captions of publishers, remarks of editors.
_CAPTION = re.compile(r"\s{0,4}(?:【[^【】]{1,200}】|［[^［］]{1,60}］|\[[^\[\]]{1,60}\])")
_NOTE_LINE = re.compile(
    r"(?:[\[［【（(]?\s{0,2}(?:编者注|编者按|注释?\s{0,2}\d{0,2}|责任编辑|编辑|校对|来源|文章来源|原文链接)\s{0,2}[:：\]］】）)]|※).{0,400}"
)
_FOOTNOTE = re.compile(r"[①②③④⑤⑥⑦⑧⑨]")
_BOX = re.compile(r"┌[─━]{0,200}┐(?P<inside>[^└]{0,400})└[─━]{0,200}┘")
_STROKES = re.compile(r"[─━│┃┌┐└┘├┤┬┴┼]+")
_REMOVED_NOTE = re.compile(
    r"\s{0,4}[（(](?=[^（()）]{0,40}(?:修正案|修正|年))[^（()）]{0,30}(?:删除|删去|废止)[）)]\s{0,4}$"
)
DELETED = "（删去）"
_DELETED = re.compile(r"[（(〔\[]?\s{0,2}(?:本条)?已?(?:被)?(?:删去|删除)\s{0,2}[）)〕\]]?[。.]?")
# Closes a decision, behind its last 条目.
_CLOSING = re.compile(
    r"(?:根据)?本(?:决定|修正案|解释|规定|批复|办法|通知|意见)(?:自|，)|《[^》]{2,80}》(?:根据|依照|按照)本|此复"
)

# Captions without brackets of their own kind: （立法目的） or 立法目的 behind the number. Told from law
# by their number alone: most clauses have one.
_BARE_CAPTION = re.compile(r"[^，。；：:;,、！？“”（）()\s]{2,24}")
_ROUND_CAPTION = re.compile(r"[（(](?P<words>[^（()）]{2,30})[）)]\s{0,4}")
_CAPTIONED_AT_LEAST = 5  # clauses, and half of all
_LOOK_AHEAD = 400  # labels; bounds the time on hostile input
_LONGEST_HEADING = 60
_MOST_ITEMS = 99
_SHORTEST_BROKEN_LINE = 12  # characters; below, a line without a full stop is a cell, not a break


@dataclass(frozen=True)
class Line:
    """``place`` says where the line stands in its file, for warnings: 12, or 总则.md:12.
    ``depth`` is that of a Markdown heading, 0 for none."""

    text: str
    place: str
    depth: int = 0


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


def lines_of(text: str, *, file: str = "") -> list[Line]:
    """The lines of a text, numbered from 1."""
    prefix = f"{file}:" if file else ""
    # Not splitlines(): it would also break at U+0085 and U+2028, inside a sentence.
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [Line(row, f"{prefix}{number}") for number, row in enumerate(rows, start=1)]


def opens_law(line: Line) -> bool:
    """Whether a line is a clause or a heading below the title's rank."""
    if line.depth > 1 or _LABEL.match(line.text):
        return True
    match = _HEADING.match(line.text)
    return bool(match and len(line.text) <= _LONGEST_HEADING and match["rest"][:1].isspace())


def closes(text: str) -> bool:
    """Whether a line closes a decision or an amendment, behind its last 条目."""
    return bool(_CLOSING.match(text))


def is_deleted(text: str) -> bool:
    """Whether a clause's text only says that it was deleted: （删去）."""
    return bool(_DELETED.fullmatch(text.strip()))


def paragraphs(text: str) -> list[Paragraph]:
    """款, 项 and 目 of a clause's text (one a line)."""
    found: list[tuple[str, list[tuple[str, list[str]]]]] = []
    for line in text.split("\n"):
        if _ITEM.match(line) and found:
            found[-1][1].append((line, []))
        elif _SUBITEM.match(line) and found and found[-1][1]:
            found[-1][1][-1][1].append(line)
        elif _SUBITEM.match(line) and found:
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
    circled = _FOOTNOTE.match(line.strip()) or re.match(r"[⑩-⑳]", line.strip())
    return ord(circled[0]) - ord("①") + 1 if circled else None


def parse(source: str | Sequence[Line]) -> Outline:
    """The outline of a text. Never raises: what can't be read is in ``front`` and ``warnings``."""
    lines = lines_of(source) if isinstance(source, str) else list(source)
    lines = [
        Line(text, line.place, line.depth)
        for line in lines
        if (text := line.text.strip(" \t　\ufeff\xa0"))
    ]
    lines, notes = _without_boxes(lines)
    outline = Outline(notes=notes, warnings=[f"已移走编者注：{note}" for note in notes])
    labels = _labels(lines)
    entries = [] if labels and not _entries_come_first(lines, labels) else _entries(lines)
    if entries:
        return _read_entries(lines, entries, outline)
    start, stop = _body_of(lines, labels, outline)
    accepted = _accept(
        [label for label in labels if start <= label.line < stop], lines, outline.warnings
    )
    if not accepted:
        outline.front = lines
        return outline
    _read_clauses(lines, start, stop, accepted, outline)
    outline.appendix += [line.text for line in lines[stop:]]
    return outline


# Labels: which 第…条 open a clause


@dataclass(frozen=True)
class _Label:
    line: int
    start: int
    end: int
    key: tuple[int, int]
    is_strong: bool = True  # set off from what follows, as labels are in this text
    is_inline: bool = False

    @property
    def name(self) -> str:
        return clause_label(*self.key)


def _labels(lines: list[Line]) -> list[_Label]:
    found = []
    for index, line in enumerate(lines):
        match = _LABEL.match(line.text)
        if match and (key := _key(match)):
            found.append(_Label(index, 0, match.end(), key))
        for match in _INLINE_LABEL.finditer(line.text, 1):
            if key := _key(match):
                found.append(
                    _Label(index, match.start("label"), match.end("label"), key, is_inline=True)
                )
    opening = [label for label in found if not label.is_inline]
    spaced = [label for label in opening if _is_set_off(lines, label)]
    if len(spaced) * 2 > len(opening):
        weak = {label for label in opening if not _is_set_off(lines, label)}
    else:
        weak = {label for label in opening if _CITING.match(lines[label.line].text[label.end :])}
    return [
        _Label(label.line, label.start, label.end, label.key, label not in weak, label.is_inline)
        for label in found
    ]


def _key(match: re.Match) -> tuple[int, int] | None:
    try:
        number = parse_number("".join(match["number"].split()))
        branch = parse_number(match["branch"]) if match["branch"] else 0
    except ValueError:
        return None
    return (number, branch) if 0 < number < 10_000 and branch < 100 else None


def _is_set_off(lines: list[Line], label: _Label) -> bool:
    rest = lines[label.line].text[label.end :]
    return not rest or rest[0].isspace() or rest[0] in "【［[:："


def _follows(before: tuple[int, int], key: tuple[int, int]) -> bool:
    """Whether a clause number is the very next one: a number up, or a branch up."""
    return key in ((before[0] + 1, 0), (before[0], before[1] + 1))


def _accept(labels: list[_Label], lines: list[Line], warnings: list[str]) -> list[_Label]:
    """The labels that open clauses: each the next number or a branch. A higher number is believed
    only where none of those between comes later: then it is a gap, and reported."""
    accepted: list[_Label] = []
    keys_ahead = {
        label.key: index
        for index, label in enumerate(labels)
        if label.is_strong and not label.is_inline
    }
    for index, label in enumerate(labels):
        before = accepted[-1].key if accepted else (0, 0)
        if _follows(before, label.key):
            # A citation may have the next number too; then the label itself comes later.
            comes_later = keys_ahead.get(label.key, -1) > index
            if not (comes_later and (label.is_inline or not label.is_strong)):
                accepted.append(label)
                continue
        if label.is_inline:
            continue
        place = lines[label.line].place
        if label.key > before and label.is_strong and not _between(labels, index, before):
            warnings.append(f"第 {place} 行：{_gap(before, label.key)}")
            accepted.append(label)
        elif label.key > before:
            warnings.append(f"第 {place} 行以“{label.name}”开头，是引用，不是新的一条")
        elif label.is_strong:
            warnings.append(f"第 {place} 行：{label.name}重复或倒退，按上一条的文字保留")
    return accepted


def _between(labels: list[_Label], index: int, before: tuple[int, int]) -> bool:
    return any(
        before < later.key < labels[index].key and later.is_strong
        for later in labels[index + 1 : index + 1 + _LOOK_AHEAD]
    )


def _gap(before: tuple[int, int], key: tuple[int, int]) -> str:
    if before[0] == key[0]:
        return f"{clause_label(*before)}之后是{clause_label(*key)}，中间缺条"
    first, last = before[0] + 1, key[0] - (0 if key[1] else 1)
    if first == last:
        return f"缺{clause_label(first)}"
    if before == (0, 0):
        return f"从{clause_label(*key)}开始，之前的条文缺"
    return f"缺{clause_label(first)}至{clause_label(last)}"


def _body_of(lines: list[Line], labels: list[_Label], outline: Outline) -> tuple[int, int]:
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
    while chosen and start > starts[chosen - 1] + 1 and _may_head(lines[start - 1].text):
        start -= 1  # the chosen text's own title and headings
    outline.warnings.append(
        f"条号在第 {'、'.join(lines[line].place for line in starts[1:])} 行从第一条重新开始，"
        f"只取第 {lines[starts[chosen]].place} 行起的一份"
    )
    if chosen and (_is_contents(lines[starts[0] : start]) or start == starts[chosen]):
        outline.front += lines[:start][:40]
    return start, stop


def _is_contents(lines: list[Line]) -> bool:
    """Whether clauses are only named here: most lines are no sentences."""
    return sum(line.text[-1] in "。；：”" for line in lines) * 2 < len(lines)


def _may_head(text: str) -> bool:
    return (
        len(text) < _LONGEST_HEADING
        and text[-1] not in _SENTENCE_END
        and _LABEL.match(text) is None
    )


# Reading between the labels


def _read_clauses(
    lines: list[Line], start: int, stop: int, accepted: list[_Label], outline: Outline
) -> None:
    reader = _Reader(lines, outline, accepted, stop)
    first = accepted[0].line
    reader.read_front(start, first)
    by_line: dict[int, list[_Label]] = {}
    for label in accepted:
        by_line.setdefault(label.line, []).append(label)
    for index in range(first, stop):
        reader.read_line(index, by_line.get(index, []))
    reader.finish()


class _Reader:
    """Walks the lines once: headings, clauses, and what belongs to neither."""

    def __init__(self, lines: list[Line], outline: Outline, accepted: list[_Label], stop: int):
        self.lines, self.outline = lines, outline
        self.path: list[tuple[int, str]] = []
        self.buffer: list[Line] = []  # lines of the clause being read
        self.key: tuple[int, int] | None = None
        self.last_line = accepted[-1].line
        self.label_lines = {label.line for label in accepted if not label.is_inline}
        self.in_appendix = False
        self.pending = False  # a heading has opened and no clause yet
        self.joined: list[str] = []
        self.captions = 0
        self.chapter_lines = any(
            (match := _HEADING.match(line.text)) and match["unit"] in _LEVELS
            for line in lines[:stop]
            if len(line.text) <= _LONGEST_HEADING
        )
        self.bare_level = PART if any(_is_part(line.text) for line in lines[:stop]) else CHAPTER
        self.depths: dict[int, int] = {}  # Markdown depth → level, where it has shown
        self.entry = 0  # the number of the last 一、 heading
        self.is_captioned = self._has_captions(accepted)

    def heading(self, index: int) -> tuple[int, str] | None:
        """The level and text of the heading on a line, or None."""
        line = self.lines[index]
        if len(line.text) > _LONGEST_HEADING * 3:  # dots up to the page's number
            return None
        text = _PAGE_NUMBER.sub("", line.text)
        if len(text) > _LONGEST_HEADING:
            return None
        if match := _HEADING.match(text):
            title = match["rest"]
            glued = title and not title[0].isspace()
            if title and title.rstrip()[-1] in "。；;，,":
                return None
            if glued and (len(title) > 30 or _CITED_HEADING.match(title)):
                return None
            number = "".join(match["number"].split())
            level = _LEVELS[match["unit"]]
            if line.depth:
                self.depths.setdefault(line.depth, level)
            name = f"第{number}{match['unit']}"
            return level, f"{name} {_closed_up(title)}".strip()
        if _BARE.fullmatch(text):
            return self.bare_level, _closed_up(text)
        if not self.chapter_lines and (match := _ENTRY.fullmatch(text)):
            return self._entry_heading(match, text)
        if (
            self._opens_labelled(index)
            and _ITEM.match(text)
            and len(text) <= 30
            and text[-1] not in _SENTENCE_END + "，、）)"
        ):
            return SECTION, _closed_up(text)
        if line.depth and not _LABEL.match(text) and text[-1] not in _SENTENCE_END:
            if line.depth == 1:
                return PART, _closed_up(text)
            return self.depths.get(line.depth, CHAPTER if line.depth == 2 else SECTION), text
        return None

    def _opens_labelled(self, index: int) -> bool:
        """Whether the next line opens a clause."""
        return index + 1 in self.label_lines

    def _entry_heading(self, match: re.Match, text: str) -> tuple[int, str] | None:
        """一、管辖: a heading of an interpretation, as long as the numbers run on."""
        try:
            number = parse_number(match["number"])
        except ValueError:
            return None
        if text[-1] in "。；：:;，," or number not in (1, self.entry + 1):
            return None
        if self.key and number == 1 and self.entry:
            return None  # a list inside a clause
        return CHAPTER, f"{format_number(number)}、{_closed_up(match['rest'])}"

    def read_front(self, start: int, first: int) -> None:
        """The headings that open the first clause; those before them are contents."""
        headings, others, preamble = [], [], None
        title = next((line.text for line in self.lines[:first] if line.depth == 1), "")
        for index in range(start, first):
            line = self.lines[index]
            if _CONTENTS.fullmatch(line.text):
                preamble = None
            elif _PREAMBLE.fullmatch(line.text):
                preamble = []
            elif not self._is_title(line, title) and (found := self.heading(index)):
                headings.append((index, found))
                self._note_entry(found)
            elif preamble is not None:
                preamble.append(line.text)
            else:
                others.append(line)
        self.outline.preamble = preamble or []
        later = {
            found
            for index in range(first, len(self.lines))
            if len(self.lines[index].text) <= _LONGEST_HEADING and (found := self.heading(index))
        }
        chain: list[tuple[int, str]] = []
        after = first
        for index, (level, text) in reversed(headings):
            gap = any(line.text for line in self.lines[index + 1 : after] if line in others)
            if chain and (level >= chain[0][0] or (level, text) in later or gap):
                break
            if not chain and gap and (level, text) in later:
                break  # the end of the contents, with a preamble behind it
            chain.insert(0, (level, text))
            after = index
        self.path = chain
        self.entry = 1 if chain and re.match("一、", chain[-1][1]) else 0
        self.pending = True
        self.outline.front += others

    @staticmethod
    def _is_title(line: Line, title: str) -> bool:
        """Whether a Markdown heading is the title: in full, or shorter, as front matter has it."""
        return line.depth == 1 and (line.text in title or title in line.text)

    def _note_entry(self, found: tuple[int, str]) -> None:
        if match := _ENTRY.match(found[1]):
            self.entry = parse_number(match["number"])

    def read_line(self, index: int, labels: list[_Label]) -> None:
        line = self.lines[index]
        if not labels:
            self._read_rest(index)
            return
        if labels[0].start:
            rest = Line(line.text[: labels[0].start].rstrip(), line.place)
            (self.buffer if self.key else self.outline.front).append(rest)
        for label, following in zip_longest(labels, labels[1:]):
            self._close()
            self.key = label.key
            self.pending = False
            text = line.text[label.end : following.start if following else len(line.text)]
            text = text.strip(" \t　").lstrip(":：、．. \t　")
            if self.is_captioned and (caption := self._caption(text, index)):
                self.captions += 1
                self.outline.notes.append(caption.strip())
                text = text[len(caption) :]
            self.buffer = [Line(text, line.place)]

    def _has_captions(self, accepted: list[_Label]) -> bool:
        """Whether most clauses have a caption in front that no brackets of a publisher mark."""
        texts = [
            (self.lines[label.line].text[label.end :].strip(" \t　"), label.line)
            for label in accepted
            if not label.is_inline
        ]
        found = sum(bool(self._caption(text, index)) for text, index in texts)
        return found >= _CAPTIONED_AT_LEAST and found * 2 >= len(texts)

    def _caption(self, text: str, index: int) -> str:
        """The caption in front of a clause's text. Bare words are one only where they stand alone
        on the line and a whole sentence follows on the next: not where lines break anywhere."""
        match = _ROUND_CAPTION.match(text)
        if match and not (is_deleted(match[0]) or _ITEM.match(text) or _SUBITEM.match(text)):
            return match[0]
        following = index + 1
        if (
            _BARE_CAPTION.fullmatch(text)
            and following < len(self.lines)
            and following not in self.label_lines
            and self.lines[following].text[-1] in _SENTENCE_END
        ):
            return text
        return ""

    def _read_rest(self, index: int) -> None:
        line = self.lines[index]
        if self.in_appendix:
            self.outline.appendix.append(line.text)
        elif index > self.last_line and len(line.text) <= 80 and _APPENDIX.fullmatch(line.text):
            self.in_appendix = True
            self.outline.appendix.append(line.text)
        elif self._is_note(line):
            self.outline.notes.append(line.text)
            self.outline.warnings.append(f"第 {line.place} 行不是条文，已移走：{_short(line.text)}")
        elif found := self.heading(index):
            self._close()
            self._note_entry(found)
            del self.path[
                next(
                    (i for i, (level, _) in enumerate(self.path) if level >= found[0]),
                    len(self.path),
                ) :
            ]
            self.path.append(found)
            self.pending = True
        elif self.pending and self.path and self._goes_on_heading(line):
            level, text = self.path[-1]
            self.path[-1] = (level, f"{text}{'' if ' ' in text else ' '}{_closed_up(line.text)}")
        else:
            self._append(line)

    def _goes_on_heading(self, line: Line) -> bool:
        """第一章 alone on its line, its title on the next."""
        if len(self.path[-1][1]) + len(line.text) > _LONGEST_HEADING:
            return False
        return len(line.text) <= 40 and line.text[-1] not in _SENTENCE_END + "，、"

    def _is_note(self, line: Line) -> bool:
        if _NOTE_LINE.fullmatch(line.text):
            return True
        if not _FOOTNOTE.match(line.text) or not self.buffer:
            return False
        before = self.buffer[-1].text  # 目 follow a colon, a 项 or each other
        return before.endswith("。") and not (_ITEM.match(before) or _SUBITEM.match(before))

    def _append(self, line: Line) -> None:
        before = self.buffer[-1] if self.buffer else None
        if before is None and self.outline.clauses and self.key is None:
            # Behind a heading, before its first clause: kept with the clause before.
            last = self.outline.clauses[-1]
            last.text += f"\n{line.text}"
            self.outline.warnings.append(
                f"第 {line.place} 行在标题之后、条文之前，已并入{clause_label(last.number, last.branch)}：{_short(line.text)}"
            )
        elif before and is_broken(before.text, line.text):
            text = re.sub(rf"^({_LABEL.pattern})\s+", r"\1", line.text)
            self.buffer[-1] = Line(before.text + text, before.place)
            self.joined.append(line.place)
        else:
            self.buffer.append(line)

    def _close(self) -> None:
        if self.key is None:
            return
        rows = [line.text for line in self.buffer if line.text]
        place = self.buffer[0].place if self.buffer else ""
        name = clause_label(*self.key)
        if rows and (match := _CAPTION.match(rows[0])):
            self.captions += 1
            self.outline.notes.append(match[0].strip())
            rows[0] = rows[0][match.end() :].strip()
            rows = [row for row in rows if row]
        rows = [part for row in rows for part in _split_items(row)]
        rows = self._without_remarks(rows, name, place)
        if not rows:
            self.outline.warnings.append(f"第 {place} 行：{name}没有文字")
        elif rows[-1][-1] not in _SENTENCE_END + "）)" and not is_deleted(rows[-1]):
            self.outline.warnings.append(
                f"第 {self.buffer[-1].place} 行：{name}末尾没有句号，可能不完整：…{rows[-1][-12:]}"
            )
        self.outline.clauses.append(ClauseText(*self.key, "\n".join(rows), tuple(self.path)))
        self.key, self.buffer = None, []

    def _without_remarks(self, rows: list[str], name: str, place: str) -> list[str]:
        if not rows:
            return rows
        words = "".join(rows)
        if (match := _REMOVED_NOTE.search(rows[-1])) and match.start():
            self.outline.notes.append(f"{name}：{words}")
            self.outline.warnings.append(
                f"第 {place} 行：{name}有编者注“{match[0].strip()}”，按已删去处理，原文字不再显示"
            )
            return [DELETED]
        if words.count("”") > words.count("“") and rows[-1].endswith("”"):
            self.outline.warnings.append(f"第 {place} 行：{name}末尾多出一个引号，已去掉")
            rows[-1] = rows[-1][:-1].rstrip()
        return [row for row in rows if row]

    def _cut_tail(self) -> None:
        """What stands below the last clause and is no sentence: who signs, links of a site."""
        kept = len(self.buffer)
        while kept > 1 and _is_tail(self.buffer[kept - 1].text):
            kept -= 1
        if kept == len(self.buffer) or not self.buffer[kept - 1].text.endswith("。"):
            return
        tail = self.buffer[kept:]
        self.outline.warnings.append(
            f"第 {_some([line.place for line in tail])} 行在最后一条之后，不像条文，已移到正文之后："
            f"{_short(tail[0].text)}"
        )
        self.outline.appendix[:0] = [line.text for line in tail]
        del self.buffer[kept:]

    def finish(self) -> None:
        self._cut_tail()
        self._close()
        if self.joined:
            self.outline.warnings.append(f"句中断行已接上：第 {_some(self.joined)} 行")
        if self.captions:
            self.outline.warnings.append(f"条旨不是法律原文，已移走 {self.captions} 处")


def is_broken(before: str, text: str) -> bool:
    """Whether a sentence goes on from one line to the next."""
    return (
        len(before) >= _SHORTEST_BROKEN_LINE
        and before[-1] not in _SENTENCE_END
        and not before.endswith(("）", ")"))
        and not _ITEM.match(text)
        and not _SUBITEM.match(text)
    )


def _is_tail(text: str) -> bool:
    return len(text) <= 40 and not re.search(r"[，。；：！？]|^[（(]|[）)”]$", text)


def _some(places: list[str]) -> str:
    return "、".join(places[:10]) + (f" 等 {len(places)} 处" if len(places) > 10 else "")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _closed_up(text: str) -> str:
    """总    则 → 总则: spaces between Chinese characters only set a heading wide."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text.strip())


def _is_part(text: str) -> bool:
    if len(text) > _LONGEST_HEADING:
        return False
    match = _HEADING.match(text)
    if match:
        return match["unit"] == "编" and (not match["rest"] or match["rest"][0].isspace())
    return bool(re.fullmatch(r"[总分]\s*则", text))


def _split_items(row: str) -> list[str]:
    """条件：（一）…；（二）…。 → one line for each 项, as long as their numbers run on."""
    match = _FIRST_ITEM.search(row)
    if not match:
        return [row]
    parts, rest, number = [row[: match.start()]], row[match.end() :], 1
    while True:
        if number == _MOST_ITEMS:
            return [*parts, rest]
        mark = format_number(number + 1)
        following = re.search(rf"(?<=[；;。，,])\s{{0,4}}(?=[（(]{mark}[）)])", rest)
        if not following:
            return [*parts, rest]
        parts.append(rest[: following.start()])
        rest, number = rest[following.end() :], number + 1


def _without_boxes(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """Drawn boxes hold editors' remarks; what stands behind one on its line goes on the line
    before it. Returns the lines and the remarks."""
    kept: list[Line] = []
    notes = []
    for line in lines:
        if "┌" not in line.text and not _STROKES.search(line.text):
            kept.append(line)
            continue
        remarks = [
            re.sub(r"\s+", "", _STROKES.sub("", match["inside"]))
            for match in _BOX.finditer(line.text)
            if "删" in match["inside"] or "注" in match["inside"]
        ]
        rest = line.text
        if remarks:
            rest = _BOX.sub("", rest)
        rest = _STROKES.sub("", rest).strip()
        notes += remarks
        if remarks and rest and kept:
            kept[-1] = Line(kept[-1].text + rest, kept[-1].place, kept[-1].depth)
        elif rest:
            kept.append(Line(rest, line.place, line.depth))
    return kept, notes


# Texts whose units are 一、 二、 (条目): decisions and amendments


def _entries(lines: list[Line]) -> list[tuple[int, int]]:
    """(line, number) of the 条目, as far as their numbers run on from 一."""
    found: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        match = _ENTRY.match(line.text)
        if not match:
            continue
        try:
            number = parse_number(match["number"])
        except ValueError:
            continue
        if number == len(found) + 1:
            found.append((index, number))
    return found


def _entries_come_first(lines: list[Line], labels: list[_Label]) -> bool:
    """Whether 一、 opens the text, and not as a heading of the clauses behind it."""
    first = next((label for label in labels if label.key == (1, 0) and label.is_strong), None)
    for index, _ in _entries(lines)[:1]:
        if first and first.line < index:
            return False
        text = lines[index].text
        return len(text) > _LONGEST_HEADING or text[-1] in "。；：:;"
    return False


def _read_entries(lines: list[Line], entries: list[tuple[int, int]], outline: Outline) -> Outline:
    outline.front = lines[: entries[0][0]]
    ends = [*(index for index, _ in entries[1:]), len(lines)]
    for (index, number), end in zip(entries, ends, strict=True):
        rows = [_ENTRY.match(lines[index].text)["rest"].strip()]
        rows += [line.text for line in lines[index + 1 : end]]
        outline.clauses.append(ClauseText(number, 0, "\n".join(row for row in rows if row)))
    last = outline.clauses[-1]
    rows = last.text.split("\n")
    cut = next((i for i, row in enumerate(rows) if i and _CLOSING.match(row)), len(rows))
    last.text = "\n".join(rows[:cut])
    outline.appendix = rows[cut:]
    outline.warnings.append(f"以条目（一、二、）为单位，共 {len(entries)} 项")
    return outline
