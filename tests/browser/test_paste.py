"""Hostile pastes in a real browser: read on the site, pasted at the desk, opened as a draft."""

import pytest

from articles import workflow
from tests.browser.conftest import PASTE_EVENT, log_in, ready
from tests.factories import make_article, make_draft
from tests.hostile import PASTES

VIOLATIONS = """() => { window.blocked = [];
  document.addEventListener("securitypolicyviolation",
    (event) => window.blocked.push(event.violatedDirective + " " + event.blockedURI)); }"""


@pytest.fixture
def watched(visit):
    """A page on which any dialog fails the test; ``visit`` sees to requests and errors."""
    seen = []

    def watched(url):
        page = visit(url)
        page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
        # The pictures that the pastes name as ours are there.
        page.route("**/media/**", lambda route: route.fulfill(body="", content_type="image/png"))
        page.evaluate(VIOLATIONS)
        return page

    yield watched
    assert seen == []


def test_read_on_the_site_nothing_runs(watched):
    article = make_article(body="\n".join(f"<h2>第 {n}</h2>{one}" for n, one in enumerate(PASTES)))
    page = watched(article.get_absolute_url())
    page.reload()
    page.evaluate("document.querySelectorAll('.prose *').forEach(e => { e.focus(); })")
    page.wait_for_timeout(500)
    page.get_by_role("heading", name="第 0", exact=True).wait_for()


def test_opened_as_a_draft_at_the_desk_nothing_runs(watched, staff):
    draft = make_draft("毒稿", "\n".join(PASTES))
    page = watched(f"/admin/articles/article/{draft.pk}/change/")
    log_in(page, "reviewer")
    ready(page)
    page.evaluate(VIOLATIONS)
    page.wait_for_timeout(500)
    assert page.evaluate("window.blocked") == []


def test_pasted_into_the_editor_nothing_runs_and_nothing_of_it_is_saved(watched, staff):
    page = watched("/admin/articles/article/add/")
    log_in(page, "author")
    ready(page)
    page.evaluate(VIOLATIONS)
    body = page.locator(".cke_wysiwyg_div")
    kept = ""
    for pasted in PASTES:
        page.evaluate("CKEDITOR.instances.id_body.setData('<p>文</p>')")
        body.click()
        body.evaluate(PASTE_EVENT, pasted)
        kept += page.evaluate("CKEDITOR.instances.id_body.getData()")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.blocked") == []
    names = page.evaluate(
        """html => [...new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")]
          .flatMap(e => [e.localName, ...[...e.attributes].map(a => "@" + a.name)])""",
        kept,
    )
    assert not {name for name in names if name.startswith("@on")}
    assert not set(names) & {"script", "svg", "math", "iframe", "object", "form", "@style", "@id"}
    assert "链接" in kept


def test_link_table_alignment_and_paste_break_no_policy(watched, staff):
    page = watched("/admin/articles/article/add/")
    log_in(page, "author")
    ready(page)
    page.evaluate(VIOLATIONS)
    body = page.locator(".cke_wysiwyg_div")
    body.click()
    page.keyboard.type("甲方")
    page.keyboard.press("Control+a")
    page.locator(".cke_button__justifycenter").click()
    page.locator(".cke_button__link").click()
    page.locator(".cke_dialog_ui_input_text input:visible").last.fill("www.court.gov.cn")
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    page.keyboard.press("End")
    page.locator(".cke_button__table").click()
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    page.locator(".cke_button__table").click()
    page.locator(".cke_dialog_ui_button_cancel:visible").click()
    body.evaluate(
        PASTE_EVENT, "<p style='text-align:right'><span style='color:red'>落款</span></p>"
    )
    body.locator("p.align-right").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.blocked") == []
    kept = page.evaluate("CKEDITOR.instances.id_body.getData()")
    assert '<p class="align-center">' in kept
    assert "<table" in kept
    assert "style=" not in kept
    assert workflow.complete({"body": kept})["body"].count("align-") == 2
