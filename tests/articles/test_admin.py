from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from articles import workflow
from articles.models import Article, CopyrightNotice, Revision
from statutes.models import Alias
from tests.factories import make_article, make_category, make_draft, make_firm, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client):
    """Who writes her own articles; logged in."""
    user = make_user("author", "作者")
    client.force_login(user)
    return user


def form(article=None, **changes):
    values = {
        "title": "题",
        "category": make_category().pk,
        "body": "<p>文。</p>",
        "tags": "签",
        "date_is_known": "on",
    }
    if article:
        values["read_version"] = article.lock_version
    return {**values, **changes}


def test_saving_writes_a_draft_and_no_live_row(admin_client):
    article = make_article("旧题", tags=["旧签"])
    url = f"/admin/articles/article/{article.pk}/change/"
    assert admin_client.post(url, form(article, title="新题", tags="新签")).status_code == 302
    article.refresh_from_db()
    assert (article.title, list(article.tags.names())) == ("旧题", ["旧签"])
    page = admin_client.get(url).content.decode()
    assert 'value="新题"' in page
    assert 'value="新签"' in page


def test_save_and_publish_brings_it_to_readers(admin_client, client):
    admin_client.post("/admin/articles/article/add/", form(_do="publish"))
    article = Article.objects.published().get()
    assert (article.title, list(article.tags.names())) == ("题", ["签"])
    revision = Revision.objects.get()
    assert revision.created_by.username == "admin"


def test_a_field_that_the_form_does_not_show_is_kept(admin_client):
    Image.new("RGB", (12, 6)).save(storage := BytesIO(), "PNG")
    name = default_storage.save("covers/x.png", ContentFile(storage.getvalue()))
    article = make_article(cover=name)
    admin_client.post(f"/admin/articles/article/{article.pk}/change/", form(article, _do="publish"))
    article = Article.objects.get()
    assert (article.cover.name, article.cover_width) == (name, 12)


def test_a_lost_cover_is_a_warning_not_a_failure():
    article = make_draft(cover="covers/gone.png")
    assert workflow.publish(article, by=None) == ["封面缺失：covers/gone.png"]
    assert not Article.objects.published().get().cover


def test_the_later_of_two_saves_is_refused_and_its_words_stay_in_the_form(admin_client):
    article = make_draft()
    mine = form(article, title="我写的标题", body="<p>我写的正文</p>")
    workflow.save_draft(article, {**workflow.newest_content(article), "title": "别人的"}, by=None)
    response = admin_client.post(f"/admin/articles/article/{article.pk}/change/", mine)
    page = response.content.decode()
    assert response.status_code == 200
    assert "别人已经保存过这篇文章" in page
    assert "两份不同的内容" in page
    assert "我写的标题" in page
    assert "我写的正文" in page
    mine["body"] = article.revisions.first().content["body"] + "\r\n"
    page = admin_client.post(response.request["PATH_INFO"], mine).content.decode()
    assert "其他细小的差别" not in page  # the browser's own end of line
    mine["body"] = "<p>我写的正文</p>"
    assert workflow.newest_content(article)["title"] == "别人的"
    article.refresh_from_db()
    url = f"/admin/articles/article/{article.pk}/change/"
    admin_client.post(url, {**mine, "_overwrite": article.lock_version})
    titles = [one.content["title"] for one in article.revisions.all()]
    assert titles[:2] == ["我写的标题", "别人的"]  # the other's is in the history


def test_to_overwrite_what_was_saved_meanwhile_again_is_refused(admin_client):
    article = make_draft()
    mine = form(article, title="我写的标题")
    for title in ("第一次", "第二次"):
        article.refresh_from_db()
        seen = article.lock_version
        content = {**workflow.newest_content(article), "title": title}
        workflow.save_draft(article, content, by=None)
    url = f"/admin/articles/article/{article.pk}/change/"
    page = admin_client.post(url, {**mine, "_overwrite": seen}).content.decode()
    assert "两份不同的内容" in page
    assert workflow.newest_content(article)["title"] == "第二次"


def test_an_author_saves_and_submits_but_cannot_publish(author, client):
    article = workflow.create({"title": "题", "category": make_category().pk}, by=author)
    url = f"/admin/articles/article/{article.pk}/change/"
    page = client.get(url).content.decode()
    assert ('value="submit"' in page, 'value="publish"' in page) == (True, False)
    page = client.post(url, form(article, title="改", _do="publish"), follow=True).content.decode()
    assert "您没有“发布”的权限" in page
    article.refresh_from_db()
    assert workflow.newest_content(article)["title"] == "改"
    assert (article.state, article.stage) == ("draft", "draft")
    client.post(url, form(article, title="再改", _do="submit"))
    article.refresh_from_db()
    assert (article.stage, workflow.newest_content(article)["title"]) == ("in_review", "再改")


def test_an_author_does_not_see_the_drafts_of_others(author, client):
    article = make_draft("别人的稿")
    assert "别人的稿" not in client.get("/admin/articles/article/").content.decode()
    url = f"/admin/articles/article/{article.pk}/change/"
    assert "别人的稿" not in client.get(url, follow=True).content.decode()


def test_a_save_without_a_change_writes_nothing(admin_client):
    article = make_article("题", "<h2>甲</h2><p>文。</p>", tags=["签"])
    url = f"/admin/articles/article/{article.pk}/change/"
    same = form(article, title="题", body="<h2>甲</h2>\n\n<p>文。</p>\n")
    page = admin_client.post(url, same, follow=True).content.decode()
    assert "没有改动" in page
    assert article.revisions.count() == 1
    article.refresh_from_db()
    assert article.stage == ""


def test_each_save_says_who_when_and_why(admin_client, admin_user):
    article = make_draft("题")
    url = f"/admin/articles/article/{article.pk}/change/"
    admin_client.post(url, form(article, title="二", comment="改了题目"))
    newest = article.revisions.first()
    assert (newest.created_by, newest.comment) == (admin_user, "改了题目")
    page = admin_client.get(f"/admin/articles/article/{article.pk}/history/").content.decode()
    assert "改了题目" in page


def test_an_hour_is_needed_to_schedule_and_must_be_ahead(admin_client):
    article = make_draft("题")
    url = f"/admin/articles/article/{article.pk}/change/"
    for hour in ("", "2020-01-01T09:00"):
        page = admin_client.post(
            url, form(article, title="题", _do="schedule", publish_at=hour), follow=True
        ).content.decode()
        assert "还没有到的时间" in page
        article.refresh_from_db()
        assert article.state == "draft"
    admin_client.post(url, form(article, title="题", _do="schedule", publish_at="2999-01-04T09:00"))
    article.refresh_from_db()
    assert article.is_scheduled()
    assert timezone.localtime(article.published_at).hour == 9
    assert "定时 2999-01-04 09:00" in admin_client.get(url).content.decode()
    admin_client.post(url, form(article, title="题", _do="publish"))
    article.refresh_from_db()
    assert article.is_public()


def test_publish_and_withdraw_from_the_list(admin_client):
    article = make_draft("一篇")
    url = "/admin/articles/article/"
    for action, state, words in (
        ("publish", "published", "已处理 1 篇"),
        ("withdraw", "withdrawn", "已处理 1 篇"),
        ("withdraw", "withdrawn", "“一篇”没有处理"),
    ):
        chosen = {"action": action, "_selected_action": [article.pk], "confirmed": "1"}
        page = admin_client.post(url, chosen, follow=True).content.decode()
        article.refresh_from_db()
        assert (article.state, words in page) == (state, True)


def test_no_article_is_deleted_in_the_admin(admin_client):
    article = make_article()
    assert admin_client.post(f"/admin/articles/article/{article.pk}/delete/").status_code == 403


def test_a_notice_with_a_wrong_variable_is_explained(admin_client):
    page = admin_client.post(
        "/admin/articles/article/add/", form(closing_override="{nobody}")
    ).content.decode()
    assert "没有变量 {nobody}" in page


@pytest.mark.parametrize(
    "url",
    [
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/add/",
        "/admin/articles/category/",
        "/admin/articles/category/add/",
        "/admin/articles/author/",
        "/admin/articles/firm/",
        "/admin/articles/copyrightnotice/",
        "/admin/statutes/statute/",
        "/admin/statutes/version/",
        "/admin/statutes/clause/",
    ],
)
def test_every_page_of_the_desk_opens_within_twenty_queries(
    admin_client, url, civil_code, django_assert_max_num_queries
):
    make_firm()
    for _ in range(10):
        make_article()
    with django_assert_max_num_queries(20):
        assert admin_client.get(url, follow=True).status_code == 200


def test_only_editor_pages_relax_the_policy(admin_client):
    assert (
        "unsafe-inline"
        in admin_client.get("/admin/articles/article/add/")["Content-Security-Policy"]
    )
    for url in ("/admin/", "/admin/articles/article/"):
        assert "unsafe" not in admin_client.get(url)["Content-Security-Policy"]


def test_the_last_default_notice_stays_the_default(admin_client):
    original, reprint = CopyrightNotice.objects.order_by("-is_default")
    url = f"/admin/articles/copyrightnotice/{original.pk}/change/"
    values = {"name": original.name, "closing": original.closing, "notice": original.notice}
    assert "总要有一个默认声明" in admin_client.post(url, values).content.decode()
    values = {"name": reprint.name, "closing": "{title}。", "notice": "。", "is_default": "on"}
    url = f"/admin/articles/copyrightnotice/{reprint.pk}/change/"
    assert admin_client.post(url, values).status_code == 302
    assert list(CopyrightNotice.objects.filter(is_default=True)) == [reprint]


def test_an_alias_that_differs_only_in_spaces_is_explained(admin_client, civil_code):
    with pytest.raises(ValidationError, match="已有这个别名"):
        Alias(statute=civil_code.statute, name="民 法 典").full_clean()


@pytest.mark.parametrize("tags", ["！！！", "长" * 41])
def test_a_tag_that_can_be_none_is_explained(admin_client, tags):
    page = admin_client.post("/admin/articles/article/add/", form(tags=tags, _do="publish"))
    assert "标签" in page.content.decode()
    assert not Article.objects.exists()


def test_a_category_has_at_most_two_levels(admin_client):
    child = make_category("子", parent=make_category("父"))
    page = admin_client.post(
        "/admin/articles/category/add/",
        {"name": "孙", "slug": "sun", "parent": child.pk, "order": 0},
    ).content.decode()
    assert "errorlist" in page


def test_a_category_without_a_notice_gets_the_default_one(admin_client):
    admin_client.post("/admin/articles/category/add/", {"name": "新", "slug": "xin", "order": 0})
    assert make_category("新").notice.is_default


def test_the_desk_lists_its_tables_in_the_order_of_the_days_work(admin_client):
    apps = admin_client.get("/admin/").context["app_list"]
    assert [app["name"] for app in apps] == ["文章", "法律法规", "认证和授权"]
    names = [str(model["name"]) for model in apps[0]["models"]]
    first = ["文章", "引用", "图片", "栏目", "标签", "律师", "版权声明", "律所"]
    assert names == [*first, "重定向", "待发事项"]
    assert "标签" in admin_client.get("/admin/taggit/").content.decode()
