import time

import pytest

from statutes.quotations import (
    ABSENT,
    ALTERED,
    EXACT,
    PARTIAL,
    PUNCTUATION,
    QuotedIn,
    compare,
    differences,
    restoration,
)

BREACH = (  # 民法典 577, 合同法 107
    "当事人一方不履行合同义务或者履行合同义务不符合约定的，应当承担继续履行、采取补救措施或者赔偿损失"
    "等违约责任。"
)
LOAN = (  # 民法典 675
    "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，依据本法第五百一十条的规定仍"
    "不能确定的，借款人可以随时返还；贷款人可以催告借款人在合理期限内返还。"
)
LIMITATION = (  # 民法典 188
    "向人民法院请求保护民事权利的诉讼时效期间为三年。法律另有规定的，依照其规定。\n"
    "诉讼时效期间自权利人知道或者应当知道权利受到损害以及义务人之日起计算。法律另有规定的，依照其规定。"
    "但是，自权利受到损害之日起超过二十年的，人民法院不予保护，有特殊情况的，人民法院可以根据权利人的"
    "申请决定延长。"
)
RESCISSION = (  # 民法典 563
    "有下列情形之一的，当事人可以解除合同：\n"
    "（一）因不可抗力致使不能实现合同目的；\n"
    "（二）在履行期限届满前，当事人一方明确表示或者以自己的行为表明不履行主要债务；\n"
    "（三）当事人一方迟延履行主要债务，经催告后在合理期限内仍未履行；\n"
    "（四）当事人一方迟延履行债务或者有其他违约行为致使不能实现合同目的；\n"
    "（五）法律规定的其他情形。\n"
    "以持续履行的债务为内容的不定期合同，当事人可以随时解除合同，但是应当在合理期限之前通知对方。"
)
MISTAKE = "基于重大误解实施的民事法律行为，行为人有权请求人民法院或者仲裁机构予以撤销。"  # 147
VOID = (  # 合同法 52
    "有下列情形之一的，合同无效：\n"
    "（一）一方以欺诈、胁迫的手段订立合同，损害国家利益；\n"
    "（二）恶意串通，损害国家、集体或者第三人利益；\n"
    "（三）以合法形式掩盖非法目的；\n"
    "（四）损害社会公共利益；\n"
    "（五）违反法律、行政法规的强制性规定。"
)
SHARES = (  # 公司法（2023修订）88, 第一款
    "股东转让已认缴出资但未届出资期限的股权的，由受让人承担缴纳该出资的义务；受让人未按期足额缴纳出资的，"
    "转让人对受让人未按期缴纳的出资承担补充责任。"
)
THEFT = (  # 刑法 264
    "盗窃公私财物，数额较大的，或者多次盗窃、入户盗窃、携带凶器盗窃、扒窃的，处三年以下有期徒刑、拘役或者"
    "管制，并处或者单处罚金；数额巨大或者有其他严重情节的，处三年以上十年以下有期徒刑，并处罚金；数额特别"
    "巨大或者有其他特别严重情节的，处十年以上有期徒刑或者无期徒刑，并处罚金或者没收财产。"
)
DRIVING = (  # 刑法 133之一, 第一款
    "在道路上驾驶机动车，有下列情形之一的，处拘役，并处罚金：\n"
    "（一）追逐竞驶，情节恶劣的；\n"
    "（二）醉酒驾驶机动车的；\n"
    "（三）从事校车业务或者旅客运输，严重超过额定乘员载客，或者严重超过规定时速行驶的；\n"
    "（四）违反危险化学品安全管理规定运输危险化学品，危及公共安全的。"
)
INTEREST = (  # 民间借贷规定（2015）29
    "借贷双方对逾期利率有约定的，从其约定，但以不超过年利率24%为限。\n"
    "未约定逾期利率或者约定不明的，人民法院可以区分不同情况处理："
)
INJURY = (  # 工伤保险条例 15
    "职工有下列情形之一的，视同工伤：\n"
    "（一）在工作时间和工作岗位，突发疾病死亡或者在48小时之内经抢救无效死亡的；\n"
    "（二）在抢险救灾等维护国家利益、公共利益活动中受到伤害的；"
)
REMARK = "本案中，被告至今没有付款，这意味着原告可以要求其继续履行。"


@pytest.mark.parametrize(
    ("quoted", "clause"),
    [
        pytest.param(BREACH, BREACH, id="whole clause"),
        pytest.param(BREACH.replace("，", ","), BREACH, id="width"),
        pytest.param(f" {BREACH} ".replace("，", "，  "), BREACH, id="spaces"),
        pytest.param(f"“{BREACH[:-1]}”", BREACH, id="full stop outside the marks"),
        pytest.param(f"第五百七十七条　{BREACH}", BREACH, id="with its label"),
        pytest.param(f"第577条 【违约责任】{BREACH}", BREACH, id="with its label and heading"),
        pytest.param(LIMITATION.split("\n")[0], LIMITATION, id="first 款"),
        pytest.param(LIMITATION.split("\n")[1], LIMITATION, id="last 款"),
        pytest.param(LOAN.split("。")[0] + "。", LOAN, id="first sentence"),
        pytest.param(
            "“贷款人可以催告借款人在合理期限内返还。”", LOAN, id="what stands behind a semicolon"
        ),
        pytest.param(RESCISSION.replace("\n", ""), RESCISSION, id="on one line"),
        pytest.param("（三）以合法形式掩盖非法目的；", VOID, id="one 项"),
        pytest.param("以合法形式掩盖非法目的", VOID, id="one 项 without its mark"),
        pytest.param(
            "“有下列情形之一的，合同无效：……（五）违反法律、行政法规的强制性规定。”",
            VOID,
            id="项 left out with dots",
        ),
        pytest.param(
            "有下列情形之一的，合同无效：（二）恶意串通，损害国家、集体或者第三人利益；"
            "（四）损害社会公共利益。",
            VOID,
            id="项 left out in silence",
        ),
        pytest.param(
            "“有下列情形之一的，合同无效：违反法律、行政法规的强制性规定。”",
            VOID,
            id="项 left out, and the mark of the one quoted",
        ),
        pytest.param(
            "“有下列情形之一的，当事人可以解除合同：（一）因不可抗力致使不能实现合同目的......”",
            RESCISSION,
            id="ends in dots",
        ),
        pytest.param(
            "“……但是，自权利受到损害之日起超过二十年的，人民法院不予保护……”",
            LIMITATION,
            id="dots at both ends",
        ),
        pytest.param(
            "“向人民法院请求保护民事权利的诉讼时效期间为三年。（略）诉讼时效期间自权利人知道或者应当"
            "知道权利受到损害以及义务人之日起计算。”",
            LIMITATION,
            id="（略） for a sentence",
        ),
        pytest.param("“行为人有权请求人民法院或者仲裁机构予以撤销”", MISTAKE, id="phrase in marks"),
        pytest.param(LOAN + REMARK, LOAN, id="the author goes on"),
        pytest.param(f"{BREACH}\n{REMARK}", BREACH, id="the author goes on below"),
        pytest.param(INTEREST.split("\n")[0], INTEREST, id="with a figure"),
    ],
)
def test_a_run_of_whole_sentences_is_an_exact_quotation(quoted, clause):
    assert compare(quoted, clause).verdict == EXACT
    assert compare(quoted, clause).diff == ()


@pytest.mark.parametrize(
    ("quoted", "clause", "diff"),
    [
        (BREACH.replace("的，", "的；"), BREACH, [("replace", "，", "；")]),
        (BREACH.replace("、采取", "采取"), BREACH, [("delete", "、", "")]),
        (LOAN.replace("。对", "，对"), LOAN, [("replace", "。", "，")]),
        (LOAN.replace("五百一十", "510"), LOAN, [("replace", "第五百一十条", "第510条")]),
    ],
)
def test_the_same_words_may_stand_with_other_punctuation_or_figures(quoted, clause, diff):
    comparison = compare(quoted, clause)
    assert (comparison.verdict, list(comparison.diff)) == (PUNCTUATION, diff)


@pytest.mark.parametrize(
    ("quoted", "clause", "left_out"),
    [
        pytest.param(
            LOAN.replace("，依据本法第五百一十条的规定仍不能确定的", ""),
            LOAN,
            ["依据本法第五百一十条的规定仍不能确定的，"],
            id="in silence",
        ),
        pytest.param(
            f"“{THEFT.replace('或者多次盗窃、入户盗窃、携带凶器盗窃、扒窃的，', '……')}”",
            THEFT,
            ["或者多次盗窃、入户盗窃、携带凶器盗窃、扒窃的，"],
            id="with dots",
        ),
        pytest.param(
            "“以持续履行的债务为内容的不定期合同，当事人可以随时解除合同。”",
            RESCISSION,
            ["但是应当在合理期限之前通知对方"],
            id="the proviso",
        ),
        pytest.param(
            "应当承担继续履行、采取补救措施或者赔偿损失等违约责任。",
            BREACH,
            ["当事人一方不履行合同义务或者履行合同义务不符合约定的"],
            id="the condition",
        ),
        pytest.param(
            SHARES.replace("已认缴出资但", ""), SHARES, ["已认缴出资但"], id="a few words"
        ),
        pytest.param(
            f"{LIMITATION.split('但是')[0]}但是，自权利受到损害之日起超过二十年的，人民法院不予保护。",
            LIMITATION,
            ["有特殊情况的，人民法院可以根据权利人的申请决定延长"],
            id="the last exception",
        ),
    ],
)
def test_words_left_out_of_a_sentence_make_it_partial(quoted, clause, left_out):
    comparison = compare(quoted, clause)
    assert comparison.verdict == PARTIAL
    assert [old for _, old, _ in comparison.diff] == left_out
    assert not any(new for _, _, new in comparison.diff)


@pytest.mark.parametrize(
    ("quoted", "clause", "diff"),
    [
        pytest.param(
            LOAN.replace("依据", "依照").replace("。对", ",对"),
            LOAN,
            [("replace", "。", ","), ("replace", "依据", "依照")],
            id="a word and a mark",
        ),
        (BREACH.replace("义务", "责任"), BREACH, [("replace", "义务", "责任")] * 2),
        (
            f"“{LIMITATION.replace('三年', '二年')}”",
            LIMITATION,
            [("replace", "三年", "二年")],
        ),
        (INTEREST.replace("24%", "15.4%"), INTEREST, [("replace", "24%", "15.4%")]),
        (LOAN.replace("一十条", "一十一条"), LOAN, [("replace", "第五百一十条", "第五百一十一条")]),
        (THEFT.replace("或者管制", "或管制"), THEFT, None),
        (SHARES.replace("补充责任", "连带责任"), SHARES, [("replace", "补充", "连带")]),
        (
            f"“{DRIVING.replace('醉酒', '饮酒').replace(chr(10), '')}”",
            DRIVING,
            [("replace", "醉酒", "饮酒")],
        ),
        (
            f"“{MISTAKE.replace('撤销', '变更或者撤销')}”",
            MISTAKE,
            [("insert", "", "变更或者")],
        ),
        (LOAN.replace("可以随时", "应当随时") + REMARK, LOAN, [("replace", "可以", "应当")]),
    ],
)
def test_changed_words_are_shown_as_words(quoted, clause, diff):
    comparison = compare(quoted, clause)
    if diff is None:  # 者 is left out: nothing was added
        assert (comparison.verdict, comparison.diff) == (PARTIAL, (("replace", "或者", "或"),))
    else:
        assert (comparison.verdict, list(comparison.diff)) == (ALTERED, diff)


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("", BREACH),
        ("。", BREACH),
        (BREACH, ""),
        ("“强制性规定”", VOID),  # a term
        ("“可撤销的民事法律行为”", MISTAKE),  # a term in the author's words
        ("“因工作原因”", INJURY),
        ("欠钱就应当还，天经地义。", LOAN),
        ("违约的一方要继续履行合同，或者采取补救措施、赔偿对方的损失。", BREACH),
        ("因重大误解订立的合同，当事人一方有权请求法院变更或者撤销。", MISTAKE),
        ("股东转让未到期股权的，受让人应当缴纳出资；受让人不缴的，转让人承担补充责任。", SHARES),
        ("合同因违反法律、行政法规的强制性规定而无效。", VOID),
        # Composed of the 款 and one of its 项: in another order, so in the author's words.
        ("“职工在抢险救灾等维护国家利益、公共利益活动中受到伤害的，视同工伤。”", INJURY),
        (REMARK + LOAN, LOAN),  # what is introduced is not the quotation
        (f"“{SHARES}”", THEFT),
        ("即应当承担继续履行、采取补救措施等民事责任。" + REMARK, BREACH),
    ],
)
def test_a_paraphrase_is_no_quotation(said, clause):
    assert compare(said, clause).verdict == ABSENT
    assert compare(said, clause).diff == ()


def test_what_is_in_marks_is_judged_to_the_last_word():
    assert compare(BREACH + REMARK, BREACH).verdict == EXACT
    assert compare(f"“{BREACH}{REMARK}”", BREACH).verdict == ABSENT
    assert compare(f"“{THEFT}可以并处没收财产。”", THEFT).verdict != EXACT


def test_differences_of_two_texts_are_of_characters():
    assert differences("依据本法", "依照本法。") == [["replace", "据", "照"], ["insert", "", "。"]]


class TestQuotedIn:
    CLAUSES = {577: BREACH, 675: LOAN, 188: LIMITATION, 563: RESCISSION, "107": BREACH, 52: VOID}

    @pytest.mark.parametrize(
        ("quoted", "keys"),
        [
            (LOAN, [675]),
            (LOAN.replace("，", ","), [675]),
            (LOAN.replace("。对", "，对"), [675]),
            (LOAN + REMARK, [675]),
            (f"“{RESCISSION.split(chr(10))[2]}”", [563]),
            ("“有下列情形之一的，合同无效：……（二）恶意串通，损害国家、集体或者第三人利益。”", []),
            (BREACH, [577, "107"]),  # several prove nothing
            (LOAN.replace("依据", "依照"), []),
            ("法律另有规定的，依照其规定。", []),  # too short
            (REMARK, []),
            ("", []),
        ],
    )
    def test_names_the_clauses_that_give_the_words(self, quoted, keys):
        assert QuotedIn(self.CLAUSES).find(quoted) == keys

    def test_finds_one_of_1260_clauses_within_a_millisecond(self):
        quoted = QuotedIn({n: f"第{n}类人应当在合理期限内{LOAN}" for n in range(1260)})
        start = time.process_time()
        for _ in range(100):
            assert quoted.find(f"“第77类人应当在合理期限内{LOAN}”") == [77]
        assert time.process_time() - start < 0.3


def test_a_long_clause_quoted_with_a_slip_is_compared_in_no_time():
    clause = "\n".join(f"（{n}）第{n}类物质的税额为每千克{n * 7}元；" for n in range(150))
    start = time.process_time()
    assert compare(clause.replace("千克539元", "千克593元"), clause).verdict == ALTERED
    assert time.process_time() - start < 1  # difflib over all runs took minutes


@pytest.mark.parametrize(
    "hostile", ["“" * 10**6, "“”" * 10**6, '"' * 10**6, "（一）甲\n" * 10**5, "甲" * 10**6]
)
def test_hostile_words_are_compared_in_no_time(hostile):
    start = time.process_time()
    compare(hostile, LOAN)
    compare(f"“{hostile}”", LOAN)
    compare(LOAN, hostile[: 10**5])
    QuotedIn({1: LOAN}).find(hostile)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("quoted", "said", "own"),
    [
        # One sentence, in other words: the clause's own, to its full stop.
        (
            "“借款人应当按照约定的期限归还借款。”",
            "借款人应当按照约定的期限归还借款。",
            "借款人应当按照约定的期限返还借款。",
        ),
        # A phrase ends where it ended.
        (
            "“没有约定或约定不明确，借款人可以随时返还”",
            "没有约定或约定不明确，借款人可以随时返还",
            "没有约定或者约定不明确，借款人可以随时返还",
        ),
        # Without quotation marks what follows is the author's.
        (
            "借款人应当按照约定的期限归还借款。所以要早催。",
            "借款人应当按照约定的期限归还借款。",
            "借款人应当按照约定的期限返还借款。",
        ),
        # Nothing in common: the whole clause.
        (
            "“完全是另外一些话，和这一条没有关系”",
            "完全是另外一些话，和这一条没有关系",
            "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，借款人可以随时返还。",
        ),
    ],
)
def test_the_clauses_own_words_for_those_of_a_quotation(quoted, said, own):
    clause = (
        "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，借款人可以随时返还。"
    )
    assert restoration(quoted, clause) == (said, own)
