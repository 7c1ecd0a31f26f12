"""Related articles: what stands in the lists, and that bringing them up gives what building gives."""

import datetime as dt
import re
import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import rebuilding, related, terms, workflow
from articles.models import Article, Posting, Related, Term
from articles.preview import address
from tests.factories import (
    make_article,
    make_category,
    make_draft,
    make_hidden_articles,
    make_statute,
    restore_notices,
)

pytestmark = pytest.mark.django_db


def lists() -> dict[int, list[tuple]]:
    """Every stored list, the best first."""
    found: dict[int, list[tuple]] = {}
    for row in sorted(Related.objects.all(), key=lambda row: row.rank):
        found.setdefault(row.article_id, []).append((row.other_id, row.score, row.shared))
    return found


def shown(client, article: Article) -> list[str]:
    page = client.get(article.get_absolute_url()).content.decode()
    return re.findall(r'<h3 class="title"><a href="[^"]*">([^<]*)</a>', page)


def retag(article: Article, tags: list[str], **fields) -> None:
    article.refresh_from_db()
    held = workflow.newest_content(article)
    workflow.save_draft(article, {**held, "tags": tags, **fields}, by=None)
    workflow.publish(article, by=None)


def test_what_is_rare_counts_for_more(client):
    other = make_category("别的栏目").pk
    article = make_article("主文", tags=["常见", "少见"])
    for n in range(5):
        make_article(f"常见{n}", tags=["常见"], category=other)
    rare = make_article("少见的", tags=["少见"], category=other, on=dt.date(2020, 1, 1))
    rebuilding.rebuild()
    assert shown(client, article)[0] == rare.title


def test_between_equals_the_more_alike_title_then_the_newer_id(client):
    other = make_category("别的栏目").pk
    article = make_article("网贷逾期一个月怎么办", tags=["网贷"])
    for title in ("完全两样", "信用卡逾期怎么办", "网贷逾期两个月怎么办", "完全两样"):
        make_article(title, tags=["网贷"], category=other)
    assert shown(client, article) == [
        "网贷逾期两个月怎么办",
        "信用卡逾期怎么办",
        "完全两样",
        "完全两样",
    ]
    rows = list(Related.objects.filter(article=article, likeness=0))
    assert min(rows, key=lambda row: row.rank).other_id == max(row.other_id for row in rows)


def test_the_same_words_in_another_text_are_the_same_clause(client):
    make_statute("甲法", clauses={1: "同一句。"}, effective_from=dt.date(2000, 1, 1))
    article = make_article("旧", "<p>《甲法》第一条</p>", on=dt.date(2001, 1, 1))
    make_statute("甲法", clauses={1: "同一句。"}, effective_from=dt.date(2010, 1, 1))
    make_article(
        "新", "<p>《甲法》第一条</p>", on=dt.date(2011, 1, 1), category=make_category("乙").pk
    )
    assert shown(client, article) == ["新"]


def test_what_both_have_is_marked_in_words(client, civil_code):
    body = "<p>《民法典》第675条</p>"
    article = make_article("甲文", body, tags=["借条", "逾期"])
    make_article("乙文", body, tags=["借条"])
    page = client.get(article.get_absolute_url()).content.decode()
    section = page[page.index('class="related"') :]
    assert '<span class="shared-term">《民法典》第六百七十五条</span>' in section
    assert '<span class="shared-term">借条</span>' in section
    assert '<span class="shared-term">逾期</span>' not in section


def test_of_the_same_category_only_where_nothing_else_is_shared(client):
    article = make_article("主文", tags=["甲"])
    make_article("同栏目")
    make_article("同标签", tags=["甲"], category=make_category("别的栏目").pk)
    assert shown(client, article) == ["同标签", "同栏目"]
    page = client.get(article.get_absolute_url()).content.decode()
    assert page.count('class="shared-term"') == 1  # a category alone is nothing to mark


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_never_one_that_readers_cannot_see(client, state):
    article = make_article("主文", tags=["甲"])
    hidden = make_hidden_articles(tags=["甲"])[state]
    assert shown(client, article) == []
    rebuilding.rebuild()
    assert shown(client, article) == []
    assert hidden.title not in client.get(article.get_absolute_url()).content.decode()


def test_a_scheduled_one_comes_at_its_hour_with_no_job(client, monkeypatch):
    article = make_article("主文", tags=["甲"])
    due = timezone.now() + dt.timedelta(hours=1)
    later = make_draft("明天的", tags=["甲"])
    workflow.publish(later, by=None, at=due)
    assert shown(client, article) == []
    monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
    assert shown(client, article) == ["明天的"]


def test_those_that_it_outranks_are_brought_up_when_it_is_published_withdrawn_and_retagged(client):
    article = make_article("主文", tags=["甲", "乙"])
    other = make_category("别的栏目").pk
    for n in range(related.KEPT + 5):
        make_article(f"一签{n}", tags=["甲"], category=other)
    best = make_article("两签", tags=["甲", "乙"], category=other)
    assert shown(client, article)[0] == "两签"
    retag(best, ["丙"])
    assert "两签" not in shown(client, article)
    assert len(shown(client, article)) == related.SHOWN
    retag(best, ["甲", "乙"])
    assert shown(client, article)[0] == "两签"
    workflow.withdraw(best, by=None)
    assert "两签" not in shown(client, article)
    assert len(shown(client, article)) == related.SHOWN


def test_a_law_that_arrives_relates_those_that_waited_for_it(client):
    body = "<p>《票据法》第一条</p>"
    article = make_article("甲文", body)
    make_article("乙文", body, category=make_category("别的栏目").pk)
    assert shown(client, article) == []
    make_statute("票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "目的。"})
    assert shown(client, article) == ["乙文"]


def test_a_preview_shows_what_would_be_and_leaves_nothing(client):
    make_article("同标签", tags=["甲"], category=make_category("别的栏目").pk)
    draft = make_draft("稿子", tags=["甲"])
    before = (lists(), Posting.objects.count(), Term.objects.count())
    page = client.get(address(draft.revisions.first())).content.decode()
    assert "同标签" in page[page.index('class="related"') :]
    assert (lists(), Posting.objects.count(), Term.objects.count()) == before


def test_saving_without_a_new_term_or_title_leaves_the_lists_alone():
    article = make_article("主文", tags=["甲"])
    make_article("旁文", tags=["甲"])
    ids = sorted(Related.objects.values_list("pk", flat=True))
    retag(article, ["甲"], body="<p>改了正文。</p>")
    assert sorted(Related.objects.values_list("pk", flat=True)) == ids


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "withdraw", "retag", "retitle", "schedule", "cancel"]),
        st.integers(0, 9),
        st.sets(st.sampled_from("甲乙丙丁"), min_size=0, max_size=3),
        st.sampled_from(["网贷逾期怎么办", "网贷怎么办", "离婚怎么分房", "离婚怎么办"]),
    ),
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=STEPS, after=STEPS)
def test_step_by_step_gives_what_building_anew_gives(monkeypatch, before, after):
    """Whatever happens, with so few places in each list, and so few that a term offers, that
    every bound is met."""
    monkeypatch.setattr(related, "KEPT", 2)
    monkeypatch.setattr(rebuilding, "HEAD", 3)
    for model in (Related, Posting, Term):
        model.objects.all().delete()
    Article.objects.all().delete()
    articles: list[Article] = []
    for step in before:
        act(articles, *step)
    rebuilding.rebuild()
    for step in after:
        act(articles, *step)
    incremental, counts = lists(), dict(Term.objects.values_list("pk", "count"))
    weights = list(Term.objects.order_by("pk").values_list("kind", "key", "weight"))
    rebuilding.rebuild(weigh=False)
    assert lists() == incremental
    assert dict(Term.objects.values_list("pk", "count")) == counts
    assert list(Term.objects.order_by("pk").values_list("kind", "key", "weight")) == weights


def act(articles: list[Article], what: str, which: int, tags: set[str], title: str) -> None:
    later = timezone.now() + dt.timedelta(days=3)
    if what in ("publish", "schedule") or not articles:
        article = make_draft(title, tags=sorted(tags))
        workflow.publish(article, by=None, at=later if what == "schedule" else None)
        articles.append(article)
        return
    article = articles[which % len(articles)]
    article.refresh_from_db()
    match what:
        case "withdraw" if article.is_public():
            workflow.withdraw(article, by=None)
        case "cancel" if article.is_scheduled():
            workflow.cancel_schedule(article, by=None)
        case "retag":
            retag(article, sorted(tags))
        case "retitle":
            retag(article, workflow.newest_content(article)["tags"], title=title)


def test_weights_change_only_when_all_is_rebuilt():
    make_article(tags=["甲"])
    rebuilding.rebuild()
    before = Term.objects.get(kind="tag").weight
    for _ in range(3):
        make_article(tags=["甲"])
    assert Term.objects.get(kind="tag").weight == before
    rebuilding.rebuild()
    assert Term.objects.get(kind="tag").weight < before


def test_the_command_says_what_it_did(capsys):
    make_article(tags=["甲"])
    call_command("rebuild_related")
    assert "重建 1 篇" in capsys.readouterr().out


def test_rebuilding_mends_whatever_was_lost():
    article = make_article("主文", tags=["甲"])
    make_article("旁文", tags=["甲"], author=None)
    wanted = {str(row): row.count for row in Term.objects.all()}
    full = lists()
    Posting.objects.all().delete()
    Related.objects.all().delete()
    Term.objects.update(count=9)
    Article.objects.update(listed={})
    rebuilding.rebuild()
    assert {str(row): row.count for row in Term.objects.all()} == wanted
    assert {pk: [row[0] for row in rows] for pk, rows in lists().items()} == {
        pk: [row[0] for row in rows] for pk, rows in full.items()
    }
    article.refresh_from_db()
    assert f"tag:{article.tags.get().pk}" in article.listed["terms"]


class TestCounts:
    def test_one_that_was_lost_stops_no_publication(self):
        article = make_article(tags=["甲"])
        Term.objects.update(count=0)
        retag(article, [])
        workflow.withdraw(Article.objects.get(pk=article.pk), by=None)
        assert set(Term.objects.values_list("count", flat=True)) == {0}

    def test_follow_what_readers_see(self, client):
        article = make_article("甲", tags=["签"], on=dt.date(2025, 7, 31))
        name = terms.name_of("tag", article.tags.get().pk)
        make_hidden_articles(tags=["签"])
        assert terms.public_under(name)[1] == 1
        assert terms.public_counts([name, "month:2025-07"]) == {name: 1, "month:2025-07": 1}
        assert list(terms.public_months()) == [(2025, 7)]
        workflow.withdraw(article, by=None)
        assert terms.public_under(name)[1] == 0
        assert terms.public_counts([name]) == {}

    def test_a_month_is_one_in_shanghai(self):
        article = make_draft()
        at = dt.datetime(2025, 7, 31, 16, 30, tzinfo=dt.UTC)  # the first of August there
        workflow.publish(article, by=None, at=at)
        assert list(terms.public_months()) == [(2025, 8)]
        terms.count_again()
        assert list(terms.public_months()) == [(2025, 8)]


@pytest.mark.django_db(transaction=True)
def test_many_publish_at_once_while_a_law_arrives_and_all_is_built_anew(transactional_db):
    """Nobody waits for each other for ever, and what comes out is what building anew gives."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    restore_notices()
    tags = ["甲", "乙", "丙"]
    body = "<p>《票据法》第一条</p>"
    waiting = [make_article(f"等{n}", body, tags=tags[n % 3 :]) for n in range(6)]
    drafts = [make_draft(f"新{n}", body, tags=tags[: 1 + n % 3]) for n in range(12)]
    failures: list[Exception] = []

    def run(work) -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    def publish(some) -> None:
        for article in some:
            workflow.publish(Article.objects.get(pk=article.pk), by=None)

    def arrive() -> None:
        make_statute("票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "目的。"})

    def withdraw() -> None:
        for article in waiting[:3]:
            try:
                workflow.withdraw(Article.objects.get(pk=article.pk), by=None)
            except workflow.StaleWrite:  # the law was quicker: as an editor, once more
                workflow.withdraw(Article.objects.get(pk=article.pk), by=None)

    works = [lambda: publish(drafts[::2]), lambda: publish(drafts[1::2]), arrive, withdraw]
    works.append(lambda: rebuilding.rebuild(weigh=False))
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert Article.objects.published().count() == 15
    incremental, counts = lists(), {str(row): row.count for row in Term.objects.all()}
    rebuilding.rebuild(weigh=False)
    assert lists() == incremental
    assert {str(row): row.count for row in Term.objects.all()} == counts
