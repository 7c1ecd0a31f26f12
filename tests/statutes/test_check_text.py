import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

pytestmark = pytest.mark.django_db

URL = "/admin/check-text/"
TEXT = "依据《合同法》第一百零七条，\n《民法典》第577条；《民法典》第九百九十条、《刑法》第一条。"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_user("lushi", is_staff=True))
    return client


def test_only_the_staff_may_use_it(client):
    assert reverse("check_text") == URL
    assert client.get(URL).status_code == 302
    client.force_login(User.objects.create_user("duzhe"))
    assert client.post(URL, {"text": TEXT}).status_code == 302


def test_the_login_page_has_no_link_to_it_and_the_desk_has(client, staff):
    assert URL in staff.get("/admin/").content.decode()
    staff.logout()
    assert URL not in client.get("/admin/login/").content.decode()


def test_each_citation_is_shown_in_its_sentence_with_what_is_to_be_said(staff, civil_code):
    page = staff.post(URL, {"text": TEXT, "on": "2025-01-01"}).content.decode()
    assert "4 处引用，3 处需要看一看" in page
    assert "依据<mark>《合同法》第一百零七条</mark>，" in page
    for words in (
        "已废止",
        "现行有效",
        "没有这一条",
        "本库没有这部法律",
        "《民法典》第五百七十七条",
    ):
        assert words in page


def test_nothing_is_kept(staff, civil_code):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        staff.post(URL, {"text": TEXT})
    written = [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []


def test_the_text_stays_in_the_form_and_is_escaped(staff, civil_code):
    page = staff.post(URL, {"text": "<script>alert(1)</script>《民法典》第577条"}).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_finds_nothing_says_so(staff, civil_code):
    assert "没有找到引用的法条" in staff.post(URL, {"text": "没有引用。"}).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"text": ""}, "必填"),
        ({"text": "文" * 200_001}, "文本超过二十万字"),
        ({"text": "文", "on": "2025-02-30"}, "日期"),
        ({"text": "文\x00"}, "空字符"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(staff, data, words):
    response = staff.post(URL, data)
    assert response.status_code == 200
    page = response.content.decode()
    assert words in page
    assert "errorlist" in page
