"""What waits for the editors: citations made stale by a change of law, changes ahead, and the rest
of the day's work."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Count, F, FilteredRelation, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from articles import review, terms, workflow
from articles.markup import plain
from articles.models import Article, Citation, QueueCount, Verdict, is_own
from articles.review import Shown
from articles.sentences import Sentence, sentence_of
from statutes import comparison
from statutes.models import Clause, ClauseChange, Statute
from statutes.texts import in_title_marks

_SLOW = 0.1  # seconds
MOST_COUNTED = 5_000  # citations; beyond that it says so
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
    counted_at: dt.datetime | None = None  # None: this moment

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
    rows, counted_at = _held(on)
    found = _named(rows if counted_at else count(on))
    stale = [group for group in found if group.on <= on]
    ahead = [group for group in found if group.on > on]
    stale.sort(key=lambda group: (group.label is not None, -group.citations, group.on))
    ahead.sort(key=lambda group: (group.on, -group.citations))
    return Groups(stale, ahead, counted_at)


def _held(on: dt.date) -> tuple[list[tuple], dt.datetime | None]:
    """What ``count`` found within the hour, and when; ([], None) where it counts quickly."""
    held = QueueCount.objects.filter(on=on, counted_at__gt=timezone.now() - _FOR).first()
    if held is None:
        return [], None
    rows = [(pk, dt.date.fromisoformat(day), *rest) for pk, day, *rest in held.rows]
    return rows, held.counted_at


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
    """Receives ``statutes.library.library_changed``. What was counted is no longer so: the next one
    to look, or the timer, counts anew."""
    QueueCount.objects.update(counted_at=timezone.now() - 2 * _FOR)


def group_of(statute: Statute, on: dt.date, *, today: dt.date) -> Group | None:
    """None where nothing waits in it (any more). A large one as it was counted with all the others,
    without what was decided since. At most five queries."""
    rows, counted_at = _held(today)
    for row in rows:
        if row[:2] == (statute.pk, on) and row[2] > MOST_COUNTED:
            return _less_what_is_decided(row, counted_at, today=today)
    return next(iter(_named(_counted(waiting_in(statute, on, today=today)))), None)


def waiting_in(statute: Statute, on: dt.date, *, today: dt.date) -> QuerySet[Citation]:
    """The citations of a group, ``change`` joined."""
    rows = Citation.objects.stale(max(on, today)).in_published()
    return rows.filter(clause__version__statute=statute, change__on=on)


def _less_what_is_decided(row: tuple, counted_at: dt.datetime, *, today: dt.date) -> Group | None:
    (group,) = _named([row])
    done, before = (
        decided_in(group.statute, group.on, today=today, before=moment)
        for moment in (None, counted_at)
    )
    left = group.citations - (done - before)
    return replace(group, citations=left, counted_at=counted_at) if left > 0 else None


def decided_in(
    statute: Statute, on: dt.date, *, today: dt.date, before: dt.datetime | None = None
) -> int:
    """How many of the citations that the change touched are done, or were at a moment. Two queries:
    from the verdicts, which are the fewer."""
    verdicts = Verdict.objects.filter(citation__clause__version__statute=statute)
    rows = Citation.objects.filter(pk__in=set(verdicts.values_list("citation", flat=True)))
    rows = rows.with_review(max(on, today), decided_before=before).in_published().order_by()
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

    @property
    def is_capped(self) -> bool:
        return self.citations == MOST_COUNTED


def clauses_in(statute: Statute, on: dt.date, *, today: dt.date) -> list[int]:
    """The clauses of a group whose citations wait, by id: those that most articles cite first. Two
    queries."""
    waiting = waiting_in(statute, on, today=today).filter(clause=OuterRef("pk"))
    clauses = Clause.objects.filter(version__statute=statute, changes__on=on).with_version()
    # One of each: for a condition PostgreSQL would find all citations of all clauses.
    found = clauses.annotate(waits=Subquery(waiting.order_by().values("pk")[:1]))
    names = {one.pk: terms.clause_name(one) for one in found if one.waits}
    cited = {str(term): term.count for term in terms.of(names.values())}
    return sorted(names, key=lambda pk: (-cited.get(names[pk], 0), pk))


def count_clause(rows: QuerySet[Citation], clause: int) -> tuple[int, int]:
    """How many citations of a clause, and of how many articles, up to MOST_COUNTED. One query."""
    some = rows.filter(clause=clause).order_by().values("pk", "article")[:MOST_COUNTED]
    found = some.aggregate(citations=Count("pk"), articles=Count("article", distinct=True))
    return found["citations"], found["articles"]


def clause_rows(
    rows: QuerySet[Citation],
    clauses: Sequence[int],
    *,
    on: dt.date,
    start: int = 0,
    limit: int,
) -> list[ClauseRow]:
    """Each with ``limit`` of its citations from ``start`` on, as they stand on a day. Two queries for
    each clause, and two."""
    picked = {
        pk: list(
            rows.filter(clause=pk)
            .order_by("pk")
            .values_list("pk", flat=True)[start : start + limit]
        )
        for pk in clauses
    }
    shown = review.shown([pk for pks in picked.values() for pk in pks], on=on)
    articles = {one.citation.article_id for one in shown.values()}
    bodies = Article.objects.filter(pk__in=articles).values_list("pk", "body")
    texts = {pk: plain(body) for pk, body in bodies}
    found = []
    for clause in clauses:
        own = [shown[pk] for pk in picked[clause] if pk in shown]
        if own:
            counts = count_clause(rows, clause)
            found.append(ClauseRow(own[0].citation.clause, own[0].change, *counts, own, texts))
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
