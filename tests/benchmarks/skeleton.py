"""The library without its words: names, days and which clauses each text has, with their 款 and 项.

``python -m tests.benchmarks.skeleton > tests/benchmarks/skeleton.jsonl`` writes that of the
configured database, a statute a line; ``load`` makes it again in an empty one, with words of no
meaning. So the gold file can be run anywhere, against the names of a whole library. Clauses are
kept of the statutes that the gold file cites; the others' texts count as excerpts.
"""

import json
import os
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

import django

PATH = Path(__file__).with_name("skeleton.jsonl")
GOLD = Path(__file__).with_name("citations_gold.jsonl")
_FACTS = ("label", "document_number", "source", "source_status", "is_complete")
_DAYS = ("promulgated_on", "effective_from", "effective_to")


def dump(cited: Collection[str]) -> Iterator[dict]:
    """``clauses`` of a text is "1-12 13.1 14:0/3/0": runs of clauses, branches behind a point,
    and of those with more than one 款 or any 项, the number of 项 in each 款."""
    from statutes.models import Statute

    for statute in Statute.objects.select_related("replaced_by").order_by("title"):
        names = [
            [alias.name, _iso(alias.valid_from), _iso(alias.valid_to)]
            for alias in statute.aliases.all()
            if alias.name != statute.short_title
        ]
        texts = []
        for version in statute.versions.all():
            facts = {name: getattr(version, name) for name in _FACTS}
            facts |= {name: _iso(getattr(version, name)) for name in _DAYS}
            if statute.title in cited:
                facts["clauses"] = _packed(version.clauses.all())
            else:
                facts["is_complete"] = False
            texts.append(_short(facts))
        row = {
            "title": statute.title,
            "kind": statute.kind,
            "short_name": statute.short_name,
            "replaced_by": statute.replaced_by and statute.replaced_by.title,
            "aliases": sorted(names),
            "versions": texts,
        }
        yield _short(row)


def rows_of(path: Path) -> list[dict]:
    """A file of one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _short(row: dict) -> dict:
    return {key: value for key, value in row.items() if value not in ("", None, [])}


def load(path: Path = PATH) -> None:
    from statutes.models import Alias, Clause, Statute, Version
    from statutes.texts import text_hash

    data = rows_of(path)
    made = {
        row["title"]: Statute.objects.create(
            title=row["title"],
            slug=f"s{index}",
            kind=row["kind"],
            short_name=row.get("short_name", ""),
        )
        for index, row in enumerate(data)
    }
    clauses = []
    for row in data:
        statute = made[row["title"]]
        if "replaced_by" in row:
            statute.replaced_by = made[row["replaced_by"]]
            statute.save()
        Alias.objects.create(statute=statute, name=statute.short_title)
        for name, valid_from, valid_to in row.get("aliases", ()):
            Alias.objects.create(
                statute=statute, name=name, valid_from=valid_from, valid_to=valid_to
            )
        for facts in row["versions"]:
            packed = facts.pop("clauses", "")
            version = Version.objects.create(statute=statute, **facts)
            for order, (number, branch, items) in enumerate(_unpacked(packed)):
                text = _words(items)
                clauses.append(
                    Clause(
                        version=version,
                        order=order,
                        number=number,
                        branch=branch,
                        text=text,
                        text_hash=text_hash(f"{version.pk} {number} {branch}"),
                    )
                )
    Clause.objects.bulk_create(clauses, batch_size=2000)


def _iso(day) -> str | None:
    return day and day.isoformat()


def _packed(clauses) -> str:
    from statutes.clausetext import paragraphs

    rows = []
    for clause in clauses:
        items = [len(one.items) for one in paragraphs(clause.text)]
        plain = clause.branch == 0 and items == [0]
        rows.append((clause.number, clause.branch, "" if items == [0] else items, plain))
    parts = []
    for _, group in groupby(
        enumerate(rows), lambda pair: pair[1][0] - pair[0] if pair[1][3] else str(pair[0])
    ):
        run = [row for _, row in group]
        first, last = run[0], run[-1]
        name = f"{first[0]}.{first[1]}" if first[1] else str(first[0])
        if first[2]:
            name += ":" + "/".join(map(str, first[2]))
        parts.append(name if first is last else f"{name}-{last[0]}")
    return " ".join(parts)


def _unpacked(packed: str) -> Iterator[tuple[int, int, list[int]]]:
    for part in packed.split():
        name, _, items = part.partition(":")
        first, _, last = name.partition("-")
        number, _, branch = first.partition(".")
        counts = [int(count) for count in items.split("/")] if items else [0]
        for one in range(int(number), int(last or number) + 1):
            yield one, int(branch or 0), counts


def _words(items: list[int]) -> str:
    """As many 款 with as many 项."""
    from statutes.numerals import format_number

    lines = []
    for count in items:
        lines.append("一款" + ("：" if count else "。"))
        lines += [f"（{format_number(number)}）一项；" for number in range(1, count + 1)]
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    statutes = {one["statute"] for row in rows_of(GOLD) for one in row["citations"]}
    for row in dump(statutes):
        print(json.dumps(row, ensure_ascii=False))
