"""What files that nobody had tried before do to the law in them."""

import pytest

from statutes.importers import text
from statutes.outline import headings_of, parse

WIDTH = 22


def clauses(source: str) -> list[tuple[str, str]]:
    return [(clause.label, clause.text) for clause in parse(source).clauses]


def names(source: str) -> list[str]:
    return [name for _, name in headings_of(parse(source).clauses)]


def wrapped(rows: list[str], width: int = WIDTH) -> str:
    """Rows broken at a width, wherever that is."""
    return "\n".join(
        row[start : start + width] for row in rows for start in range(0, len(row), width)
    )


# Lines broken at a width


def test_the_first_line_of_a_wrapped_clause_is_no_caption():
    law = [
        (f"第{number}条", f"试验的计价依据为{what}实际支付的试验价款总额。")
        for number, what in zip(
            "一二三四五六", ["甲", "乙方", "丙", "丁方", "戊", "己方"], strict=True
        )
    ]
    source = wrapped([f"{label} {words}" for label, words in law])
    assert clauses(source) == law
    assert not any("条旨" in warning for warning in parse(source).warnings)


def test_a_mark_alone_goes_on_with_its_sentence():
    """However many there are: no caption is followed by a full stop alone."""
    law = [f"第{number}条 试验的日期\n。" for number in "一二三四五六"]
    assert {words for _, words in clauses("\n".join(law))} == {"试验的日期\n。"}


@pytest.mark.parametrize(
    ("before", "cited"),
    [
        ("本法第二条第二款规定的人员违反本法", "第二章有关规定的，有关单位应当进行批评教育。"),
        ("试验单位没有规定的，适用本法第二章第一节至", "第五节关于普通试验的规定。"),
        ("储存试验品的，应当遵守本法", "第二章关于储存的规定；小包装的除外。"),
    ],
)
def test_a_wrapped_line_that_cites_a_chapter_is_no_heading(before, cited):
    source = f"第一章 总则\n第一条 甲。\n第二章 试验\n第二条 {before}\n{cited}\n第三条 丙。"
    assert names(source) == ["第一章 总则", "第二章 试验"]
    assert clauses(source)[1] == ("第二条", before + cited)


def test_a_heading_behind_a_clause_without_full_stop_stays_one():
    source = "第一章总则\n第一条试验应当保持相对稳定\n第二章机构设置\n第二条乙。"
    assert names(source) == ["第一章 总则", "第二章 机构设置"]


def test_items_with_bare_numbers_behind_a_colon_are_no_headings():
    source = (
        "第一条 凭下列证件申报：\n一、试验人员,凭试验机关发给的\n证件；\n二、其他人员\n第二条 乙。"
    )
    assert names(source) == []
    assert clauses(source)[0][1].endswith("二、其他人员")
    assert names("一、管辖\n第一条 甲。\n二、附则\n第二条 乙。") == ["一、管辖", "二、附则"]


# Blank lines and Markdown


def test_nothing_is_joined_across_a_blank_line():
    source = "第一条 应纳税额的计算公式：\n\n应纳税额＝计税依据×试验税率\n\n应纳税额以元计算。"
    assert clauses(source)[0][1].split("\n")[1:] == [
        "应纳税额＝计税依据×试验税率",
        "应纳税额以元计算。",
    ]


def test_blank_lines_between_all_lines_tell_nothing():
    rows = wrapped(
        [f"第{n}条 试验单位应当按照本条例的规定，及时向试验主管机关报告。" for n in "一二三"]
    )
    spaced = [words for _, words in clauses(rows.replace("\n", "\n\n"))]
    assert spaced == [words for _, words in clauses(rows)]
    assert not any("\n" in words for words in spaced)


def test_a_page_number_between_blank_lines_parts_no_sentence():
    source = "第一条 试验单位应当依照本法的规定及时\n\n— 3 —\n\n报告试验结果。\n第二条 乙。"
    assert clauses(source)[0][1] == "试验单位应当依照本法的规定及时报告试验结果。"


def test_a_markdown_line_break_is_no_law():
    lines = text.lines_of_text("第一条　享有试验的权利、休息的权利、\\\n获得试验报酬的权利。")
    assert parse(lines).clauses[0].text == "享有试验的权利、休息的权利、获得试验报酬的权利。"


# Characters


def test_radicals_are_the_characters_they_look_like():
    lines = text.lines_of_text("第⼀条　⼈⺠法院⻓期保护⻋辆。")
    assert parse(lines).clauses[0].text == "人民法院长期保护车辆。"


def test_glosses_of_pronunciation_are_no_law():
    lines = text.lines_of_text("數(shù)據(jù)，长度(km)，银行卡(ATM)。")
    assert lines[0].text == "數據，长度(km)，银行卡(ATM)。"


# Citations


def test_numbers_that_a_clause_names_and_quotes_are_its_own():
    source = (
        "第一条 甲。\n第二条 增加两条，分别作为第十条至第十一条。内容如下：\n"
        "第三节 试验\n第十条 丙。\n第十一条 丁。\n第三节相应改为第四节。\n第三条 戊。"
    )
    assert [label for label, _ in clauses(source)] == ["第一条", "第二条", "第三条"]
    assert "第十条 丙。\n第十一条 丁。" in clauses(source)[1][1]
    assert names(source) == []


def test_a_clause_behind_which_one_is_inserted_is_cited():
    source = "一、修改下列法规：\n1.将甲条例修改\n第三条后增加一条作为第四条：“丙。”\n第九条之后增加一条。"
    assert all(clause.text.startswith("修改下列") for clause in parse(source).clauses)
