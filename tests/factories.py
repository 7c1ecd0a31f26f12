"""Objects for tests, made the way the site makes them."""

import datetime as dt
import io
from importlib import import_module
from itertools import count
from types import SimpleNamespace

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.core import signals
from django.db import close_old_connections, connection
from django.utils import timezone
from PIL import Image

from articles import workflow
from articles.importers.store import new_category
from articles.models import Article, Author, Category, CopyrightNotice, Firm
from statutes import library
from statutes.incoming import StatuteText
from statutes.models import Version
from statutes.numerals import parse_clause_key
from statutes.outline import ClauseText

# What 民法典 1260 names, each with the first day of its last text.
REPEALED = {
    "婚姻法": dt.date(2001, 4, 28),
    "继承法": dt.date(1985, 10, 1),
    "民法通则": dt.date(2009, 8, 27),
    "收养法": dt.date(1999, 4, 1),
    "担保法": dt.date(1995, 10, 1),
    "合同法": dt.date(1999, 10, 1),
    "物权法": dt.date(2007, 10, 1),
    "侵权责任法": dt.date(2010, 7, 1),
    "民法总则": dt.date(2017, 10, 1),
}
_numbers = count(1)


def make_statute(title: str, *, clauses: dict, **fields) -> Version:
    """Store a text. ``clauses``: {675: text, "133-1": text}."""
    values = {
        "kind": "law",
        "source": Version.Source.MANIFEST,
        "promulgated_on": fields.get("effective_from") or dt.date(1999, 1, 1),
        **fields,
    }
    outcome = library.store(
        StatuteText(
            title=title,
            clauses=[
                ClauseText(*parse_clause_key(str(key)), text) for key, text in clauses.items()
            ],
            **values,
        )
    )
    assert outcome.outcome != library.REFUSED, outcome.reasons
    return outcome.version


def restore_notices() -> None:
    """The rows of migrations, which the flush behind a transactional test takes along."""
    editor = SimpleNamespace(connection=connection)
    if not CopyrightNotice.objects.exists():
        import_module("articles.migrations.0002_copyright_notices").create_notices(apps, editor)
    if not Group.objects.exists():
        import_module("articles.migrations.0007_groups").create_groups(apps, editor)
        redirects = import_module("articles.migrations.0010_redirects_in_the_desk")
        redirects.grant_redirects(apps, editor)
        lay_words = import_module("articles.migrations.0012_lay_words_in_the_desk")
        lay_words.grant_lay_words(apps, editor)


def make_user(name: str, *groups: str, password: str | None = None) -> AbstractBaseUser:
    """A member of the staff in some of the groups that the migrations make: 作者, 审核人, …
    Without a password (hashing takes its time) only ``force_login`` lets them in."""
    restore_notices()
    user = get_user_model().objects.create_user(
        name, f"{name}@example.com", password, is_staff=True
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def image_bytes(kind="PNG", size=(60, 60), mode="RGB", *, color=0, **options) -> bytes:
    """A picture's file; ``options`` are those of Pillow's save."""
    stream = io.BytesIO()
    Image.new(mode, size, color).save(stream, kind, **options)
    return stream.getvalue()


def keep_the_connection() -> None:
    """Until Django's test client asks something: a test's transaction outlives its requests."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)


def make_firm() -> Firm:
    return Firm.objects.create(name="测试律师事务所", short_name="测试律师", telephone="0571-1")


def make_category(name: str = "金融债务", *, parent: Category | None = None) -> Category:
    category = Category.objects.filter(name=name).first() or new_category(name)
    category.parent = parent
    category.save()
    return category


def make_author(name: str = "测试甲") -> Author:
    return Author.objects.get_or_create(
        name=name, defaults={"slug": f"a{next(_numbers)}", "licence_number": "13301000000000000"}
    )[0]


def make_draft(
    title: str = "", body: str = "<p>正文。</p>", *, pk: int | None = None, **fields
) -> Article:
    content = {
        "title": title or f"文章{next(_numbers)}",
        "body": body,
        "category": make_category().pk,
        **fields,
    }
    return workflow.create(content, by=None, pk=pk)


def make_article(
    title: str = "",
    body: str = "<p>正文。</p>",
    *,
    on: dt.date = dt.date(2025, 7, 1),
    **fields,
) -> Article:
    """A published article, dated midnight in Shanghai of ``on``."""
    article = make_draft(title, body, **fields)
    workflow.publish(article, by=None, at=timezone.make_aware(dt.datetime.combine(on, dt.time())))
    return article


def make_hidden_articles(body: str = "<p>不可见。</p>", **fields) -> dict[str, Article]:
    """One article in each state that a reader must not see."""
    draft = make_draft("秘密草稿", body, **fields)
    scheduled = make_article("秘密定时", body, on=dt.date(2999, 1, 1), **fields)
    withdrawn = make_article("秘密撤回", body, **fields)
    workflow.withdraw(withdrawn, by=None)
    return {"draft": draft, "scheduled": scheduled, "withdrawn": withdrawn}


def assert_in_order(page: str, pieces: list[str]) -> None:
    """Each piece stands in the page, behind the one before it."""
    position = 0
    for piece in pieces:
        found = page.find(piece, position)
        assert found >= 0, f"{piece!r} is {'out of place' if piece in page else 'not there'}"
        position = found + len(piece)
