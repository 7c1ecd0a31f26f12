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
    "/statutes/zulinfa/compare/?from=2010-01-01&to=2015-01-01",
    "/statutes/?q=租赁法99",
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


# Links within sentences go without, and the bars of the line of time: the list below repeats them.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "main a, main button, main summary, main select, main input:not([type=hidden])")]
  .filter(one => !one.closest("svg, .cited-by, .standing, .versions"))
  .map(one => [one.textContent, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height < 44)
  .map(([words, box]) => `${words} ${box.height}`)"""


def test_a_finger_meets_what_it_aims_at(visit, library):
    found = {url: visit(url, viewport=PHONE).evaluate(SMALL_TARGETS) for url in PAGES}
    assert {url: small for url, small in found.items() if small} == {}


def test_a_citation_and_its_button_stand_in_one_row_on_a_phone(visit, library):
    page = visit("/statutes/zulinfa/2/?on=2012-01-01", viewport=PHONE)
    page.evaluate("document.querySelectorAll('.cite button').forEach(one => one.hidden = false)")
    words, button = (page.locator(f".cite dd:nth-of-type(1) {tag}") for tag in ("span", "button"))
    words, button = words.bounding_box(), button.bounding_box()
    assert words["x"] + words["width"] <= button["x"]
    assert words["height"] < button["height"]  # not broken over lines


CONTROLS = """() => [...document.querySelectorAll(
    "button, form, nav, input, select, summary, .back, .control")]
  .filter(one => one.getBoundingClientRect().height)
  .map(one => one.outerHTML.slice(0, 60))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_to_press_is_printed(visit, library, scheme):
    found = {}
    for url in PAGES:
        page = visit(url, color_scheme=scheme)
        page.evaluate("document.querySelectorAll('button').forEach(one => one.hidden = false)")
        page.emulate_media(media="print")
        found[url] = page.evaluate(CONTROLS)
    assert {url: controls for url, controls in found.items() if controls} == {}


def test_a_day_stays_on_one_line(visit, library):
    page = visit("/statutes/zulinfa/versions/", viewport={"width": 320, "height": 700})
    lines = "() => [...document.querySelectorAll('time')].map(one => one.getClientRects().length)"
    assert set(page.evaluate(lines)) == {1}


def test_a_day_is_chosen_and_left_without_script(visit, library):
    page = visit("/statutes/zulinfa/2/", viewport=PHONE, java_script_enabled=False)
    page.get_by_label("查看某一天的法律").fill("2012-05-01")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/statutes/zulinfa/2/?on=2012-05-01")
    assert "租金应当按月支付" in page.locator("blockquote.clause-text").first.inner_text()
    page.get_by_role("link", name="看今天的文本").click()
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
