"""What a worker holds while it answers a hundred thousand requests, most of them for pages that it has
to make.

By hand, on a database of ``generate_articles``, with static files collected: ``DATABASE_URL=… VAR_DIR=…
python -m tests.benchmarks.soak [requests]``. It starts gunicorn itself, whose workers are not
recycled meanwhile.
"""

import http.client
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import django

from tests.serving import free_port, is_open, wait_for

WORKERS, READERS, TIMES = 2, 4, 10


def addresses() -> list[str]:
    """As readers come: articles, most of them once; some lists, some searches, the law."""
    from articles.models import Article, Category
    from statutes.models import Clause

    dice = random.Random(4)  # noqa: S311  (the same each time)
    public = Article.objects.published().order_by()
    pks = list(public.values_list("pk", flat=True)[:50_000])
    found = [f"/hf/{pk}.html" for pk in dice.sample(pks, min(len(pks), 20_000))]
    found += ["/"] * 500
    found += [one.get_absolute_url() for one in Category.objects.all()] * 20
    clauses = Clause.objects.with_version().order_by("pk")[:1_000]
    found += [one.get_absolute_url() for one in clauses]
    found += [f"/search/?q={words}" for words in ("%E6%8A%BC%E9%87%91", "%E5%80%9F%E6%AC%BE")] * 100
    dice.shuffle(found)
    return found


def held(master: int) -> Iterator[float]:
    """MB of each worker: all that it has in memory, shared or not."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for pid in children:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        yield pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def main(requests: int) -> None:
    paths = addresses()
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py"),
            *("--max-requests", "0", "config.wsgi"),
        ],
        env=os.environ
        | {
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": str(WORKERS),
            "SITE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1",
        },
    )
    try:
        wait_for(lambda: is_open(port))
        time.sleep(2)
        print(f"at the start: {'  '.join(f'{mb:.0f} MB' for mb in held(process.pid))}", flush=True)
        bad: list[int] = []

        def read(share: int, begin: int) -> None:
            for number in range(share):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
                packed = {"Accept-Encoding": "gzip"}
                connection.request("GET", paths[(begin + number) % len(paths)], headers=packed)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    bad.append(answer.status)
                connection.close()

        share = requests // TIMES // READERS
        for time_ in range(TIMES):
            begin = time_ * share * READERS
            readers = [
                threading.Thread(target=read, args=(share, begin + n * share))
                for n in range(READERS)
            ]
            for one in readers:
                one.start()
            for one in readers:
                one.join()
            mbs = "  ".join(f"{mb:.0f} MB" for mb in held(process.pid))
            print(
                f"after {(time_ + 1) * share * READERS} requests: {mbs}; bad {len(bad)}", flush=True
            )
    finally:
        process.terminate()
        process.wait(40)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main(int(next(iter(sys.argv[1:]), 100_000)))
