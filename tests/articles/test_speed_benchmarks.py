"""The benchmarks of speed do what they say, on a handful of articles."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.test import Client
from django.utils import timezone

from articles import generating
from articles.models import Article, Verdict
from statutes.models import Version
from tests.benchmarks import served, tour, writing
from tests.factories import keep_the_connection, make_firm, make_statute

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles():
    make_firm()
    for title in ("测试法", "关于测试的规定"):
        words = {n: f"当事人应当按照约定履行第{n}项义务。" for n in range(1, 30)}
        make_statute(title, clauses=words, effective_from=dt.date(2020, 1, 1))
    generating.Generator(generating.Invented(60)).run()


def test_the_tour_sees_every_kind_of_page():
    client = Client(SERVER_NAME="localhost")
    lines = [line for line, slowest in tour.walk(client, tour.public_pages(), 1.0)]
    answers = [line.split()[0] for line in lines]
    assert len(lines) > 50
    assert set(answers) <= {"200", "302", "404"}
    lost = [line.split()[1] for line in lines if line.startswith("404")]
    assert lost == ["/nichts/hier/:", "/oldsite/news/1.html:"]
    assert all("queries" in line for line in lines)
    boss, author = (tour.user_of(name) for name in tour.USERS)
    for user in (boss, author):
        lines = [
            line for line, slowest in tour.walk(tour.at_the_desk(user), tour.desk_pages(), 1.0)
        ]
        answers = [line.split()[0] for line in lines]
        assert set(answers) <= ({"200", "302"} if user == boss else {"200", "302", "403", "404"})
        assert any("/change/: " in line for line in lines)
    list(tour.indexes())


def test_the_tour_writes_and_leaves_nothing():
    def rows() -> tuple:
        states = Article.objects.order_by("pk").values_list("pk", "state", "title", "published_at")
        return list(states), Version.objects.count(), Verdict.objects.count()

    before = rows()
    lines = [line for line, slowest in tour.work(tour.user_of("tour_author"), 1.0)]
    assert len(lines) == 9
    assert rows() == before


def test_what_is_published_for_measuring_is_published():
    before = Article.objects.published().count()
    times = list(writing.publishes(2))
    assert Article.objects.published().count() == before + 2
    assert all(one > 0 for one in times)


def test_a_law_changes(monkeypatch):
    keep_the_connection()
    monkeypatch.setattr(writing, "CITED_BY", 1)
    monkeypatch.setattr(writing.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(timezone, "localdate", lambda *args: dt.date(2026, 11, 1))
    monkeypatch.setattr("articles.pagecache.INTERVAL", 0.0)
    (words,) = writing.change_a_law()
    kept, others = words.split("; ")[1].split(" kept pages ")
    assert f"{kept} of them others" in others
    assert "queue 0 → " in words
    assert "queue 0 → 0" not in words


def test_what_is_served_is_counted():
    pages = served.addresses()
    assert len(pages["article"]) == Article.objects.published().count()
    client = Client(SERVER_NAME="localhost")
    for name, paths in pages.items():
        assert client.get(paths[0]).status_code == 200, name
    before = served.descendants([os.getpid()])[os.getpid()]
    sum(range(3_000_000))
    assert served.descendants([os.getpid()])[os.getpid()] > before
    found = [served.Measured(900.0, 0.5, 3.0, 0), served.Measured(1_000.0, 1.0, 2.0, 1)]
    lines = list(served.report({"bare view": found[:1], "article": found}))
    assert lines == [
        "bare view: 900 a second, p99 3.0 ms, 0.500 CPU ms of each (1.0 × bare), 0 failed",
        "article: 950 a second, p99 2.5 ms, 0.750 CPU ms of each (1.5 × bare), 1 failed",
    ]


def test_the_bare_view_answers():
    statements = (
        "from tests.benchmarks.bare import application;"
        "from tests.serving import environ_of;"
        "said = [];"
        "body = b''.join(application(environ_of('/x'), lambda status, _: said.append(status)));"
        "print(said, len(body))"
    )
    done = subprocess.run([sys.executable, "-c", statements], capture_output=True, text=True)
    assert done.stdout == "['200 OK'] 10000\n", done.stderr
