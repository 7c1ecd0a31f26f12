"""Which citations are stale, beside a bare count(*) of the same table, in one run, and the ratio.

By hand, on an empty database of its own, migrated:
``DATABASE_URL=postgres://… python -m tests.benchmarks.staleness [citations]``. It refuses a
database that holds articles, and leaves it as it was.
"""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import django

OLD, NEW, TODAY = dt.date(2015, 1, 1), dt.date(2021, 1, 1), dt.date(2026, 11, 24)
PER_ARTICLE, PER_TEXT = 5, 250
# Of a hundred citations: of clauses that have changed, unreviewed; changed and reviewed since.
STALE, REVIEWED = 5, 15
# Of a hundred: with a verdict that is older than the change, or of a clause that never changed.
BESIDE = 5


@dataclass
class Report:
    citations: int
    verdicts: int
    stale: int
    count: float  # ms: count(*) of the citations
    counting: float  # ms: how many are stale
    listing: float  # ms: the ids of all of them, in order
    page: float  # ms: the first hundred with what a notice needs, as the desk lists them

    def __str__(self) -> str:
        return (
            f"{self.citations} citations, {self.verdicts} verdicts, {self.stale} stale: "
            f"count(*) {self.count:.1f} ms; stale().count() {self.counting:.1f} ms, "
            f"ratio {self.counting / self.count:.1f}; listing all {self.listing:.1f} ms, "
            f"ratio {self.listing / self.count:.1f}; the first 100 with all they show "
            f"{self.page:.1f} ms, ratio {self.page / self.count:.1f}"
        )


def fill(citations: int) -> None:
    """Citations of both texts of some statutes, of which every second clause was amended."""
    from articles.models import Article, Category, Citation, CopyrightNotice, Verdict
    from statutes.models import Clause, ClauseChange, Statute, Version
    from statutes.texts import text_hash

    notice = CopyrightNotice.objects.first()
    category = Category.objects.create(name="测速", slug="cesu", notice=notice)
    pairs = max(1, citations // 20 // PER_TEXT)
    statutes = [Statute(title=f"测速第{n}法", slug=f"cesu-{n}") for n in range(pairs)]
    Statute.objects.bulk_create(statutes)
    texts = {
        day: [
            Version(
                statute=statute,
                effective_from=day,
                effective_to=NEW if day == OLD else None,
                promulgated_on=day,
                source=Version.Source.MANIFEST,
                compared_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            )
            for statute in statutes
        ]
        for day in (OLD, NEW)
    }
    clauses = {}
    for day, versions in texts.items():
        Version.objects.bulk_create(versions)
        clauses[day] = [
            Clause(version=version, order=n, number=n, text=words, text_hash=text_hash(words))
            for version in versions
            for n in range(1, PER_TEXT + 1)
            for words in [f"{version.statute_id} {n} {day if n % 2 else ''}" + "条文" * 60]
        ]
        Clause.objects.bulk_create(clauses[day], batch_size=2000)
    amended = list(zip(clauses[OLD][::2], clauses[NEW][::2], strict=True))
    ClauseChange.objects.bulk_create(
        [
            ClauseChange(
                clause=old, on=NEW, since=NEW, kind="amended", successor=new, is_confirmed=True
            )
            for old, new in amended
        ],
        batch_size=2000,
    )
    articles = [
        Article(title=f"测速{n}", state="published", published_at=_moment(), category=category)
        for n in range(max(1, citations // PER_ARTICLE))
    ]
    Article.objects.bulk_create(articles, batch_size=2000)
    rows, seen = [], []
    turn = count()
    for n in range(citations):
        kind, at = n % 100, next(turn)
        if kind < STALE + REVIEWED:
            clause, successor = amended[at % len(amended)]
        else:
            clause = clauses[NEW if kind % 2 else OLD][
                1 + at * 2 % (len(clauses[OLD]) - 1) // 2 * 2
            ]
            successor = clause
        citation = Citation(
            article=articles[n // PER_ARTICLE % len(articles)],
            position=n % PER_ARTICLE,
            slot=n % PER_ARTICLE,
            exact=f"《测速法》第{clause.number}条",
            prefix="依照二十个字上下的前文",
            suffix="的规定，应当这样办理",
            title="测速法",
            title_key="测速法",
            number=clause.number,
            statute_id=clause.version.statute_id,
            clause=clause,
            as_of=OLD,
            outcome="resolved",
            resolved_by="date",
        )
        rows.append(citation)
        if STALE <= kind < STALE + REVIEWED:
            seen.append((citation, successor))
        elif kind < BESIDE // 2 or kind >= 100 - BESIDE + BESIDE // 2:
            seen.append((citation, clause))
    Citation.objects.bulk_create(rows, batch_size=2000)
    Verdict.objects.bulk_create(
        [
            Verdict(citation=citation, decision="still_right", reviewed_against=clause)
            for citation, clause in seen
        ],
        batch_size=2000,
    )


def empty() -> None:
    """Take away what ``fill`` made."""
    from articles.models import Article, Category, Citation
    from statutes.models import Clause, Statute

    ours = Statute.objects.filter(slug__startswith="cesu-")
    Citation.objects.filter(title="测速法").delete()
    Article.objects.filter(category__slug="cesu").delete()
    Category.objects.filter(slug="cesu").delete()
    Clause.objects.filter(version__statute__in=ours).delete()
    ours.delete()


def measure() -> Report:
    from articles.models import Citation, Verdict

    stale = Citation.objects.stale(TODAY)
    full = stale.in_published().select_related(
        "article", "clause__version__statute", "change__successor__version__statute"
    )
    return Report(
        citations=Citation.objects.count(),
        verdicts=Verdict.objects.count(),
        stale=stale.count(),
        count=best(Citation.objects.count),
        counting=best(stale.count),
        listing=best(lambda: list(stale.values_list("pk", flat=True))),
        page=best(lambda: list(full[:100])),
    )


def best(call: Callable[[], object], repeats: int = 9) -> float:
    """Milliseconds a call, the best of some: what the machine does beside it is no part of it."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def explain() -> str:
    from articles.models import Citation

    return Citation.objects.stale(TODAY).order_by().explain()


def run(citations: int, fill: Callable, report: Callable[[], object], empty: Callable) -> None:
    """Fill an empty database, print what is reported of it, and leave it as it was."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    from articles.models import Article

    if Article.objects.exists():
        sys.exit("This database holds articles; the benchmark wants an empty one.")
    try:
        fill(citations)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(f"{connection.vendor}: {report()}")
    finally:
        empty()


def main(citations: str = "100000") -> None:
    run(int(citations), fill, lambda: f"{measure()}\n{explain()}", empty)


def _moment() -> dt.datetime:
    return dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


if __name__ == "__main__":
    main(*sys.argv[1:])
