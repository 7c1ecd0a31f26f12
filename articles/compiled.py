"""Queries of pages that are read all the time: put together by Django once, asked with other values
from then on. On PostgreSQL the server plans them once for a connection, too; SQLite's driver sees
to that itself.

What may be asked is still said by querysets, and so by ``published()``, alone.
"""

import datetime as dt
import inspect
import re
from collections import namedtuple
from collections.abc import Callable
from itertools import count

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Aggregate, JSONField, QuerySet
from django.db.models.functions import JSONArray
from psycopg2 import errors

# Stand for the values while a query is put together; nothing else in it looks like one.
_NUMBERS = count(7_012_345_678_901)
_names = count(1)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


class Compiled:
    """``build``: a function of keyword arguments, annotated ``int``, ``dt.date`` or ``dt.datetime``,
    which makes a ``values_list``. Called with their values, it gives the rows: named tuples whose
    fields are the list's.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._of_vendor: dict[str, _Statement] = {}
        self.__doc__ = build.__doc__

    def __call__(self, **values: int | dt.date | dt.datetime) -> list[tuple]:
        connection = connections[DEFAULT_DB_ALIAS]
        statement = self._of_vendor.get(connection.vendor)
        if statement is None:
            statement = self._of_vendor[connection.vendor] = _Statement(self._build, connection)
        return statement.rows(values, connection)


class _Statement:
    def __init__(self, build: Callable[..., QuerySet], connection):
        stand_ins = {
            name: _stand_in(parameter.annotation)
            for name, parameter in inspect.signature(build).parameters.items()
        }
        query = build(**stand_ins).query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = [*query.extra_select, *query.values_select, *query.annotation_select]
        self._row = namedtuple("Row", names)
        self._compiler = compiler
        self._converters = compiler.get_converters([one[0] for one in compiler.select])
        self._sql = sql
        by_value = {_adapted(value, connection): name for name, value in stand_ins.items()}
        # Of each place in the SQL: the name of the value, or the constant.
        self._places = [
            (by_value[param], None) if _is_hashable(param) and param in by_value else ("", param)
            for param in params
        ]
        for name, constant in self._places:
            # The moment in which it was put together would be asked for ever.
            assert name or not _DAY.match(str(constant)), constant
        self._name = f"luwen_{next(_names)}"

    def rows(self, values: dict, connection) -> list[tuple]:
        given = {name: _adapted(value, connection) for name, value in values.items()}
        with connection.wrap_database_errors, _cursor(connection) as cursor:
            self._execute(cursor, given, connection)
            rows = cursor.fetchall()
        if self._converters:
            rows = self._compiler.apply_converters(rows, self._converters)
        return [self._row._make(row) for row in rows]

    def _execute(self, cursor, given: dict, connection) -> None:
        params = [given[name] if name else constant for name, constant in self._places]
        if connection.vendor != "postgresql" or connection.in_atomic_block:
            cursor.execute(self._sql, params)
            return
        self._prepare(connection)
        asked = [given[name] for name, _ in self._places if name]
        places = ", ".join(["%s"] * len(asked))
        try:
            cursor.execute(
                f"EXECUTE {self._name} ({places})" if asked else f"EXECUTE {self._name}", asked
            )
        except Exception as error:
            # The server forgot it (a pool in between), or a table was altered.
            known = (errors.InvalidSqlStatementName, errors.FeatureNotSupported)
            if not isinstance(error, known) and not isinstance(error.__cause__, known):
                raise
            _prepared(connection).discard(self._name)
            cursor.execute(self._sql, params)

    def _prepare(self, connection) -> None:
        prepared = _prepared(connection)
        if self._name in prepared:
            return
        with connection.connection.cursor() as raw:
            numbers = count(1)
            pieces = [
                f"${next(numbers)}" if name else raw.mogrify("%s", [constant]).decode()
                for name, constant in self._places
            ]
            around = [piece.replace("%%", "%") for piece in re.split("(?<!%)%s", self._sql)]
            sql = "".join(a + b for a, b in zip(around, [*pieces, ""], strict=True))
            raw.execute(f"PREPARE {self._name} AS {sql}")
        prepared.add(self._name)


def _cursor(connection):
    """The driver's own, unless somebody wants to know what is asked."""
    if (
        connection.vendor != "postgresql"
        or connection.queries_logged
        or connection.execute_wrappers
    ):
        return connection.cursor()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return connection.create_cursor()


class Row(JSONArray):
    """Columns as one JSON array, as all other JSON comes from the database."""

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="JSONB_BUILD_ARRAY", **context)


def moment(stored: str) -> dt.datetime:
    """A time that was put into JSON."""
    found = dt.datetime.fromisoformat(stored)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)  # SQLite's


class Rows(Aggregate):
    """The rows of a group as one JSON array."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def _prepared(connection) -> set[str]:
    """What this connection has prepared."""
    held = getattr(connection, "_luwen_prepared", None)
    if held is None or held[0] is not connection.connection:
        held = connection._luwen_prepared = (connection.connection, set())
    return held[1]


def _is_hashable(value: object) -> bool:
    return isinstance(value, (int, str, dt.date, dt.datetime))


def _stand_in(kind: type) -> int | dt.date | dt.datetime:
    number = next(_NUMBERS)
    if kind is int:
        return number
    then = dt.datetime(1900, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
        days=number % 10_007, microseconds=number % 999_983
    )
    return then if kind is dt.datetime else then.date()


def _adapted(value: object, connection) -> object:
    """As the database's driver is given it."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value(value)
    return value
