"""What the lines before the first clause say of a statute: fields, history, decree, title. Pure.

They come in many shapes. Each line is first told apart: a field (发布日期：…), a remark of an
editor, a line of history, of an announcement, a mere form (公告, who signs). The facts are read
from those alone, and only as far as the first sentence of the text itself.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from statutes import outline
from statutes.importers import history, titles
from statutes.importers.days import DATE, days, folded, stated_day
from statutes.outline import Line

_HEADER_LINES = 60
_MOST_BREAKS = 8  # lines of one event
_MOST_JOINED = 40  # lines of one history in brackets

# The fields that publishers put above a text: 【发布部门】…, 发布日期：…
_FIELDS = {
    "title": "标题|名称|法规名称|法规标题|文件名称",
    "issuer": "发布部门|发布机关|制定机关|制定机构|制定单位|发文机关|发文单位|颁布单位|颁布机关|颁布部门",
    "number": "发文字号|发布文号|公布文号|文号",
    # 发布时间 is when a site put the page up.
    "promulgated": "(?:公布|颁布)(?:日期|时间)|发布日期",
    "effective": "(?:实施|施行|生效|执行)(?:日期|时间)",
    "signed": "成文日期|成文时间",
    "other": "法宝引证码|时效性|时效|效力状态|效力级别|效力等级|效力位阶|法规类别|法律类别|法律性质|主题分类|主题词|分类|类别"
    "|来源|文章来源|发布时间|发文日期|批准日期|批准机关|批准部门|修订日期|修改日期|失效日期|索引号|专题分类|全文链接"
    "|阅读次数|字体大小|关键词|法律效力位阶|下载|引用次数|公开日期|责任编辑|作者",
}
_NAMES = "|".join(f"(?P<{kind}>{names})" for kind, names in _FIELDS.items())
_FIELD = re.compile(rf"(?:[【\[]?\s{{0,4}}(?:{_NAMES})\s{{0,4}}(?:[】\]]\s{{0,4}}:?|:|(?<=\s)))")
_ANY_FIELD = re.compile(r"【[^【】]{2,8}】")
_LONGEST_FIELD = 300
_WIDE_NAME = re.compile(r"[【\[]?(?:[一-龥]\s{1,8}){1,5}[一-龥]\s{0,4}(?=[:】\]])")
_REMARK = re.compile(
    r"[*※#\[【(]{0,3}\s{0,2}(?:(?:编者|编辑)?(?:注|按|提示|说明)\s{0,2}[:】\]]|编者[注按]|失效依据|修改依据|修订沿革依据"
    r"|本(?:篇|部)?(?:法规|法律|文件|规章)已?(?:被|经|于))"
)
_OPENS_LAW = re.compile(r"制定本|作出?如下|解释如下|(?:批复|答复|决定|通知)如下|就有关问题")
_OPENS_SENTENCE = re.compile(r"为了?[^，,]{2,60}[，,]|鉴于|根据《")
_ANNOUNCES = re.compile(
    r"现予(?:公布|发布|印发)|予以(?:公布|发布)|^现公布《|^现将《.{2,120}》[^。]{0,10}印发"
)
_PASSED_ON = re.compile(r"(?P<organs>.{2,60}?)(?:关于)?印发《(?P<title>.{4,120})》的通知")
_PASSES_ON = re.compile(r"关于(?:印发|转发|发布|颁发)[^。]{4,120}的通知$")
_ANNOUNCED = re.compile(r"^[^《》。:]{0,20}《.{4,120}》[^。]{0,20}已[于经由]")
_NAMED = re.compile(r"[^《》]{0,20}《([^《》]{4,100}(?:《[^》]{2,40}》[^《》]{0,60})?)》")
_N = r"[\d零〇○一二三四五六七八九十百]{1,8}"
_DECREE = re.compile(r"(?:中华人民共和国)?[一-龥]{0,24}令")
_DECREE_NUMBER = re.compile(rf"第\s{{0,4}}{_N}\s{{0,4}}号")
_DOCUMENT_NUMBER = re.compile(
    r"(?:法释|法发|法办|法|高检发释字|高检发|国发|国办发)\s{0,4}[〔\[【(（]\s{0,4}\d{4}\s{0,4}[〕\]】)）]\s{0,4}第?\s{0,4}\d{1,5}\s{0,4}号"
    # Any other body's, where nothing else stands on the line: 某政办发〔2008〕33号.
    r"|^[一-龥]{2,8}\s{0,4}[〔\[【(（]\s{0,4}\d{4}\s{0,4}[〕\]】)）]\s{0,4}第?\s{0,4}\d{1,5}\s{0,4}号$"
    rf"|(?:主席令|国务院令|国令|最高人民法院公告)\s{{0,4}}[（(]?\s{{0,4}}第?\s{{0,4}}{_N}\s{{0,4}}号"
    rf"|(?:(?<=日)|(?<![一-龥]))(?!日)[一-龥]{{2,20}}令\s{{0,4}}第?\s{{0,4}}{_N}\s{{0,4}}号"
)
_CONTENTS = re.compile(rf"目\s{{0,9}}[录次](?:$|\s{{0,9}}第{_N}[编章])")
_SIGNED = re.compile(
    r"(?:中华人民共和国)?(?:总理|主席|委员长|院长|检察长|部长|局长|主任|署长)\S{2,4}"
)
_LOCAL_ORGAN = re.compile(r"[一-龥]{2,24}(?:人民代表大会(?:常务委员会)?|人民政府(?:办公[厅室])?)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_WHO_ACTS = re.compile(r"第\S{1,8}届|国务院第|最高人民(?:法院审判|检察院)|中华人民共和国\S{2,6}令")
_LINK = re.compile(r"\[?来源\]?|https?://|www\.|本文来自")
_ISSUERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "国务院",
    "最高人民法院",
    "最高人民检察院",
)
_SHORT_NAMES = {"全国人大常委会": _ISSUERS[0], "全国人大": _ISSUERS[1]}


@dataclass
class Front(history.History):
    """What the lines before the first clause say. None and "" for what they don't."""

    title: str = ""
    document_number: str = ""
    preamble: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # all but title and history, in their order
    remarks: list[str] = field(default_factory=list)  # of editors


@dataclass
class _Row:
    """A line, or several that were one. ``text`` is folded, for reading."""

    lines: list[Line]
    text: str
    kind: str = ""  # _HISTORY … _WORDS
    is_doubtful: bool = False  # has a day, above the law, and is neither history nor a sentence

    @property
    def words(self) -> str:
        return "".join(line.text for line in self.lines)

    @property
    def depth(self) -> int:
        return self.lines[0].depth


_FIELDS_ROW, _REMARK_ROW, _HISTORY, _ANNOUNCEMENT, _FORM, _TITLE, _WORDS = (
    "field",
    "remark",
    "history",
    "announcement",
    "form",
    "title",  # may be a line of it
    "words",
)


def read_front(lines: Sequence[Line]) -> Front:
    """What the lines before the law say of it."""
    rows = _rows(lines[:_HEADER_LINES])
    _tell_apart(rows)
    fields = _fields(rows)
    front = Front()
    title, title_rows = _title(rows, fields.get("title", ""))
    front.title = titles.tidy(title)
    stated = [stated_day(fields.get(name, "")) for name in ("promulgated", "effective")]
    marks = [row.text for row in rows if row.kind == _TITLE and titles.is_labelled(row.text)]
    label, year = titles.label_of(marks[0]) if marks else ("", None)
    facts = history.read(
        [row.text for row in rows if row.kind in (_HISTORY, _ANNOUNCEMENT)],
        signed=_signed_days(rows),
        stated=stated[0],
        stated_force=stated[1],
        amended=(bool(marks), year),
        doubtful=[
            day
            for row in rows
            if row.is_doubtful
            for day in [*days(row.text), history.torn_day(row.text)]
            if day
        ],
    )
    vars(front).update(vars(facts))
    front.label = front.label or label
    front.document_number = _document_number(front, rows, fields.get("number", ""))
    front.issuer = _issuer(front.title, rows, fields.get("issuer", "")) or front.issuer
    front.remarks = [row.words for row in rows if row.kind == _REMARK_ROW]
    sentences = [i for i, row in enumerate(rows) if row.kind == _WORDS and row.text[-1] == "。"]
    kept = [
        row
        for i, row in enumerate(rows)
        # Who signs below the words, and when, is a part of them.
        if (row.kind in (_TITLE, _WORDS) or (row.kind == _FORM and sentences and i > sentences[-1]))
        and not any(row is other for other in title_rows)
    ]
    kept += [_Row([line], folded(line.text), _WORDS) for line in lines[_HEADER_LINES:]]
    front.words = _mended(kept)
    front.preamble = [
        words
        for words in front.words
        if _OPENS_LAW.search(words) or (words[-1] in "。：:；;" and len(words) >= 10)
    ]
    return front


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """The lines, those put together that were one: a history in brackets, an event, a decree with
    its number; and a title's line parted from the history behind it."""
    rows: list[_Row] = []
    held = [_Row([line], _named(folded(line.text))) for line in lines]
    index = 0
    while index < len(held):
        count, text = _whole(held, index)
        row = _Row([line for part in held[index : index + count] for line in part.lines], text)
        rows += _parted(row) if count == 1 else [row]
        index += count
    return rows


def _named(text: str) -> str:
    """文　号：… → 文号：…, set wide so that names of fields are of one width."""
    match = _WIDE_NAME.match(text)
    return _closed(match[0]) + text[match.end() :] if match else text


def _whole(rows: list[_Row], index: int) -> tuple[int, str]:
    """How many rows from one on make a whole, and its text."""
    text = rows[index].text
    following = rows[index + 1 : index + 1 + _MOST_JOINED]
    if text.startswith("(") and text.count("(") > text.count(")") and len(text) > 4:
        joined = text
        for count, row in enumerate(following, start=2):
            joined += row.text
            further = following[count - 1].text[:1] if count <= len(following) else ""
            if joined.count("(") <= joined.count(")") and further not in ("、", "和", "及", "》"):
                return (count, joined) if history.tells(joined) else (1, text)
            if len(joined) > 6000 or outline.opens_law(row.lines[0]):
                break
        return 1, text
    if _DECREE.fullmatch(_closed(text)) and following:
        if _DECREE_NUMBER.fullmatch(_closed(following[0].text)):
            return 2, _closed(text) + _closed(following[0].text)
        return 1, text
    is_day = bool(DATE.fullmatch(text) and following and _WHO_ACTS.match(following[0].text))
    if is_day or history.is_unfinished(text):
        joined = text
        for count, row in enumerate(following[:_MOST_BREAKS], start=2):
            if row.text.startswith("(") or (DATE.search(row.text) and history.is_line(row.text)):
                break  # it begins anew
            joined += row.text
            if history.is_line(joined):
                return count, joined
        return 1, text
    if _ANNOUNCED.match(text) and not text.endswith("。"):
        joined = text
        for count, row in enumerate(following[:5], start=2):
            joined += row.text
            if joined.endswith("。"):
                return (count, joined) if _ANNOUNCES.search(joined) else (1, text)
    return 1, text


def _parted(row: _Row) -> list[_Row]:
    """某某法（2020年…通过） on one line, and （…通过）为了…: history apart from what it stands by."""
    text = row.text
    start = text.find("(")
    if not 0 <= start <= 80 or not DATE.search(text, start):
        return [row]
    depth = 0
    for end in range(start, min(len(text), start + 3000)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            break
    else:
        return [row]
    inside, before, behind = text[start : end + 1], text[:start].strip(), text[end + 1 :].strip()
    if not history.tells(inside) or not (before or behind) or behind[:1] in tuple("、,;。和及"):
        return [row]
    if before and not (titles.is_whole(titles.tidy(before)) or _is_form(before)):
        return [row]
    place, depth = row.lines[0].place, row.depth
    # Folding keeps the length of what laws are written with; where it doesn't, nothing is parted.
    words = row.words
    if len(words) != len(text):
        return [row]
    parts = [words[:start].strip(), words[start : end + 1], words[end + 1 :].strip()]
    return [_Row([Line(part, place, depth)], folded(part)) for part in parts if part]


def _tell_apart(rows: list[_Row]) -> None:
    is_open, has_title, in_contents = True, False, False
    for index, row in enumerate(rows):
        text = row.text
        if not is_open:
            row.kind = _WORDS
        elif _CONTENTS.match(text):
            row.kind, in_contents = _FORM, True
        elif in_contents and outline.opens_law(row.lines[0]):
            row.kind = _FORM
        elif _REMARK.match(text):
            row.kind = _REMARK_ROW
        elif _is_field(text):
            row.kind = _FIELDS_ROW
        elif _is_history(text):
            row.kind = _HISTORY
        elif _ANNOUNCES.search(text) and not _OPENS_LAW.search(text):
            row.kind = _ANNOUNCEMENT
        elif _is_form(text) or _addresses(rows, index):
            row.kind = _FORM
        elif _OPENS_LAW.search(text) or (
            len(text) >= 10 and (text[-1] in "。:;" or _OPENS_SENTENCE.match(text))
        ):
            row.kind = _WORDS
            is_open = not (has_title or _OPENS_LAW.search(text))
        elif (
            in_contents
            or DATE.search(text)
            or history.torn_day(text)
            or not titles.may_hold(text)
            or _heads(row)
        ):
            row.kind = _WORDS
            row.is_doubtful = bool(
                (DATE.search(text) or history.torn_day(text))
                and not (in_contents or _CLOCK.search(text) or "星期" in text)
            )
        else:
            row.kind = _TITLE
            has_title = has_title or titles.is_whole(titles.tidy(text))


def _is_field(text: str) -> bool:
    """A field that we know, or any in brackets: 【文件来源】某库."""
    if len(text) > _LONGEST_FIELD or text.endswith("。"):
        return False
    return bool(_FIELD.match(text) or _ANY_FIELD.match(text))


def _addresses(rows: list[_Row], index: int) -> bool:
    """Whether a line names to whom a text is passed on: 各省高级人民法院：⏎现将《…》印发给你们."""
    behind = rows[index + 1 : index + 3]
    return rows[index].text.endswith(":") and any(_ANNOUNCES.search(row.text) for row in behind)


def _heads(row: _Row) -> bool:
    return row.depth == 0 and outline.opens_law(row.lines[0])


def _is_history(text: str) -> bool:
    if text.startswith("("):
        return text.endswith((")", ")。")) and history.tells(text)
    return history.is_line(text)


def _is_form(text: str) -> bool:
    """Lines of an announcement that are no law: 公告, numbers, days, who signs, links."""
    plain = _closed(text)
    return bool(
        re.fullmatch(
            rf"(?:中华人民共和国)?(?:最高人民(?:法院|检察院)|国务院|全国人民代表大会(?:常务委员会)?)?(?:公告|令)?(?:第{_N}号)?",
            plain,
        )
        or re.fullmatch(rf"(?:{DATE.pattern})", plain)
        or re.fullmatch(rf"{_DECREE.pattern}(?:第?{_N}号)?", plain)
        or _SIGNED.fullmatch(plain)
        or re.fullmatch(rf"[(（]?(?:{_DOCUMENT_NUMBER.pattern})[)）]?", plain)
        or _LINK.match(plain)
    )


def _signed_days(rows: list[_Row]) -> list[dt.date]:
    """The days that stand under a decree, an announcement or who signs. A day alone under a title
    is a site's."""
    found = []
    for index, (before, row) in enumerate(pairwise(rows)):
        plain = _closed(row.text)
        is_under = before.kind == _ANNOUNCEMENT or (
            (before.kind in (_FORM, _HISTORY) or titles.is_organ(before.text))
            and not DATE.search(before.text)
        )
        # 现予公布，⏎某市人民代表大会常务委员会⏎2001年12月26日: also who is no organ that we know.
        is_under = is_under or bool(
            index
            and _ANNOUNCES.search(rows[index - 1].text)
            and _LOCAL_ORGAN.fullmatch(before.text)
        )
        if row.kind == _FORM and is_under and DATE.fullmatch(plain) and plain.endswith("日"):
            found += days(plain)
    return found


def _closed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _fields(rows: list[_Row]) -> dict[str, str]:
    """The first value of each field: what the next line says where its own is empty."""
    found: dict[str, str] = {}
    for index, row in enumerate(rows):
        if row.kind != _FIELDS_ROW:
            continue
        names = list(_FIELD.finditer(row.text))
        for name, following in zip_longest(names, names[1:]):
            kind = next(kind for kind in _FIELDS if name[kind])
            value = row.text[name.end() : following.start() if following else None].strip(" :|")
            below = rows[index + 1] if not following and index + 1 < len(rows) else None
            if not value and below and _may_be_value(kind, below.text):
                value, below.kind = below.text, _FIELDS_ROW
            if value:
                found.setdefault(kind, value)
    if "signed" in found or _CLOCK.search(found.get("promulgated", "")):
        found.pop("promulgated", None)  # a site's own day
    return found


def _may_be_value(kind: str, text: str) -> bool:
    if kind in ("promulgated", "effective"):
        return len(text) <= 20 and stated_day(text) is not None
    if kind == "number":
        return len(text) <= 40 and bool(_DOCUMENT_NUMBER.search(text))
    return kind == "issuer" and titles.is_organ(text)


def _title(rows: list[_Row], stated: str) -> tuple[str, list[_Row]]:
    """The title, and the rows that make it or repeat it."""
    first_lines = [row.words for row in rows if row.depth == 1 and row.kind in (_TITLE, _FORM)]
    headed = [titles.joined([words]) for words in [*first_lines, stated] if words]
    headed = [title for title in headed if titles.is_whole(title)]
    if headed:
        title = max(headed, key=len)
        return title, _parts_of(title, rows)
    runs, announced_before = _runs(rows)
    whole = [index for index, run in enumerate(runs) if titles.is_whole(_run_title(run))]
    if whole:
        # An announcement comes first and names the text; the text's own title comes behind it.
        # A notice that passes it on is neither.
        own = [i for i in whole if not _PASSES_ON.search(_run_title(runs[i]))] or whole
        chosen = next((i for i in own if announced_before[i]), own[0])
        title = _run_title(runs[chosen])
        passed = _PASSED_ON.fullmatch(_run_title(runs[whole[0]]))
        if passed and passed["title"] == title:
            title = passed["organs"] + title  # who issues stands in the notice alone
        top = titles.tidy(first_lines[0]) if first_lines else ""
        is_said = titles.is_organ(top) and top.removeprefix("中华人民共和国") in title
        if top.startswith(("中华人民共和国", "最高人民")) and not (
            is_said or title.replace("、", "").startswith(top)
        ):
            title = titles.joined([first_lines[0], title])  # its first line, kept apart
        return title, [row for i in whole for row in runs[i]] + _parts_of(title, rows)
    for row in rows:
        # Who announces names the text first; a 《…》 in a history is another text's title.
        named = _NAMED.match(row.text)
        if named and (row.kind == _ANNOUNCEMENT or _ANNOUNCED.match(row.text)):
            return named[1], []
    return "", []


def _parts_of(title: str, rows: list[_Row]) -> list[_Row]:
    """The rows that only repeat a title or a part of it."""
    plain = title.replace("、", "")
    return [
        row
        for row in rows
        if row.kind in (_TITLE, _FORM)
        and len(row.words) > 1
        and titles.tidy(row.words).replace("、", "") in plain
    ]


def _run_title(run: list[_Row]) -> str:
    return titles.joined([row.words for row in run])


def _runs(rows: list[_Row]) -> tuple[list[list[_Row]], list[bool]]:
    """Neighbouring lines that may make a title, and whether an announcement stands before each,
    behind a run that came first."""
    runs: list[list[_Row]] = [[]]
    announced = [False]
    is_announced = False

    def begin() -> None:
        runs.append([])
        announced.append(is_announced)

    for row in rows:
        is_organ = titles.is_organ(row.text)
        if runs[-1] and titles.tidy(runs[-1][-1].words) == titles.tidy(row.words):
            continue  # front matter has the first line too
        if is_organ and row.kind in (_TITLE, _FORM, _WORDS):
            if not all(titles.is_organ(part.text) for part in runs[-1]):
                begin()
            runs[-1].append(row)
        elif row.kind == _TITLE:
            is_end = re.fullmatch(r"\([一二三四五六七八九十试行]{1,3}\)", row.text)
            is_named = bool(runs[-1]) and f"《{row.words}》" in runs[-1][-1].words  # 《某法》释义
            if is_named or (titles.is_whole(_run_title(runs[-1])) and not is_end):
                begin()
            runs[-1].append(row)
        else:
            is_announced = is_announced or row.kind in (_ANNOUNCEMENT, _FORM)
            begin()
    return runs, announced


def _document_number(front: Front, rows: list[_Row], stated: str) -> str:
    """The number of this text. One that a history gives beside an earlier day is an earlier
    text's: （1999年1月22日国务院令第258号发布 根据2019年…修订）."""
    if match := _DOCUMENT_NUMBER.search(stated):
        return _tidy_number(match[0])
    for row in rows:
        if row.kind not in (_HISTORY, _ANNOUNCEMENT, _FORM):
            continue
        for number in _DOCUMENT_NUMBER.finditer(row.text):
            dates = [*DATE.finditer(row.text[max(0, number.start() - 300) : number.start()])]
            day = stated_day(dates[-1][0]) if dates else None
            if not (day and front.amended_on and day < front.amended_on):
                return _tidy_number(number[0])
    return ""


def _tidy_number(number: str) -> str:
    number = re.sub(r"^(?:由|以)?(?:中华人民共和国)?", "", _closed(number))
    number = re.sub(r"^国令", "国务院令", number)
    return re.sub(r"[\[【(（](\d{4})[\]】)）]", r"〔\1〕", number)


def _issuer(title: str, rows: list[_Row], stated: str) -> str:
    """By the title, or by whose order it is; "" where only its history can tell."""
    if "最高人民法院" in title and "最高人民检察院" in title:
        return "最高人民法院、最高人民检察院"
    if found := [name for name in _ISSUERS if title.startswith(name)]:
        return found[0]
    if any("国务院令" in row.text for row in rows if row.kind not in (_WORDS, _REMARK_ROW)):
        return "国务院"
    return _SHORT_NAMES.get(stated, stated)[:100]


def _mended(rows: list[_Row]) -> list[str]:
    """The words of the rows, those put together that a width has broken: in prose alone."""
    found: list[str] = []
    before = None
    for row in rows:
        is_prose = before is not None and before.kind == _WORDS and "，" in before.words
        if is_prose and not DATE.match(row.text) and outline.is_broken(found[-1], row.words):
            found[-1] += row.words
        else:
            found.append(row.words)
        before = row
    return found
