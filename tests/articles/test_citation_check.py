"""What the panel says of a body that is being written."""

import datetime as dt

import pytest

from articles import review
from articles.citation_check import check_citations, fault
from tests.factories import make_article, make_statute

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)


def check(body, article=None):
    return check_citations(body, article=article, on=TODAY)


def warnings(body, article=None):
    return [one.warnings for one in check(body, article)]


def test_what_is_right_is_said_to_be(civil_code):
    (one,) = check("<p>依照《民法典》第577条，应当赔偿。</p>")
    assert (one.level, one.warnings, one.state_words) == ("good", [], "现行有效")
    assert one.clause.number == 577 and str(one.sentence) == "依照《民法典》第577条，应当赔偿。"


def test_the_words_of_an_altered_quotation_are_marked(civil_code):
    (one,) = check(
        "<p>《民法典》第675条规定：“借款人应当按照约定的期限<b>归还</b>借款。对借款期限没有约定或者"
        "约定不明确，依据本法第五百一十条的规定仍不能确定的，借款人可以随时偿还；"
        "贷款人可以催告借款人在合理期限内返还。”</p>"
    )[:1]
    assert (one.level, one.warnings) == ("serious", ["引文与条文不一致"])
    changed = [(kind, words) for kind, words in one.runs if kind != "equal"]
    assert changed == [("delete", "归"), ("insert", "返"), ("delete", "偿"), ("insert", "返")]
    assert fault(one.row) == "“《民法典》第675条”的引文与条文不一致"


def test_a_repealed_law_without_yuan_is_warned_of_and_with_it_is_not(civil_code):
    body = "<p>《合同法》第107条</p><p>原《合同法》第107条</p>"
    assert warnings(body) == [["《合同法》已废止，文中没有写“原”"], []]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>《商业秘密办法》第七条</p>", "法条库里没有“商业秘密办法”，系统不能核对"),
        ("<p>《民法典》第577条第四款</p>", "《民法典》第五百七十七条没有这一款（共 1 款）"),
        ("<p>《民法典》第577条第三项</p>", "《民法典》第五百七十七条没有这一项"),
    ],
)
def test_what_is_not_there(civil_code, body, said):
    assert warnings(body)[0] == [said]


def test_a_number_that_fits_another_statute_cited_here(civil_code):
    make_statute(
        "中华人民共和国票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "文。", 2: "文。"}
    )
    _first, second = check("<p>《民法典》第510条。</p><p>《票据法》第577条。</p>")
    assert second.warnings == [
        "《票据法》（2004-08-28 起施行）没有这一条，最后一条是第二条",
        "可能是《民法典》第五百七十七条",
    ]
    assert second.level == "serious" and [c.number for c in second.suggested] == [577]


def test_words_that_another_statute_gives(civil_code):
    make_statute(
        "中华人民共和国票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "文。", 2: "文。"}
    )
    (one,) = check(
        "<p>《票据法》第二条规定：“当事人一方不履行合同义务或者履行合同义务不符合约定的，"
        "应当承担继续履行、采取补救措施或者赔偿损失等违约责任。”</p>"
    )
    assert [str(clause) for clause in one.suggested] == ["《民法典》第五百七十七条"]
    assert one.warnings == ["可能是《民法典》第五百七十七条", "条文中没有这段引文"]


def test_a_citation_of_the_article_keeps_its_day_and_its_verdict(company_law):
    article = make_article(body="<p>依照《公司法》第十六条办理。</p>", on=dt.date(2022, 1, 1))
    (one,) = check(article.body, article)
    assert one.is_stale and one.row.pk == article.citations.get().pk
    assert one.warnings == ["已修改（2024-07-01），还没有人复核这句话"]
    assert (one.clause.number, one.today.number) == (16, 15)
    review.decide([article.citations.get()], "still_right", by=None, on=TODAY)
    (one,) = check(article.body, article)
    assert not one.is_stale and one.warnings == [] and one.reviewed_on is not None
    assert check(article.body)[0].clause.number == 16  # a new article cites the law of today
    assert check(article.body)[0].clause.version.label == "2023修订"


def test_nothing_is_written(company_law, django_assert_max_num_queries):
    article = make_article(body="<p>《公司法》第十六条</p>", on=dt.date(2022, 1, 1))
    before = list(article.citations.values())
    with django_assert_max_num_queries(14):
        check("<p>《公司法》第三条、《民法典》第一条、《公司法》第十六条</p>", article)
    assert list(article.citations.values()) == before


def test_an_empty_body_has_none(db):
    assert check("") == []


def test_an_item_of_which_paragraph(db):
    make_statute(
        "中华人民共和国票据法",
        effective_from=dt.date(2004, 8, 28),
        clauses={
            1: "有下列情形的：\n（一）甲；\n（二）乙。\n另有下列情形的：\n（一）丙；\n（二）丁。"
        },
    )
    (one,) = check("<p>《票据法》第一条第（二）项</p>")
    assert one.warnings == ["《票据法》第一条不止一款列有各项，文中没有写是第几款"]
