"""The numbers that Word sets itself before paragraphs (w:numPr), as it would show them.

The National Database's own files type their numbers; drafts that firms keep often don't: 第%1条 in
numbering.xml, and nothing in the text.
"""

from collections import defaultdict

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from statutes.numerals import format_number

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
    "chineseLegalSimplified",
}
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}
_DEEPEST = 9
_LARGEST = 9999


class Numbering:
    """Counts the numbered paragraphs of one file, in their order."""

    def __init__(self, numbering: BaseOxmlElement | None, styles: BaseOxmlElement | None):
        self._levels: dict[str, dict[int, _Level]] = {}  # by w:abstractNumId
        self._abstract: dict[str, str] = {}  # w:numId → w:abstractNumId
        self._started: dict[tuple[str, int], int] = {}  # where a w:num starts anew
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._styles = _of_styles(styles) if styles is not None else {}
        if numbering is None:
            return
        for abstract in numbering.iterchildren(qn("w:abstractNum")):
            levels = (_Level(level) for level in abstract.iterchildren(qn("w:lvl")))
            self._levels[abstract.get(qn("w:abstractNumId"))] = {one.depth: one for one in levels}
        for number in numbering.iterchildren(qn("w:num")):
            identity = number.get(qn("w:numId"))
            self._abstract[identity] = _value(number, "w:abstractNumId")
            for override in number.iterchildren(qn("w:lvlOverride")):
                start = _value(override, "w:startOverride")
                depth = _number(override.get(qn("w:ilvl")))
                if start:
                    self._started[identity, depth] = _number(start)

    @classmethod
    def of(cls, document: Document) -> "Numbering":
        numbering = None
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering"):
                numbering = relation.target_part.element
                break
        return cls(numbering, document.styles.element)

    def label(self, paragraph: BaseOxmlElement) -> str:
        """What Word shows before a paragraph; "" for nothing."""
        identity, depth = self._place(paragraph)
        levels = self._levels.get(self._abstract.get(identity, ""), {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts[self._abstract[identity]]
        if (identity, depth) in self._started:
            counts[depth] = self._started.pop((identity, depth))
        else:
            counts[depth] = min(counts.get(depth, level.start - 1) + 1, _LARGEST)
        for deeper in [other for other in counts if other > depth]:
            if levels[deeper].restarts:
                del counts[deeper]
        return level.shown(counts, levels)

    def _place(self, paragraph: BaseOxmlElement) -> tuple[str, int]:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return "", 0
        own = properties.find(qn("w:numPr"))
        style = self._styles.get(_value(properties, "w:pStyle"), ("", 0))
        if own is None:
            return style
        identity = _value(own, "w:numId")  # 0 takes a style's number away
        return identity or style[0], min(_number(_value(own, "w:ilvl")), _DEEPEST)


class _Level:
    def __init__(self, level: BaseOxmlElement):
        self.depth = _number(level.get(qn("w:ilvl")))
        self.start = _number(_value(level, "w:start") or "1")
        self.format = _value(level, "w:numFmt") or "decimal"
        self.text = _value(level, "w:lvlText")
        # Clauses run on from chapter to chapter, where their level says so.
        self.restarts = _value(level, "w:lvlRestart") != "0"
        self.is_arabic = level.find(qn("w:isLgl")) is not None

    def shown(self, counts: dict[int, int], levels: "dict[int, _Level]") -> str:
        if self.format in ("bullet", "none"):
            return ""  # an ornament
        text = self.text
        for depth in range(self.depth + 1):
            mark = f"%{depth + 1}"
            if mark in text:
                level = levels.get(depth, self)
                number = counts.get(depth, level.start)
                text = text.replace(mark, _written(number, "" if self.is_arabic else level.format))
        return text[:40]


def _written(number: int, form: str) -> str:
    if not 0 < number <= _LARGEST:
        return str(number)
    if form in _CHINESE:
        return format_number(number)
    if form in _CIRCLED and number <= 20:
        return chr(ord("①") + number - 1)
    if form == "decimalFullWidth":
        return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if form in ("lowerLetter", "upperLetter") and number <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + number - 1)
    if form == "ideographTraditional" and number <= len(_STEMS):
        return _STEMS[number - 1]
    if form == "ideographZodiac" and number <= len(_BRANCHES):
        return _BRANCHES[number - 1]
    return str(number)


def _of_styles(styles: BaseOxmlElement) -> dict[str, tuple[str, int]]:
    """The numbering that each style of paragraph brings, its own or that of the style it is
    based on."""
    own, based = {}, {}
    for style in styles.iterchildren(qn("w:style")):
        identity = style.get(qn("w:styleId"))
        based[identity] = _value(style, "w:basedOn")
        properties = style.find(qn("w:pPr"))
        number = properties.find(qn("w:numPr")) if properties is not None else None
        if number is not None:
            own[identity] = (_value(number, "w:numId"), _number(_value(number, "w:ilvl")))
    found = {}
    for identity in based:
        at, steps = identity, 0
        while at and at not in own and steps < 10:
            at, steps = based.get(at, ""), steps + 1
        if at in own:
            found[identity] = own[at]
    return found


def _value(element: BaseOxmlElement, name: str) -> str:
    child = element.find(qn(name))
    return (child.get(qn("w:val")) or "") if child is not None else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else 0
