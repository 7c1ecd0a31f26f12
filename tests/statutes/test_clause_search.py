"""Clauses found by number or by words, for the editor who wants to cite one."""

import datetime as dt

import pytest

from statutes.clause_search import find_clauses
from tests.factories import make_statute

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 27)


def found(typed):
    return [str(clause) for clause in find_clauses(typed, on=TODAY).clauses]


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("民法典675", ["《民法典》第六百七十五条"]),
        ("《民法典》第六百七十五条第一款", ["《民法典》第六百七十五条"]),
        ("675", ["《民法典》第六百七十五条"]),
        ("催告 合理期限", ["《民法典》第六百七十五条"]),
        ("民法典 违约责任", ["《民法典》第五百七十七条"]),
        ("违约责任", ["《民法典》第五百七十七条"]),  # and not 合同法 107: it is no law today
        ("公司法16", ["《公司法》第十六条"]),
        ("", []),
        ("\x00", []),
        ("一" * 5000, []),
        ("%_'\"\\", []),
    ],
)
def test_what_is_typed(civil_code, company_law, typed, clauses):
    assert found(typed) == clauses


def test_only_todays_text_is_offered(company_law):
    (clause,) = find_clauses("公司法16", on=TODAY).clauses
    assert clause.version.label == "2023修订"
    (clause,) = find_clauses("公司法2018第16条", on=TODAY).clauses
    assert clause.version.label == "2018修正"  # asked for by its year


def test_why_there_is_none(civil_code, company_law):
    assert find_clauses("民法典9000", on=TODAY).note
    assert find_clauses("合同法107", on=TODAY).note == "有这一条的文本今天都不是现行有效的。"
    assert "请再写上条号" in find_clauses("公司法", on=TODAY).note
    assert "“没有这些字”" in find_clauses("没有这些字", on=TODAY).note


def test_a_statute_of_unknown_days_is_offered_while_it_is_the_only_text(db):
    make_statute("测试规定", effective_from=None, clauses={3: "只有这一个文本。"})
    assert found("只有这一个文本") == ["《测试规定》第三条"]
