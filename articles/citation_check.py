"""What a body that is being written cites, checked: for the panel beside it, and for publishing.

It reads as publishing would (``citations.read_citations``), and writes nothing.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from articles.citations import Read, read_citations
from articles.markup import parse, words_of
from articles.models import Article, Citation
from articles.sentences import Sentence, sentence_at
from articles.slots import insert_slots
from statutes import comparison, resolver
from statutes.clausetext import paragraphs
from statutes.models import Clause, Statute
from statutes.quotations import (
    ABSENT,
    ALTERED,
    EXACT,
    OTHER_CLAUSE,
    OTHER_VERSION,
    PARTIAL,
    PUNCTUATION,
    compare,
    restoration,
)
from statutes.report import OUTCOMES, VERDICTS, Found, assess
from statutes.resolver import Resolvers
from statutes.standing import IN_FORCE, PENDING, REPEALED
from statutes.texts import in_title_marks

# The library has the statute, and it has no such 条, 款 or 项.
NOT_THERE = (resolver.NO_SUCH_CLAUSE, resolver.NO_SUCH_PARAGRAPH, resolver.NO_SUCH_ITEM)
_LONGEST_PROBE, _SHORTEST_PROBE, _MOST_PROBES = 24, 10, 5
_MOST_SUGGESTED = 3
_PROBE = re.compile(r"[一-龥]+")


@dataclass
class Checked:
    """One reference of the body. ``index`` is its place among them, from 0."""

    index: int
    row: Citation  # with the id of the one that it takes over, if any; not saved
    found: Found
    sentence: Sentence
    is_stale: bool = False  # its clause changed, and nobody has decided on the sentence since
    reviewed_on: dt.date | None = None
    # Clauses that it may have meant: another statute's of that number, or the one that is quoted.
    suggested: list[Clause] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def clause(self) -> Clause | None:
        return self.found.resolution.clause

    @property
    def today(self) -> Clause | None:
        return self.found.today.clause if self.found.today else None

    @property
    def is_serious(self) -> bool:
        """Whether publishing asks for a reason."""
        return bool(fault(self.row))

    @property
    def runs(self) -> Sequence[comparison.Run]:
        """The quotation's words beside the clause's: ``insert`` is what the clause says."""
        if not self.found.is_quoted or self.row.quotation_verdict in (EXACT, ABSENT):
            return ()
        return comparison.alike_runs(*restoration(self.row.quotation, self.clause.text))

    @property
    def runs_since(self) -> Sequence[comparison.Run]:
        """The clause's words as cited beside those of today."""
        if not self.found.is_moved or self.clause.text_hash == self.today.text_hash:
            return ()
        return comparison.alike_runs(self.clause.text, self.today.text)

    @property
    def state_words(self) -> str:
        """As its reader is shown it; what is not resolved, why."""
        if self.clause is None:
            return OUTCOMES.get(self.row.outcome, "未能识别")
        return self.found.standing.words

    @property
    def level(self) -> str:
        """ "serious", "look" or "good"."""
        if self.is_serious:
            return "serious"
        return "look" if self.warnings else "good"


def check_citations(
    body: str, *, article: Article | None, on: dt.date, library: Resolvers | None = None
) -> list[Checked]:
    """The references of a clean body in their order. ``article``: the one that it is written for,
    whose citations keep their dates and verdicts; None for a new one. ``on``: today."""
    library = library or Resolvers()
    article = article or Article()
    tokens = parse(body)
    text = "".join(map(words_of, tokens))
    placed = insert_slots(tokens, library.names.names)
    first = timezone.localdate(article.published_at) if article.published_at else on
    held = article.citations.all() if article.pk else []
    read = read_citations(article, text, placed, held=held, on=max(first, on), library=library)
    rows = [(one.placed.reference, one.found, one.quotation) for one in read]
    reviews = _reviews(read, on)
    checked = [
        Checked(
            index,
            one.row,
            found,
            sentence_at(text, one.placed.reference.start, one.placed.reference.end),
            *reviews.get(one.row.pk, (_has_changed(one.row, found), None)),
        )
        for index, (one, found) in enumerate(zip(read, assess(rows, on=on), strict=True))
    ]
    _suggest(checked, on)
    for one in checked:
        one.warnings = list(_warnings(one))
    return checked


def fault(row: Citation) -> str:
    """What must not go out unremarked, in plain Chinese: a quotation with other words than the
    clause's, or a clause that isn't there. "" where there is none."""
    if row.quotation_verdict == ALTERED:
        return f"“{row.exact}”的{VERDICTS[ALTERED]}"
    if row.outcome in NOT_THERE:
        return f"“{row.exact}”：{OUTCOMES[row.outcome]}"
    return ""


def faults(rows: Iterable[Citation]) -> list[str]:
    """Those of some citations, each once."""
    return list(dict.fromkeys(filter(None, map(fault, rows))))


def _reviews(read: Sequence[Read], on: dt.date) -> dict[int, tuple[bool, dt.date | None]]:
    """(is stale, when it was reviewed) of the citations that are taken over. One query."""
    kept = [one.row.pk for one in read if one.row.pk]
    if not kept:
        return {}
    rows = Citation.objects.filter(pk__in=kept).with_review(on).order_by()
    return {
        pk: (is_stale, reviewed_at and timezone.localdate(reviewed_at))
        for pk, is_stale, reviewed_at in rows.values_list("pk", "is_stale", "reviewed_at")
    }


def _has_changed(row: Citation, found: Found) -> bool:
    return bool(found.standing and found.standing.changed_on and not row.is_historical)


def _warnings(one: Checked) -> Iterator[str]:
    row, found = one.row, one.found
    resolution, name = found.resolution, _name(one)
    match row.outcome:
        case resolver.UNKNOWN_STATUTE:
            yield f"法条库里没有“{row.title}”，系统不能核对"
        case resolver.AMBIGUOUS if one.clause:
            yield f"{one.clause}不止一款列有各项，文中没有写是第几款"
        case resolver.AMBIGUOUS:
            yield f"“{row.exact}”：{OUTCOMES[row.outcome]}"
        case resolver.OUTSIDE_LIBRARY:
            yield f"{name}：{OUTCOMES[row.outcome]}，系统不能核对"
        case resolver.NO_SUCH_CLAUSE:
            last = _last(one)
            yield f"{name}没有这一条" + (f"，最后一条是{last}" if last else "")
        case resolver.NO_SUCH_PARAGRAPH:
            count = len(paragraphs(one.clause.text))
            yield f"{one.clause}没有这一款（共 {count} 款）"
        case resolver.NO_SUCH_ITEM:
            yield f"{one.clause}没有这一项"
    for clause in one.suggested:
        yield f"可能是{clause}"
    if one.clause is None:
        return
    standing = found.standing
    if standing.state == REPEALED and not row.is_historical:
        yield f"{_marked(one.clause.version.statute)}已废止，文中没有写“原”"
    elif standing.state == PENDING:
        yield f"尚未施行，自 {standing.since} 起施行"
    elif one.is_stale:
        yield f"{standing.words}（{standing.since}），还没有人复核这句话"
    elif standing.state != IN_FORCE and not row.is_historical and not one.reviewed_on:
        yield standing.words
    if found.is_quoted and row.quotation_verdict not in (EXACT, PUNCTUATION):
        words = VERDICTS[row.quotation_verdict]
        at = resolution.quoted_at
        if row.quotation_verdict in (OTHER_CLAUSE, OTHER_VERSION) and at:
            words += f"：{at}（{at.version.name}）"
        yield words
    if found.ahead and not one.is_stale:
        yield f"{found.ahead.on} 起将有变动"


def _name(one: Checked) -> str:
    statute, version = one.found.resolution.statute, one.found.resolution.version
    if statute is None:
        return f"“{one.row.title}”"
    return _marked(statute) + (f"（{version.name}）" if version else "")


def _marked(statute: Statute) -> str:
    return in_title_marks(statute.short_title)


def _last(one: Checked) -> str:
    version = one.found.resolution.version
    last = version and version.clauses.order_by("-order").first()
    return last.label if last else ""


# What was meant instead.


def _suggest(checked: Sequence[Checked], on: dt.date) -> None:
    """Where a number isn't there, or the words are another clause's: the clauses of the law of the
    day that fit. By the words first; then by the number, in the other statutes cited here."""
    probes = 0
    statutes = {one.found.resolution.statute for one in checked if one.clause}
    for one in checked:
        quoted_at = one.found.resolution.quoted_at
        if quoted_at and one.row.quotation_verdict == OTHER_CLAUSE:
            one.suggested = [quoted_at]
        elif one.row.outcome == resolver.NO_SUCH_CLAUSE or (
            one.found.is_quoted and one.row.quotation_verdict == ABSENT
        ):
            if one.found.quotation and probes < _MOST_PROBES:
                probes += 1
                one.suggested = _quoting(one.found.quotation, on)
            if not one.suggested and one.row.outcome == resolver.NO_SUCH_CLAUSE:
                others = statutes - {one.found.resolution.statute}
                one.suggested = _numbered(one.row, others, on)


def _quoting(quotation: str, on: dt.date) -> list[Clause]:
    """The clauses in force that give these words."""
    probe = max(_PROBE.findall(quotation), key=len, default="")[:_LONGEST_PROBE]
    if len(probe) < _SHORTEST_PROBE:
        return []
    found = Clause.objects.in_force(on).filter(text__contains=probe)
    rows = found.with_version()[: _MOST_SUGGESTED * 2]
    given = (EXACT, PUNCTUATION, PARTIAL, ALTERED)
    alike = [row for row in rows if compare(quotation, row.text).verdict in given]
    return alike[:_MOST_SUGGESTED]


def _numbered(row: Citation, statutes: set[Statute], on: dt.date) -> list[Clause]:
    found = Clause.objects.in_force(on).filter(
        version__statute__in=statutes, number=row.number, branch=row.branch
    )
    return list(found.with_version()[:_MOST_SUGGESTED])
