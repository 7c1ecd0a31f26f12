"""Rows by the hundred thousand: COPY on PostgreSQL, many at a time elsewhere. Their values are what
a model's columns hold; nothing is checked, no signal is sent."""

import datetime as dt
import io
import json
from collections.abc import Iterable, Sequence

from django.db import connection, models


class Copy:
    """Rows for one table, written when ``write`` is called.

    ``columns`` names the fields that each row gives, in order, by attname; the others have their
    default. The key is the database's to give where it is not named.
    """

    def __init__(self, model: type[models.Model], columns: Sequence[str]):
        self._model = model
        by_name = {field.attname: field for field in model._meta.concrete_fields}
        given = [by_name[name] for name in columns]
        rest = [
            field
            for field in by_name.values()
            if field not in given and not isinstance(field, models.AutoField)
        ]
        self._fields = [*given, *rest]
        self._rest = [field.get_default() for field in rest]
        self._rows: list[Sequence] = []

    def add(self, *values) -> None:
        self._rows.append((*values, *self._rest))

    def write(self) -> None:
        rows, self._rows = self._rows, []
        if rows and connection.vendor == "postgresql":
            copy(self._model._meta.db_table, [field.column for field in self._fields], rows)
        elif rows:
            names = [field.attname for field in self._fields]
            self._model.objects.bulk_create(
                (self._model(**dict(zip(names, row, strict=True))) for row in rows),
                batch_size=500,
            )


def copy(table: str, columns: Iterable[str], rows: Iterable[Sequence]) -> None:
    """COPY into a table of PostgreSQL."""
    lines = io.StringIO("".join("\t".join(map(_cell, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)


def _cell(value: object) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    text = str(value)
    if "\\" in text:
        text = text.replace("\\", r"\\")
    return text.replace("\n", r"\n").replace("\t", r"\t").replace("\r", r"\r")
