"""The one-click mends: what is offered, and what it makes of the body."""

import datetime as dt

import pytest

from articles import workflow
from articles.citation_check import check_citations
from articles.markup import plain
from articles.mending import CITE, HISTORICAL, QUOTE, MendError, mends, with_words, work_out
from tests.factories import make_article, make_statute

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
LOAN = (
    "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，"
    "依据本法第五百一十条的规定仍不能确定的，借款人可以随时返还；"
    "贷款人可以催告借款人在合理期限内返还。"
)


def rewrite(article, body):
    content = {**workflow.newest_content(article), "body": body}
    workflow.save_draft(article, content, by=None)
    workflow.publish(article, by=None)


def offers(body, article=None, index=0):
    one = check_citations(body, article=article, on=TODAY)[index]
    return {mend.kind: mend for mend in mends(one)}


def mended(body, kind, article=None, index=0):
    mend = offers(body, article, index)[kind]
    key = kind, mend.clause and mend.clause.pk
    return work_out(body, index, key, article=article, on=TODAY)


def test_the_quotation_is_put_right_and_its_markup_stays(civil_code):
    wrong = LOAN.replace("期限返还", "期限归还").replace("随时返还", "随时<b>偿还</b>")
    change = mended(f"<p>《民法典》第675条规定：“{wrong}”<em>完</em>。</p>", QUOTE)
    assert plain(change.body) == f"\n《民法典》第675条规定：“{LOAN}”完。\n"
    assert change.body.endswith("”<em>完</em>。</p>")
    marked = [(kind, words) for kind, words in change.runs if kind != "equal"]
    assert marked == [("delete", "归"), ("insert", "返"), ("delete", "偿"), ("insert", "返")]


def test_only_the_sentence_that_is_quoted_is_given(civil_code):
    change = mended("<p>《民法典》第675条：“借款人应当按照约定的时间期限归还借款。”</p>", QUOTE)
    assert plain(change.body).strip() == "《民法典》第675条：“借款人应当按照约定的期限返还借款。”"


def test_without_quotation_marks_the_authors_words_stay(civil_code):
    wrong = LOAN.replace("期限返还", "期限归还")
    change = mended(f"<p>《民法典》第675条规定，{wrong}所以要早催。</p>", QUOTE)
    assert plain(change.body).strip() == f"《民法典》第675条规定，{LOAN}所以要早催。"


def test_the_present_clause_in_the_manner_of_the_old(civil_code):
    for old, new in {
        "《合同法》第107条": "《民法典》第577条",
        "《合同法》第一百零七条": "《民法典》第五百七十七条",
        "《中华人民共和国合同法》第一百零七条": "《中华人民共和国民法典》第五百七十七条",
        "合同法第107条": "民法典第577条",
    }.items():
        assert mended(f"<p>依{old}办。</p>", CITE).body == f"<p>依{new}办。</p>"


def test_a_quotation_of_old_law_can_follow_the_present_text(company_law):
    old = "公司向其他企业投资或者为他人提供担保，依照公司章程的规定，由董事会或者股东会、股东大会决议。"
    body = f"<p>《公司法》第十六条规定：“{old}”</p>"
    article = make_article(body=body, on=dt.date(2022, 1, 1))
    assert list(offers(article.body, article)) == [CITE, QUOTE, HISTORICAL]
    change = mended(article.body, QUOTE, article)
    new = "公司向其他企业投资或者为他人提供担保，按照公司章程的规定，由董事会或者股东会决议。"
    assert change.body == f"<p>《公司法》第十五条规定：“{new}”</p>"


def test_a_misquotation_of_old_law_can_be_put_right_either_way(company_law):
    said = "公司向其他企业投资或者为他人提供担保，依照公司章程的规定，由股东会或者股东会、股东大会决议。"
    body = f"<p>《公司法》第十六条规定：“{said}”</p>"
    article = make_article(body=body, on=dt.date(2022, 1, 1))
    (one,) = check_citations(article.body, article=article, on=TODAY)
    assert [mend.words for mend in mends(one)] == [
        "改引《公司法》第十五条",
        "改用第十五条原文",
        "改用第十六条旧文（2018修正）",
        "标明引用旧法",
    ]
    change = work_out(article.body, 0, (QUOTE, one.clause.pk), article=article, on=TODAY)
    assert change.body == body.replace("由股东会", "由董事会")


def test_old_law_on_purpose(civil_code, company_law):
    assert mended("<p>《合同法》第107条</p>", HISTORICAL).body == "<p>原《合同法》第107条</p>"
    article = make_article(body="<p>《公司法》第十六条</p>", on=dt.date(2022, 1, 1))
    change = mended(article.body, HISTORICAL, article)
    assert change.body == "<p>2018年修正的《公司法》第十六条</p>"
    (one,) = check_citations(change.body, article=article, on=TODAY)
    assert one.warnings == [] and one.row.is_historical


def test_old_law_on_purpose_in_an_article_from_before_its_repeal(civil_code):
    """As of 2019 no 合同法 was old: who writes 原 writes another sentence."""
    article = make_article(body="<p>《合同法》第107条</p>", on=dt.date(2019, 1, 1))
    change = mended(article.body, HISTORICAL, article)
    rewrite(article, change.body)
    row = article.citations.get()
    assert row.is_historical and row.clause.number == 107
    before = row.pk, row.as_of
    rewrite(article, change.body + "<p>又。</p>")
    row = article.citations.get()
    assert (row.pk, row.as_of) == before


def test_one_that_names_no_statute_of_its_own(civil_code):
    change = mended("<p>《合同法》第107条、第118条</p>", HISTORICAL, index=1)
    assert change.body == "<p>《合同法》第107条、原《合同法》第118条</p>"


def test_those_that_follow_it_are_named(civil_code):
    """第118条 would be read as the Civil Code's."""
    change = mended("<p>《合同法》第107条、第118条</p>", CITE)
    assert change.body == "<p>《民法典》第577条、第118条</p>"
    assert change.carried == ["“第118条”现在读作未能识别的引用"]


def test_another_statutes_number(civil_code):
    make_statute("中华人民共和国票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "文。"})
    body = "<p>《民法典》第510条。</p><p>《票据法》第577条。</p>"
    assert (
        mended(body, CITE, index=1).body == "<p>《民法典》第510条。</p><p>《民法典》第577条。</p>"
    )


def test_what_is_not_offered_is_refused(civil_code):
    body = "<p>《民法典》第577条</p>"
    assert offers(body) == {}
    for index, kind in ((0, QUOTE), (5, CITE), (0, HISTORICAL)):
        with pytest.raises(MendError, match="重新检查"):
            work_out(body, index, (kind, None), article=None, on=TODAY)


@pytest.mark.parametrize(
    ("body", "start", "end", "words", "result"),
    [
        ("<p>甲乙丙</p>", 2, 3, "丁", "<p>甲丁丙</p>"),
        ("<p>甲<b>乙</b>丙</p>", 1, 3, "丁", "<p>丁<b></b>丙</p>"),
        ("<p>甲乙</p>", 1, 1, "原", "<p>原甲乙</p>"),
        ("<p>甲</p><p>乙</p>", 1, 5, "丙\n丁", "<p>丙</p><p>丁</p>"),
        ("<p>甲</p><p>乙</p>", 1, 5, "丙\n丁\n戊", "<p>丙<br>丁<br>戊</p>"),
        ("<p>甲<br>乙</p>", 1, 4, "丙", "<p>丙</p>"),
        ("<p>甲&amp;乙</p>", 3, 4, "<i>", "<p>甲&amp;&lt;i&gt;</p>"),
        ("<p>甲</p>", 1, 2, "a&b", "<p>a&amp;b</p>"),
    ],
)
def test_words_in_html(body, start, end, words, result):
    assert with_words(body, start, end, words) == result
