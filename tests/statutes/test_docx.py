"""What Word keeps besides the words: numbers it sets itself, changes, boxes, tables, signs."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from statutes.importers import document
from statutes.importers.refusal import Refusal
from tests.word_files import W, data_of, file_of, number, numbered, run


def clauses(file) -> list[tuple[str, str]]:
    found = document.statute_text([document.lines_of_bytes(data_of(file))])
    return [(clause.label, clause.text) for clause in found.clauses]


def test_numbers_that_word_sets_itself():
    file = file_of(
        numbered("总则"),
        numbered("为了试验。", 1),
        numbered("包括：", 1),
        numbered("甲；", 2),
        numbered("乙。", 2),
        numbered("附则"),
        numbered("施行：", 1),
        numbered("丙。", 2),
    )
    levels = [("chineseCountingThousand", "第%1章"), ("chineseCounting", "第%2条")]
    number(file, *levels, ("japaneseCounting", "（%3）"))
    # Items start anew under each clause; clauses run on through the chapters, as their level says.
    found = document.statute_text([document.lines_of_bytes(data_of(file))]).clauses
    assert [(clause.label, clause.text, clause.headings) for clause in found] == [
        ("第一条", "为了试验。", ((3, "第一章 总则"),)),
        ("第二条", "包括：\n（一）甲；\n（二）乙。", ((3, "第一章 总则"),)),
        ("第三条", "施行：\n（一）丙。", ((3, "第二章 附则"),)),
    ]


@pytest.mark.parametrize(
    ("form", "words", "shown"),
    [
        ("decimal", "%1.", "1.甲。"),
        ("decimalEnclosedCircle", "%1", "①甲。"),
        ("lowerLetter", "%1)", "a)甲。"),
        ("bullet", "●", "甲。"),
        ("ideographTraditional", "%1、", "甲、甲。"),
        ("decimalFullWidth", "%1．", "１．甲。"),
    ],
)
def test_forms_of_numbers(form, words, shown):
    file = file_of("第一条　包括：", numbered("甲。"))
    number(file, (form, words))
    assert clauses(file) == [("第一条", f"包括：\n{shown}")]


def test_an_empty_paragraph_is_counted_and_a_deleted_one_is_not():
    gone = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr><w:rPr><w:del w:id="9" w:author="a"/></w:rPr></w:pPr>'
    file = file_of(numbered("甲。"), numbered(""), numbered("丙。"), gone, numbered("丁。"))
    number(file, ("chineseCounting", "第%1条"))
    assert clauses(file) == [("第一条", "甲。"), ("第三条", "丙。"), ("第四条", "丁。")]


def test_a_number_that_comes_with_a_style():
    file = file_of(f'<w:pPr><w:pStyle w:val="Own"/></w:pPr>{run("甲。")}', "另一款。")
    number(file, ("chineseCounting", "第%1条"))
    place = '<w:pPr><w:numPr><w:numId w:val="77"/></w:numPr></w:pPr>'
    base = (
        f'<w:style {W} w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>{place}</w:style>'
    )
    own = f'<w:style {W} w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="Base"/></w:style>'
    for style in (base, own):
        file.styles.element.append(parse_xml(style))
    assert clauses(file) == [("第一条", "甲。\n另一款。")]


def test_a_number_that_is_typed_as_well_is_there_once():
    file = file_of(numbered("第一条　甲。"), numbered("第二条　乙。"))
    number(file, ("chineseCounting", "第%1条"))
    assert clauses(file) == [("第一条", "甲。"), ("第二条", "乙。")]


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        # What is deleted, hidden, or stands beside a character is no text.
        (run("甲") + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r>", "甲"),
        (run("甲") + '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>', "甲显"),
        (
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>jiǎ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>甲</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "甲",
        ),
        ('<w:moveFrom w:id="1" w:author="a">' + run("旧") + "</w:moveFrom>" + run("甲"), "甲"),
        ('<w:moveTo w:id="1" w:author="a">' + run("甲") + "</w:moveTo>", "甲"),
        ("<m:oMath><m:r><m:t>a+b</m:t></m:r></m:oMath>", "a+b"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>', "〓"),
        # No Markdown is read into it.
        (run("A*B*C__D__#[1](2)"), "A*B*C__D__#[1](2)"),
        (run("x &lt;b且c&gt; y"), "x <b且c> y"),
    ],
)
def test_words_of_a_paragraph(inner, shown):
    assert clauses(file_of(f"{run('第一条　')}{inner}{run('。')}")) == [("第一条", f"{shown}。")]


def test_a_deleted_mark_of_a_paragraph_joins_it_to_the_next():
    mark = '<w:pPr><w:rPr><w:del w:id="9" w:author="a"/></w:rPr></w:pPr>'
    file = file_of(mark + run("第一条　甲。"), "乙。", "第二条　丙。")
    assert clauses(file) == [("第一条", "甲。乙。"), ("第二条", "丙。")]


def box(*words: str) -> str:
    inside = "".join(f"<w:p>{run(one)}</w:p>" for one in words)
    content = f"<w:txbxContent>{inside}</w:txbxContent>"
    choice = f"<mc:Choice Requires='wps'><w:drawing>{content}</w:drawing></mc:Choice>"
    fallback = f"<mc:Fallback><w:pict>{content}</w:pict></mc:Fallback>"
    return f"<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>"


def test_clauses_in_a_text_box_are_read_once():
    file = file_of(box("第一条　甲。", "第二条　乙。"), "第三条　丙。")
    assert clauses(file) == [("第一条", "甲。"), ("第二条", "乙。"), ("第三条", "丙。")]


def test_a_text_box_beside_words_is_a_remark():
    file = file_of(run("第一条　甲。") + box("页边的话"), "第二条　乙。")
    found = document.statute_text([document.lines_of_bytes(data_of(file))])
    assert [clause.text for clause in found.clauses] == ["甲。", "乙。"]
    assert found.warnings == ["第 3 行不是条文，已移走：注：（文本框）页边的话"]


def test_a_table_of_one_cell_only_lays_out_its_paragraphs():
    file = docx.Document()
    cell = file.add_table(1, 1).cell(0, 0)
    for words in ("某某法", "第一条　甲。", "第二条　乙。", "另一款。"):
        cell.add_paragraph(words)
    assert clauses(file) == [("第一条", "甲。"), ("第二条", "乙。\n另一款。")]


def test_a_strict_file_is_refused_by_its_name():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data_of(file_of("第一条　甲。")))) as held,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for name in held.namelist():
            part = held.read(name).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            archive.writestr(name, part)
    with pytest.raises(Refusal, match="严格 Open XML"):
        document.lines_of_bytes(out.getvalue())
