import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from statutes import outline
from statutes.models import Heading
from statutes.numerals import clause_label, format_number
from statutes.outline import ClauseText, headings_of, is_deleted, paragraphs, parse


def read(text: str) -> list[tuple]:
    return [(clause.number, clause.branch, clause.text) for clause in parse(text).clauses]


def test_levels_are_those_of_the_model():
    levels = (outline.PART, outline.SUBPART, outline.CHAPTER, outline.SECTION)
    assert levels == tuple(Heading.Level.values)


def test_clauses_with_their_headings_and_lines():
    text = "第一编　总　　则\n第一章 一般规定\n第一条　为了试验。\n第二条　有下列情形的：\n（一）甲；\n（二）乙。\n第二款。\n第二章　附  则\n第三条 施行。"
    first, third = (outline.PART, "第一编 总则"), (outline.CHAPTER, "第二章 附则")
    assert parse(text).clauses == [
        ClauseText(1, 0, "为了试验。", (first, (outline.CHAPTER, "第一章 一般规定"))),
        ClauseText(
            2,
            0,
            "有下列情形的：\n（一）甲；\n（二）乙。\n第二款。",
            (first, (outline.CHAPTER, "第一章 一般规定")),
        ),
        ClauseText(3, 0, "施行。", (first, third)),
    ]


def test_contents_that_repeat_every_heading_are_left_out():
    text = "某法\n目　录\n第一章　总则\n第二章　附则\n第一章　总则\n第一条　甲。\n第二章　附则\n第二条　乙。"
    read = parse(text)
    assert headings_of(read.clauses) == [(3, "第一章 总则"), (3, "第二章 附则")]
    assert [line.text for line in read.front] == ["某法"]


def test_contents_without_their_word_and_first_entry_are_left_out_too():
    text = "二、回避\n三、附则\n为正确审理案件，制定本解释。\n一、管辖\n第一条 甲。\n二、回避\n第二条 乙。\n三、附则\n第三条 丙。"
    assert headings_of(parse(text).clauses) == [(3, "一、管辖"), (3, "二、回避"), (3, "三、附则")]


def test_a_part_without_number_stands_above_its_chapters():
    text = "目录\n总则\n第一章 甲\n附则\n总则\n第一章 甲\n第一条 一。\n附则\n第二条 二。"
    assert headings_of(parse(text).clauses) == [(1, "总则"), (3, "第一章 甲"), (1, "附则")]


def test_a_line_that_begins_with_a_citation_is_no_clause():
    text = "第一条 甲。\n第二条 人民法院应当依据《中华人民共和国合同法》\n第五十二条 以及本规定之规定认定。\n第三条 丙。"
    found = parse(text)
    assert read(text)[1] == (
        2,
        0,
        "人民法院应当依据《中华人民共和国合同法》第五十二条以及本规定之规定认定。",
    )
    assert len(found.clauses) == 3
    assert found.warnings == [
        "第 3 行以“第五十二条”开头，是引用，不是新的一条",
        "句中断行已接上：第 3 行",
    ]


def test_a_citation_of_the_next_number_is_no_clause_where_the_clause_itself_comes_later():
    text = "第一条 甲，适用\n第二条规定的除外。\n第二条 乙。\n第三条 丙。"
    assert read(text) == [(1, 0, "甲，适用\n第二条规定的除外。"), (2, 0, "乙。"), (3, 0, "丙。")]


def test_two_clauses_on_one_line():
    assert read("第一条　甲。第二条　乙。\n第三条　丙。") == [
        (1, 0, "甲。"),
        (2, 0, "乙。"),
        (3, 0, "丙。"),
    ]


def test_a_number_alone_on_its_line():
    assert read("第一条\n甲。\n第二条\n乙。") == [(1, 0, "甲。"), (2, 0, "乙。")]


def test_branches_up_to_eleven():
    numbers = "一二三四五六七八九十"
    names = [f"第十条之{n}" for n in [*numbers, "十一"]]
    text = "\n".join(
        ["第九条 一。", "第十条 甲。", *(f"{name} 乙。" for name in names), "第十一条 丙。"]
    )
    assert [(n, b) for n, b, _ in read(text)] == [(9, 0), *((10, b) for b in range(12)), (11, 0)]


def test_a_deleted_clause_keeps_its_number():
    assert read("第一条 甲。\n第二条 （删去）\n第三条 丙。")[1] == (2, 0, "（删去）")
    assert [is_deleted(text) for text in ("（删去）", "删除。", "（已删除）", "删除数据的。")] == [
        True,
        True,
        True,
        False,
    ]


def test_gaps_repeats_and_a_torn_end_are_reported():
    assert parse("第一条 甲。\n第三条 乙。\n第三条 丙。\n第四条 丁").warnings == [
        "第 2 行：缺第二条",
        "第 3 行：第三条重复或倒退，按上一条的文字保留",
        "第 4 行：第四条末尾没有句号，可能不完整：…丁",
    ]


def test_captions_and_remarks_are_no_law():
    text = "第一条　【目的】为了甲。\n第二条　【定义】乙。（刑法修正案九已删除）\n第三条　丙。\n责任编辑： 某某"
    found = parse(text)
    assert read(text) == [(1, 0, "为了甲。"), (2, 0, "（删去）"), (3, 0, "丙。")]
    assert (
        found.notes
        == ["【目的】", "责任编辑： 某某", "【定义】", "第二条：乙。（刑法修正案九已删除）"]
        or len(found.notes) == 4
    )
    assert len(found.warnings) == 3


NUMBERED = [f"第{format_number(n)}条" for n in range(1, 7)]


@pytest.mark.parametrize(
    "shape", ["{0}（说明{2}）\n{1}", "{0} （说明{2}）{1}", "{0} 立法目的\n{1}"]
)
def test_captions_in_front_of_most_clauses_are_no_law(shape):
    law = ["（一）项以外的，不适用。" if n == 3 else f"条文{n}。" for n in range(6)]
    text = "\n".join(
        shape.format(label, words, n)
        for n, (label, words) in enumerate(zip(NUMBERED, law, strict=True))
    )
    found = parse(text)
    assert [clause.text for clause in found.clauses] == law
    assert found.warnings == ["条旨不是法律原文，已移走 6 处"]
    assert len(found.notes) == 6


def test_brackets_and_broken_lines_are_no_captions():
    law = [
        "（删去）" if n < 4 else "（本款所称单位）应当在三十日内\n作出答复，并且书面通知申请人。"
        for n in range(6)
    ]
    text = "\n".join(f"{label} {words}" for label, words in zip(NUMBERED, law, strict=True))
    assert "".join(clause.text for clause in parse(text).clauses) == "".join(law).replace("\n", "")
    # Where lines break at a width, a first line is no caption.
    text = "\n".join(
        f"{label} 人民法院应当依照本规定受理\n当事人的起诉并且及时告知\n对方当事人。"
        for label in NUMBERED
    )
    assert {clause.text for clause in parse(text).clauses} == {
        "人民法院应当依照本规定受理当事人的起诉并且及时告知对方当事人。"
    }


@pytest.mark.parametrize("title", ["所有权", "和解", "中介合同", "规划与管控"])
def test_a_heading_may_begin_with_what_a_citation_goes_on_with(title):
    found = parse(f"第一章总则\n第一条 甲。\n第二章{title}\n第二条 乙。")
    assert found.clauses[1].headings == ((3, f"第二章 {title}"),)


@pytest.mark.parametrize("rest", ["的规定处理", "规定的程序", "所列情形", "和第三章的规定"])
def test_a_line_that_begins_with_a_cited_chapter_is_no_heading(rest):
    found = parse(f"第一条 依照\n第二章{rest}\n第二条 乙。")
    assert found.clauses[1].headings == ()


def test_what_stands_below_the_last_clause_is_set_apart():
    found = parse("第一条 甲。\n第二条 乙。\n网站 >> 【首页】\n某网编辑")
    assert found.clauses[-1].text == "乙。"
    assert found.appendix == ["网站 >> 【首页】", "某网编辑"]
    assert found.warnings == [
        "第 3、4 行在最后一条之后，不像条文，已移到正文之后：网站 >> 【首页】"
    ]
    # A list of the clause's own is its text; a sentence torn off is reported, not moved.
    assert read("第一条 由下列人员组成：\n院长\n审判员") == [
        (1, 0, "由下列人员组成：\n院长\n审判员")
    ]
    torn = parse("第一条 甲。\n人民法院应当在收到之日起十日内，通知当事人")
    assert torn.clauses[0].text.endswith("通知当事人")
    assert "可能不完整" in torn.warnings[0]


def test_a_mark_between_number_and_words_is_no_law():
    assert read("第一条、甲。\n第二条．乙。\n第三条：丙。") == [
        (1, 0, "甲。"),
        (2, 0, "乙。"),
        (3, 0, "丙。"),
    ]


def test_a_drawn_box_with_a_remark_is_taken_out_of_its_line():
    text = "第一条 无效：（一）甲；\n┌────┐│（二）乙；│（2009年8月27日删除）└────┘（三）丙。\n第二条 丁。"
    assert read(text)[0] == (1, 0, "无效：\n（一）甲；（三）丙。")


def test_items_run_together_come_on_lines_of_their_own():
    assert read("第一条 条件：（一）甲；（二）乙。")[0][2] == "条件：\n（一）甲；\n（二）乙。"


def test_an_appendix_is_no_part_of_the_last_clause():
    found = parse("第一条 甲。\n第二条 乙。\n附件一\n1．某决定")
    assert (read("第一条 甲。\n第二条 乙。\n附件一\n1．某决定")[1][2], found.appendix) == (
        "乙。",
        ["附件一", "1．某决定"],
    )


def test_entries_of_an_amendment_are_its_clauses():
    text = "某法修正案\n一、将第一条修改为：“第一条 甲。”\n二、增加一条：\n“第二条 乙。”\n本修正案自公布之日起施行。"
    found = parse(text)
    assert read(text) == [
        (1, 0, "将第一条修改为：“第一条 甲。”"),
        (2, 0, "增加一条：\n“第二条 乙。”"),
    ]
    assert found.appendix == ["本修正案自公布之日起施行。"]


def test_a_text_attached_behind_is_set_apart():
    text = "某法\n第一条 甲的内容。\n第二条 乙的内容。\n附：旧法\n第一条 旧。\n第二条 旧。"
    found = parse(text)
    assert [clause.text for clause in found.clauses] == ["甲的内容。", "乙的内容。"]
    assert found.appendix == ["附：旧法", "第一条 旧。", "第二条 旧。"]
    assert found.warnings == ["条号在第 5 行从第一条重新开始，只取第 2 行起的一份"]


def test_paragraphs_items_and_subitems():
    text = "第一款：\n（一）甲：\n1.子；\n2.丑；\n（二）乙。\n第二款。"
    first, second = paragraphs(text)
    assert (first.text, second.text, second.items) == ("第一款：", "第二款。", ())
    assert [(item.number, len(item.subitems)) for item in first.items] == [(1, 2), (2, 0)]


WORDS = st.text(alphabet="当事人应该依照约定履行义务，、（）“”《》", min_size=1, max_size=60).map(
    lambda words: f"甲{words}乙。"
)
LINES = st.lists(WORDS, min_size=1, max_size=4)


@given(st.lists(LINES, min_size=1, max_size=30), st.data())
@settings(max_examples=60, deadline=None)
def test_no_character_of_a_clause_is_lost(clauses, data):
    """Put together again, the clauses are the text less its headings."""
    rows, expected = [], []
    for number, lines in enumerate(clauses, start=1):
        if data.draw(st.booleans()):
            rows.append(f"第{format_number(number)}章　一般规定")
        label = clause_label(number)
        rows += [f"{label}　{lines[0]}", *lines[1:]]
        expected.append(label + "".join(lines))
    found = parse("\n".join(rows)).clauses
    words = [clause_label(c.number, c.branch) + c.text.replace("\n", "") for c in found]
    assert words == expected


FRAGMENTS = st.sampled_from(
    [
        "第",
        "一",
        "二",
        "十",
        "百",
        "千",
        "条",
        "之",
        "章",
        "编",
        "节",
        "、",
        "。",
        "：",
        "（",
        "）",
        "【",
        "】",
        "“",
        "”",
        "┌",
        "┐",
        "└",
        "┘",
        "│",
        "─",
        "#",
        "*",
        "附件",
        "目录",
        "序言",
        "总则",
        "附则",
        "（删去）",
        "\n",
        "\u3000",
        "\t",
        "注：",
        "1.",
        "①",
        "０",
        "9",
        "\x00",
    ]
)


@given(st.lists(FRAGMENTS, max_size=200).map("".join))
@example("第一条\n" * 3)
@example("第" * 500 + "条")
@settings(max_examples=300, deadline=None)
def test_no_text_crashes_the_outline(text):
    parse(text)
    for clause in parse(text).clauses:
        paragraphs(clause.text)


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_crashes_the_outline(text):
    parse(text)


def cpu(call, text: str) -> float:
    """Seconds, the least of three: a busy machine is no failure."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        call(text)
        taken.append(time.process_time() - start)
    return min(taken)


def test_hostile_input_is_read_in_linear_time():
    """Ten times the text may not take a hundred times as long: these would hang otherwise."""
    for rows in (
        "第一百条 甲。\n第九十条 乙。\n",
        "①注释文字。\n",
        "附件1：\n",
        "第二章有关的，\n",
    ):
        few, many = (cpu(parse, "第一条 甲。\n" + rows * n) for n in (1_000, 10_000))
        assert many < few * 40, rows
    parse("第" * 200_000)
    parse(("（" * 5_000 + "\n") * 20)
    parse("条件：" + "（一）甲；" * 20_000)
