"""The law through time: what it said, from which day to which day, and what became of it.

Dates of law are dates in Asia/Shanghai. Periods are half-open: ``[effective_from, effective_to)``.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, FilteredRelation, OuterRef, Q, Subquery, When
from django.utils import timezone

from statutes.addresses import path_of
from statutes.numerals import clause_key, clause_label
from statutes.texts import alias_key, is_printable, text_hash

# What to say of a text whose days are not known, by what its source says of it.
UNDATED_WORDS = {
    "": "施行日期待核",
    "已废止": "来源注明已废止",
    "历史版本": "已有更新文本",
    "已被修改": "已有更新文本",
}


def validate_printable(value: str) -> None:
    if not is_printable(value):
        raise ValidationError("含有控制字符或无效字符，请删去后再保存。")


class StatuteQuerySet(models.QuerySet):
    def called(self, name: str) -> "StatuteQuerySet":
        """Those with this title or alias, in title marks or without them, whatever the day."""
        return self.filter(aliases__key=alias_key(name).strip("<>"))

    def with_standing(self, on: dt.date) -> "StatuteQuerySet":
        """Annotates what its texts say of a day: is_in_force, is_pending, undated_status."""
        texts = Version.objects.filter(statute=OuterRef("pk"))
        return self.annotate(
            is_in_force=Exists(texts.in_force(on)),
            is_pending=Exists(texts.filter(effective_from__gt=on)),
            # None where each text has its days
            undated_status=Subquery(
                texts.filter(effective_from=None)
                .order_by("-promulgated_on")
                .values("source_status")[:1]
            ),
        )


class Statute(models.Model):
    """A law as a work through time; its texts are Versions."""

    class Kind(models.TextChoices):
        CONSTITUTION = "constitution", "宪法"
        LAW = "law", "法律"
        INTERPRETATION = "judicial_interpretation", "司法解释"
        REGULATION = "administrative_regulation", "行政法规"
        LOCAL = "local_regulation", "地方性法规"
        RULE = "rule", "规章"
        LEGISLATIVE_INTERPRETATION = "legislative_interpretation", "立法解释"
        AMENDMENT = "amendment", "修正案"
        DECISION = "decision", "决定"

    title = models.CharField("标题", max_length=200, unique=True, validators=[validate_printable])
    # What people call it where its title is long: 民间借贷规定. Blank: short_title will do.
    short_name = models.CharField(
        "简称", max_length=60, blank=True, validators=[validate_printable]
    )
    slug = models.SlugField("网址名", max_length=80, unique=True)
    kind = models.CharField("种类", max_length=32, choices=Kind.choices, default=Kind.LAW)
    issuer = models.CharField(
        "制定机关", max_length=100, blank=True, validators=[validate_printable]
    )
    # NULL where nothing replaced it, or where we don't know what did.
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="由何法取代",
    )

    objects = StatuteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "法律法规"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def short_title(self) -> str:
        """民法典 for 中华人民共和国民法典: as lawyers write it between 《》."""
        return self.title.removeprefix("中华人民共和国")

    @property
    def display_name(self) -> str:
        """For breadcrumbs, cards and buttons, where the title of an interpretation is too long."""
        return self.short_name or self.short_title

    def as_of(self, on: dt.date | None = None) -> "Version | None":
        """The text that is law on a day; None in a gap, before the first and after the last."""
        return self.versions.in_force(on).first()

    @property
    def undated_words(self) -> str:
        """Of a row of with_standing() that has a text of unknown days."""
        return UNDATED_WORDS[self.undated_status]

    def replacement(self, on: dt.date | None = None) -> "Statute | None":
        """What stands in its place on a day: not yet, where that waits for its own. One query."""
        by = self.replaced_by
        return by if by and by.versions.in_force(on).exists() else None

    def get_absolute_url(self) -> str:
        return path_of("statutes:statute", self.slug)


class Alias(models.Model):
    """A name under which texts cite a statute. One name may mean several statutes."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="aliases")
    name = models.CharField("名称", max_length=200, validators=[validate_printable])
    key = models.CharField(max_length=200, editable=False, db_index=True)
    # NULL: no bound on that side. A name may change its meaning over time (民间借贷规定).
    valid_from = models.DateField("始于", null=True, blank=True)
    valid_to = models.DateField("止于（不含）", null=True, blank=True)
    # The statute's title before an editor gave it another: texts may still come under it.
    is_former_title = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "别名"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["statute", "key"], name="alias_once_a_statute")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.key = alias_key(self.name)
        if not self.key:
            raise ValidationError({"name": "别名里没有文字。"})
        same = Alias.objects.filter(statute=self.statute_id, key=self.key).exclude(pk=self.pk)
        if self.statute_id and same.exists():
            raise ValidationError({"name": "这部法律已有这个别名（空格、书名号样式不计）。"})

    def save(self, **kwargs) -> None:
        self.key = alias_key(self.name)
        super().save(**kwargs)


class VersionQuerySet(models.QuerySet):
    def in_force(self, on: dt.date | None = None) -> "VersionQuerySet":
        """The texts that are law on a day. One whose date isn't believed is never among them."""
        on = on or timezone.localdate()
        return self.filter(Q(effective_to__gt=on) | Q(effective_to=None), effective_from__lte=on)

    def with_clause(self, slug: str, number: int, branch: int) -> "VersionQuerySet":
        """The statute's texts, each with its clause of that number as ``clause``, where it has it."""
        return (
            self.filter(statute__slug=slug)
            .annotate(
                clause=FilteredRelation(
                    "clauses", condition=Q(clauses__number=number, clauses__branch=branch)
                )
            )
            .select_related("statute__replaced_by", "clause__heading", "checked_by")
            .defer(*Version.LONG)
        )


class Version(models.Model):
    """The whole text of a statute from one day to another, as laws are published (consolidated).

    A new law is a new Version, never an edit of an old one.
    """

    class Source(models.IntegerChoices):
        """Ranked: a lower source never overwrites a higher one."""

        EXCERPT = 1, "摘录"
        WHEEL = 2, "公开数据包"
        MANIFEST = 3, "公开资料汇编"
        OFFICIAL = 4, "官方文本"

    statute = models.ForeignKey(
        Statute, models.CASCADE, related_name="versions", verbose_name="法律"
    )
    # 2018修正
    label = models.CharField("版本", max_length=40, blank=True, validators=[validate_printable])
    document_number = models.CharField(
        "文号", max_length=80, blank=True, validators=[validate_printable]
    )
    # NULL where the source does not say.
    promulgated_on = models.DateField("公布日期", null=True, blank=True)
    # NULL where the source's date is not believed: 施行日期待核. Never chosen by date.
    effective_from = models.DateField("施行日期", null=True, blank=True)
    # NULL while in force, or while we know no later text. The day itself is outside. Derived by
    # ``periods.settle``, from ``stated_to`` too: what a source or a person states.
    effective_to = models.DateField("失效日期（不含）", null=True, blank=True)
    stated_to = models.DateField(null=True, blank=True, editable=False)
    # An excerpt lacks clauses that the law has: "not here" is then never "no such clause".
    is_complete = models.BooleanField("全文", default=True)
    source = models.PositiveSmallIntegerField("来源", choices=Source.choices)
    # What the source says of it, where it says that it has ended: 已废止, 历史版本, 已被修改.
    source_status = models.CharField("来源注明", max_length=10, blank=True)
    body = models.TextField("全文（无条文的文件）", blank=True)
    preamble = models.TextField("序言、引言", blank=True)  # before the first clause
    appendix = models.TextField("附件", blank=True)  # behind the last one
    # Titles of the statutes that this text repeals, one a line: some may arrive after it.
    repeals = models.TextField("所废止的法律", blank=True)
    # The fields that a person put right, each with what was recorded before, as text (a day as
    # ISO, "" for nothing): no import overwrites them, and its text is still known by them.
    corrected = models.JSONField("人工更正", default=dict, blank=True, editable=False)
    note = models.TextField("导入说明", blank=True)
    added_at = models.DateTimeField("收录时间", default=timezone.now, editable=False)
    # Who compared it with the official text, when and with which; NULL: nobody has.
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="核对人"
    )
    checked_on = models.DateField("核对日期", null=True, blank=True)
    checked_against = models.CharField("核对依据", max_length=200, blank=True)
    # NULL: what became of its clauses was never computed, which is not "unchanged".
    compared_at = models.DateTimeField(null=True, editable=False)

    # Long columns: to be deferred where a text is only named.
    LONG = ("body", "preamble", "appendix", "note")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "版本"
        ordering = ["statute_id", F("effective_from").asc(nulls_first=True), "promulgated_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["statute", "effective_from"],
                name="version_once_a_day",
                violation_error_message="这部法律已有自同一天起施行的文本。",
            ),
            models.UniqueConstraint(
                fields=["statute", "promulgated_on"],
                condition=Q(effective_from=None),
                name="undated_version_once",
            ),
            models.UniqueConstraint(
                fields=["statute"],
                condition=Q(effective_from=None, promulgated_on=None),
                name="dateless_version_once",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__gt=F("effective_from")) | Q(effective_to=None),
                name="version_ends_after_it_begins",
                violation_error_message="失效日期应晚于施行日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statute.short_title}（{self.name}）"

    @property
    def name(self) -> str:
        """What tells this text from the statute's others: 2018修正, or its first day."""
        if self.label:
            return self.label
        if self.effective_from:
            return f"{self.effective_from} 起施行"
        return f"{self.promulgated_on.year} 年公布" if self.promulgated_on else "施行日期待核"

    @property
    def undated_words(self) -> str:
        return UNDATED_WORDS[self.source_status]

    @property
    def period(self) -> str:
        """From when to when it is law, in words, the last day included.

        Not 失效: a text that was amended ends, its statute doesn't.
        """
        if not self.effective_from:
            return "施行日期待核"
        words = f"{self.effective_from} 起施行"
        last = self.effective_to and self.effective_to - dt.timedelta(days=1)
        return f"{words}，至 {last} 止" if last else words

    @property
    def name_and_period(self) -> str:
        """2018修正，2018-10-26 起施行; a text without a label is told by its days alone."""
        return f"{self.label}，{self.period}" if self.label else self.period

    @property
    def query(self) -> str:
        """What an address adds to mean this text, where it isn't the one of today."""
        if not self.effective_from:
            return f"?text={self.pk}"
        return "" if self.is_in_force(timezone.localdate()) else f"?on={self.effective_from}"

    def get_absolute_url(self) -> str:
        """The statute's page, where it shows this very text."""
        return self.statute.get_absolute_url() + self.query

    @property
    def checker(self) -> str:
        """Who checked it, for readers: a name, never a login."""
        by = self.checked_by
        return (by and f"{by.last_name}{by.first_name}") or "本站编辑"

    @property
    def words(self) -> str:
        """Stands for all that is published of it, so that a check of other words is noticed."""
        digests = self.clauses.order_by("order").values_list("text_hash", flat=True)
        return text_hash("".join([*digests, self.body, self.preamble, self.appendix]))

    def is_in_force(self, on: dt.date) -> bool:
        return bool(
            self.effective_from
            and self.effective_from <= on
            and (self.effective_to is None or on < self.effective_to)
        )


class Heading(models.Model):
    """编, 分编, 章 or 节 of one version."""

    class Level(models.IntegerChoices):
        PART = 1, "编"
        SUBPART = 2, "分编"
        CHAPTER = 3, "章"
        SECTION = 4, "节"

    version = models.ForeignKey(Version, models.CASCADE, related_name="headings")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    order = models.PositiveIntegerField()
    text = models.CharField(max_length=200)
    # The texts from the top down to this one, so that a clause's place costs no further query.
    place = models.CharField(max_length=600)

    class Meta:
        verbose_name = verbose_name_plural = "章节"
        ordering = ["version_id", "order"]
        constraints = [models.UniqueConstraint(fields=["version", "order"], name="heading_order")]

    def __str__(self) -> str:
        return self.text


class RenderedVersion(models.Model):
    """A text as HTML, derived from its clauses and headings by ``rendering``.

    A table of its own: a code's half megabyte must not ride along where its version is joined.
    """

    version = models.OneToOneField(
        Version, models.CASCADE, primary_key=True, related_name="rendered"
    )
    html = models.TextField()
    contents = models.TextField(blank=True)  # the list of headings; "" where there are none
    renderer = models.PositiveSmallIntegerField()  # rendering.RENDERER when it was made

    class Meta:
        verbose_name = verbose_name_plural = "版本页面"

    def __str__(self) -> str:
        return str(self.version)


class ClauseQuerySet(models.QuerySet):
    def in_force(self, on: dt.date | None = None) -> "ClauseQuerySet":
        """The clauses of the texts that are law on a day."""
        return self.filter(version__in=Version.objects.in_force(on))

    def with_version(self) -> "ClauseQuerySet":
        """Each with its version and statute, without the version's long columns."""
        long = (f"version__{name}" for name in Version.LONG)
        return self.select_related("version__statute").defer(*long)

    def ids_of(self, texts: Iterable[Version | int]) -> list[int]:
        """The ids of the clauses of some texts, to look up or delete what hangs on them.

        Never a join for that: while a table grows within one transaction, PostgreSQL may hold it
        for empty (after an import that was rolled back), and then nests full scans in each other:
        an import of 61 texts took more than an hour instead of ten seconds.
        """
        return list(self.filter(version__in=list(texts)).order_by().values_list("pk", flat=True))


class Clause(models.Model):
    """One 条 of one version: one 款 per line of text, 项 lines start with （一）."""

    version = models.ForeignKey(
        Version, models.CASCADE, related_name="clauses", verbose_name="版本"
    )
    # NULL for a clause that stands before any heading, and in excerpts.
    heading = models.ForeignKey(
        Heading,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="clauses",
        verbose_name="章节",
    )
    order = models.PositiveIntegerField("次序")
    number = models.PositiveSmallIntegerField("条")
    branch = models.PositiveSmallIntegerField("之", default=0)
    text = models.TextField("条文")
    text_hash = models.CharField(max_length=64, editable=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "条文"
        ordering = ["version_id", "order"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number", "branch"], name="clause_number")
        ]

    def __str__(self) -> str:
        return f"《{self.version.statute.short_title}》{self.label}"

    def save(self, **kwargs) -> None:
        self.text_hash = text_hash(self.text)
        if kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], "text_hash"}
        super().save(**kwargs)

    @property
    def label(self) -> str:
        return clause_label(self.number, self.branch)

    @property
    def key(self) -> str:
        return clause_key(self.number, self.branch)

    @property
    def lines(self) -> list[tuple[str, bool]]:
        """Its 款 and 项, each with whether it is a 项."""
        return [(line, line.startswith(("（", "("))) for line in self.text.split("\n")]

    def at(self, on: dt.date) -> "Clause | None":
        """The clause that is law in its place on a day, as far as that is certain.

        None in a gap, before its own first day, and where nobody confirmed what it became.
        """
        if self.version.effective_from is None or on < self.version.effective_from:
            return None
        if self.version.is_in_force(on):
            return self
        change = self.changes.filter(on__lte=on).order_by("-on").first()
        if change:
            return change.successor if change.is_confirmed else None
        # Compared and no change: the same words under the same number, in the text of that day.
        return (
            Clause.objects.in_force(on)
            .filter(
                version__statute=self.version.statute_id,
                number=self.number,
                branch=self.branch,
                text_hash=self.text_hash,
            )
            .first()
        )

    def get_absolute_url(self) -> str:
        """The clause's page, where it shows this very text.

        Without ``?on=`` the page shows today's law: the same text only while that is in force.
        A text of unknown days has no day of its own, so it is named by its id.
        """
        url = path_of("statutes:clause", self.version.statute.slug, self.key)
        return url + self.version.query


class CorrespondenceQuerySet(models.QuerySet):
    def leaving(self, *texts: Version | int) -> "CorrespondenceQuerySet":
        """What the clauses of some texts became. Costs a query of its own."""
        return self.filter(old__in=Clause.objects.ids_of(texts))

    def visible(self) -> "CorrespondenceQuerySet":
        """What a reader may see: confirmed by a person, or word for word the same."""
        return self.filter(self._visible())

    def with_visible(self) -> "CorrespondenceQuerySet":
        """Each row with ``is_visible``: whether it is one of ``visible()``."""
        return self.annotate(is_visible=Case(When(self._visible(), then=True), default=False))

    @staticmethod
    def _visible() -> Q:
        return Q(status=Correspondence.Status.CONFIRMED) | Q(
            status=Correspondence.Status.PROPOSED, new__text_hash=F("old__text_hash")
        )


class Correspondence(models.Model):
    """What a clause became in the next text: proposed by text, confirmed by a person."""

    class Kind(models.TextChoices):
        SAME = "same", "相同"
        RENUMBERED = "renumbered", "条号变动"
        AMENDED = "amended", "修改"
        SPLIT = "split", "拆分"
        MERGED = "merged", "合并"
        DROPPED = "dropped", "删除"

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "已否定"

    old = models.ForeignKey(Clause, models.CASCADE, related_name="became", verbose_name="原条文")
    # NULL: dropped, nothing stands in its place.
    new = models.ForeignKey(
        Clause,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="came_from",
        verbose_name="新条文",
    )
    # For a dropped one: beside which text that is said. With another next text it says nothing.
    beside = models.ForeignKey(
        Version, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    kind = models.CharField("关系", max_length=12, choices=Kind.choices)
    score = models.FloatField("相似度", default=0)  # 0 … 1, of normalised texts
    status = models.CharField(
        "状态", max_length=12, choices=Status.choices, default=Status.PROPOSED
    )
    # NULL until confirmed, and for the correspondences that Luwen itself brings.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = CorrespondenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "新旧条文对应"
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="correspondence_once"),
            models.UniqueConstraint(
                fields=["old", "beside"], condition=Q(new=None), name="dropped_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new or self.relation}"

    @property
    def words(self) -> str:
        """Stands for the words of both clauses, so that a decision on others is noticed."""
        return f"{self.old.text_hash}{self.new.text_hash if self.new else ''}"

    @property
    def relation(self) -> str:
        """Its kind in words; a machine that found nothing says so, and not that it was dropped."""
        if self.kind == self.Kind.DROPPED and self.status == self.Status.PROPOSED:
            return "未找到对应"
        return self.get_kind_display()


class ClauseChange(models.Model):
    """A later day on which a clause's words, number or force changed.

    Derived from Correspondence by composing the hops (``correspondence.rebuild_changes``). Where
    a version has been compared (``compared_at``) and a clause has no row, the same words still
    stand under the same number.
    """

    class Kind(models.TextChoices):
        RENUMBERED = "renumbered", "条号变动"
        AMENDED = "amended", "已修改"
        SPLIT = "split", "已拆分"
        MERGED = "merged", "已合并"
        DROPPED = "dropped", "已删除"
        REPLACED = "replaced", "已被新文本取代"  # the text changed; this clause's fate is not known
        REPEALED = "repealed", "已废止"

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="changes")
    on = models.DateField()
    # The day of the next change of the same clause, which then speaks instead; NULL for the last.
    until = models.DateField(null=True)
    # The day of the clause's first change: since then its words are no longer law as cited.
    since = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    # What stands in its place from that day; NULL where nothing does or nothing is known.
    successor = models.ForeignKey(Clause, models.SET_NULL, null=True, related_name="+")
    # A person confirmed every hop up to here, or its normalised text is identical.
    is_confirmed = models.BooleanField(default=False)
    # quotations.differences between the clause and its successor.
    diff = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "条文变动"
        ordering = ["clause_id", "on"]
        constraints = [models.UniqueConstraint(fields=["clause", "on"], name="change_once_a_day")]

    def __str__(self) -> str:
        return f"{self.clause}：{self.on:%Y-%m-%d} {self.get_kind_display()}"


class ClauseEntry(models.Model):
    """A clause that questions and words find; of which words is in ClausePostings."""

    clause = models.OneToOneField(Clause, models.CASCADE, primary_key=True, related_name="+")
    # Of its words and its place: whether it has to be entered anew.
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "条文索引"

    def __str__(self) -> str:
        return str(self.clause_id)


class ClausePostings(models.Model):
    """A pair of characters, and in which clauses it stands how prominently: see ``clause_index``.

    One row for all of them, since a question asks for a hundred pairs. What a clause no longer
    says may stand in it until the index is rebuilt: who shows a clause looks at it.
    """

    pair = models.IntegerField(primary_key=True)  # bigrams.codes
    # The ids of clauses, four bytes each, and behind them one byte each: how much it counts there.
    postings = models.BinaryField()

    class Meta:
        verbose_name = verbose_name_plural = "条文索引项"

    def __str__(self) -> str:
        return str(self.pair)


class LayWord(models.Model):
    """What people say, and what the law calls it."""

    word = models.CharField("口语", max_length=40, unique=True, validators=[validate_printable])
    legal = models.CharField(
        "法律用语",
        max_length=200,
        validators=[validate_printable],
        help_text="条文里的说法，可以写几个，用空格隔开，如“返还借款 逾期利息”",
    )

    class Meta:
        verbose_name = verbose_name_plural = "口语与法律用语"
        ordering = ["word"]

    def __str__(self) -> str:
        return f"{self.word} → {self.legal}"
