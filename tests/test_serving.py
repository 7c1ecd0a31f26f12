"""What an operator runs: gunicorn and nginx, as they are, on a real database."""

import gzip
import http.client
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.serving import Gunicorn, Nginx, Readers, Site, get, wait_for

MAKE = """
from articles import workflow
from articles.models import Category, CopyrightNotice
notice = CopyrightNotice.objects.get(is_default=True)
category = Category.objects.create(name="借贷", slug="jiedai", notice=notice)
for pk in (1, 2):
    article = workflow.create(
        {"title": f"第{pk}篇", "body": "<p>最早的话。</p>", "category": category.pk}, by=None, pk=pk
    )
    workflow.publish(article, by=None)
"""
# Publishes other words, and dies in the moment in which they are committed.
CHANGE = """
import os, time
from django.db import transaction
from articles import workflow
from articles.models import Article
article = Article.objects.get(pk={pk})
content = workflow.newest_content(article) | {{"body": "<p>{words}</p>"}}
workflow.save_draft(article, content, by=None)
with transaction.atomic():
    workflow.publish(article, by=None)
    transaction.on_commit(lambda: (print(time.time(), flush=True), os._exit(9)))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("served"), site_url="https://www.example.com")
    made.run(MAKE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def gunicorn(site):
    served = Gunicorn(site, WEB_CONCURRENCY="2")
    yield served
    served.close()


# As nginx would say it, so that nobody is sent to TLS.
TLS = {"X_Forwarded_Proto": "https"}


def _page(server, pk: int = 1) -> str:
    answer = server.get(f"/hf/{pk}.html", **TLS)
    assert answer.status == 200
    return answer.body.decode()


class TestGunicorn:
    def test_a_page_and_its_headers(self, gunicorn):
        answer = gunicorn.get("/hf/1.html", Accept_Encoding="gzip", **TLS)
        assert "最早的话" in gzip.decompress(answer.body).decode()
        assert answer.headers["etag"].endswith('-gzip"')
        assert "set-cookie" not in answer.headers
        assert answer.headers["strict-transport-security"]
        held = gunicorn.get(
            "/hf/1.html", Accept_Encoding="gzip", If_None_Match=answer.headers["etag"], **TLS
        )
        assert (held.status, held.body) == (304, b"")
        head = gunicorn.get("/hf/1.html", "HEAD", Accept_Encoding="gzip", **TLS)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == answer.headers["content-length"]

    def test_who_watches_is_told_without_tls(self, gunicorn):
        for path in ("/healthz", "/readyz"):
            answer = gunicorn.get(path)
            assert (answer.status, answer.body) == (200, b"ok\n"), path
            assert "no-store" in answer.headers["cache-control"]

    def test_nothing_is_left_in_the_home_folder(self, gunicorn, site):
        """gunicorn 27 opens a control socket there, unless it is told not to."""
        assert list(site.home.rglob("*")) == []

    def test_workers_by_cores(self, site):
        served = Gunicorn(site)
        try:
            assert len(served.workers()) == min(2 * os.cpu_count() + 1, 9)
        finally:
            served.close()

    def test_a_kill_behind_the_commit_leaves_no_old_page(self, gunicorn, site):
        for _ in range(8):
            _page(gunicorn)  # both workers keep it
        with Readers(lambda: gunicorn.get("/hf/1.html", **TLS)) as readers:
            said = site.run(CHANGE.format(pk=1, words="新的话"), may_die=True)
            time.sleep(2.5)
        assert not readers.failures
        committed = float(said)
        late = [a for begun, a in readers.answers if begun > committed + 1.0]
        assert len(late) > 50
        assert all("新的话" in answer.body.decode() for answer in late)
        assert any("最早的话" in answer.body.decode() for _, answer in readers.answers)

    def test_new_code_is_loaded_and_no_request_fails(self, gunicorn, site):
        template = site.code / "templates" / "articles" / "article.html"
        old = set(gunicorn.workers())
        with Readers(lambda: gunicorn.get("/hf/2.html", **TLS)) as readers:
            time.sleep(0.5)
            text = template.read_text()
            template.write_text(text.replace("<header>", "<header data-code='new'>", 1))
            view = site.code / "articles" / "views.py"
            view.write_text(f"{view.read_text()}\nMAX_ID = 2**62 - 1\n")
            gunicorn.reload()
            wait_for(lambda: not old & set(gunicorn.workers()))
            time.sleep(0.5)
        assert not readers.failures
        assert {answer.status for _, answer in readers.answers} == {200}
        pages = [answer.body.decode() for _, answer in readers.answers]
        assert "data-code='new'" not in pages[0]
        for _ in range(20):
            assert "data-code='new'" in _page(gunicorn, 2)
        assert gunicorn.process.poll() is None

    def test_workers_that_are_recycled_fail_nobody(self, site):
        served = Gunicorn(
            site, "--max-requests", "40", "--max-requests-jitter", "20", WEB_CONCURRENCY="2"
        )
        try:
            old = set(served.workers())
            with Readers(lambda: served.get("/hf/2.html", **TLS)) as readers:
                wait_for(lambda: not old & set(served.workers()))
            assert not readers.failures
            assert {answer.status for _, answer in readers.answers} == {200}
        finally:
            served.close()

    def test_a_worker_that_hangs_is_stopped(self, site):
        """The limit is thirty seconds; here one."""
        (site.code / "config" / "hanging.py").write_text(
            "import time\n"
            "def application(environ, start_response):\n"
            "    time.sleep(60 if environ['PATH_INFO'] == '/hang/' else 0)\n"
            "    start_response('200 OK', [('Content-Length', '0')])\n"
            "    return []\n"
        )
        served = Gunicorn(
            site, "--timeout", "1", application="config.hanging:application", WEB_CONCURRENCY="1"
        )
        try:
            begun = time.monotonic()
            with suppress(http.client.RemoteDisconnected):
                assert served.get("/hang/").status == 500
            assert time.monotonic() - begun < 10
            assert served.get("/").status == 200
        finally:
            served.close()

    def test_workers_stay_small(self, gunicorn):
        """The figures of a hundred thousand requests: tests/benchmarks/README.md."""
        for number in range(300):
            gunicorn.get(f"/?after={1_700_000_000_000_000 + number}-1", **TLS)
        assert max(map(_memory, gunicorn.workers())) < 120


def _memory(pid: int) -> float:
    """MB that no other process has."""
    with Path(f"/proc/{pid}/smaps_rollup").open() as lines:
        kept = {line.split(":")[0]: line.split()[1] for line in lines if ":" in line}
    return (int(kept["Private_Clean"]) + int(kept["Private_Dirty"])) / 1024


@pytest.fixture(scope="module")
def nginx(site, gunicorn, tmp_path_factory):
    if not shutil.which("nginx"):
        pytest.skip("no nginx here")
    (site.var / "media").mkdir(exist_ok=True)
    (site.var / "media" / "a.png").write_bytes(b"\x89PNG")
    (site.var / "media" / "a.html").write_text("<script>alert(1)</script>")
    served = Nginx(site, gunicorn, tmp_path_factory.mktemp("nginx"))
    yield served
    served.close()


class TestNginx:
    def test_who_comes_without_tls_is_sent_to_it(self, nginx):
        answer = get(nginx.plain_port, "/hf/1.html?a=b")
        assert answer.status == 301
        assert answer.headers["location"] == "https://www.example.com/hf/1.html?a=b"

    def test_who_comes_by_another_name_is_not_answered(self, nginx):
        with pytest.raises(Exception, match=r"(?i)closed|reset"):
            get(nginx.plain_port, "/", Host="evil.example")

    def test_a_page_is_made_once_and_kept(self, nginx, gunicorn):
        path = "/category/jiedai/"
        first = nginx.get(path, Accept_Encoding="gzip")
        assert (first.status, first.headers["x-cache"]) == (200, "MISS")
        second = nginx.get(path, Accept_Encoding="gzip")
        assert (second.headers["x-cache"], second.body) == ("HIT", first.body)
        other = nginx.get(path, Accept_Encoding="gzip, deflate, br, zstd")
        assert (other.headers["x-cache"], other.body) == ("HIT", first.body)
        assert gunicorn.asked(path) == 1
        assert second.headers["content-encoding"] == "gzip"
        for name in (
            "content-security-policy",
            "strict-transport-security",
            "x-content-type-options",
        ):
            assert second.headers[name], name
        held = nginx.get(path, Accept_Encoding="gzip", If_None_Match=first.headers["etag"])
        assert (held.status, held.body) == (304, b"")
        plain = nginx.get(path)
        assert "content-encoding" not in plain.headers
        assert plain.body == gzip.decompress(first.body)
        assert "content-encoding" not in nginx.get(path, Accept_Encoding="br, gzip;q=0").headers
        assert nginx.get(path, "HEAD").body == b""
        own = nginx.get(path, Cookie="sessionid=x", Accept_Encoding="gzip")
        assert own.headers["x-cache"] == "HIT"

    def test_no_reader_waits_for_the_end_of_a_page(self, nginx):
        """With tcp_nopush and sendfile, as Debian has it, 40 ms each."""
        nginx.get("/hf/2.html")
        times = []
        for _ in range(20):
            begun = time.perf_counter()
            nginx.get("/hf/2.html")
            times.append(time.perf_counter() - begun)
        assert sorted(times)[10] < 0.035

    def test_a_crowd_on_a_cold_page_asks_once(self, nginx, gunicorn):
        answers = []
        path = "/archive/"
        crowd = [
            threading.Thread(target=lambda: answers.append(nginx.get(path))) for _ in range(30)
        ]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        assert {answer.status for answer in answers} == {200}
        assert gunicorn.asked(path) == 1

    def test_a_page_is_never_older_than_twenty_seconds(self, nginx, site):
        path = "/hf/2.html"
        nginx.get(path)
        begun = time.time()
        site.run(CHANGE.format(pk=2, words="换过的话"), may_die=True)
        first = nginx.get(path)
        assert first.headers["x-cache"] in ("HIT", "STALE", "UPDATING", "EXPIRED", "REVALIDATED")
        time.sleep(max(0, begun + 10.5 - time.time()))
        nginx.get(path)  # an old one, while the next is fetched
        wait_for(lambda: "换过的话" in nginx.get(path).body.decode(), 5)
        site.run(CHANGE.format(pk=2, words="又换过"), may_die=True)
        time.sleep(21)  # nobody asks
        late = nginx.get(path)
        assert "又换过" in late.body.decode()
        assert late.headers["x-cache"] not in ("HIT", "STALE")

    def test_static_files(self, nginx, site):
        page = nginx.get("/hf/1.html").body.decode()
        path = page.split('rel="stylesheet" href="')[1].split('"')[0]
        answer = nginx.get(path, Accept_Encoding="gzip")
        assert (answer.status, answer.headers["content-encoding"]) == (200, "gzip")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/css")
        assert nginx.get(path).body == gzip.decompress(answer.body)

    def test_media_run_nothing(self, nginx):
        answer = nginx.get("/media/a.png")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert nginx.get("/media/a.html").status == 404
        assert nginx.get("/media/../env").status in (400, 404)
        assert nginx.get("/static../env").status in (400, 404)

    def test_the_desk_is_never_kept(self, nginx):
        for _ in range(2):
            answer = nginx.get("/admin/login/")
            assert answer.status == 200
            assert "x-cache" not in answer.headers
            assert "csrftoken" in answer.headers["set-cookie"]

    def test_readers_send_nothing_and_editors_whole_articles(self, nginx):
        large = b"x" * 300_000
        assert nginx.get("/hf/1.html", "POST", body=large).status == 413
        desk = nginx.get("/admin/articles/article/add/", "POST", body=large)
        assert desk.status == 403  # Django's answer: it came without a token

    def test_searches_and_passwords_have_their_measure(self, nginx):
        found = [nginx.get("/search/?q=%E8%AF%9D").status for _ in range(30)]
        assert found.count(200) >= 12
        assert 429 in found
        assert nginx.get("/search/").status == 200
        tried = [nginx.get("/admin/login/", "POST", body=b"a=b").status for _ in range(12)]
        assert 429 in tried
        assert nginx.get("/admin/login/").status == 200
        assert nginx.get("/hf/1.html").status == 200
