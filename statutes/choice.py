"""Which of a statute's texts a reference means: by what the text says of it, by its date, or as the
last one of a statute that has ended."""

import datetime as dt
import re
from collections.abc import Callable, Sequence

from statutes.models import Version
from statutes.texts import normalise

# What decided the version.
BY_SELECTOR, BY_QUOTATION, BY_DATE, BY_LAST, BY_UNDATED = (
    "selector",
    "quotation",
    "date",
    "last",
    "undated",
)


def choose(
    versions: Sequence[Version],
    selector: str,
    *,
    on: dt.date,
    is_repealed: Callable[[Version], bool],
) -> tuple[Version | None, str]:
    """(the text of one statute that a reference of that day means, or None; what decided).

    ``selector`` is what the text says of it (``Reference.selector``); ``is_repealed`` says of a
    statute's last text, which has ended, whether the statute ended with it.
    """
    dated = [version for version in versions if version.effective_from]
    if selector:
        return _select(versions, dated, selector, on)
    for version in dated:
        if version.is_in_force(on):
            return version, BY_DATE
    if len(versions) == 1 and not dated:
        return versions[0], BY_UNDATED  # nothing else is held, and nothing is claimed of it
    if len(dated) == len(versions) and dated:
        last = max(dated, key=lambda version: version.effective_from)
        if last.effective_to and last.effective_to <= on and is_repealed(last):
            return last, BY_LAST
    return None, ""  # a gap between texts, or beside a text whose days aren't known


def _select(
    versions: Sequence[Version], dated: list[Version], selector: str, on: dt.date
) -> tuple[Version | None, str]:
    if selector == "old":
        found = _last_ended(dated, on)
    elif selector == "new":
        found = _newest(versions, dated, on)
    elif selector.startswith("before "):
        found = _before(versions, selector.removeprefix("before "))
    else:
        matches = _named(versions, selector)
        found = matches[0] if len(matches) == 1 else None
    return (found, BY_SELECTOR) if found else (None, "")


def _last_ended(dated: list[Version], on: dt.date) -> Version | None:
    """原《合同法》 is its last text, 修正前《公司法》 the one before that of the day."""
    ended = [v for v in dated if v.effective_to and v.effective_to <= on]
    last = max(ended, key=lambda version: version.effective_from, default=None)
    of_day = next((v for v in dated if v.is_in_force(on)), None)
    if last and of_day and last.effective_to != of_day.effective_from:
        return None  # the text between the two is not held
    return last


def _before(versions: Sequence[Version], year: str) -> Version | None:
    """2017年修订前的 is the text that ended when that year's began, where both are held."""
    later = [v for v in _named(versions, year) if v.effective_from]
    if len(later) != 1:
        return None
    return next((v for v in versions if v.effective_to == later[0].effective_from), None)


def _newest(versions: Sequence[Version], dated: list[Version], on: dt.date) -> Version | None:
    """新《公司法》 is the newest that was promulgated, also where it waits for its day."""
    known = [v for v in dated if (v.promulgated_on or v.effective_from) <= on]
    if len(dated) < len(versions):
        return versions[0] if len(versions) == 1 else None
    return max(known, key=lambda version: version.effective_from, default=None)


def _named(versions: Sequence[Version], selector: str) -> list[Version]:
    """The texts that a document number, a year, a month or a turn of amendment names.

    A year is the one of promulgation (2023修订 is in force from 2024); people also name the year
    in which a law came into force. What names none that is held names none.
    """
    if not selector[:4].isdecimal():
        wanted = normalise(selector)
        held = [v for v in versions if wanted in normalise(v.document_number)]
        year = re.search(r"[\[(](\d{4})[\])]", wanted)
        if held or not year:
            return held
        # Whose number the library does not know may be the one of that year.
        return [
            v
            for v in versions
            if not v.document_number and v.promulgated_on and str(v.promulgated_on.year) == year[1]
        ]
    year, turn = selector[:4], selector[4:]
    if turn.startswith("第"):
        return [v for v in versions if year in v.label and turn in v.label]
    for field in ("promulgated_on", "effective_from"):
        days = [(v, getattr(v, field)) for v in versions if getattr(v, field)]
        matches = [v for v, day in days if f"{day.year}{turn and f'-{day.month}'}" == selector]
        if matches:
            return matches
    return []
