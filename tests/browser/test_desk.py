"""The editors' desk in a real browser."""

import re

import pytest
from django.contrib.auth import get_user_model

from articles.models import Article
from tests.browser.conftest import PASSWORD
from tests.factories import make_article, make_category


@pytest.fixture
def open_as_editor(sign_in):
    """Opens a page of the desk as an administrator."""

    def open_as_editor(url):
        get_user_model().objects.create_superuser("editor", password=PASSWORD)
        return sign_in("editor", url)

    return open_as_editor


def test_no_script_of_the_admin_speaks_english(open_as_editor):
    make_category()
    page = open_as_editor("/admin/articles/firm/add/")
    pk = get_user_model().objects.get().pk
    for url in (
        "articles/firm/add",
        "auth/group/add",
        f"auth/user/{pk}/change",
        "articles/article/add",
    ):
        page.goto(page.url.split("/admin/")[0] + f"/admin/{url}/")
        page.wait_for_timeout(500)
        words = page.locator("#content").inner_text()
        assert not re.search(r"Choose|Remove|Available|Select|Today|Now\b|Filter", words), url


def parts(body):
    """Tags and words in order; the editor lays out white space its own way."""
    return [part.strip() for part in re.split(r"(<[^>]*>)", body) if part.strip()]


def test_an_editor_writes_and_publishes_an_article(open_as_editor):
    make_category()
    page = open_as_editor("/admin/articles/article/add/")
    page.fill("#id_title", "新写的文章")
    page.select_option("#id_category", label="金融债务")
    page.fill("#id_tags", "逾期，借条")
    page.locator(".cke_wysiwyg_div").click()
    page.keyboard.type("第一段《民法典》第675条。")
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("“新写的文章”已发布。").wait_for()
    article = Article.objects.published().get()
    assert article.body == "<p>第一段《民法典》第675条。</p>"
    assert sorted(article.tags.names()) == ["借条", "逾期"]


def test_saving_an_article_untouched_loses_nothing_of_it(open_as_editor):
    article = make_article(
        body='<h2>题</h2><h3>小题</h3><p><strong>粗</strong><em>斜</em><a href="/hf/1.html">链</a><br>行</p>'
        '<ol start="3"><li>一</li></ol><ul><li>二</li></ul><blockquote><p>引</p></blockquote><hr>'
        '<table><thead><tr><th scope="col">头</th></tr></thead>'
        '<tbody><tr><td colspan="2">格</td></tr></tbody></table><p>《民法典》第675条 &lt;x&gt;</p>'
    )
    page = open_as_editor(f"/admin/articles/article/{article.pk}/change/")
    page.locator(".cke_wysiwyg_div").wait_for()
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("已发布").first.wait_for()
    saved = Article.objects.get()
    assert saved.lock_version > article.lock_version
    assert parts(saved.body) == parts(article.body)
