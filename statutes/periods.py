"""From which day to which a text is law.

Where a text ends is derived, each time anew, from what the library holds: where the statute's next
text begins, what a source or a person states, and where a text that repeals the statute begins. So
it depends on no order of imports, and what was wrong is undone by putting it right.
"""

import datetime as dt
from collections.abc import Collection
from itertools import zip_longest

from statutes.models import Alias, Statute, Version
from statutes.texts import alias_key


class Refused(Exception):
    """Why a text or its days can't be taken, in Chinese."""


def settle(statute: Statute) -> None:
    """Derive where each of a statute's texts ends. Raises Refused where one is stated to be law on
    a day on which another is."""
    undated = statute.versions.filter(effective_from=None)
    dated = list(statute.versions.exclude(effective_from=None).order_by("effective_from"))
    repealed = [text.effective_from for text in repealing(statute) if text.effective_from]
    for text, following in zip_longest(dated, dated[1:]):
        stated = [text.stated_to] if text.stated_to else []
        if following:
            ends = [following.effective_from]
            if stated and stated[0] > following.effective_from:
                raise Refused(
                    f"与另一版本的施行期间重叠：{text.effective_from} 至 {text.stated_to}，"
                    f"另一版本自 {following.effective_from} 起施行"
                )
        else:
            ends = [day for day in repealed if day > text.effective_from]
        _end(text, min([*ends, *stated], default=None))
    for text in undated:
        _end(text, text.stated_to)


def _end(text: Version, day: dt.date | None) -> None:
    if text.effective_to != day:
        text.effective_to = day
        text.save(update_fields=["effective_to"])


def settle_around(version: Version, *, before: str = "") -> set[int]:
    """Settle a text's statute and those that the text repeals, or repealed ``before`` (titles, one
    a line). Returns the ids of those others."""
    statute = version.statute
    others = named([*version.repeals.split("\n"), *before.split("\n")], but=statute)
    for other in others:
        if find_replacement(other, dropped=statute):
            other.save(update_fields=["replaced_by"])
        settle(other)
    settle(statute)
    return {other.pk for other in others}


def find_replacement(statute: Statute, *, told: str = "", dropped: Statute | None = None) -> bool:
    """Set which statute replaced this one: the one that repeals it first, by its texts, or the one
    that was told. Whether that changed; not saved.

    ``dropped`` may have repealed it by what was held before. What a person chose and no text says
    stays.
    """
    by = repealing(statute)
    held = statute.replaced_by_id
    naming = {text.statute_id for text in by}
    if by and (held is None or held in naming or (dropped and held == dropped.pk)):
        statute.replaced_by = by[0].statute
    elif dropped and held == dropped.pk:
        statute.replaced_by = None
    elif held is None and told:
        statute.replaced_by = Statute.objects.filter(title=told).exclude(pk=statute.pk).first()
    return statute.replaced_by_id != held


def repealing(statute: Statute) -> list[Version]:
    """The texts of other statutes that name this one among those they repeal, the first of them
    first."""
    keys = {alias_key(statute.title)}
    keys |= set(statute.aliases.filter(is_former_title=True).values_list("key", flat=True))
    texts = Version.objects.exclude(repeals="").exclude(statute=statute)
    texts = texts.select_related("statute").defer(*Version.LONG)
    naming = [text for text in texts if keys & set(map(alias_key, text.repeals.split("\n")))]
    return sorted(naming, key=lambda text: (text.effective_from or dt.date.max, text.pk))


def ended_by(title: str, first: dt.date | None, *, repeals: Collection[str] = ()) -> list[Version]:
    """The texts that are law on ``first`` and would end with it, if a text of that title began
    then that repeals those statutes."""
    if first is None:
        return []
    own = Version.objects.filter(statute__title=held_title(title), effective_from__lt=first)
    last = own.select_related("statute").order_by("effective_from").last()
    texts = [last, *(_last(other) for other in named(repeals))]
    return [
        text for text in texts if text and text.effective_from < first and text.is_in_force(first)
    ]


def held_title(title: str) -> str:
    """The title under which the library has a statute, where it differs in its marks or in
    中华人民共和国 alone (适用〈合同法〉 and 适用《中华人民共和国合同法》 are one statute), or where an
    editor gave it another since."""
    key = alias_key(title)
    aliases = Alias.objects.filter(key=key).select_related("statute").order_by("pk")
    same = [alias.statute.title for alias in aliases if alias_key(alias.statute.title) == key]
    former = [alias.statute.title for alias in aliases if alias.is_former_title]
    return next(iter(same or former), title)


def named(titles: Collection[str], *, but: Statute | None = None) -> list[Statute]:
    """The statutes that a list of repealed titles names."""
    keys = {alias_key(title) for title in titles} - {""}
    if not keys:
        return []
    former = Alias.objects.filter(key__in=keys, is_former_title=True)
    renamed = set(former.values_list("statute", flat=True))
    return [
        other
        for other in Statute.objects.exclude(pk=but and but.pk).order_by("pk")
        if other.pk in renamed or alias_key(other.title) in keys
    ]


def _last(statute: Statute) -> Version | None:
    dated = statute.versions.exclude(effective_from=None).select_related("statute")
    return dated.order_by("effective_from").last()
