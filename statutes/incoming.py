"""A text of law as an importer read it, and what makes one unusable."""

import datetime as dt
from dataclasses import dataclass, field

from statutes.models import Version
from statutes.numerals import clause_label
from statutes.outline import ClauseText, headings_of
from statutes.texts import is_printable

_LIMITS = {
    "title": ("标题", 200),
    "issuer": ("制定机关", 100),
    "label": ("版本名", 40),
    "document_number": ("文号", 80),
    "short_name": ("简称", 60),
}
_LONGEST_HEADING = 200
_HIGHEST = 9999  # number of a clause


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


def problems_of(text: StatuteText) -> list[str]:
    """Why it can't be stored, in Chinese."""
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
    problems += [
        f"{words}里有控制字符或无效字符"
        for name, (words, _) in _LIMITS.items()
        if not is_printable(getattr(text, name))
    ]
    if not text.clauses and not text.body:
        problems.append("没有条文，也没有正文")
    seen = set()
    for clause in text.clauses:
        if (clause.number, clause.branch) in seen:
            problems.append(f"{clause_label(clause.number, clause.branch)}重复")
        seen.add((clause.number, clause.branch))
        if clause.number > _HIGHEST or clause.branch > _HIGHEST:
            problems.append(f"条号太大：{clause.number}")
    for _, heading in headings_of(text.clauses):
        if len(heading) > _LONGEST_HEADING:
            problems.append(f"编章节标题超过 {_LONGEST_HEADING} 个字：{heading[:20]}…")
    if text.effective_from and text.effective_to and text.effective_to <= text.effective_from:
        problems.append("失效日期不晚于施行日期")
    return problems
