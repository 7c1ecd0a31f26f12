"""Recognition against the gold file, so that no change makes it worse unnoticed."""

import pytest

from statutes.models import Clause
from tests.benchmarks import citations, skeleton

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(db):
    skeleton.load()


def test_the_gold_file_is_read_as_it_is_labelled(library):
    result = citations.measure()
    assert result.passages >= 250
    assert result.nothing >= 60
    assert result.clauses.f1 >= 0.98, result.misses
    assert result.clauses.precision >= 0.98
    assert result.clauses.recall >= 0.98
    assert result.pins.f1 >= 0.96, result.misses
    assert result.wrong == []
    assert result.other_text == []
    assert result.outcomes == []


def test_a_mistake_is_counted(library, tmp_path):
    """The measure can fail: a wrong clause, a missed one, one too many."""
    path = tmp_path / "labels.jsonl"
    path.write_text(
        '{"id": "a", "on": "2025-03-01", "text": "《民法典》第577条，《民法典》第580条", "citations": '
        '[{"statute": "中华人民共和国民法典", "number": 578}, '
        '{"statute": "中华人民共和国民法典", "number": 580, "paragraph": 1}, '
        '{"statute": "中华人民共和国民法典", "number": 581}]}',
        encoding="utf-8",
    )
    result = citations.measure(path)
    assert (result.clauses.found, result.clauses.labelled, result.clauses.right) == (2, 3, 1)
    assert (result.clauses.precision, result.clauses.recall) == (0.5, pytest.approx(1 / 3))
    assert result.pins.right == 0
    assert len(result.wrong) == 1


def test_the_speed_is_measured_with_two_thousand_names(library):
    ours, peer = citations.speeds(citations.prose()[:2])
    assert 0 < ours < peer


def test_the_skeleton_has_the_clauses_and_no_words(library):
    code = Clause.objects.filter(version__statute__title="中华人民共和国民法典")
    assert code.count() == 1260
    branch = Clause.objects.get(
        version__statute__title="中华人民共和国刑法",
        version__effective_from="2024-03-01",
        number=133,
        branch=1,
    )
    assert branch.text.count("（") == 4  # its four 项
    assert "驾驶" not in branch.text
