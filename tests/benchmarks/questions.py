"""Questions to clauses: how many of the clauses that answer lay questions stand among the first ten.

On a database that holds the law (``import_statutes --china-law``):
``python -m tests.benchmarks.questions STARD.json``. The file is a list of objects with 问题 and
match_name (民法典第六百七十五条). Everything was tuned on its first 300; the others are the measure.
Then once more with the first 300 as what the firm has written: each an article, its title the
question, that cites the clauses. What is written for that is rolled back.
"""

import datetime as dt
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import django
from django.db import transaction

TUNED_ON = 300
DEPTH = 10
_NAME = re.compile(r"(.+?)(第.+条(?:之.+)?)")

# What was asked, the clauses that answer it, and how many such clauses the source names.
Question = tuple[str, list, int]


def read(path: Path, on: dt.date) -> list[Question]:
    """With the clauses of the law of a day that the library holds."""
    from statutes.models import Alias, Clause
    from statutes.numerals import parse_clause_label
    from statutes.questions import searched_texts
    from statutes.texts import alias_key

    texts = searched_texts(on)
    statutes: dict[str, set[int]] = {}
    for key, statute in Alias.objects.values_list("key", "statute"):
        statutes.setdefault(key, set()).add(statute)
    held = {
        (clause.version.statute_id, clause.number, clause.branch): clause
        for clause in Clause.objects.filter(version__in=texts).with_version()
    }
    questions = []
    for one in json.loads(path.read_text(encoding="utf-8")):
        clauses = []
        for name in one["match_name"]:
            match = _NAME.fullmatch(name)
            try:
                number = parse_clause_label(match[2]) if match else None
            except ValueError:
                number = None
            for statute in statutes.get(alias_key(match[1]), ()) if number else ():
                clauses += [held[key]] if (key := (statute, *number)) in held else []
        questions.append((one["问题"], clauses, len(one["match_name"])))
    return questions


def measured(questions: Sequence[Question], answer: Callable[[str], list[int]]) -> str:
    recalls, ranks, times = [], [], []
    for asked, clauses, _ in questions:
        start = time.perf_counter()
        found = answer(asked)
        times.append((time.perf_counter() - start) * 1_000)
        gold = {clause.pk for clause in clauses}
        places = [place for place, pk in enumerate(found, start=1) if pk in gold]
        recalls.append(len(places) / len(gold))
        ranks.append(1 / places[0] if places else 0)
    count, times = len(questions), sorted(times)
    return (
        f"{count} questions: recall@{DEPTH} {sum(recalls) / count:.3f}, "
        f"MRR@{DEPTH} {sum(ranks) / count:.3f}; median {times[count // 2]:.1f} ms, "
        f"p95 {times[int(count * 0.95)]:.1f} ms"
    )


def measure(path: Path) -> Iterator[str]:
    from django.utils import timezone

    from articles import search
    from statutes import bigrams, questions

    now = timezone.now()
    on = timezone.localdate(now)

    def answer(asked: str) -> list[int]:
        query = bigrams.parse(asked)
        found = questions.answer(
            query, on=on, limit=DEPTH, evidence=lambda: search.evidence(query.text, now=now)
        )
        return [clause.pk for clause in found.clauses]

    every = read(path, on)
    tuned = [one for one in every[:TUNED_ON] if one[1]]
    others = [one for one in every[TUNED_ON:] if one[1]]
    whole = [one for one in others if len(one[1]) == one[2]]
    yield f"tuned on: {measured(tuned, answer)}" if tuned else "tuned on: none"
    yield f"the others: {measured(others, answer)}"
    yield f"of these, all of whose clauses are held: {measured(whole, answer)}"
    with transaction.atomic():
        _write_articles(tuned, at=now - dt.timedelta(days=1))
        yield f"the others, the first written about: {measured(others, answer)}"
        yield f"of these, all of whose clauses are held: {measured(whole, answer)}"
        transaction.set_rollback(True)


def _write_articles(questions: Sequence[Question], *, at: dt.datetime) -> None:
    from articles import workflow
    from articles.models import Category, CopyrightNotice

    notice = CopyrightNotice.objects.first()
    category = Category.objects.create(name="测量", slug="celiang", notice=notice)
    for asked, clauses, _ in questions:
        words = "。".join(map(str, clauses))
        content = {"title": asked[:190], "body": f"<p>{words}。</p>", "category": category.pk}
        workflow.publish(workflow.create(content, by=None), by=None, at=at)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for words in measure(Path(sys.argv[1])):
        print(words, flush=True)
