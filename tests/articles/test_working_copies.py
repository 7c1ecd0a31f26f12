import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles import workflow, working_copies
from articles.models import Revision, WorkingCopy
from tests.factories import make_author, make_category, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_draft("原题", "<p>原文。</p>", tags=["签"])


def autosave(client, article=None, **fields):
    where = f"{article.pk}/" if article else ""
    return client.post(f"/admin/articles/article/{where}autosave/", fields)


def typed(article=None, **changes):
    values = {"title": "打到一半", "body": "<p>半句</p>", "tags": "签", "typed": "1"}
    if article:
        values |= {"read_version": article.lock_version, "category": article.category_id}
    return values | changes


def test_what_is_typed_is_kept_in_one_slot_and_never_in_the_history(admin_client, article):
    for words in ("一", "一二", "一二三"):
        assert autosave(admin_client, article, **typed(article, title=words)).status_code == 200
    assert WorkingCopy.objects.get().content["title"] == "一二三"
    assert Revision.objects.count() == 1
    assert workflow.newest_content(article)["title"] == "原题"


def test_it_is_offered_when_the_form_is_opened_again_and_goes_back_into_it(admin_client, article):
    autosave(admin_client, article, **typed(article))
    url = f"/admin/articles/article/{article.pk}/change/"
    page = admin_client.get(url).content.decode()
    assert ("自动保存过没有存下来的内容" in page, "打到一半" in page) == (True, False)
    page = admin_client.get(f"{url}?copy=1").content.decode()
    assert 'value="打到一半"' in page
    assert "半句" in page


def test_a_new_article_has_a_slot_too(admin_client):
    autosave(admin_client, **typed(title="还没有栏目"))
    page = admin_client.get("/admin/articles/article/add/?copy=1").content.decode()
    assert 'value="还没有栏目"' in page
    form = {"title": "存了", "category": make_category().pk, "body": "", "tags": ""}
    admin_client.post("/admin/articles/article/add/", form)
    assert "自动保存过" not in admin_client.get("/admin/articles/article/add/").content.decode()


def test_saving_empties_the_slot_and_so_does_throwing_it_away(admin_client, article):
    url = f"/admin/articles/article/{article.pk}/change/"
    autosave(admin_client, article, **typed(article))
    admin_client.post(url, {**typed(article), "title": "存了"})
    assert workflow.newest_content(article)["title"] == "存了"
    assert "自动保存过" not in admin_client.get(url).content.decode()
    article.refresh_from_db()
    autosave(admin_client, article, **typed(article))
    autosave(admin_client, article, drop="1")
    assert "自动保存过" not in admin_client.get(url).content.decode()


def test_each_person_has_a_slot_of_their_own(client, admin_client, article):
    autosave(admin_client, article, **typed(article))
    client.force_login(make_user("reviewer", "审核人"))
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "自动保存过" not in page


def test_what_is_kept_is_clean(admin_client, article):
    autosave(admin_client, article, **typed(article, body="<p>文<img src=x onerror=alert(1)></p>"))
    assert "onerror" not in WorkingCopy.objects.get().content["body"]


def test_half_a_form_is_kept_as_it_is(admin_client, article):
    answer = autosave(
        admin_client,
        article,
        typed="1",
        title="长" * 500,
        category="99999999999999999999",
        author="x",
        read_version="x",
        tags="\x00a",
    )
    assert answer.status_code == 200
    content = WorkingCopy.objects.get().content
    assert (len(content["title"]), content["category"], content["tags"]) == (200, None, ["a"])


def test_who_else_has_it_open_is_told_by_name_and_since_when(client, admin_client, article):
    zhang = make_user("zhang", "审核人")
    lawyer = make_author("张三")
    lawyer.user = zhang
    lawyer.save()
    noon = timezone.make_aware(dt.datetime(2026, 11, 26, 12, 0))  # noqa: DTZ001  (made aware)
    working_copies.touch(article, zhang, at=noon)
    working_copies.touch(article, zhang, at=noon + dt.timedelta(seconds=60))
    other = make_user("other")
    seen = working_copies.others(article, other, at=noon + dt.timedelta(seconds=90))
    assert [str(one) for one in seen] == ["张三律师自 12:00 起正在编辑"]
    assert working_copies.others(article, zhang, at=noon) == []
    assert working_copies.others(article, other, at=noon + dt.timedelta(minutes=5)) == []
    # Who comes back after a pause has it open since then.
    later = noon + dt.timedelta(hours=1)
    working_copies.touch(article, zhang, at=later)
    assert working_copies.others(article, other, at=later)[0].since == later


def test_the_page_shows_who_else_is_at_it(client, admin_client, article):
    admin_client.get(f"/admin/articles/article/{article.pk}/change/")
    client.force_login(make_user("reviewer", "审核人"))
    page = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "admin自" in page
    assert "admin自" in autosave(client, article).json()["others"][0]


def test_the_answer_tells_that_somebody_saved(admin_client, article):
    assert autosave(admin_client, article).json()["version"] == article.lock_version
    workflow.save_draft(article, workflow.newest_content(article), by=None)
    assert autosave(admin_client, article).json()["version"] == article.lock_version


def test_who_may_not_write_it_keeps_nothing(client, article):
    client.force_login(make_user("author", "作者"))
    assert autosave(client, article, **typed(article)).status_code == 404
    client.force_login(make_user("publisher", "发布人"))
    assert autosave(client, article, **typed(article)).status_code == 403
    assert autosave(client, **typed()).status_code == 403
    client.logout()
    assert autosave(client, article, **typed(article)).status_code == 302
    assert not WorkingCopy.objects.exists()


def test_autosave_is_behind_csrf(article):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("reviewer", "审核人"))
    assert autosave(client, article, **typed(article)).status_code == 403
    assert client.get(f"/admin/articles/article/{article.pk}/autosave/").status_code == 405


def test_a_form_that_was_open_too_long_is_refused_in_plain_words(article):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("reviewer", "审核人"))
    page = client.post(f"/admin/articles/article/{article.pk}/change/", typed(article))
    assert (page.status_code, "留在这个浏览器里" in page.content.decode()) == (403, True)
