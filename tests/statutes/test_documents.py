"""Files of every dialect and fault, through the one reader."""

import datetime as dt
import io
import time
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
        ["某法", "第一条　甲。", "第二条　费用如下："], table=[["类", "元"], ["甲", "1"]]
    )
    assert read(data).clauses[-1].text == "费用如下：\n类　元\n甲　1"


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


@pytest.mark.parametrize(
    ("history", "number", "promulgated", "effective", "label"),
    [
        (
            "（1999年1月22日中华人民共和国国务院令第258号发布　根据2019年3月24日《国务院关于修改部分行政法规的决定》修订）",
            "",
            dt.date(2019, 3, 24),
            None,
            "2019修订",
        ),
        (
            "（2001年12月24日由最高人民法院审判委员会第1202次会议通过，2001年12月25日公布，自2001年12月27日起施行，根据2020年12月23日最高人民法院审判委员会第1823次会议通过的《关于修改二十七件司法解释的决定》修正，该修正自2021年1月1日起施行）",
            "",
            None,
            dt.date(2021, 1, 1),
            "2020修正",
        ),
        (
            "（2001年12月25日公布，自2001年12月27日起施行，根据2020年12月23日最高人民法院审判委员会《关于修改二十七件司法解释的决定》修正）\n法释〔2020〕17号",
            "法释〔2020〕17号",
            None,
            None,
            "2020修正",
        ),
        (
            "（1982年12月4日第五届全国人民代表大会第五次会议通过　1982年12月4日全国人民代表大会公告公布施行\n根据2018年3月11日第十三届全国人民代表大会第一次会议通过的《宪法修正案》修正）",
            "",
            dt.date(2018, 3, 11),
            None,
            "2018修正",
        ),
        (
            "（1993年10月31日通过　根据2009年8月27日《关于修改部分法律的决定》第一次修正　2013年10月25日第十二届全国人民代表大会常务委员会第五次会议修订）",
            "",
            dt.date(2013, 10, 25),
            dt.date(2013, 10, 25),
            "2013修订",
        ),
    ],
)
def test_days_of_an_earlier_text_are_not_this_texts(history, number, promulgated, effective, label):
    rows = (
        f"试验条例\n{history}\n第一条 甲。\n第二条 本条例自发布之日起施行。《旧试验条例》同时废止。"
    )
    found = document.statute_text([text.lines_of_text(rows)])
    assert found.title == "试验条例"
    assert found.document_number == number
    assert found.promulgated_on == promulgated
    assert found.effective_from == effective
    assert found.label == label
    assert found.repeals == (("旧试验条例",) if effective and label == "2013修订" else ())


@pytest.mark.parametrize(
    ("head", "title"),
    [
        # A title over two lines, whose first the file gives as its title.
        (
            "---\ntitle: 最高人民检察院\n---\n最高人民检察院\n关于试验问题的批复\n",
            "最高人民检察院关于试验问题的批复",
        ),
        ("# 中华人民共和国试验\n管理办法\n", "中华人民共和国试验管理办法"),
        (
            "---\ntitle: 最高人民检察院\npublish: 2020-01-01\n---\n关于试验问题的批复\n",
            "最高人民检察院关于试验问题的批复",
        ),
        ("# 2018-中华人民共和国试验法\n", "中华人民共和国试验法"),
        (
            "最高人民法院　最高人民检察院关于试验的解释\n",
            "最高人民法院、最高人民检察院关于试验的解释",
        ),
        ("某某关于试验的决定(2015)\n", "某某关于试验的决定"),
        # The 《…》 of a history is another text's title.
        ("试验宪章\n（2004年3月14日通过的《中华人民共和国试验修正案》修正）\n", ""),
        ("公告\n《试验管理办法》已于2024年1月2日通过，现予公布。\n", "试验管理办法"),
    ],
)
def test_titles(head, title):
    found = document.statute_text([text.lines_of_text(head + "第一条 甲。\n第二条 乙。")])
    assert found.title == title


def test_marks_of_site_generators_are_no_law():
    lines = text.lines_of_text(
        "# 某法\n::: warning 链接\n<https://www.example.com/a.html>\n:::\n"
        '## 第一章&emsp;总则{align="center"}\n第一条：　甲。\n第九章 略'
    )
    (clause,) = document.statute_text([lines]).clauses
    assert (clause.text, clause.headings) == ("甲。", ((3, "第一章 总则"),))


def test_words_before_a_first_clause_on_its_line_are_kept():
    found = document.statute_text([text.lines_of_text("某法\n为了试验，制定本法。第一条 甲。")])
    assert (found.preamble, found.clauses[0].text) == ("为了试验，制定本法。", "甲。")


def test_fields_in_brackets_are_headings():
    lines = text.lines_of_text("【标题】某法\n【编】第一编　总则\n【节】第一章　甲\n第一条　一。")
    found = document.statute_text([lines])
    assert found.title == "某法"
    assert found.clauses[0].headings == ((1, "第一编 总则"), (3, "第一章 甲"))


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


def test_a_saved_page_without_its_title_styles_and_scripts():
    lines = text.lines_of_text(
        "<html><head><TITLE>网站首页</TITLE><style type='a'>p {\n}</style>"
        "<script>if (a<b) {\n}</script></head>\n<h1>某办法</h1><p>第一条 甲。</p>"
    )
    assert [(line.text, line.place) for line in lines] == [("某办法", "4"), ("第一条 甲。", "4")]
    # One that is never closed is no such part; and many of them take no time.
    assert [line.text for line in text.lines_of_text("<style>第一条 甲。")] == ["第一条 甲。"]
    started = time.process_time()
    text.lines_of_text("<style>" * 200_000)
    assert time.process_time() - started < 5


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


@pytest.mark.parametrize(
    "hostile",
    [
        "某法\n第一条 甲。\n" + "《某某规定》 " * 200 + "。",
        "# a" + " " * 100_000 + "b",
        " " * 60_000 + "x",
        "第一条 甲。\n" + "." * 60_000,
        "第一条 下列：" + "".join(f"（{n}）甲；" for n in range(3)) * 3000,
    ],
)
def test_hostile_texts_take_no_time(hostile):
    started = time.process_time()
    document.statute_text([text.lines_of_text(hostile)])
    assert time.process_time() - started < 3


@pytest.mark.parametrize("xml", ["<foo/>", "<w:document {}/>"])
def test_a_word_file_of_other_xml_is_refused(xml):
    word = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
    source, data = io.BytesIO(), io.BytesIO()
    docx.Document().save(source)
    with zipfile.ZipFile(source) as held, zipfile.ZipFile(data, "w") as archive:
        for name in held.namelist():
            content = xml.format(word).encode() if name == "word/document.xml" else held.read(name)
            archive.writestr(name, content)
    with pytest.raises(Refusal, match="Word"):
        document.lines_of_bytes(data.getvalue())


@pytest.mark.parametrize(
    ("title", "issuer", "kind"),
    [
        ("上海市房屋租赁条例", "", "local_regulation"),
        ("某某自治州古茶树保护条例", "", "local_regulation"),
        ("深圳经济特区物业管理条例", "", "local_regulation"),
        ("江苏省实施《中华人民共和国试验法》办法", "", "local_regulation"),
        ("某某市试验管理办法", "某某市人民政府", "rule"),
        ("试验管理办法", "国家市场监督管理总局", "rule"),
        ("非上市公众公司试验条例", "国务院", "administrative_regulation"),
        ("城市房地产管理法", "全国人民代表大会常务委员会", "law"),
        ("中华人民共和国香港特别行政区基本法", "全国人民代表大会", "law"),
        ("民族区域自治法", "全国人民代表大会", "law"),
        ("不动产登记暂行条例", "", "administrative_regulation"),
    ],
)
def test_the_kind_of_a_text(title, issuer, kind):
    assert document.kind_of(title, issuer) == kind
