"""The pictures' pages at the desk, and what the editor's dialog asks and is told."""

import json

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles import images, workflow
from articles.models import Picture
from tests.factories import image_bytes, make_article, make_draft, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/picture/"


def file(name="借条.png", data=None, **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or image_bytes(**options))


def stored(name="借条.png", by=None, **options) -> Picture:
    return images.store(image_bytes(**options), name=name, by=by)


def showing(picture: Picture) -> str:
    return f'<p><img src="{images.address(picture.file.name)}" alt="借条"></p>'


@pytest.fixture
def author(client):
    user = make_user("author", "作者")
    client.force_login(user)
    return user


class TestUpload:
    url = f"{LIST}upload/"

    def test_the_answer_is_what_the_editor_inserts(self, client, author):
        told = client.post(self.url, {"file": file(size=(1000, 500))}).json()
        kept = Picture.objects.get()
        assert told == {
            "id": kept.pk,
            "url": images.address(kept.file.name),
            "small": images.address(images.small_name(kept.file.name)),
            "width": 1000,
            "height": 500,
            "name": "借条.png",
            "alt": "",
        }
        assert kept.uploaded_by == author

    @pytest.mark.parametrize(
        ("sent", "reason"),
        [
            ({}, "没有收到图片"),
            ({"file": "words"}, "没有收到图片"),
            ({"file": file("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "只收"),
            ({"file": file("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99)}, ""),
            ({"file": file("a.png", size=(8000, 6000), mode="1")}, "百万像素"),
        ],
    )
    def test_what_is_refused_says_why_and_leaves_nothing(self, client, author, sent, reason):
        answer = client.post(self.url, sent)
        assert answer.status_code == 400
        assert reason in answer.json()["error"]
        assert not Picture.objects.exists()

    def test_a_request_without_our_token_is_refused(self, author):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(author)
        assert strict.post(self.url, {"file": file()}).status_code == 403
        assert not Picture.objects.exists()

    def test_reading_it_does_nothing(self, client, author):
        assert client.get(self.url).status_code == 405

    def test_who_is_logged_out_is_told_in_json(self, client):
        answer = client.post(self.url, {"file": file()})
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
        assert "登录已过期" in answer.json()["error"]

    def test_who_may_not_upload_cannot(self, client):
        client.force_login(make_user("nobody"))
        assert "没有上传图片的权限" in client.post(self.url, {"file": file()}).json()["error"]
        assert client.get(f"{LIST}add/").status_code == 403
        assert not Picture.objects.exists()


class TestChoose:
    url = f"{LIST}choose/"

    def asked(self, client, **query) -> tuple[list[str], int | None]:
        answer = client.get(self.url, query).json()
        return [one["name"] for one in answer["pictures"]], answer["before"]

    def test_the_newest_come_first_a_page_at_a_time(self, client, author, monkeypatch):
        monkeypatch.setattr("articles.admin.pictures._A_PAGE", 2)
        for n in range(3):
            stored(f"{n}.png", by=author, color=(n, n, n))
        names, before = self.asked(client)
        assert names == ["2.png", "1.png"]
        assert self.asked(client, before=before) == (["0.png"], None)

    def test_words_of_the_name_or_of_the_description_find(self, client, author):
        stored("借条.png", by=author, color=(1, 1, 1))
        other = stored("x.png", by=author, color=(2, 2, 2))
        Picture.objects.filter(pk=other.pk).update(alt="一张欠条")
        assert self.asked(client, q="借条") == (["借条.png"], None)
        assert self.asked(client, q="欠条") == (["x.png"], None)
        assert self.asked(client, q="没有") == ([], None)

    @pytest.mark.parametrize("query", [{"before": "x"}, {"before": "9" * 30}, {"q": "\x00"}])
    def test_a_malformed_query_is_no_error(self, client, author, query):
        assert client.get(self.url, query).status_code == 200

    def test_of_others_drafts_nothing(self, client, author):
        theirs = stored("别人的.png", by=make_user("other", "作者"))
        make_draft("别人的稿", showing(theirs))
        assert self.asked(client) == ([], None)

    def test_a_login_that_is_over_is_said_in_json(self, client):
        assert client.get(self.url).status_code == 403
        client.force_login(make_user("nobody"))
        assert "没有查看图片的权限" in client.get(self.url).json()["error"]


class TestPages:
    def test_the_list_says_how_often_each_is_used(
        self, admin_client, django_assert_max_num_queries
    ):
        used, unused = stored("用过.png", color=(1, 1, 1)), stored("没用.png", color=(2, 2, 2))
        make_article(body=showing(used))
        make_draft(body=showing(used))
        for n in range(20):
            stored(f"{n}.png", color=(n, 9, 9))
        with django_assert_max_num_queries(20):
            rows = admin_client.get(LIST).context["cl"].result_list
        assert {row.name: row.times for row in rows if row.times} == {"用过.png": 2}
        shown = admin_client.get(f"{LIST}?used=yes").context["cl"].result_list
        assert list(shown) == [used]
        assert unused in admin_client.get(f"{LIST}?used=no").context["cl"].result_list
        assert not admin_client.get(f"{LIST}?q=没有这样的图").context["cl"].result_list

    def test_several_are_uploaded_at_once_each_by_itself(self, admin_client):
        sent = [file("一.png", color=(1, 1, 1)), file("坏.png", b"x"), file("三.png")]
        page = admin_client.post(f"{LIST}add/", {"file": sent}, follow=True).content.decode()
        assert {one.name for one in Picture.objects.all()} == {"一.png", "三.png"}
        assert "已上传：一.png" in page
        assert "坏.png：" in page

    def test_sending_no_file_is_explained(self, admin_client):
        assert "请先选图片" in admin_client.post(f"{LIST}add/").content.decode()

    def test_a_pictures_page_names_the_articles_and_counts_those_that_may_not_be_read(
        self, client, author
    ):
        kept = stored(by=author)
        make_article("公开的", body=showing(kept))
        make_draft("别人的稿", showing(kept))
        page = client.get(f"{LIST}{kept.pk}/change/").content.decode()
        assert "公开的" in page
        assert "读者看得到" in page
        assert "别人的稿" not in page
        assert "另有 1 篇您看不到的文章" in page

    def test_the_description_is_all_that_can_be_changed(self, admin_client):
        kept = stored()
        was = kept.file.name
        admin_client.post(f"{LIST}{kept.pk}/change/", {"alt": "一张借条", "file": "other.png"})
        kept.refresh_from_db()
        assert (kept.alt, kept.file.name) == ("一张借条", was)

    def test_one_that_an_article_shows_is_not_deleted(self, admin_client):
        kept = stored()
        make_article(body=showing(kept))
        page = admin_client.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"}, follow=True)
        assert "还用在 1 篇文章里，没有删除" in page.content.decode()
        assert Picture.objects.exists()

    def test_one_of_the_past_is_deleted_after_a_warning(
        self, admin_client, django_capture_on_commit_callbacks
    ):
        kept = stored()
        draft = make_draft("旧稿", showing(kept))
        workflow.save_draft(draft, {**workflow.newest_content(draft), "body": ""}, by=None)
        url = f"{LIST}{kept.pk}/delete/"
        assert "1 篇文章的历史里会缺这张图" in admin_client.get(url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            admin_client.post(url, {"post": "yes"})
        assert not Picture.objects.exists()
        assert not default_storage.exists(kept.file.name)

    def test_somebody_elses_unseen_picture_is_not_found(self, client, author):
        theirs = stored(by=make_user("other", "作者"))
        for page in ("change", "delete", "history"):
            answer = client.get(f"{LIST}{theirs.pk}/{page}/")
            assert answer.status_code in (302, 403, 404)
            assert theirs.name not in json.dumps(answer.content.decode(), ensure_ascii=False)
