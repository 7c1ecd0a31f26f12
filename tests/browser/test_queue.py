"""A law changes: from the desk's front page to the reader's notice, in a real browser."""

import datetime as dt

import pytest
from django.utils import timezone

from articles import queue
from articles.models import Citation
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, until
from tests.factories import make_article, make_statute, make_user

OLD = {
    16: "公司向其他企业投资或者为他人提供担保，依照公司章程的规定，由董事会或者股东会、股东大会决议。"
}
NEW = {
    15: "公司向其他企业投资或者为他人提供担保，按照公司章程的规定，由董事会或者股东会决议。",
    16: "公司应当保护职工的合法权益，依法与职工签订劳动合同，参加社会保险，加强劳动保护。",
}


def make_company_law(clauses, day, label):
    return make_statute(
        "中华人民共和国公司法",
        slug="gongsifa",
        label=label,
        effective_from=day,
        promulgated_on=min(day, timezone.localdate()) - dt.timedelta(days=90),
        clauses=clauses,
    )


@pytest.fixture
def article(transactional_db):
    make_company_law(OLD, dt.date(2018, 10, 26), "2018修正")
    return make_article(
        "公司担保怎么表决",
        "<p>公司为他人担保，依照《公司法》第十六条表决。</p>",
        on=dt.date(2022, 1, 1),
    )


@pytest.fixture
def reviewer(transactional_db):
    return make_user("reviewer", "审核人", password=PASSWORD)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_from_the_change_to_the_verdict(article, reviewer, visit, sign_in, viewport):
    reader = visit(article.get_absolute_url(), viewport=viewport)
    notice = reader.get_by_role("region", name="法律变动提示")
    assert notice.count() == 0
    make_company_law(NEW, dt.date(2024, 7, 1), "2023修订")
    reader.reload()
    assert notice.count() == 1

    page = sign_in("reviewer", "/admin/", viewport=viewport)
    page.get_by_role("link", name="《公司法》（2023修订）").click()
    page.get_by_text("1 篇文章的 1 处引用等待复核").wait_for()
    clause = page.locator(".queue-clause")
    assert clause.locator(".queue-sentences label").inner_text() == (
        "公司为他人担保，依照《公司法》第十六条表决。"
    )
    assert "公司担保怎么表决" in clause.inner_text()
    clause.get_by_label("说明").fill("表决机关不变")
    with page.expect_navigation():
        clause.get_by_role("button", name="仍然正确").click()
    page.get_by_text("1 处引用已记为“仍然正确”").wait_for()
    assert page.get_by_text("已复核 1 / 1").is_visible()
    assert page.get_by_text("这一组已经没有等待复核的引用").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    reader.reload()
    assert notice.count() == 0


def test_into_the_article_at_the_sentence(article, reviewer, sign_in):
    make_company_law(NEW, dt.date(2024, 7, 1), "2023修订")
    page = sign_in("reviewer", "/admin/")
    page.get_by_role("link", name="《公司法》（2023修订）").click()
    page.get_by_role("link", name="到文章里改").click()
    until(page, "getSelection().toString() === '《公司法》第十六条'")
    row = page.locator(".citation").first
    row.get_by_role("button", name="标明引用旧法").click()
    row.get_by_role("button", name="确认修改").wait_for()
    assert row.locator(".citation-change .runs ins").inner_text() == "2018年修正的"


def test_a_change_ahead_is_reviewed_before_its_day(article, reviewer, visit, sign_in):
    day = timezone.localdate() + dt.timedelta(days=30)
    make_company_law(NEW, day, "下次修订")
    page = sign_in("reviewer", "/admin/")
    page.get_by_text("没有等待复核的引用").wait_for()
    page.get_by_role("link", name="《公司法》（下次修订）").click()
    page.get_by_text("还没有施行").wait_for()
    assert Citation.objects.stale(day).count() == 1
    with page.expect_navigation():
        page.get_by_role("button", name="仍然正确").click()
    page.get_by_text("1 处引用已记为“仍然正确”").wait_for()
    assert queue.groups(day)[0] == [] and Citation.objects.stale(day).count() == 0
    page.goto(page.url.split("/admin/")[0] + "/admin/")
    page.get_by_text("法条库里没有尚未施行").wait_for()


def test_many_at_once_and_back_again(article, reviewer, sign_in):
    for number in range(5):
        make_article(
            f"担保之{number}", "<p>依照《公司法》第十六条表决。</p>", on=dt.date(2022, 1, 1)
        )
    make_company_law(NEW, dt.date(2024, 7, 1), "2023修订")
    page = sign_in("reviewer", "/admin/")
    page.get_by_role("link", name="《公司法》（2023修订）").click()
    page.get_by_label("这一条的全部 6 处都这样记").check()
    with page.expect_navigation():
        page.get_by_role("button", name="仍然正确").click()
    page.get_by_text("6 处引用已记为“仍然正确”").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="撤回这一批").click()
    page.get_by_text("已撤回 6 处引用的结论").wait_for()
    assert Citation.objects.stale().count() == 6
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename.endswith(".docx")
