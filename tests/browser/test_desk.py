"""The editors' desk in a real browser."""

import pytest
from django.contrib.auth import get_user_model

from articles.models import Article
from tests.factories import make_category


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_superuser("editor", password="a-long-password-1")


def test_an_editor_writes_and_publishes_an_article(visit, editor, live_server):
    make_category()
    page = visit("/admin/articles/article/add/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "a-long-password-1")
    page.get_by_role("button", name="登录").click()
    page.fill("#id_title", "新写的文章")
    page.select_option("#id_category", label="金融债务")
    page.fill("#id_tags", "逾期，借条")
    body = page.locator(".cke_wysiwyg_div")
    body.click()
    page.keyboard.type("第一段《民法典》第675条。")
    page.get_by_role("button", name="保存并发布").click()
    page.get_by_text("“新写的文章”已发布").wait_for()
    article = Article.objects.published().get()
    assert article.body == "<p>第一段《民法典》第675条。</p>"
    assert sorted(article.tags.names()) == ["借条", "逾期"]
