"""What waits for the editors: citations made stale by a change of law, changes ahead, and the rest
of the day's work."""

import datetime as dt
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, F, FilteredRelation, Min, Q, QuerySet
from django.utils import timezone

from articles import review, workflow
from articles.markup import plain
from articles.models import Article, Citation, QueueCount, is_own
from articles.review import Shown
from articles.sentences import Sentence, sentence_of
from statutes import comparison
from statutes.models import Clause, ClauseChange, Statute
from statutes.texts import in_title_marks

_SLOW = 0.1  # seconds
_FOR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Group:
    """Citations of one statute that one day's change of law has touched, or will."""

    statute: Statute
    on: dt.date
    citations: int
    articles: int
    gone: int  # of the citations: no clause is known in the place of theirs
    label: str | None  # of the statute's text from that day; None where it ended

    @property
    def words(self) -> str:
        """公司法 2023修订, or that it was repealed."""
        name = in_title_marks(self.statute.short_title)
        if self.label is not None:
            return f"{name}{f'（{self.label}）' if self.label else '的新文本'}"
        by = self.statute.replaced_by
        if by:
            return f"{name}废止，由{in_title_marks(by.short_title)}取代"
        return f"{name}不再施行"

    @property
    def query(self) -> str:
        return f"?statute={self.statute.pk}&on={self.on}"


class Groups(NamedTuple):
    stale: list[Group]
    ahead: list[Group]
    counted_at: dt.datetime | None  # None: this moment


def groups(on: dt.date) -> Groups:
    """What a reader may see today, worst first: whose statute is gone, then by their number; and
    what changes on a day to come and nobody has decided on ahead of it, the nearest day first.

    Of hundreds of thousands of citations as they were counted within the hour, or since the law
    last changed. Four queries.
    """
    held = QueueCount.objects.filter(on=on).first()
    if held and held.counted_at > timezone.now() - _FOR:
        rows = [(pk, dt.date.fromisoformat(day), *rest) for pk, day, *rest in held.rows]
    else:
        held, rows = None, count(on)
    found = _named(rows)
    stale = [group for group in found if group.on <= on]
    ahead = [group for group in found if group.on > on]
    stale.sort(key=lambda group: (group.label is not None, -group.citations, group.on))
    ahead.sort(key=lambda group: (group.on, -group.citations))
    return Groups(stale, ahead, held and held.counted_at)


def count(on: dt.date) -> list[tuple]:
    """Of each group what ``_counted`` says; kept, where it takes long."""
    begun = time.monotonic()
    waiting = Citation.objects.stale(on), Citation.objects.pending(on)
    rows = [row for found in waiting for row in _counted(found.in_published())]
    seconds = time.monotonic() - begun
    if seconds >= _SLOW:
        kept = [[pk, day.isoformat(), *rest] for pk, day, *rest in rows]
        values = {"counted_at": timezone.now(), "seconds": seconds, "rows": kept}
        QueueCount.objects.update_or_create(on=on, defaults=values)
        QueueCount.objects.exclude(on=on).delete()
    return rows


def count_where_due(on: dt.date) -> None:
    """For a timer: where counting takes long, so that nobody waits for it at the desk."""
    last = QueueCount.objects.order_by("-on").first()
    if last is None:
        return
    if last.on != on or last.counted_at < timezone.now() - _FOR + dt.timedelta(minutes=10):
        last.delete()  # it may be quick by now
        count(on)


def law_changed(sender: type, **kwargs) -> None:
    """Receives ``statutes.library.library_changed``. What was counted is no longer so: the next one to look, or the timer, counts anew."""
    QueueCount.objects.update(counted_at=timezone.now() - 2 * _FOR)


def group_of(statute: Statute, on: dt.date, *, today: dt.date) -> Group | None:
    """None where nothing waits in it (any more). Two queries."""
    return next(iter(_named(_counted(waiting_in(statute, on, today=today)))), None)


def waiting_in(statute: Statute, on: dt.date, *, today: dt.date) -> QuerySet[Citation]:
    """The citations of a group, ``change`` joined."""
    rows = Citation.objects.stale(max(on, today)).in_published()
    return rows.filter(clause__version__statute=statute, change__on=on)


def decided_in(statute: Statute, on: dt.date, *, today: dt.date) -> int:
    """How many of the citations that the change touched are done. One query."""
    rows = Citation.objects.with_review(max(on, today)).in_published().order_by()
    rows = rows.filter(clause__version__statute=statute, change__on=on)
    return rows.filter(is_stale=False, reviewed_at__isnull=False).count()


def _counted(rows: QuerySet[Citation]) -> list[tuple]:
    """(id of the statute, day, citations, articles, those without a clause in their place)."""
    return list(
        rows.order_by()
        .values("clause__version__statute", "change__on")
        .annotate(
            citations=Count("pk"),
            articles=Count("article", distinct=True),
            gone=Count("pk", filter=Q(change__successor=None)),
        )
        .values_list("clause__version__statute", "change__on", "citations", "articles", "gone")
    )


def _named(counted: Sequence[tuple]) -> list[Group]:
    if not counted:
        return []
    begun = Q(versions__effective_from__in={row[1] for row in counted})
    rows = (
        Statute.objects.filter(pk__in={row[0] for row in counted})
        .annotate(text=FilteredRelation("versions", condition=begun))
        .annotate(begins=F("text__effective_from"), label=F("text__label"))
        .select_related("replaced_by")
    )
    statutes, labels = {}, {}
    for statute in rows:  # once for each of its texts that began on one of the days
        statutes[statute.pk] = statute
        labels[statute.pk, statute.begins] = statute.label
    return [
        Group(statutes[pk], day, *counts, labels.get((pk, day))) for pk, day, *counts in counted
    ]


# Inside a group.


@dataclass
class ClauseRow:
    """One clause of a group: as cited, what stands in its place, and who cites it."""

    clause: Clause
    change: ClauseChange
    citations: int
    articles: int
    shown: list[Shown]
    texts: dict[int, str]  # the plain texts of their articles

    @property
    def now(self) -> Clause | None:
        return self.change.successor

    @cached_property
    def runs(self) -> Sequence[comparison.Run]:
        return comparison.alike_runs(self.clause.text, self.now.text) if self.now else ()

    @property
    def sentences(self) -> Iterator[tuple[Shown, Sentence]]:
        for one in self.shown:
            yield one, sentence_of(one.citation, self.texts[one.citation.article_id])

    @property
    def rest(self) -> int:
        return self.citations - len(self.shown)


def clauses_in(rows: QuerySet[Citation], *, start: int = 0, limit: int = 10) -> list[tuple]:
    """(id of the clause, how many cite it, how many articles), the most cited first. One query."""
    counted = (
        rows.order_by()
        .values("clause")
        .annotate(citations=Count("pk"), articles=Count("article", distinct=True))
        .order_by("-citations", "clause")
    )
    return list(counted.values_list("clause", "citations", "articles")[start : start + limit])


def clause_rows(
    rows: QuerySet[Citation],
    counted: Iterable[tuple],
    *,
    on: dt.date,
    start: int = 0,
    limit: int,
) -> list[ClauseRow]:
    """Each with ``limit`` of its citations from ``start`` on, as they stand on a day. A query for
    each clause, and three."""
    picked = {
        pk: list(
            rows.filter(clause=pk)
            .order_by("pk")
            .values_list("pk", flat=True)[start : start + limit]
        )
        for pk, _, _ in counted
    }
    shown = review.shown([pk for pks in picked.values() for pk in pks], on=on)
    articles = {one.citation.article_id for one in shown.values()}
    bodies = Article.objects.filter(pk__in=articles).values_list("pk", "body")
    texts = {pk: plain(body) for pk, body in bodies}
    found = []
    for clause, citations, count in counted:
        own = [shown[pk] for pk in picked[clause] if pk in shown]
        if own:
            first = own[0]
            found.append(
                ClauseRow(first.citation.clause, first.change, citations, count, own, texts)
            )
    return found


# The rest of the day's work.


def unresolved(limit: int = 8) -> tuple[int, list[tuple[str, int]]]:
    """(how many published citations are tied to no clause, the names that they use with their
    numbers, the most frequent first). One query."""
    rows = (
        Citation.objects.filter(clause=None)
        .in_published()
        .order_by()
        .values("title_key")
        .annotate(name=Min("title"), count=Count("pk"))
        .order_by("-count")
        .values_list("name", "count")
    )
    found = list(rows)
    return sum(count for _, count in found), found[:limit]


@dataclass(frozen=True)
class Waiting:
    """Articles that somebody is waiting for, and why."""

    article: Article
    why: str


def waiting_for(user: AbstractBaseUser, limit: int = 10) -> list[Waiting]:
    """Drafts whose next step is this person's: to review, to publish, to go on writing. One query."""
    stages = {}
    if user.has_perm(workflow.REVIEW):
        stages[Article.Stage.IN_REVIEW] = "等您审核"
    if user.has_perm(workflow.PUBLISH):
        stages[Article.Stage.APPROVED] = "已审核，等您发布"
    theirs = Q(stage__in=stages)
    own = Q(stage=Article.Stage.DRAFT) & is_own(user)
    found = (
        Article.objects.filter(theirs | own)
        .readable_by(user)
        .only("title", "state", "stage", "published_at", "edited_at")
        .order_by("-edited_at")[:limit]
    )
    return [Waiting(one, stages.get(one.stage, "您的草稿")) for one in found]


def scheduled_for(user: AbstractBaseUser, limit: int = 5) -> list[Article]:
    """The next ones to come out, of those that this person may see. One query."""
    now = timezone.now()
    coming = Article.objects.readable_by(user).filter(
        state=Article.State.PUBLISHED, published_at__gt=now
    )
    return list(coming.only("title", "state", "published_at").order_by("published_at")[:limit])
