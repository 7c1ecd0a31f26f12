import io

import pytest
from PIL import Image

from articles import workflow
from statutes import library
from statutes.importers import excerpt
from tests.browser.conftest import DESKTOP, PHONE, tabbing
from tests.factories import make_article, make_author, make_firm

BODY = (
    "<p>借款到期不还，依《中华人民共和国民法典》第六百七十五条、第五百一十条处理。</p>"
    "<h2>旧法怎么说</h2><ol><li><p><strong>违约</strong><br>《合同法》第一百零七条：<br>"
    "当事人一方不履行合同义务或者履行合同义务不符合约定的，应当承担继续履行、"
    "采取补救措施或者赔偿损失等违约责任。</p></li></ol>"
    "<table><thead><tr><th>情形</th><th>后果</th></tr></thead>"
    "<tbody><tr><td>逾期</td><td>违约责任</td></tr></tbody></table>"
)


@pytest.fixture
def article(db):
    for text in excerpt.read():
        library.store(text)
    excerpt.confirm_correspondences()
    make_firm()
    author = make_author()
    make_article("旁边的文章", BODY, tags=["逾期"], author=author.pk)
    return make_article("借款到期不还怎么办？", BODY, tags=["逾期", "借条"], author=author.pk)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_home_to_a_clause_by_keyboard_alone(visit, article, viewport, scripts):
    page = visit("/", viewport=viewport, java_script_enabled=scripts)
    with tabbing(page) as tab_to:
        tab_to(page.get_by_role("link", name=article.title))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{article.get_absolute_url()}")
        button = page.get_by_role("button", name="已废止·待复核：查看《合同法》第一百零七条条文")
        tab_to(button)
        page.keyboard.press("Enter")
        card = page.locator("#c3")
        card.wait_for(state="visible")
        assert "应当承担继续履行" in card.inner_text()
        assert "现行对应条文是《民法典》第五百七十七条" in card.inner_text()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
        page.keyboard.press("Escape")
        card.wait_for(state="hidden")
        assert button.evaluate("element => element === document.activeElement")
        page.keyboard.press("Enter")
        tab_to(card.get_by_role("button", name="关闭"))
        page.keyboard.press("Enter")
        card.wait_for(state="hidden")


def test_the_link_in_the_sentence_leads_to_the_open_entry_in_the_list(visit, article):
    page = visit(article.get_absolute_url(), viewport=PHONE, java_script_enabled=False)
    card = page.locator("#c1")
    assert not card.is_visible()
    page.get_by_role("link", name="《中华人民共和国民法典》第六百七十五条").first.click()
    card.wait_for(state="visible")
    assert "借款人应当按照约定的期限返还借款" in card.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_axe_finds_nothing(visit, article, scheme, viewport):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = {}
    for url in (
        "/",
        article.get_absolute_url(),
        article.category.get_absolute_url(),
        "/tag/逾期/",
        article.author.get_absolute_url(),
        "/archive/",
        f"/archive/{article.published_at.year}/",
        "/statutes/",
        "/statutes/minfadian/",
        "/statutes/hetongfa/107/",
        "/statutes/minfadian/675/?on=2022-01-01",
    ):
        page = visit(url, viewport=viewport, color_scheme=scheme)
        found[url] = names(axe.run(page))
        if url == article.get_absolute_url():
            page.locator("button.mark").first.click()
            found[url + " open"] = names(axe.run(page))
    for url in ("/nichts/", "/逾期怎么办/"):
        page = visit(url, viewport=viewport, color_scheme=scheme, expect=404)
        found[url] = names(axe.run(page))
    workflow.withdraw(article, by=None)
    gone = visit(article.get_absolute_url(), viewport=viewport, color_scheme=scheme, expect=410)
    found["withdrawn"] = names(axe.run(gone))
    assert {url: violations for url, violations in found.items() if violations} == {}


def names(results) -> list[str]:
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in results.response["violations"]
    ]


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, {"width": 320, "height": 600}])
def test_no_page_scrolls_sideways(visit, article, viewport):
    for url in ("/", article.get_absolute_url(), "/statutes/", "/statutes/hetongfa/107/"):
        page = visit(url, viewport=viewport)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_the_qr_code_reads_as_the_permalink(visit, article):
    zxingcpp = pytest.importorskip("zxingcpp")
    for scheme in ("light", "dark"):
        page = visit(article.get_absolute_url(), viewport=PHONE, color_scheme=scheme)
        picture = page.locator("figure.share").screenshot()
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("RGB"))
        assert code.text == f"http://www.example.com/hf/{article.pk}.html"


def test_on_paper_every_cited_clause_stands_in_full(visit, article):
    page = visit(article.get_absolute_url())
    page.emulate_media(media="print")
    for entry in ("#c1", "#c2", "#c3"):
        assert page.locator(entry).is_visible()
    assert not page.locator(".card-close").first.is_visible()
