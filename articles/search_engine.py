"""Which published articles have all of some numbers, the newest first: one question, answered by
PostgreSQL from a GIN index over ``int[]``, by SQLite from an FTS5 table whose rows come back in order.

Articles stand in eras, neighbouring spans of time of some thousands each, and an article's era
is one more of its numbers. So the newest eras are read first, and no more of them than it takes:
a word of half a million articles costs what a rare one does.
"""

import datetime as dt
import math
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Min
from psycopg2.extras import execute_values

from articles.models import SearchEntry

NUMBERS = 24  # bits of a place within its era: see SearchEntry
FIRST = 1 << 20  # the era of the first article: there is room before it
_SPAN = 16  # eras that share one number more
# Where the numbers begin of what is no pair: no pair of characters has them, since its first one
# would be a surrogate.
TITLE, _ERAS, _SPANS, CATEGORY, YEAR, KIND = (
    first - (1 << 32)
    for first in (0xD800_0000, 0xDC00_0000, 0xDC80_0000, 0xDD00_0000, 0xDE00_0000, 0xDF00_0000)
)
_AT_FIRST = 2  # eras
_FURTHER = 8  # times as many as were read, at most
_MARGIN = 1.3


class Hit(NamedTuple):
    place: int
    article: int
    published_at: dt.datetime
    category: int
    kinds: int

    @property
    def key(self) -> tuple[int, dt.datetime, int]:
        """The newest is the greatest."""
        return self.place >> NUMBERS, self.published_at, self.place


# Behind which hit a page begins: its place, and when it was published.
Cursor = tuple[int, dt.datetime]


class Row(NamedTuple):
    entry: SearchEntry
    codes: set[int]  # all but those of its era


def newest(
    wanted: Collection[int],
    *,
    now: dt.datetime | None,
    limit: int,
    any_of: Collection[int] = (),
    before: Cursor | None = None,
) -> list[Hit]:
    """The newest articles that have all the numbers ``wanted`` and, where some are given, one of
    ``any_of``; at most ``limit``, of those behind ``before``, the newest first.

    ``now`` None: those whose hour is still to come too, for the desk.
    """
    if not wanted and not any_of:
        return []
    return _engine().newest(_Search(list(wanted), list(any_of), now, before, limit))


def store(rows: Collection[Row]) -> None:
    """Rows of articles that have none yet; whoever deletes an entry deletes the numbers with it."""
    _engine().store(rows)


def in_bulk(fill: Callable[[], None]) -> None:
    """Of hundreds of thousands of rows: an index is faster made over all than row by row. Until
    it is there, searches are slow; whoever stops it half-way runs it again."""
    _engine().in_bulk(fill)


def full_era() -> int:
    """How many articles an era has where it is full."""
    return _engine().ERA


def analyse() -> None:
    """Tell the planner what there is. Nothing tells SQLite's otherwise: it then reads a hundred
    thousand published articles to find twenty by their ids."""
    _engine().analyse()


def _codes_of(row: Row) -> list[int]:
    era = row.entry.place >> NUMBERS
    return sorted({*row.codes, _ERAS + era, _SPANS + era // _SPAN})


def _of_eras(first: int, last: int) -> list[int]:
    """The numbers of the eras from one to another, as few as there need be."""
    codes, era = [], first
    while era <= last:
        if era % _SPAN == 0 and era + _SPAN - 1 <= last:
            codes.append(_SPANS + era // _SPAN)
            era += _SPAN
        else:
            codes.append(_ERAS + era)
            era += 1
    return codes


class _Search(NamedTuple):
    wanted: list[int]
    any_of: list[int]
    now: dt.datetime | None
    before: Cursor | None
    limit: int

    def newest(self, hits: Iterable[Hit]) -> list[Hit]:
        """Those that are due, and behind the cursor; the newest first."""
        if self.now is not None:
            hits = (hit for hit in hits if hit.published_at <= self.now)
        if self.before is not None:
            place, published_at = self.before
            edge = Hit(place, 0, published_at, 0, 0).key
            hits = (hit for hit in hits if hit.key < edge)
        return sorted(hits, key=lambda hit: hit.key, reverse=True)


class _PostgreSQL:
    ERA = 4_096

    def store(self, rows: Collection[Row]) -> None:
        names = [field.column for field in SearchEntry._meta.concrete_fields]
        with connection.cursor() as cursor:
            execute_values(
                cursor.cursor,
                f"INSERT INTO articles_searchentry ({', '.join(names)}, codes) VALUES %s",  # noqa: S608
                [
                    (
                        *(getattr(row.entry, name) for name in names),
                        f"{{{','.join(map(str, _codes_of(row)))}}}",
                    )
                    for row in rows
                ],
                template=f"({', '.join(['%s'] * len(names))}, %s::int[])",
                page_size=500,
            )

    def newest(self, asked: _Search) -> list[Hit]:
        """By steps back through the eras, each as wide as what was found so far lets expect."""
        ends = SearchEntry.objects.aggregate(first=Min("place"), last=Max("place"))
        if ends["first"] is None:
            return []
        first = ends["first"] >> NUMBERS
        last = (asked.before[0] if asked.before else ends["last"]) >> NUMBERS
        found: list[Hit] = []
        wide, read = _AT_FIRST, 0
        while last >= first and len(found) < asked.limit:
            start = max(first, last - wide + 1)
            found += asked.newest(self._within(start, last, asked))
            read += last - start + 1
            last = start - 1
            wide = _FURTHER * read
            if found:
                needed = (asked.limit - len(found)) / len(found) * read * _MARGIN
                wide = min(wide, max(_AT_FIRST, math.ceil(needed)))
        return found[: asked.limit]

    @staticmethod
    def _within(first: int, last: int, asked: _Search) -> Iterable[Hit]:
        """On the numbers alone, so that no other index tempts the planner."""
        given: list[tuple[str, list[int]]] = [("codes && %s", _of_eras(first, last))]
        given += [("codes @> %s", asked.wanted)] if asked.wanted else []
        given += [("codes && %s", asked.any_of)] if asked.any_of else []
        conditions = " AND ".join(condition for condition, _ in given)
        # Of a small table the planner would rather compare every row's thousand numbers, a second
        # long. For this statement; where a transaction is open, until it ends.
        select = f"SELECT {', '.join(_FIELDS)} FROM articles_searchentry WHERE {conditions}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL enable_seqscan = off; {select}", [value for _, value in given]
            )
            return map(Hit._make, cursor.fetchall())

    def in_bulk(self, fill: Callable[[], None]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS search_entry_codes")
        fill()
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS search_entry_codes ON articles_searchentry"
                " USING gin (codes) WITH (fastupdate = off)"
            )
            cursor.execute("RESET maintenance_work_mem")

    def analyse(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE articles_searchentry")


class _SQLite:
    ERA = 1_024  # the last one that is needed is read whole

    def store(self, rows: Collection[Row]) -> None:
        SearchEntry.objects.bulk_create(row.entry for row in rows)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO articles_searchwords (rowid, codes) VALUES (%s, %s)",
                [(row.entry.place, " ".join(map(_token, _codes_of(row)))) for row in rows],
            )

    def newest(self, asked: _Search) -> list[Hit]:
        """Rows come back by place: as many as it takes, and the rest of the last one's era."""
        match = " AND ".join(f'"{_token(code)}"' for code in asked.wanted)
        if asked.any_of:
            either = " OR ".join(f'"{_token(code)}"' for code in asked.any_of)
            match = f"{match} AND ({either})" if match else either
        until = ((asked.before[0] >> NUMBERS) + 1) << NUMBERS if asked.before else 1 << 62
        found: list[Hit] = []
        while len(found) < asked.limit:
            rows = self._rows(match, 0, until, asked.limit)
            if len(rows) < asked.limit:
                found += asked.newest(rows)
                break
            until = rows[-1].place >> NUMBERS << NUMBERS
            rows += self._rows(match, until, rows[-1].place, -1)
            found += asked.newest(rows)
        return found[: asked.limit]

    @staticmethod
    def _rows(match: str, since: int, until: int, limit: int) -> list[Hit]:
        with connection.cursor() as cursor:
            cursor.execute(
                # As text, which is read ten times as fast as by Django's converter.
                "SELECT place, article_id, published_at || '+00:00', category, kinds"
                " FROM articles_searchwords"
                " CROSS JOIN articles_searchentry ON place = articles_searchwords.rowid"
                " WHERE articles_searchwords MATCH %s AND articles_searchwords.rowid >= %s"
                " AND articles_searchwords.rowid < %s"
                " ORDER BY articles_searchwords.rowid DESC LIMIT %s",
                [match, since, until, limit],
            )
            return [
                Hit(place, pk, dt.datetime.fromisoformat(moment), *rest)
                for place, pk, moment, *rest in cursor.fetchall()
            ]

    def in_bulk(self, fill: Callable[[], None]) -> None:
        fill()

    def analyse(self) -> None:
        """And put the index together again: what was rewritten leaves it three times as large."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO articles_searchwords (articles_searchwords) VALUES ('optimize')"
            )
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("ANALYZE")


_FIELDS = ("place", "article_id", "published_at", "category", "kinds")


def _token(code: int) -> str:
    return f"{code & 0xFFFF_FFFF:x}"


def _engine() -> _PostgreSQL | _SQLite:
    return _PostgreSQL() if connection.vendor == "postgresql" else _SQLite()
