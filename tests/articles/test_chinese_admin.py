"""No English in the editors' desk: every page that staff can open."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.urls import reverse

from articles.models import Article, Outbox
from tests.factories import make_article, make_author, make_draft, make_firm, make_hidden_articles

pytestmark = pytest.mark.django_db

# Names of formats and of things that have no other name.
ALLOWED = {
    *("JPEG", "PNG", "WebP", "GIF", "Word", "WeChat", "ICP", "JSON", "CSV", "Excel", "docx", "doc"),
    *("txt", "MB", "KB", "px", "HTTP", "HTTPS", "http", "html", "URL", "IP", "SEO", "ID", "LDAP"),
    *("Ctrl", "Mac", "Control", "Command", "Unicode", "Luwen", "admin", "hf", "jinrongzhaiwu"),
    *("example", "com", "www"),
}
_OUT = re.compile(r"<(script|style|textarea|option)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SHOWN = re.compile(r'\b(?:title|alt|placeholder|aria-label|value)="([^"]*)"')


# Values of fields are data; those of submit inputs are words. A password's hash is shown in parts.
_HIDDEN = re.compile(r'<input[^>]*type="(?!submit)[^>]*>|<button[^>]*>')
_HASH = re.compile(r'<div class="form-row field-password.*?</div>\s*</div>', re.DOTALL)


def english(html: str) -> set[str]:
    body = unescape(_OUT.sub(" ", _HASH.sub(" ", html[html.index("<body") :])))
    shown = " ".join(_SHOWN.findall(_HIDDEN.sub(" ", body)))
    words = re.sub(r"<[^>]*>", " ", body) + " " + re.sub(r"\S*[/_=.\d]\S*", " ", shown)
    words = re.sub(r"\{\w+\}|https?://\S+|/\S*", " ", words)
    return set(re.findall(r"[A-Za-z]{3,}", words)) - ALLOWED


@pytest.fixture
def everything(civil_code, admin_user):
    make_firm()
    author = make_author()
    article = make_article("题", "<p>《民法典》第675条。</p>", tags=["签"], author=author.pk)
    make_hidden_articles()
    Outbox.objects.create(kind="mail", payload={"to": "甲"})
    return article


def pages(article: Article) -> list[str]:
    found = ["/admin/", reverse("admin:password_change"), "/admin/check-text/"]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        found.append(reverse(f"{name}_add"))
        row = model.objects.first()
        if row:
            found.append(reverse(f"{name}_change", args=[row.pk]))
            found.append(reverse(f"{name}_history", args=[row.pk]))
            found.append(reverse(f"{name}_delete", args=[row.pk]))
    other = make_draft().pk
    for pk in (article.pk, other):
        base = f"/admin/articles/article/{pk}/"
        found += [f"{base}change/", f"{base}history/", f"{base}preview/"]
    found += [f"/admin/articles/article/{article.pk}/wechat/", "/admin/articles/article/from-word/"]
    return found


def test_no_page_of_the_admin_speaks_english_and_none_takes_over_twenty_queries(
    admin_client, everything, django_assert_max_num_queries
):
    spoken, seen = {}, 0
    for url in pages(everything):
        admin_client.get("/admin/")  # what is cached by the process, like content types
        with django_assert_max_num_queries(20, info=url):
            response = admin_client.get(url)
        if response.status_code != 200:
            assert response.status_code in (302, 403), url
            continue
        seen += 1
        if words := english(response.content.decode()):
            spoken[url] = words
    assert spoken == {}
    assert seen > 40
