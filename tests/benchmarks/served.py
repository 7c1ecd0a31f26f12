"""What pages cost as they are served: gunicorn with two workers, with and without its page cache, and
Debian's nginx in front of it; beside a bare Django view and nginx's files of the same bytes, in one
run.

By hand, on a database of ``generate_articles``, with static files collected, where ``wrk`` and nginx
are installed: ``DATABASE_URL=… VAR_DIR=… python -m tests.benchmarks.served [seconds] [rounds]``. CPU
is that of the servers' processes and of PostgreSQL's, where it runs on the same machine.
"""

import gzip
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import django

from tests.serving import HOST, ROOT, Gunicorn, Nginx

HOT = 200  # addresses, as many as readers ask for all the time
ARTICLES = 20_000  # addresses, so that hardly one is asked for twice
_TICKS = os.sysconf("SC_CLK_TCK")
_WRK = """
local requests, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", line, {["Host"] = "%s", ["Accept-Encoding"] = "%s"})
  end
end
function request() at = at %% #requests + 1; return requests[at] end
function done(summary, latency, _)
  io.write(string.format('JSON{"requests":%%d,"us":%%d,"bad":%%d,"p99":%%.3f}\\n', summary.requests,
    summary.duration, summary.errors.status + summary.errors.timeout, latency:percentile(99) / 1000))
end
"""


class Here:
    """The site that the environment names, as ``serving.Gunicorn`` starts it."""

    def __init__(self):
        self.code, self.var = ROOT, Path(os.environ["VAR_DIR"])
        self.env = os.environ | {
            "SITE_URL": f"http://{HOST}",
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "WEB_CONCURRENCY": "2",
        }


class Target(NamedTuple):
    name: str
    port: int
    processes: list[int]
    paths: Sequence[str]
    encoding: str = ""


@dataclass
class Measured:
    a_second: float
    cpu: float  # ms of a request
    p99: float  # ms
    bad: int


def addresses() -> dict[str, list[str]]:
    """By what is measured: articles as they come, and the lists."""
    from articles.models import Article
    from tests.benchmarks.tour import public_pages

    dice = random.Random(8)  # noqa: S311  (the same each time)
    public = Article.objects.published().order_by()
    pks = list(public.values_list("pk", flat=True))
    some = [f"/hf/{pk}.html" for pk in dice.sample(pks, min(len(pks), ARTICLES))]
    pages = public_pages()
    home, deep, section, deep_section = (quote(next(pages), safe="/?=&-") for _ in range(4))
    return {
        "article": some,
        "home": [home],
        "home, far back": [deep],
        "category": [section],
        "category, far back": [deep_section],
    }


def descendants(roots: Sequence[int]) -> dict[int, float]:
    """Seconds of CPU of these processes and of all that they started, by process."""
    parents, spent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(stat.parent.name)
        parents[pid], spent[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: spent[pid] for pid in found if pid in spent}


def postgres() -> list[int]:
    """Its first process, where it runs here."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    stat = Path(f"/proc/{pid}/stat")
    return [int(stat.read_text().rpartition(")")[2].split()[1])] if stat.exists() else []


def measure(target: Target, seconds: float, folder: Path) -> Measured:
    script, paths = folder / "wrk.lua", folder / "paths"
    script.write_text(_WRK % (HOST, target.encoding))
    paths.write_text("".join(f"{path}\n" for path in target.paths))
    before = sum(descendants(target.processes).values())
    said = subprocess.run(
        [
            *("wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "10s", "-s", script),
            *(f"http://127.0.0.1:{target.port}", "--", paths),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    spent = sum(descendants(target.processes).values()) - before
    found = json.loads(said[said.index("JSON{") + 4 :])
    return Measured(
        a_second=found["requests"] / found["us"] * 1e6,
        cpu=spent * 1_000 / found["requests"],
        p99=found["p99"],
        bad=found["bad"],
    )


def files_of(site: Here, gunicorn: Gunicorn, paths: Sequence[str]) -> list[str]:
    """The same pages as files of nginx, packed ones beside them."""
    folder = site.var / "static" / "served"
    folder.mkdir()
    for number, path in enumerate(paths):
        page = gunicorn.get(path).body
        (folder / f"{number}.html").write_bytes(page)
        (folder / f"{number}.html.gz").write_bytes(gzip.compress(page, 6))
    return [f"/static/served/{number}.html" for number in range(len(paths))]


@contextmanager
def serving(site: Here, folder: Path) -> Iterator[list[Target]]:
    servers: list = []

    def started(server):
        servers.append(server)
        return server

    try:
        yield _targets(site, started, folder)
    finally:
        for one in reversed(servers):
            one.close()
        shutil.rmtree(site.var / "static" / "served", ignore_errors=True)


def _targets(site: Here, started: Callable, folder: Path) -> list[Target]:
    bare = started(Gunicorn(site, "--max-requests", "0", application="tests.benchmarks.bare"))
    plain = started(Gunicorn(site, "--max-requests", "0", PAGE_CACHE_MB="0"))
    cached = started(Gunicorn(site, "--max-requests", "0"))
    nginx = started(Nginx(site, cached, folder / "nginx", with_tls=False))
    database, pages = postgres(), addresses()
    hot = pages["article"][:HOT]
    files = files_of(site, cached, hot)
    front = [nginx.process.pid, cached.process.pid, *database]
    found = [Target("bare view", bare.port, [bare.process.pid], ["/"])]
    for name, paths in pages.items():
        found.append(Target(name, plain.port, [plain.process.pid, *database], paths))
    found.append(Target("article, cached", cached.port, [cached.process.pid, *database], hot))
    for encoding, words in (("", ""), ("gzip", ", packed")):
        found.append(Target(f"article behind nginx{words}", nginx.port, front, hot, encoding))
        found.append(Target(f"nginx's file{words}", nginx.port, front, files, encoding))
    return found


def report(found: dict[str, list[Measured]]) -> Iterator[str]:
    """Medians."""
    bare = statistics.median(one.cpu for one in found["bare view"])
    for name, several in found.items():
        a_second, cpu, p99 = (
            statistics.median(getattr(one, what) for one in several)
            for what in ("a_second", "cpu", "p99")
        )
        yield (
            f"{name}: {a_second:.0f} a second, p99 {p99:.1f} ms, {cpu:.3f} CPU ms of each "
            f"({cpu / bare:.1f} × bare), {sum(one.bad for one in several)} failed"
        )


def main(seconds: int, rounds: int) -> None:
    found: dict[str, list[Measured]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with serving(Here(), folder) as targets:
            for target in targets:
                measure(target, 3 * seconds, folder)  # what a process reads once
            for _ in range(rounds):
                for target in targets:
                    found[target.name].append(measure(target, seconds, folder))
    for line in report(found):
        print(line)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(6, 3)[len(given) :])
