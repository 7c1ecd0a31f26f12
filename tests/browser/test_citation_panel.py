"""The citation panel beside the body, in a real browser."""

from articles import workflow
from articles.models import Article
from tests.browser.conftest import PASSWORD, ready, until
from tests.factories import make_category, make_draft, make_user

LOAN = (
    "借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，"
    "依据本法第五百一十条的规定仍不能确定的，借款人可以随时返还；"
    "贷款人可以催告借款人在合理期限内返还。"
)
WRONG = LOAN.replace("期限返还借款", "期限归还借款").replace("随时返还", "随时偿还")


def editor(page):
    return page.locator(".cke_wysiwyg_div")


def panel(page):
    return page.get_by_role("complementary", name="本文引用的法条")


def open_form(sign_in, article=None, query=""):
    make_category()
    make_user("editor", "作者", "审核人", "发布人", password=PASSWORD)
    path = f"{article.pk}/change/{query}" if article else "add/"
    page = sign_in("editor", f"/admin/articles/article/{path}")
    ready(page)
    panel(page).locator(".citations-count").wait_for()
    return page


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
    ready(page)
    panel(page).locator(".citations-count").wait_for()


def test_a_misquotation_is_shown_mended_and_published(civil_code, sign_in):
    page = open_form(sign_in)
    page.fill("#id_title", "借款到期怎么还")
    page.select_option("#id_category", label="金融债务")
    editor(page).click()
    page.keyboard.insert_text(f"《民法典》第675条规定：“{WRONG}”请看清楚。")
    panel(page).get_by_text("正文有改动").wait_for()
    press(page, "保存草稿")
    row = panel(page).locator(".citation").first
    assert row.locator(".citation-warnings").inner_text() == "引文与条文不一致"
    assert row.locator("> .marked .runs del").all_inner_texts() == ["归", "偿"]
    assert row.locator("> .marked .runs ins").all_inner_texts() == ["返", "返"]

    # Publishing asks; nothing went out.
    press(page, "发布")
    page.get_by_text("请改正，或者在“说明”里写明这样发布的理由").wait_for()
    assert not Article.objects.published().exists()

    # The mend is shown first, and only then made; the editor's undo takes it back.
    row.get_by_role("button", name="改用第六百七十五条原文").click()
    change = row.locator(".citation-change")
    change.get_by_role("button", name="确认修改").wait_for()
    assert change.locator(".runs del").all_inner_texts() == ["归", "偿"]
    assert WRONG in editor(page).inner_text()
    change.get_by_role("button", name="不改").click()
    assert change.is_hidden() and WRONG in editor(page).inner_text()
    row.get_by_role("button", name="改用第六百七十五条原文").click()
    change.get_by_role("button", name="确认修改").click()
    panel(page).get_by_text("已改在正文里，还没有保存").wait_for()
    assert f"《民法典》第675条规定：“{LOAN}”请看清楚。" in editor(page).inner_text()
    page.locator(".cke_button__undo").click()
    assert WRONG in editor(page).inner_text()
    page.locator(".cke_button__redo").click()
    assert LOAN in editor(page).inner_text()
    press(page, "发布")
    page.get_by_text("已发布").first.wait_for()
    assert LOAN in Article.objects.published().get().body
    assert panel(page).locator(".citation-serious").count() == 0


def test_a_reason_is_kept(civil_code, sign_in):
    article = make_draft("原样引用", f"<p>《民法典》第675条规定：“{WRONG}”</p>")
    page = open_form(sign_in, article)
    page.fill("#id_comment", "判决书原文如此")
    press(page, "发布")
    page.goto(page.url.replace("change", "history"))
    page.get_by_text("理由：判决书原文如此").wait_for()


def test_what_is_typed_after_the_check_is_not_overwritten(civil_code, sign_in):
    article = make_draft("打字", f"<p>《民法典》第675条规定：“{WRONG}”</p>")
    page = open_form(sign_in, article)
    row = panel(page).locator(".citation").first
    row.get_by_role("button", name="改用第六百七十五条原文").click()
    apply = row.get_by_role("button", name="确认修改")
    apply.wait_for()
    editor(page).click()
    page.keyboard.insert_text("新写的")
    apply.click()
    panel(page).get_by_text("正文在检查之后改动过").wait_for()
    assert "新写的" in editor(page).inner_text() and WRONG in editor(page).inner_text()


def test_a_clause_is_put_in_at_the_cursor(civil_code, sign_in):
    page = open_form(sign_in, make_draft("插入", "<p>开头。</p><p>结尾。</p>"))
    editor(page).locator("p").first.click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.get_by_label("插入法条").fill("民法典675")
    hit = panel(page).locator(".clause-hits li").first
    hit.get_by_role("button", name="插入引用").click()
    assert editor(page).locator("p").first.inner_text() == "开头《民法典》第六百七十五条。"
    panel(page).get_by_text("1 处引用，没有发现问题").wait_for()
    page.get_by_label("插入法条").fill("催告 合理期限")
    hit.get_by_role("button", name="连同条文").click()
    assert f"规定：“{LOAN}”" in editor(page).locator("p").first.inner_text()
    panel(page).get_by_text("引文一致").wait_for()
    page.get_by_label("插入法条").fill("没有这样的字")
    panel(page).get_by_text("现行条文里没有同时写着").wait_for()
    # It is no field of the article: nothing of it is sent, Enter sends nothing.
    page.get_by_label("插入法条").press("Enter")
    assert "/change/" in page.url


def test_the_cursor_is_where_the_editor_was_left_however_soon(civil_code, sign_in):
    page = open_form(sign_in, make_draft("插入", "<p>开头。</p><p>结尾。</p>"))
    editor(page).locator("p").first.click()
    # Within one task, as on a machine too busy to tell anybody of the selection in between.
    page.evaluate("""() => {
      getSelection().collapse(document.querySelector(".cke_wysiwyg_div p").firstChild, 2);
      document.querySelector("[data-clause-search]").focus();
      document.querySelector("[data-clause-search]").select();
    }""")
    page.get_by_label("插入法条").fill("民法典675")
    panel(page).get_by_role("button", name="插入引用").first.click()
    assert editor(page).locator("p").first.inner_text() == "开头《民法典》第六百七十五条。"


def test_a_clause_is_put_in_after_a_look_at_the_source(civil_code, sign_in):
    """The text is written anew then, and the cursor that was in it is nowhere."""
    page = open_form(sign_in, make_draft("插入", "<p>开头。</p><p>结尾。</p>"))
    editor(page).locator("p").first.click()
    source = page.get_by_role("button", name="源码")
    source.click()
    page.locator(".cke_source").wait_for()
    source.click()
    editor(page).locator("p").first.wait_for()
    page.get_by_label("插入法条").fill("民法典675")
    panel(page).get_by_role("button", name="插入引用").first.click()
    assert editor(page).locator("p").first.inner_text() == "《民法典》第六百七十五条开头。"


def test_it_leads_to_the_sentence(civil_code, sign_in):
    body = "".join(f"<p>第{n}段，无关。</p>" for n in range(60))
    article = make_draft(
        "长文", f"{body}<p>依照《民<strong>法典</strong>》第577条，应当赔偿。</p>{body}"
    )
    workflow.publish(article, by=None)
    page = open_form(sign_in, article, f"?at={article.citations.get().pk}")
    until(page, "getSelection().toString() === '《民法典》第577条'")
    mark = editor(page).locator("strong").bounding_box()
    assert 0 < mark["y"] < page.viewport_size["height"]
