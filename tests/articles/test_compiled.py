"""Queries that are put together once."""

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Count

from articles.compiled import Compiled
from articles.models import Article
from tests.factories import make_article, make_hidden_articles, restore_notices


def _titles(after: int, now: dt.datetime):
    return (
        Article.objects.published(now)
        .filter(pk__gt=after)
        .annotate(number=Count("tagged"))
        .order_by("pk")
        .values_list("pk", "title", "contents", "number")
    )


NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_it_gives_what_the_queryset_gives(db):
    asked = Compiled(_titles)
    make_hidden_articles()
    articles = [make_article(f"50% 的{n}", body=f"<h2>第{n}</h2>", tags=["签"]) for n in range(3)]
    for after in (0, articles[0].pk, articles[2].pk):
        rows = asked(after=after, now=NOW)
        assert [tuple(row) for row in rows] == list(_titles(after, NOW))
    assert asked(after=0, now=NOW)[0]._fields == ("pk", "title", "contents", "number")
    assert asked(after=0, now=NOW)[0].contents == [{"id": "s1", "level": 2, "text": "第0"}]


def test_other_values_are_asked_for_others(db):
    asked = Compiled(_titles)
    make_article(on=dt.date(2025, 6, 1))
    assert len(asked(after=0, now=NOW)) == 1
    assert asked(after=0, now=NOW - dt.timedelta(days=365)) == []


def test_what_holds_the_moment_of_its_making_is_refused(db):
    def frozen(after: int):
        return Article.objects.published().filter(pk__gt=after).values_list("pk")

    with pytest.raises(AssertionError):
        Compiled(frozen)(after=0)


@pytest.mark.django_db(transaction=True)
class TestOnAConnection:
    """Outside a transaction, as pages are read: PostgreSQL plans it once."""

    @pytest.fixture
    def asked(self):
        restore_notices()
        make_article("之一")
        return Compiled(_titles)

    def _plans(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            return [statement for (statement,) in cursor.fetchall()]

    def test_it_is_planned_once(self, asked):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite's driver sees to it")
        before = len(self._plans())
        for _ in range(5):
            assert [row.title for row in asked(after=0, now=NOW)] == ["之一"]
        assert len(self._plans()) == before + 1

    def test_a_connection_that_was_cut_is_another(self, asked):
        asked(after=0, now=NOW)
        connection.close()
        assert [row.title for row in asked(after=0, now=NOW)] == ["之一"]

    def test_a_server_that_forgot_it_is_asked_all_the_same(self, asked):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite's driver sees to it")
        asked(after=0, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        for _ in range(2):
            assert [row.title for row in asked(after=0, now=NOW)] == ["之一"]
