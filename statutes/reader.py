"""Reads the lines between the labels of a text: headings, clauses, captions, notes, tails. Pure."""

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from statutes.clausetext import FOOTNOTE, ClauseText, Outline
from statutes.entries import ENTRY
from statutes.labels import (
    CHAPTER,
    CITED_HEADING,
    DELETED,
    HEADING,
    LABEL,
    LEVELS,
    LONGEST_HEADING,
    PART,
    SECTION,
    TRADITIONAL,
    Label,
    is_deleted,
    quoted_lines,
)
from statutes.lines import (
    GOES_ON,
    ITEM,
    RAGGED,
    SENTENCE_END,
    SUBITEM,
    Line,
    is_broken,
    listed,
    wrap_width,
)
from statutes.numerals import clause_label, format_number, parse_number

_BARE = re.compile(r"总\s*则|分\s*则|附\s*则")
_PREAMBLE = re.compile(r"序\s*言|前\s*言|引\s*言")
_CONTENTS = re.compile(r"目\s*[录次]")
APPENDIX = re.compile(
    r"附\s{0,4}(?:件|表|录|图)\s{0,3}(?:[一二三四五六七八九十0-9０-９]{1,3})?\s{0,3}(?:[:：].{0,60}|[\s　].{1,60})?|附\s{0,3}[:：].{0,60}"
)
_APPENDIX_AND_TEXT = re.compile(
    r"附\s{0,2}[件表录]\s{0,2}[一二三四五六七八九十\d]{0,3}\s{0,2}[:：]"
)
# Behind the last clause: 2018年12月29日，…通过的《…决定》, which tells how the text was amended.
_LATER_DECISION = re.compile(
    r"(?:\d{4}|[一二][零〇○一二三四五六七八九]{3})\s?年[^。；《》]{4,80}(?:通过|公布|发布)[^。；《》]{0,10}的?《[^》]{2,80}》"
)
_PAGE_NUMBER = re.compile(r"(?<![\s.．…·—-])[\s.．…·—-]{2,}\d{1,4}$|\t\d{1,4}$")
_PART_NAME = re.compile(r"[一-龥]{1,7}[一-龥](?<![主总汇续改选新])[编編]")
_BODY_BEGINS = re.compile(r"(?:法律|法规)?(?:正文|全文|条文)(?:内容)?")
_NO_HEADING = re.compile(rf"{_BODY_BEGINS.pattern}|修[订改]历史|目\s*[录次]")
_HEADING_FRAME = re.compile(r"[【〔\[［](.{1,60})[】〕\]］]")
# Items run together on one line: behind a colon, then behind each other's semicolon.
_FIRST_ITEM = re.compile(r"(?<=[:：])\s{0,4}(?=[（(]一[）)])")
# Not law, by rule: captions of publishers, remarks of editors.
_CAPTION = re.compile(
    r"\s{0,4}(?:【(?!\d{1,6}】)[^【】]{1,200}】|［(?!\d{1,6}］)[^［］]{1,60}］|\[(?!\d{1,6}\])[^\[\]]{1,60}\])"
)
_NOTE_LINE = re.compile(
    r"(?:[\[［【（(]?\s{0,2}(?:编者注|编者按|注释?\s{0,2}\d{0,2})\s{0,2}[:：\]］】）)]|※).{0,400}"
    # Who edited and where it is from is no sentence; 来源：产地。 is law.
    r"|[\[［【（(]?\s{0,2}(?:责任编辑|责编|编辑|校对|来源|文章来源|原文链接)\s{0,2}[:：\]］】）)].{0,400}(?<![。；;])"
)
_COMMENTARY = re.compile(
    r"[【［\[](?:条文|本条|法条)?(?:释义|主旨|解读|解析|注释|说明|理解与适用|评析|要义|精解|适用指引|立法理由|立法背景|相关规定|关联规定|关联法规|案例|典型案例|参考案例|实务要点|要点提示|要点)[】］\]].{0,4000}"
)
_REMOVED_NOTE = re.compile(
    r"\s{0,4}[（(](?=[^（()）的，,]{0,40}(?:修正案|修正|决定|年))[^（()）的，,]{0,60}(?:删除|删去|废止)[）)]\s{0,4}$"
)
IN_FORCE = re.compile(r"[起日](?:施行|实施|生效)|同时废止")
HISTORY_LINE = re.compile(
    r"[（(].{0,40}\d{4}\s{0,2}年.{0,3000}(?:通过|修[正订]|公布|施行).{0,40}[）)]"
)
# Captions without brackets of their own kind: （立法目的） or 立法目的 behind the number. Told from law
# by their number alone: most clauses have one.
_BARE_CAPTION = re.compile(r"[^，。；：:;,、！？“”（）()\s]{2,24}")
_ROUND_CAPTION = re.compile(
    r"(?:[（(](?P<words>[^（()）]{2,30})[）)]|〔(?!\d)[^〔〕]{2,30}〕|<[^<>]{2,30}>|〈[^〈〉]{2,30}〉)\s{0,4}"
)
_SPACED_CAPTION = re.compile(r"[^，。；：:;,、！？“”（）()\s]{2,24}(?:　|\s{2})\s{0,6}(?=\S)")
_CAPTIONED_AT_LEAST = 5  # clauses, and half of all
_MOST_ITEMS = 99
_LOOK_BACK = 50  # lines; bounds the time on hostile input


def read_clauses(
    lines: list[Line],
    start: int,
    stop: int,
    accepted: list[Label],
    outline: Outline,
    captions: int,
) -> None:
    reader = _Reader(lines, outline, accepted, stop)
    reader.captions += captions
    first = accepted[0].line
    reader.read_front(start, first)
    by_line: dict[int, list[Label]] = {}
    for label in accepted:
        by_line.setdefault(label.line, []).append(label)
    for index in range(first, stop):
        reader.read_line(index, by_line.get(index, []))
    reader.finish()


class _Reader:
    """Walks the lines once: headings, clauses, and what belongs to neither."""

    def __init__(self, lines: list[Line], outline: Outline, accepted: list[Label], stop: int):
        self.lines, self.outline = lines, outline
        self.path: list[tuple[int, str]] = []
        self.buffer: list[Line] = []  # lines of the clause being read
        self.says_in_force = False  # whether the clause being read has words on commencement
        self.key: tuple[int, int] | None = None
        self.last_line = accepted[-1].line
        self.label_lines = {label.line for label in accepted if not label.is_inline}
        self.in_appendix = False
        self.pending = False  # a heading has opened and no clause yet
        self.joined: list[str] = []
        self.captions = 0
        self.chapter_lines = any(
            (match := HEADING.match(line.text)) and match["unit"] in LEVELS
            for line in lines[:stop]
            if len(line.text) <= LONGEST_HEADING
        )
        self.bare_level = PART if any(_is_part(line.text) for line in lines[:stop]) else CHAPTER
        self.depths: dict[int, int] = {}  # Markdown depth → level, where it has shown
        self.entry = 0  # the number of the last 一、 heading
        self.heading_lines: set[int] = set()
        self.is_commentary = False
        self.commentaries = 0
        self.first_line = accepted[0].line
        self.is_in_list = False  # 一、 stood behind a colon of the clause: its own items
        self.numbers: dict[int, int] = {}  # the last number of a heading, by level
        self.quoted = quoted_lines(lines)
        self.width = wrap_width(lines[self.first_line : stop])
        self.is_spaced_out = _is_spaced_out(lines[self.first_line : stop])
        self.shapes = self._caption_shapes(accepted)

    def heading(self, index: int) -> tuple[int, str] | None:
        """The level and text of the heading on a line, or None."""
        line = self.lines[index]
        if index in self.quoted or len(line.text) > LONGEST_HEADING * 3:  # dots up to the page
            return None
        text = _PAGE_NUMBER.sub("", line.text)
        if len(text) > LONGEST_HEADING:
            return None
        if frame := _HEADING_FRAME.fullmatch(text):
            text = frame[1].strip()
        if match := HEADING.match(text):
            return self._numbered(match, index)
        if _BARE.fullmatch(text):
            return self.bare_level, _closed_up(text)
        if _PART_NAME.fullmatch(text) and self._opens_law_behind(index):
            return PART, text
        if not self.chapter_lines and (match := ENTRY.fullmatch(text)):
            return self._entry_heading(match, text)
        if (
            self._opens_labelled(index)
            and ITEM.match(text)
            and len(text) <= 30
            and text[-1] not in SENTENCE_END + "，、）)"
        ):
            return SECTION, _closed_up(text)
        if _NO_HEADING.fullmatch(text):
            return None
        if line.depth and not LABEL.match(text) and text[-1] not in SENTENCE_END:
            if line.depth == 1:
                return PART, _closed_up(text)
            return self.depths.get(line.depth, CHAPTER if line.depth == 2 else SECTION), text
        return None

    def _numbered(self, match: re.Match, index: int) -> tuple[int, str] | None:
        """第一章 总则, unless it cites the chapter."""
        line, title = self.lines[index], match["rest"]
        is_glued = bool(title) and not title[0].isspace()
        title = title.rstrip()
        if title[:1] in tuple("：:、．.。-—") and len(title.strip("-—")) > 1:
            title, is_glued = title.lstrip("：:、．.。-—").strip(), False
        if title[-1:] in tuple("。：:"):
            # 第一章 总则。 is one where law follows at once and nothing else is a sentence in it.
            title = title[:-1]
            if (
                re.search(r"[，。；：“”]", title)
                or len(title) > 20
                or not self._opens_law_behind(index)
            ):
                return None
        if title[-1:] in tuple("；;，,"):
            return None
        if re.match("(?:相应)?(?:修?改|调整)为|(?:相应)?(?:顺延|删去)", title):
            return None
        if re.search(r"[。；：](?=.)|[;:](?=[^\s\x00-\x7f])", title):
            return None
        before = self.lines[index - 1].text if index else ""
        is_whole_before = not before or before[-1] in "。！？”" or index - 1 in self.heading_lines
        if (
            index > self.first_line
            and not (is_whole_before or line.depth)
            and before[-1] not in SENTENCE_END + "）)"
            and not self._is_next_heading(match, index)
        ):
            return None  # 适用本法⏎第二章有关规定的
        # Between a full stop and the next clause nothing is cited.
        is_apart = is_whole_before and len(title) <= 20 and self._opens_law_behind(index)
        if is_glued and not is_apart and (len(title) > 30 or CITED_HEADING.match(title)):
            return None
        if "，" in title and not is_whole_before:
            return None
        unit = match["unit"].translate(TRADITIONAL)
        level = LEVELS[unit]
        if line.depth:
            self.depths.setdefault(line.depth, level)
        self.heading_lines.add(index)
        number = "".join(match["number"].split())
        with contextlib.suppress(ValueError):
            self.numbers[level] = parse_number(number)
        branch = "".join((match["branch"] or "").split())
        return level, f"第{number}{unit}{branch} {_closed_up(title)}".strip()

    def _is_next_heading(self, match: re.Match, index: int) -> bool:
        """Whether a heading behind a line without full stop is one for all that: the clause before
        lacks its full stop, the number runs on and law follows."""
        title = match["rest"].strip()
        is_wrapped = self.width and len(self.lines[index - 1].text) >= self.width - RAGGED
        if is_wrapped or len(title) > 20 or re.search("[，,。]|的$", title):
            return False
        if title and CITED_HEADING.match(title) and not match["rest"][0].isspace():
            return False
        try:
            number = parse_number("".join(match["number"].split()))
        except ValueError:
            return False
        last = self.numbers.get(LEVELS[match["unit"].translate(TRADITIONAL)], 0)
        return number in (1, last, last + 1) and self._opens_law_behind(index)

    def _opens_law_behind(self, index: int) -> bool:
        """Whether a clause or another heading stands on the next line."""
        if index + 1 >= len(self.lines):
            return True
        following = self.lines[index + 1]
        return index + 1 in self.label_lines or bool(HEADING.match(following.text))

    def _opens_labelled(self, index: int) -> bool:
        """Whether the next line opens a clause."""
        return index + 1 in self.label_lines

    def _entry_heading(self, match: re.Match, text: str) -> tuple[int, str] | None:
        """一、管辖: a heading of an interpretation, as long as the numbers run on."""
        try:
            number = parse_number(match["number"])
        except ValueError:
            return None
        # 一、 may open a list too: whose rows are parts of a sentence.
        if re.search("[，,。；;]|[：:]$", text) or number not in (1, self.entry + 1):
            return None
        if self.key and (self.is_in_list or (self.buffer and self.buffer[-1].text[-1:] in "：:")):
            self.is_in_list = True
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
            elif _BODY_BEGINS.fullmatch(line.text):
                headings, preamble = [], None  # those before it are contents
            elif _PREAMBLE.fullmatch(line.text):
                preamble = []
            elif not self._is_title(line, title) and (found := self.heading(index)):
                headings.append((index, found))
                self._note_entry(found)
            elif "before" in self.shapes and index + 1 == first and self._caption_before(first):
                self.captions += 1
                self.outline.notes.append(line.text)
            elif preamble is not None:
                preamble.append(line.text)
            else:
                others.append(line)
        self.outline.preamble = preamble or []
        later = {
            found
            for index in range(first, len(self.lines))
            if len(self.lines[index].text) <= LONGEST_HEADING and (found := self.heading(index))
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
        if match := ENTRY.match(found[1]):
            self.entry = parse_number(match["number"])

    def read_line(self, index: int, labels: list[Label]) -> None:
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
            self.pending = self.is_commentary = self.is_in_list = False
            text = line.text[label.end : following.start if following else len(line.text)]
            text = _stated(text)
            if caption := self._caption(text, index):
                self.captions += 1
                self.outline.notes.append(caption.strip())
                text = text[len(caption) :]
            self.buffer = [Line(text, line.place)]
            self.says_in_force = bool(IN_FORCE.search(text))

    def _caption_shapes(self, accepted: list[Label]) -> set[str]:
        """In which shapes most clauses have a caption that no brackets of a publisher mark."""
        opening = [label for label in accepted if not label.is_inline]
        found = Counter()
        for label in opening:
            text = _stated(self.lines[label.line].text[label.end :])
            found.update(name for name, words in self._captions(text, label.line) if words)
        return {
            name
            for name, times in found.items()
            if times >= _CAPTIONED_AT_LEAST and times * 2 >= len(opening)
        }

    def _captions(self, text: str, index: int) -> Iterator[tuple[str, str]]:
        """What may be the caption of a clause, by shape: （立法目的） in front, 立法目的 far from its
        text, alone on the line, or alone on the line before. Bare words are one only where a whole
        sentence follows on the next line: not where lines break anywhere."""
        match = _ROUND_CAPTION.match(text)
        if match and not (is_deleted(match[0]) or ITEM.match(text) or SUBITEM.match(text)):
            yield "round", match[0]
        match = _SPACED_CAPTION.match(text)
        yield "spaced", match[0] if match else ""
        if self.width:
            return
        following = index + 1
        if (
            _BARE_CAPTION.fullmatch(text)
            and following < len(self.lines)
            and following not in self.label_lines
            and self.lines[following].text[-1] in SENTENCE_END
            and not GOES_ON.match(self.lines[following].text)
        ):
            yield "line", text
        yield "before", self._caption_before(index)

    def _caption_before(self, index: int) -> str:
        """The bare words that stand alone before a label's line, behind a whole sentence."""
        if index < 1 or not _BARE_CAPTION.fullmatch(self.lines[index - 1].text):
            return ""
        text = self.lines[index - 1].text
        if HEADING.match(text) or _BARE.fullmatch(text) or LABEL.match(text):
            return ""
        before = self.lines[index - 2].text if index > 1 else "。"
        return text if before[-1] in "。”）)" or HEADING.match(before) else ""

    def _caption(self, text: str, index: int) -> str:
        """The caption in front of a clause's text."""
        for shape, words in self._captions(text, index):
            if words and shape != "before" and shape in self.shapes:
                return words
            # A Markdown heading ends with its line: ### 第一条 立法目的
            if shape == "line" and self.lines[index].depth:
                return words
        return ""

    def _read_rest(self, index: int) -> None:
        line = self.lines[index]
        if self.in_appendix:
            self.outline.appendix.append(line.text)
        elif (
            "before" in self.shapes
            and index + 1 in self.label_lines
            and self._caption_before(index + 1)
        ):
            self.captions += 1
            self.outline.notes.append(line.text)
        elif _COMMENTARY.fullmatch(line.text) or (self.is_commentary and not self.heading(index)):
            self.is_commentary = True
            self.commentaries += 1
            self.outline.notes.append(line.text)
        elif index > self.last_line and self._ends_law(line):
            self._close()
            self.in_appendix = True
            self.outline.appendix.append(line.text)
        elif self._is_note(line):
            self.outline.notes.append(line.text)
            self.outline.warnings.append(f"第 {line.place} 行不是条文，已移走：{_short(line.text)}")
        elif found := self.heading(index):
            self.is_commentary = False
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

    def _ends_law(self, line: Line) -> bool:
        """Whether a line below the last label is no part of its clause any more: an appendix; and
        behind the words on commencement a heading, or what a decision later did."""
        text = line.text
        if len(text) <= 80 and APPENDIX.fullmatch(text):
            return True
        if not self.says_in_force:
            return False
        is_heading = line.depth and not HEADING.match(text) and not _BARE.fullmatch(text)
        return bool(is_heading or _APPENDIX_AND_TEXT.match(text) or _LATER_DECISION.match(text))

    def _goes_on_heading(self, line: Line) -> bool:
        """第一章 alone on its line, its title on the next."""
        if len(self.path[-1][1]) + len(line.text) > LONGEST_HEADING:
            return False
        return len(line.text) <= 40 and line.text[-1] not in SENTENCE_END + "，、"

    def _is_note(self, line: Line) -> bool:
        if _NOTE_LINE.fullmatch(line.text):
            return True
        if not FOOTNOTE.match(line.text) or not self.buffer:
            return False
        # A note's mark stands in the text above it, or the note is a sentence behind a sentence;
        # 目 follow a colon, a 项 or each other.
        if any(line.text[0] in before.text[1:] for before in self.buffer[-_LOOK_BACK:]):
            return True
        before = self.buffer[-1].text
        is_listed = ITEM.match(before) or SUBITEM.match(before)
        return before.endswith("。") and line.text.endswith("。") and not is_listed

    def _append(self, line: Line) -> None:
        before = self.buffer[-1] if self.buffer else None
        words = before.text[-8:] + line.text if before else line.text  # 施⏎行, where a line breaks
        self.says_in_force = self.says_in_force or bool(IN_FORCE.search(words))
        if before is None and self.outline.clauses and self.key is None:
            # Behind a heading, before its first clause: kept with the clause before.
            last = self.outline.clauses[-1]
            last.text += f"\n{line.text}"
            self.outline.warnings.append(
                f"第 {line.place} 行在标题之后、条文之前，已并入{clause_label(last.number, last.branch)}：{_short(line.text)}"
            )
        elif (
            before
            and not self._is_set_apart(line)
            and (is_broken(before.text, line.text) or self._is_begun(before, line))
        ):
            text = re.sub(rf"^({LABEL.pattern})\s+", r"\1", line.text)
            self.buffer[-1] = Line(before.text + text, before.place)
            self.joined.append(line.place)
        else:
            self.buffer.append(line)

    def _is_set_apart(self, line: Line) -> bool:
        """Whether a line can't go on with the sentence before it: a blank line is between, or it
        is a Markdown heading."""
        return bool(line.depth) or (line.is_apart and not self.is_spaced_out)

    def _is_begun(self, before: Line, line: Line) -> bool:
        """Whether a clause's first words go on, however short they are: 为了规范，⏎制定本法。 Further
        down, lines that end with a comma may be a list's."""
        is_first = len(self.buffer) == 1 and before.text.endswith(("，", ","))
        return is_first and not (ITEM.match(line.text) or SUBITEM.match(line.text))

    def _close(self) -> None:
        if self.key is None:
            return
        rows = [line.text for line in self.buffer if line.text]
        place = self.buffer[0].place if self.buffer else ""
        name = clause_label(*self.key)
        if rows and not is_deleted(rows[0]) and (match := _CAPTION.match(rows[0])):
            self.captions += 1
            self.outline.notes.append(match[0].strip())
            rows[0] = rows[0][match.end() :].strip()
            rows = [row for row in rows if row]
        rows = [part for row in rows for part in _split_items(row)]
        rows = self._without_remarks(rows, name, place)
        if not rows:
            self.outline.warnings.append(f"第 {place} 行：{name}没有文字")
        elif rows[-1][-1] not in SENTENCE_END + "）)" and not is_deleted(rows[-1]):
            self.outline.warnings.append(
                f"第 {self.buffer[-1].place} 行：{name}末尾没有句号，可能不完整：…{rows[-1][-12:]}"
            )
        self.outline.clauses.append(ClauseText(*self.key, "\n".join(rows), tuple(self.path)))
        self.key, self.buffer = None, []

    def _without_remarks(self, rows: list[str], name: str, place: str) -> list[str]:
        if not rows:
            return rows
        words = "".join(rows)
        match = _REMOVED_NOTE.search(rows[-1][-200:])
        if match and len(words) > len(match[0]):
            note = match[0].strip()
            if len(rows) > 1 and rows[-1].strip() != note:
                self.outline.warnings.append(
                    f"第 {place} 行：{name}末尾有编者注“{note}”，说的是末款、末项还是全条，请对照原文"
                )
                return rows
            self.outline.notes.append(f"{name}：{words}")
            self.outline.warnings.append(
                f"第 {place} 行：{name}有编者注“{note}”，按已删去处理，原文字不再显示"
            )
            return [DELETED]
        if words.count("”") > words.count("“") and rows[-1].endswith(("。”", "！”", "？”")):
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
            f"第 {listed([line.place for line in tail])} 行在最后一条之后，不像条文，已移到正文之后："
            f"{_short(tail[0].text)}"
        )
        self.outline.appendix[:0] = [line.text for line in tail]
        del self.buffer[kept:]

    def finish(self) -> None:
        self._cut_tail()
        self._close()
        if self.joined:
            self.outline.warnings.append(f"句中断行已接上：第 {listed(self.joined)} 行")
        if self.commentaries:
            self.outline.warnings.append(f"释义、解读不是法律原文，已移走 {self.commentaries} 段")
        if self.captions:
            self.outline.warnings.append(f"条旨不是法律原文，已移走 {self.captions} 处")


def _is_spaced_out(lines: Sequence[Line]) -> bool:
    """Whether blank lines stand between the lines of a sentence too, and tell nothing."""
    apart = [before for before, line in pairwise(lines) if line.is_apart]
    torn = sum(
        line.text[-1] not in SENTENCE_END + "）)"
        and not line.depth
        and not HEADING.match(line.text)
        and not LABEL.fullmatch(line.text)
        for line in apart
    )
    return torn >= 3 and torn * 4 > len(apart)


def _is_tail(text: str) -> bool:
    if HISTORY_LINE.fullmatch(text):
        return True
    return len(text) <= 40 and not re.search(r"[，。；：！？]|^[（(]|[）)”]$", text)


def _stated(text: str) -> str:
    """A clause's words without the mark between its number and them."""
    return text.strip(" \t　").lstrip(":：、．.,， \t　")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _closed_up(text: str) -> str:
    """总    则 → 总则: spaces between Chinese characters only set a heading wide."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text.strip())


def _is_part(text: str) -> bool:
    if len(text) > LONGEST_HEADING:
        return False
    match = HEADING.match(text)
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
