"""The history of a text, as it states it: 通过, 修正, 公布, 施行 → days and label. Pure.

A wrong day is the worst fault, since clauses are cited by day: where a history leaves doubt, the
day stays empty for a person to give.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from statutes.importers.days import DATE, IN_FORCE_BEHIND, commencements, day_of, is_on_promulgation
from statutes.numerals import parse_number

_VERB = r"通过|修订|修正|公布|发布|批准|颁布"
_EVENT = re.compile(rf"([^；;。]{{0,160}}?)({_VERB})")
_YEAR_ALONE = re.compile(
    r"((?:19|20)\d{2}|[一二][九〇○零][零〇○一二三四五六七八九]{2})\s?年(?:\s?[\d一二三四五六七八九十]{1,3}\s?月)?(?!\s?[\d一二三四五六七八九十])[^；;。年]{0,60}?修[正订改]"
)
_TORN_DATE = re.compile(
    r"(?:根据|经|于|依据)?\s{0,4}(?P<torn>(?:19|20)\d{2}|[一二][九〇○零][零〇○一二三四五六七八九]{2})"
    r"\s{0,4}(?:年\s{0,4}(?:[\d一二三四五六七八九十]{1,3}\s{0,4}(?:月\s{0,4}[\d一二三四五六七八九十]{0,3}\s{0,4})?)?)?"
)
_TITLES = re.compile(r"《[^《》]{0,80}》")
_DECREE = re.compile(
    r"\s{0,4}[一-龥]{2,24}令\s{0,4}第?\s{0,4}[\d零〇○一二三四五六七八九十百]{1,8}\s{0,4}号"
)
_STATED_BEFORE = re.compile(r"(?P<force>施行|实施|生效)?(?:发布|公布)?日期\s{0,4}:\s{0,4}$")
_LONGEST = 400  # characters of a history without brackets
# A line of history begins with its day, or with who acted on it, and ends with what was done.
_START = re.compile(
    rf"(?:根据|自|经|于|依据|依照)?\s{{0,4}}(?:[一-龥]{{2,30}}?)?\s{{0,4}}(?:{DATE.pattern})"
    r"|该(?:修正|修订|修改|决定)|[一-龥]{2,24}令第[\d零〇○一二三四五六七八九十百]{1,8}号"
)
_END = re.compile(rf"(?:{_VERB}|施行|实施|生效|执行|》|号)[)。；;,，、\s]{{0,4}}$")
# 通过了 and 通过的 tell of it, inside a sentence; 通过的《…修正案》 alone ends a line of history.
_TELLS = re.compile(rf"(?:{_VERB})了|(?:{_VERB})的(?!《|.{{2,80}}修[正订])|决定[:：]")
_ISSUERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "国务院",
    "最高人民法院",
    "最高人民检察院",
)


@dataclass(frozen=True)
class Event:
    """What happened on a day: 通过, 修正, 修订, 公布."""

    day: dt.date
    verb: str
    whose: str
    # By a decision on some of its clauses, whatever the verb: the rest of the text, its last
    # clause too, is the first text's.
    is_partial: bool


@dataclass
class History:
    """The facts of a history. ``is_own_text``: the first text or a full revision, whose last
    clause states its own day; an amended text's last clause states the day of the first one."""

    promulgated_on: dt.date | None = None
    effective_from: dt.date | None = None
    amended_on: dt.date | None = None  # the last 修正 or 修订
    label: str = ""
    issuer: str = ""
    is_own_text: bool = False


def tells(text: str) -> bool:
    """Whether a day and what was done on it stand in a text."""
    return bool(_events(text) or commencements(text))


def is_line(text: str) -> bool:
    """Whether a folded line, outside brackets, is one of a history."""
    return bool(
        len(text) <= _LONGEST
        and not text.endswith((":", "："))
        and _START.match(text)
        and _END.search(text)
        and not _TELLS.search(text)
        and (tells(text) or text.startswith("该") or _DECREE.match(text))
    )


def is_unfinished(text: str) -> bool:
    """Whether a folded line begins as history does and breaks off before it ends as history does."""
    if len(text) > _LONGEST or text[-1] in "。；;:：":
        return False
    if _TORN_DATE.fullmatch(text):
        return True
    rest = text[max((match.end() for match in DATE.finditer(text)), default=0) :]
    return bool(
        rest.strip() != text.strip()
        and _START.match(text)
        and (len(rest.strip()) >= 4 or not DATE.fullmatch(text.strip()))
        and not _END.search(text)
    )


def torn_day(text: str) -> dt.date | None:
    """The last day of the year that a line breaks off in: 根据2018年12. What was done then stands
    on the next line, or nowhere."""
    match = _TORN_DATE.fullmatch(text)
    return dt.date(parse_number(match["torn"]), 12, 31) if match else None


def _events(text: str) -> list[Event]:
    return [event for event, _ in _acts(text) if event]


def _acts(text: str) -> list[tuple[Event | None, dt.date]]:
    """Each day of a history with what was done on it; None where it doesn't say, or not readably."""
    found: list[tuple[Event | None, dt.date]] = []
    dates = [date for date in DATE.finditer(text) if not _is_stated(text, date)]
    for date, following in zip_longest(dates, dates[1:]):
        # 通过的《…修正案》修正: the last verb before the next day says what became of this text.
        words = text[date.end() : following.start() if following else len(text)][:300]
        if not (day := day_of(date)):
            continue
        if later := _YEAR_ALONE.search(_TITLES.sub("", words)):
            # 2018年修正: an amendment of which the history gives no day.
            found.append((None, dt.date(parse_number(later[1]), 12, 31)))
            words = words[: words.find(later[0])]
        first = _EVENT.match(words)
        if first:
            verbs = re.findall(r"修订|修正", words)
            verb = verbs[-1] if verbs else first[2]
            is_partial = verb == "修正" or "决定》" in words or "修正案" in words
            found.append((Event(day, verb, first[1], is_partial), day))
        elif match := _DECREE.match(words):
            found.append((Event(day, "公布", match[0], is_partial=False), day))
        else:
            found.append((None, day))
    return found


def _is_stated(text: str, date: re.Match) -> bool:
    """Whether a day is no act's: 自…起施行, or 发布日期：… of another text, inside a remark."""
    before = text[max(0, date.start() - 12) : date.start()]
    return bool(IN_FORCE_BEHIND.match(text, date.end()) or _STATED_BEFORE.search(before))


def _stated(text: str, *, force: bool) -> list[dt.date]:
    """The days that a remark in a history gives: (发布日期:… 实施日期:…)."""
    return [
        day
        for date in DATE.finditer(text)
        if (match := _STATED_BEFORE.search(text[max(0, date.start() - 12) : date.start()]))
        and bool(match["force"]) == force
        and (day := day_of(date))
    ]


def read(
    rows: Sequence[str],
    *,
    signed: Sequence[dt.date] = (),
    stated: dt.date | None = None,
    stated_force: dt.date | None = None,
    amended: tuple[bool, int | None] = (False, None),
    doubtful: Sequence[dt.date] = (),
) -> History:
    """The facts of folded rows of history. ``signed``: days that stand alone, under a decree;
    ``stated`` and ``stated_force``: what fields give as days of promulgation and commencement;
    ``amended``: whether a publisher marks the text as amended, and in which year; ``doubtful``:
    days beside the history, of which nothing can be read."""
    history = History()
    words = "\n".join(rows)
    events = [event for row in rows for event in _events(row)]
    made = [event for event in events if event.verb in ("修正", "修订", "通过", "批准")]
    last = max(made, key=lambda event: event.day, default=None)
    floor = last.day if last else None
    is_marked, year = amended
    if is_marked and (last is None or (year and last.day.year < year)):
        # An amended text whose amendment its history does not name: only days of that year on.
        last, floor = None, dt.date(year, 1, 1) if year else dt.date.max
    elif last:
        unread = [day for row in rows for act, day in _acts(row) if act is None]
        if any(day > last.day for day in [*unread, *doubtful]):
            return history  # something happened later, and we can't read what
    announced = [event.day for event in events if event.verb in ("公布", "发布", "颁布")] + [
        *signed
    ]
    commenced = [day for row in rows for day in commencements(row)]
    for row in rows:
        if "废止" not in row and "失效" not in row:  # by a text that ended this one
            announced += _stated(row, force=False)
            commenced += _stated(row, force=True)
    # Days before the last amendment are those of a text before it.
    announced = [day for day in announced if floor is None or day >= floor]
    commenced = [day for day in commenced if floor is None or day >= floor]
    stated = stated if stated and (floor is None or stated >= floor) else None
    if announced:
        history.promulgated_on = max(announced)
    elif stated:
        history.promulgated_on = stated
    elif last and "审判委员会" not in words and "检察委员会" not in words:
        history.promulgated_on = last.day
    if last and last.verb in ("修正", "修订"):
        history.label = f"{last.day.year}{last.verb}"
        history.amended_on = last.day
    # 批准, of a local regulation, changes nothing of it.
    changed_on = {event.day for event in made if event.verb != "批准"}
    named = bool(re.search(r"修正|修订", words)) or is_marked
    history.is_own_text = bool(
        (last and not last.is_partial and (last.verb == "修订" or len(changed_on) <= 1))
        or (events and not last and not named)
    )
    earliest = history.promulgated_on or floor
    if commenced:
        history.effective_from = max(commenced)
    elif stated_force and (earliest is None or stated_force >= earliest):
        history.effective_from = stated_force
    elif is_on_promulgation(words):
        history.effective_from = history.promulgated_on
    # Who made the law, not who amended it last.
    by_day = sorted(made, key=lambda event: event.day)
    history.issuer = next(
        (name for event in by_day for name in _ISSUERS if name in event.whose), ""
    )
    return history
