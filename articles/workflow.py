"""The only writer of an article's state, and of what readers see of it."""

import datetime as dt

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from articles.citations import index_citations
from articles.images import measure
from articles.models import Article, Author, Category, Revision
from articles.rendering import VERSION, clean, render
from articles.tags import split_tags, tag_problem
from statutes.resolver import Resolvers

# What may be done in which state, and the state that follows. None: it stays.
TRANSITIONS = {
    "save_draft": (set(Article.State), None),
    "publish": (set(Article.State), Article.State.PUBLISHED),
    "withdraw": ({Article.State.PUBLISHED}, Article.State.WITHDRAWN),
}

# The editable fields: the keys of Revision.content. Category and author are kept by id (null for
# none), tags as a list of names, the cover as a name in the storage.
_PLAIN = (
    "title",
    "summary",
    "cover",
    "date_is_known",
    "source_name",
    "source_url",
    "closing_override",
    "notice_override",
    "seo_title",
    "seo_description",
    "noindex",
    "body",
)
FIELDS = (*_PLAIN, "category", "author", "tags")


class WorkflowError(Exception):
    """Not allowed, or no longer allowed; the message is for the editor."""


class StaleWrite(WorkflowError):
    """Somebody else saved in the meantime. Nothing was written."""


@transaction.atomic
def create(
    content: dict, *, by: AbstractBaseUser | None, pk: int | None = None, comment: str = ""
) -> Article:
    """A new draft. ``pk`` keeps an imported article's address; the id sequence moves past it."""
    content = _complete(content)
    article = Article(pk=pk, title=content["title"], category_id=content["category"])
    article.save(force_insert=True)
    if pk is not None:
        _advance_sequence(pk)
    Revision.objects.create(article=article, content=content, created_by=by, comment=comment)
    return article


@transaction.atomic
def save_draft(
    article: Article, content: dict, *, by: AbstractBaseUser | None, comment: str = ""
) -> Revision:
    """A new revision. Readers see nothing of it. Raises StaleWrite."""
    content = _complete(content)
    _begin(article, "save_draft")
    if article.published_at is None and content["title"] and content["category"]:
        # No reader has seen it: the desk's lists show it as it is.
        article.title, article.category_id = content["title"], content["category"]
        article.save(update_fields=["title", "category"])
    return Revision.objects.create(article=article, content=content, created_by=by, comment=comment)


@transaction.atomic
def publish(
    article: Article, *, by: AbstractBaseUser | None, at: dt.datetime | None = None
) -> list[str]:
    """Copy the newest revision to the article: readers see it from ``at`` on (default: now, or
    the date that it had). Returns warnings for the editor, in plain Chinese.

    Raises StaleWrite, and WorkflowError where something is missing.
    """
    revision = article.revisions.first()
    if revision is None:
        raise WorkflowError("还没有可发布的内容")
    content = dict(revision.content)
    _check(content)
    was_out = article.revisions.exclude(published_at=None).exists()
    _begin(article, "publish")  # no newer revision can be there: it would have raised the lock
    article.refresh_from_db(fields=["updates"])  # a verdict may have come since it was read
    now = timezone.now()
    warnings = []
    if content["cover"] and not default_storage.exists(content["cover"]):
        warnings.append(f"封面缺失：{content['cover']}")
        content["cover"] = ""
    for name in _PLAIN:
        setattr(article, name, content[name])
    article.category_id, article.author_id = content["category"], content["author"]
    article.published_at = at or article.published_at or now
    if was_out and revision.published_at is None and article.published_at <= now:
        article.revised_at = now
    article.state = TRANSITIONS["publish"][1]
    article.body = clean(content["body"])
    library = Resolvers()
    rendered = render(article.body, measure=measure, names=library.names.names)
    article.rendered, article.contents = rendered.html, rendered.contents
    article.excerpt = content["summary"] or rendered.excerpt
    article.renderer_version = VERSION
    article.save()
    article.tags.set(content["tags"])
    first_day = timezone.localdate(article.published_at)
    index_citations(
        article,
        rendered.citations,
        library=library,
        on=max(first_day, timezone.localdate(now)) if was_out else first_day,
    )
    revision.published_at = now
    revision.save(update_fields=["published_at"])
    log(article, by, "发布")
    missing = (f"图片缺失：{source or '（没有地址）'}" for source in rendered.missing_pictures)
    return [*warnings, *missing]


@transaction.atomic
def withdraw(article: Article, *, by: AbstractBaseUser | None) -> None:
    """Take the article off the site; its history and address stay. Raises WorkflowError."""
    _begin(article, "withdraw")
    article.state = TRANSITIONS["withdraw"][1]
    article.save(update_fields=["state", "lock_version"])
    log(article, by, "撤回")


def newest_content(article: Article) -> dict:
    """What an editor goes on writing: the newest revision's content. One query."""
    revision = article.revisions.first()
    return _complete(revision.content if revision else {})


def _begin(article: Article, action: str) -> None:
    """Check the state and take the write lock: the row must be as this object was read."""
    allowed, _ = TRANSITIONS[action]
    if article.state not in allowed:
        raise WorkflowError(f"“{article.get_state_display()}”的文章不能这样操作")
    taken = Article.objects.filter(pk=article.pk, lock_version=article.lock_version).update(
        lock_version=article.lock_version + 1
    )
    if not taken:
        raise StaleWrite("这篇文章刚被别人修改过，请刷新后再试")
    article.lock_version += 1


def log(article: Article, by: AbstractBaseUser | None, words: str) -> None:
    """Who did it, in the admin's own history. None: a command, which leaves its own traces."""
    if by is None:
        return
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(Article),
        object_id=article.pk,
        object_repr=str(article)[:200],
        action_flag=CHANGE,
        change_message=words,
    )


def _complete(content: dict) -> dict:
    unknown = set(content) - set(FIELDS)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    empty = {name: Article._meta.get_field(name).get_default() for name in _PLAIN}
    full = {**empty, "category": None, "author": None, "tags": [], **content}
    if isinstance(full["tags"], str):
        full["tags"] = split_tags(full["tags"])
    full["cover"] = str(full["cover"] or "")
    full["body"] = clean(full["body"])  # drafts too: an editor opens them in the page
    return full


def _check(content: dict) -> None:
    if not content["title"].strip():
        raise WorkflowError("没有标题")
    if not Category.objects.filter(pk=content["category"]).exists():
        raise WorkflowError("没有栏目")
    if content["author"] and not Author.objects.filter(pk=content["author"]).exists():
        raise WorkflowError("所署律师已不存在")
    if problem := tag_problem(content["tags"]):
        raise WorkflowError(problem)


def _advance_sequence(pk: int) -> None:
    """After an explicit id: on PostgreSQL the next new article would otherwise get a lower one.

    Never backwards: another transaction may hold higher ids that can't be seen yet. The lock
    keeps two imports from overtaking each other. (SQLite's AUTOINCREMENT sees to it itself.)
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence('articles_article', 'id')")
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [sequence])
        cursor.execute(
            f"SELECT setval(%s, %s) FROM {sequence} WHERE last_value < %s",  # noqa: S608  (PostgreSQL's own name)
            [sequence, pk, pk],
        )
