"""The firm's own article against the real texts of the law that it cites."""

import csv
import datetime as dt
import json
import shutil

import pytest
from django.core.management import call_command

from statutes.plaintext import text_of
from statutes.report import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.shared]

CITED = ("中华人民共和国民法典", "中华人民共和国合同法", "最高人民法院关于审理民间借贷案件适用")


@pytest.fixture
def law(shared, tmp_path):
    """Of the 61 real texts, those that the article cites."""
    folder = shared / "data" / "statutes"
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows = [row for row in reader if row["title"].startswith(CITED)]
        columns = reader.fieldnames
    for row in rows:
        for name in row["file"].split(";"):
            shutil.copy(folder / name, tmp_path)
    with (tmp_path / "manifest.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        writer.writerows(rows)
    call_command("import_statutes", "--manifest", tmp_path / "manifest.csv", verbosity=0)


@pytest.fixture
def seed(shared):
    return shared / "seed" / "article-874652.json"


def test_the_words_that_differ_and_what_stands_today(law, seed):
    text = json.loads(seed.read_text(encoding="utf-8"))["body_html"]
    found = [
        one for one in Reader().read(text_of(text), on=dt.date(2025, 7, 1)) if one.reference.number
    ]
    diff = [(old, new) for _, old, new in found[0].resolution.comparison.diff]
    assert sorted(diff) == sorted([("依据", "依照"), ("。", ",")])
    assert [one.state for one in found] == ["in_force", "in_force", "repealed", "amended"]
    lending = found[3].today.clause
    assert (lending.number, "贷款市场报价利率四倍" in lending.text) == (28, True)
    assert "24%" not in lending.text


def test_in_2019_the_contract_law_was_in_force(law, seed):
    text = json.loads(seed.read_text(encoding="utf-8"))["body_html"]
    found = Reader().read(text_of(text), on=dt.date(2019, 7, 1))
    states = {one.reference.number: one.state for one in found if one.reference.number}
    assert states[107] == "in_force"
    assert states[675] is None  # nobody had that law yet
