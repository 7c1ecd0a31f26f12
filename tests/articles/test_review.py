import datetime as dt
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection

from articles import review, workflow
from articles.models import Article, Citation, Verdict
from articles.workflow import StaleWrite, WorkflowError
from tests.factories import make_article, make_statute, restore_notices

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
NEW_YEAR = dt.date(2027, 1, 1)
RIGHT, UPDATED, HISTORICAL = Verdict.Decision.values


@pytest.fixture
def editor(db):
    return User.objects.create_user("editor", last_name="沈", first_name="若兰")


@pytest.fixture
def citation(company_law):
    return make_article(
        "担保怎么表决", "<p>依照《公司法》第十六条办理。</p>", on=dt.date(2022, 1, 1)
    ).citations.get()


def token(citation, on=TODAY):
    return {citation.pk: review.shown([citation.pk], on=on)[citation.pk].token}


def test_a_verdict_keeps_what_was_shown_by_whom_and_why(citation, company_law, editor):
    (made,) = review.decide([citation], RIGHT, by=editor, note=" 结论不变 ", on=TODAY)
    assert (made.decision, made.reviewed_against, made.change_on, made.decided_by, made.note) == (
        RIGHT,
        company_law.clauses.get(number=15),
        dt.date(2024, 7, 1),
        editor,
        "结论不变",
    )


def test_what_never_changed_is_reviewed_against_itself(company_law):
    citation = make_article(body="<p>《公司法》第三条</p>").citations.get()
    (made,) = review.decide([citation], RIGHT, by=None, on=TODAY)
    assert (made.reviewed_against, made.change_on) == (citation.clause, None)


def test_each_article_has_one_entry_in_the_history(citation, editor, company_law):
    other = make_article(
        body="<p>《公司法》第十六条、第三条</p>", on=dt.date(2022, 1, 1)
    ).citations.all()
    review.decide([citation, *other], RIGHT, by=editor, on=TODAY)
    entries = LogEntry.objects.order_by("object_id").values_list("object_id", "change_message")
    against = "《公司法》第十五条（2023修订）"
    assert list(entries) == [
        (
            str(citation.article_id),
            f"核对引用：《公司法》第十六条：仍然正确（{against}）",
        ),
        (
            str(other[0].article_id),
            f"核对引用：《公司法》第十六条：仍然正确（{against}）；"
            "第三条：仍然正确（所引条文，没有变动）",
        ),
    ]


def test_all_or_none(citation, company_law):
    plain = make_article(body="<p>《公司法》第三条</p>", on=dt.date(2026, 1, 1)).citations.get()
    with pytest.raises(WorkflowError, match="没有变动，说不上有意引用旧法"):
        review.decide([citation, plain], HISTORICAL, by=None, on=TODAY)
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("decision", ["", "fine"])
def test_another_decision_there_is_not(citation, decision):
    with pytest.raises(ValueError, match="is not a valid"):
        review.decide([citation], decision, by=None)


def test_a_note_that_is_too_long_is_refused(citation):
    with pytest.raises(WorkflowError, match="最多 300 字"):
        review.decide([citation], RIGHT, by=None, note="长" * 301)


class TestWhatWasShown:
    def test_the_same_page_decides_once(self, citation, editor):
        seen = token(citation)
        review.decide([citation], RIGHT, by=editor, on=TODAY, seen=seen)
        with pytest.raises(StaleWrite, match="别人刚核对过"):
            review.decide([citation], HISTORICAL, by=editor, on=TODAY, seen=seen)
        assert Verdict.objects.get().decision == RIGHT

    def test_an_import_in_between_is_noticed(self, citation):
        seen = token(citation)
        make_statute(
            "中华人民共和国公司法",
            effective_from=dt.date(2026, 10, 1),
            clauses={15: "公司为他人提供担保，由股东会决议。"},
        )
        with pytest.raises(StaleWrite):
            review.decide([citation], RIGHT, by=None, on=TODAY, seen=seen)
        assert not Verdict.objects.exists()

    def test_an_import_of_the_very_words_is_not(self, citation, company_law):
        seen = token(citation)
        make_statute(
            "中华人民共和国公司法",
            source=4,
            promulgated_on=company_law.promulgated_on,
            effective_from=company_law.effective_from,
            clauses={c.number: c.text for c in company_law.clauses.all()},
        )
        review.decide([citation], RIGHT, by=None, on=TODAY, seen=seen)

    def test_a_sentence_that_was_written_anew_is_noticed(self, citation):
        seen, article = token(citation), citation.article
        content = {
            **workflow.newest_content(article),
            "body": "<p>现在仍依照《公司法》第十六条办理。</p>",
        }
        workflow.save_draft(article, content, by=None)
        workflow.publish(article, by=None)
        with pytest.raises(StaleWrite):
            review.decide([citation], RIGHT, by=None, on=TODAY, seen=seen)

    def test_a_citation_that_is_gone_is_noticed(self, citation):
        article = citation.article
        workflow.save_draft(
            article, {**workflow.newest_content(article), "body": "<p>空。</p>"}, by=None
        )
        workflow.publish(article, by=None)
        with pytest.raises(StaleWrite):
            review.decide([citation], RIGHT, by=None, on=TODAY)

    def test_todays_law_and_that_of_a_day_to_come_are_different_pages(self, trademark_law):
        citation = make_article(body="<p>《商标法》第四十九条</p>").citations.get()
        with pytest.raises(StaleWrite):
            review.decide([citation], RIGHT, by=None, on=NEW_YEAR, seen=token(citation, TODAY))


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_decides_and_the_other_is_told(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    restore_notices()
    make_statute("甲法", effective_from=dt.date(2021, 1, 1), clauses={1: "一。"})
    citation = make_article(body="<p>《甲法》第一条</p>").citations.get()
    seen, start, told = token(citation), Barrier(2), []

    def decide():
        start.wait()
        try:
            review.decide([citation], RIGHT, by=None, on=TODAY, seen=seen)
        except StaleWrite:
            told.append("again")
        finally:
            connection.close()

    editors = [Thread(target=decide) for _ in range(2)]
    for thread in editors:
        thread.start()
    for thread in editors:
        thread.join()
    assert (told, Verdict.objects.count()) == (["again"], 1)


class TestUpdates:
    def test_updated_tells_readers_the_others_dont(self, citation, company_law):
        review.decide([citation], RIGHT, by=None, on=TODAY, note="内部说明")
        assert Article.objects.get().updates == []
        (made,) = review.decide([citation], UPDATED, by=None, on=TODAY, note="改引第十五条。")
        (line,) = Article.objects.get().updates
        assert (line["words"], line["verdicts"]) == ("改引第十五条。", [made.pk])
        assert dt.date.fromisoformat(line["on"])

    def test_without_a_note_it_names_the_clauses_once(self, company_law):
        article = make_article(body="<p>《公司法》第三条、第十五条，再看第三条</p>")
        review.decide(article.citations.all(), UPDATED, by=None, on=TODAY)
        (line,) = Article.objects.get().updates
        assert line["words"] == "已按现行规定复核并更新：《公司法》第三条、《公司法》第十五条。"

    def test_it_outlives_the_citation_and_the_next_publication(self, citation):
        article = Article.objects.get()
        workflow.save_draft(
            article, {**workflow.newest_content(article), "body": "<p>空。</p>"}, by=None
        )
        review.decide([citation], UPDATED, by=None, on=TODAY, note="改。")
        workflow.publish(article, by=None)  # read before the verdict came
        assert not Citation.objects.exists()
        assert [line["words"] for line in Article.objects.get().updates] == ["改。"]


class TestWithdrawal:
    def test_the_citation_waits_again_and_the_line_goes(self, citation, editor):
        (made,) = review.decide([citation], UPDATED, by=editor, on=TODAY)
        review.withdraw_verdict(made, by=editor)
        assert list(Citation.objects.stale(TODAY)) == [citation]
        assert Article.objects.get().updates == []
        newest = LogEntry.objects.order_by("pk").last()
        assert newest.change_message == "撤回核对结论：《公司法》第十六条：已更新"

    def test_a_line_of_several_stays_while_one_verdict_does(self, company_law):
        article = make_article(body="<p>《公司法》第三条、第十五条</p>")
        one, other = review.decide(article.citations.all(), UPDATED, by=None, on=TODAY)
        review.withdraw_verdict(one, by=None)
        (line,) = Article.objects.get().updates
        assert line["verdicts"] == [other.pk]

    def test_twice_is_told(self, citation):
        (made,) = review.decide([citation], RIGHT, by=None, on=TODAY)
        same = Verdict.objects.get(pk=made.pk)
        review.withdraw_verdict(made, by=None)
        with pytest.raises(StaleWrite, match="已被撤回"):
            review.withdraw_verdict(same, by=None)


class TestAdmin:
    LIST = "/admin/articles/citation/"

    @pytest.fixture
    def page(self, citation):
        return f"{self.LIST}{citation.pk}/change/"

    def post(self, client, page, decision, **data):
        """As a button of the first panel sends it."""
        form = client.get(page).context["panels"][0].form
        return client.post(page, {**form.initial, "decision": decision, **data}, follow=True)

    def test_it_shows_the_sentence_both_texts_and_the_difference(self, admin_client, page):
        words = admin_client.get(page).content.decode()
        assert "依照<mark>《公司法》第十六条</mark>办理。" in words
        assert "2018修正" in words
        assert "《公司法》第十五条" in words
        assert "<del>" in words
        assert "<ins>" in words

    def test_a_button_decides(self, admin_client, page, citation):
        answer = self.post(admin_client, page, RIGHT, note="没问题")
        assert "已记为“仍然正确”" in answer.content.decode()
        assert not Citation.objects.stale().exists()

    def test_a_page_that_is_no_longer_true_decides_nothing(self, admin_client, page, citation):
        old = admin_client.get(page).context["panels"][0].form.initial
        review.decide([citation], RIGHT, by=None)
        answer = admin_client.post(page, {**old, "decision": UPDATED}, follow=True)
        assert "结论没有记录" in answer.content.decode()
        assert Verdict.objects.count() == 1

    @pytest.mark.parametrize(
        "data", [{}, {"decision": "x", "on": "2026-01-01", "seen": "1"}, {"decision": RIGHT}]
    )
    def test_a_form_that_no_page_gave_is_refused_in_words(self, admin_client, page, data):
        answer = admin_client.post(page, data, follow=True)
        assert "没有记录" in answer.content.decode()
        assert not Verdict.objects.exists()

    def test_the_text_of_a_day_to_come_has_its_own_form(self, admin_client, trademark_law):
        citation = make_article(body="<p>《商标法》第四十九条</p>").citations.get()
        page = f"{self.LIST}{citation.pk}/change/"
        panels = admin_client.get(page).context["panels"]
        today = dt.date.today()  # noqa: DTZ011  (the page's own day; either side of 2027 will do)
        if today < NEW_YEAR:
            assert [panel.is_ahead for panel in panels] == [False, True]
            admin_client.post(page, {**panels[1].form.initial, "decision": RIGHT})
            assert not Citation.objects.stale(NEW_YEAR).exists()

    def test_a_verdict_is_taken_back(self, admin_client, page, citation):
        (made,) = review.decide([citation], RIGHT, by=None)
        answer = admin_client.post(page, {"withdraw": made.pk}, follow=True)
        assert "结论已撤回" in answer.content.decode()
        again = admin_client.post(page, {"withdraw": made.pk}, follow=True)
        assert "已被撤回" in again.content.decode()

    def test_who_may_only_look_decides_nothing(self, client, page, citation):
        user = User.objects.create_user("reader", password="x", is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_citation"))
        client.force_login(user)
        assert "您没有记录核对结论的权限" in client.get(page).content.decode()
        form = client.get(page).context["panels"][0].form
        assert client.post(page, {**form.initial, "decision": RIGHT}).status_code == 403
        assert client.post(page, {"withdraw": "1"}).status_code == 403
        assert not Verdict.objects.exists()

    def test_a_stranger_sees_nothing(self, client, page):
        client.force_login(User.objects.create_user("nobody", password="x", is_staff=True))
        assert client.get(page).status_code == 403
        assert client.get(self.LIST).status_code == 403

    def test_it_wants_the_token_against_forged_forms(self, page, admin_user):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(admin_user)
        assert client.post(page, {"decision": RIGHT}).status_code == 403

    def test_a_citation_that_is_gone_is_told(self, admin_client):
        assert admin_client.get(f"{self.LIST}1/change/").status_code == 404

    def test_the_list_filters_what_waits(self, admin_client, citation):
        other = make_article(
            "别的", "<p>《公司法》第三条，《票据法》第一条</p>", on=dt.date(2025, 1, 1)
        )
        make_article(
            "将来", "<p>《公司法》（2018年）第十六条</p>", on=dt.date(2999, 1, 1)
        )  # no reader sees it
        expected = {
            "?is=stale": ["《公司法》第十六条"],
            "?is=unread": ["《票据法》第一条"],
            f"?article={citation.article_id}": ["《公司法》第十六条"],
            f"?is=stale&article={citation.article_id}": ["《公司法》第十六条"],
            f"?is=stale&article={other.pk}": [],
            "?q=别的": ["《公司法》第三条", "《票据法》第一条"],
            f"?q={other.pk}": ["《公司法》第三条", "《票据法》第一条"],
            "?q=票据法": ["《票据法》第一条"],
            "?is=unread&q=《票据法》": ["《票据法》第一条"],
            "?q=票据法第一条": ["《票据法》第一条"],
            "?q=公司法第三条": ["《公司法》第三条"],
            "?q=公司": ["《公司法》第十六条", "《公司法》第三条", "《公司法》（2018年）第十六条"],
            "?q=公司法": ["《公司法》第十六条", "《公司法》第三条", "《公司法》（2018年）第十六条"],
            "?q=没有这样的话": [],
            "?q=%20%00": None,
        }
        for query, rows in expected.items():
            answer = admin_client.get(self.LIST + query)
            found = [row.exact for row in answer.context["cl"].result_list]
            assert found == rows or (rows is None and len(found) == 4), (query, found)
        assert "待复核" in admin_client.get(f"{self.LIST}?is=stale").content.decode()
        for odd in ("?article=x", "?article=999999999999999999999", "?is=x"):
            assert admin_client.get(self.LIST + odd).status_code in (200, 302)

    def test_the_list_costs_the_same_whatever_it_lists(
        self, admin_client, citation, django_assert_max_num_queries
    ):
        admin_client.get(self.LIST)
        with django_assert_max_num_queries(20) as few:
            admin_client.get(self.LIST)
        for _ in range(6):
            make_article(body="<p>《公司法》第十六条、第三条</p>", on=dt.date(2022, 1, 1))
        with django_assert_max_num_queries(20) as many:
            admin_client.get(self.LIST)
        assert len(few) == len(many)
