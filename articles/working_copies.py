"""Who has which article open, and what they have typed and not saved: one slot a person and
article, overwritten each time, never in the history."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from articles.content import complete
from articles.models import Article, WorkingCopy
from articles.staff import name_of

# The page tells every half minute that it is still open.
_GONE_AFTER = dt.timedelta(seconds=100)


@dataclass(frozen=True)
class Other:
    """Somebody else who has the article open."""

    name: str
    since: dt.datetime

    def __str__(self) -> str:
        return f"{self.name}自 {timezone.localtime(self.since):%H:%M} 起正在编辑"


def touch(article: Article | None, user: AbstractBaseUser, *, at: dt.datetime) -> WorkingCopy:
    """This person has it open at this moment. ``article`` None: a new one."""
    copy, made = WorkingCopy.objects.get_or_create(
        article=article, user=user, defaults={"opened_at": at, "seen_at": at}
    )
    if not made:
        if at - copy.seen_at > _GONE_AFTER:
            copy.opened_at = at
        copy.seen_at = at
        # Not save(): a save of the article may just have taken the row away.
        WorkingCopy.objects.filter(pk=copy.pk).update(opened_at=copy.opened_at, seen_at=at)
    return copy


def keep(
    article: Article | None,
    user: AbstractBaseUser,
    content: dict,
    *,
    read_version: int,
    at: dt.datetime,
) -> None:
    """What is typed, on top of the article as it was at ``read_version``. Overwrites the slot."""
    copy = touch(article, user, at=at)
    WorkingCopy.objects.filter(pk=copy.pk).update(
        content=complete(content), read_version=read_version, saved_at=at
    )


def unsaved(article: Article | None, user: AbstractBaseUser) -> WorkingCopy | None:
    """What this person typed and did not save. One query."""
    return WorkingCopy.objects.filter(article=article, user=user).exclude(saved_at=None).first()


def drop(article: Article | None, user: AbstractBaseUser | None) -> None:
    """Saved, or not wanted."""
    copies = WorkingCopy.objects.filter(article=article, user=user)
    copies.update(content=None, saved_at=None)


def others(article: Article, user: AbstractBaseUser, *, at: dt.datetime) -> list[Other]:
    """Who else has it open at this moment, the first first. One query."""
    copies = WorkingCopy.objects.filter(article=article, seen_at__gte=at - _GONE_AFTER)
    found = copies.exclude(user=user).select_related("user__author").order_by("opened_at")
    return [Other(name_of(copy.user), copy.opened_at) for copy in found]
