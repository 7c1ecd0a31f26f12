"""A list of statute versions (CSV) beside their files: what the files state wrongly or not at all.

Columns: file (in the list's folder; several joined by ; make one text), title, version_label, aliases, kind, issuer,
document_number, promulgated_on, effective_from, effective_to, clauses (without branches),
branches, replaces (titles that the text repeals). Lists are joined by ``;``, days are ISO.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from statutes.importers import checked, document
from statutes.importers.refusal import Refusal
from statutes.incoming import StatuteText
from statutes.models import Heading, Statute, Version
from statutes.numerals import format_number
from statutes.outline import headings_of

_REQUIRED = {"file", "title"}
_LONG_TITLE = 14  # characters; from here on a statute is called by its first alias


def read(path: Path) -> Iterator[StatuteText]:
    """One text a row; ``where`` is file and line. Raises Refusal where the list itself can't be
    read."""
    for line, row in _rows(path):
        where = f"{path.name}:{line}"
        try:
            text = _text(path.parent, row)
        except Refusal as error:
            text = StatuteText.refused(row.get("title") or row.get("file") or "", str(error))
        text.where = where
        yield text


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"打不开清单 {path}：{error.strerror}") from error
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = data.decode("gb18030", errors="replace")  # Excel's CSV
    reader = csv.DictReader(io.StringIO(content))
    if missing := _REQUIRED - set(reader.fieldnames or ()):
        raise Refusal(f"清单缺少列：{'、'.join(sorted(missing))}")
    for row in reader:
        yield reader.line_num, {name: (value or "").strip() for name, value in row.items() if name}


def _text(folder: Path, row: dict[str, str]) -> StatuteText:
    names = _list(row["file"])
    if not names:
        raise Refusal("没有写文件名")
    paths = [_inside(folder, name) for name in names]
    text = document.statute_text(
        [document.read_lines(path) for path in paths], source=Version.Source.MANIFEST
    )
    if len(paths) > 1:
        _number_parts(text)
    if row["title"]:
        text.title = row["title"]
    text.aliases = tuple(_list(row.get("aliases", "")))
    if len(text.title.removeprefix("中华人民共和国")) > _LONG_TITLE and text.aliases:
        text.short_name = text.aliases[0][:60]
    text.repeals = tuple(_list(row.get("replaces", ""))) or text.repeals
    text.label = row.get("version_label", "") or text.label
    # Lists name who adopted the text, which for an amended one is not who made the law.
    text.issuer = checked.issuers().get(text.title) or row.get("issuer", "") or text.issuer
    text.document_number = row.get("document_number", "") or text.document_number
    if kind := row.get("kind"):
        if kind not in Statute.Kind.values:
            raise Refusal(f"不认识的种类：{kind}")
        text.kind = kind
    for name in ("promulgated_on", "effective_from", "effective_to"):
        if row.get(name):
            setattr(text, name, _date(row[name], name))
    text.warnings += _miscounts(text, row)
    return text


def _inside(folder: Path, name: str) -> Path:
    """The file that a row names. Lists come from others, and are no way to read other files of the
    machine: ../, an absolute path, a link that leads out."""
    try:
        path = (folder / name).resolve()
        is_inside = path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a NUL in the name
        raise Refusal(f"文件名不对：{name!r}") from error
    if not is_inside:
        raise Refusal(f"文件不在清单所在的文件夹里：{name}")
    return path


def _number_parts(text: StatuteText) -> None:
    """A code kept in a file for each 编 (总则, 物权编 … 附则) has no numbers on them: they are the
    order of the files. 合同法, in one file, has its 总则 and 分则 without numbers by itself."""
    names = [
        words
        for level, words in headings_of(text.clauses)
        if level == Heading.Level.PART and words != "附则"
    ]
    if not any(name.endswith("编") for name in names) or any(name[0] == "第" for name in names):
        return
    numbered = {
        name: f"第{format_number(number)}编 {name.removesuffix('编')}"
        for number, name in enumerate(names, start=1)
    }
    for clause in text.clauses:
        clause.headings = tuple(
            (level, numbered.get(words, words) if level == Heading.Level.PART else words)
            for level, words in clause.headings
        )
    text.warnings.append(f"编的序号按文件次序补上：{'、'.join(numbered.values())}")


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(";") if part.strip()]


def _date(value: str, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise Refusal(f"{name} 不是日期：{value}（应写成 2021-01-01）") from error


def _miscounts(text: StatuteText, row: dict[str, str]) -> list[str]:
    branches = sum(1 for clause in text.clauses if clause.branch)
    counts = {"clauses": len(text.clauses) - branches, "branches": branches}
    return [
        f"{'条' if name == 'clauses' else '“之一”类条文'}数与清单不符：清单 {row[name]}，读出 {count}"
        for name, count in counts.items()
        if row.get(name, "").isdecimal() and int(row[name]) != count
    ]
