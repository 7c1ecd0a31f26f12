"""The only writer of an article's state, and of what readers see of it.

Every change of state goes through one of the functions below, and every one of them through
``TRANSITIONS``: who may do it, from where, and where it leads.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag

from articles import outbox, pings, working_copies
from articles.citation_check import faults
from articles.citations import index_citations
from articles.content import PLAIN, complete, newest_content, problem
from articles.images import measure
from articles.markup import parse
from articles.models import Article, Firm, Picture, Revision, TaggedArticle, sees_all
from articles.related import list_anew
from articles.rendering import VERSION, render
from articles.staff import name_of, staff_with
from statutes.resolver import Resolvers

__all__ = ["newest_content"]  # for those who write through here

State, Stage = Article.State, Article.Stage
WRITE, REVIEW, PUBLISH = "write", "articles.review_article", "articles.publish_article"


@dataclass(frozen=True)
class Rule:
    """``who``: WRITE (add_article for a new one; else change_article, and it is one's own or one
    has change_any_article), or a permission. ``stage``, ``state``: what follows; None: it stays."""

    words: str
    who: str
    stages: frozenset = frozenset(Stage)
    states: frozenset = frozenset(State)
    stage: Stage | None = None
    state: State | None = None


def _of(*members) -> frozenset:
    return frozenset(members)


# What may be done, in the order in which the buttons stand.
TRANSITIONS = {
    # A reviewer's save leaves it in review, or brings it back there; every other one makes it a
    # draft again.
    "save_draft": Rule("保存", WRITE, stage=Stage.DRAFT),
    "submit": Rule("提交审核", WRITE, _of(Stage.DRAFT), stage=Stage.IN_REVIEW),
    "recall": Rule("取回修改", WRITE, _of(Stage.IN_REVIEW), stage=Stage.DRAFT),
    "approve": Rule("审核通过", REVIEW, _of(Stage.IN_REVIEW), stage=Stage.APPROVED),
    "send_back": Rule("退回修改", REVIEW, _of(Stage.IN_REVIEW, Stage.APPROVED), stage=Stage.DRAFT),
    # What nobody has approved is published only by those who may approve it themselves.
    "publish": Rule(
        "发布",
        PUBLISH,
        _of(Stage.NONE, Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED),
        stage=Stage.NONE,
        state=State.PUBLISHED,
    ),
    # Only before its hour; where it goes back to: see cancel_schedule.
    "cancel_schedule": Rule("取消定时", PUBLISH, states=_of(State.PUBLISHED)),
    # Only after its hour.
    "withdraw": Rule("撤回", PUBLISH, states=_of(State.PUBLISHED), state=State.WITHDRAWN),
    "discard": Rule(
        "废弃草稿",
        WRITE,
        _of(Stage.DRAFT),
        _of(State.DRAFT),
        stage=Stage.DISCARDED,
    ),
}
_UNREVIEWED = {Stage.DRAFT, Stage.IN_REVIEW}
_REVIEWING = {Stage.IN_REVIEW, Stage.APPROVED}
LONGEST_COMMENT = Revision._meta.get_field("comment").max_length


class WorkflowError(Exception):
    """Not allowed, or no longer allowed; the message is for the editor."""


class NotAllowed(WorkflowError):
    """This person may not do this to this article."""


class NeedsReason(WorkflowError):
    """Something in it must not go out unremarked; nothing was published."""


class StaleWrite(WorkflowError):
    """Somebody else saved in the meantime. Nothing was written."""


def may_write(user: AbstractBaseUser, article: Article | None) -> bool:
    """None: a new one."""
    if article is None:
        return user.has_perm("articles.add_article")
    return user.has_perm("articles.change_article") and (
        user.has_perm("articles.change_any_article") or article.is_own(user)
    )


def may_see_drafts(user: AbstractBaseUser, article: Article) -> bool:
    """Not everybody who may read what is published: its next draft is for those concerned."""
    return article.is_own(user) or sees_all(user)


def refusal(article: Article, action: str, by: AbstractBaseUser | None) -> str:
    """Why this can't be done now, or not by this person, in plain Chinese; "" where it can.

    ``by`` None is a command: it may do what the state allows.
    """
    rule = TRANSITIONS[action]
    if article.state not in rule.states or article.stage not in rule.stages:
        return f"“{article.status()}”的文章不能{rule.words}"
    if action == "cancel_schedule" and not article.is_scheduled():
        return "已到发布时间，不能取消定时；可以撤回"
    if action == "withdraw" and article.is_scheduled():
        return "还没有到发布时间，读者看不到；可以取消定时"
    if by is None:
        return ""
    allowed = may_write(by, article) if rule.who == WRITE else by.has_perm(rule.who)
    if not allowed:
        return f"您没有“{rule.words}”的权限"
    if action == "publish" and article.stage in _UNREVIEWED and not by.has_perm(REVIEW):
        return "还没有审核通过，不能发布"
    if (
        action in ("approve", "publish")
        and article.stage in _UNREVIEWED
        and _wrote_it(article, by)
        and Firm.objects.filter(needs_second_person=True).exists()
    ):
        return "这一稿是您自己写的，按律所设置须由他人审核"
    return ""


def actions(article: Article, by: AbstractBaseUser) -> list[str]:
    """What this person may do to it now, in the order of TRANSITIONS."""
    return [action for action in TRANSITIONS if not refusal(article, action, by)]


def _wrote_it(article: Article, by: AbstractBaseUser) -> bool:
    if article.pk is None:  # a new one, whose buttons are shown
        return True
    newest = article.revisions.first()
    return newest is not None and newest.created_by_id == by.pk


@transaction.atomic
def create(
    content: dict, *, by: AbstractBaseUser | None, pk: int | None = None, comment: str = ""
) -> Article:
    """A new draft. ``pk`` keeps an imported article's address; the id sequence moves past it."""
    if by is not None and not may_write(by, None):
        raise NotAllowed("您没有写文章的权限")
    content = complete(content)
    article = Article(
        pk=pk,
        title=content["title"],
        category_id=content["category"],
        author_id=content["author"],
        created_by=by,
    )
    article.save(force_insert=True)
    if pk is not None:
        advance_sequence(pk)
    _keep(article, content, by, comment)
    working_copies.drop(None, by)
    return article


@transaction.atomic
def save_draft(
    article: Article, content: dict, *, by: AbstractBaseUser | None, comment: str = ""
) -> Revision:
    """A new revision. Readers see nothing of it. Raises StaleWrite, NotAllowed."""
    content = complete(content)
    _begin(article, "save_draft", by)
    if article.stage in _REVIEWING and by is not None and by.has_perm(REVIEW):
        article.stage = Stage.IN_REVIEW
    else:
        article.stage = TRANSITIONS["save_draft"].stage
    fields = ["stage"]
    if article.published_at is None and content["title"] and content["category"]:
        # No reader has seen it: the desk's lists show it as it is.
        article.title, article.category_id = content["title"], content["category"]
        article.author_id = content["author"]
        fields += ["title", "category", "author"]
    article.save(update_fields=fields)
    working_copies.drop(article, by)
    return _keep(article, content, by, comment)


def restore(article: Article, revision: Revision, *, by: AbstractBaseUser | None) -> Revision:
    """An older revision as the newest draft; what was written since stays in the history."""
    saved = f"{timezone.localtime(revision.created_at):%Y-%m-%d %H:%M}"
    return save_draft(article, revision.content, by=by, comment=f"恢复 {saved} 的版本")


@transaction.atomic
def submit(article: Article, *, by: AbstractBaseUser | None, comment: str = "") -> None:
    _move(article, "submit", by, comment)
    _tell(article, by, "待您审核", comment, whom=REVIEW)


@transaction.atomic
def recall(article: Article, *, by: AbstractBaseUser | None) -> None:
    """Out of the review again, by whoever may write it."""
    _move(article, "recall", by)


@transaction.atomic
def approve(article: Article, *, by: AbstractBaseUser | None, comment: str = "") -> None:
    _move(article, "approve", by, comment)
    _tell(article, by, "审核通过", comment)
    _tell(article, by, "已审核，待发布", comment, whom=PUBLISH)


@transaction.atomic
def send_back(article: Article, *, by: AbstractBaseUser | None, comment: str) -> None:
    """Back to its author, with what is to be mended. Raises WorkflowError without a comment."""
    if not comment.strip():
        raise WorkflowError("请写明退回的原因")
    _move(article, "send_back", by, comment)
    _tell(article, by, "退回修改", comment)


@transaction.atomic
def discard(article: Article, *, by: AbstractBaseUser | None) -> None:
    """Out of the lists. Whoever saves it again brings it back."""
    _move(article, "discard", by)


@transaction.atomic
def publish(
    article: Article,
    *,
    by: AbstractBaseUser | None,
    at: dt.datetime | None = None,
    reason: str = "",
) -> list[str]:
    """Copy the newest revision to the article: readers see it from ``at`` on (default: now, or
    the date that it had). Returns warnings for the editor, in plain Chinese.

    ``reason``: why it goes out although it misquotes the law or cites what isn't there; kept in
    the history. A person is asked for it where readers don't see that fault already; a command
    is not.

    Raises StaleWrite, NotAllowed, NeedsReason, and WorkflowError where something is missing, or
    where what readers see now would be hidden until a later hour.
    """
    revision = article.revisions.first()
    if revision is None:
        raise WorkflowError("还没有可发布的内容")
    if lacking := problem(complete(revision.content)):
        raise WorkflowError(lacking)
    now = timezone.now()
    if at and at > now and article.is_public(now):
        raise WorkflowError(
            "读者正在看这篇文章，不能定时：定时会让它在那之前消失。请到时再发布新稿"
        )
    _begin(article, "publish", by)  # no newer revision can be there: it would have raised the lock
    # A verdict, or a law, may have come since it was read.
    article.refresh_from_db(fields=["updates", "listed"])
    known = faults(article.citations.all()) if article.is_public(now) else []
    warnings = _bring_out(article, revision, at=at, now=now)
    list_anew(article)
    wrong = [fault for fault in faults(article.citations.all()) if fault not in known]
    if wrong and by is not None and not reason.strip():
        raise NeedsReason(
            f"{'；'.join(wrong)}。请改正，或者在“说明”里写明这样发布的理由，再发布一次"
        )
    revision.published_at = now
    revision.save(update_fields=["published_at"])
    words = "发布"
    if article.is_scheduled(now):
        words = f"定时发布：{timezone.localtime(article.published_at):%Y-%m-%d %H:%M}"
    log(article, by, f"{words}。{'；'.join(wrong)}。理由：{reason.strip()}" if wrong else words)
    _tell(article, by, words)
    _announce(article, by)
    return warnings


@contextmanager
def as_if_published(revision: Revision, *, at: dt.datetime | None = None) -> Iterator[Article]:
    """The article with everything that readers would get if this revision were published: inside
    the block only, nothing of it stays. The very code that publishes, so exactly the same."""
    with transaction.atomic():
        article = Article.objects.select_for_update(no_key=True).get(pk=revision.article_id)
        _bring_out(article, revision, at=None, now=at or timezone.now())
        yield article
        transaction.set_rollback(True)


def _bring_out(
    article: Article, revision: Revision, *, at: dt.datetime | None, now: dt.datetime
) -> list[str]:
    """What readers get, from what was written. Returns warnings."""
    content = complete(revision.content)
    was_out = bool(article.withdrawn_at) or article.revisions.exclude(published_at=None).exists()
    warnings = []
    if content["cover"] and not default_storage.exists(content["cover"]):
        warnings.append(f"封面缺失：{content['cover']}")
        content["cover"] = ""
    for name in PLAIN:
        setattr(article, name, content[name])
    article.category_id, article.author_id = content["category"], content["author"]
    article.published_at = at or article.published_at or now
    if was_out and revision.published_at is None and article.published_at <= now:
        article.revised_at = now
    article.state, article.stage = TRANSITIONS["publish"].state, TRANSITIONS["publish"].stage
    library = Resolvers()
    rendered = render(article.body, measure=measure, names=library.names.names)
    article.rendered, article.contents = rendered.html, rendered.contents
    article.length = rendered.length
    article.excerpt = content["summary"] or rendered.excerpt
    article.renderer_version = VERSION
    article.save()
    _tag(article, content["tags"])
    if pictures := _pictures(content):
        Picture.objects.filter(pk__in=pictures).update(was_published=True)
    first_day = timezone.localdate(article.published_at)
    index_citations(
        article,
        rendered.citations,
        library=library,
        on=max(first_day, timezone.localdate(now)) if was_out else first_day,
    )
    missing = (f"图片缺失：{source or '（没有地址）'}" for source in rendered.missing_pictures)
    return [*warnings, *missing]


def _tag(article: Article, names: list[str]) -> None:
    """As taggit's own ``set`` does it; where all the names are those of tags, in three queries
    instead of four for each."""
    known = {tag.name: tag.pk for tag in Tag.objects.filter(name__in=names)}
    if known.keys() != set(names):  # it may be written another way, or be new
        article.tags.set(names)
        return
    tagged = article.tagged.all()
    held = set(tagged.values_list("tag", flat=True))
    wanted = set(known.values())
    if held - wanted:
        tagged.exclude(tag__in=wanted).delete()
    if wanted - held:
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object=article, tag_id=known[name])
            for name in names
            if known[name] not in held
        )


@transaction.atomic
def cancel_schedule(article: Article, *, by: AbstractBaseUser | None) -> None:
    """Not at that hour after all: back to what it was, approved still."""
    _begin(article, "cancel_schedule", by)
    article.state = State.WITHDRAWN if article.withdrawn_at else State.DRAFT
    article.stage = article.stage or Stage.APPROVED
    article.published_at = None
    article.save(update_fields=["state", "stage", "published_at"])
    article.revisions.exclude(published_at=None).filter(
        published_at__gt=article.withdrawn_at or article.created_at
    ).update(published_at=None)
    list_anew(article)
    log(article, by, "取消定时")
    _tell(article, by, "取消定时")


@transaction.atomic
def withdraw(article: Article, *, by: AbstractBaseUser | None, comment: str = "") -> None:
    """Take the article off the site; its history and address stay. Raises WorkflowError."""
    _move(article, "withdraw", by, comment)
    article.withdrawn_at = timezone.now()
    article.save(update_fields=["withdrawn_at"])
    list_anew(article)
    _tell(article, by, "撤回", comment)
    _announce(article, by)


def _move(article: Article, action: str, by: AbstractBaseUser | None, comment: str = "") -> None:
    """To the state and stage that the table says, with a line in the admin's history."""
    if len(comment) > LONGEST_COMMENT:
        raise WorkflowError(f"说明最多 {LONGEST_COMMENT} 字")
    rule = TRANSITIONS[action]
    _begin(article, action, by)
    article.stage = article.stage if rule.stage is None else rule.stage
    article.state = rule.state or article.state
    article.save(update_fields=["state", "stage"])
    log(article, by, f"{rule.words}：{comment}" if comment else rule.words)


def _begin(article: Article, action: str, by: AbstractBaseUser | None) -> None:
    """Check that it is allowed and take the write lock: the row must be as this object was read,
    so that what was checked is what stands. Raises NotAllowed, StaleWrite."""
    if reason := refusal(article, action, by):
        raise NotAllowed(reason)
    now = timezone.now()
    taken = Article.objects.filter(pk=article.pk, lock_version=article.lock_version).update(
        lock_version=article.lock_version + 1, edited_at=now
    )
    if not taken:
        raise StaleWrite("这篇文章刚被别人修改过，请刷新后再试")
    article.lock_version += 1
    article.edited_at = now


def _keep(article: Article, content: dict, by: AbstractBaseUser | None, comment: str) -> Revision:
    article.pictures.add(*_pictures(content))
    return Revision.objects.create(
        article=article, content=content, created_by=by, comment=comment[:LONGEST_COMMENT]
    )


def _pictures(content: dict) -> list[int]:
    """The uploaded pictures that a content shows. One query where it shows any."""
    addresses = [
        token.attributes.get("src", "") for token in parse(content["body"]) if token.name == "img"
    ]
    names = {
        unquote(address.removeprefix(settings.MEDIA_URL))
        for address in addresses
        if address.startswith(settings.MEDIA_URL)
    } | ({content["cover"]} - {""})
    if not names:
        return []
    held = Picture.objects.select_for_update(no_key=True)  # none is deleted under our hands
    return list(held.filter(file__in=names).values_list("pk", flat=True))


def _tell(
    article: Article,
    by: AbstractBaseUser | None,
    words: str,
    comment: str = "",
    *,
    whom: str = WRITE,
) -> None:
    """A mail to those whose turn it is: WRITE, whose article it is and who wrote its newest
    revision; else all who hold the permission. None to who did it, none of what a command does."""
    if by is None:
        return
    newest = article.revisions.select_related("created_by").first()
    writers = [article.created_by, newest and newest.created_by]
    people = writers if whom == WRITE else staff_with(whom)
    title = newest.content["title"] if newest else article.title
    address = settings.SITE_URL + reverse("admin:articles_article_change", args=[article.pk])
    lines = [f"《{title}》：{words}", f"操作人：{name_of(by)}"]
    lines += [f"说明：{comment}"] if comment else []
    outbox.mail(
        [person for person in people if person and person.pk != by.pk],
        f"{words}：{title}",
        "\n".join([*lines, "", address]),
    )


def _announce(article: Article, by: AbstractBaseUser | None) -> None:
    """To search engines; nothing of what a command does: an import brings a hundred thousand."""
    if by is not None:
        pings.announce(article)


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


def advance_sequence(pk: int) -> None:
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
