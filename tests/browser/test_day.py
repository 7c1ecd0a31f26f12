"""A day at the desk, in a real browser: written, sent back, approved, scheduled, live, withdrawn."""

import datetime as dt
import re

from articles import workflow
from articles.management.commands.demo import next_monday
from articles.models import Article, Picture, WorkingCopy
from tests.browser.conftest import PASSWORD, PASTE_EVENT, PHONE, log_in, ready, until
from tests.factories import image_bytes, make_draft, make_user

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name="Generator"
content="Microsoft Word 15"><style>p.MsoNormal{font-family:宋体}</style></head><body>
<!--StartFragment--><h2 style='margin-top:0'><span style='font-family:黑体'>一、先看借条<o:p></o:p></span></h2>
<p class=MsoNormal style='text-indent:21pt'><span style='font-family:宋体;color:red'>借条写明期限的，<b>到期</b>就该还<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table class=MsoTableGrid border=1><tr><td style='width:50pt'><p class=MsoNormal>本金</p></td><td><p class=MsoNormal>十万</p></td></tr></table>
<!--EndFragment--></body></html>"""


def paste(page, html):
    page.locator(".cke_wysiwyg_div").click()
    page.locator(".cke_wysiwyg_div").evaluate(PASTE_EVENT, html)


def press(page, name):
    """A button of the form, and wait for the page behind it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def said(page, words):
    page.locator(".messagelist").get_by_text(words).first.wait_for()


def test_a_day_at_the_desk(sign_in, visit, staff):
    # The author pastes from Word, uploads a picture, and submits.
    author = sign_in("author", "/admin/articles/article/add/")
    ready(author)
    author.fill("#id_title", "借钱不还怎么办")
    author.select_option("#id_category", label="金融债务")
    author.fill("#id_tags", "借条，逾期")
    paste(author, WORD)
    author.locator(".cke_wysiwyg_div table").wait_for()
    author.locator(".cke_button__luwenpicture").click()
    dialog = author.locator("dialog[open]")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "借条.jpg", "mimeType": "image/jpeg", "buffer": image_bytes("JPEG", (1200, 600))}
    )
    dialog.get_by_label("图片说明").fill("一张借条")
    dialog.get_by_role("button", name="插入").click()
    author.locator(".cke_wysiwyg_div img").wait_for()
    press(author, "提交审核")
    said(author, "已提交审核")
    article = Article.objects.get()
    body = workflow.newest_content(article)["body"]
    assert article.stage == "in_review"
    assert "<h2>一、先看借条</h2>" in body
    assert re.search(r"<strong>到期</strong>|<b>到期</b>", body)
    assert "本金" in body
    picture = Picture.objects.get()
    assert f'src="/media/{picture.file.name}"' in body
    assert not re.search(r"style=|Mso|<o:|font|color", body)

    # The reviewer sends it back with a reason.
    address = f"/admin/articles/article/{article.pk}/change/"
    reviewer = sign_in("reviewer", address)
    ready(reviewer)
    press(reviewer, "退回修改")
    said(reviewer, "请写明退回的原因")
    reviewer.fill("#id_comment", "请补上依据")
    press(reviewer, "退回修改")
    said(reviewer, "已退回修改")

    # The author reads it, mends, submits again.
    author.goto(author.url.split("/admin/")[0] + address.replace("change", "history"))
    author.get_by_text("退回修改：请补上依据").wait_for()
    author.go_back()
    ready(author)
    author.reload()
    ready(author)
    author.locator(".cke_wysiwyg_div p").last.click()
    author.keyboard.press("Control+End")
    author.keyboard.type("依据是《民法典》第675条。")
    press(author, "提交审核")
    said(author, "已提交审核")

    # The reviewer approves, the publisher schedules it for Monday at nine.
    reviewer.reload()
    ready(reviewer)
    press(reviewer, "审核通过")
    said(reviewer, "已审核通过")
    publisher = sign_in("publisher", address)
    frame = publisher.frame_locator("iframe.desk-frame")
    frame.get_by_role("heading", name="借钱不还怎么办", level=1).wait_for()
    monday = next_monday()
    publisher.fill("#id_publish_at", f"{monday:%Y-%m-%dT%H:%M}")
    press(publisher, "定时发布")
    said(publisher, f"{monday:%Y-%m-%d %H:%M}")
    article.refresh_from_db()
    assert article.published_at == monday
    visit(article.get_absolute_url(), expect=404)
    before = monday - dt.timedelta(seconds=1)
    assert not Article.objects.published(at=before).exists()
    assert list(Article.objects.published(at=monday)) == [article]

    # It is live (here: by the button, ahead of its hour).
    press(publisher, "发布")
    said(publisher, "已发布")
    reader = visit(article.get_absolute_url(), viewport=PHONE)
    reader.get_by_role("heading", name="借钱不还怎么办").wait_for()
    assert reader.locator(".prose img").get_attribute("alt") == "一张借条"

    # The author writes the next draft beside it; readers see the old one.
    author.reload()
    ready(author)
    author.fill("#id_title", "借钱不还怎么办（新）")
    press(author, "保存草稿")
    said(author, "读者看到的还是原来的内容")
    reader.reload()
    assert reader.locator("h1").inner_text() == "借钱不还怎么办"

    # The publisher withdraws it: the address says so.
    publisher.reload()
    publisher.on("dialog", lambda dialog: dialog.accept())
    press(publisher, "撤回")
    said(publisher, "已撤回")
    visit(article.get_absolute_url(), expect=410)


def test_two_sessions_collide_and_both_texts_are_kept(sign_in, staff):
    article = make_draft("题", "<p>借款人应当还款。</p>")
    make_user("zhang", "审核人", password=PASSWORD)
    address = f"/admin/articles/article/{article.pk}/change/"
    first, second = sign_in("reviewer", address), sign_in("zhang", address)
    ready(first)
    ready(second)
    second.get_by_text("reviewer自").wait_for()
    for page, words in ((first, "逾期付利息。"), (second, "也可以展期。")):
        page.locator(".cke_wysiwyg_div p").first.click()
        page.keyboard.press("End")
        page.keyboard.type(words)
    press(first, "保存草稿")
    said(first, "已保存")
    press(second, "保存草稿")
    both = second.locator(".desk-collision")
    both.locator("del", has_text="逾期付利息").wait_for()
    both.locator("ins", has_text="也可以展期").wait_for()
    assert "逾期付利息" in workflow.newest_content(article)["body"]
    with second.expect_navigation():
        second.get_by_role("button", name="用我的这份保存").click()
    said(second, "已保存")
    assert "也可以展期" in workflow.newest_content(article)["body"]
    assert [("逾期付利息" in one.content["body"]) for one in article.revisions.all()][:2] == [
        False,
        True,
    ]


def test_what_is_typed_survives_a_killed_tab(sign_in, staff):
    article = make_draft("题", "<p>原文。</p>")
    address = f"/admin/articles/article/{article.pk}/change/"
    page = sign_in("reviewer", address)
    ready(page)
    page.clock.install()
    page.reload()
    ready(page)
    page.fill("#id_title", "打到一半的题")
    page.locator(".cke_wysiwyg_div p").first.click()
    page.keyboard.press("End")
    page.keyboard.type("打到一半的话")
    page.clock.run_for(31_000)
    page.get_by_text("已自动保存").wait_for()
    context = page.context
    page.close(run_before_unload=False)
    assert WorkingCopy.objects.get().content["title"] == "打到一半的题"
    assert article.revisions.count() == 1
    again = context.new_page()
    again.goto(page.url)
    again.get_by_role("link", name="放回表单").click()
    ready(again)
    assert again.input_value("#id_title") == "打到一半的题"
    again.locator(".cke_wysiwyg_div", has_text="打到一半的话").wait_for()


def test_a_copy_in_the_browser_survives_an_expired_login(sign_in, staff):
    article = make_draft("题", "<p>原文。</p>")
    address = f"/admin/articles/article/{article.pk}/change/"
    page = sign_in("reviewer", address)
    ready(page)
    page.context.clear_cookies(name="sessionid")  # the session is gone
    page.fill("#id_title", "没有存上的题")
    page.locator(".cke_wysiwyg_div p").first.click()
    page.keyboard.press("End")
    page.keyboard.type("没有存上的话")
    press(page, "保存草稿")
    assert workflow.newest_content(article)["title"] == "题"
    page.goto(page.url.split("/admin/")[0] + address)
    log_in(page, "reviewer")
    ready(page)
    page.get_by_text("没有保存成功的内容").wait_for()
    page.locator("[data-local-copy]").get_by_role("button", name="放回表单").click()
    assert page.input_value("#id_title") == "没有存上的题"
    page.locator(".cke_wysiwyg_div", has_text="没有存上的话").wait_for()
    press(page, "保存草稿")
    said(page, "已保存")
    saved = workflow.newest_content(article)
    assert (saved["title"], "没有存上的话" in saved["body"]) == ("没有存上的题", True)
    page.reload()
    ready(page)
    assert page.locator("[data-local-copy]").is_hidden()


def test_a_login_in_another_tab_lets_the_first_one_save(sign_in, staff):
    article = make_draft("题")
    address = f"/admin/articles/article/{article.pk}/change/"
    page = sign_in("reviewer", address)
    ready(page)
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_title", "登录之后才存")
    other = page.context.new_page()
    other.goto(page.url)
    log_in(other, "reviewer")
    ready(other)
    press(page, "保存草稿")
    said(page, "已保存")
    assert workflow.newest_content(article)["title"] == "登录之后才存"


def test_tags_and_summary_are_proposed(sign_in, staff):
    make_draft("别的", tags=[])
    workflow.publish(make_draft("有标签的", tags=["民间借贷"]), by=None)
    page = sign_in("author", "/admin/articles/article/add/")
    ready(page)
    page.locator("#id_tags").press_sequentially("逾期，民间")
    page.locator("datalist option").first.wait_for(state="attached")
    assert page.locator("datalist option").first.get_attribute("value") == "逾期，民间借贷"
    page.locator(".cke_wysiwyg_div").click()
    page.keyboard.type("借条是最直接的证据。")
    page.locator(".cke_wysiwyg_div").get_by_text("借条是最直接的证据。").wait_for()
    page.get_by_role("button", name="用正文开头").click()
    until(page, "document.querySelector('#id_summary').value !== ''")
    assert page.input_value("#id_summary") == "借条是最直接的证据。"
    page.fill("#id_title", "借条怎么写")
    assert page.locator("[data-preview-title]").inner_text() == "借条怎么写"
    assert page.locator("[data-preview-words]").inner_text() == "借条是最直接的证据。"
