"""The desk's front page, a group of the queue, a whole clause decided at once, and the citation
panel, beside a bare view of the same run.

By hand, on an empty database of its own, migrated:
``DATABASE_URL=postgres://… DEBUG=1 python -m tests.benchmarks.desk_front [citations]``. It refuses
a database that holds articles, and leaves it as it was.
"""

import datetime as dt
import sys
import time
from itertools import cycle

from tests.benchmarks import staleness

CODE = "中华人民共和国民法典"
CLAUSES = 1260
# Characters of the body that the panel is asked about.
BODY = 10_000
_SENTENCES = [
    "出借人先看借条：依照《民法典》第六百七十五条，借款人应当按照约定的期限返还借款。",
    "没有约定期限的，可以随时要，但要给对方准备的时间，这一点许多人不知道。",
    "《民法典》第五百七十七条规定：“当事人一方不履行合同义务的，应当承担违约责任。”",
    "利息怎么算，要看合同写了什么；什么也没写的，法院一般不支持借期内的利息。",
    "律师的建议是：先发一封催告函，写明金额、期限和账户，把回执留好。",
]


def fill(citations: int) -> None:
    """As ``staleness.fill``, with two fifths of the stale ones at one clause, and a code of 1,260
    clauses that ten thousand more citations cite."""
    from articles.models import Article, Citation
    from statutes.models import Clause, Statute, Version
    from statutes.texts import text_hash

    staleness.fill(citations)
    stale = list(Citation.objects.stale(staleness.TODAY).values_list("pk", "clause"))
    some = [pk for pk, _ in stale[: len(stale) * 2 // 5]]
    Citation.objects.filter(pk__in=some).update(clause=stale[0][1])
    code = Statute.objects.create(title=CODE, slug="cesu-code")
    version = Version.objects.create(
        statute=code,
        effective_from=dt.date(2021, 1, 1),
        source=Version.Source.MANIFEST,
        compared_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    words = {n: f"第{n}条的条文。" * 12 for n in range(1, CLAUSES + 1)}
    clauses = Clause.objects.bulk_create(
        Clause(version=version, order=n, number=n, text=text, text_hash=text_hash(text))
        for n, text in words.items()
    )
    articles = list(Article.objects.only("pk")[: max(1, citations // 50)])
    Citation.objects.bulk_create(
        [
            Citation(
                article=article,
                position=100 + n,
                exact=clause.label,
                title="测速法",
                title_key="测速法",
                number=clause.number,
                statute=code,
                clause=clause,
                as_of=staleness.NEW,
                outcome="resolved",
            )
            for n, (article, clause) in enumerate(
                zip(articles * 5, cycle(clauses[::3] + clauses[:40] * 9), strict=False)
            )
        ],
        batch_size=2000,
    )


def body(length: int = BODY) -> str:
    sentences, found = cycle(_SENTENCES), ""
    while len(found) < length:
        found += f"<p>{''.join(next(sentences) for _ in range(4))}</p>"
    return found


def measure() -> dict[str, float]:
    """Milliseconds of each, the best of some; "decided" once: it changes what it measures."""
    from django.contrib.auth import get_user_model
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path, reverse

    from articles import health, queue, review
    from articles.admin.queue import MOST_AT_ONCE
    from config import urls

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    user = get_user_model().objects.create_superuser("cesu")
    try:
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        health.record(staleness.TODAY)
        found = {"bare": staleness.best(lambda: client.get("/bare/"), 50)}
        found["front page"] = staleness.best(lambda: _ok(client.get("/admin/")))
        group = queue.groups(staleness.TODAY)[0][0]
        address = reverse("admin:articles_citation_queue") + group.query
        found["group"] = staleness.best(lambda: _ok(client.get(address)))
        waiting = queue.waiting_in(group.statute, group.on, today=staleness.TODAY)
        clause = queue.clauses_in(group.statute, group.on, today=staleness.TODAY)[0]
        count, _ = queue.count_clause(waiting, clause)
        bundle = review.bundle(
            waiting.filter(clause=clause).order_by("pk")[:MOST_AT_ONCE],
            on=max(group.on, staleness.TODAY),
        )
        text, panel = body(), reverse("admin:articles_article_citations_new")
        found["panel"] = staleness.best(lambda: _ok(client.post(panel, {"body": text})))
        data = {"clause": clause, "all": "1", "bundle": bundle, "decision": "still_right"}
        start = time.perf_counter()
        client.post(address, data)
        found[f"decided, {count} citations"] = (time.perf_counter() - start) * 1000
        return found
    finally:
        urls.urlpatterns.pop(0)
        user.delete()


def _ok(response):
    assert response.status_code == 200, response.status_code
    return response


def empty() -> None:
    from articles.models import Health
    from statutes.models import Clause, Statute

    staleness.empty()
    Health.objects.all().delete()
    Clause.objects.filter(version__statute__slug="cesu-code").delete()
    Statute.objects.filter(slug="cesu-code").delete()


def report() -> str:
    from articles.models import Citation

    stale = Citation.objects.stale(staleness.TODAY).count()
    measured = (f"{name}: {milliseconds:.1f} ms" for name, milliseconds in measure().items())
    return "\n".join([f"{Citation.objects.count()} citations, {stale} stale", *measured])


def main(citations: str = "100000") -> None:
    staleness.run(int(citations), fill, report, empty)


if __name__ == "__main__":
    main(*sys.argv[1:])
