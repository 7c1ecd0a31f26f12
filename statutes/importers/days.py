"""Days as texts write them: 2020年5月28日, 二〇二〇年五月二十八日, 2020-05-28, 2020.5.28, 20200528.

Pure. The text is NFKC-normalised by ``folded`` first: full-width digits and brackets are common.
"""

import datetime as dt
import re
import unicodedata

from statutes.numerals import parse_number

_YEAR = r"(?:\d{4}|[零〇○一二三四五六七八九]{4})"
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
DATE = re.compile(
    rf"(?P<year>{_YEAR})\s{{0,4}}年\s{{0,4}}(?P<month>{_DAY})\s{{0,4}}月\s{{0,4}}(?P<day>{_DAY})\s{{0,4}}日"
    r"|(?<!\d)(?P<iso>(?:19|20)\d{2})(?P<mark>[-./])(?P<iso_month>\d{1,2})(?P=mark)(?P<iso_day>\d{1,2})(?!\d)"
)
_DIGITS = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_FORCE = r"(?:施行|实施|生效)(?!日期|之?日|办法|细则|条例|规定)"
# Behind a day or before it: that a text comes into force.
IN_FORCE_BEHIND = re.compile(rf"\s{{0,4}}起?\s{{0,4}}(?:正式)?{_FORCE}")
_ON_PROMULGATION = re.compile(rf"自(?:公布|发布)之日起{_FORCE}")


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def day_of(match: re.Match) -> dt.date | None:
    """The day that DATE matched; None for one that no calendar has."""
    names = ("iso", "iso_month", "iso_day") if match["iso"] else ("year", "month", "day")
    try:
        return dt.date(*(parse_number(match[name]) for name in names))
    except ValueError:
        return None


def days(text: str) -> list[dt.date]:
    """Every day in a folded text, in order."""
    return [day for match in DATE.finditer(text) if (day := day_of(match))]


def stated_day(value: str) -> dt.date | None:
    """The one day that a field's value gives."""
    found = days(value)
    if not found and (match := _DIGITS.search(value)):
        try:
            return dt.date(*(int(part) for part in match.groups()))
        except ValueError:
            return None
    return found[0] if found else None


def commencements(text: str) -> list[dt.date]:
    """The days on which, by its words, a text comes into force."""
    text = folded(text)
    return [
        day
        for match in DATE.finditer(text)
        if IN_FORCE_BEHIND.match(text, match.end()) and (day := day_of(match))
    ]


def is_on_promulgation(text: str) -> bool:
    """Whether a text comes into force on the day of its promulgation: 自公布之日起施行."""
    return bool(_ON_PROMULGATION.search(folded(text)))
