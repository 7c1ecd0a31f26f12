"""A walk through the whole site and the desk, as large as it is: of each page the queries, the slowest
statement (with its plan, where it takes too long), and the time of this process; then which index
nobody used.

By hand, on a database of ``generate_articles``, without DEBUG: ``DATABASE_URL=… VAR_DIR=… python -m
tests.benchmarks.tour``. It makes a superuser of its own, and changes nothing else.
"""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import django

SLOW = 100  # milliseconds that no statement may take
USER = "tour"


@dataclass
class Asked:
    """What a page asks of the database."""

    statements: list[tuple[float, str, object]] = field(default_factory=list)  # ms, SQL, values

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
    for path in ("/", category.get_absolute_url(), f"/tag/{tag.slug}/"):
        yield f"{path}feed/"
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
            yield f"{path}{clause.key}/"


def desk_pages() -> Iterator[str]:
    from articles.models import Article, Category, Citation
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
    category = Category.objects.exclude(parent=None).first()
    base = "/admin/articles/article/"
    for query in (
        "p=100",
        "q=违约金",
        'q="逾期利息"',
        f"category__id__exact={category.pk}" if category else "p=2",
        "state__exact=published",
    ):
        yield f"{base}?{query}"
    yield f"{base}add/"
    yield f"{base}{article.pk}/change/"
    yield f"{base}{article.pk}/history/"
    yield "/admin/articles/citation/?review=waiting"
    citation = Citation.objects.exclude(clause=None).first()
    yield f"/admin/articles/citation/{citation.pk}/change/"
    version = Version.objects.first()
    yield f"/admin/statutes/version/{version.pk}/change/"
    yield "/admin/check-text/"


def walk(client, paths: Iterator[str], bare: float) -> Iterator[tuple[str, float]]:
    """A line for each page, and the milliseconds of its slowest statement."""
    from django.db import connection

    for path in paths:
        for _ in range(2):  # the second time all is read that a process reads once
            asked = Asked()
            begun, cpu = time.perf_counter(), time.process_time()
            with connection.execute_wrapper(asked):
                response = client.get(path)
                content = getattr(response, "content", b"")
            took, cpu = (time.perf_counter() - begun) * 1_000, (time.process_time() - cpu) * 1_000
        slowest, sql, params = asked.slowest
        line = (
            f"{response.status_code} {path[:70]}: {took:.0f} ms ({took / bare:.0f} × bare), "
            f"{cpu:.0f} ms CPU here, {len(asked.statements)} queries, slowest {slowest:.1f} ms, "
            f"{len(content) // 1024} KB"
        )
        if slowest >= SLOW:
            line += f"\n    {sql[:1_500]}\n{_plan(sql, params)}"
        yield line, slowest


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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelname, idx_scan, pg_size_pretty(pg_relation_size(indexrelid))"
            " FROM pg_stat_user_indexes JOIN pg_index USING (indexrelid)"
            " WHERE NOT indisunique AND idx_scan = 0 AND schemaname = 'public'"
            " ORDER BY pg_relation_size(indexrelid) DESC"
        )
        for name, scans, size in cursor.fetchall():
            yield f"not read: {name} ({scans}, {size})"


def main() -> int:
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from articles.models import Article
    from config import urls
    from tests.benchmarks.timing import median

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_reset()")
    client = Client(SERVER_NAME="localhost")
    bare = median(lambda: client.get("/bare/"), 50)
    print(f"bare view {bare:.2f} ms; {Article.objects.count()} articles")
    slow = []
    for line, slowest in walk(client, public_pages(), bare):
        print(line, flush=True)
        slow += [line] if slowest >= SLOW else []
    boss, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True}
    )
    client.force_login(boss)
    for line, slowest in walk(client, desk_pages(), bare):
        print(line, flush=True)
        slow += [line] if slowest >= SLOW else []
    for line in indexes():
        print(line)
    print(f"statements of {SLOW} ms and more: on {len(slow)} pages")
    return len(slow)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(1 if main() else 0)
