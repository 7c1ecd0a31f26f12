"""What articles cite, and what was decided about it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.utils import timezone

from articles.models.article import Article
from statutes.models import Clause, Statute

# What tells a clause, whichever row it has: an import may bring the same words again.
SAME_CLAUSE = ("version__statute", "number", "branch", "text_hash")


class CitationQuerySet(models.QuerySet):
    def in_published(self, at: dt.datetime | None = None) -> "CitationQuerySet":
        """Those that a reader may see at a moment. By those that none may see: of a hundred
        thousand citations their articles need not be looked up one by one."""
        return self.filter(~Exists(Article.objects.hidden(at).filter(pk=OuterRef("article"))))

    def with_change(self, on: dt.date) -> "CitationQuerySet":
        """Joins ``change``: what became of the clause by a day, as its newest ClauseChange says;
        no row where nothing did, or where it was never compared."""
        begun = Q(clause__changes__on__lte=on)
        speaks = Q(clause__changes__until__gt=on) | Q(clause__changes__until=None)
        return self.annotate(change=FilteredRelation("clause__changes", condition=begun & speaks))

    def stale(self, on: dt.date | None = None) -> "CitationQuerySet":
        """Those whose clause has since changed, moved or gone, and of which nobody has decided
        against what stands in its place on that day. One query, ``change`` joined.

        Any verdict of the citation counts, not the newest only: who has reviewed today's text and
        the pending one stays quiet on both sides of the day. What was never compared is not stale
        (nor is it ever called in force).
        """
        return self.with_change(on or timezone.localdate()).filter(self._is_stale())

    def pending(self, on: dt.date) -> "CitationQuerySet":
        """Those whose clause changes on a day after ``on``, and of which nobody has decided
        against what will then stand in its place. A row for each such change, joined as
        ``change``; one query."""
        ahead = FilteredRelation("clause__changes", condition=Q(clause__changes__on__gt=on))
        return self.annotate(change=ahead).filter(self._is_stale())

    def counted(self, on: dt.date, *, decided_before: dt.datetime | None = None) -> dict[str, int]:
        """How many there are, by what is to be said of them on a day: ``stale``, ``reviewed``
        (somebody decided against what stands), ``unresolved``, and ``in_force``: the rest.
        ``decided_before``: only verdicts of before that moment count. One query."""
        rows = self.with_review(on, decided_before=decided_before).order_by()
        seen = Q(reviewed_at__isnull=False, is_stale=False)
        found = rows.aggregate(
            total=Count("pk"),
            stale=Count("pk", filter=Q(is_stale=True)),
            reviewed=Count("pk", filter=seen),
            unresolved=Count("pk", filter=Q(clause=None) & ~seen),
        )
        total = found.pop("total")
        return {"in_force": total - sum(found.values()), **found}

    def with_review(
        self, on: dt.date, *, decided_before: dt.datetime | None = None
    ) -> "CitationQuerySet":
        """``with_change``, and of each citation ``is_stale`` and ``reviewed_at``: when somebody
        last decided against what stands on that day; None: nobody has. ``decided_before``: verdicts
        after that moment don't count."""
        last = {
            way: Subquery(
                verdicts.order_by()
                .values("citation")
                .annotate(last=Max("decided_at"))
                .values("last")
            )
            for way, verdicts in (
                ("changed", self._verdicts_on_change(decided_before)),
                ("kept", self._verdicts_against("clause", decided_before)),
                (
                    "unresolved",
                    self._verdicts(decided_before).filter(reviewed_against=None, change_on=None),
                ),
            )
        }
        return self.with_change(on).annotate(
            is_stale=Case(When(self._is_stale(decided_before), then=True), default=False),
            reviewed_at=Case(
                When(change__isnull=False, then=last["changed"]),
                When(clause__isnull=False, then=last["kept"]),
                default=last["unresolved"],
            ),
        )

    @classmethod
    def _is_stale(cls, decided_before: dt.datetime | None = None) -> Q:
        # Amended and back again, to the same words under the same number, is no change.
        is_same = When(
            change__successor__text_hash=F("clause__text_hash"),
            change__successor__number=F("clause__number"),
            change__successor__branch=F("clause__branch"),
            change__successor__version__statute=F("clause__version__statute"),
            then=False,
        )
        seen = Exists(cls._verdicts_on_change(decided_before))
        return Q(Case(is_same, default=True), change__isnull=False, is_historical=False) & ~seen

    @staticmethod
    def _verdicts(decided_before: dt.datetime | None) -> models.QuerySet:
        verdicts = Verdict.objects.filter(citation=OuterRef("pk"))
        return verdicts.filter(decided_at__lt=decided_before) if decided_before else verdicts

    @classmethod
    def _verdicts_against(cls, way: str, decided_before: dt.datetime | None) -> models.QuerySet:
        """Those for which the same words of the same statute, under the same number, were shown
        as at the end of ``way``: an import may have brought them again in another text."""
        return cls._verdicts(decided_before).filter(
            **{f"reviewed_against__{name}": OuterRef(f"{way}__{name}") for name in SAME_CLAUSE}
        )

    @classmethod
    def _verdicts_on_change(cls, decided_before: dt.datetime | None) -> models.QuerySet:
        """Those against what the newest change put in the clause's place. Who cites old law on
        purpose, of which a change was shown, is right whatever comes later."""
        seen = Q(
            **{
                f"reviewed_against__{name}": OuterRef(f"change__successor__{name}")
                for name in SAME_CLAUSE
            }
        )
        nothing = Q(reviewed_against=None, successor=None, change_on=OuterRef("change__on"))
        purpose = Q(decision=Verdict.Decision.HISTORICAL, change_on__lte=OuterRef("change__on"))
        return (
            cls._verdicts(decided_before)
            .alias(
                successor=models.ExpressionWrapper(
                    OuterRef("change__successor"), models.BigIntegerField()
                )
            )
            .filter(seen | nothing | purpose)
        )


class Citation(models.Model):
    """An article's citation of one clause: what was written, and what it was resolved to.

    Unresolved ones are rows too: they resolve when the statute arrives. A range (第五条至第八条)
    is one row until it resolves, then a row for each clause in it.
    """

    article = models.ForeignKey(Article, models.CASCADE, db_index=False, related_name="citations")
    position = models.PositiveIntegerField()  # 0-based, in reading order
    # The slot in the article's HTML at which it is shown; the clauses inside a range share one.
    slot = models.PositiveIntegerField(default=0)
    exact = models.CharField("引用", max_length=300)
    # A few characters before and after, so that it survives small edits.
    prefix = models.CharField(max_length=40, blank=True)
    suffix = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=150)  # as written
    # texts.alias_key of it: by this the citations of a name are found when the library changes.
    title_key = models.CharField(max_length=150)
    number = models.PositiveIntegerField()
    branch = models.PositiveSmallIntegerField(default=0)
    # The other end of a range, on the row of its first clause; NULL elsewhere.
    number_end = models.PositiveIntegerField(null=True)
    branch_end = models.PositiveSmallIntegerField(null=True)
    # Named only as lying in the range that the row before it opens.
    is_in_range = models.BooleanField(default=False)
    # NULL where not named.
    paragraph = models.PositiveSmallIntegerField(null=True)
    paragraph_end = models.PositiveSmallIntegerField(null=True)
    item = models.PositiveSmallIntegerField(null=True)
    item_end = models.PositiveSmallIntegerField(null=True)
    # NULL while the library does not hold it, or the name is ambiguous.
    statute = models.ForeignKey(Statute, models.PROTECT, null=True, related_name="citations")
    # As cited, never moved to a successor. NULL while unresolved.
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, db_index=False, related_name="citations"
    )
    # Shanghai date of the published revision in which it first appeared; an import's own date.
    as_of = models.DateField()
    resolved_by = models.CharField(max_length=12, blank=True)  # choice.BY_…
    outcome = models.CharField(max_length=20)  # resolver.RESOLVED, …
    # The text itself says that it cites old law (原《合同法》): never stale.
    is_historical = models.BooleanField(default=False)
    quotation = models.TextField(blank=True)
    quotation_verdict = models.CharField(max_length=16, blank=True)  # quotations.EXACT, …
    # The clause that the quotation does give, where that is another one than the one cited.
    quotation_at = models.ForeignKey(
        Clause, models.SET_NULL, null=True, db_index=False, related_name="+"
    )

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "引用"
        ordering = ["article_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="citation_position")
        ]
        indexes = [
            # What a change of law touches: all that is asked of a row before it is read.
            models.Index(
                fields=["clause", "id", "article", "is_historical"], name="citation_clause"
            ),
            # The desk's lists.
            models.Index(
                fields=["article", "position"], condition=Q(clause=None), name="citation_unread"
            ),
            models.Index(
                fields=["article", "position"],
                condition=Q(is_historical=True),
                name="citation_historical",
            ),
            # Where a clause goes; hardly any row has one.
            models.Index(
                fields=["quotation_at"],
                condition=~Q(quotation_at=None),
                name="citation_quotation_at",
            ),
            # Here, since a field's own db_index would bring a second one, for LIKE.
            models.Index(fields=["title_key"], name="citation_title_key"),
        ]

    def __str__(self) -> str:
        return self.exact


class Verdict(models.Model):
    """What an editor decided of a citation, and against which text."""

    class Decision(models.TextChoices):
        STILL_RIGHT = "still_right", "仍然正确"
        UPDATED = "updated", "已更新"
        HISTORICAL = "historical", "有意引用旧法"

    citation = models.ForeignKey(Citation, models.CASCADE, related_name="verdicts")
    decision = models.CharField("结论", max_length=12, choices=Decision.choices)
    # The clause that the editor was shown as the law in its place; NULL: shown as repealed, or
    # as changed without a successor.
    reviewed_against = models.ForeignKey(
        Clause, models.PROTECT, null=True, related_name="+", verbose_name="核对所据"
    )
    # The day of the change that was shown (ClauseChange.on), so that without a successor a later
    # change is not taken for the one seen. NULL: no change was shown.
    change_on = models.DateField("所见变动", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="核对人"
    )
    decided_at = models.DateTimeField("核对时间", auto_now_add=True)
    note = models.CharField("说明", max_length=300, blank=True)
    # What was decided of several citations at once has one mark, so that it can be taken back at
    # once. NULL: of one alone.
    batch = models.UUIDField(null=True, editable=False, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "核对结论"
        ordering = ["citation_id", "-decided_at"]

    def __str__(self) -> str:
        return f"{self.citation}：{self.get_decision_display()}"


class Health(models.Model):
    """How the published citations stood on a day, as ``health.record`` counted them."""

    on = models.DateField(unique=True)
    # A count from before the day's end is not its last.
    counted_at = models.DateTimeField(auto_now=True)
    in_force = models.PositiveIntegerField()
    stale = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()
    unresolved = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = "引用状况"
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.on}：{self.total} 处引用"

    @property
    def total(self) -> int:
        return self.in_force + self.stale + self.reviewed + self.unresolved


class QueueCount(models.Model):
    """What waits for review on a day, where it takes too long to count it for each look at the desk:
    see ``queue.groups``."""

    on = models.DateField(primary_key=True)
    counted_at = models.DateTimeField()
    seconds = models.FloatField()  # that counting took
    # [statute's id, day of the change, citations, articles, those without a clause in their place]
    rows = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "待复核统计"

    def __str__(self) -> str:
        return f"{self.on}：{len(self.rows)} 组"


class MonthlyLetter(models.Model):
    """Who wishes the monthly mail on what is to be reviewed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="monthly_letter"
    )
    # The first day of the month whose letter was written last; NULL: none yet.
    written_for = models.DateField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "每月复核邮件"

    def __str__(self) -> str:
        return str(self.user)
