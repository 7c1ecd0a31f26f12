"""The one way in which a text of law enters the library: ``store``.

Importers read files into StatuteText; ``store`` decides, in one transaction a text, whether it
is new, known, or better than what is held.
"""

import dataclasses
import datetime as dt
import logging
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import Max, ProtectedError, Q
from django.dispatch import Signal
from django.utils.text import slugify

from statutes import collation, periods, rendering
from statutes.correspondence import leading_to, propose_around, rebuild_changes
from statutes.incoming import StatuteText, problems_of
from statutes.lock import library_lock
from statutes.models import Alias, Clause, Correspondence, Statute, Version
from statutes.outline import ClauseText
from statutes.periods import Refused
from statutes.pinyin import slug_in_pinyin
from statutes.texts import alias_key, text_hash
from statutes.writing import write_clauses

# Sent inside the transaction that changed the library, with statute_ids (a set of ids) and keys
# (a set of alias keys that came, went or changed their meaning) and ``rewritten`` (whether the words
# of a text that was held are others): waiting citations resolve and pages age. ``articles`` connects it; this app knows of no article.
library_changed = Signal()

logger = logging.getLogger(__name__)

CREATED, UNCHANGED, COMPLETED, REPLACED, REFUSED = (
    "created",
    "unchanged",
    "completed",  # a higher source took it over, or it brought what was missing
    "replaced",  # the same source gave other words, and somebody said so (--replace)
    "refused",
)
# Where the library keeps what a text states of its end: the end itself is derived.
_FIELD = {"effective_to": "stated_to"}
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
class Outcome:
    """What became of one text. ``reasons`` says why it was refused, or how it differs."""

    text: StatuteText
    outcome: str
    version: Version | None = None
    reasons: list[str] = field(default_factory=list)


def store(text: StatuteText, *, replace: bool = False, add_only: bool = False) -> Outcome:
    """Store a text of law; the whole of it or nothing.

    Versions merge on (title, effective_from) or, where one side's date is not believed or was put
    right by a person, on the day of promulgation or on their words. A lower source never
    overwrites a higher one, no source what a person put right: its differences are warnings. A
    higher one completes and corrects what a lower one left, in place, since citations hold on to
    clauses. Other words from the same source are refused, unless ``replace``; any change of a
    text that is held is, for ``add_only``.
    """
    try:
        return _stored(text, replace=replace, add_only=add_only)
    except OperationalError:  # it and a publication waited for each other
        if transaction.get_connection().in_atomic_block:
            raise
        return _stored(text, replace=replace, add_only=add_only)


def _stored(text: StatuteText, *, replace: bool, add_only: bool) -> Outcome:
    problems = problems_of(text)
    if problems:
        return Outcome(text, REFUSED, reasons=problems)
    try:
        with library_lock():
            statute, new_keys, is_replaced = _statute(text, add_only=add_only)
            before = leading_to(statute)  # a clause that goes takes its correspondences along
            ends = dict(Version.objects.values_list("pk", "effective_to")) if add_only else {}
            outcome, touched = _store(statute, text, replace=replace)
            changed = outcome.outcome in (CREATED, COMPLETED, REPLACED)
            if add_only and changed:
                _check_adds_only(outcome, ends)
            if changed or is_replaced:
                outcome.version.refresh_from_db()  # a repeal may have given it its end
                touched |= derive(outcome.version, also=before | touched)
            if changed or is_replaced or new_keys:
                library_changed.send(
                    sender=Version,
                    statute_ids=touched,
                    keys=new_keys,
                    rewritten=outcome.outcome in (COMPLETED, REPLACED),
                )
    except Refused as error:
        return Outcome(text, REFUSED, reasons=[str(error)])
    except ProtectedError as error:
        clauses = {row.clause.label for row in error.protected_objects if hasattr(row, "clause")}
        names = "、".join(sorted(clauses)) or "有的条文"
        reason = f"{names}已被文章引用，而新的文字里没有，不能替换"
        return Outcome(text, REFUSED, reasons=[reason])
    except (IntegrityError, DataError):
        logger.exception("could not store %s", text.title)
        return Outcome(text, REFUSED, reasons=["与库中已有内容冲突，没有写入；详情见日志"])
    return outcome


def _check_adds_only(outcome: Outcome, ends: dict[int, dt.date | None]) -> None:
    """Raises Refused where a text changed what is held: for who may add only."""
    if outcome.outcome != CREATED:
        raise Refused("库中已有这一版本而内容不同；您只能新增，请有修改权限的同事上传")
    for other in Version.objects.filter(pk__in=ends).select_related("statute"):
        if other.effective_to != ends[other.pk]:
            raise Refused(f"这一份会改变{other}的失效日期；您只能新增，请有修改权限的同事上传")


def derive(version: Version, *, also: set[int] = frozenset()) -> set[int]:
    """Make anew what follows from a text: proposals of what its clauses came from and became, the
    changes of every clause that leads here, its page. ``also``: statutes that led here before.
    Returns the statutes whose clauses' changes were made anew."""
    propose_around(version)
    changed = rebuild_changes(version.statute, also=also)
    rendering.write(version)
    return changed


def move(version: Version) -> None:
    """Propose anew what became of the clauses around a text whose first day was another. The
    caller derives the text itself."""
    texts = Version.objects.filter(statute=version.statute)
    Correspondence.objects.leaving(*texts).filter(
        Q(new__in=Clause.objects.ids_of(texts)) | Q(new=None),
        status=Correspondence.Status.PROPOSED,
    ).delete()
    for other in texts.exclude(pk=version.pk):
        propose_around(other)


def _store(statute: Statute, text: StatuteText, *, replace: bool) -> tuple[Outcome, set[int]]:
    """What became of the text, and the statutes whose days it changed."""
    version = _matching(statute, text)
    if version is None:
        version = Version.objects.create(
            statute=statute,
            label=text.label,
            document_number=text.document_number,
            promulgated_on=text.promulgated_on,
            effective_from=text.effective_from,
            stated_to=text.effective_to,
            is_complete=text.is_complete,
            source=text.source,
            source_status=text.source_status,
            body=text.body,
            preamble=text.preamble,
            appendix=text.appendix,
            repeals="\n".join(text.repeals),
            note="\n".join(text.warnings),
        )
        write_clauses(version, text.clauses, is_whole=True)
        return Outcome(text, CREATED, version), {statute.pk} | periods.settle_around(version)
    held, before = version.effective_from, version.repeals
    text, kept = _as_corrected(version, text)
    outcome = _merge(version, text, replace=replace)
    outcome.reasons += kept
    touched = {statute.pk} | periods.settle_around(version, before=before)
    if version.effective_from != held:
        move(version)
    return outcome, touched


def _as_corrected(version: Version, text: StatuteText) -> tuple[StatuteText, list[str]]:
    """The text with what a person put right, and where it says otherwise."""
    facts, kept = {}, []
    for name in version.corrected:
        value, read = getattr(version, _FIELD.get(name, name)), getattr(text, name)
        if name == "repeals":
            value = tuple(row for row in value.split("\n") if row)
        facts[name] = value
        if read and read != value:
            verbose = Version._meta.get_field(name).verbose_name
            kept.append(
                f"{verbose}以人工更正为准：库中 {collation.shown(value)}，文件 {collation.shown(read)}"
            )
    return dataclasses.replace(text, **facts), kept


def _merge(version: Version, text: StatuteText, *, replace: bool) -> Outcome:
    """Bring a text together with the one that is held of the same days."""
    differences = collation.clauses(version, text)
    if text.source >= version.source and (differences or collation.around(version, text)):
        _forget_check(version)
    if text.source > version.source:
        differences += collation.around(version, text)
        _take_over(version, text)
        return Outcome(text, COMPLETED, version, differences)
    if text.source == version.source:
        differences += collation.facts(version, text) + collation.headings(version, text)
        if differences and not replace:
            raise Refused("；".join(["同一版本与库中不同，确认后用 --replace 替换", *differences]))
        if differences:
            _take_over(version, text)
            return Outcome(text, REPLACED, version, differences)
    if text.source < version.source:
        differences += collation.facts(version, text, collation.DAYS)
    changed = _fill_gaps(version, text)
    if missing := _missing(version, text):
        write_clauses(version, missing, is_whole=False)
        _forget_check(version)
        version.save(update_fields=["checked_against", "checked_on", "checked_by"])
        changed = True
    return Outcome(text, COMPLETED if changed else UNCHANGED, version, differences)


def _forget_check(version: Version) -> None:
    """A check certifies the words that were checked; it goes with them."""
    version.checked_against, version.checked_on, version.checked_by = "", None, None


def _missing(version: Version, text: StatuteText) -> list[ClauseText]:
    """Clauses that an incomplete version lacks: any source may bring them."""
    if version.is_complete:
        return []
    held = set(version.clauses.values_list("number", "branch"))
    return [clause for clause in text.clauses if (clause.number, clause.branch) not in held]


def _statute(text: StatuteText, *, add_only: bool) -> tuple[Statute, set[str], bool]:
    """The statute, the keys of the names that it did not have before, and whether what replaced it
    is another than before."""
    statute, _ = Statute.objects.get_or_create(
        title=periods.held_title(text.title),
        defaults={
            "slug": lambda: _free_slug(text.slug or text.title.removeprefix("中华人民共和国")),
            "kind": text.kind,
            "issuer": text.issuer,
            "short_name": text.short_name,
        },
    )
    best = statute.versions.aggregate(best=Max("source"))["best"]
    is_better = best and text.source > best and not add_only
    known_better = ("kind", "issuer") if is_better else ()
    changed = [
        name
        for name in ("kind", "issuer", "short_name")
        if getattr(text, name) and (name in known_better or not getattr(statute, name))
    ]
    for name in changed:
        setattr(statute, name, getattr(text, name))
    is_replaced = periods.find_replacement(statute, told=text.replaced_by)
    if changed or is_replaced:
        statute.save(update_fields=[*changed, "replaced_by"])
    known = set(statute.aliases.values_list("key", flat=True))
    new = {alias_key(name): name for name in (*text.aliases, statute.title)}
    for key in new.keys() - known:
        Alias.objects.create(statute=statute, name=new[key].removeprefix("中华人民共和国"))
    return statute, new.keys() - known, is_replaced


def _free_slug(name: str) -> str:
    base = (slug_in_pinyin(name, with_others=False) or slugify(name))[:70] or "statute"
    slug, count = base, 1
    while Statute.objects.filter(slug=slug).exists():
        count += 1
        slug = f"{base}-{count}"
    return slug


def _matching(statute: Statute, text: StatuteText) -> Version | None:
    versions = list(statute.versions.all())
    same_day = [v for v in versions if text.promulgated_on in _days(v, "promulgated_on")]
    if text.effective_from:
        first = [v for v in versions if text.effective_from in _days(v, "effective_from")]
        # Known by a day that a person put right since: where something else speaks for it too.
        known = [
            v
            for v in first
            if v.effective_from != text.effective_from
            and ((text.promulgated_on and v in same_day) or _has_words_of(v, text))
        ]
        held = [v for v in first if v.effective_from == text.effective_from]
        if known and not (held and _has_words_of(held[0], text)):
            return known[0]
        if held:
            return held[0]
    for version in same_day:
        undated = (text.effective_from is None, version.effective_from is None)
        is_open = any(undated) or "effective_from" in version.corrected
        if all(undated) or (text.promulgated_on and is_open):
            return version
    # A source that gives no day we believe, or a wrong one, may give a wrong day of promulgation
    # too: then the words tell.
    for version in versions:
        is_open = None in (text.effective_from, version.effective_from) or version in same_day
        is_open = is_open or bool({"effective_from", "promulgated_on"} & set(version.corrected))
        if is_open and _has_words_of(version, text):
            return version
    return None


def _days(version: Version, name: str) -> set[dt.date | None]:
    """A day as recorded, and as it was before somebody put it right."""
    days = {getattr(version, name)}
    if name in version.corrected:
        before = version.corrected[name]
        days.add(dt.date.fromisoformat(before) if before else None)
    return days


def _has_words_of(version: Version, text: StatuteText) -> bool:
    """Whether both are whole texts, with the same clauses."""
    if not (text.is_complete and text.clauses and version.is_complete):
        return False
    wanted = {(item.number, item.branch): text_hash(item.text) for item in text.clauses}
    return _hashes(version) == wanted


def _hashes(version: Version) -> dict[tuple[int, int], str]:
    return {
        (number, branch): digest
        for number, branch, digest in version.clauses.values_list("number", "branch", "text_hash")
    }


def _fill_gaps(version: Version, text: StatuteText) -> bool:
    """Take from any source what the library does not know at all. To fill is not to overwrite;
    that a text has no end says that it is law, which a lower source can't take back."""
    filled = [
        name
        for name in _FACTS
        if getattr(text, name)
        and not getattr(version, name)
        and not (name == "effective_to" and text.source < version.source)
    ]
    set_facts(version, {name: getattr(text, name) for name in filled})
    if text.repeals and not version.repeals:
        version.repeals = "\n".join(text.repeals)
        filled.append("repeals")
    if filled:
        version.save(update_fields=[_FIELD.get(name, name) for name in filled] + ["effective_to"])
    return bool(filled)


def _take_over(version: Version, text: StatuteText) -> None:
    """A text takes over one that is held. Clauses keep their rows, and with them their
    citations."""
    version.source, version.source_status = text.source, text.source_status
    version.is_complete = version.is_complete or text.is_complete
    version.note = "\n".join(text.warnings)
    version.body = text.body if text.is_complete else version.body
    version.repeals = "\n".join(text.repeals) or version.repeals
    set_facts(version, {name: getattr(text, name) for name in _FACTS if getattr(text, name)})
    if text.is_complete:
        version.preamble, version.appendix = text.preamble, text.appendix
    version.save()
    write_clauses(version, text.clauses, is_whole=text.is_complete)


def set_facts(version: Version, facts: dict) -> None:
    """Set what stands beside a text's words, not saved yet; its end is settled afterwards.

    Raises Refused for the day of another text."""
    first = facts.get("effective_from")
    others = version.statute.versions.exclude(pk=version.pk)
    if first and first != version.effective_from:
        if others.filter(effective_from=first).exists():
            raise Refused(f"{first} 起施行的另一文本已在库中")
        version.effective_to = None
    for name, value in facts.items():
        setattr(version, _FIELD.get(name, name), value)
