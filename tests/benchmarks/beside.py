"""Searches here and on another site that holds the same articles, in turn: hits and milliseconds.

``DATABASE_URL=… python -m tests.benchmarks.beside FILE OURS THEIRS``: FILE has an article a line
(id, title, body), by which both sites were filled; it says what should be found. OURS and THEIRS
are addresses in which ``{}`` stands for what is searched. How many they found, their page says:
the first number in its h1.
"""

import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import django

TERMS = [
    "劳动合同",
    "交通事故",
    "股权转让",
    "竞业证据",
    "证据",
    "违约责任",
    "除斥期间",
    "应当依法承担",
    "海商",
    "争议焦点",
    "房屋租赁",
    "诚实信用原则",
    "失信被执行人",
]
_TIMES = 3
_NUMBER = re.compile(r"<h1>\D*?(\d+)")
_TAG = re.compile("<[^>]*>")


def measure(file: Path, ours: str, theirs: str, terms: Sequence[str] = TERMS) -> Iterator[str]:
    from django.utils import timezone

    from articles.search_engine import newest
    from statutes import bigrams

    true = _counted(file, terms)
    total = dict.fromkeys(("true", "ours", "theirs"), 0)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for term in terms:
        codes = bigrams.codes(bigrams.pairs(term))
        hits = len(newest(codes, now=timezone.now(), limit=10_000_000))
        took = {"ours": [], "theirs": []}
        page = ""
        for _ in range(_TIMES):
            took["ours"].append(_read(ours, term)[0])
            milliseconds, page = _read(theirs, term)
            took["theirs"].append(milliseconds)
        said = _NUMBER.search(page)
        found = int(said[1]) if said else 0
        for name, number in (("true", true[term]), ("ours", hits), ("theirs", found)):
            total[name] += number
        middle = {name: sorted(one)[_TIMES // 2] for name, one in took.items()}
        for name, one in middle.items():
            times[name].append(one)
        yield (
            f"{term}: stands in {true[term]}; ours {hits} in {middle['ours']:.0f} ms, "
            f"theirs {found} in {middle['theirs']:.0f} ms"
        )
    share = {name: total[name] / max(total["true"], 1) for name in times}
    middle = {name: sorted(one)[len(one) // 2] for name, one in times.items()}
    yield (
        f"of {total['true']} hits ours finds {share['ours']:.1%}, theirs {share['theirs']:.1%}; "
        f"median {middle['ours']:.0f} and {middle['theirs']:.0f} ms, "
        f"{middle['theirs'] / middle['ours']:.0f} ×"
    )


def _counted(file: Path, terms: Sequence[str]) -> dict[str, int]:
    found = dict.fromkeys(terms, 0)
    with file.open(encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            words = f"{article['title']}\n{_TAG.sub('', article['body'])}"
            for term in terms:
                found[term] += term in words
    return found


def _read(address: str, term: str) -> tuple[float, str]:
    start = time.perf_counter()
    with urlopen(address.replace("{}", quote(term))) as page:
        text = page.read().decode()
    return (time.perf_counter() - start) * 1_000, text


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for words in measure(Path(sys.argv[1]), *sys.argv[2:4]):
        print(words, flush=True)
