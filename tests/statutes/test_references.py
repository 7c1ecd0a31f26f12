import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statutes.names import Names
from statutes.references import find_references as found

NAMES = Names(["民法典", "刑法", "公司法", "合同法", "婚姻法", "民间借贷规定", "彩礼规定"])


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
    ],
)
def test_a_version_named_in_the_text_is_noted(text, selector):
    assert [r.selector for r in find_references(text)] == [selector]


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
    ],
)
def test_hostile_input_takes_time_in_proportion(piece):
    def cost(length):
        text = "《民法典》第577条" + piece * length
        start = time.process_time()
        find_references(text)
        return time.process_time() - start

    cost(100)
    assert cost(20_000) < 40 * max(cost(2_000), 0.002)
