"""What a publish costs, and a change of law, beside as many articles as there are; beside a bare view
in the same run.

By hand, on a database of ``generate_articles``: ``DATABASE_URL=… python -m
tests.benchmarks.writing [publishes]``. What it publishes stays there.
"""

import datetime as dt
import os
import random
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django

from tests.benchmarks.timing import median, spread, timed
from tests.serving import environ_of

if TYPE_CHECKING:
    from statutes.incoming import StatuteText
    from statutes.models import Version

CITED_BY = 10_000  # articles, at least, of the statute that changes


def publishes(count: int) -> Iterator[float]:
    """Milliseconds, one by one, of new articles as the generated ones are: clean, cite, index,
    relate, tell the pages."""
    from articles import generating, workflow
    from articles.models import Article

    corpus = generating.Invented(max(Article.objects.count(), 1_000))
    dice = random.Random(time.time_ns())  # noqa: S311  (others each time)
    for _ in range(count):
        draft = corpus.draft(dice.randrange(corpus.count))
        article = workflow.create(
            {
                "title": f"{draft.title}（新）",
                "body": "".join(passage.source for passage in draft.passages),
                "category": corpus.categories[draft.category].pk,
                "author": corpus.authors[draft.author].pk,
                "tags": list(draft.tags),
            },
            by=None,
        )
        yield timed(lambda article=article: workflow.publish(article, by=None))


def law_cited_by(articles: int) -> "tuple[Version | None, int]":
    """Of the texts in force today that at least so many articles cite the one that the fewest do,
    and how many those are."""
    from django.db.models import Count
    from django.utils import timezone

    from articles.models import Citation
    from statutes.models import Version

    cited = Citation.objects.filter(
        clause__version__in=Version.objects.in_force(timezone.localdate())
    )
    counted = cited.values_list("clause__version").annotate(n=Count("article", distinct=True))
    for pk, count in counted.order_by("n"):
        if count >= articles:
            return Version.objects.select_related("statute").get(pk=pk), count
    return None, 0


def next_text(version: "Version") -> "StatuteText":
    """A new text of its statute, in force from today: every second clause says another thing."""
    from django.utils import timezone

    from statutes.incoming import StatuteText
    from statutes.outline import ClauseText

    def words(text: str, number: int) -> str:
        return text.replace("应当", "必须") if number % 2 else text

    today = timezone.localdate()
    return StatuteText(
        title=version.statute.title,
        kind=version.statute.kind,
        source=version.Source.OFFICIAL,
        promulgated_on=today - dt.timedelta(days=90),
        effective_from=today,
        clauses=[
            ClauseText(c.number, c.branch, words(c.text, c.number))
            for c in version.clauses.order_by("order")
        ],
    )


def change_a_law() -> Iterator[str]:
    """A new text of a statute that many cite: until the queue is right, and a page that a process
    keeps is another."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.utils import timezone

    from articles.models import Article, Citation
    from articles.pagecache import PageCache
    from statutes import library

    version, count = law_cited_by(CITED_BY)
    if version is None:
        yield f"no statute is cited by {CITED_BY} articles here"
        return
    cache = PageCache(WSGIHandler(), size=16_000_000)
    citing = Article.objects.published().filter(citations__clause__version=version).distinct()
    some = [one.get_absolute_url() for one in citing[:20]]
    before = {path: _page(cache, path) for path in some}
    stale = Citation.objects.stale(timezone.localdate())
    waiting = stale.count()
    changed = next_text(version)
    begun = time.perf_counter()
    outcome = library.store(changed)
    stored = time.perf_counter()
    assert outcome.outcome == library.CREATED, outcome.reasons
    time.sleep(1)  # by then every process has asked
    after = {path: _page(cache, path) for path in some}
    fresh = time.perf_counter()
    now_waiting = stale.count()
    counted_at = time.perf_counter()
    others = sum(before[path] != after[path] for path in some)
    yield (
        f"a law that {count} articles cite: stored {stored - begun:.2f} s; {len(some)} kept pages "
        f"asked for anew {fresh - stored:.2f} s later, {others} of them others; queue "
        f"{waiting} → {now_waiting}, counted in {counted_at - fresh:.2f} s"
    )


def _page(cache, path: str) -> bytes:
    return b"".join(cache(environ_of(path), lambda status, headers: None))


def main(count: int) -> None:
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from articles.models import Article
    from config import urls

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    client = Client(SERVER_NAME="localhost")
    bare = median(lambda: client.get("/bare/"), 50)
    print(f"bare view {bare:.2f} ms; {Article.objects.count()} articles")
    # First: what is published on the very day is read anew, and here that would be hundreds.
    for words in change_a_law():
        print(words, flush=True)
    times = list(publishes(count + 5))[5:]  # the first ones read what the others find read
    print(f"publish: {spread(times)}, slowest {max(times):.1f} ms")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(next(iter(sys.argv[1:]), 200)))
