"""How a text that was read differs from the one that is held, in words for editors."""

import datetime as dt
from collections.abc import Iterable

from statutes import comparison
from statutes.incoming import StatuteText
from statutes.models import Version
from statutes.numerals import clause_label
from statutes.outline import headings_of
from statutes.texts import text_hash

DAYS = ("promulgated_on", "effective_from", "effective_to")
_COMPARED = (*DAYS, "preamble", "appendix")
_SHOWN_DIFFERENCES = 40
_AROUND = 8  # characters shown either side of words that differ


def facts(version: Version, text: StatuteText, names: Iterable[str] = _COMPARED) -> list[str]:
    """What the two say differently of the text, beside its clauses. What one leaves open is no
    difference, nor is an end that follows from the next text's beginning."""
    return [
        f"{Version._meta.get_field(name).verbose_name}不同：库中 {shown(held)}，文件 {shown(read)}"
        for name in names
        if (read := getattr(text, name))
        and (held := getattr(version, name))
        and (text_hash(read) != text_hash(held) if isinstance(read, str) else read != held)
    ]


def around(version: Version, text: StatuteText) -> list[str]:
    """Of two whole texts, what stands before and behind the clauses, where it differs."""
    if not text.is_complete:
        return []
    return [
        f"{Version._meta.get_field(name).verbose_name}不同"
        for name in ("preamble", "appendix")
        if text_hash(getattr(text, name)) != text_hash(getattr(version, name))
    ]


def headings(version: Version, text: StatuteText) -> list[str]:
    if not (text.is_complete and text.clauses):
        return []
    held = list(version.headings.order_by("order").values_list("level", "text"))
    read = headings_of(text.clauses)
    gone = [name for level, name in held if (level, name) not in read]
    come = [name for level, name in read if (level, name) not in held]
    if not gone and not come:
        return []
    return [f"编章节标题不同：库中 {'、'.join(gone) or '无'}，文件 {'、'.join(come) or '无'}"[:300]]


def shown(value: str | dt.date | tuple | None) -> str:
    if isinstance(value, tuple):
        value = "、".join(value)
    return value[:20] + "…" if isinstance(value, str) and len(value) > 20 else str(value or "无")


def clauses(version: Version, text: StatuteText) -> list[str]:
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
    """The first words that differ, between those around them: 应当在“三十”→“六十”日内."""
    runs = comparison.runs(before, after)
    steps, old, new, left = [], "", "", ""
    for kind, words in [*runs, (comparison.EQUAL, "")]:
        if kind == comparison.DELETE:
            old += words
        elif kind == comparison.INSERT:
            new += words
        else:
            if old or new:
                step = f"“{_cut(old)}”→“{_cut(new)}”"
                steps.append(f"{left[-_AROUND:]}{step}{words[:_AROUND]}".replace("\n", ""))
            old, new, left = "", "", words
    shown = "，".join(steps[:3])
    return shown + (f" 等 {len(steps)} 处" if len(steps) > 3 else "")


def _cut(words: str) -> str:
    return words if len(words) < 40 else words[:40] + "…"
