import re

import pytest
from django.utils import timezone

from articles.wechat import styled, wechat_article
from tests.factories import make_article, make_firm, make_hidden_articles, make_user

pytestmark = pytest.mark.django_db

BODY = (
    '<h2>节</h2><p class="align-center">依《民法典》第675条，再看《民法典》第675条和第577条。</p>'
    '<p><a href="https://example.com/">外链</a></p>'
)


def test_styles_are_inline_and_citations_become_notes(civil_code):
    make_firm()
    article = make_article("题", BODY)
    html = wechat_article(article, on=timezone.localdate())
    assert not re.search(r"\sclass=|<a |<button|<script|<!--", html)
    assert html.count("<sup") == 3
    assert html.count(">[1]</sup>") == 2
    assert "[1] 《民法典》第六百七十五条（" in html
    assert "现行有效" in html
    assert "借款人应当按照约定的期限返还借款" in html
    assert "外链" in html
    assert "text-align:center" in html
    assert f"原文链接：http://www.example.com/hf/{article.pk}.html" in html


def test_what_is_not_html_of_ours_is_escaped():
    assert styled("<p>&lt;script&gt;</p>").endswith(">&lt;script&gt;</p>")


def test_only_what_readers_see_is_copied(client):
    client.force_login(make_user("reviewer", "审核人"))
    for article in make_hidden_articles().values():
        assert client.get(f"/admin/articles/article/{article.pk}/wechat/").status_code == 404
    article = make_article()
    assert client.get(f"/admin/articles/article/{article.pk}/wechat/").status_code == 200
