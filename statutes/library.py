"""The one way in which a text of law enters the library: ``store``.

Importers read files into StatuteText; ``store`` decides, in one transaction a text, whether it
is new, known, or better than what is held.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.dispatch import Signal
from django.utils.text import slugify
from pypinyin import lazy_pinyin

from statutes.correspondence import leading_to, rebuild_changes
from statutes.models import Alias, Clause, Correspondence, Heading, Statute, Version
from statutes.numerals import clause_label
from statutes.outline import ClauseText
from statutes.texts import alias_key, text_hash

# Sent inside the transaction that changed the library, with statute_ids (a set of ids) and keys
# (a set of alias keys that came, went or changed their meaning): waiting citations resolve and
# pages age. ``articles`` connects it; this app knows of no article.
library_changed = Signal()

CREATED, UNCHANGED, COMPLETED, REFUSED = "created", "unchanged", "completed", "refused"


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


@dataclass
class Outcome:
    """What became of one text. ``reasons`` says why it was refused, or how it differs."""

    text: StatuteText
    outcome: str
    version: Version | None = None
    reasons: list[str] = field(default_factory=list)


def store(text: StatuteText) -> Outcome:
    """Store a text of law; the whole of it or nothing.

    Versions merge on (title, effective_from) or, where one side's date is not believed, on the
    day of promulgation. A lower source never overwrites a higher one: its differences are
    warnings. A higher one completes and corrects what a lower one left, in place, since
    citations hold on to clauses.
    """
    problems = _problems(text)
    if problems:
        return Outcome(text, REFUSED, reasons=problems)
    try:
        with transaction.atomic():
            statute, new_keys = _statute(text)
            before = leading_to(statute)  # a clause that goes takes its correspondences along
            outcome = _store(statute, text)
            changed = outcome.outcome in (CREATED, COMPLETED)
            if changed:
                _close_periods(statute)
                rebuild_changes(statute, also=before)
            if changed or new_keys:
                library_changed.send(sender=Version, statute_ids={statute.pk}, keys=new_keys)
    except _Refused as error:
        return Outcome(text, REFUSED, reasons=[str(error)])
    except (
        ProtectedError,
        IntegrityError,
    ) as error:  # a cited clause would go; two texts for a day
        return Outcome(text, REFUSED, reasons=[f"与库中已有内容冲突：{error}"])
    return outcome


@transaction.atomic
def confirm_correspondence(old: Clause, new: Clause | None, *, kind: str, note: str = "") -> bool:
    """Record a correspondence that a person vouches for; ``new`` None: dropped, nothing stands in
    its place. False where it was there already. Raises ValueError where ``new`` isn't later."""
    if new and (new.version.effective_from or dt.date.max) <= (
        old.version.effective_from or dt.date.min
    ):
        raise ValueError(f"{new} is not later than {old}")
    confirmed = {"kind": kind, "status": Correspondence.Status.CONFIRMED}
    hop = Correspondence.objects.filter(old=old, new=new).first()
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


class _Refused(Exception):
    pass


def _problems(text: StatuteText) -> list[str]:
    problems = []
    if not text.title:
        problems.append("没有标题")
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


def _store(statute: Statute, text: StatuteText) -> Outcome:
    version = _matching(statute, text)
    if version is None:
        version = Version.objects.create(
            statute=statute,
            label=text.label,
            document_number=text.document_number,
            promulgated_on=text.promulgated_on,
            effective_from=text.effective_from,
            effective_to=text.effective_to,
            is_complete=text.is_complete,
            source=text.source,
            source_status=text.source_status,
            body=text.body,
            note="\n".join(text.warnings),
        )
        _write_clauses(version, text.clauses, is_whole=True)
        return Outcome(text, CREATED, version)
    changed = _fill_gaps(version, text)
    if text.source > version.source:
        return _complete(version, text)
    differences = _differences(version, text)
    if differences and text.source == version.source:
        raise _Refused("；".join(["同一版本的文字与库中不同", *differences]))
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
    """The statute, and the keys of the names that it did not have before."""
    statute = Statute.objects.filter(title=text.title).first()
    if statute is None:
        statute = Statute.objects.create(
            title=text.title,
            slug=_free_slug(text.slug or text.title.removeprefix("中华人民共和国")),
            kind=text.kind,
            issuer=text.issuer,
        )
    if text.replaced_by and statute.replaced_by is None:
        statute.replaced_by = Statute.objects.filter(title=text.replaced_by).first()
        statute.save(update_fields=["replaced_by"])
    known = set(statute.aliases.values_list("key", flat=True))
    new = {alias_key(name): name for name in (*text.aliases, statute.title)}
    for key in new.keys() - known:
        Alias.objects.create(statute=statute, name=new[key].removeprefix("中华人民共和国"))
    return statute, new.keys() - known


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
    return None


def _fill_gaps(version: Version, text: StatuteText) -> bool:
    """Take from any source what the library does not know at all. To fill is not to overwrite."""
    filled = []
    for name in ("label", "document_number", "promulgated_on", "effective_from", "effective_to"):
        value = getattr(text, name)
        if value and not getattr(version, name):
            setattr(version, name, value)
            filled.append(name)
    if filled:
        version.save(update_fields=filled)
    return bool(filled)


def _complete(version: Version, text: StatuteText) -> Outcome:
    """A higher source takes a version over. Clauses keep their rows."""
    differences = _differences(version, text)
    version.source, version.source_status = text.source, text.source_status
    version.is_complete = version.is_complete or text.is_complete
    version.note = "\n".join(text.warnings)
    version.body = text.body or version.body
    for name in ("label", "document_number", "promulgated_on", "effective_from", "effective_to"):
        if value := getattr(text, name):
            setattr(version, name, value)
    version.save()
    _write_clauses(version, text.clauses, is_whole=text.is_complete)
    return Outcome(text, COMPLETED, version, differences)


def _differences(version: Version, text: StatuteText) -> list[str]:
    """Clauses whose words differ between what is held and what was read, both being there."""
    held = {
        (number, branch): digest
        for number, branch, digest in version.clauses.values_list("number", "branch", "text_hash")
    }
    differences = [
        f"{clause_label(clause.number, clause.branch)}文字不同"
        for clause in text.clauses
        if (clause.number, clause.branch) in held
        and held[clause.number, clause.branch] != text_hash(clause.text)
    ]
    if text.is_complete and version.is_complete and len(held) != len(text.clauses):
        differences.append(f"条数不同：库中 {len(held)} 条，文件 {len(text.clauses)} 条")
    return differences


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
    new, kept = [], []
    for order, (item, heading) in enumerate(zip(clauses, headings, strict=True), start=1):
        clause = held.pop((item.number, item.branch), None)
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


def _close_periods(statute: Statute) -> None:
    """Each dated text ends where the next begins. Refuses two texts for one day."""
    dated = list(
        statute.versions.exclude(effective_from=None).order_by("effective_from").select_for_update()
    )
    for version, following in pairwise(dated):
        # An end that is another text's first day was derived from it, and moves when a text
        # arrives in between.
        is_derived = version.effective_to in {other.effective_from for other in dated}
        if version.effective_to is None or is_derived:
            if version.effective_to != following.effective_from:
                version.effective_to = following.effective_from
                version.save(update_fields=["effective_to"])
        elif version.effective_to > following.effective_from:
            raise _Refused(
                f"与另一版本的施行期间重叠：{version.effective_from} 至 {version.effective_to}，"
                f"另一版本自 {following.effective_from} 起施行"
            )
