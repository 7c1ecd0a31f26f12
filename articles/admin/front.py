"""The desk's front page: what needs attention, and how the library stands."""

import datetime as dt

from django.contrib.auth.base_user import AbstractBaseUser

from articles import health, queue
from articles.models import Health, MonthlyLetter
from articles.strip import strip_of_law

CIVIL_CODE = "中华人民共和国民法典"
_MOST_GROUPS = 12
_CHART_HEIGHT, _BAR, _GAP = 96, 14, 4
# From the ground up, with the words that readers of the chart see.
_KINDS = [
    ("in_force", "现行有效"),
    ("reviewed", "已复核"),
    ("stale", "待复核"),
    ("unresolved", "未能识别"),
]


def front_page(user: AbstractBaseUser, *, on: dt.date) -> dict:
    """The template's context. At most nine queries."""
    context = {
        "waiting": queue.waiting_for(user),
        "scheduled": queue.scheduled_for(user),
    }
    if not user.has_perm("articles.view_citation"):
        return context
    stale, ahead, counted_at = queue.groups(on)
    count, names = queue.unresolved()
    days = health.shown(on)
    return context | {
        "stale": stale[:_MOST_GROUPS],
        "stale_rest": len(stale) - _MOST_GROUPS,
        "counted_at": counted_at,
        "stale_count": sum(group.citations for group in stale),
        "ahead": ahead[:_MOST_GROUPS],
        "unresolved_count": count,
        "unresolved": names,
        "chart": _chart(days),
        "strip": strip_of_law(CIVIL_CODE, on=on),
        "strip_name": "民法典",
        "wishes_letter": MonthlyLetter.objects.filter(user=user.pk).exists(),
        "may_see_citations": True,
    }


def _chart(days: list[Health]) -> dict | None:
    """Bars of one height scale, each of four parts; None with nothing counted yet."""
    highest = max((day.total for day in days), default=0)
    if not highest:
        return None
    bars = []
    for place, day in enumerate(days):
        y, parts = float(_CHART_HEIGHT), []
        for kind, words in _KINDS:
            count = getattr(day, kind)
            height = count * _CHART_HEIGHT / highest
            y -= height
            shape = {"y": round(y, 2), "height": round(height, 2)}
            parts.append({"kind": kind, "words": words, "count": count, **shape})
        bars.append({"day": day, "x": place * (_BAR + _GAP), "parts": parts})
    width = len(bars) * (_BAR + _GAP) - _GAP
    return {
        "bars": bars,
        "width": width,
        "height": _CHART_HEIGHT,
        "bar": _BAR,
        "first": bars[0],
        "last": bars[-1],
    }
