"""Search over many articles: recall and precision against what stands in the texts, time of the
page for common and rare terms beside a bare view in the same run, size and build time of the index.

By hand, on an empty database of its own, migrated, that is dropped afterwards:
``DEBUG=1 DATABASE_URL=… python -m tests.benchmarks.search [articles]``. It refuses a database that
holds articles, unless ``again`` follows: then it only measures. With the name of a file of JSON
lines (id, title, ts, body) it only fills the database with these, to be searched beside others.
"""

import datetime as dt
import json
import os
import sys
from array import array
from collections.abc import Iterator
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

import django
from django.test.utils import setup_test_environment

from tests.benchmarks import corpus
from tests.benchmarks.timing import median, spread, timed

TERMS = 40
CATEGORIES = 40
FIRST_DAY = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
_AT_ONCE = 2_000
QUESTIONS = (
    "朋友借钱到期不还怎么办",
    "公司拖欠工资可以要求赔偿吗",
    "租房合同没到期房东要收回房子",
    "离婚时孩子的抚养权归谁",
    "被狗咬伤应该由谁承担责任",
    "网上买到假货能不能要求三倍赔偿",
    "父母去世后遗产怎么分配",
    "上班路上出车祸算不算工伤",
    "邻居装修造成房屋漏水怎么办",
    "定金和订金有什么区别",
)


def fill(count: int) -> None:
    """Published articles, evenly over twelve years, as far as a search reads them; what they are
    found under is for rebuild_search to make."""
    step = dt.timedelta(days=12 * 365) / count
    made = ((number, corpus.text(number)) for number in range(1, count + 1))
    _fill(
        (number, one.title, FIRST_DAY + number * step, one.paragraphs[0][:110], one.rendered)
        for number, one in made
    )


def fill_from(file: Path) -> None:
    with file.open(encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        _fill(
            (one["id"], one["title"], dt.datetime.fromtimestamp(one["ts"], dt.UTC), "", one["body"])
            for one in rows
        )


def _fill(made: Iterator[tuple[int, str, dt.datetime, str, str]]) -> None:
    from articles.models import Article, Author, Category, CopyrightNotice, Term

    notice = CopyrightNotice.objects.first()
    categories = Category.objects.bulk_create(
        Category(name=f"栏目{n}", slug=f"c{n}", notice=notice) for n in range(CATEGORIES)
    )
    author = Author.objects.create(name="测速", slug="cesu")
    months = set()
    while some := list(islice(made, _AT_ONCE)):
        Article.objects.bulk_create(
            Article(
                pk=number,
                title=title,
                state=Article.State.PUBLISHED,
                stage=Article.Stage.NONE,
                published_at=moment,
                category=categories[number * 7 % CATEGORIES],
                author=author,
                excerpt=excerpt,
                rendered=rendered,
                length=corpus.LENGTH,
            )
            for number, title, moment, excerpt, rendered in some
        )
        months |= {f"{moment:%Y-%m}" for _, _, moment, *_ in some}
    Term.objects.bulk_create(
        Term(kind=Term.Kind.MONTH, key=month, count=1, changed_at=FIRST_DAY) for month in months
    )


def measure() -> Iterator[str]:
    """One line for each thing that is measured."""
    from articles.models import Article

    count = Article.objects.count()
    client = _client()
    bare = median(lambda: client.get("/bare/"), 50)
    yield f"{count} articles; bare view {bare:.2f} ms"
    yield from _sizes()
    terms = corpus.terms(TERMS)
    yield from _compared(count, terms)
    for words, options in (
        ("most relevant", {}),
        ("newest", {"sort": "newest"}),
        ("in a category", {"category": Article.objects.first().category_id}),
    ):
        times = []
        for term in terms:
            address = {"q": term, **options}
            assert client.get("/search/", address).status_code == 200
            times.append(median(lambda address=address: client.get("/search/", address), 5))
        yield f"page, {words}: {spread(times)}, slowest {terms[times.index(max(times))]}; median {sorted(times)[TERMS // 2] / bare:.0f} × the bare view"
    times = [median(lambda q=q: client.get("/search/", {"q": q}), 5) for q in QUESTIONS]
    yield f"page, questions: {spread(times)}"
    yield from _deep(client, terms)
    yield from _hostile(client)


def _client():
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from config import urls

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    return Client(SERVER_NAME="localhost")


def _sizes() -> Iterator[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for what, relation in (
                ("index", "pg_relation_size('search_entry_codes')"),
                ("entries with their numbers", "pg_table_size('articles_searchentry')"),
                ("articles", "pg_total_relation_size('articles_article')"),
            ):
                cursor.execute(f"SELECT {relation}")
                yield f"{what}: {cursor.fetchone()[0] / 1e6:.0f} MB"
        else:
            cursor.execute(
                "SELECT sum(length(block)) FROM articles_searchwords_data"
                " UNION ALL SELECT sum(length(c0)) FROM articles_searchwords_content"
                " UNION ALL SELECT sum(length(rendered)) FROM articles_article"
            )
            index, numbers, articles = (row[0] for row in cursor.fetchall())
            yield f"index: {index / 1e6:.0f} MB, its numbers: {numbers / 1e6:.0f} MB, articles: {articles / 1e6:.0f} million characters"


def _compared(count: int, terms: list[str]) -> Iterator[str]:
    """All that is found for each term, beside all articles in which it stands."""
    from django.utils import timezone

    from articles.search_engine import newest
    from statutes import bigrams

    step = -(-count // 64)
    spans = [(start, min(start + step, count + 1), terms) for start in range(1, count + 1, step)]
    held = {term: array("I") for term in terms}
    with Pool() as pool:
        for some in pool.imap_unordered(_standing_in, spans):
            for term, numbers in some.items():
                held[term].extend(numbers)
    recalls, precisions = [], []
    for term in terms:
        codes = bigrams.codes(bigrams.pairs(bigrams.fold(term)))
        found = {hit.article for hit in newest(codes, now=timezone.now(), limit=count)}
        true = set(held[term])
        recalls.append(len(found & true) / len(true) if true else 1)
        precisions.append(len(found & true) / len(found) if found else 1)
    hits = sorted(len(numbers) for numbers in held.values())
    yield f"{TERMS} terms of 2 to 6 characters, in {hits[0]} to {hits[-1]} articles, median {hits[TERMS // 2]}"
    yield f"recall: mean {sum(recalls) / TERMS:.4f}, least {min(recalls):.4f}; precision: mean {sum(precisions) / TERMS:.4f}, least {min(precisions):.4f} ({terms[precisions.index(min(precisions))]})"


def _standing_in(span: tuple[int, int, list[str]]) -> dict[str, array]:
    start, end, terms = span
    found = {term: array("I") for term in terms}
    for number in range(start, end):
        words = corpus.text(number).words
        for term in terms:
            if term in words:
                found[term].append(number)
    return found


def _deep(client, terms: list[str]) -> Iterator[str]:
    """The page that begins half-way back, of the terms that stand in most articles."""
    from articles.models import SearchEntry
    from articles.paging import microseconds, pack_key

    entries = SearchEntry.objects.order_by("place")
    middle = entries[entries.count() // 2]
    key = pack_key(microseconds(middle.published_at), middle.place)
    times = [
        median(
            lambda term=term: client.get("/search/", {"q": term, "sort": "newest", "after": key}), 5
        )
        for term in terms
    ]
    yield f"page, newest, from half-way back: {spread(times)}"


def _hostile(client) -> Iterator[str]:
    for what, typed in {
        "one character": "法",
        "10,000 characters": "合同" * 5_000,
        "10,000 different ones": "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))),
        "wildcards": "%_*?\\ OR 1=1 --",
        "NUL and control characters": "合\x00同\x01\x1b\u202e",
        "forty words": " ".join(f"合同{n}" for n in range(40)),
        "quotation marks": '"' * 300,
        "nothing": "   ",
    }.items():
        took = median(lambda typed=typed: client.get("/search/", {"q": typed}), 5)
        yield f"{what}: {took:.1f} ms, status {client.get('/search/', {'q': typed}).status_code}"


def main(source: str, again: bool) -> None:
    from tqdm import tqdm

    from articles import search_index
    from articles.models import Article

    if not again:
        if Article.objects.exists():
            sys.exit("this database holds articles")
        file = Path(source)
        took = timed(lambda: fill_from(file) if file.is_file() else fill(int(source)))
        print(f"fill: {took / 1_000:.0f} s", flush=True)
        took = timed(lambda: search_index.rebuild(lambda items, words: tqdm(items, desc=words)))
        print(f"rebuild_search: {took / 1_000:.0f} s", flush=True)
        if file.is_file():
            return
    for words in measure():
        print(words, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    setup_test_environment(debug=False)
    main(next(iter(sys.argv[1:]), "1000000"), "again" in sys.argv[2:])
