import time

import pytest

from statutes.quotations import ABSENT, ALTERED, EXACT, PUNCTUATION, compare, quotation_after

CLAUSE = "第一款的文字，共一句。\n第二款列举如下：\n（一）甲项；\n（二）乙项。"


@pytest.mark.parametrize(
    "quoted",
    [
        CLAUSE,
        "第一款的文字，共一句。",
        "第二款列举如下：（一）甲项；（二）乙项。",
        "第一款的文字,共一句。",  # width
        "（一） 甲项；",
    ],
)
def test_whole_lines_are_an_exact_quotation(quoted):
    assert compare(quoted, CLAUSE).verdict == EXACT


def test_other_punctuation_is_told_from_other_words():
    assert compare("第一款的文字共一句", CLAUSE).verdict == PUNCTUATION


def test_other_words_come_with_their_differences():
    text = "对借款期限没有约定的，依据本法第五百一十条的规定仍不能确定的，借款人可以随时返还。"
    comparison = compare(text.replace("依据", "依照"), text)
    assert (comparison.verdict, comparison.diff) == (ALTERED, (("replace", "据", "照"),))


def test_a_paraphrase_is_no_quotation():
    text = "原告仅依据金融机构的转账凭证提起诉讼，被告抗辩转账系偿还双方之前借款的，应当举证。"
    said = "只有转账凭证的，被告说是还以前的借款，要拿出证据；原告再证明借款关系成立。"
    assert compare(said, text).verdict == ABSENT
    assert compare("欠钱就应当还，天经地义。", CLAUSE) == compare("", CLAUSE)
    assert compare("", CLAUSE).verdict == ABSENT


def test_a_long_clause_quoted_with_a_slip_is_compared_in_no_time():
    clause = "\n".join(f"（{n}）第{n}类物质的税额为每千克{n * 7}元；" for n in range(150))
    start = time.process_time()
    assert compare(clause.replace("第77类", "第78类"), clause).verdict == ALTERED
    assert time.process_time() - start < 5  # difflib over all runs took minutes


@pytest.mark.parametrize(
    ("text", "quotation"),
    [
        ("《甲法》第一条规定：“原文。”", "原文。"),
        ("《甲法》第一条的规定，“原文。”后面是别的话", "原文。"),
        ("《甲法》第一条:\n原文到段落结束。", "原文到段落结束。"),
        ("《甲法》第一条（现为乙法）：\n原文。", "原文。"),
        ("《甲法》第一条规定了违约责任。", ""),
        ("《甲法》第一条规定：“原文。”只写了“担保人”三字的，是“一般保证”。", "原文。"),
        ("《甲法》第一条规定：“称“人”者，包括法人。”", "称“人”者，包括法人。"),
        ("《甲法》第一条", ""),
    ],
)
def test_the_words_that_a_reference_introduces(text, quotation):
    assert quotation_after(text, text.index("条") + 1) == quotation
