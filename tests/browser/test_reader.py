"""What a reader does with an article: finds a place in it, sets it up for their eyes, shares it,
prints it; and what it costs their telephone."""

import gzip
import re

import pytest

from articles.models import Firm
from statutes import library
from statutes.importers import excerpt
from tests.browser.conftest import DESKTOP, PHONE, until
from tests.factories import image_bytes, make_article, make_author, make_firm

BODY = (
    "<p>依《民法典》第六百七十五条、第五百一十条处理。</p>"
    + "".join(
        f"<h2>第{n}问</h2><p>{'答。' * 150}</p><h3>细说{n}</h3><p>{'说。' * 99}</p>"
        for n in range(5)
    )
    + "<p>《合同法》第一百零七条早已废止。</p>"
)
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 500);
})"""
# The colour of the page in every frame that is painted, from the first on.
FRAMES = """window.seen = new Set();
const look = () => {
  if (document.body) window.seen.add(getComputedStyle(document.body).backgroundColor);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);"""
LIGHT, DARK = "rgb(251, 249, 244)", "rgb(21, 25, 28)"


@pytest.fixture
def article(db, settings):
    for text in excerpt.read():
        library.store(text)
    excerpt.confirm_correspondences()
    firm = make_firm()
    firm.wechat_name, firm.office_hours = "测试律师", "周一至周五"
    firm.save()
    author = make_author()
    make_article("旁边的文章", BODY, tags=["逾期"], author=author.pk)
    return make_article("借款到期不还怎么办？", BODY, tags=["逾期"], author=author.pk)


class TestContents:
    def test_stand_beside_the_text_and_stay_there(self, visit, article):
        page = visit(article.get_absolute_url(), viewport=DESKTOP)
        beside = page.get_by_role("navigation", name="目录")
        assert beside.get_by_role("link").all_inner_texts() == [
            words for n in range(5) for words in (f"第{n}问", f"细说{n}")
        ]
        assert not page.locator("details.contents").is_visible()
        beside.get_by_role("link", name="第4问").click()
        assert page.locator("#s9").bounding_box()["y"] < 200
        assert 0 <= beside.bounding_box()["y"] < 60
        text = page.locator(".prose").bounding_box()
        assert beside.bounding_box()["x"] >= text["x"] + text["width"]

    def test_are_folded_up_on_a_phone(self, visit, article):
        page = visit(article.get_absolute_url(), viewport=PHONE, java_script_enabled=False)
        link = page.get_by_role("link", name="第4问")
        assert not link.is_visible()
        page.get_by_text("目录", exact=True).click()
        link.click()
        assert page.locator("#s9").bounding_box()["y"] < 200

    def test_of_one_heading_there_are_none(self, visit, article):
        short = make_article("短", "<h2>只有一节</h2><p>文。</p>")
        page = visit(short.get_absolute_url())
        assert page.get_by_text("目录", exact=True).count() == 0


class TestColours:
    def test_follow_the_system_until_the_reader_says_otherwise(self, visit, article):
        page = visit(article.get_absolute_url(), color_scheme="light")
        button = page.get_by_role("button", name="深色")
        assert button.get_attribute("aria-pressed") == "false"
        button.click()
        assert self.colour(page) == DARK
        assert button.get_attribute("aria-pressed") == "true"
        page.goto(page.url.replace(article.get_absolute_url(), "/statutes/"))
        assert self.colour(page) == DARK
        page.get_by_role("button", name="深色").click()
        assert self.colour(page) == LIGHT

    def colour(self, page) -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    @pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
    def test_no_frame_has_the_other_ones(self, visit, article, system, chosen):
        page = visit(article.get_absolute_url(), color_scheme=system)
        page.evaluate("chosen => localStorage.setItem('theme', chosen)", chosen)
        page.add_init_script(FRAMES)
        page.reload()
        page.wait_for_timeout(300)
        seen = page.evaluate("[...window.seen]")
        assert seen == [DARK if chosen == "dark" else LIGHT]

    def test_without_scripts_there_is_no_button_that_does_nothing(self, visit, article):
        page = visit(article.get_absolute_url(), color_scheme="dark", java_script_enabled=False)
        assert page.get_by_role("button", name="深色").count() == 0
        assert not page.locator(".tools").is_visible()


class TestTextSize:
    def test_is_kept_from_page_to_page(self, visit, article):
        page = visit(article.get_absolute_url(), viewport=PHONE)
        size = "parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)"
        before = page.evaluate(size)
        page.get_by_role("group", name="字号").get_by_role("button", name="大").click()
        assert page.evaluate(size) > before
        page.reload()
        assert page.evaluate(size) > before
        pressed = page.locator("button[data-text-size][aria-pressed=true]")
        assert pressed.all_inner_texts() == ["大"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("group", name="字号").get_by_role("button", name="中").click()
        assert page.evaluate(size) == before

    def test_the_firm_may_leave_the_buttons_out(self, visit, article):
        Firm.objects.update(shows_text_size=False, shows_share=False)
        page = visit(article.get_absolute_url())
        assert page.locator(".tools").count() == 0


class TestSharing:
    def test_hands_the_address_to_the_system(self, visit, article):
        page = visit(article.get_absolute_url(), viewport=PHONE)
        page.add_init_script("navigator.share = async data => { window.shared = data; };")
        page.reload()
        page.get_by_role("button", name="分享").click()
        until(page, "window.shared !== undefined")
        assert page.evaluate("window.shared") == {
            "title": article.title,
            "url": f"http://www.example.com{article.get_absolute_url()}",
        }

    def test_where_there_is_no_sheet_the_link_is_copied(self, visit, article):
        page = visit(article.get_absolute_url(), permissions=["clipboard-read", "clipboard-write"])
        assert not page.evaluate("'share' in navigator")
        page.get_by_role("button", name="分享").click()
        page.get_by_role("button", name="链接已复制").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{article.title} http://www.example.com{article.get_absolute_url()}"


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_the_way_to_the_firm_is_there_and_nothing_ever_lies_over_the_text(visit, article, viewport):
    page = visit(article.get_absolute_url(), viewport=viewport)
    calls = page.locator('a[href^="tel:"]')
    assert calls.count() == 3  # above, behind the article, at the foot
    assert all(calls.nth(index).is_visible() for index in range(3))
    floating = page.evaluate(
        """[...document.querySelectorAll("body *")].filter(one =>
          ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.checkVisibility()
        ).map(one => one.className)"""
    )
    assert floating in ([], ["side-contents"])


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_nothing_moves_while_the_page_comes(visit, article, viewport, settings):
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    (settings.MEDIA_ROOT / "a.png").write_bytes(image_bytes(size=(900, 500)))
    pictured = make_article(
        "带图的", '<p><img src="/media/a.png" alt="图"></p>' + BODY, tags=["逾期"]
    )
    page = visit(article.get_absolute_url(), viewport=viewport)
    page.evaluate("localStorage.setItem('text-size', 'large')")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    for one in (article, pictured):
        page.goto(page.url.rsplit("/hf/", 1)[0] + one.get_absolute_url())
        assert page.evaluate(SHIFTS) == 0


def test_an_article_is_light(visit, article):
    """At most 30 KB compressed without its pictures: the page, its styles and its two scripts."""
    page = visit(article.get_absolute_url())
    sent = {}

    def note(response):
        if "image" not in response.headers.get("content-type", ""):
            sent[response.url] = len(gzip.compress(response.body(), 6))

    page.on("response", note)
    page.reload(wait_until="networkidle")
    assert len(sent) >= 6
    assert sum(sent.values()) <= 30_000, sent
    names = [re.sub(r"^.*/", "", url) for url in sent if url.endswith(".js")]
    assert sorted(names) == ["reading.js", "theme.js"]


class TestPaper:
    def test_each_citation_is_a_footnote_with_text_version_and_check(self, visit, article):
        page = visit(article.get_absolute_url())
        page.emulate_media(media="print")
        notes = page.locator(".prose .note")
        assert notes.all_inner_texts() == ["[1]", "[2]", "[3]"]
        assert notes.first.is_visible()
        assert not page.locator("button.mark").first.is_visible()
        for number, entry in enumerate(page.locator(".cited li").all(), start=1):
            before = entry.locator(".cited-line").evaluate(
                "line => getComputedStyle(line, '::before').content"
            )
            assert before  # the counter's own number is not to be read; its place is
            words = entry.inner_text()
            assert "系统比对，未经人工核对" in words, number
            assert re.search(r"\d{4}-\d\d-\d\d", words)  # of which text
            assert entry.locator(".clause-text").first.is_visible()

    def test_nothing_to_press_is_on_it(self, visit, article):
        page = visit(article.get_absolute_url())
        page.emulate_media(media="print")
        assert page.locator("button:visible").count() == 0
        for part in (".tools", ".contact", ".side-contents", "details.contents", ".related", "nav"):
            assert page.locator(f"{part}:visible").count() == 0, part

    def test_the_whole_goes_on_paper(self, visit, article):
        page = visit(article.get_absolute_url())
        pdf = page.pdf(format="A4")
        assert pdf.startswith(b"%PDF")
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 6
