"""generate_articles leaves what publishing one by one leaves."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles import generating, rebuilding, search_index, workflow
from articles.models import (
    Article,
    Citation,
    Posting,
    Related,
    Revision,
    SearchEntry,
    TaggedArticle,
    Term,
)
from tests.factories import make_article, make_statute

pytestmark = pytest.mark.django_db

_DERIVED = (Article, Revision, TaggedArticle, Citation, Posting, Related, SearchEntry, Term)
# What a publish brings anew, and the keys of rows that it writes again.
_ITS_OWN = {"lock_version", "edited_at", "changed_at"}


@pytest.fixture
def law():
    """Texts that begin and end while articles are written."""
    early, late = dt.date(1999, 10, 1), dt.date(2024, 7, 1)
    words = {n: f"当事人应当按照约定履行第{n}项义务。" for n in range(1, 40)}
    make_statute("中华人民共和国测试法", clauses=words, effective_from=early)
    words |= {n: f"当事人应当全面履行第{n}项义务。" for n in range(1, 20)}
    make_statute("中华人民共和国测试法", clauses=words, effective_from=late)
    make_statute(
        "关于测试的规定", clauses=words, effective_from=late, kind="judicial_interpretation"
    )


def _generate(corpus, **options) -> None:
    generating.Generator(corpus, **options).run()


def _all_there_is() -> dict[str, list[dict]]:
    """Every row of every table that publishing writes, without keys of their own."""
    found = {}
    for model in _DERIVED:
        own = _ITS_OWN | (set() if model in (Article, Term) else {"id"})
        own |= {"published_at"} if model is Revision else set()
        rows = [
            {key: value for key, value in row.items() if key not in own}
            for row in model.objects.order_by().values()
        ]
        found[model.__name__] = sorted(rows, key=repr)
    if connection.vendor == "postgresql":
        numbers = "SELECT article_id, codes FROM articles_searchentry ORDER BY 1"
    else:
        numbers = (
            "SELECT article_id, codes FROM articles_searchentry"
            " JOIN articles_searchwords ON place = articles_searchwords.rowid ORDER BY 1"
        )
    with connection.cursor() as cursor:
        cursor.execute(numbers)
        found["numbers"] = cursor.fetchall()
    return found


def test_publishing_what_was_generated_changes_nothing(law):
    _generate(generating.Invented(60))
    before = _all_there_is()
    assert len(before["Article"]) == 60
    assert {row["outcome"] for row in before["Citation"]} >= {"resolved"}
    assert any(row["quotation"] for row in before["Citation"])
    for article in Article.objects.order_by("pk"):
        workflow.publish(article, by=None)
    after = _all_there_is()
    for name, rows in before.items():
        assert after[name] == rows, name


def test_rebuilding_changes_nothing(law):
    _generate(generating.Invented(40))
    before = _all_there_is()
    rebuilding.rebuild()
    assert search_index.rebuild() == (40, 0)
    assert _all_there_is() == before


def test_it_is_the_same_each_time(law):
    _generate(generating.Invented(30))
    first = _all_there_is()
    Article.objects.all().delete()
    Term.objects.all().delete()
    _generate(generating.Invented(30))
    for name in ("Article", "Revision"):
        assert [row | {"id": 0, "created_at": 0, "listed": 0} for row in first[name]] == [
            row | {"id": 0, "created_at": 0, "listed": 0} for row in _all_there_is()[name]
        ]


def test_it_goes_on_where_it_was_stopped(law, monkeypatch):
    monkeypatch.setattr(generating, "_BLOCK", 10)
    whole = generating.Generator(generating.Invented(30))
    write = generating.Generator.write

    def stopped(self, start):
        if start == 20:
            raise KeyboardInterrupt
        write(self, start)

    monkeypatch.setattr(generating.Generator, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        whole.run()
    assert Article.objects.count() == 20
    monkeypatch.setattr(generating.Generator, "write", write)
    _generate(generating.Invented(30))
    before = _all_there_is()
    assert len(before["Article"]) == 30
    for article in Article.objects.order_by("pk"):
        workflow.publish(article, by=None)
    assert _all_there_is() == before


def test_without_any_law():
    _generate(generating.Invented(5))
    assert set(Citation.objects.values_list("outcome", flat=True)) == {"unknown_statute"}


def test_a_database_with_articles_of_its_own_is_left_alone(law):
    mine = make_article()
    with pytest.raises(CommandError, match="空库"):
        call_command("generate_articles", "5")
    assert list(Article.objects.all()) == [mine]


_LINE = {
    "slug": "900001",
    "title": "押金不退怎么办",
    "cat": "zl",
    "catname": "租赁",
    "tags": ["押金", "租房"],
    "ts": 1_700_000_000,
    "body": "<h2>先看合同</h2><p>根据《测试法》第三条，房东应当退还。</p>",
}


def _file(tmp_path, *lines: dict):
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path


def test_articles_of_a_file(law, tmp_path):
    other = _LINE | {"slug": "900002", "title": "租金涨了", "ts": _LINE["ts"] + 5}
    call_command("generate_articles", f"--from={_file(tmp_path, _LINE, other)}")
    found = Article.objects.get(pk=900_001)
    assert (found.title, found.category.slug) == ("押金不退怎么办", "zl")
    assert found.citations.get().outcome == "resolved"
    assert found.related.get().other_id == 900_002
    before = _all_there_is()
    for article in Article.objects.order_by("pk"):
        workflow.publish(article, by=None)
    assert _all_there_is() == before


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([{"slug": "1"}], "第 1 行不完整"),
        ([_LINE, _LINE | {"slug": "x"}], "第 2 行不完整"),
        ([_LINE, _LINE | {"ts": 1}], "第 2 行早于前一行"),
        ([], "没有"),
    ],
)
def test_a_file_that_is_no_such_file(tmp_path, lines, words):
    with pytest.raises(CommandError, match=words):
        call_command("generate_articles", f"--from={_file(tmp_path, *lines)}")
    assert not Article.objects.exists()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="读不了"):
        call_command("generate_articles", f"--from={tmp_path / 'nothing'}")
