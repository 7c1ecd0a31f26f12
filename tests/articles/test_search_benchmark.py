"""The benchmarks of search and of questions, in a small form: that they measure what they say."""

import json

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import path

from articles import search_index
from articles.models import Article, SearchEntry
from config import urls
from statutes import clause_index
from tests.benchmarks import beside, corpus, questions
from tests.benchmarks import search as benchmark
from tests.factories import restore_notices

pytestmark = pytest.mark.django_db


def test_recall_and_precision_against_what_stands_in_the_texts(monkeypatch):
    bare = path("bare/", lambda request: HttpResponse("ok"))
    monkeypatch.setattr(urls, "urlpatterns", [bare, *urls.urlpatterns])
    monkeypatch.setattr(benchmark, "TERMS", 12)
    monkeypatch.setattr(corpus, "LENGTH", 300)
    monkeypatch.setattr(benchmark, "Pool", _InThisProcess)  # forks know nothing of patches
    benchmark.fill(300)
    assert search_index.rebuild() == (300, 300)
    lines = list(benchmark.measure())
    assert lines[0].startswith("300 articles")
    found = next(line for line in lines if line.startswith("recall"))
    assert "least 1.0000; precision" in found
    assert [line for line in lines if line.startswith("page, newest, from half-way back")]
    assert [line for line in lines if line.startswith("10,000 different ones")]


class _InThisProcess:
    def __enter__(self):
        return self

    def __exit__(self, *_args):
        return False

    def imap_unordered(self, do, items):
        return map(do, items)


def test_the_corpus_is_the_same_each_time_and_half_of_it_is_sentences():
    assert corpus.text(7) == corpus.text(7)
    assert corpus.text(7) != corpus.text(9)
    assert 1_400 < len(corpus.text(6).words) < 1_800
    assert "，" in corpus.text(7).words
    terms = corpus.terms(40)
    assert len(set(terms)) == 40
    assert {len(term) for term in terms} == {2, 3, 4, 5, 6}


@pytest.mark.django_db(transaction=True)
def test_two_sites_are_measured_beside_each_other(live_server, tmp_path):
    restore_notices()
    file = tmp_path / "articles.jsonl"
    lines = [
        {"id": n, "title": f"第{n}篇", "ts": 1_500_000_000 + n, "body": f"<p>劳动合同{n}。</p>"}
        for n in range(1, 4)
    ]
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    benchmark.fill_from(file)
    search_index.rebuild()
    address = f"{live_server.url}/search/?q={{}}"
    found = list(beside.measure(file, address, address, ["劳动合同", "宇宙"]))
    assert found[0].startswith("劳动合同: stands in 3; ours 3 in")
    assert found[1].startswith("宇宙: stands in 0; ours 0 in")
    assert found[2].startswith("of 3 hits ours finds 100.0%")


def test_questions_are_measured_with_and_without_what_the_firm_has_written(civil_code, tmp_path):
    clause_index.refresh()
    asked = [
        {"问题": "借的钱到期不还怎么办", "match_name": ["民法典第六百七十五条"]},
        {"问题": "没有的法律", "match_name": ["票据法第一条", "胡乱写的"]},
    ]
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(asked * 160, ensure_ascii=False), encoding="utf-8")
    lines = list(questions.measure(file))
    assert lines[0].startswith("tuned on: 150 questions: recall@10 1.000")
    assert lines[1].startswith("the others: 10 questions: recall@10 1.000")
    assert lines[3].startswith("the others, the first written about: 10 questions")
    assert not Article.objects.exists()
    assert not SearchEntry.objects.exists()
    assert connection.in_atomic_block  # only the test's own
