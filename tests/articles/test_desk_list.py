import datetime as dt
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from articles import workflow
from articles.models import Article, Author
from statutes.admin.base import CappedPaginator
from tests.benchmarks import desk_list
from tests.factories import make_article, make_category, make_draft, make_hidden_articles, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/articles/article/"


def titles(client, query="") -> list[str]:
    return [one.title for one in client.get(URL + query).context["cl"].result_list]


def act(client, action, articles, **more):
    chosen = {"action": action, "_selected_action": [one.pk for one in articles], "confirmed": "1"}
    return client.post(URL, {**chosen, **more}, follow=True).content.decode()


def test_the_latest_worked_on_comes_first_and_discarded_ones_last_of_all(admin_client):
    old, new, gone = make_draft("旧"), make_draft("新"), make_draft("废")
    workflow.save_draft(old, {**workflow.newest_content(old), "title": "旧改"}, by=None)
    workflow.discard(gone, by=None)
    assert titles(admin_client) == ["旧改", "新"]
    assert titles(admin_client, "?is=discarded") == ["废"]
    assert new.stage == "draft"


def test_each_filter_finds_its_own(admin_client, admin_user):
    hidden = make_hidden_articles()
    make_article("公开", category=make_category("子", parent=make_category("父")).pk)
    workflow.create({"title": "我的", "category": make_category().pk}, by=admin_user)
    assert titles(admin_client, "?is=scheduled") == ["秘密定时"]
    assert titles(admin_client, "?is=withdrawn") == ["秘密撤回"]
    assert titles(admin_client, "?is=published") == ["公开"]
    assert titles(admin_client, "?mine=1") == ["我的"]
    assert titles(admin_client, f"?category={make_category('父').pk}") == ["公开"]
    assert hidden["draft"].title in titles(admin_client, "?is=draft")


@pytest.mark.parametrize(
    "query", ["?is=x", "?category=x", "?category=99999999999999999999", "?p=999"]
)
def test_a_malformed_query_is_no_error(admin_client, query):
    assert admin_client.get(URL + query).status_code in (200, 302)


def test_a_number_or_an_address_finds_the_article(admin_client):
    article = make_article("甲文")
    make_article("乙文")
    for words in (str(article.pk), f"https://www.example.com/hf/{article.pk}.html", "甲"):
        assert titles(admin_client, f"?q={words}") == ["甲文"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lpr", ["四倍LPR的算法"]),
        ("算法 四倍", ["四倍LPR的算法"]),
        ("四倍算法", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_title_that_holds_every_word_is_found(admin_client, words, found):
    make_article("四倍LPR的算法")
    make_article("算法")
    assert titles(admin_client, f"?q={quote(words)}") == found


def test_no_count_goes_over_the_whole_table(admin_client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("statutes.admin.base.MOST_COUNTED", 3)
    for _ in range(5):
        make_draft()
    with django_assert_num_queries(1):
        assert CappedPaginator(Article.objects.all(), 2).count == 3
    page = admin_client.get(URL).content.decode()
    assert "只列前 3 条，请搜索或筛选" in page
    assert "显示计数" not in page  # one count for each choice of each filter


def test_the_list_costs_the_same_however_long_it_is(admin_client, django_assert_max_num_queries):
    for _ in range(30):
        make_article()
    with django_assert_max_num_queries(15):
        assert len(titles(admin_client)) == 30


def test_what_an_author_may_see_is_asked_of_the_articles_alone():
    """With another table or a query within it, the first page of a million took 54 s."""
    author = make_user("author", "作者")
    Author.objects.create(name="甲", slug="jia", user=author)
    asked = str(Article.objects.readable_by(author).values("pk").query)
    assert asked.count("SELECT") == 1
    assert "JOIN" not in asked


def test_each_page_of_the_benchmark_opens_within_twenty_queries(monkeypatch):
    monkeypatch.setattr(desk_list, "REPEATS", 1)
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL makes the benchmark's rows")
    desk_list.fill(1_200)
    measured = [desk_list.measure(page) for page in desk_list.pages(deep=1)]
    assert max(page.queries for page in measured) <= 20


def test_a_live_article_gets_its_new_category_and_tags_at_once(admin_client):
    live, other = make_article("公开", tags=["旧签"]), make_category("另一栏")
    draft = make_draft("草稿")
    page = act(admin_client, "move", [live, draft], category=other.pk)
    assert "已处理 2 篇" in page
    act(admin_client, "add_tags", [live], tags="新签，旧签")
    act(admin_client, "remove_tags", [live], tags="旧签")
    live.refresh_from_db()
    draft.refresh_from_db()
    assert (live.category, live.stage, draft.category, draft.state) == (other, "", other, "draft")
    assert list(live.tags.names()) == ["新签"]
    before = live.revisions.count()
    act(admin_client, "move", [live], category=other.pk)
    assert live.revisions.count() == before


def test_what_waits_as_a_draft_beside_it_is_not_brought_out(admin_client):
    live = make_article("公开")
    workflow.save_draft(live, {**workflow.newest_content(live), "title": "未审的新题"}, by=None)
    act(admin_client, "add_tags", [live], tags="新签")
    live.refresh_from_db()
    assert (live.title, list(live.tags.names()), live.stage) == ("公开", [], "draft")
    assert workflow.newest_content(live)["tags"] == ["新签"]


def test_nobody_does_in_bulk_what_they_may_not_do_one_by_one(client):
    theirs, public = make_draft("别人的"), make_article("公开")
    client.force_login(make_user("author", "作者"))
    category = make_category("另一栏").pk
    for action in ("publish", "withdraw", "move", "add_tags"):
        act(client, action, [theirs, public], category=category, tags="签")
    theirs.refresh_from_db()
    public.refresh_from_db()
    assert (theirs.state, theirs.lock_version, public.state) == ("draft", 0, "published")
    assert public.category_id != category


def test_too_many_at_once_change_nothing(admin_client, monkeypatch):
    monkeypatch.setattr("articles.admin.bulk._MOST", 1)
    drafts = [make_draft(), make_draft()]
    assert "什么都没有改" in act(admin_client, "publish", drafts)
    assert not Article.objects.published().exists()


def test_what_readers_will_notice_is_asked_first(admin_client):
    public, draft = make_article("公开"), make_draft("稿子")
    chosen = {"action": "withdraw", "_selected_action": [public.pk]}
    assert "撤回的原因" in admin_client.post(URL, chosen).content.decode()
    chosen = {"action": "publish", "_selected_action": [draft.pk]}
    page = admin_client.post(URL, chosen).content.decode()
    assert "发布所选文章的最新一稿：1 篇" in page
    assert "稿子" in page
    assert list(Article.objects.published()) == [public]
    act(admin_client, "publish", [draft])
    assert set(Article.objects.published()) == {public, draft}


def test_publishing_what_has_no_newer_draft_is_refused(admin_client):
    public, due = make_article("公开"), make_draft("定时的")
    workflow.publish(due, by=None, at=timezone.now() + dt.timedelta(days=1))
    page = act(admin_client, "publish", [public, due])
    assert "“公开”没有处理：读者看到的就是最新一稿" in page
    assert "“定时的”没有处理：已经定时" in page
    assert "已处理 0 篇，2 篇没有处理" in page
