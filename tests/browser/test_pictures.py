"""Pictures in the editor: from the library, changed, pasted, dropped; and what goes wrong."""

import base64

import pytest

from articles import images
from articles.models import Picture
from tests.browser.conftest import log_in, ready
from tests.factories import image_bytes

BODY = "CKEDITOR.instances.id_body.getData()"
# A file as the clipboard (paste) or a folder (drop) hands it over, with HTML beside it or none.
HAND_OVER = """([kind, name, base64, html]) => {
  const bytes = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, {type: "image/png"}));
  if (html) data.setData("text/html", html);
  const target = document.querySelector(".cke_wysiwyg_div");
  const box = target.getBoundingClientRect();
  const place = {clientX: box.left + 20, clientY: box.top + 20, bubbles: true, cancelable: true};
  target.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: data, ...place}));
}"""


@pytest.fixture
def editor(sign_in, staff):
    page = sign_in("author", "/admin/articles/article/add/")
    ready(page)
    page.locator(".cke_wysiwyg_div").click()
    return page


def hand_over(page, kind, name="一.png", data=None, html=""):
    data = base64.b64encode(data or image_bytes(size=(300, 150))).decode()
    page.evaluate(HAND_OVER, [kind, name, data, html])


def open_dialog(page):
    page.locator(".cke_button__luwenpicture").click()
    return page.locator("dialog[open]")


def test_one_of_the_library_is_chosen_then_changed_then_taken_away(editor, staff):
    for n, name in enumerate(["借条.png", "欠条.png"]):
        images.store(image_bytes(size=(900, 450), color=(n, n, n)), name=name, by=staff["author"])
    dialog = open_dialog(editor)
    dialog.get_by_role("button", name="欠条.png").wait_for()
    dialog.get_by_placeholder("按文件名或说明找").fill("借条")
    dialog.get_by_role("button", name="欠条.png").wait_for(state="detached")
    dialog.get_by_role("button", name="插入").click()
    dialog.get_by_text("请先上传或选一张图片").wait_for()
    dialog.get_by_role("button", name="借条.png").click()
    dialog.get_by_role("button", name="插入").click()
    dialog.get_by_text("请写一句图片说明").wait_for()
    dialog.get_by_label("图片说明").fill("一张借条")
    dialog.get_by_label("宽度").select_option(label="一半")
    dialog.get_by_label("居中").check()
    dialog.get_by_role("button", name="插入").click()
    picture = editor.locator(".cke_wysiwyg_div img")
    picture.wait_for()
    body = editor.evaluate(BODY)
    assert 'alt="一张借条"' in body
    assert 'class="width-50"' in body
    assert 'class="align-center"' in body
    assert 'width="900"' in body

    picture.dblclick()
    dialog = editor.locator("dialog[open]")
    assert dialog.get_by_label("图片说明").input_value() == "一张借条"
    dialog.get_by_label("图片说明").fill("另一句")
    dialog.get_by_label("宽度").select_option(label="原大")
    dialog.get_by_label("居中").uncheck()
    dialog.get_by_role("button", name="更新").click()
    body = editor.evaluate(BODY)
    assert 'alt="另一句"' in body
    assert "class=" not in body
    editor.keyboard.press("Control+z")
    assert 'alt="一张借条"' in editor.evaluate(BODY)

    picture.dblclick()
    editor.locator("dialog[open]").get_by_role("button", name="去掉图片").click()
    assert "<img" not in editor.evaluate(BODY)
    editor.keyboard.press("Control+z")
    assert 'alt="一张借条"' in editor.evaluate(BODY)


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_file_is_uploaded_and_put_where_it_was(editor, kind):
    hand_over(editor, kind)
    editor.locator(".cke_wysiwyg_div img").wait_for()
    kept = Picture.objects.get()
    assert (kept.name, kept.width) == ("一.png", 300)
    assert f'src="{images.address(kept.file.name)}"' in editor.evaluate(BODY)
    assert "blob:" not in editor.evaluate(BODY)
    assert "data:" not in editor.evaluate(BODY)


def test_where_words_come_with_their_picture_the_words_are_meant(editor):
    hand_over(editor, "paste", html="<p>合同的一段</p>")
    editor.locator(".cke_wysiwyg_div p", has_text="合同的一段").wait_for()
    editor.wait_for_timeout(300)
    assert not Picture.objects.exists()


def test_what_goes_wrong_is_said_in_the_dialog(chromium, live_server, staff):
    """Not by ``visit``: Chromium itself logs each answer that is an error."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    log_in(page, "author")
    ready(page)
    page.locator(".cke_wysiwyg_div").click()
    hand_over(page, "paste", data=b"no picture")
    page.locator(".cke_notification_warning", has_text="只收").wait_for()

    dialog = open_dialog(page)
    dialog.locator("input[type=file]").set_input_files(
        {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    )
    dialog.get_by_text("只收").wait_for()
    assert dialog.get_by_role("button", name="插入").is_enabled()

    context.set_offline(True)
    dialog.get_by_placeholder("按文件名或说明找").fill("借")
    dialog.get_by_text("没有连上网站").wait_for()
    context.set_offline(False)

    cookies = [one for one in context.cookies() if one["name"] != "sessionid"]
    context.clear_cookies()
    context.add_cookies(cookies)
    dialog.locator("input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": image_bytes()}
    )
    dialog.get_by_text("登录已过期").wait_for()
    assert not Picture.objects.exists()
    page.route("**/*", lambda route: route.abort())
    context.close()
