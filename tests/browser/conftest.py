"""A real Chromium, Debian's, driven by Playwright."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.signals import request_finished, request_started

from tests.factories import make_category, make_user, restore_notices

PASSWORD = "a-long-password-1"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Pastes some HTML into an element, as the keyboard would.
PASTE_EVENT = """(target, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "x");
  target.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _rows_of_the_migrations(transactional_db):
    """A live server sees only what is committed, and the flush behind each such test also takes
    the rows that migrations made."""
    restore_notices()


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium (Debian: apt-get install chromium)")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class UnderWay:
    """How many requests the live server is answering, also those whose page has long left."""

    def __init__(self):
        self.count = 0
        self.changed = threading.Condition()

    def started(self, **_kwargs):
        self._add(1)

    def finished(self, **_kwargs):
        self._add(-1)

    def _add(self, number):
        with self.changed:
            self.count += number
            self.changed.notify_all()

    def wait_for_none(self, seconds=20):
        with self.changed:
            assert self.changed.wait_for(lambda: self.count == 0, seconds), "a request hangs"


@pytest.fixture
def under_way():
    requests = UnderWay()
    request_started.connect(requests.started)
    request_finished.connect(requests.finished)
    yield requests
    request_started.disconnect(requests.started)
    request_finished.disconnect(requests.finished)


@pytest.fixture
def visit(chromium, live_server, under_way):
    """Opens a page of the live server; fails the test on any console error or foreign request."""
    contexts, complaints = [], []

    def visit(url, *, viewport=DESKTOP, expect=200, **options):
        context = chromium.new_context(viewport=viewport, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()

        def on_console(message):
            if message.type in ("error", "warning") and expect == 200:
                complaints.append(message.text)

        def on_request(request):
            if not request.url.startswith((live_server.url, "data:", "blob:")):
                complaints.append(f"request to {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", on_request)
        response = page.goto(live_server.url + url)
        assert response.status == expect
        return page

    yield visit
    found = list(complaints)
    for context in contexts:
        # What a closing page still sends (an autosave) would meet a database being emptied.
        context.route("**/*", lambda route: route.abort())
        context.close()
    under_way.wait_for_none()
    assert found == []


@pytest.fixture
def sign_in(visit):
    """Opens a page of the desk as one of the staff, through the login form."""

    def sign_in(name, url="/admin/articles/article/", **options):
        page = visit(url, **options)
        log_in(page, name)
        return page

    return sign_in


def log_in(page, name):
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="登录").click()


@pytest.fixture
def staff():
    make_category()
    groups = {"author": "作者", "reviewer": "审核人", "publisher": "发布人"}
    return {name: make_user(name, group, password=PASSWORD) for name, group in groups.items()}


def until(page, condition: str, seconds: float = 20) -> None:
    """Waits till a JavaScript expression holds. Playwright's own wait_for_function evaluates it
    again inside the page, where the site's Content-Security-Policy forbids that."""
    end = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"never came true: {condition}"
        page.wait_for_timeout(50)


def ready(page):
    """Until the editor takes what is typed: it is to be seen a while before."""
    until(page, "window.CKEDITOR?.instances.id_body?.status === 'ready'")
    page.locator(".cke_wysiwyg_div").wait_for()


@contextmanager
def tabbing(page, limit: int = 150) -> Iterator:
    """Presses Tab until a locator has the focus, as a reader without a mouse would."""

    def to(locator) -> None:
        for _ in range(limit):
            page.keyboard.press("Tab")
            if locator.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError("never reached by Tab")

    yield to
