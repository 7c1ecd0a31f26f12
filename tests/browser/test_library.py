"""The statute library in a real browser: phone and desktop, light and dark, without script."""

import datetime as dt

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_reading import names
from tests.factories import make_firm, make_statute


@pytest.fixture
def library(db):
    make_firm()
    for year, words in ((2010, "按月"), (2015, "按季"), (2099, "按年")):
        make_statute(
            "租赁法",
            slug="zulinfa",
            label=f"{year - 1}修正",
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year - 1, 1, 1),
            clauses={1: "目的。", 2: f"租金应当{words}支付给出租人。", 3: "（删去）"},
            preamble="为了保护租赁双方，制定本法。",
            appendix="附件一\n表格。",
        )


PAGES = [
    "/statutes/?q=租赁",
    "/statutes/?q=没有的法",
    "/statutes/zulinfa/",
    "/statutes/zulinfa/?on=2012-01-01",
    "/statutes/zulinfa/2/",
    "/statutes/zulinfa/3/",
    "/statutes/zulinfa/versions/",
    "/statutes/zulinfa/compare/",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, library, scheme, viewport):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = {}
    for url in PAGES:
        page = visit(url, viewport=viewport, color_scheme=scheme)
        found[url] = names(axe.run(page))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    assert {url: violations for url, violations in found.items() if violations} == {}


def test_a_day_is_chosen_and_left_without_script(visit, library):
    page = visit("/statutes/zulinfa/2/", viewport=PHONE, java_script_enabled=False)
    page.get_by_label("查看某一天的法律").fill("2012-05-01")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/statutes/zulinfa/2/?on=2012-05-01")
    assert "租金应当按月支付" in page.locator("blockquote.clause-text").first.inner_text()
    page.get_by_role("link", name="回到今天").click()
    page.wait_for_url("**/statutes/zulinfa/2/")


def test_a_citation_is_copied(visit, library):
    page = visit("/statutes/zulinfa/2/", permissions=["clipboard-read", "clipboard-write"])
    # The test server speaks plain HTTP, where browsers keep the clipboard to themselves.
    if not page.evaluate("Boolean(navigator.clipboard)"):
        pytest.skip("no clipboard without HTTPS on this host name")
    page.get_by_role("button", name="复制").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == "《租赁法》第二条"


def test_structured_data_survives_the_content_security_policy(visit, library):
    page = visit("/statutes/zulinfa/2/")
    script = page.locator('script[type="application/ld+json"]')
    assert script.evaluate("element => JSON.parse(element.textContent)['@type']") == "Legislation"


def test_the_timeline_is_read_by_keyboard(visit, library):
    page = visit("/statutes/zulinfa/", viewport=DESKTOP)
    link = page.get_by_role("link", name="2009修正：2010-01-01 起施行")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/statutes/zulinfa/?on=2010-01-01")
