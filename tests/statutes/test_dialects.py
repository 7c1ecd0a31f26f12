"""Labels, headings and the page around them, in the many ways that files write them."""

import pytest

from statutes.outline import headings_of, is_deleted, parse

FULL = ["为了试验，制定本法。", "试验包括检验。", "本法自2021年1月1日起施行。"]


def clauses(text: str) -> list[tuple[str, str]]:
    return [(clause.label, clause.text) for clause in parse(text).clauses]


def names(text: str) -> list[str]:
    return [name for _, name in headings_of(parse(text).clauses)]


@pytest.mark.parametrize(
    "shape",
    [
        "【{0}】{1}",
        "（{0}）{1}",
        "*{0}* {1}",
        "1、{0} {1}",
        "7. {0}　{1}",
        "12,{0},{1}",
        "{0}：{1}",
        "{0}\n{1}",
    ],
)
def test_labels_in_every_dress(shape):
    labels = ["第一条", "第二条", "第三条"]
    text = "\n".join(shape.format(*pair) for pair in zip(labels, FULL, strict=True))
    assert clauses(text) == list(zip(labels, FULL, strict=True))


def test_traditional_characters_and_mixed_digits():
    assert clauses("第一條　甲。\n第一條之一　乙。\n第２條　丙。") == [
        ("第一条", "甲。"),
        ("第一条之一", "乙。"),
        ("第二条", "丙。"),
    ]
    assert clauses("第一百0二条　甲。\n第一百0三条　乙。")[1][0] == "第一百零三条"


@pytest.mark.parametrize(
    "form", ["第133-1条", "第一百三十三之一条", "第一百三十三条（之一）", "第133条之1"]
)
def test_branches_in_every_form(form):
    found = parse(f"第一百三十三条　甲。\n{form}　乙。\n第一百三十四条　丙。").clauses
    assert [(clause.number, clause.branch) for clause in found] == [(133, 0), (133, 1), (134, 0)]


@pytest.mark.parametrize(
    "words",
    [
        "（删去）",
        "【删除】",
        "[已废止]",
        "（废止）",
        "本条已废止。",
        "（此条删除）",
        "〔已删除〕",
        "（根据2020年修正案删除）",
        "（2020年修正时删除）",
        "根据《某法修正案（九）》删去",
    ],
)
def test_a_clause_that_is_only_said_to_be_deleted(words):
    assert is_deleted(words)
    assert clauses(f"第一条　甲。\n第二条　{words}\n第三条　丙。")[1] == ("第二条", words)


@pytest.mark.parametrize(
    "words",
    [
        "删除数据的，处罚款。",
        "1987年《某某条例》同时废止。",
        "《某某条例》自2000年1月1日起废止。",
        "记录保存期满销毁（2009年以前的记录，已经依法删除）",
    ],
)
def test_law_that_speaks_of_deleting_is_not_deleted(words):
    assert not is_deleted(words)
    assert clauses(f"第一条　甲。\n第二条　{words}\n第三条　丙。")[1] == ("第二条", words)


@pytest.mark.parametrize("between", ["至", "到", "—", "－"])
def test_a_range_of_deleted_clauses_is_each_of_them(between):
    found = clauses(f"第一条　甲。\n第二条{between}第四条　（删去）\n第五条　丁。")
    assert found == [
        ("第一条", "甲。"),
        *((f"第{number}条", "（删去）") for number in "二三四"),
        ("第五条", "丁。"),
    ]
    # A range that is cited stays where it is.
    cited = clauses(f"第一条　甲。\n第二条{between}第四条　的规定适用。\n第二条　乙。")
    assert [label for label, _ in cited] == ["第一条", "第二条"]


def test_a_remark_on_the_last_item_is_not_the_clauses():
    text = "第一条　包括：\n（一）甲；\n（二）乙。（2009年修正案删除）\n第二条　丙。"
    assert clauses(text)[0] == ("第一条", "包括：\n（一）甲；\n（二）乙。（2009年修正案删除）")


def test_labels_tight_in_a_line():
    assert clauses("第一条为了试验。第二条试验包括检验。第三条国家鼓励试验。") == [
        ("第一条", "为了试验。"),
        ("第二条", "试验包括检验。"),
        ("第三条", "国家鼓励试验。"),
    ]
    # A citation in a line is none, nor one whose clause comes later.
    assert (
        clauses("第一条　甲。第二条规定的除外。\n第二条　乙。\n第三条　丙。")[0][1]
        == "甲。第二条规定的除外。"
    )
    assert clauses("第一条　甲。第二条情形除外。\n第二条　乙。")[0][1] == "甲。第二条情形除外。"


@pytest.mark.parametrize(
    "text",
    [
        "第一章 总则 第一条 甲。第二条 乙。\n第二章 附则 第三条 丙。",
        "第一章 总则\n第一条 甲。\n第二条　乙。第二章　附则\n第三条 丙。",
        "某法第一章　总则第一条　甲。第二条　乙。第二章　附则第三条　丙。",
        "某法 第一章 总则 第一条 甲。 第二条 乙。 第二章 附则 第三条 丙。",
        "第一章\n总则\n第一条 甲。\n第二条 乙。\n第二章\n附则\n第三条 丙。",
        "第一章：总则\n第一条 甲。\n第二条 乙。\n【第二章　附则】\n第三条 丙。",
        "第一章----总则\n第一条 甲。\n第二条 乙。\n第二章——附则\n第三条 丙。",
        "第一章　总则。\n第一条 甲。\n第二条 乙。\n第二章、附则\n第三条 丙。",
        "目录\n第一章 总则……1\n第二章 附则……2\n正文\n第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 附则\n第三条 丙。",
    ],
)
def test_headings_in_every_dress(text):
    assert names(text) == ["第一章 总则", "第二章 附则"]
    assert clauses(text) == [("第一条", "甲。"), ("第二条", "乙。"), ("第三条", "丙。")]


def test_headings_of_two_ranks_before_one_clause_on_a_line():
    text = (
        "某法 第一编 总则 第一章 甲 第一条 一。 第二编 分则 第一章 乙 第二条 二。附则 第三条 三。"
    )
    assert names(text) == ["第一编 总则", "第一章 甲", "第二编 分则", "第一章 乙", "附则"]


def test_half_width_marks_of_a_printed_page():
    text = "第一条 为了规范使用,增强公民的国家观念,\n制定本法。\n第二条 应当升挂:\n (一)北京天安门广场、\n新华门;\n (二)外交部。"
    assert [words for _, words in clauses(text)] == [
        "为了规范使用,增强公民的国家观念,制定本法。",
        "应当升挂:\n(一)北京天安门广场、新华门;\n(二)外交部。",
    ]


def test_a_branch_of_a_chapter_and_a_part_without_number():
    text = (
        "总则编\n第一章 甲\n第一条 一。\n第一章之一 乙\n第二条 二。\n物权编\n第一章 丙\n第三条 三。"
    )
    assert names(text) == ["总则编", "第一章 甲", "第一章之一 乙", "物权编", "第一章 丙"]


def test_a_chapter_that_a_sentence_cites_is_no_heading():
    text = "第一章 总则\n第一条 甲。\n第二条 除本法\n第三章 另有规定外，适用本法\n第三条 丙。"
    assert names(text) == ["第一章 总则"]
    # Between a full stop and the next clause nothing is cited.
    assert names("第一章总则\n第一条 甲。\n第二章规定与适用\n第二条 乙。")[1] == "第二章 规定与适用"


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (
            "第一条 甲。\n第二条 违反\n第三条 第一款的，处罚。\n第三条 丙。",
            "违反\n第三条 第一款的，处罚。",
        ),
        ("第一条 甲。\n第二条 依照\n第三条 规定处理。", "依照\n第三条 规定处理。"),
        ("第一条 甲。\n第二条 某法修改为：\n第三条 旧。\n第三条 丙。", "某法修改为：\n第三条 旧。"),
    ],
)
def test_a_clause_that_is_cited_or_quoted_at_the_beginning_of_a_line(text, second):
    assert clauses(text)[1][1] == second
    assert "是引用" in "".join(parse(text).warnings)


def test_a_list_of_those_who_make_up_an_organ_keeps_its_lines():
    law = "某会由下列人员组成：\n主任，\n副主任若干人，\n委员若干人。"
    assert clauses(f"第一条 {law}\n第二条 乙。")[0][1] == law


@pytest.mark.parametrize(
    "words", ["中华人民共和国公民", "文化主管部门", "约定不明", "和解", "所有权", "已经立案"]
)
def test_tight_clauses_that_begin_as_citations_go_on(words):
    law = f"{words}应当依法进行。"
    assert clauses(f"第一条{law}\n第二条{law}\n第三条{law}") == [
        (f"第{number}条", law) for number in "一二三"
    ]


def test_an_appendix_behind_the_last_clause_ends_the_numbers():
    found = parse(
        "第一条 甲。\n第二条 本法自公布之日起施行。\n附：某法有关条文\n第三条 旧。\n第四条 旧。"
    )
    assert [clause.number for clause in found.clauses] == [1, 2]
    assert found.appendix == ["附：某法有关条文", "第三条 旧。", "第四条 旧。"]
    # Before it nothing ends: an appendix may be named in the middle.
    assert len(parse("第一条 见附件。\n附件一：\n第二条 本法自公布之日起施行。").clauses) == 2


def test_the_title_and_history_of_a_second_statute_are_its_own():
    found = parse(
        "甲法\n第一条 甲的内容很多。\n第二条 乙的内容很多。\n乙法\n（2020年1月1日某会通过）\n第一条 旧。\n第二条 旧。"
    )
    assert found.clauses[-1].text == "乙的内容很多。"
    assert found.appendix[:2] == ["乙法", "（2020年1月1日某会通过）"]


def test_pages_and_their_heads():
    text = "第一条 甲。\n某某试验法\n— 1 —\n第二条 应当公开，\n某某试验法\n- 2 -\n依法进行。\n第 3 页 共 5 页\n4\n第三条 丙。"
    found = parse(text)
    assert [clause.text for clause in found.clauses] == ["甲。", "应当公开，依法进行。", "丙。"]
    assert found.warnings[0] == "页码和页眉不是条文，已移走：第 2、3、5、6、8、9 行"
    text = "某某试验法\n第一条 甲，\n某某试验法 1\n乙。\n2 某某试验法\n第二条 丙。"
    assert [words for _, words in clauses(text)] == ["甲，乙。", "丙。"]
    # Numbers in the cells of a table are law.
    assert clauses("第一条 税率：\n1\n2\n3")[0][1] == "税率：\n1\n2\n3"


@pytest.mark.parametrize(
    "tail",
    [
        "【关闭】 【打印】\n上一篇：某某\n下一篇：某某",
        "分享到：微信 微博\n字号：大 中 小\n浏览次数：1234",
        "版权所有：某网\n京ICP备05000000号\n地址某处。",
        "www.example.com",
        "(责编：某某、某某)",
        "Article 2 This Law is in force.",
        "（1994年7月5日某会通过　根据2018年12月29日某会《关于修改〈某法〉的决定》修正）",
    ],
)
def test_what_a_page_adds_is_no_law(tail):
    assert clauses(f"第一条 甲。\n第二条 乙。\n{tail}") == [("第一条", "甲。"), ("第二条", "乙。")]


CAPTIONED = [f"第{number}条" for number in "一二三四五六"]


@pytest.mark.parametrize(
    "shape",
    [
        "{0}〔目的{2}〕{1}",
        "{0} <目的{2}> {1}",
        "{0} 目的{2}  {1}",
        "{0}：目的{2}\n{1}",
        "目的{2}\n{0} {1}",
        "【目的{2}】{0} {1}",
    ],
)
def test_captions_of_publishers(shape):
    law = [f"条文{number}。" for number in "甲乙丙丁戊己"]
    text = "\n".join(
        shape.format(label, words, number)
        for label, words, number in zip(CAPTIONED, law, "甲乙丙丁戊己", strict=True)
    )
    found = parse(text)
    assert [clause.text for clause in found.clauses] == law
    assert found.warnings == ["条旨不是法律原文，已移走 6 处"]


def test_figures_in_brackets_are_no_caption_and_a_caption_may_break():
    assert (
        clauses("第一条 ［2020］年度的决算由国务院批准。")[0][1]
        == "［2020］年度的决算由国务院批准。"
    )
    assert clauses("第一条 【甲罪；乙罪；\n丙罪】公开。") == [("第一条", "公开。")]


def test_commentary_is_set_apart():
    found = parse(
        "第一条 甲。\n【释义】本条说明目的。\n说明还有一段。\n第二条 乙。\n【条文主旨】\n本条规定乙。\n第二章 附则\n第三条 丙。"
    )
    assert [clause.text for clause in found.clauses] == ["甲。", "乙。", "丙。"]
    assert found.warnings == ["释义、解读不是法律原文，已移走 4 段"]


def test_notes_are_told_from_law():
    law = "许可证应当载明：\n来源：产地和单位。\n编号：统一编号。"
    assert clauses(f"第一条 {law}\n第二条 乙。")[0][1] == law
    law = "试验包括以下内容。\n①甲；\n②乙。"
    assert clauses(f"第一条 {law}\n第二条 乙。")[0][1] == law
    assert parse("第一条 甲①的规定。\n①见某法。\n第二条 乙。").notes == ["①见某法。"]


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("违反本法第三条第", "（二）项规定的，处罚。"),
        ("违反本法第三条", "第二款规定的，处罚。"),
        ("违反本法第", "二条规定的，处罚。"),
        ("为了试验（2018年修正）", "和有关法律，制定本法。"),
        ("为了规范，", "制定本法。"),
        ("合格率应当达到", "3.5以上。"),
    ],
)
def test_sentences_broken_in_more_places(before, behind):
    assert clauses(f"第一条 {before}\n{behind}\n第二条 乙。")[0][1] == before + behind


def test_a_number_broken_from_its_item_or_clause():
    assert clauses("第一条 包括：\n（一）\n甲；\n（二）\n乙。\n第二\n条　丙。") == [
        ("第一条", "包括：\n（一）甲；\n（二）乙。"),
        ("第二条", "丙。"),
    ]


def test_entries_inside_a_quotation_are_the_quoted_laws():
    text = "一、将第一条修改为：“包括：\n一、甲；\n二、乙；\n三、丙。”\n二、删去第二条。\n三、删去第三条。"
    assert [clause.text for clause in parse(text).clauses] == [
        "将第一条修改为：“包括：\n一、甲；\n二、乙；\n三、丙。”",
        "删去第二条。",
        "删去第三条。",
    ]
    # One mark that never closes quotes nothing.
    assert len(parse("一、将“甲修改为乙。\n二、删去第二条。").clauses) == 2


def test_contents_of_a_text_in_entries():
    text = "目录\n一、关于甲\n二、关于乙\n会议认为，应当公开。\n一、关于甲\n1.甲一。\n二、关于乙\n2.乙二。"
    assert [clause.text for clause in parse(text).clauses] == [
        "关于甲\n1.甲一。",
        "关于乙\n2.乙二。",
    ]


def test_signs_that_cannot_be_read_are_reported():
    assert parse("第一条 面积〓以上。").warnings == ["第 1 行有读不出的符号，请对照原文补上"]
