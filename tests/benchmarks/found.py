"""How readers and machines find an article at a million rows: related articles (computed, and
brought up by a publish), lists first and deep, feed, sitemap; beside a bare view in the same run.

By hand, on an empty database of its own, migrated, that is dropped afterwards:
``DEBUG=1 DATABASE_URL=postgres://… python -m tests.benchmarks.found [articles]``. It refuses a
database that holds articles, unless ``again`` follows: then it only measures. ``unlisted``: all
but the stored lists of related articles, forty minutes at a million; what a publish brings up
is then left out.
"""

import datetime as dt
import os
import random
import re
import sys
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

import django
from django.test.utils import setup_test_environment

from tests.benchmarks.timing import median, spread, timed

CATEGORIES, TAGS, CLAUSES, AUTHORS = 40, 3_000, 2_000, 60
# Tags and clauses an article, the frequent ones far more often than the rare ones.
TAGGED, CITED, SKEW = 4, 3, 2.2
FIRST_DAY = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
SAMPLE = 300
_AT_ONCE = 5_000
_BROUGHT = 10_000_000  # the first id of what measuring brings


def fill(count: int) -> None:
    """Published articles, evenly over twelve years, with the rows that publishing writes; their
    lists of related articles are for ``related.rebuild`` to make."""
    from taggit.models import Tag

    from articles.models import Article, Author, Category, CopyrightNotice
    from statutes.models import Clause, Statute, Version
    from statutes.texts import text_hash

    dice = random.Random(874_652)  # noqa: S311  (the same corpus each time)
    notice = CopyrightNotice.objects.first()
    categories = Category.objects.bulk_create(
        Category(name=f"栏目{n}", slug=f"c{n}", notice=notice) for n in range(CATEGORIES)
    )
    authors = Author.objects.bulk_create(
        Author(name=f"律师{n}", slug=f"a{n}") for n in range(AUTHORS)
    )
    tags = Tag.objects.bulk_create(Tag(name=f"标签{n}", slug=f"t{n}") for n in range(TAGS))
    statute = Statute.objects.create(title="测速法", slug="cesu")
    version = Version.objects.create(
        statute=statute,
        promulgated_on=FIRST_DAY.date(),
        effective_from=FIRST_DAY.date(),
        source=Version.Source.MANIFEST,
    )
    clauses = Clause.objects.bulk_create(
        Clause(
            version=version, order=n, number=n, text=f"第{n}句。", text_hash=text_hash(f"第{n}句。")
        )
        for n in range(1, CLAUSES + 1)
    )
    step = dt.timedelta(days=12 * 365) / count
    numbers = iter(range(1, count + 1))
    while some := list(islice(numbers, _AT_ONCE)):
        articles = [
            Article(
                pk=pk,
                title=_title(dice, pk),
                state=Article.State.PUBLISHED,
                stage=Article.Stage.NONE,
                published_at=FIRST_DAY + pk * step,
                category=dice.choice(categories),
                author=dice.choice(authors),
                excerpt="测速用的摘要。" * 9,
                rendered=f"<p>{dice.randbytes(450).hex()}</p>",
                length=900,
            )
            for pk in some
        ]
        _store(articles, dice, tags, clauses)


def _store(articles: list, dice: random.Random, tags: list, clauses: list) -> None:
    from articles.models import Article, Citation, TaggedArticle

    Article.objects.bulk_create(articles)
    TaggedArticle.objects.bulk_create(
        [
            TaggedArticle(content_object=one, tag=tag)
            for one in articles
            for tag in _some(dice, tags, TAGGED)
        ],
        batch_size=_AT_ONCE,
    )
    Citation.objects.bulk_create(
        [
            Citation(
                article=one,
                position=position,
                slot=position,
                exact=clause.label,
                number=clause.number,
                clause=clause,
                statute_id=clause.version.statute_id,
                as_of=one.published_at.date(),
                outcome="resolved",
            )
            for one in articles
            for position, clause in enumerate(_some(dice, clauses, CITED))
        ],
        batch_size=_AT_ONCE,
    )


def _some(dice: random.Random, rows: list, count: int) -> set:
    return {rows[int(len(rows) * dice.random() ** SKEW)] for _ in range(count)}


def _title(dice: random.Random, pk: int) -> str:
    words = ("借款", "离婚", "工伤", "房屋", "股权", "合同", "担保", "保险", "网贷", "征收")
    ends = ("怎么办", "怎么赔", "要多久", "谁承担", "能不能要回来", "起诉要准备什么")
    return f"{dice.choice(words)}{dice.choice(words)}{dice.choice(ends)}（{pk}）"


def measure() -> Iterator[str]:
    """One line for each thing that is measured, with its ratio to the bare view."""
    from django.db.models import Max
    from django.test import Client

    from articles import related
    from articles.models import Article, Related, Term

    client = Client(SERVER_NAME="localhost")
    bare = median(lambda: client.get("/bare/"), 50)
    yield f"bare view {bare:.2f} ms; {Article.objects.count()} articles"

    dice = random.Random(3)  # noqa: S311  (the same sample each time)
    # Without those that measuring brought.
    newest = Article.objects.filter(pk__lt=_BROUGHT).aggregate(pk=Max("pk"))["pk"]
    pks = [dice.randint(1, newest) for _ in range(SAMPLE)]
    titles = dict(Article.objects.filter(pk__in=pks).values_list("pk", "title"))
    times = [timed(lambda pk=pk: related.best(pk, titles[pk], related._near(pk))) for pk in titles]
    yield f"related, computed: {spread(times)}"
    if Related.objects.exists():
        yield f"related, a publish brings up: {spread(_publishes(SAMPLE // 5))}"
        yield f"rows of related articles: {Related.objects.count()}"
    yield _whole_sitemap(client)

    tag = Term.objects.filter(kind="tag").order_by("-count").first()
    some = Article.objects.get(pk=newest // 2)
    slug = f"/tag/t{int(_tag_name(tag)[2:])}/"
    addresses = {
        "article": some.get_absolute_url(),
        "home": "/",
        "category": some.category.get_absolute_url(),
        f"tag of {tag.count}": slug,
        "author": some.author.get_absolute_url(),
        "year": f"/archive/{some.published_at.year}/",
        "clause": "/statutes/cesu/1/",
        "feed": "/feed/",
        "feed of the tag": f"{slug}feed/",
        "sitemap.xml": "/sitemap.xml",
        "a file of the sitemap": f"/sitemap-articles-{newest // 2 // 10_000}.xml",
        "sitemap-lists.xml": "/sitemap-lists.xml",
        "404": "/nichts/",
    }
    for what, address in addresses.items():
        yield line(what, client, address, bare)
        response = client.get(address)
        page = response.context and response.context.get("page")
        if page and page.older:
            moment = int(page.older.split("-")[0])
            first = int(FIRST_DAY.timestamp() * 1_000_000)
            deep = f"{first + (moment - first) // 50}-1"
            yield line(f"{what}, far back", client, f"{address}?after={deep}", bare)


def _tag_name(term) -> str:
    from taggit.models import Tag

    return Tag.objects.get(pk=term.key).name


def _whole_sitemap(client) -> str:
    """Its index, and each of its files of articles, read by address."""
    from articles.models import Article

    def addresses(url: str) -> list[str]:
        return re.findall("<loc>(.*?)</loc>", client.get(url).content.decode())

    index = median(lambda: client.get("/sitemap.xml"), 9)
    files = [urlsplit(one).path for one in addresses("/sitemap.xml") if "-articles-" in one]
    found, times = [], []
    for url in files:
        times.append(timed(lambda url=url: found.extend(addresses(url))))
    listed = {int(url.rpartition("/")[2].removesuffix(".html")) for url in found}
    public = Article.objects.published().filter(noindex=False).order_by()
    is_whole = listed == set(public.values_list("pk", flat=True)) and len(found) == len(listed)
    return (
        f"sitemap read whole: index {index:.1f} ms, {len(files)} files {spread(times)}, slowest "
        f"{max(times):.1f} ms; {len(found)} addresses, {'complete' if is_whole else 'NOT COMPLETE'}"
    )


def _publishes(count: int) -> list[float]:
    """Of newest articles as many: placed under their terms, all lists brought up. What it brings
    stays in the database."""
    from django.db import transaction
    from django.db.models import Max
    from django.utils import timezone
    from taggit.models import Tag

    from articles import related
    from articles.models import Article, Author, Category
    from statutes.models import Clause

    dice = random.Random(2)  # noqa: S311  (the same each time)
    tags, clauses = list(Tag.objects.all()), list(Clause.objects.select_related("version"))
    times = []
    newest = Article.objects.aggregate(pk=Max("pk"))["pk"]
    for n in range(count):
        article = Article(
            pk=max(newest, _BROUGHT) + n + 1,
            title=_title(dice, n),
            state=Article.State.PUBLISHED,
            stage=Article.Stage.NONE,
            published_at=timezone.now(),
            category=Category.objects.first(),
            author=Author.objects.first(),
        )
        _store([article], dice, tags, clauses)
        with transaction.atomic():
            times.append(timed(lambda one=article: related.list_anew(one)))
    return times


def line(what: str, client, address: str, bare: float) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    asked = len(queries)  # now: the next request empties the log that it is read from
    assert response.status_code in (200, 404), (address, response.status_code)
    took = median(lambda: client.get(address), 9)
    size = len(response.content) / 1024
    return (
        f"{what}: {took:.1f} ms, {took / bare:.0f} × the bare view, {asked} queries, {size:.0f} KB"
    )


def main(count: int, again: bool, unlisted: bool) -> None:
    from django.http import HttpResponse
    from django.urls import path
    from tqdm import tqdm

    from articles import rebuilding
    from articles.models import Article
    from config import urls

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    if not again:
        if Article.objects.exists():
            sys.exit("this database holds articles")
        print(f"fill: {timed(lambda: fill(count)) / 1_000:.0f} s")

        def progress(items, words):
            return tqdm([] if unlisted and words == "相关文章" else items, desc=words)

        took = timed(lambda: rebuilding.rebuild(progress))
        print(f"rebuild_related: {took / 1_000:.0f} s")
    for words in measure():
        print(words, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    setup_test_environment(debug=False)  # what a page was given can be asked for; no query is kept
    words = sys.argv[2:]
    main(int(next(iter(sys.argv[1:]), 1_000_000)), "again" in words, "unlisted" in words)
