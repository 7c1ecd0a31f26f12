"""Labels and headings: which 第…条 of a text open a clause, and which only cite one. Pure.

Besides 第一百三十三条之一 texts write 第133-1条, 第一百三十三之一条, 第一百三十三条（之一）, 第一條; and stand
labels in brackets, behind numbers of a list, behind a heading or in the middle of a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from statutes.lines import SENTENCE_END, Line
from statutes.numerals import NUMBER, clause_label, parse_number

# As models.Heading.Level has them.
PART, SUBPART, CHAPTER, SECTION = 1, 2, 3, 4
LEVELS = {"编": PART, "部分": PART, "分编": SUBPART, "章": CHAPTER, "节": SECTION}
TRADITIONAL = str.maketrans("編節條", "编节条")
LONGEST_HEADING = 80

# 第 and 条 may stand apart from their number: 第 三 条. White space is bounded everywhere.
_DIGITS = rf"(?P<number>{NUMBER}(?:\s{{0,3}}{NUMBER}){{0,8}})"
_NO_BRANCH = "(?![般定切些类间内外前后])"
_BRANCH = (
    rf"(?:\s{{0,3}}之\s{{0,3}}(?P<branch>{NUMBER}{{1,3}}){_NO_BRANCH}"
    rf"|\s{{0,3}}[（(]\s{{0,2}}之\s{{0,2}}(?P<bracketed>{NUMBER}{{1,3}})\s{{0,2}}[）)])?"
)
_INNER = rf"(?:\s{{0,2}}(?:之|(?<=[0-9])[-—－](?=[0-9]))\s{{0,2}}(?P<inner>{NUMBER}{{1,3}}))?"
# 条款, 条件, 条例, 条约 and 条文 are words; 约定 and 文化 begin the words of a clause.
_NOT_TERM = "(?!款(?!项)|件|例(?!如|外)|约(?!定)|文(?![化物书字艺明体献学旅教科]))"
_ANY_LABEL = rf"第\s{{0,3}}{_DIGITS}{_INNER}\s{{0,3}}[条條]{_NOT_TERM}{_BRANCH}"
LABEL = re.compile(_ANY_LABEL)
# A second clause on the line: behind the end of a sentence, or far from what stands before it.
_INLINE_LABEL = re.compile(
    rf"(?:(?<=[。；！？”）)])\s{{0,8}}|\s{{2,8}})(?P<label>{_ANY_LABEL})(?=[\s【])"
)
# Tight: no space before it or behind. Only a full stop tells it from a citation, and its number.
_TIGHT_LABEL = re.compile(rf"(?<=。)(?P<label>{_ANY_LABEL})(?=[^\s【])")
_FRAMED_LABEL = re.compile(
    rf"(?:\d{{1,4}}\s{{0,2}}[.．、,，:：]?\s{{0,3}})?[【（(\[*]{{0,2}}(?P<label>{_ANY_LABEL})[】）)\]*]{{0,2}}[,，]?"
)
_CAPTION_BEFORE = re.compile(r"(?P<caption>【[^【】]{1,60}】)\s{0,4}(?=第)")
HEADING = re.compile(
    rf"第\s{{0,3}}(?P<number>{NUMBER}(?:\s{{0,3}}{NUMBER}){{0,4}})\s{{0,3}}(?P<unit>分[编編]|[编編]|章|[节節]|部分)"
    rf"(?P<branch>\s{{0,2}}之\s{{0,2}}{NUMBER}{{1,2}}{_NO_BRANCH})?(?P<rest>.*)"
)
_HEADING_NUMBER = (
    rf"第\s{{0,3}}{NUMBER}(?:\s{{0,3}}{NUMBER}){{0,4}}\s{{0,3}}(?:分?[编編]|章|[节節])"
)
# 第一章 总则 第一条 …, and …。第二章 附则: a heading that shares a line with clauses.
_HEADING_AND_LABEL = re.compile(
    rf"(?P<head>{_HEADING_NUMBER}(?P<title>\s{{0,8}}(?:(?!{_HEADING_NUMBER})[^，。；：:！？“”《》]){{0,40}}?))\s{{0,8}}(?P<label>{_ANY_LABEL})(?P<behind>.?)"
)
_HEADING_AT_END = re.compile(
    rf"(?<=[。！？”）])\s{{0,8}}(?P<head>{_HEADING_NUMBER}(?:\s{{1,8}}[^，。；：:！？“”《》]{{1,40}}|[^，。；：:！？“”《》（）\s]{{1,20}}))$"
)
# 总则 and 附则, which no number marks: behind a full stop, before a clause or the end of the line.
_BARE_AMID = re.compile(
    rf"(?:^|(?<=[。”）])\s{{0,8}})(?P<head>[总附]\s{{0,8}}则)(?:\s{{1,8}}(?={_ANY_LABEL}\s)|$)"
)
# A whole text on one line: its title, and first clause.
_FIRST_CLAUSE = re.compile(
    r"(?P<before>[^。；：:！？]{2,400}?)\s{1,8}(?P<label>第\s{0,3}[一1１]\s{0,3}条)(?=\s)"
)
_OPENS_FIRST = re.compile(r"第\s{0,3}[一1１]\s{0,3}[条條]")
# Another heading before one: 第一编 总则 第一章 ….
_HEADING_BEFORE = re.compile(
    rf"(?:^|(?<=[。！？”）\s]))(?P<head>{_HEADING_NUMBER}\s{{1,8}}(?:(?!{_HEADING_NUMBER})[^，。；：:！？“”《》]){{1,40}})$"
)
_BARE_HEADING = re.compile(rf"{_HEADING_NUMBER}(?:\s{{0,2}}之\s{{0,2}}{NUMBER}{{1,2}})?")
_RANGE = re.compile(
    rf"第\s{{0,3}}(?P<first>{NUMBER}{{1,9}})\s{{0,3}}[条條]?\s{{0,3}}(?:[至到~～]|[-—－]{{1,2}})\s{{0,3}}第?\s{{0,3}}"
    rf"(?P<last>{NUMBER}{{1,9}})\s{{0,3}}[条條](?P<rest>.{{1,80}})"
)
_TORN_LABEL = re.compile(rf"第\s{{0,3}}{NUMBER}{{1,9}}")
# What follows a chapter's number that is cited.
CITED_HEADING = re.compile(
    r"[的、，,（(》”至]|规定|所(?:列|称|规定|述|指|涉)|中(?:的|规定|所|关于)|[和与及或]第|以[上下]"
)
# What follows a clause number that is cited, not stated.
# 第五条和解 and 第五条中华人民共和国 state it.
_CITING = re.compile(
    r"\s{0,3}(?:第|的|规定|所(?=[列称规述指涉定说约])|之规|[、，,；;。.）)》”]|和(?![解平谐睦])|与(?!会)|及(?!时)|或|(?:之)?后增[加设]"
    r"|至(?![少迟今])|中(?=[的所规第关有，、“])|款(?!项)|项(?!目)|内(?=[的，、])|以及|修改|改为|增加|删除|已(?!经))"
)
# The same behind a space, where a clause's own words are the rule.
_CITING_APART = re.compile(r"\s{0,3}(?:第|的|规定|所[列称规述指涉]|之规|[、，,；;。.）)》”])")
_CITING_PARAGRAPH = re.compile(rf"\s{{0,3}}第{NUMBER}{{1,3}}[款项]")
# What stands at the end of the line before a citation, or before a clause that is quoted.
_LEADS_TO_CITATION = re.compile(
    r"(?:依照|按照|根据|违反|适用|符合|属于|本法|本条例|本规定|本解释|本办法|法》|、|和|或者?|以及|及|与|第\S{1,9}[条條款])$"
)
_LEADS_TO_QUOTATION = re.compile(
    r"(?:修改为|改为|作为第\S{1,12}[条條]|增加\S{1,8}[条條款]|表述为|规定)[，,]?[:：]“?$"
)
# 增加五条，分别作为第一条至第五条。内容如下：
_QUOTES_CLAUSES = re.compile(
    rf"作为第(?P<first>{NUMBER}{{1,9}})[条條](?:[至到~—-]{{1,2}}第?(?P<last>{NUMBER}{{1,9}})[条條])?[^”]{{0,40}}如下[:：]$"
)
_LOOK_AHEAD = 400  # labels; bounds the time on hostile input
_LONGEST_RANGE = 100
_LARGEST_GAP = 10  # clauses that a list in brackets may lack
DELETED = "（删去）"
_DELETED = re.compile(
    r"[（(〔\[【｛{]?\s{0,2}(?:本条|此条|该条)?(?:内容)?(?:已经|已|被|予以){0,2}(?:删去|删除|废止)(?:本条(?:内容)?)?\s{0,2}[）)〕\]】｝}]?[。.]?"
    # By which decision, in brackets or with its title: （根据2020年修正案删除）.
    r"|[（(〔\[【｛{][^，。；：:的]{0,60}(?:修正案|修正|修订|决定|年|》)[^，。；：:的]{0,20}(?:删去|删除|废止)(?:本条(?:内容)?)?\s{0,2}[）)〕\]】｝}][。.]?"
    r"|(?:根据|依据|由|被)《[^》]{2,60}》(?:已|予以)?(?:删去|删除)(?:本条(?:内容)?)?[。.]?"
)


def is_deleted(text: str) -> bool:
    """Whether a clause's text only says that it was deleted: （删去）, 【已废止】."""
    text = text.strip()
    return len(text) <= 120 and bool(_DELETED.fullmatch(text))


@dataclass(frozen=True)
class Label:
    line: int
    start: int
    end: int
    key: tuple[int, int]
    is_strong: bool = True  # set off from what follows, as labels are in this text
    is_inline: bool = False
    is_tight: bool = False  # in a line, with no space around
    is_doubtful: bool = False  # may cite or quote: the clause itself may come later

    @property
    def name(self) -> str:
        return clause_label(*self.key)


# Lines as texts have them → lines on which a label or a heading stands first


def prepared(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """The lines with labels and headings at their beginning, each on its own, and the captions
    that stood before labels."""
    captions: list[str] = []
    lines = _unframed(lines)
    has_first = any(_OPENS_FIRST.match(line.text) for line in lines)
    found: list[Line] = []
    for index, line in enumerate(lines):
        following = lines[index + 1].text if index + 1 < len(lines) else ""
        text = line.text
        if (match := _CAPTION_BEFORE.match(text)) and LABEL.match(text, match.end()):
            captions.append(match["caption"])
            text = text[match.end() :]
        if "第" not in text and not text.endswith("则"):
            found.append(line)
        elif ranged := _ranged(text):
            found += [Line(part, line.place, line.depth) for part in ranged]
        else:
            first, *rest = _parted(text, following, has_first)
            found.append(replace(line, text=first))
            found += [Line(part, line.place, line.depth) for part in rest]
    return _joined(found), captions


def _unframed(lines: Sequence[Line]) -> list[Line]:
    """Where no line opens with a bare label: labels out of their brackets, or from behind the
    numbers of a list, as long as they run on."""
    if any(LABEL.match(line.text) for line in lines):
        return list(lines)
    framed = {}
    before = (0, 0)
    for index, line in enumerate(lines):
        match = _FRAMED_LABEL.match(line.text)
        key = match and _key(match)
        is_next = key and (0, 0) < before < key and key[0] - before[0] <= _LARGEST_GAP
        if key and (
            _follows(before, key) or (is_next and not _CITING.match(line.text, match.end()))
        ):
            framed[index], before = match, key
    if len(framed) < 2:
        return list(lines)
    return [
        replace(line, text=f"{match['label']}　{line.text[match.end() :].strip()}".strip())
        if (match := framed.get(index))
        else line
        for index, line in enumerate(lines)
    ]


def _ranged(text: str) -> list[str]:
    """第二条至第四条（删去） → three clauses."""
    match = _RANGE.fullmatch(text)
    if not match or not is_deleted(match["rest"]):
        return []
    try:
        first, last = parse_number(match["first"]), parse_number(match["last"])
    except ValueError:
        return []
    if not 0 < first < last < min(first + _LONGEST_RANGE, 10_000):
        return []
    return [f"{clause_label(number)}　{match['rest'].strip()}" for number in range(first, last + 1)]


def _parted(text: str, following: str, has_first: bool) -> list[str]:
    """A line before and behind the headings in it, and before 第一条 where no line opens with it."""
    cuts: list[int] = []
    match = None if has_first else _FIRST_CLAUSE.match(text)
    if match and not _LEADS_TO_CITATION.search(match["before"][-40:]):
        cuts.append(match.start("label"))
    if not re.search(r"[章节節编編则]", text):
        return _cut(text, cuts)
    position = 0
    while match := _HEADING_AND_LABEL.search(text, position):
        position = match.end("head")
        if _is_heading_before_label(match):
            cuts += [match.start("head"), match.start("label")]
            cuts += _headings_before(text, match.start("head"))
    match = _HEADING_AT_END.search(text, max(0, len(text) - 80))
    if match and (opens_law(Line(following, "")) or not following):
        cuts.append(match.start("head"))
    for match in _BARE_AMID.finditer(text):
        if match.end() < len(text) or opens_law(Line(following, "")):
            cuts += [match.start("head"), match.end()]
    return _cut(text, cuts)


def _headings_before(text: str, end: int) -> list[int]:
    """Where the headings begin that stand directly before ``end``."""
    found: list[int] = []
    while len(found) < len(LEVELS):
        start = max(0, end - 60)
        before = text[start:end].rstrip()
        match = _HEADING_BEFORE.search(before)
        if not match or (start and not match.start("head")):
            break
        end = start + match.start("head")
        found.append(end)
    return found


def _cut(text: str, cuts: list[int]) -> list[str]:
    cuts = sorted({0, *cuts, len(text)})
    parts = [text[start:end].strip() for start, end in pairwise(cuts)]
    return [part for part in parts if part]


def _is_heading_before_label(match: re.Match) -> bool:
    title, behind = match["title"], match["behind"]
    if not title.strip():
        return bool(title) and behind.isspace()
    if title[0].isspace() and behind.isspace():
        return True
    if CITED_HEADING.match(title) or title.rstrip().endswith(("的", "和", "与", "及", "或", "至")):
        return False
    text = match.string
    is_apart = text[match.end("head") : match.start("label")] != "" or title[0].isspace()
    return behind.isspace() or (is_apart and not _CITING.match(text, match.end("label")))


def _joined(lines: list[Line]) -> list[Line]:
    """第一章 with its title on the next line, and 第二 with its 条."""
    found: list[Line] = []
    for index, line in enumerate(lines):
        before = found[-1] if found else None
        if before and _BARE_HEADING.fullmatch(before.text) and _may_title(before, line):
            found[-1] = replace(before, text=f"{before.text} {line.text}")
        elif before and line.text[0] in "条條" and _TORN_LABEL.fullmatch(before.text):
            found[-1] = replace(before, text=before.text + line.text)
        else:
            found.append(lines[index])
    return found


def _may_title(heading: Line, line: Line) -> bool:
    text = line.text
    return (
        len(text) <= 30
        and line.depth in (0, heading.depth)
        and text[-1] not in SENTENCE_END + "，、"
        and not re.match(r"[（(\d【［\[]|正文|全文|目\s{0,4}[录次]", text)
        and not re.match(rf"{NUMBER}{{1,5}}、", text)
        and not (LABEL.match(text) or HEADING.match(text))
    )


def opens_law(line: Line) -> bool:
    """Whether a line is a clause or a heading below the title's rank."""
    if line.depth > 1 or LABEL.match(line.text):
        return True
    match = HEADING.match(line.text)
    return bool(match and len(line.text) <= LONGEST_HEADING and match["rest"][:1].isspace())


# Which labels open clauses


def quoted_lines(lines: Sequence[Line]) -> set[int]:
    """The lines of clauses that another clause names and quotes, with no quotation marks."""
    found: set[int] = set()
    for index, line in enumerate(lines):
        match = "如下" in line.text and _QUOTES_CLAUSES.search(line.text[-120:])
        if not match or index in found:
            continue
        try:
            first = parse_number(match["first"])
            last = parse_number(match["last"]) if match["last"] else first
        except ValueError:
            continue
        end, expected = index, first
        for later in range(index + 1, min(len(lines), index + 1 + _LOOK_AHEAD)):
            label = LABEL.match(lines[later].text)
            if label and _key(label) == (expected, 0) and expected <= last:
                end, expected = later, expected + 1
        found.update(range(index + 1, end + 1))
    return found


def labels_of(lines: list[Line]) -> list[Label]:
    found = []
    quoted = quoted_lines(lines)
    for index, line in enumerate(lines):
        if index in quoted:
            continue
        match = LABEL.match(line.text)
        if match and (key := _key(match)):
            found.append(Label(index, 0, match.end(), key))
        if "第" in line.text[1:]:
            found += _inline_labels(index, line.text)
    opening = [label for label in found if not label.is_inline]
    spaced = [label for label in opening if _is_set_off(lines, label)]
    if len(spaced) * 2 > len(opening):
        weak = {label for label in opening if not _is_set_off(lines, label)}
    else:
        weak = {label for label in opening if _CITING.match(lines[label.line].text[label.end :])}
    return [
        replace(label, is_strong=label not in weak, is_doubtful=_is_doubtful(lines, label))
        if not label.is_inline
        else label
        for label in found
    ]


def _inline_labels(index: int, text: str) -> list[Label]:
    found = []
    for pattern in (_INLINE_LABEL, _TIGHT_LABEL):
        for match in pattern.finditer(text, 1):
            is_tight = pattern is _TIGHT_LABEL
            if is_tight and _CITING.match(text, match.end("label")):
                continue
            if key := _key(match):
                start, end = match.span("label")
                found.append(Label(index, start, end, key, is_inline=True, is_tight=is_tight))
    return sorted(found, key=lambda label: label.start)


def _key(match: re.Match) -> tuple[int, int] | None:
    branch_text = match["inner"] or match["branch"] or match["bracketed"]
    try:
        number = parse_number(_one_script("".join(match["number"].split())))
        branch = parse_number(branch_text) if branch_text else 0
    except ValueError:
        return None
    return (number, branch) if 0 < number < 10_000 and branch < 100 else None


_CHINESE_DIGITS = str.maketrans("0123456789０１２３４５６７８９", "零一二三四五六七八九" * 2)


def _one_script(number: str) -> str:
    """一百0三 → 一百零三."""
    return number.translate(_CHINESE_DIGITS) if re.search("[十百千]", number) else number


def _is_set_off(lines: list[Line], label: Label) -> bool:
    rest = lines[label.line].text[label.end :]
    return not rest or rest[0].isspace() or rest[0] in "【［[:："


def _is_doubtful(lines: list[Line], label: Label) -> bool:
    rest = lines[label.line].text[label.end :]
    if _CITING_PARAGRAPH.match(rest):
        return True
    before = _before(lines, label)
    return bool(_LEADS_TO_CITATION.search(before) or _LEADS_TO_QUOTATION.search(before))


def _cites(lines: list[Line], label: Label) -> bool:
    """Whether both sides of a label cite: 依照⏎第四条 规定处理."""
    rest = lines[label.line].text[label.end :]
    return bool(_LEADS_TO_CITATION.search(_before(lines, label)) and _CITING_APART.match(rest))


def _before(lines: list[Line], label: Label) -> str:
    """The end of the line before a label; "" for a heading, after which nothing is cited."""
    text = lines[label.line - 1].text if label.line else ""
    return "" if HEADING.match(text) or lines[label.line - 1].depth else text[-40:]


def _follows(before: tuple[int, int], key: tuple[int, int]) -> bool:
    """Whether a clause number is the very next one: a number up, or a branch up."""
    return key in ((before[0] + 1, 0), (before[0], before[1] + 1))


def accepted_of(labels: list[Label], lines: list[Line], warnings: list[str]) -> list[Label]:
    """The labels that open clauses: each the next number or a branch. A higher number is believed
    only where none of those between comes later: then it is a gap, and reported."""
    accepted: list[Label] = []
    keys_ahead: dict[tuple[int, int], int] = {}
    certain_ahead: dict[tuple[int, int], int] = {}
    for index, label in enumerate(labels):
        if label.is_strong and not label.is_inline:
            keys_ahead[label.key] = index
            if not label.is_doubtful:
                certain_ahead[label.key] = index
    for index, label in enumerate(labels):
        before = accepted[-1].key if accepted else (0, 0)
        place = lines[label.line].place
        if _follows(before, label.key):
            # A citation may have the next number too; then the label itself comes later.
            comes_later = keys_ahead.get(label.key, -1) > index
            is_cited = not label.is_inline and (
                (label.is_doubtful and certain_ahead.get(label.key, -1) > index)
                or (label.is_strong and _cites(lines, label))
            )
            if is_cited:
                warnings.append(f"第 {place} 行以“{label.name}”开头，是引用，不是新的一条")
                continue
            if not (comes_later and (label.is_inline or not label.is_strong)):
                accepted.append(label)
                continue
        if label.is_inline:
            continue
        if label.key > before and label.is_strong and not _between(labels, index, before):
            warnings.append(f"第 {place} 行：{_gap(before, label.key)}")
            accepted.append(label)
        elif label.key > before:
            warnings.append(f"第 {place} 行以“{label.name}”开头，是引用，不是新的一条")
        elif label.is_strong:
            warnings.append(f"第 {place} 行：{label.name}重复或倒退，按上一条的文字保留")
    return accepted


def _between(labels: list[Label], index: int, before: tuple[int, int]) -> bool:
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
