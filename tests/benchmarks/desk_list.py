"""The desk's list of articles at a million rows, beside a bare view in the same run: a superuser's
and an author's first page, page 100, each filter, each kind of search, and its slowest statement.

By hand, on an empty PostgreSQL database of its own, migrated, that is dropped afterwards:
``DATABASE_URL=postgres://… python -m tests.benchmarks.desk_list [articles]``. It refuses a
database that holds articles, unless ``again`` follows: then it only measures.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

LIST = "/admin/articles/article/"
REPEATS = 5
# The last four sections hold the oldest rows alone: what an index in order of time finds last.
SECTIONS, LAWYERS, OLDEST = 40, 60, 20_000

# Rows are numbered from the oldest change to the newest. Of each kind at a million rows: 300
# scheduled, 10,000 withdrawn, 30,000 never published, 9,000 with a new draft, the rest published.
FILL = """
INSERT INTO articles_article (
    title, state, stage, published_at, date_is_known, category_id, author_id, created_by_id,
    summary, cover, source_name, source_url, closing_override, notice_override, seo_title,
    seo_description, noindex, body, rendered, contents, excerpt, renderer_version, updates,
    length, listed, created_at, edited_at, lock_version
)
SELECT
    CASE WHEN n %% 3 = 0 THEN '买卖合同纠纷案件' ELSE '民间借贷逾期利息' END
        || '裁判观点整理（' || n || '）' || CASE WHEN n %% 200003 = 77 THEN '海难救助' ELSE '' END,
    CASE WHEN n %% 100 < 3 THEN 'draft' WHEN n %% 100 = 3 THEN 'withdrawn' ELSE 'published' END,
    CASE
        WHEN n %% 100 < 3 THEN (ARRAY['draft', 'draft', 'in_review', 'approved', 'discarded'])[1 + n / 100 %% 5]
        WHEN n %% 300 = 50 THEN (ARRAY['draft', 'in_review', 'approved'])[1 + n / 300 %% 3]
        ELSE ''
    END,
    CASE
        WHEN n %% 100 < 3 THEN NULL
        WHEN n %% 3333 = 10 THEN now() + n * interval '1 minute'
        ELSE now() - (%(rows)s - n + 1) * interval '1 minute'
    END,
    TRUE,
    (SELECT min(id) FROM articles_category WHERE slug LIKE 'cesu-%%') + CASE
        WHEN n <= %(oldest)s THEN %(sections)s - 4 + n %% 4
        ELSE (hashint4(n) & 1048575) %% (%(sections)s - 4)
    END,
    CASE WHEN n %% 10 = 0 THEN NULL
        ELSE (SELECT min(id) FROM articles_author) + (hashint4(n + 7) & 1048575) %% %(lawyers)s
    END,
    CASE WHEN n %% 5 = 0 THEN NULL
        ELSE (SELECT min(id) FROM auth_user) + (hashint4(n + 9) & 1048575) %% %(lawyers)s
    END,
    '', '', '', '', '', '', '', '', FALSE, text.body, text.body, '[]', left(text.body, 100), 1, '[]', 0, '{}',
    now() - (%(rows)s - n) * interval '1 minute', now() - (%(rows)s - n) * interval '1 minute', 0
FROM generate_series(1, %(rows)s) AS n,
    LATERAL (SELECT '<p>' || md5(n::text) || repeat('借款人应当按照约定的期限返还借款。' || md5(n::text), 18) || '</p>' AS body) AS text
"""


@dataclass
class Page:
    """One address as one person gets it."""

    who: str
    what: str
    address: str
    milliseconds: float = 0
    queries: int = 0
    slowest: float = 0
    statement: str = ""

    def __str__(self) -> str:
        return (
            f"{self.who}  {self.what}: {self.milliseconds:.0f} ms, {self.queries} queries, "
            f"slowest {self.slowest:.0f} ms: {self.statement}"
        )


def fill(rows: int) -> None:
    from django.contrib.auth.models import Group, User
    from django.db import connection

    from articles.models import Author, Category, CopyrightNotice

    notice = CopyrightNotice.objects.first()
    writers = [User(username=f"writer{n}", is_staff=True) for n in range(LAWYERS)]
    User.objects.bulk_create(writers)
    Group.objects.get(name="作者").user_set.set(writers)
    User.objects.create_superuser("root")
    Author.objects.bulk_create(
        Author(name=f"测速{n}", slug=f"cesu-{n}", user=user) for n, user in enumerate(writers)
    )
    sections = Category.objects.bulk_create(
        Category(name=f"测速{n}", slug=f"cesu-{n}", notice=notice) for n in range(SECTIONS)
    )
    for n, section in enumerate(sections):
        section.parent = sections[n - n % 4] if n % 4 else None
    Category.objects.bulk_update(sections, ["parent"])
    values = {
        "rows": rows,
        "sections": SECTIONS,
        "lawyers": LAWYERS,
        "oldest": min(OLDEST, rows // 50),
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)


def pages(deep: int = 100) -> list[Page]:
    from articles.models import Article, Author, Category

    sections = {n: Category.objects.get(slug=f"cesu-{n}").pk for n in (0, 1, 36, 37)}
    lawyer, some = Author.objects.get(slug="cesu-3").pk, Article.objects.latest("pk").pk
    asked = {
        "first page": "",
        f"page {deep}": f"?p={deep}",
        "section": f"?category={sections[1]}",
        "section with three below": f"?category={sections[0]}",
        "oldest section": f"?category={sections[37]}",
        "oldest section with three below": f"?category={sections[36]}",
        **{
            name: f"?is={name}"
            for name in (
                "draft",
                "in_review",
                "approved",
                "scheduled",
                "published",
                "withdrawn",
                "discarded",
            )
        },
        "lawyer": f"?author={lawyer}",
        f"lawyer, page {deep}": f"?author={lawyer}&p={deep}",
        "mine": "?mine=1",
        "id": f"?q={some}",
        "address": f"?q=https://www.example.com/hf/{some}.html",
        "frequent word": "?q=买卖合同",
        "rare word": "?q=海难救助",
        "word that isn't there": "?q=查无此词",
    }
    return [
        Page(who, what, LIST + query)
        for who in ("root", "writer3")
        for what, query in asked.items()
    ]


def measure(page: Page) -> Page:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(User.objects.get(username=page.who))
    page.milliseconds = best(client, page.address)
    with CaptureQueriesContext(connection) as captured:
        client.get(page.address)
    slowest = max(captured, key=lambda query: float(query["time"]))
    page.queries, page.slowest = len(captured), float(slowest["time"]) * 1000
    page.statement = statement(slowest["sql"])
    return page


def best(client, address: str) -> float:
    """Milliseconds, the best of some: what the machine does beside it is no part of it."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        answer = client.get(address)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return min(times)


def statement(sql: str) -> str:
    """Without the long list of columns."""
    head, _, tail = sql.partition(" FROM ")
    return f"{head[:40]}… FROM {tail}"[:600]


def main(rows: str = "1000000", again: str = "") -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import setup_test_environment
    from django.urls import path

    from articles.models import Article
    from config import urls

    setup_test_environment()
    if connection.vendor != "postgresql":
        sys.exit("The rows are made by PostgreSQL.")
    if not again:
        if Article.objects.exists():
            sys.exit("This database holds articles; the benchmark wants an empty one.")
        fill(int(rows))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    print(f"bare view: {best(Client(), '/bare/'):.2f} ms")
    for page in pages():
        print(measure(page), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
