"""One statute in one or more files, whatever their format: lines → ``library.StatuteText``.

What a file says of itself (title, history, numbers, days) stands before its first clause, in
many shapes; what it doesn't say for certain stays empty, for the manifest or a person to give.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from statutes import outline
from statutes.importers import docx, text
from statutes.importers.refusal import Refusal
from statutes.library import StatuteText
from statutes.models import Statute, Version
from statutes.numerals import parse_number
from statutes.outline import Line
from statutes.texts import curl_quotes

MAX_BYTES = 20 * 1024 * 1024  # the Civil Code is 0.4 MB as text
_HEADER_LINES = 60
_LONGEST_HISTORY = 300

_TITLE_END = re.compile(
    r"(?:法|法典|条例|规定|解释|办法|细则|规则|决定|决议|通则|总则|修正案|批复|意见|通知|纪要|安排|宪法)"
    r"(?:[（(][^（()）]{1,20}[）)])?$"
)
_YEAR = r"(?:\d{4}|[零〇○一二三四五六七八九]{4})"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(rf"(?P<year>{_YEAR})\s*年\s*(?P<month>{_DAY})\s*月\s*(?P<day>{_DAY})\s*日")
_VERB = r"通过|修订|修正|公布|发布|批准"
_EVENT = re.compile(rf"{_DATE.pattern}(?!\s*起?\s*(?:施行|实施|生效))[^；;。]{{0,160}}?(?:{_VERB})")
_COMMENCEMENT = re.compile(rf"(?:自\s*)?{_DATE.pattern}\s*(?:起\s*)?(?:施行|实施|生效)(?!日期)")
# As lists of a text's data state the days: 发布日期：… 实施日期：…
_STATED_PROMULGATION = re.compile(rf"(?:发布|公布)日期\s*[:：]\s*{_DATE.pattern}")
_STATED_COMMENCEMENT = re.compile(rf"(?:施行|实施|生效)日期\s*[:：]\s*{_DATE.pattern}")
_IN_FORCE_BEHIND = re.compile(r"\s*起?\s*(?:施行|实施|生效)(?!日期)")
_IN_FORCE_BEFORE = re.compile(r"(?:施行|实施|生效)日期\s*[:：]\s*$")
_ON_PROMULGATION = re.compile(r"自(?:公布|发布)之日起(?:施行|实施|生效)")
_DOCUMENT_NUMBER = re.compile(
    r"(?:法释|法发|法办|法|高检发释字|高检发|国发|国办发)\s*[〔\[【(（]\s*\d{4}\s*[〕\]】)）]\s*第?\s*\d+\s*号"
    r"|(?:主席令|国务院令|最高人民法院公告)\s*[（(]?\s*第?\s*[\d零〇一二三四五六七八九十百]+\s*号"
)
_REPEALED = re.compile(
    r"((?:《[^》]{2,60}》\s{0,4}(?:(?:[、，和及]|以及)\s{0,4})?)+)(?:自[^。]{2,20})?同时废止"
)
# A law may wait for its day, but not for decades.
_LONGEST_WAIT = dt.timedelta(days=3 * 366)
_ISSUERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "国务院",
    "最高人民法院",
    "最高人民检察院",
)


_ISSUER_LINE = re.compile(
    r"(?:(?:中华人民共和国)?(?:最高人民(?:法院|检察院)|公安部|司法部|国家安全部|国务院)[\s、]*){1,4}"
)


@dataclass
class Front:
    """What the lines before the first clause say. None and "" for what they don't."""

    title: str = ""
    document_number: str = ""
    issuer: str = ""
    label: str = ""
    promulgated_on: dt.date | None = None
    effective_from: dt.date | None = None
    amended_on: dt.date | None = None  # the last 修正 or 修订
    # Whether this is the first text or a full revision, whose last clause states its own day; an
    # amended text's last clause states the day of the first one.
    is_own_text: bool = False
    preamble: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # all but title and history, in their order


def read(path: Path) -> Iterator[StatuteText]:
    """The one statute in a file, or why it can't be read, in Chinese. A Word file ranks as the
    official text, anything else as a collector's."""
    try:
        is_word = path.suffix.lower() == ".docx"
        source = Version.Source.OFFICIAL if is_word else Version.Source.MANIFEST
        text = statute_text([read_lines(path)], source=source)
    except Refusal as error:
        text = StatuteText.refused("", str(error))
    text.where = path.name
    yield text


def read_lines(path: Path) -> list[Line]:
    """The lines of a file of any format that we read. Raises Refusal."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Refusal(
                f"文件有 {size / 1024 / 1024:.0f} MB，法律文本不会超过 {MAX_BYTES // 1024 // 1024} MB"
            )
        return lines_of_bytes(path.read_bytes())
    except OSError as error:
        raise Refusal(f"打不开文件：{error.strerror}") from error


def lines_of_bytes(data: bytes) -> list[Line]:
    """The lines of a file's content; its name is not trusted. Raises Refusal."""
    if len(data) > MAX_BYTES:
        raise Refusal(f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
    if not data.strip():
        raise Refusal("文件是空的")
    if data.startswith(b"PK\x03\x04"):
        return docx.read_lines(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal(
            "这是旧版 Word 文件（.doc）或加了密码的文件，请用 Word 打开后另存为 .docx（不加密码）"
        )
    if data.startswith(b"%PDF"):
        raise Refusal("这是 PDF 文件，请改用官方网站的 Word 版本（.docx），或粘贴文字")
    if data.startswith(b"{\\rtf"):
        raise Refusal("这是 RTF 文件，请用 Word 打开后另存为 .docx")
    return text.read_lines(data)


def statute_text(
    files: Sequence[Sequence[Line]], *, source: int = Version.Source.OFFICIAL
) -> StatuteText:
    """One statute from the lines of its files, in order. ``source`` ranks it."""
    read = outline.parse([_curled(line) for line in _joined(files)])
    front = read_front(read.front)
    result = StatuteText(
        title=front.title,
        kind=kind_of(front.title, front.issuer),
        issuer=front.issuer,
        source=source,
        clauses=read.clauses,
        label=front.label,
        document_number=front.document_number,
        promulgated_on=front.promulgated_on,
        effective_from=front.effective_from,
        preamble="\n".join([*front.preamble, *read.preamble]),
        appendix="\n".join(read.appendix),
        warnings=list(read.warnings),
    )
    if not read.clauses:
        result.body = "\n".join(front.words)
        result.preamble = ""
        if result.body:
            result.warnings.append("没有识别出条文，按全文保存")
    _read_last_clause(result, front)
    return result


def _curled(line: Line) -> Line:
    return Line(curl_quotes(line.text), line.place, line.depth)


def _joined(files: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of all files as one text. A code that is kept in a file for each 编 names the 编
    at the top of each, below its title and before its history."""
    if len(files) == 1:
        return list(files[0])
    lines: list[Line] = []
    for number, file in enumerate(files):
        top = [line for line in file if line.depth == 1]
        start = next((i for i, line in enumerate(file) if outline.opens_law(line)), len(file))
        if number == 0:
            lines += [line for line in file[:start] if line not in top[1:]]
        lines += top[1:]
        lines += file[start:]
    return lines


def read_front(lines: Sequence[Line]) -> Front:
    """What the lines before the law say of it."""
    front = Front()
    rows = [(line, unicodedata.normalize("NFKC", line.text)) for line in lines]
    header = " ".join(row for _, row in rows[:_HEADER_LINES])
    title_lines = _title(front, [line for line, _ in rows[:_HEADER_LINES]])
    _read_history(front, [row for _, row in rows[:_HEADER_LINES] if not _opens_law(row)])
    front.document_number = _document_number(front, [row for _, row in rows[:_HEADER_LINES]])
    front.issuer = _issuer(front.title, header) or front.issuer
    is_bracketed = False
    for line, row in rows:
        if line in title_lines:
            continue
        if _opens_law(row):
            front.preamble.append(line.text)
            front.words.append(line.text)
            continue
        opens, closes = row.startswith("("), row.endswith(")")
        is_history = is_bracketed or bool(_EVENT.search(row) or _COMMENCEMENT.search(row))
        if is_history and len(row) > _LONGEST_HISTORY and not (opens or _DATE.match(row)):
            is_history = is_bracketed = False  # title, history and the law itself on one line
        if opens and is_history and not closes:
            is_bracketed = True
        elif closes:
            is_bracketed = False
        if is_history or _is_formal(row):
            continue
        if row[-1] in "。:;" and len(row) >= 10:
            front.preamble.append(line.text)
        front.words.append(line.text)
    return front


def _document_number(front: Front, rows: list[str]) -> str:
    """The number of this text. One that a history gives beside an earlier day is an earlier
    text's: （1999年1月22日国务院令第258号发布 根据2019年…修订）."""
    for row in rows:
        for number in _DOCUMENT_NUMBER.finditer(row):
            days = _days(_DATE, row[max(0, number.start() - 300) : number.start()])
            if not (days and front.amended_on and days[-1] < front.amended_on):
                return _tidy_number("".join(number[0].split()))
    return ""


def _opens_law(row: str) -> bool:
    """Whether a line is the preamble: why, and by what power, the text is made."""
    return bool(re.search(r"制定本|作出?如下|作如下", row)) and "现予公布" not in row


def _title(front: Front, lines: list[Line]) -> list[Line]:
    """Set the title; returns the lines that make it."""
    for line in lines:
        if line.depth == 1 and _is_title(line.text):
            front.title = _tidy_title(line.text)
            return [
                other
                for other in lines
                if _tidy_title(other.text) in front.title and len(other.text) > 1
            ]
    runs: list[list[Line]] = [[]]
    for line in lines:
        row = unicodedata.normalize("NFKC", line.text)
        if runs[-1] and _tidy_title(runs[-1][-1].text) == _tidy_title(line.text):
            continue  # front matter has the first line too
        if _ISSUER_LINE.fullmatch(row):  # the first line of a title, or who announces
            if not all(_ISSUER_LINE.fullmatch(part.text) for part in runs[-1]):
                runs.append([])
            runs[-1].append(line)
        elif (
            len(row) > 60
            or row[-1] in "。;:,"
            or row.startswith("(")
            or _EVENT.search(row)
            or _is_formal(row)
        ):
            runs.append([])
        else:
            runs[-1].append(line)
            if _TITLE_END.search(_tidy_title("".join(part.text for part in runs[-1]))):
                runs.append([])
    titles = [run for run in runs if run and _TITLE_END.search(_tidy_title(run[-1].text))]
    if titles:
        # An announcement comes first and names the text; the text's own title comes last.
        chosen = titles[-1]
        front.title = _tidy_title("".join(line.text for line in chosen))
        top = next((_tidy_title(line.text) for line in lines if line.depth == 1), "")
        if top.startswith(("中华人民共和国", "最高人民")) and not front.title.startswith(top):
            front.title = _tidy_title(top + front.title)  # its first line, kept apart
        return [line for run in titles for line in run]
    for line in lines:
        # Who announces names the text first; a 《…》 in a history is another text's title.
        named = re.match(
            r"[^《》]{0,20}《([^《》]{4,100}(?:《[^》]{2,40}》[^《》]{0,60})?)》", line.text
        )
        if named and re.search(r"现予(?:公布|发布)|已[于经].{0,80}通过", line.text):
            front.title = _tidy_title(named[1])
            break
    return []


def _is_title(text: str) -> bool:
    """Whether a heading may be a whole title: not who issued it, not the first of its lines."""
    plain = _tidy_title(text).strip("《》")
    return bool(_TITLE_END.search(plain)) and not _ISSUER_LINE.fullmatch(plain)


def _tidy_title(title: str) -> str:
    title = re.sub(r"^\d{1,4}[-_.]?(?=\D)", "", re.sub(r"\s+", "", title))  # a number of pages
    # （2018修正）, as publishers add it, is no part of a title; （一） is.
    title = re.sub(
        r"[（(](?:\d{4}年?)?(?:第[一二三四五]次)?(?:修[订正]|最新)[^（()）]{0,6}[）)]$", "", title
    )
    title = re.sub(r"(?<=[法例定释法则议案复见知要排])[（(]\d{4}年?[）)]$", "", title)
    title = re.sub(r"^(最高人民法院)(?=最高人民检察院)", r"\1、", title)
    return (
        title.replace("(", "（")
        .replace(")", "）")
        .replace("〈", "《")
        .replace("〉", "》")
        .replace("<", "《")
        .replace(">", "》")
    )


def _tidy_number(number: str) -> str:
    return re.sub(r"[\[【(（](\d{4})[\]】)）]", r"〔\1〕", number)


def _is_formal(row: str) -> bool:
    """Lines of an announcement that are no law: 公告, numbers, days, who signs."""
    plain = re.sub(r"\s+", "", row)
    return bool(
        re.fullmatch(
            r"(?:中华人民共和国)?(?:最高人民(?:法院|检察院)|国务院|全国人民代表大会(?:常务委员会)?)?(?:公告|令)?(?:第[\d零〇○一二三四五六七八九十百]+号)?",
            plain,
        )
        or re.fullmatch(rf"(?:{_DATE.pattern})", plain)
        or re.fullmatch(r"(?:总理|主席|委员长|院长|检察长)\S{2,4}", plain)
        or _DOCUMENT_NUMBER.fullmatch(plain)
        or re.fullmatch(r"目[录次]", plain)
        or "现予公布" in plain
        or "现予发布" in plain
        or re.match(r"(?:\[?来源\]?|https?://|发布部门|时效性|效力级别)", plain)
    )


@dataclass(frozen=True)
class _Event:
    """What a history says happened on a day: 通过, 修正, 修订, 公布."""

    day: dt.date
    verb: str
    whose: str
    # By a decision on some of its clauses, whatever the verb: the rest of the text, its last
    # clause too, is the first text's.
    is_partial: bool


def _events(header: str) -> list[_Event]:
    events = []
    dates = [date for date in _DATE.finditer(header) if not _is_commencement(header, date)]
    for date, following in zip_longest(dates, dates[1:]):
        # 通过的《…修正案》修正: the last verb before the next day says what became of this text.
        words = header[date.end() : following.start() if following else len(header)][:300]
        words = words.split("\n")[0]
        first = re.match(rf"([^；;。]{{0,160}}?)({_VERB})", words)
        if not first or not (day := _date(date)):
            continue
        verbs = re.findall(r"修订|修正", words)
        verb = verbs[-1] if verbs else first[2]
        is_partial = verb == "修正" or "决定》" in words or "修正案" in words
        events.append(_Event(day, verb, first[1], is_partial))
    return events


def _is_commencement(header: str, date: re.Match) -> bool:
    return bool(
        _IN_FORCE_BEHIND.match(header, date.end())
        or _IN_FORCE_BEFORE.search(header[max(0, date.start() - 12) : date.start()])
    )


def _read_history(front: Front, rows: list[str]) -> None:
    header = "\n".join(rows)
    events = _events(header)
    made = [event for event in events if event.verb in ("修正", "修订", "通过")]
    last = max(made, key=lambda event: event.day, default=None)
    announced = [event.day for event in events if event.verb in ("公布", "发布")]
    announced += _days(_STATED_PROMULGATION, header)
    announced += [
        day for row in rows if (match := _DATE.fullmatch(row.strip())) and (day := _date(match))
    ]
    commenced = _days(_COMMENCEMENT, header) + _days(_STATED_COMMENCEMENT, header)
    if last:
        # Days before the last amendment are those of a text before it.
        announced = [day for day in announced if day >= last.day]
        commenced = [day for day in commenced if day >= last.day]
    if announced:
        front.promulgated_on = max(announced)
    elif last and "审判委员会" not in header and "检察委员会" not in header:
        front.promulgated_on = last.day
    if last and last.verb in ("修正", "修订"):
        front.label = f"{last.day.year}{last.verb}"
        front.amended_on = last.day
    front.is_own_text = (
        bool(last)
        and not last.is_partial
        and (last.verb == "修订" or len({event.day for event in made}) == 1)
    )
    if commenced:
        front.effective_from = max(commenced)
    elif _ON_PROMULGATION.search(header):
        front.effective_from = front.promulgated_on
    front.issuer = next(
        (name for event in reversed(made) for name in _ISSUERS if name in event.whose), ""
    )


def commencements(text: str) -> list[dt.date]:
    """The days on which, by its words, a text comes into force."""
    return _days(_COMMENCEMENT, unicodedata.normalize("NFKC", text))


def repeals(text: str, *, but: str) -> tuple[str, ...]:
    """The titles of the statutes that are 同时废止 by these words, without the title ``but``."""
    return tuple(
        title
        for match in _REPEALED.finditer(text)
        for title in re.findall(r"《([^》]+)》", match[1])
        if title != but
    )


def _days(pattern: re.Pattern, text: str) -> list[dt.date]:
    return [day for match in pattern.finditer(text) if (day := _date(match))]


def _read_last_clause(result: StatuteText, front: Front) -> None:
    """What the last clause says of the text's own beginning, and of what it repeals. Of an amended
    text it says neither: those words are the first text's."""
    last = result.clauses[-1].text if result.clauses else result.body
    last += "\n".join(row for row in result.appendix.split("\n") if outline.closes(row))
    row = unicodedata.normalize("NFKC", last)
    if not front.is_own_text:
        return
    result.repeals += repeals(last, but=result.title)
    if result.effective_from:
        return
    stated = next((_date(match) for match in _COMMENCEMENT.finditer(row)), None)
    if stated is None and _ON_PROMULGATION.search(row):
        stated = result.promulgated_on
    if (
        stated
        and result.promulgated_on
        and not (dt.timedelta() <= stated - result.promulgated_on <= _LONGEST_WAIT)
    ):
        result.warnings.append(
            f"末条所载施行日期 {stated} 与公布日期 {result.promulgated_on} 不符，未采用"
        )
        stated = None
    result.effective_from = stated


def _date(match: re.Match) -> dt.date | None:
    try:
        return dt.date(*(parse_number(match[name]) for name in ("year", "month", "day")))
    except ValueError:
        return None


def _issuer(title: str, header: str) -> str:
    """By the title, or by whose order it is; "" where only its history can tell."""
    found = [name for name in _ISSUERS if title.startswith(name)]
    if "最高人民法院" in title and "最高人民检察院" in title:
        return "最高人民法院、最高人民检察院"
    if found:
        return found[0]
    return "国务院" if "国务院令" in header else ""


def kind_of(title: str, issuer: str) -> str:
    """The kind of a statute, by its title and who issued it."""
    kind = Statute.Kind
    if "最高人民" in title or "最高人民" in issuer:
        return kind.INTERPRETATION
    if re.search(r"修正案(?:[（(][^（()）]+[）)])?$", title):
        return kind.AMENDMENT
    if re.fullmatch(r"(?:中华人民共和国)?宪法", title):
        return kind.CONSTITUTION
    if title.endswith(("决定", "决议")):
        return kind.DECISION
    if "全国人民代表大会常务委员会关于" in title and "解释" in title:
        return kind.LEGISLATIVE_INTERPRETATION
    if issuer == "国务院" or (title.endswith("条例") and "全国" not in issuer):
        return kind.REGULATION
    return kind.LAW
