import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles import workflow
from articles.models import Article, Revision
from tests.factories import make_article, make_category, make_draft

pytestmark = pytest.mark.django_db


def edit(article, **changes):
    return workflow.save_draft(article, {**workflow.newest_content(article), **changes}, by=None)


def test_a_draft_beside_a_published_article_changes_nothing_that_readers_see():
    article = make_article("旧题", "<p>旧文。</p>", tags=["旧签"])
    edit(article, title="新题", body="<p>新文。</p>", tags=["新签"])
    article.refresh_from_db()
    assert (article.title, article.body) == ("旧题", "<p>旧文。</p>")
    assert list(article.tags.names()) == ["旧签"]


def test_publishing_copies_the_newest_revision_whole():
    article = make_article("旧题", tags=["旧签"])
    edit(article, title="新题", body="<p>新文。</p>", tags="新签、又一签", noindex=True)
    workflow.publish(article, by=None)
    article = Article.objects.get()
    assert (article.title, article.body, article.noindex) == ("新题", "<p>新文。</p>", True)
    assert sorted(article.tags.names()) == ["又一签", "新签"]
    assert article.revised_at is not None
    assert article.published_at == timezone.make_aware(dt.datetime(2025, 7, 1))  # noqa: DTZ001  (made aware)


def test_publishing_the_same_revision_again_is_no_revision_of_the_article():
    article = make_article()
    workflow.publish(article, by=None)
    assert Article.objects.get().revised_at is None


def test_the_desk_lists_an_unpublished_draft_under_its_newest_title():
    article = make_draft("第一个题目")
    edit(article, title="改后的题目")
    assert Article.objects.get().title == "改后的题目"


def test_who_published_and_withdrew_is_kept(django_user_model):
    user = django_user_model.objects.create_superuser("editor")
    article = make_draft()
    workflow.publish(article, by=user)
    workflow.withdraw(article, by=user)
    entries = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert list(entries) == [(user.pk, str(article.pk), "发布"), (user.pk, str(article.pk), "撤回")]


def test_every_save_is_kept():
    article = make_draft()
    edit(article, title="二")
    edit(article, title="三")
    titles = [revision.content["title"] for revision in Revision.objects.order_by("pk")]
    assert titles[1:] == ["二", "三"]


def test_two_editors_on_one_article_the_later_save_is_refused_and_writes_nothing():
    mine = make_draft()
    theirs = Article.objects.get(pk=mine.pk)
    edit(theirs, title="先保存的")
    with pytest.raises(workflow.StaleWrite):
        edit(mine, title="后保存的")
    with pytest.raises(workflow.StaleWrite):
        workflow.publish(mine, by=None)
    assert workflow.newest_content(mine)["title"] == "先保存的"
    assert Article.objects.get().state == Article.State.DRAFT


def test_only_what_is_published_can_be_withdrawn():
    with pytest.raises(workflow.WorkflowError, match="草稿"):
        workflow.withdraw(make_draft(), by=None)
    article = make_article()
    workflow.withdraw(article, by=None)
    assert not Article.objects.published().exists()
    with pytest.raises(workflow.WorkflowError):
        workflow.withdraw(article, by=None)


@pytest.mark.parametrize(
    ("missing", "message"), [({"title": " "}, "标题"), ({"category": None}, "栏目")]
)
def test_what_is_incomplete_is_not_published(missing, message):
    article = make_draft()
    edit(article, **missing)
    with pytest.raises(workflow.WorkflowError, match=message):
        workflow.publish(article, by=None)
    assert not Article.objects.published().exists()


def test_a_failure_in_the_middle_publishes_nothing(monkeypatch):
    article = make_article("旧题")
    edit(article, title="新题")
    monkeypatch.setattr(workflow, "index_citations", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        workflow.publish(article, by=None)
    article = Article.objects.get()
    assert article.title == "旧题"
    edit(article, title="还能再写")


def test_published_is_exact_to_the_moment():
    article = make_article()
    at = article.published_at
    assert list(Article.objects.published(at=at)) == [article]
    assert not Article.objects.published(at=at - dt.timedelta(microseconds=1)).exists()
    assert article.is_scheduled(at - dt.timedelta(seconds=1))
    assert not article.is_scheduled(at)


def test_after_a_refused_publish_the_same_object_can_still_be_saved():
    article = make_draft()
    edit(article, title="")
    with pytest.raises(workflow.WorkflowError):
        workflow.publish(article, by=None)
    edit(article, title="补上")
    workflow.publish(article, by=None)
    assert Article.objects.published().get().title == "补上"


def test_a_scheduled_article_that_is_edited_is_not_revised_before_it_is_out():
    article = make_article(on=dt.date(2999, 1, 1))
    edit(article, title="改过")
    workflow.publish(article, by=None)
    article = Article.objects.get()
    assert (article.title, article.revised_at, article.published_at.year) == ("改过", None, 2998)


def test_drafts_are_kept_sanitised():
    article = make_draft(body='<p onclick="x()">文<script>alert(1)</script></p>')
    assert workflow.newest_content(article)["body"] == "<p>文</p>"
    assert "script" not in Revision.objects.get().content["body"]


@pytest.mark.parametrize("tag", ["！！！", "...", "长" * 41])
def test_a_tag_that_can_have_no_page_is_refused(tag):
    article = make_draft(tags=[tag])
    with pytest.raises(workflow.WorkflowError, match="标签"):
        workflow.publish(article, by=None)


def test_an_unknown_field_is_a_programming_error():
    with pytest.raises(ValueError, match="not editable"):
        workflow.create(
            {"title": "x", "category": make_category().pk, "state": "published"}, by=None
        )


def test_after_an_explicit_id_the_next_new_article_gets_a_higher_one():
    """On PostgreSQL the sequence would otherwise give 1."""
    make_draft(pk=874_652)
    assert make_draft().pk > 874_652
    make_draft(pk=1_000)  # and never backwards
    assert make_draft().pk > 874_653
