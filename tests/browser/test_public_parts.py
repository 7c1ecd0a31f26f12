"""The parts of public pages that the firm's settings make: footer, sections, what is withdrawn."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from articles import workflow
from articles.models import Firm
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_reading import names
from tests.factories import make_article, make_author, make_category, make_firm

NARROW = {"width": 320, "height": 600}
TITLES = [
    "借款到期不还怎么办？",
    "只有转账记录、没有借条，能不能要回借款？法院怎么认定借贷合意",
    "担保人还了钱，向谁追偿",
    "LPR 四倍怎么算",
    "民间借贷案件里，出借人须对款项已经实际交付负举证责任：从一则判决谈起",
]


@pytest.fixture
def firm(db) -> Firm:
    """With every setting filled in, two sections, one of them of a single article."""
    firm = make_firm()
    firm.name, firm.tagline = "浙江律文示范律师事务所", "把法律讲清楚：该做什么、凭什么做。"
    firm.telephone, firm.office_hours = "0571-00000000 转 801", "周一至周五 9:00–17:30"
    firm.address = "浙江省杭州市西湖区示范路 1 号示范国际中心 A 座 1801 室"
    firm.licence_number, firm.wechat_name = "示范 00000001", "律文示范律所"
    firm.icp_number = "浙ICP备00000000号-1"
    firm.police_number = "浙公网安备 33000000000000号"
    stream = io.BytesIO()
    Image.effect_noise((40, 40), 200).resize((400, 400), Image.Resampling.NEAREST).save(
        stream, "PNG"
    )
    firm.wechat_qr.save("qr.png", ContentFile(stream.getvalue()))
    debts, other = make_category(), make_category("劳动工伤")
    author = make_author()
    for title in TITLES:
        make_article(title, category=debts.pk, author=author.pk, tags=["逾期"])
    make_article("试用期被辞退，能要什么补偿", category=other.pk, author=author.pk)
    firm.home_sections.set([debts, other])
    return firm


@pytest.fixture
def pages(firm) -> dict[str, tuple[str, int]]:
    """Each with its address and its status."""
    withdrawn = make_article("撤下的", category=make_category().pk)
    workflow.withdraw(withdrawn, by=None)
    article = make_article("看得见的", "<p>正文。</p>" * 3, tags=["逾期"], author=make_author().pk)
    return {
        "home": ("/", 200),
        "article": (article.get_absolute_url(), 200),
        "withdrawn": (withdrawn.get_absolute_url(), 410),
        "absent": ("/nichts/", 404),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["390", "1280"])
def test_axe_finds_nothing(visit, pages, scheme, viewport):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = {}
    for name, (url, status) in pages.items():
        page = visit(url, viewport=viewport, color_scheme=scheme, expect=status)
        found[name] = names(axe.run(page))
    assert {name: violations for name, violations in found.items() if violations} == {}


@pytest.mark.parametrize("viewport", [NARROW, PHONE, DESKTOP], ids=["320", "390", "1280"])
def test_nothing_scrolls_sideways_and_the_code_covers_no_words(visit, pages, viewport):
    for url, status in pages.values():
        page = visit(url, viewport=viewport, expect=status)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        code = page.locator(".site-footer .wechat").bounding_box()
        for words in page.locator(".site-footer p").all():
            assert not overlap(code, words.evaluate(WORDS)), words.inner_text()


# The box of the words themselves: a paragraph's own reaches as far as its column.
WORDS = """paragraph => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  const {x, y, width, height} = range.getBoundingClientRect();
  return {x, y, width, height};
}"""


def overlap(one: dict, other: dict) -> bool:
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def test_a_section_leads_to_its_category(visit, firm):
    page = visit("/", viewport=PHONE)
    page.get_by_role("link", name="更多：劳动工伤").click()
    page.wait_for_url("**/category/laodonggongshang/")
    assert page.get_by_role("heading", level=1).inner_text() == "劳动工伤"


def test_a_finger_hits_what_the_phone_shows(visit, firm):
    """24 px at the least (WCAG 2.5.8); the titles of a section 40."""
    page = visit("/", viewport=PHONE, has_touch=True)
    for link in page.locator(".section-head a, .site-footer a").all():
        assert link.bounding_box()["height"] >= 24, link.inner_text()
    for link in page.locator(".title-list a").all():
        assert link.bounding_box()["height"] >= 40, link.inner_text()
