"""One writer of the library at a time: what a text of law brings reaches into other statutes."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction

_Item = TypeVar("_Item")

_KEY = 0x6C75_7765_6E01  # of PostgreSQL's advisory locks, this one
_PAUSE = 0.25  # of the time that the work before it took


@contextmanager
def library_lock() -> Iterator[None]:
    """A transaction that holds the library's lock until it ends: import, correction, decision.

    Read what you change behind it. On SQLite every transaction that writes is alone already.
    """
    with transaction.atomic():
        hold(_KEY)
        yield


def hold(key: int) -> None:
    """One of PostgreSQL's advisory locks, until the transaction ends. Nothing on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def taking_turns(items: Iterable[_Item]) -> Iterator[_Item]:
    """The items of a long run of short transactions, with pauses in which others may write:
    SQLite's waiting writers have no queue, and a run without pauses starves them."""
    for item in items:
        started = time.monotonic()
        yield item
        if connection.vendor == "sqlite":
            time.sleep(min(_PAUSE * (time.monotonic() - started), 1))
