"""A clause through the texts of its statute: what stood under its number, where it came from and
what became of it, as far as a reader may see."""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q

from statutes import comparison
from statutes.models import Clause, ClauseChange, Correspondence, Version
from statutes.outline import is_deleted
from statutes.standing import Standing, age, text_standing


def newest(changes: list[ClauseChange], on: dt.date) -> ClauseChange | None:
    """The one that speaks on a day, of a clause's changes in their order."""
    return next((change for change in reversed(changes) if change.on <= on), None)


def is_displaced(version: Version, of_day: Version | None, on: dt.date) -> bool:
    """Whether another text of the statute is law in the place of the one read. One of unknown
    days may also be the newer of the two."""
    if of_day is None or of_day == version or not of_day.is_in_force(on):
        return False
    if version.effective_from or version.source_status:
        return True
    return age(version) <= (of_day.promulgated_on or of_day.effective_from)


def history(
    held: list[Version], versions: list[Version], on: dt.date
) -> list[tuple[Version, Standing, Sequence | None]]:
    """The texts of a number, the newest first, each with how it stands on a day and with its words
    beside those before it; None where there are none before, or where another rule stood under the
    number. Nothing at all where no text has words."""
    if all(is_deleted(version.clause.text) for version in held):
        return []
    held = sorted(held, key=age)
    compared = [None]
    for before, version in pairwise(held):
        one, other = before.clause.text, version.clause.text
        alike = comparison.is_alike(one, other) or is_deleted(one) or is_deleted(other)
        compared.append(comparison.runs(one, other) if alike else None)
    rows = [
        (version, text_standing(version, versions, on=on), runs)
        for version, runs in zip(held, compared, strict=True)
    ]
    return rows[::-1]


def deletion(clause: Clause, held: list[Version]) -> tuple[Version, bool]:
    """(the first text in which a deleted clause has no words, whether one before it is held)."""
    first, last = clause.version, age(clause.version)
    for version in sorted(held, key=age, reverse=True):
        if age(version) <= last:
            if not is_deleted(version.clause.text):
                return first, True
            first = version
    return first, False


def hops(clause: Clause) -> tuple[list[Clause], list[Clause | None]]:
    """What the clause came from and what it became, as far as a reader may see. One query.

    Only over a single step: a hop that was confirmed before a text in between came in says
    nothing of that text.
    """
    between = Version.objects.filter(
        Q(
            statute=OuterRef("old__version__statute"),
            effective_from__gt=OuterRef("old__version__effective_from"),
        )
        # What another law said already while the old text was law came from elsewhere.
        | Q(
            statute=OuterRef("new__version__statute"),
            effective_to__gt=OuterRef("old__version__effective_to"),
        ),
        effective_from__lt=OuterRef("new__version__effective_from"),
    )
    rows = (
        Correspondence.objects.visible()
        .filter(Q(old=clause) | Q(new=clause))
        .exclude(Exists(between))
        .select_related("old__version__statute", "new__version__statute")
        .order_by("old__number", "new__number")
    )
    return (
        [hop.old for hop in rows if hop.new_id == clause.pk],
        [hop.new for hop in rows if hop.old_id == clause.pk],
    )


def neighbours(clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after in the same text. One query."""
    around = Clause.objects.filter(
        version=clause.version_id, order__in=[clause.order - 1, clause.order + 1]
    ).only("number", "branch", "order", "version")
    by_order = {near.order: near for near in around}
    for near in by_order.values():
        near.version = clause.version
    return by_order.get(clause.order - 1), by_order.get(clause.order + 1)
