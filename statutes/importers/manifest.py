"""A list of statute versions (CSV) beside their files: what the files state wrongly or not at all.

Columns: file (several joined by ; make one text), title, version_label, aliases, kind, issuer,
document_number, promulgated_on, effective_from, effective_to, clauses (without branches),
branches, replaces (titles that the text repeals). Lists are joined by ``;``, days are ISO.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

from statutes.importers import document
from statutes.importers.refusal import Refusal
from statutes.library import StatuteText
from statutes.models import Statute, Version

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
    if any(not (folder / name).resolve().is_relative_to(folder.resolve()) for name in names):
        raise Refusal("文件应与清单在同一文件夹里")
    text = document.statute_text(
        [document.read_lines(folder / name) for name in names], source=Version.Source.MANIFEST
    )
    if row["title"]:
        text.title = row["title"]
    text.aliases = tuple(_list(row.get("aliases", "")))
    if len(text.title.removeprefix("中华人民共和国")) > _LONG_TITLE and text.aliases:
        text.short_name = text.aliases[0][:60]
    text.repeals = tuple(_list(row.get("replaces", ""))) or text.repeals
    text.label = row.get("version_label", "") or text.label
    text.issuer = row.get("issuer", "") or text.issuer
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
