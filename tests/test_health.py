"""What those are told who watch the site."""

import pytest
from django.db import OperationalError


def test_a_worker_lives_whatever_becomes_of_the_database(client):
    assert client.get("/healthz").status_code == 200  # no fixture lets it ask one


@pytest.mark.django_db
def test_it_is_ready_with_its_tables(client):
    assert client.get("/readyz").content == b"ok\n"


@pytest.mark.django_db
def test_it_is_not_without_a_database(client, monkeypatch):
    def dead():
        raise OperationalError("gone")

    monkeypatch.setattr("config.health.connection.cursor", dead)
    assert client.get("/readyz").status_code == 503
