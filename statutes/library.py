"""The one way in which a text of law enters the library: ``store``.

Importers read files into StatuteText; ``store`` decides, in one transaction a text, whether it
is new, known, or better than what is held.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import ProtectedError, Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.text import slugify
from pypinyin import lazy_pinyin

from statutes import rendering
from statutes.correspondence import leading_to, owners, propose_around, rebuild_changes
from statutes.models import Alias, Clause, Correspondence, Heading, Statute, Version
from statutes.numerals import clause_label
from statutes.outline import ClauseText, headings_of
from statutes.quotations import differences
from statutes.texts import alias_key, text_hash

# Sent inside the transaction that changed the library, with statute_ids (a set of ids) and keys
# (a set of alias keys that came, went or changed their meaning): waiting citations resolve and
# pages age. ``articles`` connects it; this app knows of no article.
library_changed = Signal()

CREATED, UNCHANGED, COMPLETED, REPLACED, REFUSED = (
    "created",
    "unchanged",
    "completed",  # a higher source took it over, or it brought what was missing
    "replaced",  # the same source gave other words, and somebody said so (--replace)
    "refused",
)
_SHOWN_DIFFERENCES = 40
_LIMITS = {
    "title": ("标题", 200),
    "issuer": ("制定机关", 100),
    "label": ("版本名", 40),
    "document_number": ("文号", 80),
}
# What a text says of itself, beside its words.
_FACTS = (
    "label",
    "document_number",
    "promulgated_on",
    "effective_from",
    "effective_to",
    "preamble",
    "appendix",
)


@dataclass
class StatuteText:
    """One version of one statute, as an importer read it."""

    title: str
    kind: str
    source: int  # Version.Source
    clauses: list[ClauseText]
    issuer: str = ""
    slug: str = ""
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    replaced_by: str = ""
    repeals: tuple[str, ...] = ()  # titles of the statutes that this text repeals
    label: str = ""
    document_number: str = ""
    promulgated_on: dt.date | None = None
    effective_from: dt.date | None = None  # None: not stated, or not believed
    effective_to: dt.date | None = None
    is_complete: bool = True
    body: str = ""
    preamble: str = ""
    appendix: str = ""
    source_status: str = ""  # where the source says that the text has ended
    warnings: list[str] = field(default_factory=list)
    where: str = ""  # file, or file:line, that it was read from
    refusal: str = ""  # why it could not be read; then there is nothing else

    @classmethod
    def refused(cls, title: str, reason: str) -> "StatuteText":
        return cls(title=title, kind="", source=Version.Source.EXCERPT, clauses=[], refusal=reason)


@dataclass
class Outcome:
    """What became of one text. ``reasons`` says why it was refused, or how it differs."""

    text: StatuteText
    outcome: str
    version: Version | None = None
    reasons: list[str] = field(default_factory=list)


def store(text: StatuteText, *, replace: bool = False) -> Outcome:
    """Store a text of law; the whole of it or nothing.

    Versions merge on (title, effective_from) or, where one side's date is not believed, on the
    day of promulgation. A lower source never overwrites a higher one: its differences are
    warnings. A higher one completes and corrects what a lower one left, in place, since
    citations hold on to clauses. Other words from the same source are refused, unless
    ``replace``.
    """
    try:
        return _stored(text, replace=replace)
    except OperationalError:  # two imports that waited for each other
        if transaction.get_connection().in_atomic_block:
            raise
        return _stored(text, replace=replace)


def _stored(text: StatuteText, *, replace: bool) -> Outcome:
    problems = _problems(text)
    if problems:
        return Outcome(text, REFUSED, reasons=problems)
    try:
        with transaction.atomic():
            statute, new_keys = _statute(text)
            before = leading_to(statute)  # a clause that goes takes its correspondences along
            outcome = _store(statute, text, replace=replace)
            changed = outcome.outcome in (CREATED, COMPLETED, REPLACED)
            touched = {statute.pk}
            if changed:
                touched |= _note_repeals(statute, outcome.version)
                outcome.version.refresh_from_db()  # a repeal may have given it its end
                derive(outcome.version, also=before | touched)
            if changed or new_keys:
                library_changed.send(sender=Version, statute_ids=touched, keys=new_keys)
    except Refused as error:
        return Outcome(text, REFUSED, reasons=[str(error)])
    except ProtectedError as error:
        clauses = {row.clause.label for row in error.protected_objects if hasattr(row, "clause")}
        names = "、".join(sorted(clauses)) or "有的条文"
        reason = f"{names}已被文章引用，而新的文字里没有，不能替换"
        return Outcome(text, REFUSED, reasons=[reason])
    except (IntegrityError, DataError) as error:  # another import wrote the same text meanwhile
        return Outcome(text, REFUSED, reasons=[f"与库中已有内容冲突：{error}"])
    return outcome


def derive(version: Version, *, also: set[int] = frozenset()) -> None:
    """Make anew what follows from a text: proposals of what its clauses came from and became, and
    the changes of every clause that leads here, its page. ``also``: statutes that led here
    before."""
    propose_around(version)
    rebuild_changes(version.statute, also=also)
    rendering.write(version)


def ended_by(title: str, first: dt.date | None) -> Version | None:
    """The text that is law on ``first`` and would end with it, if a text of that title began."""
    if first is None:
        return None
    versions = Version.objects.filter(statute__title=_held_title(title), effective_from__lt=first)
    versions = versions.select_related("statute").order_by("effective_from")
    last = versions.last()
    return last if last and last.is_in_force(first) else None


@transaction.atomic
def confirm_correspondence(old: Clause, new: Clause | None, *, kind: str, note: str = "") -> bool:
    """Record a correspondence that a person vouches for; ``new`` None: dropped, nothing stands in
    its place. False where it was there already, or where somebody rejected it. Raises ValueError where ``new`` isn't later."""
    if new and not is_later(new.version, old.version):
        raise ValueError(f"{new} is not later than {old}")
    confirmed = {"kind": kind, "status": Correspondence.Status.CONFIRMED}
    hop = Correspondence.objects.filter(old=old, new=new).first()
    if hop and hop.status == Correspondence.Status.REJECTED:
        return False  # a person's decision stands, whatever an import brings
    if hop and (hop.kind, hop.status) == (kind, Correspondence.Status.CONFIRMED):
        return False
    score = 1.0 if new and old.text_hash == new.text_hash else 0.0
    Correspondence.objects.update_or_create(
        old=old,
        new=new,
        defaults={**confirmed, "note": note},
        create_defaults={**confirmed, "note": note, "score": score},
    )
    rebuild_changes(old.version.statute)
    statute_ids = {clause.version.statute_id for clause in (old, new) if clause}
    library_changed.send(sender=Correspondence, statute_ids=statute_ids, keys=set())
    return True


def is_later(new: Version, old: Version) -> bool:
    """Whether a clause of ``new`` may stand in the place of one of ``old``."""
    return (new.effective_from or dt.date.max) > (old.effective_from or dt.date.min)


@transaction.atomic
def decide(hops: Iterable[Correspondence], *, status: str, by: AbstractBaseUser | None) -> int:
    """A person confirms or rejects correspondences; the changes that follow are made anew. How
    many."""
    hops = list(hops)
    ids = owners({hop.old_id for hop in hops})
    # Locked in one order: two people who decide at once wait for each other.
    leaving = list(Statute.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for hop in hops:
        hop.status, hop.confirmed_by, hop.confirmed_at = status, by, timezone.now()
    Correspondence.objects.bulk_update(hops, ["status", "confirmed_by", "confirmed_at"])
    statutes = ids | owners({hop.new_id for hop in hops if hop.new_id})
    for statute in leaving:
        rebuild_changes(statute)
    library_changed.send(sender=Correspondence, statute_ids=statutes, keys=set())
    return len(hops)


@transaction.atomic
def correct(version: Version, **facts) -> None:
    """Put right what is recorded of a text beside its words: days, label, document number.

    None takes a day back: 施行日期待核. Raises Refused where the days overlap another text's.
    """
    statute = Statute.objects.select_for_update().get(pk=version.statute_id)
    version.refresh_from_db()  # behind the lock: an import may have written it meanwhile
    before = leading_to(statute)
    held = version.effective_from
    _set_facts(version, facts)
    try:
        with transaction.atomic():
            version.save(update_fields=[*facts, "effective_to"])
    except IntegrityError as error:
        raise Refused("与这部法律的另一文本公布或施行日期相同") from error
    touched = {statute.pk}
    if version.effective_from != held:
        if version.effective_from:  # a day taken back leaves the text before it ended
            _close_gap(statute, held)
        touched |= _note_repeals(statute, version, held=held)
        version.refresh_from_db()
        texts = Version.objects.filter(statute=statute)
        Correspondence.objects.leaving(*texts).filter(
            new__in=Clause.objects.ids_of(texts), status=Correspondence.Status.PROPOSED
        ).delete()
        for other in texts.exclude(pk=version.pk):
            propose_around(other)
    derive(version, also=before | touched)
    library_changed.send(sender=Version, statute_ids=touched, keys=set())


def _close_gap(statute: Statute, day: dt.date | None) -> None:
    """What ended on a day on which another text began, which has moved, ends with the next now."""
    dated = list(statute.versions.exclude(effective_from=None).order_by("effective_from"))
    if day is None or any(text.effective_from == day for text in dated):
        return
    for text, following in zip(dated, [*dated[1:], None], strict=True):
        if text.effective_to == day:
            text.effective_to = following and following.effective_from
            text.save(update_fields=["effective_to"])


class Refused(Exception):
    """Why a text or its days can't be taken, in Chinese."""


def _problems(text: StatuteText) -> list[str]:
    if text.refusal:
        return [text.refusal]
    problems = [
        f"{words}超过 {limit} 个字"
        for name, (words, limit) in _LIMITS.items()
        if len(getattr(text, name)) > limit
    ]
    if not text.title:
        problems.append("没有标题")
    problems += [f"别名超过 200 个字：{name[:20]}…" for name in text.aliases if len(name) > 200]
    if any(unicodedata.category(char) == "Cc" for char in text.title + text.label):
        problems.append("标题或版本名里有控制字符")
    if not text.clauses and not text.body:
        problems.append("没有条文，也没有正文")
    seen = set()
    for clause in text.clauses:
        if (clause.number, clause.branch) in seen:
            problems.append(f"{clause_label(clause.number, clause.branch)}重复")
        seen.add((clause.number, clause.branch))
    if text.effective_from and text.effective_to and text.effective_to <= text.effective_from:
        problems.append("失效日期不晚于施行日期")
    return problems


def _store(statute: Statute, text: StatuteText, *, replace: bool) -> Outcome:
    version = _matching(statute, text)
    if version is None:
        last_day = _make_room(statute, None, text.effective_from, text.effective_to)
        version = Version.objects.create(
            statute=statute,
            label=text.label,
            document_number=text.document_number,
            promulgated_on=text.promulgated_on,
            effective_from=text.effective_from,
            effective_to=last_day,
            is_complete=text.is_complete,
            source=text.source,
            source_status=text.source_status,
            body=text.body,
            preamble=text.preamble,
            appendix=text.appendix,
            repeals="\n".join(text.repeals),
            note="\n".join(text.warnings),
        )
        _write_clauses(version, text.clauses, is_whole=True)
        return Outcome(text, CREATED, version)
    differences = _differences(version, text)
    if text.source >= version.source and differences:
        # A check certifies the words that were checked; it goes with them.
        version.checked_against, version.checked_on, version.checked_by = "", None, None
    if text.source > version.source:
        _take_over(version, text)
        return Outcome(text, COMPLETED, version, differences)
    if text.source == version.source:
        differences += _differing_facts(version, text) + _differing_headings(version, text)
        if differences and not replace:
            raise Refused("；".join(["同一版本与库中不同，确认后用 --replace 替换", *differences]))
        if differences:
            _take_over(version, text)
            return Outcome(text, REPLACED, version, differences)
    changed = _fill_gaps(version, text)
    if missing := _missing(version, text):
        _write_clauses(version, missing, is_whole=False)
        changed = True
    return Outcome(text, COMPLETED if changed else UNCHANGED, version, differences)


def _missing(version: Version, text: StatuteText) -> list[ClauseText]:
    """Clauses that an incomplete version lacks: any source may bring them."""
    if version.is_complete:
        return []
    held = set(version.clauses.values_list("number", "branch"))
    return [clause for clause in text.clauses if (clause.number, clause.branch) not in held]


def _statute(text: StatuteText) -> tuple[Statute, set[str]]:
    """The statute, locked until the transaction ends, and the keys of the names that it did not
    have before."""
    statute, _ = Statute.objects.select_for_update().get_or_create(
        title=_held_title(text.title),
        defaults={
            "slug": _free_slug(text.slug or text.title.removeprefix("中华人民共和国")),
            "kind": text.kind,
            "issuer": text.issuer,
            "short_name": text.short_name,
        },
    )
    changed = [
        name
        for name in ("issuer", "short_name")
        if getattr(text, name) and not getattr(statute, name)
    ]
    for name in changed:
        setattr(statute, name, getattr(text, name))
    if statute.replaced_by is None:
        statute.replaced_by = _replacement(statute, text.replaced_by)
        changed.append("replaced_by")
    statute.save(update_fields=changed)
    known = set(statute.aliases.values_list("key", flat=True))
    new = {alias_key(name): name for name in (*text.aliases, statute.title)}
    for key in new.keys() - known:
        Alias.objects.create(statute=statute, name=new[key].removeprefix("中华人民共和国"))
    return statute, new.keys() - known


def _held_title(title: str) -> str:
    """The title as the library has it, where that differs in its marks or in 中华人民共和国 alone:
    适用〈合同法〉 and 适用《中华人民共和国合同法》 are one statute."""
    key = alias_key(title)
    aliases = Alias.objects.filter(key=key).select_related("statute").order_by("pk")
    titles = [alias.statute.title for alias in aliases]
    return next((held for held in titles if alias_key(held) == key), title)


def _replacement(statute: Statute, title: str) -> Statute | None:
    """Which statute replaced this one: as told, or as a text says that arrived before it."""
    if title:
        return Statute.objects.filter(title=title).first()
    key = alias_key(statute.title)
    for version in Version.objects.exclude(repeals="").select_related("statute"):
        if version.statute_id != statute.pk and key in map(alias_key, version.repeals.split("\n")):
            return version.statute
    return None


def _note_repeals(statute: Statute, version: Version, *, held: dt.date | None = None) -> set[int]:
    """Repealed statutes end on the day on which the text that repeals them begins: those that
    this one names, and this one where another names it. Returns the statutes that it changed."""
    keys = {alias_key(title) for title in version.repeals.split("\n")} - {""}
    repealed = [
        other
        for other in Statute.objects.exclude(pk=statute.pk)
        if keys and alias_key(other.title) in keys
    ]
    for other in repealed:
        if other.replaced_by_id is None:
            other.replaced_by = statute
            other.save(update_fields=["replaced_by"])
        _end_with(other, version, held=held)
    if statute.replaced_by and (repealing := _repealing(statute)):
        _end_with(statute, repealing)
    return {other.pk for other in repealed}


def _repealing(statute: Statute) -> Version | None:
    """The text that names the statute among those it repeals."""
    key = alias_key(statute.title)
    return next(
        (
            version
            for version in statute.replaced_by.versions.exclude(repeals="")
            if key in map(alias_key, version.repeals.split("\n"))
        ),
        None,
    )


def _end_with(statute: Statute, repealing: Version, *, held: dt.date | None = None) -> None:
    last = statute.versions.exclude(effective_from=None).order_by("effective_from").last()
    if (
        last
        and last.effective_to in (None, held)
        and repealing.effective_from
        and last.effective_from < repealing.effective_from
    ):
        last.effective_to = repealing.effective_from
        last.save(update_fields=["effective_to"])


def _free_slug(name: str) -> str:
    base = slugify("".join(lazy_pinyin(name, errors="ignore")) or name)[:70] or "statute"
    slug, count = base, 1
    while Statute.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{base}-{count}"
    return slug


def _matching(statute: Statute, text: StatuteText) -> Version | None:
    versions = list(statute.versions.all())
    for version in versions:
        if text.effective_from and version.effective_from == text.effective_from:
            return version
    for version in versions:
        if version.promulgated_on != text.promulgated_on:
            continue
        undated = (text.effective_from is None, version.effective_from is None)
        if all(undated) or (text.promulgated_on and any(undated)):
            return version
    if text.effective_from is None and text.clauses:
        # A source that gives no day we believe may give a wrong day of promulgation too.
        wanted = {(item.number, item.branch): text_hash(item.text) for item in text.clauses}
        return next((version for version in versions if _hashes(version) == wanted), None)
    return None


def _hashes(version: Version) -> dict[tuple[int, int], str]:
    return {
        (number, branch): digest
        for number, branch, digest in version.clauses.values_list("number", "branch", "text_hash")
    }


def _fill_gaps(version: Version, text: StatuteText) -> bool:
    """Take from any source what the library does not know at all. To fill is not to overwrite."""
    filled = [name for name in _FACTS if getattr(text, name) and not getattr(version, name)]
    _set_facts(version, {name: getattr(text, name) for name in filled})
    if text.repeals and not version.repeals:
        version.repeals = "\n".join(text.repeals)
        filled.append("repeals")
    if filled:
        version.save(update_fields=[*filled, "effective_to"])
    return bool(filled)


def _take_over(version: Version, text: StatuteText) -> None:
    """A text takes over one that is held. Clauses keep their rows, and with them their
    citations."""
    version.source, version.source_status = text.source, text.source_status
    version.is_complete = version.is_complete or text.is_complete
    version.note = "\n".join(text.warnings)
    version.body = text.body if text.is_complete else version.body
    version.repeals = "\n".join(text.repeals) or version.repeals
    _set_facts(version, {name: getattr(text, name) for name in _FACTS if getattr(text, name)})
    if text.is_complete:
        version.preamble, version.appendix = text.preamble, text.appendix
    version.save()
    _write_clauses(version, text.clauses, is_whole=text.is_complete)


def _set_facts(version: Version, facts: dict) -> None:
    if "effective_from" in facts or "effective_to" in facts:
        facts = {**facts}
        first = facts.get("effective_from", version.effective_from)
        last = facts.get("effective_to", version.effective_to)
        facts["effective_to"] = _make_room(version.statute, version, first, last)
    for name, value in facts.items():
        setattr(version, name, value)


def _differing_facts(version: Version, text: StatuteText) -> list[str]:
    """What the two say differently of the text, beside its clauses. What one leaves open is no
    difference, nor is an end that follows from the next text's beginning."""
    return [
        f"{Version._meta.get_field(name).verbose_name}不同：库中 {_shown(held)}，文件 {_shown(read)}"
        for name in _FACTS
        if name not in ("label", "document_number")
        and (read := getattr(text, name))
        and (held := getattr(version, name))
        and (text_hash(read) != text_hash(held) if isinstance(read, str) else read != held)
    ]


def _differing_headings(version: Version, text: StatuteText) -> list[str]:
    if not (text.is_complete and text.clauses):
        return []
    held = list(version.headings.order_by("order").values_list("level", "text"))
    read = headings_of(text.clauses)
    gone = [name for level, name in held if (level, name) not in read]
    come = [name for level, name in read if (level, name) not in held]
    if not gone and not come:
        return []
    return [f"编章节标题不同：库中 {'、'.join(gone) or '无'}，文件 {'、'.join(come) or '无'}"[:300]]


def _shown(value: str | dt.date) -> str:
    return value[:20] + "…" if isinstance(value, str) and len(value) > 20 else str(value)


def _differences(version: Version, text: StatuteText) -> list[str]:
    """Clauses whose words or places differ between what is held and what was read."""
    held = {
        (clause.number, clause.branch): clause
        for clause in version.clauses.select_related("heading").defer("heading__text")
    }
    found = []
    for item in text.clauses:
        clause = held.pop((item.number, item.branch), None)
        if clause is None:
            if version.is_complete:
                found.append(f"库中没有{clause_label(item.number, item.branch)}")
        elif clause.text_hash != text_hash(item.text):
            found.append(f"{clause.label}文字不同：{_words_of(clause.text, item.text)}")
    if text.is_complete:
        found += [f"文件里没有{clause.label}" for clause in held.values()]
    if text.body and version.body and text_hash(text.body) != text_hash(version.body):
        found.append(f"正文不同：{_words_of(version.body, text.body)}")
    if len(found) > _SHOWN_DIFFERENCES:
        found = [*found[:_SHOWN_DIFFERENCES], f"……共 {len(found)} 处"]
    return found


def _words_of(before: str, after: str) -> str:
    """The first words that differ: “三十”→“六十”."""
    steps = [f"“{old}”→“{new}”" for _, old, new in differences(before, after)]
    shown = "，".join(step if len(step) < 80 else step[:80] + "…" for step in steps[:3])
    return shown + (f" 等 {len(steps)} 处" if len(steps) > 3 else "")


def _write_clauses(version: Version, clauses: list[ClauseText], *, is_whole: bool) -> None:
    """Write the clauses over those that are held. Where they are the whole text, what it does not
    have goes, and its headings are the headings; an excerpt leaves all else as it is."""
    held = {(clause.number, clause.branch): clause for clause in version.clauses.all()}
    if is_whole:
        version.headings.all().delete()
        headings = _write_headings(version, clauses)
    else:
        headings = [
            held[key].heading if (key := (item.number, item.branch)) in held else None
            for item in clauses
        ]
    new, kept, changed = [], [], []
    for order, (item, heading) in enumerate(zip(clauses, headings, strict=True), start=1):
        clause = held.pop((item.number, item.branch), None)
        if clause and clause.text_hash != text_hash(item.text):
            changed.append(clause.pk)
        (kept if clause else new).append(clause := clause or Clause(version=version))
        clause.number, clause.branch, clause.order = item.number, item.branch, order
        clause.text, clause.text_hash, clause.heading = item.text, text_hash(item.text), heading
    if is_whole:
        for clause in held.values():
            clause.delete()  # a cited one refuses to go
    else:
        kept += held.values()
        everything = sorted([*new, *kept], key=lambda clause: (clause.number, clause.branch))
        for order, clause in enumerate(everything, start=1):
            clause.order = order
    Clause.objects.bulk_create(new, batch_size=500)
    Clause.objects.bulk_update(kept, ["order", "text", "text_hash", "heading"], batch_size=200)
    # Whoever confirmed what became of a clause read other words.
    Correspondence.objects.filter(
        Q(old__in=changed) | Q(new__in=changed), status=Correspondence.Status.CONFIRMED
    ).update(status=Correspondence.Status.PROPOSED, confirmed_by=None, confirmed_at=None)


def _write_headings(version: Version, clauses: list[ClauseText]) -> list[Heading | None]:
    """The heading of each clause. Equal paths in a row are one heading."""
    rows: list[Heading] = []
    current: list[Heading] = []
    result: list[Heading | None] = []
    for clause in clauses:
        path = clause.headings
        common = 0
        while (
            common < min(len(path), len(current))
            and (current[common].level, current[common].text) == path[common]
        ):
            common += 1
        del current[common:]
        for level, text in path[common:]:
            parent = current[-1] if current else None
            heading = Heading(
                version=version,
                parent=parent,
                level=level,
                order=len(rows) + 1,
                text=text,
                place=f"{parent.place} › {text}" if parent else text,
            )
            rows.append(heading)
            current.append(heading)
        result.append(current[-1] if current else None)
    _create_level_by_level(rows)
    return result


def _create_level_by_level(rows: Iterable[Heading]) -> None:
    """Parents need their ids first."""
    remaining = list(rows)
    while remaining:
        ready = [row for row in remaining if row.parent is None or row.parent.pk]
        for row in ready:
            row.parent = row.parent  # takes over the id that the parent has meanwhile
        Heading.objects.bulk_create(ready)
        remaining = [row for row in remaining if not row.pk]


def _make_room(
    statute: Statute, version: Version | None, first: dt.date | None, last: dt.date | None
) -> dt.date | None:
    """Where a text that begins on ``first`` ends, the statute's other texts being as they are;
    the one before it ends where it begins. Refuses two texts for one day.

    ``last`` None: not stated; then it ends where the next begins. The caller holds the statute's
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
