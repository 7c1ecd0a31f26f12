"""The command, and how ranges and repeated citations are kept as rows."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command

from articles import workflow
from articles.models import Article, Citation, Verdict
from statutes.models import Alias
from tests.factories import make_article, make_hidden_articles, make_statute

pytestmark = pytest.mark.django_db


def run(*args):
    out = StringIO()
    call_command("index_citations", *args, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def rewrite(article, body):
    content = {**workflow.newest_content(article), "body": body}
    workflow.save_draft(article, content, by=None)
    workflow.publish(article, by=None)


def test_what_was_unresolved_is_tried_again_and_the_rest_left_alone(civil_code):
    waiting = make_article(body="<p>《商业秘密办法》第七条。</p>")
    settled = make_article(body="<p>《民法典》第577条。</p>")
    Citation.objects.filter(article=settled).update(exact="不动")
    version = make_statute("商业秘密办法", effective_from=dt.date(2020, 1, 1), clauses={7: "文。"})
    Citation.objects.filter(article=waiting).update(
        outcome="unknown_statute", clause=None, statute=None
    )
    assert run() == "1 篇文章；未能识别的引用 1 → 0。"
    assert waiting.citations.get().clause == version.clauses.get()
    assert settled.citations.get().exact == "不动"
    assert run("--unresolved") == "0 篇文章；未能识别的引用 0 → 0。"
    assert run("--all") == "2 篇文章；未能识别的引用 0 → 0。"
    assert settled.citations.get().exact == "《民法典》第577条"


def test_all_again_keeps_every_row_its_day_and_its_verdicts(civil_code):
    article = make_article(
        body="<p>《民法典》第577条、第510条至第675条，《合同法》第107条。</p>",
        on=dt.date(2021, 3, 1),
    )
    Verdict.objects.create(citation=article.citations.last(), decision="still_right")
    rows, html = list(Citation.objects.values()), Article.objects.get(pk=article.pk).rendered
    run("--all")
    run("--all")
    assert list(Citation.objects.values()) == rows
    assert Article.objects.get(pk=article.pk).rendered == html
    assert Verdict.objects.count() == 1


def test_a_bare_name_that_became_known_is_found(civil_code):
    """Nothing waited for it: before, it was no name at all."""
    article = make_article(body="<p>依咱民典第577条。</p>")
    assert not article.citations.exists()
    Alias.objects.create(statute=civil_code.statute, name="咱民典")
    run("--unresolved")
    assert not article.citations.exists()
    run("--all")
    assert article.citations.get().clause.number == 577
    article.refresh_from_db()
    assert "<!--" in article.rendered or "cite" in article.rendered


def test_hidden_articles_are_indexed_and_drafts_are_not(civil_code):
    """A scheduled article's citations are checked before its hour; a draft has none yet."""
    hidden = make_hidden_articles("<p>《民法典》第577条。</p>")
    Citation.objects.all().delete()
    run("--all")
    assert set(Citation.objects.values_list("article", flat=True)) == {
        hidden["scheduled"].pk,
        hidden["withdrawn"].pk,
    }


def test_a_range_ties_every_clause_inside_to_the_article(civil_code):
    article = make_article(body="<p>《民法典》第510条至第675条。</p>")
    rows = article.citations.order_by("position")
    assert [(row.clause.number, row.is_in_range) for row in rows] == [
        (510, False),
        (577, True),
        (675, True),
    ]
    assert (rows[0].number_end, rows[0].branch_end) == (675, 0)


def test_of_a_very_long_range_only_the_ends_are_tied(db):
    make_statute(
        "长法",
        effective_from=dt.date(2020, 1, 1),
        clauses={number: f"第{number}。" for number in range(1, 120)},
    )
    article = make_article(body="<p>《长法》第1条至第100条。</p>")
    assert [row.clause.number for row in article.citations.order_by("position")] == [1, 100]
    article = make_article(body="<p>《长法》第1条至第50条。</p>")
    assert article.citations.count() == 50


def test_each_of_several_citations_of_one_clause_keeps_its_own_row(civil_code):
    first, second = "<p>违约看《民法典》第577条。</p>", "<p>赔偿也看《民法典》第577条吗？</p>"
    article = make_article(body=first + second)
    _, two = article.citations.order_by("position")
    Verdict.objects.create(citation=two, decision="still_right")
    rewrite(article, second)
    assert list(article.citations.all()) == [two]
    rewrite(article, first + second)
    assert [row.verdicts.count() for row in article.citations.order_by("position")] == [0, 1]


def test_a_sentence_written_anew_takes_over_no_verdict(civil_code):
    """Its clause is the same, and nobody has reviewed what it says of it."""
    article = make_article(
        body="<p>合同签了又反悔，对方可以要求继续履行，看《民法典》第577条怎么说。</p>",
        on=dt.date(2021, 3, 1),
    )
    Verdict.objects.create(citation=article.citations.get(), decision="still_right")
    rewrite(article, "<p>损失怎么算是另一回事；照《民法典》第577条，违约金和定金不能一起要。</p>")
    row = article.citations.get()
    assert (row.verdicts.count(), row.as_of > dt.date(2026, 1, 1)) == (0, True)


def test_words_changed_on_one_side_of_a_citation_keep_its_verdict(civil_code):
    article = make_article(body="<p>对方可以要求继续履行，看《民法典》第577条怎么说。</p>")
    Verdict.objects.create(citation=article.citations.get(), decision="still_right")
    rewrite(article, "<p>对方可以要求继续履行，看《民法典》第577条，一句话就够。</p>")
    rewrite(article, "<p>能不能要求履行？见《民法典》第577条，一句话就够。</p>")
    assert article.citations.get().verdicts.count() == 1


def test_a_paragraph_that_is_added_keeps_the_row(civil_code):
    article = make_article(body="<p>《民法典》第577条。</p>", on=dt.date(2021, 3, 1))
    row = article.citations.get()
    rewrite(article, "<p>《民法典》第577条第一款。</p>")
    kept = article.citations.get()
    assert (kept.pk, kept.paragraph, kept.as_of) == (row.pk, 1, dt.date(2021, 3, 1))


@pytest.mark.parametrize(
    ("words", "historical"),
    [
        ("旧公司法第十六条", True),
        ("修正前的《公司法》第十六条", True),
        ("2018年《公司法》第十六条", True),
        ("2023年《公司法》第十六条", False),
        ("《公司法》第十六条", False),
    ],
)
def test_what_says_that_it_is_old_law_is_marked(company_law, words, historical):
    article = make_article(body=f"<p>{words}。</p>", on=dt.date(2025, 1, 1))
    assert article.citations.get().is_historical is historical


def test_a_document_number_that_waited_for_its_text_resolves(db):
    article = make_article(body="<p>法释〔2031〕9号第七条另有规定。</p>")
    assert article.citations.get().outcome == "unknown_statute"
    version = make_statute(
        "最高人民法院关于审理商业秘密案件的规定",
        kind="judicial_interpretation",
        document_number="法释〔2031〕9号",
        effective_from=dt.date(2020, 1, 1),
        clauses={7: "文。"},
    )
    assert article.citations.get().clause == version.clauses.get()
