"""The benchmark of how articles are found, in a small form: that it measures what it says."""

import pytest
from django.http import HttpResponse
from django.urls import path

from articles import rebuilding
from articles.models import Posting, Related, Term
from config import urls
from tests.benchmarks import found

pytestmark = pytest.mark.django_db


def test_every_address_of_the_benchmark_answers(monkeypatch):
    for name, value in {"TAGS": 30, "CLAUSES": 20, "CATEGORIES": 4, "SAMPLE": 10}.items():
        monkeypatch.setattr(found, name, value)
    bare = path("bare/", lambda request: HttpResponse("ok"))
    monkeypatch.setattr(urls, "urlpatterns", [bare, *urls.urlpatterns])
    found.fill(400)
    assert rebuilding.rebuild() == 400
    assert Related.objects.count() == 400 * 10
    assert Posting.objects.filter(era=Posting.Era.HEAD).exists()
    assert Term.objects.filter(kind="tag", weight__gt=0).exists()
    lines = list(found.measure())
    assert [line for line in lines if line.startswith("related, computed: median")]
    assert [line for line in lines if line.startswith("home, far back")]
    assert [line for line in lines if line.startswith("sitemap.xml")]
    whole = next(line for line in lines if line.startswith("sitemap read whole"))
    assert whole.endswith(" 402 addresses, complete")  # with the two that measuring published
