"""Migrations go forth and back on a database in use."""

import pytest
from django.core.management import call_command

from articles.models import CopyrightNotice
from tests.factories import make_category, restore_notices


@pytest.mark.django_db(transaction=True)
def test_the_articles_migrations_can_be_undone_and_done_again(transactional_db):
    restore_notices()
    make_category()
    call_command("migrate", "articles", "zero", verbosity=0)
    call_command("migrate", "articles", verbosity=0)
    assert CopyrightNotice.objects.filter(is_default=True).count() == 1
