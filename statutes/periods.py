"""From which day to which a text is law: its room among the others, and what a repeal ends."""

import datetime as dt
from collections.abc import Collection

from statutes.models import Alias, Statute, Version
from statutes.texts import alias_key


class Refused(Exception):
    """Why a text or its days can't be taken, in Chinese."""


def make_room(
    statute: Statute, version: Version | None, first: dt.date | None, last: dt.date | None
) -> dt.date | None:
    """Where a text that begins on ``first`` ends, the statute's other texts being as they are;
    the one before it ends where it begins. Raises Refused for two texts on one day.

    ``last`` None: not stated; then it ends where the next begins. The caller holds the library's
    lock; PostgreSQL's exclusion constraint stands behind it.
    """
    if first is None:
        return last
    others = statute.versions.exclude(effective_from=None).exclude(pk=version and version.pk)
    dated = list(others.order_by("effective_from"))
    days = {other.effective_from for other in dated}
    if version and last in days:
        last = None  # it was derived, and is derived anew
    if first in days:
        raise Refused(f"{first} 起施行的另一文本已在库中")
    before = next((other for other in reversed(dated) if other.effective_from < first), None)
    after = next((other for other in dated if other.effective_from > first), None)
    if before and (before.effective_to is None or before.effective_to > first):
        # An end that is another text's first day was derived from it, and moves when a text
        # arrives in between; one that a source states does not.
        if before.effective_to is not None and before.effective_to not in days | {
            version and version.effective_from
        }:
            raise Refused(
                f"与另一版本的施行期间重叠：{before.effective_from} 至 {before.effective_to}，"
                f"这一版本自 {first} 起施行"
            )
        before.effective_to = first
        before.save(update_fields=["effective_to"])
    if after and last is not None and last > after.effective_from:
        raise Refused(
            f"与另一版本的施行期间重叠：这一版本至 {last} 止，另一版本自 {after.effective_from} 起施行"
        )
    return last or (after.effective_from if after else None)


def close_gap(statute: Statute, day: dt.date | None) -> None:
    """What ended on a day on which another text began, which has moved, ends with the next now."""
    dated = list(statute.versions.exclude(effective_from=None).order_by("effective_from"))
    for text, following in zip(dated, [*dated[1:], None], strict=True):
        if day and text.effective_to == day:
            text.effective_to = following and following.effective_from
            text.save(update_fields=["effective_to"])


def ended_by(title: str, first: dt.date | None, *, repeals: Collection[str] = ()) -> list[Version]:
    """The texts that are law on ``first`` and would end with it, if a text of that title began
    then that repeals those statutes."""
    if first is None:
        return []
    own = Version.objects.filter(statute__title=held_title(title), effective_from__lt=first)
    last = own.select_related("statute").order_by("effective_from").last()
    texts = [last, *(_last(other) for other in named(repeals))]
    return [text for text in texts if text and text.is_in_force(first)]


def held_title(title: str) -> str:
    """The title under which the library has a statute, where it differs in its marks or in
    中华人民共和国 alone (适用〈合同法〉 and 适用《中华人民共和国合同法》 are one statute), or where an
    editor gave it another and this is its name still, and nobody else's."""
    key = alias_key(title)
    aliases = Alias.objects.filter(key=key).select_related("statute").order_by("pk")
    titles = [alias.statute.title for alias in aliases]
    same = (held for held in titles if alias_key(held) == key)
    return next(same, titles[0] if len(titles) == 1 else title)


def replacement(statute: Statute, title: str) -> Statute | None:
    """Which statute replaced this one: as told, or as a text says that arrived before it."""
    if title:
        return Statute.objects.filter(title=title).first()
    text = repealing(statute)
    return text and text.statute


def repealing(statute: Statute) -> Version | None:
    """The text of another statute that names this one among those it repeals."""
    return _repealing(statute, Version.objects.exclude(statute=statute))


def note_repeals(
    version: Version,
    *,
    held: dt.date | None = None,
    before: str = "",
    by_person: bool = False,
) -> set[int]:
    """Repealed statutes end on the day on which the text that repeals them begins: those that
    this one names, and its own where another names it. Returns the statutes that it changed.

    ``held`` and ``before`` are its first day and its ``repeals`` before they were put right: what
    was named then and isn't now goes on. ``by_person``: then the day moves every end that no
    other person stated.
    """
    statute = version.statute
    changed = _reopen(version, held, _rows(before) - _rows(version.repeals))
    for other in named(version.repeals.split("\n"), but=statute):
        if other.replaced_by_id is None:
            other.replaced_by = statute
            other.save(update_fields=["replaced_by"])
        _end_with(other, version, held=held, by_person=by_person)
        changed.add(other.pk)
    end_repealed(statute)
    return changed


def end_repealed(statute: Statute) -> None:
    """Its last text ends with the text that repeals it, where one is held."""
    if statute.replaced_by:
        ending = _repealing(statute, statute.replaced_by.versions.all())
        if ending:
            _end_with(statute, ending)


def _reopen(version: Version, held: dt.date | None, titles: set[str]) -> set[int]:
    """Undo what a text did to statutes that it doesn't repeal after all."""
    undone = [
        other
        for other in named(titles, but=version.statute)
        if other.replaced_by_id == version.statute_id
    ]
    for other in undone:
        instead = repealing(other)
        other.replaced_by = instead and instead.statute
        other.save(update_fields=["replaced_by"])
        last = _last(other)
        if last and last.effective_to and last.effective_to in (held, version.effective_from):
            last.effective_to = None
            last.save(update_fields=["effective_to"])
        if instead:
            _end_with(other, instead)
    return {other.pk for other in undone}


def _end_with(
    statute: Statute,
    by: Version,
    *,
    held: dt.date | None = None,
    by_person: bool = False,
) -> None:
    last = _last(statute)
    if not last or not by.effective_from or last.effective_from >= by.effective_from:
        return
    is_free = last.effective_to in (None, held) or (
        by_person and statute.replaced_by_id == by.statute_id
    )
    if is_free and "effective_to" not in last.corrected:
        last.effective_to = by.effective_from
        last.save(update_fields=["effective_to"])


def named(titles: Collection[str], *, but: Statute | None = None) -> list[Statute]:
    """The statutes that a list of repealed titles names."""
    keys = {alias_key(title) for title in titles} - {""}
    if not keys:
        return []
    return [
        other
        for other in Statute.objects.exclude(pk=but and but.pk)
        if alias_key(other.title) in keys
    ]


def _rows(repeals: str) -> set[str]:
    return set(repeals.split("\n")) - {""}


def _repealing(statute: Statute, versions) -> Version | None:
    """The one of the texts that names the statute among those it repeals."""
    key = alias_key(statute.title)
    naming = (
        version
        for version in versions.exclude(repeals="").select_related("statute").order_by("pk")
        if key in map(alias_key, version.repeals.split("\n"))
    )
    return next(naming, None)


def _last(statute: Statute) -> Version | None:
    dated = statute.versions.exclude(effective_from=None).select_related("statute")
    return dated.order_by("effective_from").last()
