"""What readers find: all of it, nothing else, in order, and nothing that they must not see."""

import datetime as dt
import re
import time

import pytest
from django.core.exceptions import BadRequest
from django.utils import timezone

from articles import search, search_engine, search_index, workflow
from articles.markup import plain, quickly_plain
from articles.models import Article, Category, SearchEntry
from articles.search import Asked, find
from statutes import bigrams, clause_index
from statutes.models import LayWord
from tests.factories import (
    make_article,
    make_category,
    make_draft,
    make_hidden_articles,
    make_statute,
    make_user,
    restore_notices,
)

pytestmark = pytest.mark.django_db


def found(typed: str, **options) -> list[str]:
    """The titles of all pages, one after another."""
    titles, after = [], ""
    while True:
        page = find(Asked(bigrams.parse(typed), after=after, **options), now=timezone.now())
        titles += [one.title for one in page.articles]
        if not page.older:
            return titles
        after = page.older


def publish_again(article: Article, **fields) -> None:
    article.refresh_from_db()
    content = {**workflow.newest_content(article), **fields}
    workflow.save_draft(article, content, by=None)
    article.refresh_from_db()
    workflow.publish(article, by=None)


class TestWhatIsFound:
    def test_words_of_title_text_and_tags(self):
        make_article("租房押金不退怎么办", "<p>先看合同。</p>", tags=["房东"])
        make_article("工伤认定", "<p>公司<strong>不</strong>认定工伤，<em>押金</em>另说。</p>")
        assert set(found("押金")) == {"租房押金不退怎么办", "工伤认定"}
        assert found("房东") == ["租房押金不退怎么办"]
        assert found("司不认") == ["工伤认定"]  # across the tags of HTML
        assert found("押金 合同") == ["租房押金不退怎么办"]
        assert found("“认定工伤”") == ["工伤认定"]
        assert found("定押") == []  # not across a mark

    def test_pairs_without_the_word_are_not_enough(self):
        make_article("甲", "<p>民法中说，法典里写，典当行。</p>")
        make_article("乙", "<p>民法典当然适用。</p>")
        assert found("民法典") == ["乙"]

    def test_forms_of_characters(self):
        make_article("ＬＰＲ四倍", "<p>民間借貸的利率，按LPR计算。</p>")
        for typed in ("民间借贷", "民間借貸", "lpr", "ＬＰＲ", "Lpr 利率"):
            assert found(typed) == ["ＬＰＲ四倍"]

    def test_a_single_character_is_looked_for_in_titles(self):
        make_article("税怎么算", "<p>见正文。</p>")
        make_article("别的", "<p>纳税。</p>")
        assert found("税") == ["税怎么算"]
        assert found("税 正文") == ["税怎么算"]

    def test_hidden_articles_are_found_by_nobody(self, client):
        for one in make_hidden_articles("<p>绝密内容。</p>", tags=["绝密标签"]).values():
            assert found(one.title[:4]) == []
        for typed in ("绝密内容", "绝密标签", "秘密"):
            assert found(typed) == []
            assert found(typed, is_newest=True) == []
            page = client.get("/search/", {"q": typed}).content.decode()
            assert "秘密草" not in page
            assert "秘密定" not in page
            assert "秘密撤" not in page
        assert search.near_titles("秘密草稿定时撤回", now=timezone.now(), limit=5) == []

    def test_a_scheduled_article_is_found_from_its_hour_on(self, monkeypatch):
        article = make_article("定时的文章", on=dt.date(2999, 1, 1))
        assert found("定时的文章") == []
        monkeypatch.setattr(timezone, "now", lambda: article.published_at)
        assert found("定时的文章") == ["定时的文章"]

    def test_it_follows_what_readers_see(self):
        article = make_article("旧标题", "<p>旧内容在此。</p>")
        publish_again(article, title="新标题", body="<p>新内容在此。</p>")
        assert found("旧内容") == found("旧标题") == []
        assert found("新内容") == found("新标题") == ["新标题"]
        workflow.save_draft(
            article, {**workflow.newest_content(article), "body": "<p>草稿里。</p>"}, by=None
        )
        assert found("草稿里") == []
        article.refresh_from_db()
        workflow.withdraw(article, by=None)
        assert found("新内容") == []
        assert not SearchEntry.objects.exists()

    def test_a_preview_is_found_by_nobody(self):
        article = make_draft("未发布", "<p>预览里的字。</p>")
        with workflow.as_if_published(article.revisions.first()):
            pass
        assert found("预览里的字") == []

    def test_a_deleted_article_leaves_nothing(self):
        make_article("要删的文章").delete()
        assert found("要删的文章") == []
        make_article("同一个位置的文章")
        assert found("要删的文章") == []
        assert found("位置") == ["同一个位置的文章"]


class TestOrder:
    @pytest.fixture
    def many(self, monkeypatch) -> list[str]:
        """Over several eras, some of the same moment, published in another order than dated."""
        monkeypatch.setattr(search_index, "full_era", lambda: 7)
        days = [dt.date(2024, 1, 1) + dt.timedelta(days=n // 3) for n in range(45)]
        order = sorted(range(45), key=lambda n: n * 17 % 45)
        made = [make_article(f"第{n}篇押金", on=days[n]) for n in order]
        make_hidden_articles("<p>押金。</p>")
        ordered = sorted(made, key=lambda one: one.published_at, reverse=True)
        return [(one.published_at, one.title) for one in ordered]

    @pytest.mark.parametrize("is_newest", [True, False])
    def test_page_by_page_it_is_whole(self, many, is_newest):
        titles = found("押金", is_newest=is_newest)
        assert sorted(titles) == sorted(title for _, title in many)

    def test_the_newest_come_first(self, many):
        days = {title: day for day, title in many}
        seen = [days[title] for title in found("押金", is_newest=True)]
        assert seen == sorted(seen, reverse=True)

    @pytest.mark.parametrize("limit", [1, 5, 20, 44, 45, 46])
    def test_the_engine_gives_the_newest_of_all(self, many, limit):
        codes = bigrams.codes(["押金"])
        hits = search_engine.newest(codes, now=timezone.now(), limit=limit)
        assert [hit.published_at for hit in hits] == [day for day, _ in many[:limit]]
        for hit in hits[:-1]:
            behind = search_engine.newest(
                codes, now=timezone.now(), limit=limit, before=(hit.place, hit.published_at)
            )
            assert behind[: len(hits)][:1] == [hits[hits.index(hit) + 1]]

    def test_rebuilding_cuts_the_eras_and_changes_nothing_else(self, many):
        before = found("押金", is_newest=True)
        assert search_index.rebuild()[0] == 46  # with the scheduled one
        after = found("押金", is_newest=True)
        assert sorted(before) == sorted(after)
        eras = {
            place >> search_engine.NUMBERS
            for place in SearchEntry.objects.values_list("place", flat=True)
        }
        assert len(eras) == 7
        assert search_index.rebuild() == (46, 0)

    def test_a_title_with_the_words_goes_before_a_text_with_them(self):
        make_article("别的题目", "<p>违约金违约金违约金。</p>", on=dt.date(2025, 5, 1))
        make_article("违约金怎么算", on=dt.date(2020, 1, 1))
        make_article("合同里约定的违约金过高，法院会不会调低", on=dt.date(2025, 1, 1))
        assert found("违约金") == [
            "违约金怎么算",
            "合同里约定的违约金过高，法院会不会调低",
            "别的题目",
        ]
        assert found("违约金", is_newest=True)[0] == "别的题目"

    def test_beyond_what_is_ranked_titles_are_found_still(self, monkeypatch):
        monkeypatch.setattr(search, "MOST", 10)
        make_article("押金的旧文章", on=dt.date(2001, 1, 1))
        for n in range(12):
            make_article(f"第{n}篇", "<p>押金。</p>")
        page = find(Asked(bigrams.parse("押金")), now=timezone.now())
        assert page.articles[0].title == "押金的旧文章"
        assert not page.is_counted
        assert page.count >= 10

    @pytest.mark.parametrize("key", ["x", "1", "1-x", "-1-2", "9" * 30 + "-1", "١-2", "1-2-3"])
    def test_a_key_that_no_page_gave_is_refused(self, client, key):
        make_article("押金")
        for is_newest in (True, False):
            with pytest.raises(BadRequest):
                find(
                    Asked(bigrams.parse("押金"), after=key, is_newest=is_newest), now=timezone.now()
                )
        assert client.get("/search/", {"q": "押金", "after": key}).status_code == 400


class TestNarrowing:
    @pytest.fixture
    def articles(self, civil_code):
        parent, other = make_category("父栏"), make_category("另栏")
        child = make_category("子栏", parent=parent)
        make_article("甲押金", category=child.pk, on=dt.date(2024, 1, 1))
        make_article("乙押金", category=parent.pk, on=dt.date(2025, 1, 1))
        make_article(
            "丙押金",
            "<p>《民法典》第六百七十五条。</p>",
            category=other.pk,
            on=dt.date(2024, 12, 31),
        )
        make_hidden_articles("<p>押金</p>", category=other.pk)

    def test_by_category_with_those_under_it(self, articles):
        assert set(found("押金", category=Category.objects.get(name="父栏"))) == {
            "甲押金",
            "乙押金",
        }
        assert found("押金", category=Category.objects.get(name="另栏")) == ["丙押金"]

    def test_by_the_year_in_shanghai_and_the_kind_of_law(self, articles):
        assert set(found("押金", year=2024)) == {"甲押金", "丙押金"}
        assert found("押金", kind="law") == ["丙押金"]
        assert found("押金", kind="law", year=2025) == []

    def test_counts_are_of_what_can_be_seen(self, articles):
        page = find(Asked(bigrams.parse("押金")), now=timezone.now())
        names = dict(Category.objects.values_list("pk", "name"))
        assert {names[pk]: n for pk, n in page.categories.items()} == {
            "子栏": 1,
            "父栏": 1,
            "另栏": 1,
        }
        assert page.years == {2024: 2, 2025: 1}
        assert page.kinds == {"law": 1}
        assert page.count == 3

    def test_they_follow_a_change_of_category_and_the_arrival_of_a_law(self, articles):
        article = Article.objects.get(title="甲押金")
        publish_again(article, category=make_category("另栏").pk, body="<p>《票据法》第一条</p>")
        assert "甲押金" in found("押金", category=Category.objects.get(name="另栏"))
        assert found("押金", kind="law") == ["丙押金"]
        make_statute("票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "目的。"})
        assert set(found("押金", kind="law")) == {"丙押金", "甲押金"}

    def test_the_page_offers_them_with_counts(self, client, articles):
        page = client.get("/search/", {"q": "押金"}).content.decode()
        assert re.search(r'year=2024"[^>]*>2024 年<span class="count">2</span>', page)
        narrowed = client.get("/search/", {"q": "押金", "year": "2024"}).content.decode()
        assert "乙押金" not in narrowed
        assert "再点取消" in narrowed

    @pytest.mark.parametrize(
        "extra",
        [
            {"category": "x"},
            {"category": "999"},
            {"year": "9" * 12},
            {"kind": "x"},
            {"sort": "x"},
            {"in": "x"},
        ],
    )
    def test_what_no_page_gave_narrows_nothing(self, client, articles, extra):
        page = client.get("/search/", {"q": "押金", **extra})
        assert page.status_code == 200
        assert len(page.context["page"].articles) == 3


class TestSnippets:
    def test_words_are_marked_and_nothing_else_is_markup(self):
        text = (
            "先说别的。&lt;script&gt;<b>租客</b>要求退还押金，房东拒绝。" + "后面还有很多字。" * 40
        )
        made = search.snippet(text, ("押金", "房东"))
        assert "退还<mark>押金</mark>，<mark>房东</mark>拒绝" in made
        assert "<b>" not in made
        assert "&lt;b&gt;租客&lt;/b&gt;" in made
        assert len(re.sub("<[^>]+>", "", made)) < 200
        assert made.endswith("…")

    def test_the_place_with_most_words_is_shown(self):
        text = "押金在前。" + "无关的字。" * 60 + "押金和租金都在这里，违约金也在。"
        assert "都在这里" in search.snippet(text, ("押金", "租金", "违约金"))

    def test_words_that_overlap_are_one_mark(self):
        assert search.marked("民法典当行", ("民法典", "典当")) == "<mark>民法典当</mark>行"

    def test_a_title_is_text(self, client):
        make_article("<i>押金</i>&合同")
        page = client.get("/search/", {"q": "押金"}).content.decode()
        assert "&lt;i&gt;<mark>押金</mark>&lt;/i&gt;&amp;合同" in page

    def test_what_is_typed_is_text(self, client):
        page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
        assert "<script>alert" not in page


class TestPage:
    @pytest.fixture
    def library(self, civil_code):
        clause_index.refresh()
        return civil_code

    def test_nothing_typed_says_what_can_be(self, client):
        page = client.get("/search/").content.decode()
        assert "可以这样找" in page
        assert "标点和符号不能单独查找" not in page
        assert "标点和符号不能单独查找" in client.get("/search/", {"q": "？！"}).content.decode()

    @pytest.mark.parametrize(
        ("typed", "address"),
        [
            ("民法典675", "/statutes/minfadian/675/"),
            ("《民法典》第六百七十五条", "/statutes/minfadian/675/"),
            ("中华人民共和国民法典第675条第一款", "/statutes/minfadian/675/"),
        ],
    )
    def test_a_citation_leads_to_its_clause(self, client, library, typed, address):
        response = client.get("/search/", {"q": typed})
        assert response.status_code == 302
        assert response["Location"] == address

    def test_a_year_names_the_text(self, client, library):
        for year, words in ((2014, "旧的。"), (2019, "新的。")):
            make_statute(
                "公司法",
                label=f"{year - 1}修正",
                promulgated_on=dt.date(year - 1, 10, 26),
                effective_from=dt.date(year, 3, 1),
                clauses={20: words},
            )
        response = client.get("/search/", {"q": "公司法2013第20条"})
        assert response["Location"] == "/statutes/gongsifa/20/?on=2014-03-01"
        page = client.get("/search/", {"q": "公司法1993第20条"}).content.decode()
        assert "1993 年的文本，本站没有收录" in page

    def test_a_document_number_leads_to_its_statute(self, client, library):
        make_statute(
            "某解释",
            kind="judicial_interpretation",
            document_number="法释〔2020〕17号",
            clauses={1: "一。"},
        )
        for typed in ("法释〔2020〕17号", "法释[2020]17号", "法释（2020）17号"):
            assert client.get("/search/", {"q": typed})["Location"] == "/statutes/moujieshi/"

    def test_a_clause_that_is_not_there_is_said_so(self, client, library):
        page = client.get("/search/", {"q": "民法典第9999条"})
        assert page.status_code == 200
        assert "民法典" in page.context["law"].note

    def test_the_name_of_a_law_leads_to_its_text(self, client, library):
        page = client.get("/search/", {"q": "《民法典》"}).content.decode()
        assert '<a href="/statutes/minfadian/">《民法典》全文</a>' in page

    def test_clauses_stand_before_articles(self, client, library):
        make_article("返还借款", "<p>正文。</p>")
        page = client.get("/search/", {"q": "返还借款"}).content.decode()
        assert page.index("第六百七十五条") < page.index("articles-title")
        assert "<mark>返还借款</mark>" in page

    def test_a_question_is_answered_with_clauses_and_says_that_it_may_be_wrong(
        self, client, library
    ):
        page = client.get("/search/", {"q": "朋友借钱不还怎么办"})
        assert not page.context["are_exact"]
        assert "可能相关的法条" in page.content.decode()
        assert "不是法律意见" in page.content.decode()

    def test_articles_that_cite_a_clause_speak_for_it(self, library):
        LayWord.objects.all().delete()
        make_article("朋友赖账不给钱，起诉要多久", "<p>《民法典》第六百七十五条。</p>")
        make_hidden_articles("<p>《民法典》第六百七十六条。</p>")
        said = search.evidence("朋友赖账不给钱怎么起诉", now=timezone.now())
        clause = library.clauses.get(number=675)
        assert set(said) == {clause.pk}
        assert 0.3 < said[clause.pk] <= 1

    def test_only_clauses(self, client, library):
        page = client.get("/search/", {"q": "借款", "in": "clauses"})
        assert "page" not in page.context
        assert page.context["clauses"]
        assert "全部种类" not in page.content.decode()
        make_statute("借款解释", kind="judicial_interpretation", clauses={3: "借款的解释。"})
        clause_index.refresh()
        one = client.get(
            "/search/", {"q": "借款", "in": "clauses", "kind": "judicial_interpretation"}
        )
        assert [str(clause) for clause in one.context["clauses"]] == ["《借款解释》第三条"]
        assert '?q=%E5%80%9F%E6%AC%BE&amp;in=clauses"' in one.content.decode()
        empty = client.get("/search/", {"q": "特斯拉", "in": "clauses"}).content.decode()
        assert "没有找到这样的法条" in empty

    def test_nothing_found_says_what_else_there_is(self, client):
        make_article("租房押金不退怎么办", "<p>押金要退。</p>")
        make_hidden_articles("<p>押金。</p>")
        page = client.get("/search/", {"q": "押金 违约金"})
        assert [one.query.text for one, _ in page.context["less"]] == ["押金"]
        assert "去掉“违约金”" in page.content.decode()
        near = client.get("/search/", {"q": "租房的押金怎么办呢"})
        assert [one.title for one in near.context["near"]] == ["租房押金不退怎么办"]
        nothing = client.get("/search/", {"q": "完全无关"}).content.decode()
        assert "没有找到" in nothing

    def test_it_is_not_for_search_engines_and_sets_no_cookie(self, client):
        page = client.get("/search/", {"q": "押金"})
        assert '<meta name="robots" content="noindex, follow">' in page.content.decode()
        assert not page.cookies
        assert client.post("/search/", {"q": "押金"}).status_code == 405
        assert client.head("/search/", {"q": "押金"}).status_code == 200

    def test_browsers_and_engines_are_told_of_it(self, client):
        assert 'rel="search"' in client.get("/").content.decode()
        assert "SearchAction" in client.get("/").content.decode()
        response = client.get("/opensearch.xml")
        assert response["Content-Type"].startswith("application/opensearchdescription+xml")
        assert "/search/?q={searchTerms}" in response.content.decode()

    def test_it_costs_the_same_however_much_is_found(
        self, client, library, django_assert_max_num_queries
    ):
        make_article("押金")
        client.get("/search/", {"q": "押金"})
        with django_assert_max_num_queries(18):
            client.get("/search/", {"q": "押金"})
        for n in range(30):
            make_article(f"第{n}篇押金", tags=[f"签{n}"], category=make_category(f"栏{n}").pk)
        with django_assert_max_num_queries(18):
            client.get("/search/", {"q": "押金"})

    @pytest.mark.parametrize(
        "typed",
        [
            "法",
            "合同" * 5_000,
            "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))),
            "%_*?\\ OR 1=1",
            "合\x00同\x01\u202e",
            '"' * 999,
            "NEAR(a b) AND NOT",
            "AND OR NOT",
            "codes:1",
            "'; DROP TABLE x; --",
            " ".join(f"词{n}" for n in range(500)),
            "𬭚𬭛",
            "\ufeff\u200b",
            "٣٤٥",
            "第条",
            "第百十条",
            "２０２３年",
        ],
    )
    def test_hostile_input_is_answered_in_milliseconds(self, client, library, typed):
        make_article("合同", "<p>合同。</p>")
        client.get("/search/", {"q": "热身"})
        start = time.process_time()
        assert client.get("/search/", {"q": typed}).status_code == 200
        assert time.process_time() - start < 0.4

    def test_a_broken_address_is_no_server_error(self, client):
        assert client.get("/search/?q=%ff%fe&year=%00&category=%00").status_code == 200


class TestIndex:
    def test_rebuilding_mends_what_is_wrong_and_nothing_else(self):
        one, two, three = (make_article(f"第{n}篇押金") for n in "一二三")
        SearchEntry.objects.filter(article=one).delete()
        Article.objects.filter(pk=two.pk).update(rendered="<p>别处改了。</p>")
        Article.objects.filter(pk=three.pk).update(state="withdrawn")
        assert search_index.rebuild() == (2, 2)
        assert set(found("押金")) == {"第一篇押金", "第二篇押金"}
        assert found("别处改了") == ["第二篇押金"]
        assert search_index.rebuild() == (2, 0)

    def test_it_may_be_stopped_at_any_time(self, monkeypatch):
        monkeypatch.setattr(search_index, "_CHUNK", 2)
        for n in range(7):
            make_article(f"第{n}篇押金")
        SearchEntry.objects.all().delete()

        def stopped(chunks, words):
            yield from list(chunks)[:2]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            search_index.rebuild(stopped)
        assert SearchEntry.objects.count() == 4
        assert search_index.rebuild() == (7, 3)
        assert len(found("押金")) == 7

    @pytest.mark.django_db(transaction=True)
    def test_in_bulk_it_is_the_same(self, monkeypatch, transactional_db):
        restore_notices()
        monkeypatch.setattr(search_index, "_MANY", 2)
        for n in range(7):
            make_article(f"第{n}篇押金")
        before = found("押金")
        SearchEntry.objects.all().delete()
        assert search_index.rebuild() == (7, 7)
        assert found("押金") == before

    def test_what_was_published_meanwhile_is_there(self, monkeypatch):
        monkeypatch.setattr(search_index, "full_era", lambda: 2)
        for n in range(5):
            make_article(f"第{n}篇押金", on=dt.date(2025, 1, n + 1))

        def meanwhile(chunks, words):
            make_article("新来的押金", on=dt.date(2025, 6, 1))
            make_article("补录的押金", on=dt.date(2025, 1, 3))
            yield from chunks

        SearchEntry.objects.all().delete()
        search_index.rebuild(meanwhile)
        titles = found("押金", is_newest=True)
        assert titles[0] == "新来的押金"
        assert len(titles) == 7
        assert titles.index("补录的押金") in (3, 4)

    def test_a_publish_costs_a_few_queries(self, django_assert_max_num_queries):
        article = make_article("押金")
        make_article("更多")
        with django_assert_max_num_queries(4):
            search_index.place(article)
        article.title = "改了"
        with django_assert_max_num_queries(7):
            search_index.place(article)

    def test_text_of_html(self):
        rendered = '<h2 id="s1">标题</h2><p>一<!--c1-->《民法典》<!--/c.-->二&amp;<b>三</b></p><ul><li>四</li></ul>'
        assert quickly_plain(rendered).split() == ["标题", "一《民法典》二&三", "四"]
        assert quickly_plain(rendered).split() == plain(rendered).split()


class TestDesk:
    def test_titles_of_every_state_and_texts_of_what_is_published(self, client):
        make_draft("草稿押金")
        make_article("公开押金")
        make_article("正文里有", "<p>押金在此。</p>")
        withdrawn = make_article("撤回押金")
        workflow.withdraw(withdrawn, by=None)
        make_article("定时押金", "<p>定时的字。</p>", on=dt.date(2999, 1, 1))
        client.force_login(make_user("reviewer", "审核人"))

        def titles(typed):
            page = client.get("/admin/articles/article/", {"q": typed})
            return {one.title for one in page.context["cl"].result_list}

        assert titles("押金") == {"草稿押金", "公开押金", "撤回押金", "定时押金"}
        assert titles("“押金”") == {"公开押金", "正文里有", "定时押金"}
        assert titles("“定时的字”") == {"定时押金"}
        assert titles("“押金” 公开") == {"公开押金"}
        assert titles("？") == set()

    def test_an_author_sees_nothing_of_the_hidden_articles_of_others(self, client):
        make_hidden_articles("<p>绝密的字。</p>")
        client.force_login(make_user("author", "作者"))
        for typed in ("秘密", "“绝密的字”"):
            page = client.get("/admin/articles/article/", {"q": typed})
            assert not page.context["cl"].result_list
