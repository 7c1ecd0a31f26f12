"""Addresses of before: where they lead, and what stands where nothing is."""

import datetime as dt

import pytest
from django.contrib.redirects.models import Redirect

from articles import lost
from tests.factories import make_article, make_category, make_hidden_articles, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/post/{}.html",
        "/{}.html",
        "/2019/07/zhaiwu/{}.html",
        "/news/show-{}.html",
        "/债务/逾期怎么办-{}.html",
        "/hf/{}.html/../{}.html",
    ],
)
def test_any_old_path_that_ends_in_the_id_leads_to_the_article(client, path):
    article = make_article(pk=874_652)
    response = client.get(path.format(article.pk, article.pk))
    assert (response.status_code, response["Location"]) == (301, "/hf/874652.html")


def test_to_a_withdrawn_one_too_where_it_says_so_but_not_to_a_hidden_one(client):
    hidden = make_hidden_articles()
    codes = {name: client.get(f"/post/{one.pk}.html").status_code for name, one in hidden.items()}
    assert codes == {"draft": 404, "scheduled": 404, "withdrawn": 301}


@pytest.mark.parametrize("path", ["/post/1.html", f"/{10**17}.html", f"/{10**30}.html", "/a1.htm"])
def test_an_id_of_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


class TestRedirects:
    @pytest.fixture
    def desk(self, client):
        client.force_login(make_user("keeper", "站务"))
        return client

    def add(self, desk, old: str, new: str):
        return desk.post("/admin/redirects/redirect/add/", {"old_path": old, "new_path": new})

    def test_an_editor_says_where_an_old_page_leads(self, desk, client):
        assert self.add(desk, "/about.php?id=3", "/statutes/").status_code == 302
        response = client.get("/about.php?id=3")
        assert (response.status_code, response["Location"]) == (301, "/statutes/")
        self.add(desk, "/gone", "")
        assert client.get("/gone").status_code == 410

    def test_whose_word_counts_for_more_than_an_id_in_the_address(self, desk, client):
        article = make_article(pk=5)
        self.add(desk, "/news/5.html", "/statutes/")
        assert client.get("/news/5.html")["Location"] == "/statutes/"
        assert client.get("/post/5.html")["Location"] == article.get_absolute_url()

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("about.php", "/", "以 / 开头"),
            ("//evil.example/", "/", "以 / 开头"),
            ("/a", "javascript:alert(1)", "完整的网址"),
            ("/a", "//evil.example/", "完整的网址"),
            ("/a", "/a", "转回旧地址自己"),
            ("/c", "/a", "转回旧地址自己"),
            ("/b", "/x", "已经登记过"),
        ],
    )
    def test_one_that_leads_nowhere_is_refused(self, desk, old, new, words):
        self.add(desk, "/a", "/b") if old == "/c" else None
        self.add(desk, "/b", "/c")
        page = self.add(desk, old, new).content.decode()
        assert words in page

    def test_a_whole_address_of_ours_is_taken_as_its_path(self, desk):
        self.add(desk, "http://www.example.com/old", "http://www.example.com/statutes/")
        assert Redirect.objects.values_list("old_path", "new_path").get() == ("/old", "/statutes/")

    def test_who_hides_a_page_that_is_there_is_told(self, desk):
        page = desk.post(
            "/admin/redirects/redirect/add/",
            {"old_path": "/archive/", "new_path": "/"},
            follow=True,
        )
        assert "没有内容时才会转走" in page.content.decode()


class TestNear:
    def titles(self, client, path: str) -> list[str]:
        response = client.get(path)
        assert response.status_code == 404
        return [one.title for one in response.context["near"].articles]

    def test_articles_under_the_tag_that_the_address_names_come_first(self, client):
        other = make_category("别的").pk
        make_article("借条的", tags=["借条", "民间借贷"], category=other)
        make_article("离婚的", tags=["离婚"], category=other)
        make_hidden_articles(tags=["借条"])
        found = self.titles(client, "/post/借条丢了怎么办/")
        assert found[0] == "借条的"
        assert not [title for title in found if title.startswith("秘密")]
        assert "您要找的可能是" in client.get("/post/借条丢了怎么办/").content.decode()

    def test_of_the_category_in_its_latin_words(self, client):
        make_article("债务的")
        make_article("别的", category=make_category("婚姻家庭").pk)
        assert self.titles(client, "/list/jinrongzhaiwu/12/") == ["债务的"]

    def test_then_those_that_have_its_words_in_their_titles(self, client):
        make_article("借条到期对方不还怎么办", on=dt.date(2020, 1, 1))
        make_article("离婚怎么办", on=dt.date(2021, 1, 1))
        make_article("新的", on=dt.date(2025, 1, 1))
        found = self.titles(client, "/zixun/借条到期/")
        assert found == ["借条到期对方不还怎么办", "新的", "离婚怎么办"]

    def test_else_the_newest(self, client):
        make_article("旧", on=dt.date(2020, 1, 1))
        make_article("新")
        assert self.titles(client, "/nichts/") == ["新", "旧"]

    def test_a_tag_of_hidden_articles_is_not_named(self, client):
        make_hidden_articles(tags=["绝密案件"])
        page = client.get("/绝密案件怎么办/").content.decode()
        assert "/tag/" not in page

    def test_a_withdrawn_article_leads_on_without_a_word_of_itself(self, client):
        make_article("别的文章")
        gone = make_hidden_articles(tags=["秘签"])["withdrawn"]
        response = client.get(gone.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 410
        assert "别的文章" in page
        assert not {"秘密撤回", "秘签"} & set(page.split())

    @pytest.mark.parametrize(
        "path",
        ["/" + "长" * 5_000, "/%00/", "/%ff%fe/", "/a%0d%0ab/", "/%F0%9F%98%80/", "/'\";--/"],
    )
    def test_hostile_addresses_cost_little(self, client, path, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            assert client.get(path).status_code == 404

    def test_words_of_an_address(self):
        chinese, latin = lost.words_of("/post/%E5%80%9F%E6%9D%A1-wangdai-2/")
        assert (chinese, latin) == ({"借条"}, {"post", "wangdai-2"})

    def test_the_desks_own_404_asks_nothing(self, admin_client):
        response = admin_client.get("/admin/nichts/")
        assert response.status_code == 404
        assert response.context["near"] is None
