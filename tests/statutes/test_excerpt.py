import csv
import datetime as dt
import json

import pytest

from statutes import editing, library
from statutes.importers import excerpt
from statutes.models import Version
from statutes.numerals import clause_label, parse_clause_key
from statutes.texts import normalise


@pytest.mark.django_db
def test_the_excerpt_loads_twice_and_brings_confirmed_correspondences():
    for expected in (library.CREATED, library.UNCHANGED):
        assert {library.store(text).outcome for text in excerpt.read()} == {expected}
    assert excerpt.confirm_correspondences() > 0
    assert excerpt.confirm_correspondences() == 0
    contract = Version.objects.get(statute__title="中华人民共和国合同法")
    change = contract.clauses.get(number=107).changes.get()
    assert (change.on, str(change.successor), change.is_confirmed) == (
        dt.date(2021, 1, 1),
        "《民法典》第五百七十七条",
        True,
    )


@pytest.mark.django_db
def test_it_comes_again_after_somebody_put_a_day_right(caplog):
    for text in excerpt.read():
        library.store(text)
    count = excerpt.confirm_correspondences()
    contract = Version.objects.get(statute__title="中华人民共和国合同法")
    editing.correct(contract, effective_from=dt.date(1999, 10, 2))
    assert {library.store(text).outcome for text in excerpt.read()} == {library.UNCHANGED}
    assert excerpt.confirm_correspondences() == 0
    assert count > 0
    contract.clauses.get(number=107).delete()
    excerpt.confirm_correspondences()
    assert "correspondence left out" in caplog.text


def test_it_holds_what_the_real_article_needs():
    held = {
        (text.title.removeprefix("中华人民共和国"), text.effective_from.year): {
            clause.number for clause in text.clauses
        }
        for text in excerpt.read()
    }
    lending = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
    assert held["民法典", 2021] >= {510, 577, 675}
    assert held["合同法", 1999] >= {107}
    assert held[lending, 2015] >= {29}
    assert held[lending, 2021] >= {25, 28, 29}


def test_every_typed_clause_equals_the_collected_official_text(shared):
    with (shared / "data/statutes/manifest.csv").open(encoding="utf-8") as file:
        sources = {
            (row["title"], row["effective_from"]): row["file"].split(";")
            for row in csv.DictReader(file)
        }
    wrong = []
    for statute in json.loads(excerpt.BUNDLED.read_text(encoding="utf-8"))["statutes"]:
        for version in statute["versions"]:
            files = sources[statute["title"], version["effective_from"]]
            text = normalise(
                "".join(
                    (shared / "data/statutes" / name).read_text(encoding="utf-8") for name in files
                )
            ).replace("*", "")
            for key, clause in version["clauses"].items():
                label = clause_label(*parse_clause_key(key))
                if normalise(label + clause) not in text:
                    wrong.append((statute["title"], label))
    assert wrong == []
