"""The monthly mail on what is to be reviewed, for those who wish it."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from articles import outbox, queue
from articles.models import MonthlyLetter

_MOST_GROUPS = 20


def write_letters(today: dt.date) -> int:
    """One letter for each who wishes it and has none of this month yet, into the outbox; returns
    how many. To be called every day, or every minute: a month's letter is written once."""
    month = today.replace(day=1)
    due = MonthlyLetter.objects.filter(Q(written_for__lt=month) | Q(written_for=None))
    if not due.exists():
        return 0
    words = letter(today)
    with transaction.atomic():
        letters = list(due.select_for_update(of=("self",)).select_related("user"))
        outbox.mail([one.user for one in letters], f"{today.month} 月：需要复核的法条引用", words)
        MonthlyLetter.objects.filter(pk__in=letters).update(written_for=month)
    return len(letters)


def letter(today: dt.date) -> str:
    stale, ahead, _ = queue.groups(today)
    count, _ = queue.unresolved()
    lines = [f"截至 {today}："]
    if stale:
        lines.append(f"法律变动后还没有人复核的引用共 {sum(one.citations for one in stale)} 处：")
        lines += [
            f"· {one.words}，{one.on} 起：{one.articles} 篇文章，{one.citations} 处"
            for one in stale[:_MOST_GROUPS]
        ]
    else:
        lines.append("没有等待复核的引用。")
    if ahead:
        lines.append("将有变动：")
        lines += [
            f"· {one.words}，{one.on} 起：{one.articles} 篇文章，{one.citations} 处"
            for one in ahead[:_MOST_GROUPS]
        ]
    if count:
        lines.append(f"未能对上法条库的引用：{count} 处。")
    address = settings.SITE_URL + reverse("admin:index")
    return "\n".join([*lines, "", address, "", "不想再收：在编辑台首页点“不再收每月邮件”。"])
