"""The demo as a stranger runs it: a process of its own, an empty folder, no registry."""

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from articles.importers import json as json_importer
from articles.importers import store
from articles.management.commands import demo
from articles.models import Article, Category, Citation
from statutes import library
from statutes.importers import excerpt

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((demo.FOLDER / "articles").glob("*.json"))


@pytest.fixture
def manage(tmp_path):
    """Runs manage.py with nothing but a folder of its own, out of reach of any registry."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "SECRET_KEY", "SITE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE")
        and not name.startswith("PIP_")
    }
    environment |= {
        "VAR_DIR": str(tmp_path / "var"),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }

    def manage(*arguments, check=True):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            text=True,
            capture_output=True,
            check=check,
            timeout=120,
        )

    manage.environment = environment
    return manage


def test_one_command_makes_a_site_and_running_it_again_is_safe(manage, tmp_path):
    first = manage("demo", "--no-serve")
    assert "只用随软件提供的条文摘录" in first.stdout
    assert len(re.findall(r"密码 \S{12,}（只显示这一次）", first.stdout)) == 4
    env = tmp_path / "var/env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    secret = env.read_text()
    assert "SITE_URL=http://127.0.0.1:8000\n" in secret

    second = manage("demo", "--no-serve", "--port", "8123")
    assert f"新增 0 篇，共 {len(FILES)} 篇" in second.stdout
    assert second.stdout.count("已存在，密码不变") == 4
    assert "只显示这一次" not in second.stdout
    assert env.read_text() == secret.replace(":8000", ":8123")
    assert stat.S_IMODE(env.stat().st_mode) == 0o600

    manage("demo", "--no-serve")  # the port stays the one last asked for
    assert env.read_text() == secret.replace(":8000", ":8123")

    # Every later call in the clone works, without any environment.
    assert "no issues" in manage("check").stdout
    assert stat.S_IMODE((tmp_path / "var/luwen.sqlite3").stat().st_mode) == 0o600
    database = sqlite3.connect(tmp_path / "var/luwen.sqlite3")
    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    count = database.execute("SELECT count(*) FROM articles_article").fetchone()
    assert count == (len(FILES) + 2,)  # two lie on the desk


def test_it_refuses_a_database_with_articles_that_it_did_not_make(manage, tmp_path):
    manage("demo", "--no-serve")
    file = tmp_path / "own.json"
    file.write_text(
        json.dumps({"id": 5, "title": "自己的", "category": "金融债务", "body_html": "<p>文。</p>"})
    )
    manage("import_articles", str(file))
    (tmp_path / "var/env").rename(tmp_path / "env")
    refused = manage("demo", "--no-serve", check=False)
    assert refused.returncode != 0
    assert "1 篇不是演示命令写入的文章" in refused.stderr
    assert not (tmp_path / "var/env").exists()  # nothing was written
    (tmp_path / "env").rename(tmp_path / "var/env")
    assert "已备好" in manage("demo", "--no-serve", "--keep").stdout


def test_it_serves_the_site_and_stops_when_told(manage):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=manage.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        page = fetch(f"http://127.0.0.1:{port}/hf/1001.html", server)
        assert "本文引用的法条" in page
        assert f"http://127.0.0.1:{port}/hf/1001.html</a>" in page
        style = re.search(r'href="(/static/css/article\.[0-9a-f]+\.css)"', page)[1]
        assert ".clause-card" in fetch(f"http://127.0.0.1:{port}{style}", server)
        cover = re.search(
            r'src="(/media/pictures/[^"]+)"', fetch(f"http://127.0.0.1:{port}/", server)
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{cover[1]}") as picture:
            assert picture.headers["Content-Type"] == "image/webp"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        assert server.wait(timeout=40) == 0


def fetch(address, server, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address) as response:
                return response.read().decode()
        except urllib.error.URLError:
            assert server.poll() is None, server.stdout.read()
            assert time.monotonic() < end, "the server never answered"
            time.sleep(0.2)


@pytest.fixture
def loaded(db):
    for text in excerpt.read():
        assert library.store(text).outcome == library.CREATED
    excerpt.confirm_correspondences()
    demo.load_firm()
    for file in FILES:
        for item in json_importer.read(file):
            assert store.store(item, source="demo/test").warnings == []


def test_the_articles_are_what_they_promise(loaded):
    assert Article.objects.published().count() == len(FILES) >= 14
    categories = Category.objects.filter(articles__isnull=False).distinct()
    assert categories.count() >= 5
    for article in Article.objects.all():
        length = len(re.findall(r"[\u4e00-\u9fff]", re.sub(r"<[^>]*>", "", article.body)))
        assert 600 <= length <= 1500, article
        assert article.tags.count() >= 2
    reprints = Article.objects.filter(category__name="法院案例")
    assert reprints.exists()
    assert all(article.source_name and article.source_url for article in reprints)


def test_every_citation_of_theirs_resolves_from_the_bundled_excerpt(loaded):
    unresolved = Citation.objects.exclude(outcome="resolved").values_list("article_id", "exact")
    assert list(unresolved) == []
    assert Citation.objects.filter(resolved_by="date").exists()
    changed = Citation.objects.filter(clause__changes__isnull=False)
    assert set(changed.values_list("clause__changes__kind", flat=True)) >= {
        "repealed",
        "amended",
    }
    assert changed.filter(clause__changes__is_confirmed=False).exists()
    assert Citation.objects.filter(quotation_verdict="exact").exists()
    assert not Citation.objects.filter(quotation_verdict="altered").exists()
