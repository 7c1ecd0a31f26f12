"""Search over many articles: recall and precision against what stands in the texts, time of the
page for common and rare terms beside a bare view in the same run, size and build time of the index.

By hand, on an empty database of its own, migrated, that is dropped afterwards:
``DEBUG=1 DATABASE_URL=… python -m tests.benchmarks.search [articles]``. It refuses a database that
holds articles, unless ``again`` follows: then it only measures.
"""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from itertools import islice

import django
from django.test.utils import setup_test_environment

from tests.benchmarks import corpus

TERMS = 40
CATEGORIES = 40
FIRST_DAY = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
_AT_ONCE = 2_000


def fill(count: int) -> None:
    """Published articles, evenly over twelve years, as far as a search reads them; what they are
    found under is for rebuild_search to make."""
    from articles.models import Article, Author, Category, CopyrightNotice, Term

    notice = CopyrightNotice.objects.first()
    categories = Category.objects.bulk_create(
        Category(name=f"栏目{n}", slug=f"c{n}", notice=notice) for n in range(CATEGORIES)
    )
    author = Author.objects.create(name="测速", slug="cesu")
    step = dt.timedelta(days=12 * 365) / count
    numbers = iter(range(1, count + 1))
    while some := list(islice(numbers, _AT_ONCE)):
        Article.objects.bulk_create(
            Article(
                pk=number,
                title=made.title,
                state=Article.State.PUBLISHED,
                stage=Article.Stage.NONE,
                published_at=FIRST_DAY + number * step,
                category=categories[number * 7 % CATEGORIES],
                author=author,
                excerpt=made.paragraphs[0][:110],
                rendered=made.rendered,
                length=corpus.LENGTH,
            )
            for number, made in ((number, corpus.text(number)) for number in some)
        )
    months = {(FIRST_DAY + number * step).strftime("%Y-%m") for number in range(1, count + 1, 97)}
    Term.objects.bulk_create(
        Term(kind=Term.Kind.MONTH, key=month, count=1, changed_at=FIRST_DAY) for month in months
    )


def main(count: int, again: bool) -> None:
    from tqdm import tqdm

    from articles import search_index
    from articles.models import Article

    if not again:
        if Article.objects.exists():
            sys.exit("this database holds articles")
        print(f"fill: {timed(lambda: fill(count)) / 1_000:.0f} s", flush=True)
        took = timed(lambda: search_index.rebuild(lambda items, words: tqdm(items, desc=words)))
        print(f"rebuild_search: {took / 1_000:.0f} s", flush=True)


def timed(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1_000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    setup_test_environment(debug=False)
    main(int(next(iter(sys.argv[1:]), 1_000_000)), "again" in sys.argv[2:])
