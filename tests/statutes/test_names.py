import pytest

from statutes.names import Names, names_of

CODE = "中华人民共和国民法典"


@pytest.mark.parametrize(
    ("title", "names"),
    [
        (CODE, {"民法典"}),
        ("中华人民共和国民事诉讼法", {"民事诉讼法", "民诉法"}),
        (
            "最高人民法院关于适用〈中华人民共和国民法典〉婚姻家庭编的解释（一）",
            {
                "最高人民法院关于适用<民法典>婚姻家庭编的解释(一)",
                "最高人民法院关于适用民法典婚姻家庭编的解释(一)",
                "最高人民法院关于适用婚姻家庭编的解释(一)",  # its inner marks swallowed by HTML
                "民法典婚姻家庭编解释(一)",
                "民法典婚姻家庭编解释一",
                "婚姻家庭编解释1",
                "婚姻家庭编司法解释(一)",
                "婚姻家庭编解释",
            },
        ),
        (
            "最高人民法院关于适用《中华人民共和国公司法》若干问题的规定（三）",
            {"公司法规定(三)", "公司法司法解释三"},
        ),
        (
            "最高人民法院关于适用〈中华人民共和国民法典〉有关担保制度的解释",
            {"民法典担保制度解释", "担保制度解释", "担保解释", "担保制度司法解释"},
        ),
        (
            "最高人民法院关于适用〈中华人民共和国民法典〉合同编通则若干问题的解释",
            {"合同编通则解释", "民法典合同编通则解释", "合同通则解释"},
        ),
        (
            "最高人民法院关于审理民间借贷案件适用法律若干问题的规定",
            {"民间借贷规定", "民间借贷司法解释"},
        ),
        (
            "最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释（一）",
            {"建设工程施工合同解释(一)", "建设工程解释一", "建工解释一", "建工司法解释(一)"},
        ),
        (
            "最高人民法院关于审理人身损害赔偿案件适用法律若干问题的解释",
            {"人身损害赔偿解释", "人损解释", "人身损害赔偿司法解释"},
        ),
    ],
)
def test_what_a_title_gives_as_names(title, names):
    assert names <= set(names_of(title)), sorted(names_of(title))


@pytest.mark.parametrize(
    "title",
    [
        "最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释",
        "最高人民法院关于审理民事案件适用诉讼时效制度若干问题的规定",
        CODE,
        "中华人民共和国合同法",
    ],
)
def test_no_name_is_so_short_that_it_means_something_else(title):
    too_short = {"买卖解释", "民解释", "民事规定", "合同解释", "民法", "合同", "解释", "规定"}
    assert not too_short & set(names_of(title))


def test_the_longest_name_that_ends_there_wins():
    names = Names(["合同法", "劳动合同法", "民法典", "民法典合同编通则解释", "合同编通则解释"])
    text = "依照劳动合同法"
    assert names.before(text, len(text)) == 2
    text = "按民法典合同编通则解释"
    assert names.before(text, len(text)) == 1
    assert names.before("依照", 2) is None
    assert "民法典" in names
    assert len(names) == 5


@pytest.mark.parametrize(
    ("key", "may"),
    [("合同法", True), ("合同法解释二", True), ("民法典", False), ("刑法", False)],
)
def test_which_names_may_be_the_tail_of_another_law_s(key, may):
    """合同法 of 劳动合同法, whether or not the library holds that one."""
    assert Names(["合同法", "民法典", "刑法"]).may_go_on(key) is may
