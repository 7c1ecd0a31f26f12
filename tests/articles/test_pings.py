"""Search engines told through the outbox: real requests to a server of the test's own."""

import datetime as dt
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import outbox, workflow
from articles.models import Outbox
from tests.factories import make_article, make_draft, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def engine():
    """What was asked of it, and what it answers."""

    class Engine(BaseHTTPRequestHandler):
        asked: list[tuple[str, str, str]] = []
        status, answer = 200, '{"remain": 9, "success": 1}'

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.asked.append((self.path, self.headers["Content-Type"], body))
            self.send_response(type(self).status)
            self.end_headers()
            self.wfile.write(type(self).answer.encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Engine)
    Engine.asked = []
    Engine.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Engine
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def on(settings, engine):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = "k" * 32, f"{engine.url}/indexnow"
    settings.BAIDU_PUSH_TOKEN, settings.BAIDU_PUSH_URL = "secret", f"{engine.url}/urls"
    return engine


@pytest.fixture
def publisher():
    return make_user("boss", "审核人", "发布人")


def publish(article, by, **options):
    workflow.publish(article, by=by, **options)
    Outbox.objects.filter(kind="mail").delete()


def test_off_unless_a_key_is_set(publisher, engine):
    publish(make_draft(), publisher)
    assert not Outbox.objects.exists()


def test_both_are_told_of_what_was_published(publisher, on):
    article = make_draft()
    publish(article, publisher)
    assert on.asked == []  # nobody waits for them
    assert outbox.deliver() == (2, 0)
    url = f"http://www.example.com{article.get_absolute_url()}"
    indexnow, baidu = sorted(on.asked)
    assert indexnow[0] == "/indexnow"
    assert json.loads(indexnow[2]) == {
        "host": "www.example.com",
        "key": "k" * 32,
        "keyLocation": f"http://www.example.com/{'k' * 32}.txt",
        "urlList": [url],
    }
    assert baidu == (
        "/urls?site=http%3A%2F%2Fwww.example.com&token=secret",
        "text/plain",
        url,
    )


def test_of_a_withdrawn_one_only_who_takes_that(publisher, on):
    article = make_article()
    workflow.withdraw(article, by=publisher)
    kinds = set(Outbox.objects.values_list("kind", flat=True)) - {"mail"}
    assert kinds == {"indexnow"}


def test_a_scheduled_one_is_told_at_its_hour_and_not_if_it_was_cancelled(
    publisher, on, monkeypatch
):
    due = timezone.now() + dt.timedelta(hours=1)
    kept, cancelled = make_draft(), make_draft()
    for article in (kept, cancelled):
        publish(article, publisher, at=due)
    workflow.cancel_schedule(cancelled, by=publisher)
    Outbox.objects.filter(kind="mail").delete()
    assert outbox.deliver() == (0, 0)
    monkeypatch.setattr(timezone, "now", lambda: due + dt.timedelta(minutes=1))
    outbox.deliver()
    assert len(on.asked) == 2
    assert all(kept.get_absolute_url() in body for _, _, body in on.asked)


def test_what_search_engines_must_not_have_is_not_told_to_them(publisher, on):
    publish(make_draft(noindex=True), publisher)
    assert not Outbox.objects.exists()


def test_nothing_of_what_a_command_brings(on):
    make_article()
    assert not Outbox.objects.exists()


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (422, "key does not match", "HTTP 422"),
        (200, '{"error": 401, "message": "token is not valid"}', "token is not valid"),
        (200, "<html>", "读不懂"),
    ],
)
def test_a_refusal_is_kept_in_its_own_words_and_tried_again(publisher, on, status, answer, words):
    on.status, on.answer = status, answer
    publish(make_draft(), publisher)
    _, failed = outbox.deliver()
    assert failed >= 1
    assert words in Outbox.objects.get(kind="baidu").last_error
    on.status, on.answer = 200, '{"success": 1}'
    assert outbox.deliver()[1] == 0


def test_without_a_mail_server_they_go_all_the_same(publisher, on, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = ""
    workflow.publish(make_draft(), by=publisher)
    outbox.mail([publisher], "信", "文")
    with pytest.raises(CommandError, match="EMAIL_URL"):
        call_command("deliver")
    assert len(on.asked) == 2
    assert set(Outbox.objects.filter(delivered_at=None).values_list("kind", flat=True)) == {"mail"}
