"""How a cited clause stands on a day, in the words that a reader is shown."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from statutes.models import Clause, ClauseChange, Statute, Version
from statutes.outline import is_deleted

IN_FORCE, FORESEEN, PENDING, AMENDED, RENUMBERED, REPEALED, DELETED, ENDED, UNDATED, UNCHECKED = (
    "in_force",
    "foreseen",  # on a day still to come, by the texts known today
    "pending",
    "amended",
    "renumbered",
    "repealed",
    "deleted",  # the clause went while its statute stayed; its number may have been kept
    "ended",  # no longer law as it stands; what came after it is not held
    "undated",
    "unchecked",
)

WORDS = {
    IN_FORCE: "现行有效",
    FORESEEN: "按现有文本，届时有效",
    PENDING: "尚未施行",
    AMENDED: "已修改",
    RENUMBERED: "条号已变",
    REPEALED: "已废止",
    DELETED: "已删去",
    ENDED: "非现行文本",
    UNCHECKED: "新旧条文待比对",
}
# What a source says of a text of unknown days that has a newer one.
_SUPERSEDED = ("历史版本", "已被修改")
# Every other kind of change reads 已修改. 废止 is said of whole statutes only.
_STATES = {
    ClauseChange.Kind.RENUMBERED: RENUMBERED,
    ClauseChange.Kind.DROPPED: DELETED,
    ClauseChange.Kind.REPEALED: REPEALED,
}


@dataclass(frozen=True)
class Standing:
    """``successor`` is the clause that is law in its place, only where a reader may see it:
    confirmed by a person, or with identical words. ``since`` is the day on which the cited words
    first ceased to be law under their number; for a text in force or pending its first day.
    ``changed_on`` is the day of the newest change: that of the repeal, where it was repealed."""

    state: str
    words: str
    since: dt.date | None = None
    changed_on: dt.date | None = None
    successor: Clause | None = None
    # Where to read the present law when no successor may be shown.
    statute: Statute | None = None


def standing(
    clause: Clause, change: ClauseChange | None, *, on: dt.date, displaced: bool = False
) -> Standing:
    """``change`` is the clause's newest ClauseChange with a day not after ``on``, or None;
    ``displaced`` says that another text of the statute is in force on that day.

    The clause's version and statute, and the change's successor with its own, should be joined.
    """
    version = clause.version
    if change and change.kind == ClauseChange.Kind.REPEALED and not version.statute.replaced_by_id:
        return Standing(ENDED, WORDS[ENDED], since=change.since, changed_on=change.on)
    if change:
        state = _STATES.get(change.kind, AMENDED)
        shown = change.successor if change.is_confirmed else None
        return Standing(
            state,
            WORDS[state],
            since=change.since,
            changed_on=change.on,
            successor=shown,
            # What repeals it only some day is not the law in its place.
            statute=version.statute.replaced_by if state == REPEALED else version.statute,
        )
    if version.effective_from is None and displaced:
        return Standing(UNCHECKED, WORDS[UNCHECKED], statute=version.statute)
    if version.effective_from is None and version.source_status:
        by = version.statute.replacement(on)
        if by:
            return Standing(REPEALED, WORDS[REPEALED], statute=by)
    if version.effective_from is None:
        return Standing(UNDATED, version.undated_words)
    if version.effective_from > on:
        return Standing(PENDING, WORDS[PENDING], since=version.effective_from)
    if is_deleted(clause.text):
        return Standing(DELETED, WORDS[DELETED], since=version.effective_from)
    if version.is_in_force(on) or version.compared_at:
        # Compared and no row: the same words still stand under the same number.
        return Standing(IN_FORCE, WORDS[IN_FORCE], since=version.effective_from)
    return Standing(UNCHECKED, WORDS[UNCHECKED], statute=version.statute)


def text_standing(version: Version, versions: Sequence[Version], *, on: dt.date) -> Standing:
    """How a whole text stands on a day. ``versions`` are all that are held of its statute."""
    if version.effective_from is None:
        return Standing(UNDATED, version.undated_words)
    if version.effective_from > on:
        return Standing(PENDING, WORDS[PENDING], since=version.effective_from)
    if version.is_in_force(on):
        return Standing(IN_FORCE, WORDS[IN_FORCE], since=version.effective_from)
    if version != _dated(versions)[-1]:
        return Standing(AMENDED, "已被修改", since=version.effective_to)
    # 废止 is somebody's act: said only where we know what replaced the statute.
    state = REPEALED if version.statute.replaced_by_id else ENDED
    return Standing(state, WORDS[state], since=version.effective_to)


def asked_of(found: Standing, on: dt.date, *, today: dt.date) -> Standing:
    """The same in the words for a day that somebody asked for: 现行 is said of today alone, and
    of a day to come nothing is certain."""
    if found.state != IN_FORCE:
        return found
    if on > today:
        return replace(found, state=FORESEEN, words=WORDS[FORESEEN])
    return replace(found, words="当日有效")


def cited_as(version: Version, versions: Sequence[Version], *, today: dt.date) -> str:
    """What a citation must add to the statute's name to mean this text: 2018修正; nothing where
    the bare name means it: the text of today, and the only one there is to our knowledge."""
    if version.is_in_force(today):
        return ""
    state = text_standing(version, versions, on=today).state
    has_others = len(versions) > 1 or state == ENDED or version.source_status in _SUPERSEDED
    return version.name.replace(" ", "") if has_others else ""


def text_of_day(versions: Sequence[Version], on: dt.date, *, asked: bool) -> Version | None:
    """Which of a statute's texts to show for a day.

    The one in force. Where somebody asked for that day (``asked``), no other will do: the nearest
    text is not that day's law, nor is one whose days aren't known. Where nobody did, a statute
    with none in force shows its text of unknown days, the repealed one, or the pending one.
    """
    for version in versions:
        if version.is_in_force(on):
            return version
    if asked:
        return None
    dated = _dated(versions)
    undated = [version for version in versions if not version.effective_from]
    begun = [version for version in dated if version.effective_from <= on]
    if undated and not begun:
        return max(undated, key=lambda version: version.promulgated_on or dt.date.min)
    return begun[-1] if begun else dated[0] if dated else None


def act_of(version: Version) -> str:
    """What was done on the day of its promulgation: a statute is 公布 once, later texts of it are
    修正 (single clauses) or 修订 (the whole)."""
    return next((act for act in ("修订", "修正") if act in version.label), "公布")


def absence(versions: Sequence[Version], on: dt.date) -> str:
    """Why there is no text for a day, for the reader. ``versions`` are all that are held."""
    dated = _dated(versions)
    if not dated or len(dated) < len(versions):
        return "本站没有收录那一天的文本。"
    begun = [version for version in dated if version.effective_from <= on]
    if not begun:
        return _absence_before(dated[0], on)
    last = begun[-1]
    if last != dated[-1]:
        following = dated[len(begun)]
        return (
            f"本站没有收录那一天的文本：前一文本施行至 {_last_day(last)}，"
            f"后一文本自 {following.effective_from} 起施行。"
        )
    if last.statute.replaced_by_id:
        return f"该法已于 {last.effective_to} 废止。"
    return f"本站收录的最后一个文本施行至 {last.effective_to}（不含当日），之后的规定尚未收录。"


def _last_day(version: Version) -> dt.date:
    return version.effective_to - dt.timedelta(days=1)


def _absence_before(first: Version, on: dt.date) -> str:
    """Of a day before the first text that is held, which need not be the statute's first."""
    if first.promulgated_on and first.promulgated_on <= on:
        return (
            f"本站收录的最早文本 {first.promulgated_on} {act_of(first)}，"
            f"自 {first.effective_from} 起施行，当日尚未施行。"
        )
    return f"本站收录的最早文本自 {first.effective_from} 起施行。"


def age(version: Version) -> dt.date:
    """Where a text stands among the others: by its first day, or else by its promulgation."""
    return version.effective_from or version.promulgated_on or dt.date.min


def _dated(versions: Sequence[Version]) -> list[Version]:
    """Those whose first day is known, in the order of these days."""
    dated = (version for version in versions if version.effective_from)
    return sorted(dated, key=lambda version: version.effective_from)
