import datetime as dt

import pytest

from articles.cited_law import _numbers, cited_law
from articles.kept import Law
from articles.models import Article
from articles.paging import page_under
from articles.terms import clause_name, public_under
from statutes.editing import confirm_correspondence
from tests.factories import make_article, make_hidden_articles, make_statute

pytestmark = pytest.mark.django_db

BODY = (
    "<p>依《民法典》第675条、第577条办理。</p>"
    "<p>旧法《合同法》第一百零七条也这样规定。再看《民法典》第六百七十五条。</p>"
    "<p>《票据法》第一条。</p>"
)
TODAY = dt.date(2026, 11, 23)


def test_each_clause_is_listed_once_with_its_standing(civil_code):
    law = cited_law(make_article(body=BODY), on=TODAY)
    entries, links = law.entries, law.links
    assert [(e.id, str(e.clause), e.standing.words) for e in entries] == [
        ("c1", "《民法典》第六百七十五条", "现行有效"),
        ("c2", "《民法典》第五百七十七条", "现行有效"),
        ("c3", "《合同法》第一百零七条", "已废止"),
    ]
    assert str(entries[2].standing.successor) == "《民法典》第五百七十七条"
    assert {position: link.id for position, link in links.items()} == {
        0: "c1",
        1: "c2",
        2: "c3",
        3: "c1",
    }


def test_a_misquotation_is_told_wherever_in_the_article_it_stands(civil_code):
    clause = civil_code.clauses.get(number=675)
    wrong = clause.text.replace("依据", "依照")
    body = f"<p>见《民法典》第675条。</p><p>《民法典》第675条规定：“{wrong}”</p><p>《民法典》第577条</p>"
    entries = cited_law(make_article(body=body), on=TODAY).entries
    assert [(str(e.clause), e.is_misquoted) for e in entries] == [
        ("《民法典》第六百七十五条", True),
        ("《民法典》第五百一十条", False),  # 本法第五百一十条, in its words
        ("《民法典》第五百七十七条", False),
    ]


def test_the_day_of_reading_decides_the_state_not_the_day_of_writing(civil_code):
    article = make_article(body="<p>《合同法》第一百零七条</p>", on=dt.date(2019, 6, 1))
    states = [
        cited_law(article, on=day).entries[0].standing.state
        for day in (dt.date(2020, 12, 31), dt.date(2021, 1, 1))
    ]
    assert states == ["in_force", "repealed"]


def test_a_successor_that_nobody_confirmed_is_not_shown(civil_code):
    (entry,) = cited_law(make_article(body="<p>《合同法》第118条</p>"), on=TODAY).entries
    assert (entry.standing.state, entry.standing.successor) == ("repealed", None)
    assert str(entry.standing.statute) == "中华人民共和国民法典"


def test_the_reader_is_told_the_day_on_which_the_cited_words_ceased_to_be_law(db):
    old = make_statute(
        "乙规定",
        effective_from=dt.date(2015, 9, 1),
        effective_to=dt.date(2020, 8, 20),
        promulgated_on=dt.date(2015, 8, 6),
        clauses={29: "旧。"},
    )
    new = make_statute("乙规定", effective_from=dt.date(2021, 1, 1), clauses={28: "新。"})
    confirm_correspondence(old.clauses.get(), new.clauses.get(), kind="amended")
    article = make_article(body="<p>《乙规定》第29条</p>", on=dt.date(2016, 1, 1))
    (entry,) = cited_law(article, on=TODAY).entries
    assert (entry.standing.since, entry.standing.successor) == (
        dt.date(2020, 8, 20),
        new.clauses.get(),
    )


def test_an_undated_text_is_shown_without_any_claim(db):
    make_statute("劳动法", effective_from=None, clauses={1: "文。"})
    (entry,) = cited_law(make_article(body="<p>《劳动法》第一条</p>"), on=TODAY).entries
    assert (entry.standing.state, entry.standing.words) == ("undated", "施行日期待核")


def test_beside_a_text_in_force_an_undated_one_is_not_called_the_newest(db):
    make_statute(
        "测试法", effective_from=None, promulgated_on=dt.date(2018, 1, 1), clauses={1: "旧。"}
    )
    make_statute(
        "测试法",
        effective_from=dt.date(2024, 1, 1),
        promulgated_on=dt.date(2023, 1, 1),
        clauses={1: "新。"},
    )
    (entry,) = cited_law(make_article(body="<p>《测试法》（2018年）第一条</p>"), on=TODAY).entries
    assert (entry.clause.text, entry.standing.words) == ("旧。", "新旧条文待比对")


def test_a_successor_that_goes_leaves_the_clause_repealed(civil_code):
    article = make_article(body="<p>《合同法》第一百零七条</p>")
    make_statute(
        "中华人民共和国民法典",
        source=4,
        effective_from=dt.date(2021, 1, 1),
        promulgated_on=dt.date(1999, 1, 1),
        clauses={510: "官方文本。"},
    )
    (entry,) = cited_law(article, on=TODAY).entries
    assert (entry.standing.state, entry.standing.successor) == ("repealed", None)


def test_a_clause_knows_the_articles_that_cite_it_and_no_hidden_one(civil_code):
    body = "<p>《民法典》第675条</p>"
    make_hidden_articles(body)
    seen = make_article("看得见", body)
    clause = civil_code.clauses.get(number=675)
    assert page_under(public_under(clause_name(clause))[0], None).articles == [seen]


def test_an_articles_law_costs_one_query(civil_code, django_assert_num_queries):
    """Beside those for clauses, changes and texts that nobody has asked for yet."""
    article = Article.objects.get(pk=make_article(body=BODY).pk)
    law = Law()
    with django_assert_num_queries(4):
        cited_law(article, on=TODAY, law=law)
    with django_assert_num_queries(1):
        entries = cited_law(article, on=TODAY, law=law).entries
        for entry in entries:
            assert str(entry.clause)
            assert str(entry.standing.successor or "") is not None
            assert entry.clause.get_absolute_url()


@pytest.mark.parametrize(
    ("entries", "words"), [({3}, "3"), ({3, 4}, "3、4"), ({3, 4, 5}, "3–5"), ({1, 3, 7}, "1、3、7")]
)
def test_the_notes_of_a_range_on_paper(entries, words):
    assert _numbers(entries) == words
