"""What files that nobody had tried before do to the law in them."""

import pytest

from statutes.importers import document, text
from statutes.importers.refusal import Refusal
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


# 条目, notices, replies


def test_an_open_quotation_swallows_no_further_entries():
    source = (
        "某法修正案\n一、将第一条修改为：“甲。”\n二、将第二条修改为：“乙。\n三、在第三条后增加一条：“丙。”\n"
        "四、删去第五条。\n本修正案自公布之日起施行。"
    )
    found = parse(source)
    assert [clause.number for clause in found.clauses] == [1, 2, 3, 4]
    assert "第 4 行另起一项，之前的引号没有闭合，请对照原文" in found.warnings


def test_entries_of_the_quoted_law_stay_quoted():
    source = "某决定\n一、将第一条修改为：“下列事项：\n“一、将甲备案；\n二、将乙备案。”\n二、删去第二条。"
    assert [label for label, _ in clauses(source)] == ["第一条", "第二条"]
    assert clauses(source)[0][1].endswith("二、将乙备案。”")


def test_what_a_notice_numbers_is_no_clause_of_the_text_it_passes_on():
    source = (
        "某市人民代表大会常务委员会公告\n现将草案公布，有关事项如下：\n一、各方可以提出意见。\n二、到一月十五日结束。\n"
        "某市试验条例（草案）\n第一条 为了规范试验活动，制定本条例。\n第二条 本市的试验活动适用本条例。\n第三条 丙。"
    )
    assert [label for label, _ in clauses(source)] == ["第一条", "第二条", "第三条"]
    assert clauses(source)[1][1] == "本市的试验活动适用本条例。"


def test_entries_of_a_decision_come_before_the_text_it_attaches():
    source = (
        "某决定\n一、第三条修改为：“甲。”\n二、删去第四条。\n本决定自公布之日起施行。\n附：修正本\n"
        "第一条 为了规范试验活动，制定本条例。\n第二条 本市的试验活动适用本条例。\n第三条 甲。"
    )
    assert [text for _, text in clauses(source)] == ["第三条修改为：“甲。”", "删去第四条。"]


@pytest.mark.parametrize("end", ["此复。", "特此函复。", "此复"])
def test_a_reply_ends_where_it_says_so(end):
    asked = "附：\n关于试验的请示\n一、试验可以继续使用。\n二、试验可以分别处理。"
    assert parse(f"关于试验的复函\n来函收悉，原则上同意。\n{end}\n{asked}").clauses == []
    both = f"关于试验的批复\n一、试验可以处理。\n二、其他从其规定。\n{end}\n三、附带的一项。"
    assert [text for _, text in clauses(both)] == ["试验可以处理。", "其他从其规定。"]


@pytest.mark.parametrize(
    "behind",
    [
        "附件一： 下列条例予以废止： 1．甲条例 2．关于乙的决定",
        "2018年12月29日，第十三届某会议通过的《关于修改〈某法〉等七部法律的决定》之一：对某法作出修改。",
        "## 相关资料",
    ],
)
def test_what_stands_behind_the_commencement_leaves_its_clause(behind):
    lines = text.lines_of_text(
        f"第一条　甲。\n第二条　本法自2020年1月1日起施行。\n第三款。\n{behind}\n又一行。"
    )
    found = parse(lines)
    assert found.clauses[-1].text == "本法自2020年1月1日起施行。\n第三款。"
    assert found.appendix == [behind.removeprefix("## "), "又一行。"]


# What is no law at all


def refusal(source: str) -> str:
    try:
        return document.statute_text([document.lines_of_bytes(source.encode())]).refusal
    except Refusal as error:
        return str(error)


@pytest.mark.parametrize(
    "words", ["（正文待补：来自某网的文档）", "待补充", "TODO", "（条文待补）"]
)
def test_clauses_that_hold_only_placeholders_are_refused(words):
    clauses = "\n".join(f"第{n}条 {words}" for n in "一二三四")
    assert refusal(f"某试验法\n{clauses}\n第五条 本法自公布之日起施行。") == (
        "5 条里有 4 条只有“待补”一类的占位文字，没有正文"
    )


def test_law_about_what_is_to_be_added_is_no_placeholder():
    assert refusal("某试验法\n第一条 待补充材料的，应当告知。\n第二条 待补。") == ""


def test_japanese_is_refused():
    law = "第一条 この法律は、日本国内において罪を犯したすべての者に適用する。"
    assert refusal(f"刑法\n{law}") == "文件里是日文，不是中文法律"


@pytest.mark.parametrize("opening", ['{"name": ', '[{"name": ', '{ "text" : '])
def test_json_is_refused(opening):
    rows = f'{opening}"某试验法的规定，应当遵守。"}}\n' * 3
    assert refusal(rows) == "这是 JSON 数据，不是法律文本，请先把其中的文字另存为文本文件"


@pytest.mark.parametrize(
    "words",
    [
        "您的位置: 首页 » 某某资料网 » 法律法规 »",
        "当前位置：首页 > 法规",
        "下载地址: 点击此处下载",
        "作者:某资料网 时间:2024-07-22 08:17:50   浏览:8464   来源:某资料网",
        "整理者:某某 阅读:2341",
        "热门站点| 某资料网 | 某某网论坛",
        "收藏本站| 设为首页| 首页",
        "首页 -> 政务公开 -> 公 告",
        "【阅读全文】",
        "下载",
    ],
)
def test_what_a_site_says_of_itself_is_no_law(words):
    found = document.statute_text(
        [text.lines_of_text(f"{words}\n某市试验条例\n{words}\n第一条 甲。")]
    )
    assert (found.title, found.preamble) == ("某市试验条例", "")


@pytest.mark.parametrize(
    "law",
    ["时间：自公布之日起计算；", "下载的软件，应当注明：来源、时间。", "首页应当载明下列事项："],
)
def test_law_about_pages_and_times_is_law(law):
    assert clauses(f"第一条 甲：\n{law}\n第二条 乙。")[0][1] == f"甲：\n{law}"


# Titles, numbers, days


def whole(source: str):
    return document.statute_text([text.lines_of_text(source)])


def test_an_issuing_body_in_the_front_matter_is_no_part_of_the_title():
    source = '---\ntitle: "中华人民共和国最高人民检察院"\n---\n最高人民检察院\n关于试验问题的批复\n某省人民检察院：\n经研究，批复如下：\n试验有效。'
    assert whole(source).title == "最高人民检察院关于试验问题的批复"


@pytest.mark.parametrize("second", ["最高人民检察院", "国务院试验事务局"])
def test_two_bodies_that_issue_together_are_set_apart(second):
    source = f'---\ntitle: "最高人民法院    {second}"\n---\n关于试验问题的复函\n来函收悉，同意。'
    assert whole(source).title == f"最高人民法院、{second}关于试验问题的复函"


@pytest.mark.parametrize("number", ["某劳发〔1994〕489号", "某政办[1994]489号"])
def test_any_number_alone_on_its_line_is_the_texts(number):
    found = whole(f"试验支付暂行规定\n{number}\n第一条 为了试验，制定本规定。\n第二条 乙。")
    assert found.document_number == number.replace("[", "〔").replace("]", "〕")
    assert found.title == "试验支付暂行规定"


def test_the_day_under_an_announcement_beats_that_of_the_approval():
    found = whole(
        "某市试验条例\n某市人民代表大会常务委员会公告\n第三十七号\n"
        "某市第三届人民代表大会常务委员会第十一次会议于2001年10月17日通过的《某市试验条例》业经某省第九届人民代表大会"
        "常务委员会第二十九次会议于2001年12月3日批准，现予公布，自2002年1月1日起施行。\n"
        "某市人民代表大会常务委员会\n2001年12月26日\n第一章 总则\n第一条 为了试验，制定本条例。\n第二条 乙。"
    )
    assert (str(found.promulgated_on), str(found.effective_from)) == ("2001-12-26", "2002-01-01")


def read(source: str):
    return document.statute_text([text.lines_of_text(source)])


@pytest.mark.parametrize(
    "lines", ['"某部关于\n《试验办法》的\n批复"', "某部关于\n  《试验办法》的批复"]
)
def test_a_title_that_is_folded_in_the_front_matter_is_one(lines):
    found = read(
        f'---\ntitle: {lines}\nstatus: "有效"\n---\n\n某省：\n\n你省的来函收悉。经研究，同意。\n'
    )
    assert found.title == "某部关于《试验办法》的批复"
    assert "title" not in found.body


def test_a_year_tells_one_amendment_of_the_constitution_from_another():
    found = read("中华人民共和国宪法修正案（2018年）\n第三十二条　甲。\n第三十三条　乙。")
    assert found.title == "中华人民共和国宪法修正案（2018年）"
    assert found.is_complete  # it goes on with the numbers of the one before
    assert not read("中华人民共和国试验法\n第三条　甲。\n第四条　乙。").is_complete


def test_an_approval_amends_nothing():
    found = read(
        "某市试验条例\n（2021年8月26日某市人民代表大会常务委员会通过　2021年9月29日某省人民代表大会"
        "常务委员会批准）\n第一条　为了试验。\n第二条　本条例自2022年1月1日起施行。"
    )
    assert str(found.effective_from) == "2022-01-01"


def test_who_signs_a_reply_and_when_is_kept_with_it():
    found = read(
        "某部关于试验的复函\n某省厅：\n你厅的来函收悉。经研究，同意。\n某部办公厅\n2020年3月20日"
    )
    assert found.body.endswith("同意。\n某部办公厅\n2020年3月20日")
