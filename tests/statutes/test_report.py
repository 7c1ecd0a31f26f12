"""The form in which find_citations gives a citation, state by state."""

import datetime as dt

import pytest

from statutes.editing import confirm_correspondence
from statutes.report import Reader, as_json
from tests.factories import make_statute

pytestmark = pytest.mark.django_db


def read(text, day):
    return [as_json(one) for one in Reader().read(text, on=dt.date.fromisoformat(day))]


def states(text, day):
    return [(one["state"], one["today"] and one["today"]["number"]) for one in read(text, day)]


def test_each_field_of_a_citation(civil_code):
    text = "《民法典》第577条、第510条至第675条，《刑法》第一百三十三条之一第二款第（一）项"
    first, second, third = read(text, "2025-01-01")
    assert first == {
        "start": 0,
        "end": 10,
        "exact": "《民法典》第577条",
        "title": "民法典",
        "statute": "中华人民共和国民法典",
        "version": "2021-01-01",
        "resolved_by": "date",
        "number": 577,
        "branch": 0,
        "number_end": None,
        "branch_end": None,
        "paragraph": None,
        "paragraph_end": None,
        "item": None,
        "item_end": None,
        "outcome": "resolved",
        "state": "in_force",
        "today": {
            "statute": "中华人民共和国民法典",
            "version": "2021-01-01",
            "number": 577,
            "branch": 0,
            "confirmed": True,
        },
        "quotation": None,
    }
    assert (second["title"], second["number"], second["number_end"], second["branch_end"]) == (
        None,
        510,
        675,
        0,
    )
    assert text[second["start"] : second["end"]] == second["exact"] == "第510条至第675条"
    assert {
        name: third[name]
        for name in ("statute", "version", "resolved_by", "branch", "paragraph", "item", "outcome")
    } == {
        "statute": None,
        "version": None,
        "resolved_by": None,
        "branch": 1,
        "paragraph": 2,
        "item": 1,
        "outcome": "unknown_statute",
    }
    assert (third["state"], third["today"]) == (None, None)


def test_a_clause_that_several_pins_share_is_one_entry_a_pin(civil_code):
    rows = read("《民法典》第577条第一、三款", "2025-01-01")
    assert [(row["number"], row["paragraph"]) for row in rows] == [(577, 1), (577, 3)]


def test_a_title_alone_has_no_number(civil_code):
    (row,) = read("依据《民法典》的规定", "2025-01-01")
    assert (row["number"], row["outcome"], row["statute"]) == (
        None,
        "resolved",
        "中华人民共和国民法典",
    )


def test_the_company_law_on_its_last_and_first_day(company_law):
    text = "《公司法》第十六条"
    assert states(text, "2024-06-30") == [("pending_change", 16)]
    assert states(text, "2024-07-01") == [("in_force", 16)]
    assert states("旧公司法第十六条", "2024-07-01") == [("amended", 15)]
    assert states("《公司法》第三条", "2024-06-30") == [("in_force", 3)]


def test_a_change_that_nobody_could_know_yet_is_not_ahead(company_law):
    assert states("《公司法》第十六条", "2023-12-28") == [("in_force", 16)]
    assert states("《公司法》第十六条", "2023-12-29") == [("pending_change", 16)]


def test_the_arbitration_and_the_trademark_law(arbitration_law, trademark_law):
    text = "《仲裁法》第四条，《商标法》第四十九条"
    assert states(text, "2026-02-28") == [("pending_change", 4), ("in_force", 49)]
    assert states(text, "2026-06-30")[1] == ("pending_change", 49)
    assert states(text, "2027-01-01") == [("in_force", 4), ("in_force", 49)]
    assert states("旧商标法第四十九条", "2027-01-01") == [("amended", 49)]


def test_the_nine_repeals(nine_repeals):
    text = "《合同法》第一条，《婚姻法》第一条，《民法总则》第一条"
    assert [state for state, _ in states(text, "2019-05-05")] == ["in_force"] * 3
    assert [state for state, _ in states(text, "2020-05-28")] == ["pending_change"] * 3
    assert [state for state, _ in states(text, "2021-01-01")] == ["repealed"] * 3


def test_what_stands_today_says_whether_a_person_confirmed_it(civil_code):
    (row,) = read("《合同法》第一百零七条", "2025-01-01")
    assert (row["state"], row["today"]["number"], row["today"]["confirmed"]) == (
        "repealed",
        577,
        True,
    )
    (row,) = read("《合同法》第一百一十八条", "2025-01-01")
    assert (row["state"], row["today"]) == ("repealed", None)


def test_of_a_text_of_unknown_days_nothing_is_claimed(db):
    make_statute("劳动法", effective_from=None, clauses={1: "为了保护劳动者的合法权益。"})
    (row,) = read("《劳动法》第一条", "2025-01-01")
    assert (row["resolved_by"], row["version"], row["state"], row["today"]) == (
        "undated",
        None,
        None,
        None,
    )


def test_the_verdicts_on_what_is_quoted(civil_code):
    text = (
        "《民法典》第六百七十五条规定：“借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定"
        "不明确，依照本法第五百一十条的规定仍不能确定的，借款人可以随时返还，贷款人可以催告借款人在"
        "合理期限内返还。”\n"
        "《合同法》第一百零七条：当事人一方不履行合同义务或者履行合同义务不符合约定的，应当承担继续"
        "履行、采取补救措施或者赔偿损失等违约责任。\n"
        "《民法典》第五百七十七条说的是违约责任。"
    )
    rows = {row["number"]: row["quotation"] for row in read(text, "2025-01-01")}
    assert rows[675] == {
        "verdict": "altered",
        "diff": [["replace", "依据", "依照"], ["replace", "；", "，"]],
        "at": None,
    }
    assert rows[107] == {"verdict": "exact", "diff": [], "at": None}
    assert rows[577] is None


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("第五百七十七条规定，违约的一方要赔钱，对方不必等到期限届满才来主张。", None),
        ("第五百七十七条中的“赔偿损失”要证明。", None),
        ("第五百七十七条规定：“欠债还钱，天经地义，谁也不能例外，法院都会支持。”", "absent"),
    ],
)
def test_a_paraphrase_is_no_quotation(civil_code, words, verdict):
    (row,) = read(f"《民法典》{words}", "2025-01-01")
    assert (row["quotation"] and row["quotation"]["verdict"]) == verdict


def test_a_quotation_from_elsewhere_says_where(civil_code):
    text = (
        "《民法典》第五百一十条规定：“当事人一方不履行合同义务或者履行合同义务不符合约定的，"
        "应当承担继续履行、采取补救措施或者赔偿损失等违约责任。”"
    )
    (row,) = read(text, "2025-01-01")
    assert row["quotation"]["verdict"] == "other_clause"
    assert row["quotation"]["at"] == {
        "statute": "中华人民共和国民法典",
        "version": "2021-01-01",
        "number": 577,
        "branch": 0,
    }


def test_the_words_of_another_version_choose_it_and_the_change_is_told(db):
    title = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
    old = make_statute(
        title,
        effective_from=dt.date(2015, 9, 1),
        effective_to=dt.date(2021, 1, 1),
        clauses={29: "借贷双方对逾期利率有约定的，从其约定，但以不超过年利率24%为限。"},
    )
    new = make_statute(
        title,
        effective_from=dt.date(2021, 1, 1),
        clauses={
            28: "借贷双方对逾期利率有约定的，从其约定，但是以不超过合同成立时一年期贷款市场报价利率四倍为限。",
            29: "出借人与借款人既约定了逾期利率，又约定了违约金的，可以选择主张。",
        },
    )
    confirm_correspondence(old.clauses.get(), new.clauses.get(number=28), kind="amended")
    (row,) = read(
        f"《{title}》第二十九条规定：“借贷双方对逾期利率有约定的，从其约定，但以不超过年利率24%为限。”",
        "2025-07-01",
    )
    assert (row["version"], row["resolved_by"]) == ("2015-09-01", "quotation")
    assert (row["state"], row["today"]["number"]) == ("amended", 28)
    assert row["quotation"]["verdict"] == "exact"


def test_a_text_is_read_in_some_queries_however_much_it_cites(
    civil_code, django_assert_max_num_queries
):
    reader = Reader()
    with django_assert_max_num_queries(8):
        reader.read("《民法典》第577条、第510条、第675条、第577条" * 20, on=dt.date(2025, 1, 1))
