import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.core import signing
from django.utils import timezone
from taggit.models import Tag

from articles import preview, workflow
from articles.models import Article, Citation, Firm, Outbox
from tests.factories import make_article, make_draft, make_firm

pytestmark = pytest.mark.django_db


def link(article) -> str:
    return preview.address(article.revisions.first())


def test_a_draft_is_shown_as_readers_will_see_it(get, civil_code):
    article = make_draft("预览的题", "<p>《民法典》第675条。</p>", tags=["预览签"])
    page = get(link(article))
    assert "<h1>预览的题</h1>" in page
    assert "现行有效" in page
    assert "预览签" in page
    assert "第六百七十五条" in page


def test_nothing_of_it_stays(get, civil_code):
    article = make_article("线上的题", "<p>线上。</p>", tags=["旧签"])
    content = {
        **workflow.newest_content(article),
        "title": "新稿",
        "body": "<p>《民法典》第577条。</p>",
        "tags": ["新签"],
    }
    workflow.save_draft(article, content, by=None)
    before = Article.objects.values().get()
    counts = [model.objects.count() for model in (Citation, Tag, LogEntry, Outbox)]
    assert "新签" in get(link(article))
    assert Article.objects.values().get() == before
    assert [model.objects.count() for model in (Citation, Tag, LogEntry, Outbox)] == counts
    assert list(article.tags.names()) == ["旧签"]
    assert "线上的题" in get(article.get_absolute_url())


def test_it_is_byte_for_byte_the_page_that_readers_get(client, civil_code, monkeypatch):
    stopped = timezone.now()  # both pages name the second at which they came out
    monkeypatch.setattr(timezone, "now", lambda: stopped)
    article = make_draft("题", "<h2>节</h2><p>《民法典》第675条。</p>", tags=["签"])
    previewed = client.get(link(article) + "?bare").content.decode()
    workflow.publish(article, by=None)
    live = client.get(article.get_absolute_url()).content.decode()
    previewed = previewed.replace('<meta name="robots" content="noindex">', "")
    assert [line for line in previewed.splitlines() if line] == [
        line for line in live.splitlines() if line
    ]


def test_the_link_shows_what_was_sent_not_what_was_written_later(get):
    article = make_draft("发给客户的题")
    sent = link(article)
    workflow.save_draft(article, {**workflow.newest_content(article), "title": "后来的"}, by=None)
    assert ("发给客户的题" in get(sent), "后来的" in get(sent)) == (True, False)


def test_it_is_never_cached_indexed_or_told_to_others(client):
    response = client.get(link(make_draft()))
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert response["Referrer-Policy"] == "no-referrer"
    assert 'name="robots" content="noindex"' in response.content.decode()
    assert not response.cookies
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_a_link_expires_after_the_firms_days(client, monkeypatch):
    make_firm()
    sent = link(make_draft())
    assert client.get(sent).status_code == 200
    now = dt.datetime.now(dt.UTC).timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: now + 8 * 86_400)
    page = client.get(sent)
    assert (page.status_code, "已过期" in page.content.decode()) == (410, True)
    assert page["Cache-Control"] == "no-store, private"
    Firm.objects.update(preview_days=30)
    assert client.get(sent).status_code == 200


@pytest.mark.parametrize("token", ["x", "MQ:1wezek:abc", "\x00", "a" * 3000])
def test_a_forged_link_shows_nothing(client, token):
    make_draft()
    assert client.get(f"/preview/{token}/").status_code == 404


def test_a_link_signed_for_something_else_is_none(client):
    revision = make_draft().revisions.first()
    assert client.get(f"/preview/{signing.dumps(revision.pk)}/").status_code == 404


def test_withdrawing_ends_the_links_of_before(get, client):
    article = make_article("公开过的")
    old = link(article)
    assert "公开过的" in get(old)
    workflow.withdraw(article, by=None)
    assert client.get(old).status_code == 410
    article.refresh_from_db()
    assert "公开过的" in get(link(article))  # the desk's own, made since


def test_a_discarded_draft_is_shown_to_nobody(client):
    article = make_draft()
    sent = link(article)
    workflow.discard(article, by=None)
    assert client.get(sent).status_code == 404


def test_a_draft_with_a_lost_cover_or_lawyer_can_still_be_looked_at(get):
    assert "题" in get(link(make_draft("题", cover="covers/gone.png")))


def test_the_desk_shows_both_widths_and_the_link(admin_client):
    article = make_article("题")
    page = admin_client.get(f"/admin/articles/article/{article.pk}/preview/")
    html = page.content.decode()
    assert html.count("<iframe") == 2
    assert "7 天内有效" in html
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_the_revision_date_of_a_live_articles_next_draft_is_shown(get):
    article = make_article("题", on=dt.date(2025, 7, 1))
    workflow.save_draft(article, {**workflow.newest_content(article), "title": "新"}, by=None)
    today = timezone.localdate()
    assert f'修订于 <time datetime="{today}"' in get(link(article))
