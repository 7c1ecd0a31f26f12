"""What machines read: feeds, sitemap, robots.txt, structured data, other forms of an article."""

import datetime as dt
import html
import io
import json
import re
from xml.etree import ElementTree

import feedparser
import pytest
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from articles import card, terms, workflow
from articles.models import Article
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

SITE = "http://www.example.com"
CITING = "<h2>小标题</h2><p>依《民法典》第675条、《合同法》第一百零七条。</p>"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def xml(response) -> ElementTree.Element:
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)  # noqa: S314  (our own)


class TestFeeds:
    @pytest.fixture
    def article(self, civil_code):
        make_firm()
        return make_article(
            "题目 <甲> & 乙",
            CITING + '<p><a href="/statutes/">法条</a></p>',
            tags=["逾期"],
            author=make_author().pk,
        )

    def addresses(self, article: Article) -> list[str]:
        category = article.category.get_absolute_url()
        author = article.author.get_absolute_url()
        return ["/feed/", f"{category}feed/", "/tag/逾期/feed/", f"{author}feed/"]

    def test_are_valid_and_hold_the_full_text(self, client, article):
        make_hidden_articles(tags=["逾期"], author=article.author_id)
        for url in self.addresses(article):
            response = client.get(url)
            assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
            read = feedparser.parse(response.content)
            assert (read.bozo, read.version) == (0, "atom10"), url
            (entry,) = read.entries
            assert entry.link == SITE + article.get_absolute_url()
            assert html.unescape(entry.title) == article.title
            assert "依《民法典》第675条" in entry.content[0].value
            assert f'href="{SITE}/statutes/"' in entry.content[0].value
            assert {tag.term for tag in entry.tags} == {"金融债务", "逾期"}

    def test_have_what_rfc_4287_asks_for(self, client, article):
        make_article("另一篇")
        for url in self.addresses(article):
            feed = xml(client.get(url))
            assert feed.tag == f"{ATOM}feed"
            for element in (feed, *feed.findall(f"{ATOM}entry")):
                for name in ("id", "title", "updated"):  # 4.1.1, 4.1.2
                    (found,) = element.findall(f"{ATOM}{name}")
                    assert found.text
                updated = element.find(f"{ATOM}updated").text
                assert dt.datetime.fromisoformat(updated).tzinfo  # 3.3
            links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
            assert links["self"].startswith(SITE)
            assert feed.find(f"{ATOM}author/{ATOM}name").text
            ids = [entry.find(f"{ATOM}id").text for entry in feed.findall(f"{ATOM}entry")]
            assert len(ids) == len(set(ids))

    def test_answer_what_has_not_changed_and_forget_what_was_withdrawn(self, client, article):
        for url in self.addresses(article)[:2]:
            tag = client.get(url)["ETag"]
            assert client.get(url, headers={"if-none-match": tag}).status_code == 304
        workflow.withdraw(article, by=None)
        for url in self.addresses(article):
            response = client.get(url, headers={"if-none-match": tag})
            assert response.status_code in (200, 404)
            assert "依《民法典》" not in response.content.decode()

    def test_no_character_breaks_them(self, client, article):
        Article.objects.update(title="题\x0b\ufffe目", excerpt="摘\x1f要")
        assert xml(client.get("/feed/")).find(f"{ATOM}entry/{ATOM}title").text == "题目"

    def test_an_empty_site_has_one(self, client):
        tags = [client.get("/feed/")["ETag"] for _ in range(2)]
        assert tags[0] == tags[1]
        assert feedparser.parse(client.get("/feed/").content).bozo == 0


class TestSitemap:
    def locs(self, client, url: str) -> dict[str, str | None]:
        found = {}
        for element in xml(client.get(url)):
            lastmod = element.find(f"{MAP}lastmod")
            found[element.find(f"{MAP}loc").text] = lastmod.text if lastmod is not None else None
        return found

    def test_names_every_public_article_once_with_its_last_change(self, client):
        low = make_article("低", pk=7)
        high = make_article("高", pk=874_652)
        make_article("不收录", noindex=True)
        make_hidden_articles()
        index = self.locs(client, "/sitemap.xml")
        files = [url for url in index if "sitemap-articles" in url]
        assert files == [f"{SITE}/sitemap-articles-0.xml", f"{SITE}/sitemap-articles-87.xml"]
        for article, number in ((low, 0), (high, 87)):
            found = self.locs(client, f"/sitemap-articles-{number}.xml")
            assert found == {SITE + article.get_absolute_url(): "2025-07-01T00:00:00+08:00"}
            assert dt.datetime.fromisoformat(index[f"{SITE}/sitemap-articles-{number}.xml"])

    def test_a_change_moves_the_date_of_its_range(self, client):
        article = make_article(pk=12_345)
        url = f"{SITE}/sitemap-articles-1.xml"
        before = self.locs(client, "/sitemap.xml")[url]
        stamp = timezone.now() - dt.timedelta(days=3)
        terms.of(["range:1"]).update(changed_at=stamp)
        Article.objects.update(published_at=stamp - dt.timedelta(days=30))
        assert self.locs(client, "/sitemap.xml")[url] != before
        held = workflow.newest_content(article)
        article.refresh_from_db()
        workflow.save_draft(article, {**held, "body": "<p>改。</p>"}, by=None)
        workflow.publish(article, by=None)
        assert self.locs(client, "/sitemap.xml")[url] > timezone.localtime(stamp).isoformat()
        (lastmod,) = self.locs(client, "/sitemap-articles-1.xml").values()
        assert lastmod > "2026"

    def test_one_whose_hour_has_come_is_there_and_dates_its_range(self, client, monkeypatch):
        due = timezone.now() + dt.timedelta(hours=2)
        workflow.publish(make_draft("乙", pk=9), by=None, at=due)
        assert not [url for url in self.locs(client, "/sitemap.xml") if "articles" in url]
        assert client.get("/sitemap-articles-0.xml").status_code == 404
        monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(seconds=1))
        stated = self.locs(client, "/sitemap.xml")[f"{SITE}/sitemap-articles-0.xml"]
        assert stated == timezone.localtime(due).isoformat(timespec="seconds")

    def test_costs_the_same_whatever_there_is(self, client, django_assert_num_queries):
        for pk in range(1, 60_000, 7_000):
            make_article(pk=pk)
        with django_assert_num_queries(4):
            client.get("/sitemap.xml")
        with django_assert_num_queries(1):
            client.get("/sitemap-articles-0.xml")

    def test_names_the_lists_that_hold_something(self, client):
        author = make_author("甲律")
        make_category("空的")
        make_article(tags=["签"], author=author.pk)
        make_hidden_articles(tags=["密签"])
        found = list(self.locs(client, "/sitemap-lists.xml"))
        assert found == [
            f"{SITE}/",
            f"{SITE}/archive/",
            f"{SITE}/category/jinrongzhaiwu/",
            f"{SITE}{author.get_absolute_url()}",
            f"{SITE}/archive/2025/07/",
            f"{SITE}/tag/%E7%AD%BE/",
        ]
        for url in found:
            assert client.get(url.removeprefix(SITE)).status_code == 200

    def test_names_the_law(self, client, civil_code):
        assert f"{SITE}/statutes/minfadian/" in self.locs(client, "/sitemap-statutes.xml")

    @pytest.mark.parametrize("number", ["99", "99999999999999999999"])
    def test_a_range_of_nothing_is_no_file(self, client, number):
        assert client.get(f"/sitemap-articles-{number}.xml").status_code == 404

    def test_robots_txt_leads_to_it_and_keeps_out_of_the_desk(self, client):
        text = client.get("/robots.txt").content.decode()
        assert f"Sitemap: {SITE}/sitemap.xml" in text
        assert "Disallow: /admin/" in text


class TestStructuredData:
    def graph(self, client, url: str) -> dict[str, dict]:
        page = client.get(url).content.decode()
        (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
        return {node["@type"]: node for node in json.loads(data)["@graph"]}

    def test_an_article_and_the_law_that_it_cites(self, client, civil_code):
        make_firm()
        article = make_article("题</script><!--", CITING, author=make_author().pk, tags=["逾期"])
        found = self.graph(client, article.get_absolute_url())
        assert set(found) == {"Article", "BreadcrumbList", "LegalService", "WebSite"}
        node = found["Article"]
        assert node["headline"] == "题</script><!--"
        assert node["datePublished"] == node["dateModified"] == "2025-07-01T00:00:00+08:00"
        assert node["author"]["name"] == "测试甲"
        assert node["author"]["identifier"] == "13301000000000000"
        assert node["publisher"]["@id"] == found["LegalService"]["@id"]
        law, old = node["citation"]
        assert law["name"] == "中华人民共和国民法典第六百七十五条"
        assert law["legislationLegalForce"] == "https://schema.org/InForce"
        assert law["isPartOf"]["url"] == f"{SITE}/statutes/minfadian/"
        assert old["legislationLegalForce"] == "https://schema.org/NotInForce"
        names = [item["name"] for item in found["BreadcrumbList"]["itemListElement"]]
        assert names == ["首页", "金融债务", article.title]

    def test_a_date_that_is_not_known_is_not_stated(self, client):
        article = make_article(date_is_known=False)
        node = self.graph(client, article.get_absolute_url())["Article"]
        assert not {"datePublished", "dateModified"} & node.keys()

    def test_of_a_reprint_our_lawyer_is_no_author(self, client):
        article = make_article(
            author=make_author().pk, source_name="某法院", source_url="https://a.cn/"
        )
        node = self.graph(client, article.get_absolute_url())["Article"]
        assert "author" not in node
        assert node["isBasedOn"] == "https://a.cn/"

    def test_home_says_whose_site_it_is(self, client):
        make_firm()
        found = self.graph(client, "/")
        assert found["LegalService"]["telephone"] == "0571-1"
        assert found["WebSite"]["name"] == "测试律师"


class TestCard:
    def test_the_title_stands_on_the_firms_card(self, client):
        if card.font_file() is None:
            pytest.skip("no font with Chinese characters here")
        make_firm()
        article = make_article(
            "网商贷逾期一个月没催收，是好还是坏？你真的可以松一口气吗？（2025）" * 3
        )
        page = client.get(article.get_absolute_url()).content.decode()
        address = f"/hf/{article.pk}.png"
        assert f'property="og:image" content="{SITE}{address}"' in page
        response = client.get(address)
        picture = Image.open(io.BytesIO(response.content))
        assert picture.size == card.SIZE
        assert len(response.content) < 60_000
        ink = sum(picture.convert("L").histogram()[:100])
        assert ink > 10_000  # characters, not the boxes of a font that has none
        assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304

    def test_no_line_begins_with_a_stop_and_no_number_is_torn(self):
        if card.font_file() is None:
            pytest.skip("no font with Chinese characters here")
        font = card._font(68)
        lines = card._lines("借款二〇二五年到期，《民法典》第675条怎么说？" * 3, font, 900)
        assert all(line[0] not in card._NOT_FIRST for line in lines)
        assert all(line[-1] not in card._NOT_LAST for line in lines)
        assert sum("675" in line for line in lines) >= 2

    def test_the_cover_comes_first(self, client, settings):
        name = default_storage.save("covers/a.png", ContentFile(image_bytes(size=(1200, 630))))
        page = client.get(make_article(cover=name).get_absolute_url()).content.decode()
        assert f'property="og:image" content="{SITE}/media/covers/a.png"' in page
        assert 'property="og:image:width" content="1200"' in page

    def test_without_a_font_there_is_no_picture_and_the_check_says_so(self, client, settings):
        settings.CARD_FONT = "/nowhere/font.ttf"
        card.font_file.cache_clear()
        try:
            article = make_article()
            assert "og:image" not in client.get(article.get_absolute_url()).content.decode()
            assert client.get(f"/hf/{article.pk}.png").status_code == 404
            assert [one.id for one in run_checks() if one.id.startswith("articles.")] == [
                "articles.W001"
            ]
        finally:
            card.font_file.cache_clear()


class TestOtherForms:
    def test_json_says_what_the_page_shows(self, client, civil_code):
        article = make_article("题", CITING, tags=["逾期"], author=make_author().pk)
        response = client.get(f"/hf/{article.pk}.json")
        assert response["Link"] == f'<{SITE}{article.get_absolute_url()}>; rel="canonical"'
        assert response["X-Robots-Tag"] == "noindex"
        data = response.json()
        assert (data["id"], data["title"], data["tags"]) == (article.pk, "题", ["逾期"])
        assert data["published_on"] == "2025-07-01"
        first, second = data["citations"]
        assert (first["clause"], first["state"]) == ("《民法典》第六百七十五条", "in_force")
        assert (second["state"], second["successor"]["clause"]) == (
            "repealed",
            "《民法典》第五百七十七条",
        )
        assert "<!--" not in data["body_html"]

    def test_markdown_has_its_citations_as_footnotes(self, client, civil_code):
        make_firm()
        article = make_article("题", CITING, author=make_author().pk)
        response = client.get(f"/hf/{article.pk}.md")
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        text = response.content.decode()
        assert text.startswith("# 题\n\n测试甲律师 · 2025-07-01\n\n## 小标题\n\n")
        assert "依《民法典》第675条[^1]、《合同法》第一百零七条[^2]。" in text
        assert re.search(r"^\[\^1\]: 《民法典》第六百七十五条（.+现行有效）。系统比对", text, re.M)
        assert "\n\n    借款人应当按照约定的期限返还借款" in text
        assert "现行对应条文是《民法典》第五百七十七条" in text
        assert f"本文链接：{SITE}/hf/{article.pk}.html" in text

    @pytest.mark.parametrize("form", ["json", "md", "png"])
    def test_nothing_of_what_readers_cannot_see(self, client, form):
        for article in make_hidden_articles().values():
            assert client.get(f"/hf/{article.pk}.{form}").status_code == 404
        assert client.get(f"/hf/{2**63}.{form}").status_code == 404
