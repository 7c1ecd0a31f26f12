"""What is read, and as of which day: ?on=2015-09-01 asks for a day, ?text=67 for a text that no day
can name; with neither, it is the usual one of today."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.utils import timezone

from statutes.models import Version
from statutes.standing import Standing, asked_of, text_of_day, text_standing


def read_day(request: HttpRequest) -> tuple[dt.date, bool]:
    """(the day whose law is wanted, whether it was asked for). Raises BadRequest, in Chinese."""
    text = request.GET.get("on")
    if not text:
        return timezone.localdate(), False
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise BadRequest("日期不存在或格式不对，应写成 2015-09-01 这样的形式。") from None
    return day, True


@dataclass(frozen=True)
class Reading:
    """``versions`` are all that are held of the statute, ``version`` the one read: None where
    there is none for that day. ``usual`` is the one that the same address shows without ?text=."""

    on: dt.date
    asked: bool
    today: dt.date
    versions: Sequence[Version]
    of_day: Version | None
    usual: Version | None
    version: Version | None

    @property
    def is_unusual(self) -> bool:
        return self.version != self.usual

    @property
    def has_a_day(self) -> bool:
        """Whether a text asked for by its id has a day, which is its address then."""
        return bool(self.is_unusual and self.version.effective_from)

    @property
    def query(self) -> str:
        """What the links of the page carry on, so that they stay in what is read."""
        if self.is_unusual:
            return self.version.query
        return f"?on={self.on}" if self.asked else ""

    def words_of_day(self, found: Standing) -> Standing:
        return asked_of(found, self.on, today=self.today) if self.asked else found

    def context(self) -> dict:
        """For the templates ``_day`` and ``_ending``, and every link."""
        return {
            "on": self.on,
            "asked": self.asked,
            "is_to_come": self.on > self.today,
            "is_unusual": self.is_unusual,
            "query": self.query,
            "version": self.version,
            "text_now": self.version and text_standing(self.version, self.versions, on=self.today),
            "following": self._following(),
        }

    def _following(self) -> Version | None:
        """The text that takes the place of the one read, on the day on which that ends."""
        day = self.version and self.version.effective_to
        return next((other for other in self.versions if day and other.effective_from == day), None)


def read(
    request: HttpRequest, versions: Sequence[Version], *, holding: Sequence[Version] = ()
) -> Reading:
    """Which of a statute's texts is read. ``holding`` are those that have the clause that is read:
    where nobody asked for a day, the last of them stands in for a text without it.

    Raises BadRequest, and Http404 for an id that is none of theirs.
    """
    on, asked = read_day(request)
    of_day = usual = text_of_day(versions, on, asked=asked)
    if not asked and holding and usual not in holding:
        usual = holding[-1]
    named = request.GET.get("text")
    version = _named(versions, named) if named else usual
    return Reading(on, asked, timezone.localdate(), versions, of_day, usual, version)


def _named(versions: Sequence[Version], name: str) -> Version:
    for version in versions:
        if str(version.pk) == name:
            return version
    raise Http404
