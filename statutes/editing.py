"""What people decide of the law that is held: what clauses became, and what is recorded wrongly.

No import undoes it: decisions stay, and what somebody put right is kept (``Version.corrected``).
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from statutes import periods
from statutes.correspondence import leading_to, next_text, owners, rebuild_changes
from statutes.library import derive, library_changed, move, set_facts
from statutes.lock import library_lock
from statutes.matching import likeness
from statutes.models import Clause, Correspondence, Statute, Version
from statutes.periods import Refused

Status, Kind = Correspondence.Status, Correspondence.Kind

READ_AGAIN = "这一行的条文在您打开之后已被导入更新，决定没有记录；请重新打开再看"


def is_later(new: Version, old: Version) -> bool:
    """Whether a clause of ``new`` may stand in the place of one of ``old``."""
    return (new.effective_from or dt.date.max) > (old.effective_from or dt.date.min)


def confirm_correspondence(old: Clause, new: Clause | None, *, kind: str, note: str = "") -> bool:
    """Record a correspondence that Luwen itself brings; ``new`` None: dropped, nothing stands in
    its place. False where it was there already, or where somebody rejected it. Raises ValueError
    where ``new`` isn't later."""
    if new and not is_later(new.version, old.version):
        raise ValueError(f"{new} is not later than {old}")
    with library_lock():
        beside = None if new else next_text(old.version)
        hop = Correspondence.objects.filter(old=old, new=new, beside=beside).first()
        if hop and hop.status == Status.REJECTED:
            return False  # a person's decision stands, whatever an import brings
        if hop and (hop.kind, hop.status) == (kind, Status.CONFIRMED):
            return False
        _confirm(old, new, kind=kind, note=note, by=None)
        _follow({clause.version.statute_id for clause in (old, new) if clause}, [old])
    return True


def decide(hops: Iterable[Correspondence], *, status: str, by: AbstractBaseUser | None) -> int:
    """A person confirms, rejects or reopens correspondences as they were read; the changes that
    follow are made anew. How many: what an import has changed meanwhile is left to be read again.
    """
    seen = {(hop.old_id, hop.new_id): hop.words for hop in hops}
    with library_lock():
        # By what they join: an import makes its proposals anew, with other ids.
        held = Correspondence.objects.filter(old__in={old for old, _ in seen})
        held = [
            hop
            for hop in held.select_related("old__version__statute", "new")
            if seen.get((hop.old_id, hop.new_id)) == hop.words
        ]
        for hop in held:
            hop.status = status
            decided = status != Status.PROPOSED
            hop.confirmed_by = by if decided else None
            hop.confirmed_at = timezone.now() if decided else None
        if status == Status.CONFIRMED:
            held = _without_contradictions(held)
        Correspondence.objects.bulk_update(held, ["status", "confirmed_by", "confirmed_at"])
        ids = owners({clause for hop in held for clause in (hop.old_id, hop.new_id) if clause})
        _follow(ids, [hop.old for hop in held])
    return len(held)


def _without_contradictions(hops: list[Correspondence]) -> list[Correspondence]:
    """Those of which nobody has confirmed the contrary: dropped, and living on."""
    olds = {hop.old_id for hop in hops}
    confirmed = Correspondence.objects.filter(old__in=olds, status=Status.CONFIRMED)
    said = {(old, new is None) for old, new in confirmed.values_list("old", "new")}
    kept = []
    for hop in sorted(hops, key=lambda hop: hop.new_id is None):
        if (hop.old_id, hop.new_id is not None) not in said:
            kept.append(hop)
            said.add((hop.old_id, hop.new_id is None))
    return kept


def choose(
    hop: Correspondence,
    news: Sequence[Clause],
    *,
    kind: str,
    note: str = "",
    words: str,
    by: AbstractBaseUser,
) -> None:
    """A person says what the old clause of a row became: one clause, several (it was split), or
    none (dropped). What the row itself proposed counts as rejected where it isn't among them.

    ``words``: the row's, as the person read them. Raises Refused where they changed meanwhile.
    """
    with library_lock():
        held = Correspondence.objects.select_related("old__version__statute", "new")
        held = held.filter(old=hop.old_id, new=hop.new_id).first()
        if held is None or held.words != words:
            raise Refused(READ_AGAIN)
        if held.new not in (news or [None]):
            held.status, held.confirmed_by, held.confirmed_at = Status.REJECTED, by, timezone.now()
            held.save()
        news = list(dict.fromkeys(news))
        kind = _kind(held.old, news, kind)
        _retire(held.old, news)
        for new in news or [None]:
            _confirm(held.old, new, kind=kind, note=note, by=by)
        _follow({held.old.version.statute_id, *(c.version.statute_id for c in news)}, [held.old])


def _retire(old: Clause, news: Sequence[Clause]) -> None:
    """Dropped and living on exclude each other: what was confirmed before gives way."""
    confirmed = Correspondence.objects.filter(old=old, status=Status.CONFIRMED)
    other = confirmed.filter(new=None) if news else confirmed.exclude(new=None)
    other.update(status=Status.REJECTED)


def _kind(old: Clause, news: Sequence[Clause], kind: str) -> str:
    """The kind that was chosen, or the one that follows where it can't be."""
    if len(news) != 1:
        return Kind.SPLIT if news else Kind.DROPPED
    if kind not in (Kind.SPLIT, Kind.DROPPED):
        return kind
    return Kind.RENUMBERED if news[0].text_hash == old.text_hash else Kind.AMENDED


def _confirm(
    old: Clause, new: Clause | None, *, kind: str, note: str, by: AbstractBaseUser | None
) -> None:
    beside = None if new else next_text(old.version)
    values = {
        "kind": kind,
        "status": Status.CONFIRMED,
        "note": note,
        "score": likeness(old.text, new.text) if new else 0.0,
        "confirmed_by": by,
        "confirmed_at": timezone.now() if by else None,
    }
    Correspondence.objects.update_or_create(old=old, new=new, beside=beside, defaults=values)


def _follow(statute_ids: set[int], olds: Iterable[Clause]) -> None:
    """Make anew what follows from decisions on clauses."""
    changed = set(statute_ids)
    for statute in {old.version.statute_id: old.version.statute for old in olds}.values():
        changed |= rebuild_changes(statute)
    library_changed.send(sender=Correspondence, statute_ids=changed, keys=set(), rewritten=False)


def check(
    version: Version, *, against: str, on: dt.date | None, words: str, by: AbstractBaseUser
) -> None:
    """Record who compared a text with the official one, or that nobody did (``on`` None).

    ``words``: the version's, as the person read it. Raises Refused where they changed meanwhile.
    """
    with library_lock():
        version.refresh_from_db()
        if version.words != words:
            raise Refused("条文在您打开之后已被替换，核对没有记录；请对照现在的文字再核对")
        version.checked_against, version.checked_on = against, on
        version.checked_by = by if on else None
        version.save(update_fields=["checked_against", "checked_on", "checked_by"])


def correct(version: Version, **facts) -> list[str]:
    """Put right what is recorded of a text beside its words: days, label, document number, the
    titles it repeals (one a line). No import overwrites it any more.

    None takes a day back: 施行日期待核. Returns what became of other texts' days, in Chinese. Raises
    Refused where the days overlap another text's.
    """
    with library_lock():
        version.refresh_from_db()  # behind the lock: an import may have written it meanwhile
        statute = version.statute
        before, ends = leading_to(statute), _ends(statute, version.repeals, facts.get("repeals"))
        held, named = version.effective_from, version.repeals
        for name in facts:
            value = getattr(version, "stated_to" if name == "effective_to" else name)
            version.corrected.setdefault(name, str(value or ""))
        set_facts(version, facts)
        try:
            with transaction.atomic():
                version.save()
        except IntegrityError as error:
            raise Refused("与这部法律的另一文本公布或施行日期相同") from error
        touched = {statute.pk} | periods.settle_around(version, before=named)
        version.refresh_from_db()
        if version.effective_from != held:
            move(version)
        touched |= derive(version, also=before | touched)
        library_changed.send(sender=Version, statute_ids=touched, keys=set(), rewritten=False)
        ends.pop(version.pk, None)
        return _moved(ends)


def remove(version: Version) -> list[str]:
    """Take a text out of the library that came in by mistake; what it ended goes on.

    Returns what became of other texts' days, in Chinese. Raises Refused where articles cite it.
    """
    with library_lock():
        version.refresh_from_db()
        statute, named = version.statute, version.repeals
        before, ends = leading_to(statute), _ends(statute, named)
        version.repeals = ""
        version.save(update_fields=["repeals"])
        changed = periods.settle_around(version, before=named)
        pk = version.pk
        try:
            version.delete()
        except ProtectedError as error:
            raise Refused("它的条文已被文章引用，不能删除") from error
        periods.settle(statute)
        changed |= rebuild_changes(statute, also=before | changed)
        for text in statute.versions.select_related("statute"):
            changed |= derive(text)
        library_changed.send(sender=Version, statute_ids=changed, keys=set(), rewritten=False)
        ends.pop(pk, None)
        return _moved(ends)


def _ends(statute: Statute, *repeals: str | None) -> dict[int, dt.date | None]:
    """When the texts end that a correction may reach, by their ids."""
    titles = {title for rows in repeals if rows for title in rows.split("\n")}
    reached = {statute.pk, *(other.pk for other in periods.named(titles))}
    texts = Version.objects.filter(statute__in=reached)
    return dict(texts.values_list("pk", "effective_to"))


def _moved(ends: dict[int, dt.date | None]) -> list[str]:
    return [
        f"《{text.statute.title}》（{text.name}）的失效日期由 {ends[text.pk] or '无'} "
        f"改为 {text.effective_to or '无'}"
        for text in Version.objects.filter(pk__in=ends).select_related("statute")
        if text.effective_to != ends[text.pk]
    ]


def follow_replacement(statute: Statute) -> None:
    """Make anew what follows where a person said what replaced a statute, or that nothing did."""
    with library_lock():
        changed = {statute.pk}
        periods.settle(statute)
        for version in statute.versions.select_related("statute"):
            changed |= derive(version)
        library_changed.send(sender=Statute, statute_ids=changed, keys=set(), rewritten=False)
