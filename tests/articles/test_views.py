import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from articles import review, workflow
from articles.kept import Kept
from articles.models import Article, Firm, Verdict
from articles.paging import PER_PAGE
from tests.factories import (
    REPEALED,
    assert_in_order,
    make_article,
    make_author,
    make_category,
    make_draft,
    make_firm,
    make_hidden_articles,
    make_statute,
)

pytestmark = pytest.mark.django_db

CITING = "<h2>小标题</h2><p>依《民法典》第675条、《合同法》第一百零七条。</p>"


def test_the_page_shows_everything_in_the_firms_order(get, civil_code):
    make_firm()
    older = make_article("前一篇", on=dt.date(2025, 1, 1))
    article = make_article(
        "题目“甲”", CITING, author=make_author().pk, tags=["逾期", "借条"], on=dt.date(2025, 7, 1)
    )
    newer = make_article("后一篇", on=dt.date(2025, 9, 1))
    page = get(article.get_absolute_url())
    pieces = [
        'aria-label="当前位置"',
        ">首页</a>",
        ">金融债务</a>",
        "正文内容",
        "<h1>题目“甲”</h1>",
        "测试甲律师",
        "执业证号 13301000000000000",
        "2025年7月1日",
        '<h2 id="s1">小标题</h2>',
        'href="#c1"',
        "本文引用的法条",
        'id="c1" popover',
        "题目“甲”，本文为测试律师原创",
        'class="qr"',
        "扫描二维码推送至手机访问。",
        "版权声明：本文由测试律师事务所",
        f"http://www.example.com/hf/{article.pk}.html</a>",
        'rel="tag">',
        "上一篇",
        older.title,
        "下一篇",
        newer.title,
        "题目“甲”的相关文章",
    ]
    assert_in_order(page, pieces)


def test_state_is_said_in_words_and_the_successor_only_where_confirmed(get, civil_code):
    page = get(make_article(body=CITING + "<p>《合同法》第118条</p>").get_absolute_url())
    assert page.count(">现行有效</button>") == 1
    assert page.count(">已废止·待复核</button>") == 2
    # Each once in the notice and once in the clause's panel.
    assert page.count("现行对应条文是") == 2
    assert page.count("请以现行规定为准") == 2


def test_no_script_inside_no_details_in_sentences_no_inline_style(get, civil_code):
    page = get(make_article(body=CITING).get_absolute_url())
    sentences = page[page.index('<div class="prose">') : page.index('<section class="cited"')]
    assert "<details" not in sentences
    assert not re.search(r"style=|\bon\w+=\"", page)
    scripts = re.findall(r"<script[^>]*>", page)  # files of our own, and data that nobody runs
    assert all(re.search(r' src="/static/|type="application/ld\+json"', one) for one in scripts)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//(?!www\.example\.com)', page)


def test_an_unknown_date_orders_but_is_not_shown(get):
    article = make_article(date_is_known=False)
    assert "2025年7月1日" not in get(article.get_absolute_url())
    assert "2025年7月1日" not in get("/")


def test_a_reprint_says_where_it_is_from(get):
    category = make_category("法院案例")
    article = make_article(
        category=category.pk, source_name="某法院", source_url="https://court.example.com/"
    )
    page = get(article.get_absolute_url())
    assert "本文为公开转载，来源：某法院" in page
    assert 'href="https://court.example.com/"' in page


def test_an_articles_own_notice_goes_before_its_categorys(get):
    make_firm()
    page = get(make_article("甲", closing_override="{title}由{firm}供稿。").get_absolute_url())
    assert "甲由测试律师事务所供稿。" in page
    assert "未经授权禁止转载" not in page


def test_what_editors_write_is_escaped_everywhere(get):
    make_firm()
    category = make_category("<b>栏目</b>")
    article = make_article(
        "<script>alert(1)</script>",
        summary="<img src=x onerror=alert(1)>",
        category=category.pk,
        tags=["<i>签</i>"],
        source_name="<u>源</u>",
    )
    for url in (article.get_absolute_url(), "/", category.get_absolute_url()):
        page = get(url)
        assert not re.search(r"<script>alert|<img src=x|<b>栏目|<i>签|<u>源", page)


def test_the_permalink_never_comes_from_the_host_header(settings):
    settings.ALLOWED_HOSTS = ["*"]
    article = make_article()
    page = Client().get(article.get_absolute_url(), headers={"host": "evil.example"})
    assert b"evil" not in page.content


def test_a_parent_category_lists_its_childrens_articles(get):
    parent = make_category("合同纠纷")
    child = make_category("公司股权", parent=parent)
    make_article("子栏目的文章", category=child.pk)
    assert "子栏目的文章" in get(parent.get_absolute_url())
    page = get(child.get_absolute_url())
    assert page.index("合同纠纷</a></li>") < page.index('aria-current="page">公司股权')


def test_unicode_tags_have_pages_and_cased_forms_are_one_tag(get):
    make_article("甲文", tags=["民间借贷", "LPR"])
    make_article("乙文", tags=["lpr"])
    assert "甲文" in get("/tag/民间借贷/")
    page = get("/tag/lpr/")
    assert ("甲文" in page, "乙文" in page) == (True, True)


@pytest.mark.parametrize("url", ["/tag/%00/", "/tag/a%00/", "/category/a%00/", "/statutes/a%00/"])
def test_an_address_that_no_database_takes_is_not_found(get, url):
    get(url, 404)


def test_empty_pages_say_so(get):
    assert "还没有发布文章" in get("/")
    assert "这里还没有文章" in get(make_category().get_absolute_url())
    get("/tag/没有/", 404)
    assert "法条库还是空的" in get("/statutes/")


def test_lists_go_on_by_key_and_show_each_article_once(client):
    made = [make_article(on=dt.date(2025, 1, 1 + n % 3)) for n in range(2 * PER_PAGE + 3)]
    seen, url = [], "/"
    while url:
        page = client.get(url).context["page"]
        seen += page.articles
        url = page.older and f"/?after={page.older}"
    assert len(seen) == len(made)
    assert seen == list(Article.objects.published().newest_first())


@pytest.mark.parametrize(
    "key", ["x", "1", "1-", "-1", "1-x", "²-1", "9" * 40 + "-1", "1-" + "9" * 40]
)
def test_a_page_key_that_no_page_gave_gets_a_clear_answer(get, key):
    assert "从第一页开始" in get(f"/?after={key}", 400)


@pytest.mark.parametrize(
    "url", ["/hf/1.html", "/hf/99999999999999999999.html", "/category/x/", "/x"]
)
def test_what_is_not_there_gets_a_kind_page(get, url):
    assert "没有找到这个页面" in get(url, 404)


def test_errors_are_answered_without_the_database(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("articles.lists.page_of", lambda *args: 1 / 0)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/")
    assert response.status_code == 500
    assert "网站出了问题" in response.content.decode()


def test_the_error_page_comes_where_the_static_files_were_never_collected(client, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "网站出了问题" in response.content.decode()


def test_no_public_page_changes_anything_or_sets_a_cookie(client, civil_code):
    article = make_article(body=CITING, tags=["签"])
    for url in (
        "/",
        article.get_absolute_url(),
        article.category.get_absolute_url(),
        "/tag/签/",
        "/statutes/",
        "/statutes/minfadian/",
        "/statutes/minfadian/675/",
    ):
        response = client.get(url)
        assert (response.status_code, dict(response.cookies)) == (200, {}), url
        assert "Cookie" not in response.get("Vary", ""), url
        assert client.post(url).status_code == 405, url


def test_every_page_carries_the_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


class TestHiddenArticles:
    """A draft, a scheduled and a withdrawn article, at every side door."""

    BODY = "<p>《民法典》第675条</p>"

    @pytest.fixture
    def hidden(self, civil_code):
        return make_hidden_articles(self.BODY, tags=["签", "暗签"])

    @pytest.fixture
    def seen(self, hidden):
        return make_article("看得见", self.BODY, tags=["签"])

    @pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
    def test_no_page_of_its_own(self, hidden, state, get):
        status = 410 if state == "withdrawn" else 404
        page = get(hidden[state].get_absolute_url(), status)
        assert "秘密" not in page
        assert "不可见" not in page
        assert ("已撤下" in page) == (state == "withdrawn")

    @pytest.mark.parametrize(
        "url", ["/", "/category/jinrongzhaiwu/", "/tag/签/", "/statutes/minfadian/675/"]
    )
    def test_in_no_list(self, seen, url, get):
        page = get(url)
        assert "看得见" in page
        assert "秘密" not in page

    def test_not_beside_a_published_article(self, seen, get):
        assert "秘密" not in get(seen.get_absolute_url())

    def test_a_tag_of_hidden_articles_is_no_page(self, seen, get):
        get("/tag/暗签/", 404)

    def test_a_scheduled_article_appears_on_its_own(self, hidden):
        scheduled = hidden["scheduled"]
        assert scheduled in Article.objects.published(at=scheduled.published_at)

    def test_a_draft_beside_a_published_article_stays_out(self, seen, get):
        content = {**workflow.newest_content(seen), "title": "秘密新题", "tags": ["秘密签"]}
        workflow.save_draft(seen, content, by=None)
        for url in ("/", seen.get_absolute_url()):
            assert "秘密" not in get(url)


class TestQueries:
    def cost(self, client, url, assert_max, limit):
        with assert_max(limit) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def test_an_article_costs_the_same_whatever_it_cites_and_shares(
        self, client, civil_code, django_assert_max_num_queries, django_assert_num_queries
    ):
        bare = make_article("空")
        child = make_category("子", parent=make_category("父"))
        full = make_article(
            "满",
            CITING * 10,
            tags=[f"签{n}" for n in range(15)],
            category=child.pk,
            author=make_author().pk,
        )
        for n in range(12):
            make_article(body=CITING, tags=[f"签{n}"], category=child.pk)
        for article in (bare, full):
            self.cost(client, article.get_absolute_url(), django_assert_max_num_queries, 8)
        kept = {"luwen.kept": Kept()}  # as a process has it that serves the site
        for article in (bare, full):
            client.get(article.get_absolute_url(), **kept)
        for article in (bare, full):
            with django_assert_num_queries(2):
                client.get(article.get_absolute_url(), **kept)

    def test_home_and_lists(self, client, django_assert_max_num_queries):
        for _ in range(PER_PAGE + 5):
            make_article(tags=["签"], author=make_author().pk)
        assert self.cost(client, "/", django_assert_max_num_queries, 6) == 3
        assert self.cost(client, "/tag/签/", django_assert_max_num_queries, 6) == 5
        category = reverse("category", args=["jinrongzhaiwu"])
        assert self.cost(client, category, django_assert_max_num_queries, 7) == 7

    def test_a_clause(self, client, civil_code, django_assert_max_num_queries):
        for _ in range(5):
            make_article(body=CITING, author=make_author().pk)
        url = "/statutes/minfadian/675/"
        assert self.cost(client, url, django_assert_max_num_queries, 8) == 8


def test_related_articles_are_ordered_by_what_they_share(client, civil_code):
    article = make_article("主文", CITING, tags=["甲", "乙"])
    other = make_category("别的栏目")
    make_article("同栏目", on=dt.date(2026, 1, 1))
    make_article("一签", tags=["甲"], category=other.pk)
    make_article("两签", tags=["甲", "乙"], category=other.pk)
    make_article("一条", "<p>《民法典》第675条</p>", category=other.pk, on=dt.date(2024, 1, 1))
    make_article("无关", category=other.pk)
    page = client.get(article.get_absolute_url()).content.decode()
    titles = ["两签", "一条", "一签", "同栏目"]
    assert_in_order(page, [f">{title}</a></h3>" for title in titles])
    assert page.count("</a></h3>") == len(titles)


def test_a_draft_has_no_address_yet(client):
    assert client.get(make_draft().get_absolute_url()).status_code == 404


class TestStaleArticle:
    """A page whose law has moved on, and what quiets it."""

    BODY = (
        "<p>依照《公司法》第十六条办理。</p><p>《公司法》第三条也要看，再看《公司法》第十六条。</p>"
    )

    @pytest.fixture
    def article(self, company_law):
        return make_article("担保", self.BODY, on=dt.date(2022, 1, 1))

    def test_it_opens_with_what_changed_since_when_and_what_stands_today(self, get, article):
        page = get(article.get_absolute_url())
        assert_in_order(
            page,
            [
                "<h1>担保</h1>",
                '<h2 id="stale-title">法律变动提示</h2>',
                "本文引用的法律自 <time>2024-07-01</time> 起有变动，涉及下列 2 处。",
                "《公司法》第十六条自 <time>2024-07-01</time> 起已修改",
                '现行对应条文是<a href="/statutes/gongsifa/15/">《公司法》第十五条</a>',
                '<a href="#r0">《公司法》第十六条</a>、<a href="#r2">《公司法》第十六条</a>',
                '<button type="button" class="mark mark-amended mark-stale" id="r0"',
                "已修改·待复核</button>",
                "现行有效</button>",
                'id="r2"',
            ],
        )

    def test_the_panel_marks_the_words_that_changed(self, get, article):
        page = get(article.get_absolute_url())
        assert "<del>依</del><ins>按</ins>" in page
        assert page.count("系统比对，未经人工核对") == 2

    def test_a_verdict_quiets_it_and_updated_is_told(self, get, article):
        sixteen = article.citations.filter(number=16)
        review.decide(sixteen, "updated", by=None, note="第二段已改引现行法。")
        page = get(article.get_absolute_url())
        assert "法律变动提示" not in page
        assert "待复核" not in page
        assert_in_order(page, ["更新说明", "第二段已改引现行法。", "依照"])
        assert "已修改</button>" in page  # quiet, and still true

    def test_updates_stand_newest_first(self, get, article):
        for note in ("先改的。", "后改的。"):
            review.decide(article.citations.all()[:1], "updated", by=None, note=note)
        assert_in_order(get(article.get_absolute_url()), ["后改的。", "先改的。"])

    def test_checked_to_the_oldest_review_and_never_while_one_is_open(self, get, article):
        first, second, third = article.citations.all()
        review.decide([first, second], "still_right", by=None)
        assert "法条核对至 <time>" not in get(article.get_absolute_url()).split("card-checked")[0]
        review.decide([third], "still_right", by=None)
        oldest = dt.datetime(2026, 3, 4, 17, 0, tzinfo=dt.UTC)  # the 5th in Shanghai
        Verdict.objects.filter(citation=second).update(decided_at=oldest)
        page = get(article.get_absolute_url())
        assert "<span>法条核对至 <time>2026-03-05</time></span>" in page
        assert "逐处核对，法条核对至 <time>2026-03-05</time>。" in page

    def test_one_that_is_not_resolved_keeps_it_from_being_checked(self, get, company_law):
        article = make_article(body="<p>《公司法》第三条，《票据法》第一条。</p>")
        review.decide(article.citations.filter(number=3), "still_right", by=None)
        assert "<span>法条核对至" not in get(article.get_absolute_url())
        review.decide(article.citations.filter(number=1), "still_right", by=None)
        assert "<span>法条核对至" in get(article.get_absolute_url())

    def test_a_review_of_what_stands_no_more_checks_nothing(self, get, article):
        review.decide(article.citations.all(), "still_right", by=None, on=dt.date(2024, 6, 30))
        page = get(article.get_absolute_url())
        assert "<span>法条核对至" not in page
        assert "法律变动提示" in page

    def test_a_change_to_come_is_told_in_the_panel_only(self, get, trademark_law):
        article = make_article(body="<p>《商标法》第四十九条</p>", on=dt.date(2025, 1, 1))
        page = get(article.get_absolute_url())
        assert "法律变动提示" not in page
        assert_in_order(
            page,
            [
                "现行有效</button>",
                "自 <time>2027-01-01</time> 起，该条将修改为",
                'href="/statutes/shangbiaofa/49/?on=2027-01-01"',
                "<ins>五</ins>",
            ],
        )

    def test_where_nobody_confirmed_what_comes_only_the_text_of_that_day_is_named(self, get, db):
        for year, words in ((2015, "甲方应当付款。"), (2999, "甲方应当及时付款。")):
            make_statute("甲法", slug="jia", effective_from=dt.date(year, 1, 1), clauses={1: words})
        page = get(make_article(body="<p>《甲法》第一条</p>").get_absolute_url())
        assert "及时付款" not in page
        assert 'href="/statutes/jia/?on=2999-01-01">届时的文本</a>' in page

    def test_a_successor_that_nobody_confirmed_is_not_in_the_notice(self, get, arbitration_law):
        article = make_article(body="<p>《仲裁法》第四条</p>", on=dt.date(2025, 1, 1))
        page = get(article.get_absolute_url())
        assert "请以现行规定为准" in page
        assert "仲裁机构" not in page

    def test_the_firm_words_its_notices(self, get, article):
        Firm.objects.create(
            name="某所", short_name="某", stale_notice="{firm_short}所提示：{count} 处 <b>有变</b>"
        )
        assert "某所提示：2 处 &lt;b&gt;有变&lt;/b&gt;" in get(article.get_absolute_url())

    @pytest.mark.parametrize(
        ("name", "words"),
        [("stale_notice", "{nobody}"), ("checked_notice", "核对过"), ("compared_notice", "{")],
    )
    def test_words_that_cannot_be_filled_are_refused(self, name, words):
        firm = Firm(name="某所", short_name="某", **{name: words})
        with pytest.raises(ValidationError) as caught:
            firm.full_clean()
        assert list(caught.value.message_dict) == [name]

    def test_more_than_five_clauses_are_folded(self, get, nine_repeals):
        names = "、".join(f"《{title}》第一条" for title in REPEALED)
        article = make_article(body=f"<p>{names}</p>", on=dt.date(2019, 1, 1))
        page = get(article.get_absolute_url())
        assert_in_order(
            page, ["《收养法》第一条已于", "<summary>其余 4 条", "《民法总则》第一条已于"]
        )
        assert page.count("<details>") == page.count("</details>") == 1

    def test_verdicts_cost_no_query_more(self, client, article, django_assert_num_queries):
        for _ in range(4):
            review.decide(article.citations.all()[:2], "updated", by=None)
        make_statute(
            "中华人民共和国公司法",
            effective_from=dt.date(2998, 1, 1),
            clauses={3: "公司是法人。", 15: "由股东会决议。"},
        )
        kept = {"luwen.kept": Kept()}
        client.get(article.get_absolute_url(), **kept)
        with django_assert_num_queries(2):
            client.get(article.get_absolute_url(), **kept)
