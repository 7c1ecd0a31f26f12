"""The public lists: what is in them, in which order, page by page, and how many they say there are."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from articles import images, workflow
from articles.models import Article
from articles.paging import PER_PAGE
from tests.factories import (
    image_bytes,
    make_article,
    make_author,
    make_category,
    make_draft,
    make_firm,
    make_hidden_articles,
)

pytestmark = pytest.mark.django_db


def titles(client, url: str) -> list[str]:
    """Of all its pages, one after another."""
    found, after = [], ""
    while True:
        page = client.get(url, {"after": after} if after else {}).context["page"]
        found += [one.title for one in page.articles]
        if not page.older:
            return found
        after = page.older


@pytest.fixture
def many() -> list[str]:
    """Two pages and a bit, some published in the same moment, under every kind of list."""
    parent = make_category("父")
    child = make_category("子", parent=parent)
    author = make_author("甲律")
    day = dt.date(2025, 7, 1)
    made = [
        make_article(
            f"第{n}篇",
            tags=["签"],
            author=author.pk,
            category=(child if n % 3 else parent).pk,
            on=day + dt.timedelta(days=n // 4),
        )
        for n in range(2 * PER_PAGE + 3)
    ]
    make_hidden_articles(tags=["签"], author=author.pk, category=child.pk)
    ordered = sorted(made, key=lambda one: (one.published_at, one.pk), reverse=True)
    return [one.title for one in ordered]


@pytest.mark.parametrize(
    "url", ["/", "/category/fu/", "/tag/签/", "author", "/archive/2025/", "/archive/2025/07/"]
)
def test_every_list_is_whole_and_newest_first_page_by_page(client, many, url):
    if url == "author":
        url = make_author("甲律").get_absolute_url()
    assert titles(client, url) == many
    if url != "/":
        assert client.get(url).context["count"] == len(many)
        assert f"共 {len(many)} 篇" in client.get(url).content.decode()


def test_a_category_counts_what_is_under_it(client, many):
    page = client.get("/category/fu/")
    (child,) = page.context["children"]
    assert child[1] == sum(1 for n in range(len(many)) if n % 3)


@pytest.mark.parametrize(
    ("url", "heading", "feed"),
    [
        ("/category/jinrongzhaiwu/", "金融债务", "/category/jinrongzhaiwu/feed/"),
        ("/tag/签/", "签", "/tag/%E7%AD%BE/feed/"),
        ("author", "甲律律师", "feed/"),
        ("/archive/2025/", "2025 年的文章", "/feed/"),
        ("/archive/2025/07/", "2025 年 7 月的文章", "/feed/"),
    ],
)
def test_each_has_its_own_words_feed_and_address(client, url, heading, feed):
    make_firm()
    author = make_author("甲律")
    make_article(tags=["签"], author=author.pk)
    url = author.get_absolute_url() if url == "author" else url
    page = client.get(url).content.decode()
    assert f"<title>{heading} · 测试律师</title>" in page
    assert f'<link rel="canonical" href="http://www.example.com{url}">' in page
    assert feed in page
    description = page.split('name="description" content="')[1].split('"')[0]
    assert description
    assert description != "测试律师"
    assert '"@type": "BreadcrumbList"' in page


def test_later_pages_are_for_reading_on_not_for_finding(client, many):
    page = client.get("/tag/签/")
    assert "noindex" not in page.content.decode()
    after = page.context["page"].older
    assert 'content="noindex, follow"' in client.get(f"/tag/签/?after={after}").content.decode()


def test_the_archive_names_the_months_that_have_articles(client):
    make_article(on=dt.date(2024, 2, 29))
    make_article(on=dt.date(2025, 12, 31))
    make_article(on=dt.date(2025, 12, 1))
    make_hidden_articles()
    assert client.get("/archive/").context["years"] == [(2025, 2, {12: 2}), (2024, 1, {2: 1})]
    assert titles(client, "/archive/2024/02/") == titles(client, "/archive/2024/")
    for empty in ("/archive/2025/11/", "/archive/2023/", "/archive/2999/", "/archive/2025/13/"):
        assert client.get(empty).status_code == 404
    moved = client.get("/archive/2024/2/")
    assert (moved.status_code, moved["Location"]) == (301, "/archive/2024/02/")


def test_a_lawyer_has_a_page_as_soon_as_readers_see_an_article(client):
    author = make_author("甲律")
    hidden = make_hidden_articles(author=author.pk)
    assert client.get(author.get_absolute_url()).status_code == 404
    workflow.publish(hidden["draft"], by=None)
    page = client.get(author.get_absolute_url()).content.decode()
    assert "执业证号 13301000000000000" in page
    assert "共 1 篇" in page


def test_the_newest_on_a_clause_a_page_at_a_time(client, civil_code):
    body = "<p>《民法典》第675条</p>"
    for n in range(PER_PAGE + 2):
        make_article(f"引{n}", body)
    make_hidden_articles(body)
    first = client.get("/statutes/minfadian/675/")
    assert f"共 {PER_PAGE + 2} 篇" in first.content.decode()
    older = first.content.decode().split("?after=")[1].split("#")[0]
    rest = client.get(f"/statutes/minfadian/675/?after={older}").content.decode()
    assert rest.count("<h3") == 2
    assert client.get("/statutes/minfadian/675/?after=nichts").status_code == 400


class TestNeighbours:
    def test_are_the_nearest_of_the_category_whatever_else_is_there(self, client):
        other = make_category("别的栏目").pk
        made = [make_article(f"第{n}篇", on=dt.date(2025, 7, 1 + n // 2)) for n in range(6)]
        make_article("别处", category=other, on=dt.date(2025, 7, 2))
        make_hidden_articles()
        order = [one.title for one in sorted(made, key=lambda one: (one.published_at, one.pk))]
        for place, title in enumerate(order):
            page = client.get(Article.objects.get(title=title).get_absolute_url())
            found = re.findall(
                r'rel="(prev|next)"><span>...</span>(.*?)</a>', page.content.decode()
            )
            wanted = {"prev": order[place - 1] if place else None}
            wanted["next"] = order[place + 1] if place + 1 < len(order) else None
            assert dict(found) == {way: title for way, title in wanted.items() if title}

    def test_the_hour_of_a_scheduled_one_brings_it(self, client, monkeypatch):
        article = make_article("甲")
        due = timezone.now() + dt.timedelta(hours=1)
        workflow.publish(make_draft("乙"), by=None, at=due)
        assert 'rel="next"' not in client.get(article.get_absolute_url()).content.decode()
        monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
        page = client.get(article.get_absolute_url()).content.decode()
        assert 'rel="next"><span>下一篇</span>乙</a>' in page


def test_a_cover_comes_in_the_size_that_is_shown(client):
    picture = images.store(image_bytes(size=(1200, 630)), name="a.png", by=None)
    make_article(cover=picture.file.name)
    make_article("没有小图", cover=images.store(image_bytes(), name="b.png", by=None).file.name)
    page = client.get("/").content.decode()
    small = images.address(images.small_name(picture.file.name))
    assert page.count("srcset=") == 1
    assert f'srcset="{small} 640w, {images.address(picture.file.name)} 1200w"' in page
