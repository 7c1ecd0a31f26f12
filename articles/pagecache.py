"""Whole pages, kept in the process that serves them: as bytes and as gzip, ready to be sent before
Django has built a request.

A page is kept under what it shows (``statutes.cacheable``), and goes when one of these names changes
(``page_versions``), at the next midnight in Shanghai, since the law of a day is that day's, or when
the hour of a scheduled article comes. Each process asks the database at most once a second what
changed: no process serves the old page later than that after a publication. Nothing has to be told
to any process, so a killed one leaves no old page anywhere.
"""

import datetime as dt
import gzip
import logging
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from hashlib import blake2b
from heapq import heappop, heappush
from urllib.parse import parse_qsl

from django.db import InterfaceError, OperationalError, connection
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone
from django.utils.http import http_date

from articles.kept import Kept, attach
from articles.page_versions import SITE, Reader

Environ = dict
Key = tuple
Headers = list[tuple[str, str]]

INTERVAL = 1.0  # seconds between two questions to the database
# What lies between us and a reader keeps a page ten seconds, and may serve it ten more while it
# fetches the next one. A browser asks each time.
CACHE_CONTROL = "public, max-age=0, s-maxage=10, stale-while-revalidate=10"
_LARGEST = 512 * 1024  # bytes of a page that is kept
_MOST_PATHS = 50_000
_OVERHEAD = 2_000  # bytes, about, of what is kept beside the page
# A page may be served a second after a change; the next full second is then past.
_SETTLED = 2
_OURS = {"content-length", "content-encoding", "etag", "last-modified", "vary"}

logger = logging.getLogger(__name__)


class GZip(GZipMiddleware):
    """Leaves pages that may be kept to whoever keeps them."""

    def process_response(self, request, response):
        if hasattr(response, "depends_on"):
            return response
        return super().process_response(request, response)


@dataclass(frozen=True, slots=True)
class _Form:
    """A page in one encoding."""

    body: bytes
    etag: str
    headers: Headers


@dataclass
class Page:
    plain: _Form
    names: frozenset[str]
    until: float  # seconds since 1970
    modified: int  # the same; it is not said before it is past

    @cached_property
    def gzip(self) -> _Form:
        """Packed when it is first asked for."""
        body = gzip.compress(self.plain.body, compresslevel=6, mtime=0)
        etag = f'{self.plain.etag[:-1]}-gzip"'
        kept = [pair for pair in self.plain.headers if pair[0] not in ("ETag", "Content-Length")]
        return _form(body, etag, [*kept, ("Content-Encoding", "gzip")])

    @property
    def size(self) -> int:
        """Bytes, with what it comes to packed."""
        return len(self.plain.body) * 4 // 3 + _OVERHEAD


class PageCache:
    """A WSGI application around another one, whose pages it keeps: at most ``size`` bytes of them,
    and none under the path ``never``.

    Threads may share it. ``clock``: seconds since 1970.
    """

    def __init__(
        self,
        application: Callable,
        *,
        size: int,
        never: str = "/admin/",
        clock: Callable[[], float] = time.time,
    ):
        self._application = application
        self._size, self._never = size, never
        self._clock = clock
        self._lock = threading.RLock()
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._shown_in: dict[str, set[Key]] = defaultdict(set)
        self._held = 0  # bytes
        self._query_keys: dict[str, tuple[str, ...]] = {}  # by path
        self._making: dict[Key, threading.Lock] = {}
        self._changes = Reader()
        self._kept = Kept()
        self._asked_at = float("-inf")
        self._hours: list[float] = []  # of scheduled articles, the next one first
        # Of what changed: when it was learned, as a count of questions. What was being made at the
        # time may show either.
        self._questions = 0
        self._changed_in: dict[str, int] = {}
        self._cleared_in = 0

    def __call__(self, environ: Environ, start_response: Callable) -> Iterable[bytes]:
        now = self._clock()
        if self._is_time(now):
            self._look(now)
        is_ours = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if not is_ours or environ["PATH_INFO"].startswith(self._never):
            return self._application(environ, start_response)
        key = self._key(environ)
        page = key and self._page(key, now)
        if page:
            return _answer(page, environ, start_response, now)
        return self._make(key, environ, start_response)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._shown_in.clear()
            self._held = 0
            self._cleared_in = self._questions
            self._kept = Kept()

    def _is_time(self, now: float) -> bool:
        return now - self._asked_at >= INTERVAL or self._hour_came(now)

    def _hour_came(self, now: float) -> bool:
        """Of a scheduled article."""
        return bool(self._hours) and now >= self._hours[0]

    def _look(self, now: float) -> None:
        """Drop what is no longer so. Where the database can't be asked nothing is: a page might be
        an old one."""
        with self._lock:
            if not self._is_time(now):
                return  # another thread was faster
            self._questions += 1
            try:
                changes = self._read()
            except (OperationalError, InterfaceError) as error:
                logger.warning("pages are not kept while the database does not answer: %s", error)
                self.clear()
                return
            self._asked_at = now
            self._kept = self._kept.after(changes.names)
            for name in changes.names:
                self._changed_in[name] = self._questions
                for key in tuple(self._shown_in.get(name, ())):
                    self._drop(key)
            for hour in changes.due:
                heappush(self._hours, hour.timestamp())
            if SITE in changes.names or self._hour_came(now):
                self.clear()
            while self._hour_came(now):
                self._changes.changed(dt.datetime.fromtimestamp(heappop(self._hours), dt.UTC))
            if len(self._changed_in) > _MOST_PATHS:
                self._changed_in.clear()
                self.clear()

    def _read(self):
        """And so every connection was seen to work in this second: Django need not try each time."""
        try:
            return self._changes.read()
        except (OperationalError, InterfaceError):
            connection.close()  # it may only have been cut since the last request
            return self._changes.read()

    def _key(self, environ: Environ) -> Key | None:
        """Under which its page is kept; None while nobody knows which part of its query counts."""
        path = _path(environ)
        query: object = environ.get("QUERY_STRING", "")
        if query:
            keys = self._query_keys.get(path)
            if keys is None:
                return None
            query = _counting(query, keys)
        is_tls = environ.get("HTTP_X_FORWARDED_PROTO", environ["wsgi.url_scheme"]) == "https"
        return (path, query, environ.get("HTTP_HOST", ""), is_tls)

    def _page(self, key: Key, now: float) -> Page | None:
        page = self._pages.get(key)
        if page is None:
            return None
        if now >= page.until:
            with self._lock:
                self._drop(key)
            return None
        with suppress(KeyError):  # another thread dropped it this moment; it is no older for that
            self._pages.move_to_end(key)
        return page

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        if page is None:
            return
        self._held -= page.size
        for name in page.names:
            keys = self._shown_in.get(name)
            if keys is not None:
                keys.discard(key)
                if not keys:
                    del self._shown_in[name]

    def _keep(self, key: Key, page: Page, begun_in: int) -> None:
        if page.size > min(_LARGEST, self._size):
            return
        with self._lock:
            is_old = self._cleared_in > begun_in or any(
                self._changed_in.get(name, -1) > begun_in for name in page.names
            )
            if is_old:
                return
            self._drop(key)
            self._pages[key] = page
            self._held += page.size
            for name in page.names:
                self._shown_in[name].add(key)
            while self._held > self._size:
                self._drop(next(iter(self._pages)))

    def _make(self, key: Key | None, environ: Environ, start_response: Callable):
        """Ask the application, one thread for a page at a time."""
        with self._turn(key):
            now = self._clock()
            page = key and self._page(key, now)
            if page:  # made while this one waited
                return _answer(page, environ, start_response, now)
            begun_in = self._questions
            said: list = []

            def remember(status: str, headers: Headers, exc_info=None) -> None:
                said[:] = [status, headers]

            asked = attach({**environ, "REQUEST_METHOD": "GET"}, self._kept)
            response = self._application(asked, remember)
            status, headers = said
            if not _may_be_kept(response, status, headers):
                start_response(status, headers)
                if environ["REQUEST_METHOD"] == "GET":
                    return response
                response.close()
                return []
            content = response.content
            response.close()
            page = self._page_of(content, headers, response.depends_on, now)
            if len(self._query_keys) >= _MOST_PATHS:
                self._query_keys.clear()
            self._query_keys[_path(environ)] = response.query_keys
            if key := self._key(environ):
                self._keep(key, page, begun_in)
        return _answer(page, environ, start_response, self._clock())

    @contextmanager
    def _turn(self, key: Key | None):
        if key is None:
            yield
            return
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                yield
        finally:
            with self._lock:
                if not turn.locked():
                    self._making.pop(key, None)

    def _page_of(self, content: bytes, headers: Headers, names: frozenset, now: float) -> Page:
        midnight = timezone.localtime(dt.datetime.fromtimestamp(now, dt.UTC)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        changed = self._changes.changed_at
        modified = int(max(midnight, changed or midnight).timestamp()) + _SETTLED
        kept = [pair for pair in headers if pair[0].lower() not in _OURS]
        if not any(name.lower() == "cache-control" for name, _ in kept):
            kept.append(("Cache-Control", CACHE_CONTROL))
        kept.append(("Vary", "Accept-Encoding"))
        digest = blake2b(content, digest_size=12).hexdigest()
        return Page(
            plain=_form(content, f'"{digest}"', kept),
            names=names | {SITE},
            until=(midnight + dt.timedelta(days=1)).timestamp(),
            modified=modified,
        )


def _path(environ: Environ) -> str:
    return environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]


def _counting(query: str, keys: tuple[str, ...]) -> tuple | str:
    """What of a query makes another page: of each key the last value, as Django reads it."""
    values = dict(parse_qsl(query, keep_blank_values=True))
    return tuple((key, values[key]) for key in keys if key in values) or ""


def _form(body: bytes, etag: str, headers: Headers) -> _Form:
    return _Form(body, etag, [*headers, ("ETag", etag), ("Content-Length", str(len(body)))])


def _may_be_kept(response: object, status: str, headers: Headers) -> bool:
    if not status.startswith("200 ") or not hasattr(response, "depends_on"):
        return False
    held = {name.lower(): value for name, value in headers}
    if "set-cookie" in held or "cookie" in held.get("vary", "").lower():
        logger.error("a public page varies on a cookie, and is not kept: %r", headers)
        return False
    return True


def _answer(page: Page, environ: Environ, start_response: Callable, now: float) -> list[bytes]:
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    form = page.gzip if accepted and _takes_gzip(accepted) else page.plain
    headers = form.headers
    if now >= page.modified:
        headers = [*headers, ("Last-Modified", http_date(page.modified))]
    if _is_held(page, form, environ, now):
        unsaid = ("Content-Length", "Content-Type", "Content-Encoding")
        start_response("304 Not Modified", [pair for pair in headers if pair[0] not in unsaid])
        return []
    start_response("200 OK", list(headers))
    return [form.body] if environ["REQUEST_METHOD"] == "GET" else []


def _is_held(page: Page, form: _Form, environ: Environ, now: float) -> bool:
    """Whether the reader has this page (RFC 9110, 13.2.2: a tag goes before a date)."""
    if tags := environ.get("HTTP_IF_NONE_MATCH"):
        held = {one.strip().removeprefix("W/") for one in tags.split(",")}
        return form.etag in held or "*" in held
    if since := environ.get("HTTP_IF_MODIFIED_SINCE"):
        try:
            return (
                now >= page.modified and parsedate_to_datetime(since).timestamp() >= page.modified
            )
        except (TypeError, ValueError, OverflowError):
            return False
    return False


def _takes_gzip(accepted: str) -> bool:
    """RFC 9110, 12.5.3."""
    if accepted == "gzip, deflate, br, zstd" or accepted == "gzip":  # most are one of these
        return True
    weights = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (one.strip() for one in part.split(";"))
        weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
        try:
            weights[coding] = float(weight)
        except ValueError:
            weights[coding] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
