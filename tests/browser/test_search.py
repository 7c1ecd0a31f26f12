"""The search page before a reader: on a phone, by keyboard, without scripts, in both colours."""

import pytest

from statutes import clause_index
from statutes.models import LayWord
from tests.browser.conftest import DESKTOP, PHONE, tabbing
from tests.browser.test_reading import names
from tests.factories import make_article, make_category, make_firm, make_hidden_articles

PAGES = {
    "nothing typed": "/search/",
    "words": "/search/?q=借款",
    "narrowed": "/search/?q=借款&year=2025&sort=newest",
    "question": "/search/?q=朋友借钱不还怎么办",
    "nothing found": "/search/?q=借款 宇宙",
    "clauses": "/search/?q=借款&in=clauses",
    "no such clause": "/search/?q=民法典第9999条",
    "law": "/search/?q=民法典",
}


@pytest.fixture
def site(civil_code):
    make_firm()
    LayWord.objects.update_or_create(word="借钱", defaults={"legal": "返还借款 借款人"})
    clause_index.refresh()
    other = make_category("民间借贷与债务纠纷的实务问题")
    body = (
        "<p>《民法典》第六百七十五条。朋友之间的借款，到期没有归还。</p>" + "<p>别的话。</p>" * 30
    )
    for n in range(23):
        make_article(
            f"借款到期不还的第{n}种办法", body, category=other.pk if n % 2 else make_category().pk
        )
    make_hidden_articles(body)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, {"width": 320, "height": 600}])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, site, scheme, viewport):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = {}
    for name, url in PAGES.items():
        page = visit(url, viewport=viewport, color_scheme=scheme)
        found[name] = names(axe.run(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if page.locator("details.facets").count():
            page.locator("details.facets summary").click()
            found[f"{name}, open"] = names(axe.run(page))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert {name: violations for name, violations in found.items() if violations} == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_home_to_an_article_page_by_page(visit, site, scripts):
    page = visit("/", viewport=PHONE, java_script_enabled=scripts)
    page.fill("input[name=q]", "借款 归还")
    page.press("input[name=q]", "Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.locator("h1").inner_text() == "“借款 归还”的搜索结果"
    assert page.locator(".article-list > li").count() == 20
    assert "23 篇" in page.locator("#articles-title").inner_text()
    page.click("text=下一页")
    assert page.locator(".article-list > li").count() == 3
    page.click("text=回到第一页")
    page.click("text=缩小范围")
    page.locator(".facets a").first.click()
    assert page.locator(".facets a[aria-current]").count() == 1
    assert page.locator(".article-list > li").count() == 12
    page.locator(".article-list .title a").first.click()
    assert page.url.endswith(".html")


def test_by_keyboard_alone(visit, site):
    page = visit("/", viewport=PHONE)
    with tabbing(page) as tab_to:
        tab_to(page.locator("input[name=q]"))
    page.keyboard.type("借款")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    with tabbing(page) as tab_to:
        tab_to(page.locator(".article-list .title a").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**.html")


def test_a_citation_typed_into_the_box_leads_to_the_clause(visit, site):
    page = visit("/search/", viewport=PHONE)
    page.fill("input[name=q]", "民法典675")
    page.click("button[type=submit]")
    page.wait_for_url("**/statutes/minfadian/675/")


def test_what_a_finger_hits_is_large_enough(visit, site):
    page = visit("/search/?q=借款", viewport=PHONE, has_touch=True, is_mobile=True)
    page.click("text=缩小范围")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main summary")]
          .filter(one => one.offsetParent && one.getBoundingClientRect().height < 24)
          .map(one => one.outerHTML)"""
    )
    assert small == []
