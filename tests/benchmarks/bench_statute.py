"""The page of a code beside a bare Django view, in one run: CPU time, and their ratio.

By hand: ``VAR_DIR=… python -m tests.benchmarks.bench_statute [slug] [repeats]``, on a library that
holds the statute (default: the one with the most clauses).
"""

import os
import sys
import time
from collections.abc import Callable

import django


def cpu(call: Callable[[], object], repeats: int) -> float:
    """Milliseconds of CPU a call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(repeats):
            call()
        rounds.append((time.process_time() - start) / repeats * 1000)
    return min(rounds)


def main(slug: str = "", repeats: str = "20") -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.db.models import Count
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from config import urls
    from statutes.models import Statute

    settings.ALLOWED_HOSTS.append("testserver")
    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("ok")))
    most = Statute.objects.annotate(n=Count("versions__clauses")).order_by("-n").first()
    client = Client()
    url = f"/statutes/{slug or most.slug}/"
    size = len(client.get(url).content) // 1024
    bare = cpu(lambda: client.get("/bare/"), 20 * int(repeats))
    full = cpu(lambda: client.get(url), int(repeats))
    print(f"{url}: {size} KB, {full:.2f} ms; bare view {bare:.3f} ms; ratio {full / bare:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
