"""A walk through the whole site and the desk, as large as it is: of each page the queries, the slowest
statement (with its plan, where it takes too long), and the time of this process; the same of what is
written every day; then which index nobody used.

By hand, on a database of ``generate_articles``, without DEBUG: ``DATABASE_URL=… VAR_DIR=… python -m
tests.benchmarks.tour``. It makes two users of its own, and changes nothing else.
"""

import datetime as dt
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import django

SLOW = 100  # milliseconds that no statement may take
USERS = ("tour", "tour_author")  # one may do everything, one writes


@dataclass
class Asked:
    """What a page asks of the database."""

    statements: list[tuple[float, str, object]] = field(default_factory=list)  # ms, SQL, values
    took: float = 0.0  # ms
    cpu: float = 0.0  # ms of this process

    def __call__(self, execute, sql, params, many, context):
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements.append(((time.perf_counter() - begun) * 1_000, sql, params))

    @property
    def slowest(self) -> tuple[float, str, object]:
        return max(self.statements, key=lambda one: one[0], default=(0.0, "", None))


def public_pages() -> Iterator[str]:
    from taggit.models import Tag

    from articles.models import Article, Category, Term
    from articles.paging import microseconds, pack_key
    from statutes.models import Statute, Version

    public = Article.objects.published().newest_first()
    count = public.count()
    some = [public[at] for at in (0, count // 2, count - 1)]
    deep = pack_key(microseconds(some[1].published_at), some[1].pk)
    tag = Tag.objects.get(pk=Term.objects.filter(kind="tag").order_by("-count").first().key)
    rare = Tag.objects.get(
        pk=Term.objects.filter(kind="tag", count__gt=0).order_by("count").first().key
    )
    section = Category.objects.filter(parent=None, children__isnull=False).first()
    category, author = some[0].category, some[0].author
    month = some[1].published_at
    lists = [
        "/",
        section and section.get_absolute_url(),
        category.get_absolute_url(),
        f"/tag/{tag.slug}/",
        f"/tag/{rare.slug}/",
        author and author.get_absolute_url(),
        f"/archive/{month:%Y}/",
        f"/archive/{month:%Y/%m}/",
    ]
    for path in filter(None, lists):
        yield path
        yield f"{path}?after={deep}"
    yield "/archive/"
    for one in some:
        for ending in ("html", "json", "md", "svg", "png"):
            yield one.get_absolute_url().replace("html", ending)
    for feed in ("/", category and category.get_absolute_url(), f"/tag/{tag.slug}/", lists[5]):
        if feed:
            yield f"{feed}feed/"
    yield from ("/sitemap.xml", "/sitemap-lists.xml", "/sitemap-statutes.xml", "/robots.txt")
    yield f"/sitemap-articles-{some[1].pk // 10_000}.xml"
    for words in (
        "违约金",
        "借款本金 利息",
        '"逾期利息"',
        "没有这样的词语",
        "民法典675",
        "借钱不还怎么办",
    ):
        yield f"/search/?q={words}"
        yield f"/search/?q={words}&sort=newest"
    yield "/nichts/hier/"
    yield "/oldsite/news/1.html"
    yield "/statutes/"
    for statute in Statute.objects.order_by("pk")[:2]:
        path = statute.get_absolute_url()
        yield from (path, f"{path}versions/", f"{path}compare/")
        version = Version.objects.filter(statute=statute).order_by("effective_from").last()
        clause = version and version.clauses.order_by("order").first()
        if clause:
            yield from (f"{path}{clause.key}/", f"{path}{clause.key}/?on={version.effective_from}")
    yield from ("/statutes/feed/", "/opensearch.xml")


def desk_pages() -> Iterator[str]:
    from django.utils import timezone

    from articles import queue
    from articles.models import Article, Citation
    from statutes.models import Version

    yield "/admin/"
    for app, models in {
        "articles": (
            "article",
            "citation",
            "category",
            "author",
            "copyrightnotice",
            "firm",
            "picture",
            "outbox",
        ),
        "statutes": ("statute", "version", "clause", "correspondence", "layword"),
        "auth": ("user", "group"),
        "redirects": ("redirect",),
    }.items():
        for model in models:
            yield f"/admin/{app}/{model}/"
    article = Article.objects.published().newest_first().first()
    base = "/admin/articles/article/"
    states = ["draft", "in_review", "approved", "scheduled", "published", "withdrawn", "discarded"]
    for query in (
        "p=100",
        "q=违约金",
        'q="逾期利息"',
        "mine=1",
        "mine=1&is=published",
        f"category={article.category_id}",
        f"author__id__exact={article.author_id}",
        *(f"is={state}" for state in states),
    ):
        yield f"{base}?{query}"
    yield f"{base}add/"
    yield f"{base}{article.pk}/change/"
    yield f"{base}{article.pk}/history/"
    yield f"{base}tags/?q=借"
    yield f"{base}clauses/?q=民法典675"
    yield f"{base}clauses/?q=返还借款"
    desk = "/admin/articles/citation/"
    for query in (
        "is=stale",
        "is=unread",
        "is=historical",
        "q=合同",
        "q=民法典",
        "q=无因管理",
        "q=民法典第六百七十五条",
        f"article={article.pk}",
    ):
        yield f"{desk}?{query}"
    citation = Citation.objects.exclude(clause=None).first()
    yield f"{desk}{citation.pk}/change/"
    waiting = queue.groups(timezone.localdate()).stale
    if waiting:
        largest = max(waiting, key=lambda group: group.citations)
        yield f"{desk}queue/{largest.query}"
    version = Version.objects.first()
    yield f"/admin/statutes/version/{version.pk}/change/"
    yield "/admin/check-text/"


@contextmanager
def watched() -> Iterator[Asked]:
    from django.db import connection

    asked = Asked()
    begun, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(asked):
        yield asked
    asked.took = (time.perf_counter() - begun) * 1_000
    asked.cpu = (time.process_time() - cpu) * 1_000


def walk(client, paths: Iterator[str], bare: float) -> Iterator[tuple[str, float]]:
    """A line for each page, and the milliseconds of its slowest statement."""
    for path in paths:
        for _ in range(2):  # the second time all is read that a process reads once
            with watched() as asked:
                response = client.get(path)
                content = b"".join(response) if response.streaming else response.content
        name = f"{response.status_code} {path[:70]}"
        yield _line(name, asked, bare, f", {len(content) // 1024} KB"), asked.slowest[0]


def work(author, bare: float) -> Iterator[tuple[str, float]]:
    """The same of what is written: none of it stays."""
    from django.db import transaction

    with transaction.atomic():
        for name, act in _acts(author):
            with watched() as asked:
                act()
            yield _line(name, asked, bare), asked.slowest[0]
        transaction.set_rollback(True)


def _acts(author) -> Iterator[tuple[str, Callable[[], object]]]:
    from django.utils import timezone

    from articles import review, workflow
    from articles.models import Article, Category, Citation, Verdict
    from statutes import library
    from tests.benchmarks import writing

    now, today = timezone.now(), timezone.localdate()
    content = {
        "title": "借款合同的利息",
        "body": "<p>借款人应当按照《民法典》第六百七十五条的规定返还借款。</p>",
        "category": Category.objects.order_by("pk").last().pk,
        "tags": ["借款"],
    }
    article = workflow.create(content, by=author)
    newer = {**content, "title": "借款合同的利息怎么算"}
    yield "a draft is saved", lambda: workflow.save_draft(article, newer, by=author)
    yield "it is handed in", lambda: workflow.submit(article, by=author)
    yield "it is published", lambda: workflow.publish(article, by=None)
    yield "it is published again", lambda: workflow.publish(article, by=None)
    yield "it is withdrawn", lambda: workflow.withdraw(article, by=None)
    hour = now + dt.timedelta(days=1)
    yield "it is scheduled", lambda: workflow.publish(article, by=None, at=hour)
    public = Article.objects.published(now).newest_first()
    old = public[public.count() // 2]
    yield "an old article is withdrawn", lambda: workflow.withdraw(old, by=None)
    stale = Citation.objects.stale(today).in_published().order_by()[:20]
    right = Verdict.Decision.STILL_RIGHT
    yield "twenty citations are decided", lambda: review.decide(stale, right, by=None)
    version, _ = writing.law_cited_by(1)
    if version:
        text = writing.next_text(version)
        yield "a law changes", lambda: library.store(text)


def _line(name: str, asked: Asked, bare: float, more: str = "") -> str:
    slowest, sql, params = asked.slowest
    line = (
        f"{name}: {asked.took:.0f} ms ({asked.took / bare:.0f} × bare), {asked.cpu:.0f} ms CPU here, "
        f"{len(asked.statements)} queries, slowest {slowest:.1f} ms{more}"
    )
    if slowest >= SLOW:
        line += f"\n    {sql[:1_500]}\n{_plan(sql, params)}"
    return line


def _plan(sql: str, params: object) -> str:
    from django.db import connection, transaction

    if connection.vendor != "postgresql" or not sql.lstrip().upper().startswith("SELECT"):
        return ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        return "\n".join(f"    {line}" for (line,) in cursor.fetchall())


def indexes() -> Iterator[str]:
    """Of PostgreSQL: which were not read since the statistics were reset, and how large they are.
    Keys and constraints stand for what they forbid."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    time.sleep(2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # behind which the server counts what it has not counted yet
        cursor.execute(
            "SELECT indexrelname, idx_scan, pg_size_pretty(pg_relation_size(indexrelid))"
            " FROM pg_stat_user_indexes JOIN pg_index USING (indexrelid)"
            " WHERE NOT indisunique AND idx_scan = 0 AND schemaname = 'public'"
            " ORDER BY pg_relation_size(indexrelid) DESC"
        )
        for name, scans, size in cursor.fetchall():
            yield f"not read: {name} ({scans}, {size})"


def user_of(name: str):
    """The first may do everything, the others write."""
    from django.contrib.auth.models import Group, User

    user, _ = User.objects.get_or_create(
        username=name, defaults={"is_staff": True, "is_superuser": name == USERS[0]}
    )
    if not user.is_superuser:
        user.groups.set(Group.objects.filter(name="作者"))
    return user


def at_the_desk(user):
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def main() -> int:
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from articles.models import Article
    from config import urls
    from tests.benchmarks.timing import median

    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # each line says the answer
    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_reset()")
    client = Client(SERVER_NAME="localhost")
    bare = median(lambda: client.get("/bare/"), 50)
    print(f"bare view {bare:.2f} ms; {Article.objects.count()} articles")
    boss, author = (user_of(name) for name in USERS)
    slow = 0
    for lines in (
        walk(client, public_pages(), bare),
        walk(at_the_desk(boss), desk_pages(), bare),
        walk(at_the_desk(author), desk_pages(), bare),
        work(author, bare),
    ):
        for line, slowest in lines:
            print(line, flush=True)
            slow += slowest >= SLOW
    for line in indexes():
        print(line)
    print(f"statements of {SLOW} ms and more: on {slow} pages")
    return slow


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(1 if main() else 0)
