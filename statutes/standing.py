"""How a cited clause stands on a day, in the words that a reader is shown."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from statutes.models import Clause, ClauseChange, Statute, Version
from statutes.outline import is_deleted

IN_FORCE, PENDING, AMENDED, RENUMBERED, REPEALED, DELETED, ENDED, UNDATED, UNCHECKED = (
    "in_force",
    "pending",
    "amended",
    "renumbered",
    "repealed",
    "deleted",  # the clause has its number still, but no words
    "ended",  # no longer law as it stands; what came after it is not held
    "undated",
    "unchecked",
)

_WORDS = {
    IN_FORCE: "现行有效",
    PENDING: "尚未施行",
    AMENDED: "已修改",
    RENUMBERED: "条号已变",
    REPEALED: "已废止",
    DELETED: "已删去",
    ENDED: "非现行文本",
    UNCHECKED: "新旧条文待比对",
}
# Every other kind of change reads 已修改.
_STATES = {
    ClauseChange.Kind.RENUMBERED: RENUMBERED,
    ClauseChange.Kind.DROPPED: REPEALED,
    ClauseChange.Kind.REPEALED: REPEALED,
}


@dataclass(frozen=True)
class Standing:
    """``successor`` is the clause that is law in its place, only where a reader may see it:
    confirmed by a person, or with identical words. ``since`` is the day on which the cited words
    first ceased to be law under their number; for a text in force or pending its first day."""

    state: str
    words: str
    since: dt.date | None = None
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
        return Standing(ENDED, _WORDS[ENDED], since=change.since)
    if change:
        state = _STATES.get(change.kind, AMENDED)
        shown = change.successor if change.is_confirmed else None
        return Standing(
            state,
            _WORDS[state],
            since=change.since,
            successor=shown,
            statute=version.statute.replaced_by or version.statute,
        )
    if version.effective_from is None and displaced:
        return Standing(UNCHECKED, _WORDS[UNCHECKED], statute=version.statute)
    if version.effective_from is None and version.source_status and version.statute.replaced_by:
        return Standing(REPEALED, _WORDS[REPEALED], statute=version.statute.replaced_by)
    if version.effective_from is None:
        return Standing(UNDATED, version.undated_words)
    if version.effective_from > on:
        return Standing(PENDING, _WORDS[PENDING], since=version.effective_from)
    if is_deleted(clause.text):
        return Standing(DELETED, _WORDS[DELETED], since=version.effective_from)
    if version.is_in_force(on) or version.compared_at:
        # Compared and no row: the same words still stand under the same number.
        return Standing(IN_FORCE, _WORDS[IN_FORCE], since=version.effective_from)
    return Standing(UNCHECKED, _WORDS[UNCHECKED], statute=version.statute)


def text_standing(
    version: Version, versions: Sequence[Version], *, on: dt.date, asked: bool = False
) -> Standing:
    """How a whole text stands on a day. ``versions`` are all that are held of its statute;
    ``asked`` says that somebody asked for that day."""
    if version.effective_from is None:
        return Standing(UNDATED, version.undated_words)
    if version.effective_from > on:
        return Standing(PENDING, _WORDS[PENDING], since=version.effective_from)
    if version.is_in_force(on):
        words = "当日有效" if asked else _WORDS[IN_FORCE]
        return Standing(IN_FORCE, words, since=version.effective_from)
    if version != _dated(versions)[-1]:
        return Standing(REPEALED, "已被修改", since=version.effective_to)
    # 废止 is somebody's act: said only where we know what replaced the statute.
    state = REPEALED if version.statute.replaced_by_id else ENDED
    return Standing(state, _WORDS[state], since=version.effective_to)


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


def absence(versions: Sequence[Version], on: dt.date) -> str:
    """Why there is no text for a day, for the reader. ``versions`` are all that are held."""
    dated = _dated(versions)
    if dated and len(dated) == len(versions):
        first, last = dated[0], dated[-1]
        if on < first.effective_from:
            return f"本站收录的最早文本自 {first.effective_from:%Y-%m-%d} 起施行。"
        if last.effective_to and last.effective_to <= on:
            if last.statute.replaced_by_id:
                return f"该法已于 {last.effective_to:%Y-%m-%d} 废止。"
            return (
                f"本站收录的最后一个文本施行至 {last.effective_to:%Y-%m-%d}（不含当日），"
                "之后的规定尚未收录。"
            )
    return "本站没有收录那一天的文本。"


def _dated(versions: Sequence[Version]) -> list[Version]:
    """Those whose first day is known, in the order of these days."""
    dated = (version for version in versions if version.effective_from)
    return sorted(dated, key=lambda version: version.effective_from)
