"""How the published citations have stood over time, for the desk's picture."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone

from articles.models import Citation, Health

_MONTHS = 24


def is_due(now: dt.datetime) -> bool:
    """Whether today's count is older than an hour, or there is none."""
    today = Health.objects.filter(on=timezone.localdate(now)).first()
    return today is None or today.counted_at < now - dt.timedelta(hours=1)


def record(today: dt.date, progress: Callable[[Iterable], Iterable] = iter) -> int:
    """Count today, and the last days of the months before it that nobody counted when they were
    over; returns how many days were. What a past day looked like is told by the law that the
    library holds now, the articles that are out now and were then, and the verdicts of until then.
    """
    over = {row.on for row in Health.objects.all() if timezone.localdate(row.counted_at) > row.on}
    first = (
        Citation.objects.in_published().order_by("as_of").values_list("as_of", flat=True).first()
    )
    days = [day for day in month_ends(today, _MONTHS) if day not in over and first and day >= first]
    for day in progress([*days, today]):
        _count(day, is_over=day < today)
    return len(days) + 1


def _count(day: dt.date, *, is_over: bool) -> None:
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    at = end if is_over else timezone.now()
    rows = Citation.objects.in_published(at).filter(as_of__lte=day)
    counts = rows.counted(day, decided_before=at)
    Health.objects.update_or_create(on=day, defaults=counts)


def month_ends(today: dt.date, months: int) -> list[dt.date]:
    """The last days of the months before a day's own, the oldest first."""
    found, first = [], today.replace(day=1)
    for _ in range(months):
        last = first - dt.timedelta(days=1)
        found.append(last)
        first = last.replace(day=1)
    return found[::-1]


def shown(today: dt.date) -> list[Health]:
    """The months' last days and the newest day that was counted, the oldest first. One query."""
    wanted = month_ends(today, _MONTHS)
    rows = list(Health.objects.filter(on__gte=wanted[0]).order_by("on"))
    ends = set(wanted)
    return [row for row in rows if row.on in ends or row is rows[-1]]
