"""Which pairs of characters stand in which clauses, and how much each counts there.

A clause is what it says, under its headings, in its law: each heading and the law's name count as
one more time that a word is said. How much a word counts in a clause is what Okapi BM25 makes of
how often it is said and how long the clause is (Robertson, Zaragoza: The Probabilistic Relevance
Framework, 2009); how rare it is in the library is left to the search.
"""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b

from django.db import transaction

from statutes import bigrams
from statutes.lock import hold
from statutes.models import Clause, ClauseEntry, ClausePostings, Correspondence

_K1, _B = 0.8, 0.4  # tuned on lay questions, as the weights in ``questions``
_USUAL = 110  # characters of a clause
UNIT = 128  # of a byte: what counts one
# Raise when the same clause is entered otherwise; the next refresh then enters all anew.
_VERSION = 1
_KEY = 0x6C75_7765_6E03  # of PostgreSQL's advisory locks, this one
_CHUNK = 2_000

Progress = Callable[[Collection, str], Iterable]
_waiting: ContextVar[bool] = ContextVar("waiting", default=False)  # for the end of a run


class Postings:
    """Of one pair: ``clauses``, their ids, and ``weights``, in units, beside them."""

    __slots__ = ("clauses", "weights")

    def __init__(self, packed: bytes = b""):
        count = len(packed) // 5
        self.clauses = array("I", bytes(packed[: 4 * count]))
        if sys.byteorder == "big":
            self.clauses.byteswap()
        self.weights = bytearray(packed[4 * count :])

    def pack(self) -> bytes:
        clauses = self.clauses
        if sys.byteorder == "big":
            clauses = array("I", clauses)
            clauses.byteswap()
        return clauses.tobytes() + bytes(self.weights)

    def enter(self, clause: int, weight: int) -> None:
        self.clauses.append(clause)
        self.weights.append(weight)

    def drop(self, gone: Collection[int]) -> None:
        kept = [
            (pk, weight)
            for pk, weight in zip(self.clauses, self.weights, strict=True)
            if pk not in gone
        ]
        self.clauses = array("I", [pk for pk, _ in kept])
        self.weights = bytearray(weight for _, weight in kept)


def refresh(progress: Progress = lambda items, words: items, *, anew: bool = False) -> int:
    """Enter the clauses that are new, or changed, or under another heading; how many. ``anew``:
    all of them, and what clauses no longer say goes. All or nothing."""
    with transaction.atomic():
        hold(_KEY)
        if anew:
            ClauseEntry.objects.all().delete()
            ClausePostings.objects.all().delete()
        due = _due()
        found: dict[int, Postings] = defaultdict(Postings)
        chunks = [due[start : start + _CHUNK] for start in range(0, len(due), _CHUNK)]
        for chunk in progress(chunks, "条文索引"):
            _read(chunk, found)
        _add(found, {pk for pk, _ in due})
        ClauseEntry.objects.bulk_create(
            [ClauseEntry(clause_id=pk, digest=digest) for pk, digest in due],
            update_conflicts=True,
            unique_fields=["clause"],
            update_fields=["digest"],
            batch_size=_CHUNK,
        )
    return len(due)


def _due() -> list[tuple[int, str]]:
    """The clauses whose entries are not what they should be, with what they should be."""
    held = dict(ClauseEntry.objects.values_list("clause", "digest"))
    rows = Clause.objects.order_by("pk").values_list(
        "pk", "text_hash", "heading__place", "version__statute__title"
    )
    due = []
    for pk, *words in rows.iterator(chunk_size=_CHUNK):
        digest = blake2b(repr((_VERSION, *words)).encode(), digest_size=16).hexdigest()
        if held.get(pk) != digest:
            due.append((pk, digest))
    return due


def _read(chunk: Collection[tuple[int, str]], found: dict[int, Postings]) -> None:
    rows = Clause.objects.filter(pk__in=[pk for pk, _ in chunk]).values_list(
        "pk", "text", "heading__place", "version__statute__title"
    )
    for pk, text, place, title in rows:
        for pair, weight in weights(text, place or "", title):
            found[pair].enter(pk, weight)


def weights(text: str, place: str, title: str) -> Iterator[tuple[int, int]]:
    """(a pair's number, how much it counts) of a clause, of what stands above it, of its law."""
    said: Counter[str] = Counter(bigrams.every_pair(bigrams.fold(text)))
    for name in (place, title.removeprefix("中华人民共和国")):
        said.update(bigrams.pairs(bigrams.fold(name)))
    longer = _K1 * (1 - _B + _B * len(text) / _USUAL)
    for number, times in zip(bigrams.numbers(list(said)), said.values(), strict=True):
        yield number, round(UNIT * times * (_K1 + 1) / (times + longer))


def _add(found: dict[int, Postings], entered: Collection[int]) -> None:
    pairs = list(found)
    for start in range(0, len(pairs), _CHUNK):
        some = pairs[start : start + _CHUNK]
        rows = []
        held = dict(ClausePostings.objects.filter(pair__in=some).values_list("pair", "postings"))
        for pair in some:
            postings = found[pair]
            if pair in held:
                before = Postings(held[pair])
                before.drop(entered)
                before.clauses.extend(postings.clauses)
                before.weights.extend(postings.weights)
                postings = before
            rows.append(ClausePostings(pair=pair, postings=postings.pack()))
        ClausePostings.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["pair"], update_fields=["postings"]
        )


@contextmanager
def once() -> Iterator[None]:
    """One refresh at the end, for a run of many changes of the library."""
    outer = _waiting.set(True)
    try:
        yield
    finally:
        _waiting.reset(outer)
        _refresh_now()


def on_library_changed(sender, **kwargs) -> None:
    """Receives ``statutes.library.library_changed``: its transaction doesn't wait for this. What
    was decided of correspondences changes no words."""
    if sender is not Correspondence:
        transaction.on_commit(_refresh_now, robust=True)


def _refresh_now() -> None:
    if not _waiting.get():
        refresh()
