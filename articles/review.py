"""What editors decide of citations: the only writer of verdicts, and of what articles say of them.

A verdict holds against what was shown, never for good: when other law stands in the clause's
place, the citation waits again. ``historical`` says that a sentence cites old law on purpose: it
can be said only of a clause that has changed (or is about to), and then stays right whatever else
comes later; a change before the one that was shown it doesn't cover.
"""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from articles import page_versions
from articles.models import SAME_CLAUSE, Article, Citation, CitationQuerySet, Verdict
from articles.workflow import StaleWrite, WorkflowError, log
from statutes.lock import library_lock
from statutes.models import Clause, ClauseChange

READ_AGAIN = (
    "“{}”在您打开之后有变动（别人刚核对过，或者文章、法条库有更新），结论没有记录；请重新看过再定"
)
_LONGEST_NOTE = Verdict._meta.get_field("note").max_length


@dataclass(frozen=True)
class Shown:
    """A citation beside the law of a day, as an editor is shown it."""

    citation: Citation
    on: dt.date
    change: ClauseChange | None  # the newest one by that day

    @property
    def clause(self) -> Clause | None:
        """What stands in its place; None where nothing does, nothing is known, or the citation
        itself is not resolved. Confirmed or not: proposals are for editors."""
        return self.change.successor if self.change else self.citation.clause

    @property
    def words(self) -> str:
        """What it was held against, for the history."""
        if self.clause is None:
            return f"{self.change.on} 的变动，无对应条文" if self.change else "未能识别的引用"
        if self.change is None:
            return "所引条文，没有变动"
        return f"{self.clause}（{self.clause.version.name}）"

    @property
    def token(self) -> str:
        """Stands for all of it, so that a decision on anything else is noticed: the sentence, the
        clause, what stands in its place, and the newest verdict."""
        citation = self.citation
        sentence = citation.prefix, citation.exact, citation.suffix
        texts = _key(citation.clause), _key(self.clause), self.change and self.change.on
        seen = repr((sentence, texts, citation.newest_verdict))
        return hashlib.sha256(seen.encode()).hexdigest()


def shown(citations: Collection[int], *, on: dt.date) -> dict[int, Shown]:
    """The citations of these ids, with what stands in their place on a day. One query."""
    rows = (
        Citation.objects.filter(pk__in=citations)
        .with_change(on)
        .annotate(newest_verdict=_newest_verdict())
        .select_related(
            "article", "clause__version__statute", "change__successor__version__statute"
        )
        .defer("article__body", "article__rendered", "article__contents")
    )
    # Django leaves the attribute out where the join found nothing.
    return {row.pk: Shown(row, on, getattr(row, "change", None)) for row in rows}


def _newest_verdict() -> Subquery:
    """The id of a citation's."""
    verdicts = Verdict.objects.filter(citation=OuterRef("pk"))
    return Subquery(verdicts.order_by("-pk").values("pk")[:1])


def bundle(citations: CitationQuerySet, *, on: dt.date) -> str:
    """Stands for all that is shown of several citations together on a day: what ``Shown.token``
    does for one. One query, which picks them before it reads what they say."""
    rows = Citation.objects.filter(pk__in=citations.values("pk")).with_change(on)
    rows = rows.annotate(newest_verdict=_newest_verdict()).values_list(
        *("pk", "prefix", "exact", "suffix", "newest_verdict", "change__on"),
        *(f"clause__{name}" for name in SAME_CLAUSE),
        *(f"change__successor__{name}" for name in SAME_CLAUSE),
    )
    return hashlib.sha256(repr(sorted(rows, key=lambda row: row[0])).encode()).hexdigest()


def decide(
    citations: Iterable[Citation],
    decision: str,
    *,
    by: AbstractBaseUser | None,
    note: str = "",
    on: dt.date | None = None,
    seen: Mapping[int, str] | None = None,
) -> list[Verdict]:
    """Record what an editor decided of citations: all of them, or none.

    ``on`` is the day whose law was shown: today, or the day of a change that is still to come.
    ``seen`` are the tokens of what was shown, by the citations' ids; None: the caller has only
    just read them. The note of ``updated`` is told to readers, in the article's 更新说明.

    Raises StaleWrite where what was shown is no longer what stands, WorkflowError where the
    decision doesn't fit.
    """
    decision, note = Verdict.Decision(decision), note.strip()
    if len(note) > _LONGEST_NOTE:
        raise WorkflowError(f"说明最多 {_LONGEST_NOTE} 字")
    on = on or timezone.localdate()
    wanted = {citation.pk: citation for citation in citations}
    with library_lock():
        articles = _lock(citation.article_id for citation in wanted.values())
        now = shown(wanted, on=on)
        for pk, citation in wanted.items():
            if pk not in now or (seen is not None and seen.get(pk) != now[pk].token):
                raise StaleWrite(READ_AGAIN.format(citation))
            _check(now[pk], decision)
        batch = uuid.uuid4() if len(now) > 1 else None
        verdicts = Verdict.objects.bulk_create(
            Verdict(
                batch=batch,
                citation=one.citation,
                decision=decision,
                reviewed_against=one.clause,
                change_on=one.change and one.change.on,
                decided_by=by,
                note=note,
            )
            for one in now.values()
        )
        of_article = defaultdict(list)
        for verdict in verdicts:
            of_article[verdict.citation.article_id].append(verdict)
        for article in articles:
            own = of_article[article.pk]
            if decision == Verdict.Decision.UPDATED:
                _tell(article, own, note)
            lines = [
                f"{v.citation}：{v.get_decision_display()}（{now[v.citation_id].words}）"
                for v in own
            ]
            log(article, by, "核对引用：" + "；".join(lines))
        page_versions.pages_changed(of_article)
    return verdicts


def withdraw_verdict(verdict: Verdict, *, by: AbstractBaseUser | None) -> None:
    """Take a verdict back, and what readers were told of it alone. Raises StaleWrite where it is
    gone already."""
    if not _withdraw(Verdict.objects.filter(pk=verdict.pk), by):
        raise StaleWrite("这个结论已被撤回，或者这处引用已不在文章里")


def withdraw_batch(batch: uuid.UUID, *, by: AbstractBaseUser | None) -> int:
    """Take back what was decided at once, as far as it still stands. Returns of how many
    citations; raises StaleWrite where nothing is left of it."""
    gone = _withdraw(Verdict.objects.filter(batch=batch), by)
    if not gone:
        raise StaleWrite("这一批结论已被撤回")
    return gone


@transaction.atomic
def _withdraw(verdicts: QuerySet[Verdict], by: AbstractBaseUser | None) -> int:
    articles = _lock(verdicts.order_by().values_list("citation__article", flat=True))
    of_article = defaultdict(list)
    for verdict in verdicts.select_related("citation"):  # what is left, behind the lock
        of_article[verdict.citation.article_id].append(verdict)
    for article in articles:
        gone = {verdict.pk for verdict in of_article[article.pk]}
        if not gone:
            continue
        article.updates = [
            {**line, "verdicts": [pk for pk in line["verdicts"] if pk not in gone]}
            for line in article.updates
            if not line["verdicts"] or set(line["verdicts"]) - gone
        ]
        article.save(update_fields=["updates"])
        words = "；".join(
            f"{v.citation}：{v.get_decision_display()}" for v in of_article[article.pk]
        )
        log(article, by, f"撤回核对结论：{words}")
    pks = [verdict.pk for own in of_article.values() for verdict in own]
    Verdict.objects.filter(pk__in=pks).delete()
    page_versions.pages_changed(of_article)
    return len(pks)


def _lock(articles: Iterable[int]) -> list[Article]:
    """Behind this nobody publishes them or reads their citations anew."""
    rows = (
        Article.objects.select_for_update(no_key=True).filter(pk__in=set(articles)).order_by("pk")
    )
    return list(rows.only("title", "updates"))


def _check(one: Shown, decision: str) -> None:
    if decision == Verdict.Decision.HISTORICAL and not (
        one.change or one.citation.is_historical or _is_old(one.citation.clause)
    ):
        raise WorkflowError(f"“{one.citation}”到 {one.on} 没有变动，说不上有意引用旧法")


def _is_old(clause: Clause | None) -> bool:
    """Of a text whose days are not known: its source says that it has ended."""
    return bool(clause and clause.version.source_status)


def _tell(article: Article, verdicts: list[Verdict], note: str) -> None:
    """A dated line under 更新说明."""
    names = dict.fromkeys(str(v.citation.clause or v.citation.exact) for v in verdicts)
    line = {
        "on": timezone.localdate(verdicts[0].decided_at).isoformat(),
        "words": note or f"已按现行规定复核并更新：{'、'.join(names)}。",
        "verdicts": [verdict.pk for verdict in verdicts],
    }
    article.updates.append(line)
    article.save(update_fields=["updates"])


def _key(clause: Clause | None) -> tuple | None:
    """As SAME_CLAUSE."""
    return clause and (
        clause.version.statute_id,
        clause.number,
        clause.branch,
        clause.text_hash,
    )
