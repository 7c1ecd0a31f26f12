"""The texts of a statute on a line of time, as numbers for a drawing.

Places are percentages of its width, so that it fits any screen while its letters keep their size.
The line is true in its order, not to scale: each stretch of time gets a least width, or two weeks
beside thirty years could be neither seen nor clicked.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_UNDATED_WIDTH, _UNDATED_GAP = 9.0, 2.0
_LEAST = 0.06  # of the line, for a stretch of time; less where there are many
# Widths of letters on the narrowest screen (320 px less its margins), in percent.
_LETTER = 2.7
_ROWS = 3


@dataclass(frozen=True)
class Period:
    """One text: ``begins`` None where its first day is not known, ``ends`` None where it is open."""

    name: str
    words: str  # 2018-10-26 起施行，至 2024-06-30 止 · 已被修改
    state: str  # of a standing: in_force, pending, amended, repealed, ended, undated
    begins: dt.date | None
    ends: dt.date | None = None
    href: str = ""  # "": it can't be read by itself
    is_shown: bool = False


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    period: Period


@dataclass(frozen=True)
class Gap:
    x: float
    width: float
    begins: dt.date
    ends: dt.date


@dataclass(frozen=True)
class Label:
    x: float
    anchor: str  # start, middle, end
    row: int
    text: str


@dataclass(frozen=True)
class Mark:
    """A day across the line, with its word above: 今天, or the day that is read."""

    x: float
    anchor: str
    row: int
    text: str
    is_today: bool


@dataclass(frozen=True)
class Timeline:
    bars: tuple[Bar, ...]  # those of unknown days first
    gaps: tuple[Gap, ...]
    labels: tuple[Label, ...]
    marks: tuple[Mark, ...]
    line: float  # where the line of time begins
    top: int  # of the bars, below the words of the marks
    height: int
    legend: tuple[tuple[str, str], ...]  # (state or what else is drawn, its words)


# What the legend says of each state that a bar may have, in this order.
_LEGEND = {
    "in_force": "现行",
    "pending": "尚未施行",
    "amended": "已被修改",
    "repealed": "已废止",
    "ended": "非现行",
    "undated": "施行日期待核",
}


def draw(
    periods: Sequence[Period], *, today: dt.date, day: dt.date | None = None
) -> Timeline | None:
    """None where no text has its days: there is nothing to place on a line then. ``day`` is the
    one that is read, where somebody asked for one."""
    dated = sorted((p for p in periods if p.begins), key=lambda period: period.begins)
    if not dated:
        return None
    undated = [period for period in periods if not period.begins]
    width = min(_UNDATED_WIDTH, 40 / max(len(undated), 1))
    bars = [Bar(index * width, width - 1, period) for index, period in enumerate(undated)]
    line = round(len(undated) * width + _UNDATED_GAP, 2) if undated else 0.0
    place = _scale(dated, today, line)
    for period in dated:
        x = place[period.begins]
        bars.append(Bar(x, round(place.get(period.ends, 100.0) - x, 2), period))
    gaps = tuple(
        Gap(place[one.ends], round(place[two.begins] - place[one.ends], 2), one.ends, two.begins)
        for one, two in pairwise(dated)
        if one.ends and one.ends < two.begins
    )
    labels = _labels(dated, place)
    rows = max((label.row for label in labels), default=0) + 1
    marks = _marks(place, today, day)
    top = 16 * (1 + max(mark.row for mark in marks)) + 4
    legend = _legend(
        {p.state for p in periods},
        bool(gaps),
        len(periods) > 1 and any(p.is_shown for p in periods),
    )
    return Timeline(tuple(bars), gaps, labels, marks, line, top, top + 40 + 16 * rows, legend)


def _marks(place: dict, today: dt.date, day: dt.date | None) -> tuple[Mark, ...]:
    """A row each, so that their words never touch."""
    marks = [(place[today], "今天")]
    if day and day != today:
        marks.append((_between(place, day), f"所选日期 {day}"))
    return tuple(
        Mark(x, "end" if x > 50 else "start", row, text, is_today=row == 0)
        for row, (x, text) in enumerate(marks)
    )


def _between(place: dict[dt.date, float], day: dt.date) -> float:
    """Where any other day stands, without moving the rest; at the edge, if it lies beyond."""
    days = sorted(place)
    if day <= days[0]:
        return place[days[0]]
    for one, two in pairwise(days):
        if day <= two:
            share = (day - one).days / (two - one).days
            return round(place[one] + share * (place[two] - place[one]), 2)
    return round((place[days[-1]] + 100) / 2, 2)


def _legend(states: set[str], has_gaps: bool, has_shown: bool) -> tuple[tuple[str, str], ...]:
    found = [pair for pair in _LEGEND.items() if pair[0] in states]
    found += [("gap", "未收录的时段")] if has_gaps else []
    found += [("shown", "粗框为本页文本")] if has_shown else []
    return tuple(found)


def _scale(dated: Sequence[Period], today: dt.date, left: float) -> dict[dt.date, float]:
    """Where each day of note stands. What is open goes on to the right end."""
    days = sorted({today, *(p.begins for p in dated), *(p.ends for p in dated if p.ends)})
    lengths = [(later - day).days for day, later in pairwise(days)]
    if dated[-1].ends is None or days[-1] == today:
        lengths.append(0)  # the open end, or a little room behind today
    least = min(_LEAST, 0.6 / max(len(lengths), 1))
    total = sum(lengths) or 1
    places, x = {}, left
    for day, length in zip(days, [*lengths, 0], strict=False):
        places[day] = round(x, 2)
        x += (100 - left) * (least + (1 - least * len(lengths)) * length / total)
    return places


def _labels(dated: Sequence[Period], place: dict) -> tuple[Label, ...]:
    """The first days, and the last one's last, in as many rows as keep them apart. What finds no
    room goes without: each bar says its days in full."""
    days = [period.begins for period in dated] + [p.ends for p in dated[-1:] if p.ends]
    years = [day.year for day in days]
    labels, ends = [], [-1.0] * _ROWS
    for day in days:
        text = str(day.year) if years.count(day.year) == 1 else f"{day.year}-{day.month:02}"
        width = len(text) * _LETTER
        x = place[day]
        left = x if x + width <= 100 else 100 - width
        row = next((row for row, end in enumerate(ends) if end < left), None)
        if row is not None:
            labels.append(
                Label(x if left == x else 100.0, "start" if left == x else "end", row, text)
            )
            ends[row] = left + width + 1
    return tuple(labels)
