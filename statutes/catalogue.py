"""The library's list: how each statute stands in it, and in which order they come."""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from statutes.models import Statute
from statutes.standing import FORESEEN, WORDS

IN_FORCE, PENDING, UNDATED, ENDED = "in_force", "pending", "undated", "ended"

# What a reader may filter by, in the order shown.
STATUSES = {
    IN_FORCE: "现行有效",
    PENDING: "尚未施行",
    UNDATED: "施行日期待核",
    ENDED: "已废止或非现行",
}


def statuses(on: dt.date, *, today: dt.date, asked: bool) -> dict[str, str]:
    """The same of a day that was asked for. That the earliest text held begins later does not say
    that the law did: an earlier text may be missing."""
    if not asked:
        return STATUSES
    in_force = WORDS[FORESEEN] if on > today else "当日有效"
    return STATUSES | {IN_FORCE: in_force, PENDING: "未收录当日文本"}


def place(statute: Statute, words: dict[str, str], *, asked: bool) -> None:
    """Give a row of with_standing() its ``status`` with ``words``, and ``under``: the filters that
    show it. Today's list also shows a statute in force under 尚未施行 where a text of it waits."""
    statute.status = _status(statute)
    statute.words = _words(statute) or words[statute.status]
    statute.under = {statute.status}
    statute.has_pending = not asked and statute.status == IN_FORCE and statute.is_pending
    if statute.has_pending:
        statute.under.add(PENDING)


def _status(statute: Statute) -> str:
    if statute.is_in_force:
        return IN_FORCE
    if statute.undated_status is not None:
        return UNDATED
    return PENDING if statute.is_pending else ENDED


def _words(statute: Statute) -> str:
    """What is said of one more exactly than of all of its status."""
    if statute.status == UNDATED:
        return statute.undated_words
    if statute.status == ENDED:
        return "已废止" if statute.replaced_by_id else "非现行文本"
    return ""


def in_order(statutes: Iterable[Statute]) -> list[Statute]:
    """The codes, then what the 全国人民代表大会 itself made (基本法律, 立法法第十条), then the rest:
    each by its name in pinyin. How much a law is used, nothing here knows."""
    return sorted(statutes, key=_place)


def by_kind(statutes: Iterable[Statute]) -> list[tuple[str, list[Statute]]]:
    """The kinds in their order, each with its statutes in theirs."""
    kinds = {kind: position for position, kind in enumerate(Statute.Kind.values)}
    ordered = sorted(statutes, key=lambda statute: kinds[statute.kind])
    return [
        (Statute.Kind(kind).label, list(members))
        for kind, members in groupby(ordered, key=lambda statute: statute.kind)
    ]


def _place(statute: Statute) -> tuple[bool, bool, bytes]:
    """GB 2312 sets its 3,755 common characters in pinyin order, so their bytes sort by sound."""
    is_basic = statute.kind == Statute.Kind.LAW and statute.issuer == "全国人民代表大会"
    return (
        not statute.title.endswith("法典"),
        not is_basic,
        statute.short_title.encode("gb18030", "replace"),
    )
