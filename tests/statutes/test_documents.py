"""Files of every dialect and fault, through the one reader."""

import datetime as dt
import io
import zipfile

import docx
import pytest

from statutes.importers import document, text
from statutes.importers.refusal import Refusal
from statutes.models import Statute, Version

OFFICIAL = [
    "中华人民共和国最高人民法院",
    "公　告",
    "《最高人民法院关于审理试验纠纷案件适用法律若干问题的规定》已于2024年1月2日由最高人民法院审判委员会第1900次会议通过，现予公布，自2024年3月1日起施行。",
    "最高人民法院",
    "2024年2月20日",
    "法释〔2024〕99号",
    "最高人民法院",
    "关于审理试验纠纷案件适用法律",
    "若干问题的规定",
    "（2024年1月2日最高人民法院审判委员会第1900次会议通过，自2024年3月1日起施行）",
    "为正确审理试验纠纷案件，制定本规定。",
    "第一条　甲。",
    "第二条　有下列情形的：",
    "（一）乙；",
    "（二）丙。",
]


def word_file(paragraphs: list[str], *, table: list[list[str]] | None = None) -> bytes:
    file = docx.Document()
    for words in paragraphs:
        file.add_paragraph(words)
    if table:
        grid = file.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def read(data: bytes | str):
    data = data.encode() if isinstance(data, str) else data
    return document.statute_text([document.lines_of_bytes(data)])


def test_an_official_word_file():
    found = read(word_file(OFFICIAL))
    assert (found.title, found.kind, found.issuer, found.document_number) == (
        "最高人民法院关于审理试验纠纷案件适用法律若干问题的规定",
        Statute.Kind.INTERPRETATION,
        "最高人民法院",
        "法释〔2024〕99号",
    )
    assert (found.promulgated_on, found.effective_from) == (
        dt.date(2024, 2, 20),
        dt.date(2024, 3, 1),
    )
    assert found.preamble == "为正确审理试验纠纷案件，制定本规定。"
    assert [(c.number, c.text) for c in found.clauses] == [
        (1, "甲。"),
        (2, "有下列情形的：\n（一）乙；\n（二）丙。"),
    ]
    assert found.warnings == []


def test_tables_of_a_word_file_come_row_by_row():
    data = word_file(
        ["某法", "第一条　费用如下：", "第二条　乙。"], table=[["类", "元"], ["甲", "1"]]
    )
    assert read(data).clauses[-1].text == "乙。\n类　元\n甲　1"


def test_tracked_changes_are_read_as_accepted():
    data = word_file(["某法", "第一条　甲"])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = parts["word/document.xml"].decode()
    body = body.replace(
        "第一条　甲</w:t></w:r>",
        "第一条　甲</w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>新。</w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='a'><w:r><w:delText>旧。</w:delText></w:r></w:del>",
    )
    parts["word/document.xml"] = body.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert read(out.getvalue()).clauses[0].text == "甲新。"


MARKDOWN = """---
title: "中华人民共和国试验法"
publish: "2020-05-01 00:00:00"
effective_date: "2020-09-01 00:00:00"
---

# 中华人民共和国试验法

<!-- INFO END -->

## 第一章　总则

**第一条**　为了〔试验〕，制定本法。

- 第二条 见[说明](https://example.com)\\(甲\\)。&nbsp;
"""


def test_markdown_and_front_matter():
    found = read(MARKDOWN)
    assert (found.title, found.promulgated_on, found.effective_from) == (
        "中华人民共和国试验法",
        dt.date(2020, 5, 1),
        dt.date(2020, 9, 1),
    )
    assert [c.text for c in found.clauses] == ["为了〔试验〕，制定本法。", "见说明(甲)。"]
    assert found.clauses[0].headings == ((3, "第一章 总则"),)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(encoding):
    words = "某某法\n第一条　甲。\n第二条　乙。\n"
    assert [c.text for c in read(words.encode(encoding)).clauses] == ["甲。", "乙。"]


def test_an_amended_text_never_takes_its_day_from_its_last_clause():
    amended = "某某法\n（1990年1月1日第七届全国人民代表大会常务委员会第一次会议通过　根据2018年10月26日第十三届全国人民代表大会常务委员会第六次会议《关于修改〈某某法〉的决定》修正）\n第一条　甲。\n第二条　本法自1990年5月1日起施行。"
    found = read(amended)
    assert (found.label, found.promulgated_on, found.effective_from) == (
        "2018修正",
        dt.date(2018, 10, 26),
        None,
    )


def test_a_first_text_states_its_own_day_and_what_it_repeals():
    found = read(
        "某某法\n（2020年1月1日第十三届全国人民代表大会第一次会议通过）\n第一条　甲。\n"
        "第二条　本法自2020年5月1日起施行。《旧某某法》、《另法》同时废止。"
    )
    assert (found.effective_from, found.repeals) == (dt.date(2020, 5, 1), ("旧某某法", "另法"))


def test_a_decision_without_clauses_is_kept_whole():
    found = read(
        "全国人民代表大会常务委员会关于某事的决定\n（2020年1月1日通过）\n会议决定：甲。\n乙。"
    )
    assert (found.clauses, found.body) == ([], "会议决定：甲。\n乙。")
    assert found.kind == Statute.Kind.DECISION


def test_a_decision_in_entries_states_its_day_behind_them():
    found = read(
        "某会关于修改《甲法》的决定\n（2023年9月1日第十四届全国人民代表大会常务委员会第五次会议通过）\n"
        "会议决定作如下修改：\n一、将第一条修改为：“甲。”\n二、增加一条：\n“第九条　乙。”\n本决定自2024年1月1日起施行。"
    )
    assert [clause.text for clause in found.clauses] == [
        "将第一条修改为：“甲。”",
        "增加一条：\n“第九条　乙。”",
    ]
    assert (found.effective_from, found.appendix) == (
        dt.date(2024, 1, 1),
        "本决定自2024年1月1日起施行。",
    )


def test_a_page_of_html_on_one_line():
    found = read(
        "<html><body><h1>某某法</h1><p>第一章 总则</p><p><b>第一条</b>&emsp;甲。</p><p>第二条 乙。</p></body></html>"
    )
    assert (found.title, [clause.text for clause in found.clauses]) == ("某某法", ["甲。", "乙。"])


def test_known_tags_go_and_titles_in_angle_brackets_stay():
    (line,) = text.lines_of_text("<p>《关于适用<中华人民共和国民法典>的解释》<br/></p>")
    assert line.text == "《关于适用<中华人民共和国民法典>的解释》"


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (100 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件是空的"),
        (b" \n\t ", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "旧版 Word"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1", "RTF"),
        (b"PK\x03\x04 not a zip at all", "不是有效的 Word 文件"),
        (bomb(), "解压后有 100 MB"),
        (b"\x01\x02\x03\x04" * 100, "不是文本文件"),
        ("第一条 甲。".encode() * 4_000_000, "文件超过 20 MB"),
    ],
    ids=["empty", "blank", "doc", "pdf", "rtf", "fake", "bomb", "binary", "huge"],
)
def test_what_cannot_be_read_is_refused_in_chinese(data, reason):
    with pytest.raises(Refusal, match=reason):
        document.lines_of_bytes(data)


def test_a_zip_that_is_no_word_file_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "甲")
    with pytest.raises(Refusal, match="不是有效的 Word 文件"):
        document.lines_of_bytes(out.getvalue())


def test_a_torn_word_file_is_refused():
    data = word_file(OFFICIAL)
    with pytest.raises(Refusal, match="不是有效的 Word 文件"):
        document.lines_of_bytes(data[: len(data) // 2])


def test_a_word_file_ranks_as_official_and_a_text_file_below(tmp_path):
    (tmp_path / "a.docx").write_bytes(word_file(OFFICIAL))
    (tmp_path / "b.md").write_text(MARKDOWN, encoding="utf-8")
    found = [next(document.read(tmp_path / name)) for name in ("a.docx", "b.md", "none.txt")]
    assert [text.source for text in found[:2]] == [Version.Source.OFFICIAL, Version.Source.MANIFEST]
    assert found[2].refusal.startswith("打不开文件")
