import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statutes.names import Names
from statutes.references import find_references as found

KNOWN = "民法典 刑法 公司法 合同法 婚姻法 民间借贷规定 彩礼规定 民事诉讼法 民诉法 食品安全法 担保制度解释"
KNOWN += " 民法典担保制度解释"
NAMES = Names(KNOWN.split())


def find_references(text):
    return [reference for reference in found(text, NAMES) if reference.number is not None]


def seen(text):
    return [(r.title, r.number, r.branch, r.paragraph, r.item) for r in find_references(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "依《中华人民共和国民法典》第六百七十五条",
            [("中华人民共和国民法典", 675, 0, None, None)],
        ),
        ("《民法典》第675条", [("民法典", 675, 0, None, None)]),
        ("《民法典》第６７５条", [("民法典", 675, 0, None, None)]),
        ("《民法典》第 675 条", [("民法典", 675, 0, None, None)]),
        (
            "《民法典》第一千零七十九条第三款第（二）项",
            [("民法典", 1079, 0, 3, 2)],
        ),
        ("《刑法》第一百三十三条之一", [("刑法", 133, 1, None, None)]),
        (
            "《民法典》第577条、第584条和第585条",
            [("民法典", n, 0, None, None) for n in (577, 584, 585)],
        ),
        (
            "《公司法》（2023修订）第十五条",
            [("公司法", 15, 0, None, None)],
        ),
        (
            "《最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）》第五条",
            [
                (
                    "最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）",
                    5,
                    0,
                    None,
                    None,
                )
            ],
        ),
        (
            "《最高人民法院关于适用《民法典》时间效力的若干规定》第一条",
            [("最高人民法院关于适用《民法典》时间效力的若干规定", 1, 0, None, None)],
        ),
        # Not the law, or not a clause.
        ("《安置协议》第六条", []),
        ("《民法典》施行以来，第三人可以主张", []),
        ("德国《民法典》第823条", []),
        ("《民法典》第一条之一般规定", [("民法典", 1, 0, None, None)]),
        ("《民法典》第百十条", []),
        ("《民法典", []),
        ("香港《公司法》第16条", []),
        ("俄罗斯联邦《民法典》第一条", []),
        ("意大利共和国《民法典》第一条", []),
        ("《民法典》（德国）第823条", []),
        ("民国时期的《民法典》第一条", []),
        ("《民法典》（草案）第一条", []),
        ("《公司法》（修订草案）第五十四条", []),
        ("某公司《彩礼规定》第五条", []),
        ("《民法典》第十条款", []),
        ("《公司法》第十条件", []),
        ("中华人民共和国《刑法》第五条", [("刑法", 5, 0, None, None)]),
        ("我国《民法典》第一条", [("民法典", 1, 0, None, None)]),
        ("适用于公司《公司法》第十五条", [("公司法", 15, 0, None, None)]),
        ("第五条规定", []),
    ],
)
def test_what_is_seen(text, expected):
    assert seen(text) == expected


def test_spans_are_the_words_themselves():
    text = "依《民法典》第577条、第584条。"
    assert [(text[r.start : r.end], r.exact) for r in find_references(text)] == [
        ("《民法典》第577条", "《民法典》第577条"),
        ("第584条", "第584条"),
    ]


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("2018年《公司法》第十六条", "2018"),
        ("《公司法》（2018修正）第十六条", "2018"),
        ("原《合同法》第一百零七条", "old"),
        ("《合同法》第一百零七条", ""),
        ("2005年修订的《公司法》第16条", "2005"),
        ("（2013年修正）《公司法》第十六条", "2013"),
        ("依2020年12月29日第二次修正的《民间借贷规定》第二十九条", "2020第二次"),
        ("《婚姻法》（1980年）第四十一条", "1980"),
        ("《婚姻法》（1950年5月1日施行）第十九条", "1950-5"),
        ("《民间借贷规定》（2020年第一次修正）第二十九条", "2020第一次"),
        ("《民间借贷规定》（法释〔2015〕18号）第二十九条", "法释[2015]18号"),
        ("《民间借贷规定》第二十九条（2015年）", "2015"),
        ("《合同法》第一百零七条（现为民法典整合）", ""),
        ("2017年修订前的《公司法》第十六条", "before 2017"),
        ("2021年1月1日之前的《民间借贷规定》第二十九条", "old"),
        ("79年刑法第五十九条", "1979"),
        ("05公司法第二十条", "2005"),
        ("2023年12月31日公司法第二十条", "2023-12"),
        ("公司法原第十六条", "old"),
        ("《公司法》原第十六条", "old"),
        ("中原公司法第十六条", ""),
    ],
)
def test_a_version_named_in_the_text_is_noted(text, selector):
    assert [r.selector for r in find_references(text)] == [selector]


def cited(text):
    return [(r.title, r.number) for r in find_references(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Without 《》, and what only looks like a name.
        ("依照刑法第二百六十四条定罪", [("刑法", 264)]),
        ("民法典675条", [("民法典", 675)]),
        ("《民法典》675条", [("民法典", 675)]),
        ("民法典§188", [("民法典", 188)]),
        ("民§509", [("民法典", 509)]),
        ("全民§4", []),
        ("劳动合同法第三十九条", [("劳动合同法", 39)]),
        ("依据民法典合同编第五百零九条", [("民法典", 509)]),
        ("《民法典》总则编第一百四十三条", [("民法典", 143)]),
        ("德国民法典第823条", []),
        ("加州民法典§1798", []),
        ("台湾“民法”第184条", []),
        ("《合同》第五条、公司章程第三条", []),
        ("《保险合同》第七条第一款", []),
        ("第二审法院认为第三人无异议", []),
        ("买房前先看三点。第一条建议：查抵押。第二条建议：看户口。", []),
        ("《民法典》第二编第三章", []),
        ("《刑法》第二章", []),
        ("《民法典·合同编》第五百零九条", [("民法典", 509)]),
        ("《民法典合同编》第509条、《民法典 合同编》第510条", [("民法典", 509), ("民法典", 510)]),
        ("《民法典》（合同编）第509条", [("民法典", 509)]),
        # Names that the text defines for itself.
        (
            "《中华人民共和国民事诉讼法》（以下简称《民诉法》）第一百二十二条，《民诉法》第十条",
            [("中华人民共和国民事诉讼法", 122), ("中华人民共和国民事诉讼法", 10)],
        ),
        ("《某市物业管理条例》（以下简称《条例》）施行。《条例》第九条", [("某市物业管理条例", 9)]),
        ("中华人民共和国公司法（下称“公司法”）第十五条", [("公司法", 15)]),
        ("《借款合同》（以下简称《合同》）第三条，《合同》第五条", []),
        ("某公司（以下简称公司法务）第三条", []),
        # What goes on with the law named before, and where that ends.
        ("《民法典》规定了定金（第586条）。", [("民法典", 586)]),
        ("《刑法》第二十条规定正当防卫，第二十一条规定紧急避险。", [("刑法", 20), ("刑法", 21)]),
        ("《刑法》第二十条。\n第二十一条另有规定。", [("刑法", 20)]),
        ("《刑法》第二十条；《安置协议》第六条、第七条。", [("刑法", 20)]),
        ("《A法》、《公司法》第五条", [("公司法", 5)]),
        ("《公司法》第二十条。依照该法第二十一条", [("公司法", 20), ("公司法", 21)]),
        ("《公司法》规定如下。同法第二十一条", [("公司法", 21)]),
        ("合同法第五十二条", [("合同法", 52)]),
        ("《公司法》第十五条的担保，该条款无效，该条件未成就", [("公司法", 15)]),
        # A contract's numbers, a treaty's and a foreign code's beside a law's.
        ("《民法典》第五百七十七条。合同约定：第三条违约金为10%，第四条管辖。", [("民法典", 577)]),
        ("《公司法》第二十一条、章程第三十条、股东协议第五条", [("公司法", 21)]),
        ("《民法典》未禁止。物业公司《服务合同》第八条应无效，依据是第四百九十七条。", []),
        ("日本民法典第709条和我国民法典第1165条相似，第710条规定慰抚金。", [("民法典", 1165)]),
        (
            "《某某公约》第三十五条与《民法典》第615条类似，但第三十九条的期间不同。",
            [("民法典", 615)],
        ),
        ("根据1941年巴西刑法典第48条的规定。西班牙1944年刑法典第9条第9项。", []),
        ("根据《民法典》及其司法解释第三十二条", []),
        ("《民法典》（二审稿）第五条、《民法典侵权责任编》二审稿第九百五十四条之一", []),
        # The title before an interpretation's name belongs to it.
        ("《民法典》担保制度解释第七条", [("民法典担保制度解释", 7)]),
        ("《公司法》担保制度解释第七条", []),
        ("公司法担保制度解释第七条", []),
        ("依照担保制度解释第七条", [("担保制度解释", 7)]),
        # Quotations: 本法 is the quoted clause's, and its numbers don't go on outside.
        (
            "《民法典》第六百七十五条规定：“依据本法第五百一十条的规定仍不能确定的”。",
            [("民法典", 675), ("民法典", 510)],
        ),
        ("本法第五百一十条如何理解", []),
        (
            "《民法典》第一千零四十二条（一）借婚姻索取财物",
            [("民法典", 1042)],
        ),
        # Titles by their shape alone.
        ("《某省消费者保护条例》第八条", [("某省消费者保护条例", 8)]),
        ("《法律适用》2021年第3期", []),
        ("《合同法学》第三条", []),
        (
            "《最高人民法院关于适用〈民法典〉合同编通则若干问题的解释》第十条",
            [("最高人民法院关于适用〈民法典〉合同编通则若干问题的解释", 10)],
        ),
        (
            "《最高人民法院关于适用<民法典>时间效力的规定》第一条",
            [("最高人民法院关于适用<民法典>时间效力的规定", 1)],
        ),
        ("《刑法修正案（十二）》第三条", [("刑法修正案（十二）", 3)]),
    ],
)
def test_which_law_a_number_belongs_to(text, expected):
    known = [(title, number) for title, number in cited(text) if title]
    assert known == expected


def test_what_bears_no_name_of_its_own_says_so():
    first, second = find_references("《公司法》第二十条、第二十一条")
    assert (first.is_inherited, second.is_inherited) == (False, True)
    first, second = find_references("《公司法》第二十条。该法第二十一条")
    assert (second.is_inherited, second.written) == (False, "该法")


def test_a_range_tells_where_its_other_end_stands():
    text = "《民法典》第577条、第579条至第582条"
    _, span = find_references(text)
    assert (span.number, span.number_end, span.branch_end) == (579, 582, 0)
    assert text[span.second : span.end] == "第582条"


@pytest.mark.parametrize(
    "text",
    [
        "《民法典》第\u200b675条",
        "《民法典》第67\u00ad5条",
        "《民法典》第<b>675</b>条",
        "《民法\ufeff典》第675条",
        "《民法典》第\n675条",
        "《民法典》第\u3000675\u00a0条",
    ],
)
def test_what_cuts_a_number_in_two_hides_nothing_and_is_part_of_the_span(text):
    (reference,) = find_references("依" + text + "。")
    assert (reference.title.replace("\ufeff", ""), reference.number) == ("民法典", 675)
    assert reference.exact == text
    assert reference.start == 1


def test_a_title_alone_is_a_reference_without_a_number():
    (reference,) = found("依据《民法典》的规定", NAMES)
    assert (reference.title, reference.number, reference.exact) == ("民法典", None, "《民法典》")
    assert found("《红楼梦》和《借款合同》", NAMES) == []


def test_old_and_new_numbers_side_by_side_are_of_two_texts():
    for text in ("《公司法》原第十六条现为第十五条", "《公司法》（旧法第十六条，新法第十五条）"):
        old, new = find_references(text)
        assert (old.number, old.selector) == (16, "old"), text
        assert (new.number, new.selector) in ((15, ""), (15, "new")), text


@given(st.text(alphabet="《》〈〉第条款项之一二百千0１（）、和 \n民法典", max_size=300))
def test_no_text_breaks_the_recogniser_and_spans_stay_inside(text):
    for reference in find_references(text):
        assert text[reference.start : reference.end] == reference.exact


@pytest.mark.parametrize(
    "piece",
    [
        "《",
        "第",
        "《民法典》第",
        "《民法典》第1条、",
        "（",
        "《民法典》第1条 ",
        " ",
        "《民法典》（",
        "9",
        "第9",
        "九",
        "以下简称《",
        "“",
        "”",
        "同法",
        "条",
        "、第1条",
        "该法第1条",
        "第1条至",
        "（以下简称《民法典》）",
        "\n",
        "1条\n",
        "民法典",
        "[",
        "）",
        "<b>",
        "\u200b",
    ],
)
def test_hostile_input_takes_time_in_proportion(piece):
    def cost(length):
        text, taken = "《民法典》第577条" + piece * length, []
        for _ in range(3):  # a busy machine is no failure
            start = time.process_time()
            find_references(text)
            taken.append(time.process_time() - start)
        return min(taken)

    cost(100)
    assert cost(20_000) < 40 * max(cost(2_000), 0.002)
