"""What is stale on which day: real events, and verdicts on either side of them."""

import datetime as dt
import json
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from articles import review
from articles.models import Article, Citation, Verdict
from statutes.editing import confirm_correspondence
from statutes.models import ClauseChange, Version
from tests.benchmarks import staleness
from tests.factories import REPEALED, make_article, make_hidden_articles, make_statute

pytestmark = pytest.mark.django_db

RIGHT, UPDATED, HISTORICAL = Verdict.Decision.values
TODAY = dt.date(2026, 11, 24)
NEW_YEAR = dt.date(2027, 1, 1)


def stale(day):
    return [citation.exact for citation in Citation.objects.stale(day)]


def cite(words, *, on=dt.date(2020, 6, 1)):
    return make_article(body=f"<p>依照{words}的规定办理。</p>", on=on).citations.get()


def verdict(citation, decision=RIGHT, *, on):
    return review.decide([citation], decision, by=None, on=on)[0]


def test_the_company_law_of_2023_ages_what_cites_the_old_one_on_its_first_day(company_law):
    cite("《公司法》第十六条")
    assert stale(dt.date(2024, 6, 30)) == []
    assert stale(dt.date(2024, 7, 1)) == ["《公司法》第十六条"]


def test_the_same_words_under_the_same_number_in_a_later_text_are_not_stale(company_law):
    cite("《公司法》第三条")
    assert stale(dt.date(2024, 7, 1)) == []


def test_the_same_words_under_another_number_are(civil_code):
    cite("《合同法》第一百零七条")
    assert stale(dt.date(2020, 12, 31)) == []
    (found,) = Citation.objects.stale(dt.date(2021, 1, 1)).select_related("change__successor")
    assert (found.change.since, str(found.change.successor.number)) == (dt.date(2021, 1, 1), "577")


def test_the_arbitration_law_of_2025_ages_without_anybodys_confirmation(arbitration_law):
    cite("《仲裁法》第四条")
    assert stale(dt.date(2026, 2, 28)) == []
    assert stale(dt.date(2026, 3, 1)) == ["《仲裁法》第四条"]


def test_a_pending_trademark_law_ages_nothing_before_its_day(trademark_law):
    cite("《商标法》第四十九条")
    assert stale(TODAY) == []
    assert stale(dt.date(2026, 12, 31)) == []
    assert stale(NEW_YEAR) == ["《商标法》第四十九条"]


def test_nine_statutes_end_on_the_day_of_the_civil_code(nine_repeals):
    names = "、".join(f"《{title}》第一条" for title in REPEALED)
    make_article(body=f"<p>{names}</p>", on=dt.date(2019, 6, 1))
    assert stale(dt.date(2020, 12, 31)) == []
    assert stale(dt.date(2021, 1, 1)) == [f"《{title}》第一条" for title in REPEALED]


def test_amended_and_back_to_the_very_words_is_not_stale(db):
    texts = {2015: "甲。", 2018: "乙。", 2021: "甲。"}
    made = [
        make_statute("甲法", effective_from=dt.date(year, 1, 1), clauses={1: words})
        for year, words in texts.items()
    ]
    for old, new in pairwise(made):
        confirm_correspondence(old.clauses.get(), new.clauses.get(), kind="amended")
    cite("《甲法》第一条", on=dt.date(2016, 1, 1))
    assert stale(dt.date(2019, 1, 1)) == ["《甲法》第一条"]
    assert stale(dt.date(2022, 1, 1)) == []


def test_what_says_itself_that_it_cites_old_law_is_never_stale(civil_code):
    citation = cite("《合同法》第一百零七条")
    Citation.objects.filter(pk=citation.pk).update(is_historical=True)
    assert stale(TODAY) == []


def test_what_was_never_compared_is_not_stale_and_never_called_in_force(company_law, get):
    citation = cite("《公司法》第十六条")
    version = citation.clause.version
    ClauseChange.objects.all().delete()
    version.compared_at = None
    version.save()
    assert stale(TODAY) == []
    page = get(citation.article.get_absolute_url())
    assert "新旧条文待比对" in page
    assert "现行有效" not in page


def test_unresolved_citations_are_not_stale(db):
    cite("《票据法》第一条")
    assert stale(TODAY) == []


class TestVerdicts:
    def test_any_decision_quiets_what_was_shown(self, company_law):
        for decision in Verdict.Decision.values:
            verdict(cite("《公司法》第十六条"), decision, on=TODAY)
        assert stale(TODAY) == []

    def test_one_made_before_the_change_is_none_on_it(self, company_law):
        verdict(cite("《公司法》第十六条"), on=dt.date(2024, 6, 30))
        assert stale(dt.date(2024, 7, 1)) == ["《公司法》第十六条"]

    def test_one_against_the_pending_text_stays_valid_on_its_day(self, trademark_law):
        citation = cite("《商标法》第四十九条")
        made = verdict(citation, on=NEW_YEAR)  # in November: the text is only pending
        assert (made.reviewed_against, made.change_on) == (trademark_law.clauses.get(), NEW_YEAR)
        assert (stale(dt.date(2026, 12, 31)), stale(NEW_YEAR)) == ([], [])

    def test_who_reviewed_both_texts_is_quiet_on_both_sides_whichever_came_last(self, db):
        for year, words in ((2015, "甲。"), (2020, "乙。"), (2027, "丙。")):
            make_statute("甲法", effective_from=dt.date(year, 1, 1), clauses={1: words})
        confirm_all("甲法")
        citation = cite("《甲法》第一条", on=dt.date(2016, 1, 1))
        verdict(citation, on=NEW_YEAR)
        verdict(citation, on=TODAY)
        assert (stale(TODAY), stale(NEW_YEAR)) == ([], [])

    def test_an_import_that_brings_a_change_it_never_saw_is_not_silenced(self, arbitration_law):
        citation = cite("《仲裁法》第四条")
        verdict(citation, on=TODAY)
        assert stale(TODAY) == []
        make_statute(
            "中华人民共和国仲裁法",
            label="2026修正",
            effective_from=dt.date(2026, 10, 1),
            clauses={4: "当事人采用仲裁方式解决纠纷，应当达成书面仲裁协议，仲裁机构方予受理。"},
        )
        assert stale(TODAY) == ["《仲裁法》第四条"]

    def test_nor_where_nothing_was_shown_in_its_place(self, nine_repeals):
        citation = cite("《担保法》第一条", on=dt.date(2010, 1, 1))
        made = verdict(citation, on=TODAY)
        assert (made.reviewed_against, made.change_on) == (None, dt.date(2021, 1, 1))
        assert stale(TODAY) == []
        make_late_text("担保法")
        assert stale(TODAY) == ["《担保法》第一条"]

    def test_a_successor_that_is_found_later_is_shown_to_an_editor(self, nine_repeals):
        citation = cite("《担保法》第一条", on=dt.date(2019, 1, 1))
        verdict(citation, on=TODAY)
        confirm_correspondence(citation.clause, nine_repeals.clauses.get(number=1), kind="amended")
        assert stale(TODAY) == ["《担保法》第一条"]

    def test_the_confirmation_of_what_was_shown_changes_nothing(self, arbitration_law):
        citation = cite("《仲裁法》第四条")
        made = verdict(citation, on=TODAY)
        assert made.reviewed_against == arbitration_law.clauses.get()
        confirm_correspondence(citation.clause, arbitration_law.clauses.get(), kind="amended")
        assert stale(TODAY) == []

    def test_the_same_words_that_come_again_in_another_text_were_seen(self, company_law):
        citation = cite("《公司法》第十六条")
        verdict(citation, on=TODAY)
        make_statute(
            "中华人民共和国公司法",
            label="2026修正",
            effective_from=dt.date(2026, 10, 1),
            clauses={15: company_law.clauses.get(number=15).text, 16: "别的。"},
        )
        assert stale(TODAY) == []

    def test_who_cites_old_law_on_purpose_is_right_whatever_comes_later(self, civil_code):
        right, historical = cite("《合同法》第一百零七条"), cite("《合同法》第一百零七条")
        verdict(right, RIGHT, on=TODAY)
        verdict(historical, HISTORICAL, on=TODAY)
        make_statute(
            "中华人民共和国民法典",
            label="2027修正",
            effective_from=NEW_YEAR,
            clauses={577: "当事人一方违约的，应当承担违约责任。"},
        )
        assert [c.pk for c in Citation.objects.stale(NEW_YEAR)] == [right.pk]

    def test_but_not_before_the_change_that_was_shown(self, nine_repeals):
        citation = cite("《合同法》第一条", on=dt.date(2010, 1, 1))
        verdict(citation, HISTORICAL, on=TODAY)
        assert stale(TODAY) == []
        make_late_text("合同法")
        assert stale(dt.date(2018, 1, 1)) == ["《合同法》第一条"]


def make_late_text(title):
    """A text between the one that is held and the repeal, which arrives only now."""
    make_statute(
        f"中华人民共和国{title}",
        effective_from=dt.date(2018, 1, 1),
        clauses={1: "后来才收录的另一种写法，与前面毫无共同之处。"},
    )


def confirm_all(title):
    texts = list(Version.objects.filter(statute__title=title).order_by("effective_from"))
    for old, new in pairwise(texts):
        confirm_correspondence(old.clauses.get(), new.clauses.get(), kind="amended")


class TestCommand:
    def listed(self, capsys, *args):
        call_command("stale_citations", *args)
        return capsys.readouterr().out

    def test_it_tells_what_stands_today_and_since_when(self, company_law, capsys):
        cite("《公司法》第十六条")
        (row,) = json.loads(self.listed(capsys, "--json", "--on", "2024-07-01"))
        article = Article.objects.get()
        law = "中华人民共和国公司法"
        assert row == {
            "article": article.pk,
            "title": article.title,
            "url": f"http://www.example.com/hf/{article.pk}.html",
            "sentence": "依照《公司法》第十六条的规定办理。",
            "exact": "《公司法》第十六条",
            "cited": {"statute": law, "version": "2018-10-26", "number": 16, "branch": 0},
            "today": {
                "statute": law,
                "version": "2024-07-01",
                "number": 15,
                "branch": 0,
                "confirmed": True,
            },
            "confirmed": True,
            "since": "2024-07-01",
            "change": {"on": "2024-07-01", "kind": "amended"},
        }

    def test_what_nobody_confirmed_is_said_to_be_so(self, arbitration_law, nine_repeals, capsys):
        cite("《仲裁法》第四条")
        cite("《担保法》第一条", on=dt.date(2019, 1, 1))
        rows = json.loads(self.listed(capsys, "--json", "--on", "2026-03-01"))
        assert [(row["cited"]["number"], row["confirmed"]) for row in rows] == [
            (4, False),
            (1, False),
        ]
        assert rows[1]["today"] is None

    def test_in_words_it_is_grouped_by_change(self, company_law, civil_code, capsys):
        for _ in range(2):
            cite("《公司法》第十六条")
        cite("《合同法》第一百零七条")
        text = self.listed(capsys, "--on", "2024-07-01")
        assert text.count("公司法（2018修正）：2024-07-01 起有变动") == 1
        assert "第一百零七条 → 《民法典》第五百七十七条（已废止）" in text
        assert text.endswith("3 篇文章里有 3 处引用需要复核（按 2024-07-01 的法律）。\n")

    def test_with_nothing_to_review_it_says_so(self, company_law, capsys):
        cite("《公司法》第十六条")
        words = "没有需要复核的引用（按 2024-06-30 的法律）。\n"
        assert self.listed(capsys, "--on", "2024-06-30") == words
        assert self.listed(capsys, "--on", "2024-06-30", "--json") == "[]\n"

    @pytest.mark.parametrize("value", ["2024-13-01", "明天", ""])
    def test_a_day_that_is_none_is_refused(self, value):
        with pytest.raises(CommandError, match="不是日期"):
            call_command("stale_citations", "--on", value)

    def test_nothing_of_hidden_articles(self, company_law, capsys):
        make_hidden_articles("<p>依照《公司法》（2018年）第十六条。</p>")
        Citation.objects.update(is_historical=False)  # as if no year stood there
        assert Citation.objects.stale(TODAY).count() == 2  # of the scheduled and the withdrawn
        assert self.listed(capsys, "--json") == "[]\n"

    def test_it_costs_one_query(self, company_law, capsys, django_assert_num_queries):
        for _ in range(5):
            cite("《公司法》第十六条")
        with django_assert_num_queries(1):
            self.listed(capsys)


def test_the_benchmark_makes_what_it_says(db):
    staleness.fill(2000)
    report = staleness.measure()
    assert (report.citations, report.verdicts, report.stale) == (2000, 400, 100)
    staleness.empty()
    assert not Citation.objects.exists()


def test_stale_is_one_query_whatever_there_is(company_law, django_assert_num_queries):
    for _ in range(3):
        verdict(cite("《公司法》第十六条"), on=dt.date(2024, 6, 30))
    with django_assert_num_queries(1):
        assert len(Citation.objects.stale(TODAY).in_published()) == 3
