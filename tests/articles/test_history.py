import pytest
from django.contrib.admin.models import LogEntry

from articles import workflow
from articles.models import Article
from tests.factories import make_article, make_draft, make_user

pytestmark = pytest.mark.django_db


def edit(article, **changes):
    content = {**workflow.newest_content(article), **changes}
    return workflow.save_draft(article, content, by=None)


@pytest.fixture
def article():
    made = make_draft("第一稿", "<p>借款人应当还款。</p>")
    edit(made, title="第二稿", body="<p>借款人应当按期还款。</p>", tags=["借款"])
    return made


def test_every_save_and_every_step_is_listed_with_who_and_when(admin_client, admin_user, article):
    workflow.submit(article, by=admin_user, comment="请看")
    workflow.send_back(article, by=admin_user, comment="缺依据")
    url = f"/admin/articles/article/{article.pk}/history/"
    page = admin_client.get(url).content.decode()
    assert page.count('name="to"') == 2
    for words in ("提交审核：请看", "退回修改：缺依据", "admin", "系统"):
        assert words in page


def test_any_two_saves_are_compared_the_older_first(admin_client, article):
    new, old = article.revisions.all()
    for first, second in ((old, new), (new, old)):
        url = f"/admin/articles/article/{article.pk}/compare/?from={first.pk}&to={second.pk}"
        page = admin_client.get(url).content.decode()
        assert "<ins>按期</ins>" in page
        assert "第一稿" in page
        assert "第二稿" in page
        assert "借款" in page


@pytest.mark.parametrize(
    "query", ["", "?from=1", "?from=x&to=y", "?from=1&to=99999999999999999999"]
)
def test_a_comparison_of_nothing_leads_back(admin_client, article, query):
    response = admin_client.get(f"/admin/articles/article/{article.pk}/compare/{query}")
    assert response.status_code == 302


def test_the_saves_of_another_article_are_not_compared(admin_client, article):
    other = make_draft().revisions.first()
    mine = article.revisions.first()
    url = f"/admin/articles/article/{article.pk}/compare/?from={mine.pk}&to={other.pk}"
    assert admin_client.get(url).status_code == 404
    restore = f"/admin/articles/article/{article.pk}/restore/"
    assert admin_client.post(restore, {"revision": other.pk}).status_code == 404


def test_an_older_save_comes_back_as_a_new_draft_and_nothing_is_lost(admin_client, admin_user):
    article = make_article("发布的题")
    edit(article, title="改坏了")
    first = article.revisions.last()
    url = f"/admin/articles/article/{article.pk}/restore/"
    page = admin_client.post(url, {"revision": first.pk}, follow=True).content.decode()
    assert "已恢复为新的草稿" in page
    titles = [one.content["title"] for one in article.revisions.all()]
    assert titles == ["发布的题", "改坏了", "发布的题"]
    newest = article.revisions.first()
    assert newest.created_by == admin_user
    assert newest.comment.startswith("恢复 ")
    assert Article.objects.published().get().title == "发布的题"


def test_restoring_is_a_post_by_who_may_write(client, article):
    url = f"/admin/articles/article/{article.pk}/restore/"
    first = article.revisions.last()
    client.force_login(make_user("publisher", "发布人"))
    assert client.get(url).status_code == 405
    assert client.post(url, {"revision": first.pk}).status_code == 403
    client.force_login(make_user("author", "作者"))
    assert client.post(url, {"revision": first.pk}).status_code == 404
    assert article.revisions.count() == 2


def test_publications_and_approvals_are_in_djangos_log(admin_user, article):
    workflow.submit(article, by=admin_user)
    workflow.approve(article, by=admin_user, comment="可以")
    workflow.publish(article, by=admin_user)
    workflow.withdraw(article, by=admin_user, comment="客户要求")
    messages = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(messages) == ["提交审核", "审核通过：可以", "发布", "撤回：客户要求"]


def test_older_saves_are_a_link_away_and_stand_beside_the_newest(
    admin_client, admin_user, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("articles.admin.history._SHOWN", 2)
    article = make_draft("第一稿")
    workflow.submit(article, by=admin_user, comment="早的一步")
    for number in range(2, 6):
        article.refresh_from_db()
        edit(article, title=f"第{number}稿")
    workflow.submit(article, by=admin_user, comment="晚的一步")
    pks = list(article.revisions.values_list("pk", flat=True))
    url = f"/admin/articles/article/{article.pk}/history/"

    def shown(query="") -> list[int]:
        with django_assert_max_num_queries(20):
            lines = admin_client.get(url + query).context["lines"]
        return [line.revision.pk if line.revision else line.words for line in lines]

    assert shown() == ["提交审核：晚的一步", pks[0], pks[1]]
    page = admin_client.get(url).content.decode()
    assert f'href="?before={pks[1]}"' in page
    assert shown(f"?before={pks[1]}") == [pks[0], pks[2], pks[3]]
    assert shown(f"?before={pks[3]}") == [pks[0], "提交审核：早的一步", pks[4]]
    assert shown("?before=x") == shown()
    other = make_draft("另一篇").revisions.get().pk
    assert shown(f"?before={other}") == shown()
