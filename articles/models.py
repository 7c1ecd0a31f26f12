"""The writing: articles and their history, what they cite, and what leaves the house.

``Article.objects.published()`` is the only gate to what a reader may see.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Case, Exists, F, FilteredRelation, Max, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase

from articles.notices import LAW_VARIABLES, NoticeError, check_notice
from statutes.models import Clause, Statute


class Firm(models.Model):
    """The law firm itself: one row, edited in the admin."""

    name = models.CharField("全称", max_length=80)
    short_name = models.CharField("简称", max_length=40)
    tagline = models.CharField("一句话介绍", max_length=120, blank=True)
    licence_number = models.CharField("执业许可证号", max_length=40, blank=True)
    telephone = models.CharField("电话", max_length=40, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    office_hours = models.CharField("办公时间", max_length=80, blank=True)
    wechat_name = models.CharField("微信名称", max_length=40, blank=True)
    wechat_qr = models.ImageField(
        "微信二维码",
        upload_to="firm",
        width_field="wechat_qr_width",
        height_field="wechat_qr_height",
        blank=True,
    )
    wechat_qr_width = models.PositiveIntegerField(null=True, editable=False)
    wechat_qr_height = models.PositiveIntegerField(null=True, editable=False)
    icp_number = models.CharField("ICP 备案号", max_length=40, blank=True)
    police_number = models.CharField("公安备案号", max_length=40, blank=True)
    footer_notice = models.CharField(
        "页脚声明",
        max_length=200,
        default="本站文章供参考，不构成对具体案件的法律意见。",
        blank=True,
    )
    home_sections = models.ManyToManyField(
        "Category",
        verbose_name="首页栏目",
        blank=True,
        related_name="+",
        help_text="首页在最新文章之前，按栏目次序各列出几篇；一个都不选，首页只有最新文章。",
    )
    home_section_size = models.PositiveSmallIntegerField(
        "首页每栏篇数", default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    shows_qr = models.BooleanField("文章显示二维码", default=True)
    shows_related = models.BooleanField("文章显示相关文章", default=True)
    needs_second_person = models.BooleanField(
        "审核须由他人",
        default=False,
        help_text="打开后，谁写的稿子谁就不能自己审核，也不能不经审核直接发布。",
    )
    preview_days = models.PositiveSmallIntegerField(
        "预览链接有效天数",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="发给客户看的预览链接，过了这些天就打不开。",
    )
    # What articles say of the law that they cite. Variables: see ``notices.LAW_VARIABLES``.
    stale_notice = models.CharField(
        "法律变动提示",
        max_length=300,
        default="本文引用的法律自 {since} 起有变动，涉及下列 {count} 处。"
        "正文尚未据此复核，请先看现行规定。",
        help_text="放在引用了已变动的法律、又还没有人复核的文章开头，下面逐条列出。",
    )
    checked_notice = models.CharField(
        "核对说明",
        max_length=200,
        default="本文引用的法条由本所人员逐处核对，法条核对至 {checked}。",
        help_text="只在文中每一处引用都经人核对之后出现，日期是其中最早的一处。",
    )
    compared_notice = models.CharField(
        "系统比对说明",
        max_length=200,
        default="法条的状态由系统比对本站法条库得出，不代替人工核对。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "律所"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        required = {"stale_notice": (), "checked_notice": ("checked",), "compared_notice": ()}
        for name, variables in required.items():
            try:
                check_notice(getattr(self, name), LAW_VARIABLES, required=variables)
            except NoticeError as error:
                raise ValidationError({name: str(error)}) from error


class CopyrightNotice(models.Model):
    """The closing sentence and the notice under an article, as templates.

    Variables: see ``notices.VARIABLES``.
    """

    name = models.CharField("名称", max_length=40, unique=True)
    closing = models.CharField("结尾声明", max_length=300)
    notice = models.CharField("版权声明", max_length=500)
    is_default = models.BooleanField("默认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "版权声明"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_notice"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for name in ("closing", "notice"):
            try:
                check_notice(getattr(self, name))
            except NoticeError as error:
                raise ValidationError({name: str(error)}) from error
        others = CopyrightNotice.objects.exclude(pk=self.pk).filter(is_default=True)
        if not self.is_default and not others.exists():
            raise ValidationError({"is_default": "总要有一个默认声明：请先把另一个设为默认。"})

    def validate_constraints(self, exclude=None) -> None:
        """That there is one default only is seen to by save(): no reason to refuse the form."""
        super().validate_constraints({*(exclude or ()), "is_default"})

    def save(self, **kwargs) -> None:
        """Making one the default takes it from the other."""
        with transaction.atomic():
            if self.is_default:
                CopyrightNotice.objects.exclude(pk=self.pk).update(is_default=False)
            super().save(**kwargs)


class Category(models.Model):
    """A section of the site; at most two levels."""

    name = models.CharField("名称", max_length=40, unique=True)
    slug = models.SlugField("网址名", max_length=60, unique=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None},
        verbose_name="上级栏目",
    )
    description = models.CharField("说明", max_length=200, blank=True)
    order = models.PositiveSmallIntegerField("次序", default=0)
    notice = models.ForeignKey(
        CopyrightNotice,
        models.PROTECT,
        blank=True,
        verbose_name="版权声明",
        help_text="留空则用默认声明。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.parent and (
            self.parent_id == self.pk
            or self.parent.parent_id
            or (self.pk and self.children.exists())
        ):
            raise ValidationError({"parent": "栏目最多两级。"})

    def save(self, **kwargs) -> None:
        if self.notice_id is None:
            self.notice = CopyrightNotice.objects.get(is_default=True)
        super().save(**kwargs)

    def get_absolute_url(self) -> str:
        return reverse("category", args=[self.slug])


class Author(models.Model):
    """A lawyer who signs articles."""

    name = models.CharField("姓名", max_length=40)
    slug = models.SlugField("网址名", max_length=60, unique=True)
    licence_number = models.CharField("执业证号", max_length=40, blank=True)
    position = models.CharField("职务", max_length=40, blank=True)
    # NULL: a lawyer without an account here.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name="账号"
    )

    class Meta:
        verbose_name = verbose_name_plural = "律师"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TaggedArticle(TaggedItemBase):
    content_object = models.ForeignKey(
        "Article", models.CASCADE, related_name="tagged", verbose_name="文章"
    )

    class Meta:
        verbose_name = verbose_name_plural = "文章标签"
        constraints = [
            # In this order it also serves "articles of a tag" and shared tags.
            models.UniqueConstraint(fields=["tag", "content_object"], name="tag_once_an_article")
        ]


# Who holds one of these sees every article at the desk, in whatever state.
SEES_ALL = ("articles.review_article", "articles.publish_article", "articles.change_any_article")


def _is_published(at: dt.datetime | None) -> Q:
    return Q(state=Article.State.PUBLISHED, published_at__lte=at or timezone.now())


def is_own(user: AbstractBaseUser) -> Q:
    """Of articles: written or signed by that member of the staff. It asks no other table, so that
    the desk's indexes serve it beside any other condition."""
    sign = getattr(user, "author", None)
    return Q(created_by=user.pk) | (Q(author=sign) if sign else Q())


class ArticleQuerySet(models.QuerySet):
    def published(self, at: dt.datetime | None = None) -> "ArticleQuerySet":
        """What a reader may see at a moment: published, due, and not withdrawn."""
        return self.filter(_is_published(at))

    def readable_by(
        self, user: AbstractBaseUser, at: dt.datetime | None = None
    ) -> "ArticleQuerySet":
        """The rows that a member of the staff may see at the desk: their own, and what every
        reader may see; all of them, who reviews, publishes or mends the articles of others."""
        if any(map(user.has_perm, SEES_ALL)):
            return self
        return self.filter(is_own(user) | _is_published(at))

    def in_category(self, category: Category) -> "ArticleQuerySet":
        """A parent's list holds its children's articles too."""
        return self.filter(Q(category=category) | Q(category__parent=category))

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published_at", "-pk")

    def for_list(self) -> "ArticleQuerySet":
        """Only what a list shows: no bodies."""
        return self.select_related("category", "author").only(
            "title",
            "excerpt",
            "cover",
            "cover_width",
            "cover_height",
            "published_at",
            "date_is_known",
            "source_name",
            "category__name",
            "category__slug",
            "author__name",
        )


class Article(models.Model):
    """A post of the firm, as published. What is being written is a Revision.

    ``state`` is that of what readers get; ``stage`` is that of the newest revision, on its way
    there. So the next draft of a published article is written and reviewed beside it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "未发布"
        # With a later published_at it is scheduled: a query, no job.
        PUBLISHED = "published", "已发布"
        WITHDRAWN = "withdrawn", "已撤回"

    class Stage(models.TextChoices):
        NONE = "", "没有新稿"  # the newest revision is what readers get, or got
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "待审"
        APPROVED = "approved", "已审待发"
        DISCARDED = "discarded", "已废弃"

    title = models.CharField("标题", max_length=200)
    state = models.CharField(
        "状态", max_length=12, choices=State.choices, default=State.DRAFT, editable=False
    )
    stage = models.CharField(
        "稿件",
        max_length=12,
        choices=Stage.choices,
        default=Stage.DRAFT,
        blank=True,
        editable=False,
    )
    # NULL until first published or scheduled.
    published_at = models.DateTimeField("发布时间", null=True, blank=True, editable=False)
    # False: the old site did not keep it. It still orders lists and dates citations.
    date_is_known = models.BooleanField("显示日期", default=True)
    # NULL: readers were never refused it. Kept when it is published again: it has been public.
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)
    # NULL until changed after publication.
    revised_at = models.DateTimeField("修订时间", null=True, editable=False)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="articles", verbose_name="栏目"
    )
    author = models.ForeignKey(
        Author,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="articles",
        verbose_name="律师",
    )
    summary = models.CharField("摘要", max_length=300, blank=True)
    cover = models.ImageField(
        "封面",
        upload_to="covers/%Y/%m",
        width_field="cover_width",
        height_field="cover_height",
        blank=True,
    )
    cover_width = models.PositiveIntegerField(null=True, editable=False)
    cover_height = models.PositiveIntegerField(null=True, editable=False)
    tags = TaggableManager("标签", through=TaggedArticle, blank=True)
    # Where reprinted from; both empty for an original.
    source_name = models.CharField("来源", max_length=100, blank=True)
    source_url = models.URLField("来源链接", max_length=500, blank=True)
    # Texts that replace the category's notice on this article only; may use its variables.
    closing_override = models.CharField("结尾声明（本文专用）", max_length=300, blank=True)
    notice_override = models.CharField("版权声明（本文专用）", max_length=500, blank=True)
    seo_title = models.CharField("搜索标题", max_length=200, blank=True)
    seo_description = models.CharField("搜索描述", max_length=300, blank=True)
    noindex = models.BooleanField("不让搜索引擎收录", default=False)

    body = models.TextField("正文", blank=True)  # sanitised source
    # Derived from body by rendering.render: HTML with a neutral slot for each citation.
    rendered = models.TextField(blank=True, editable=False)
    contents = models.JSONField(default=list, blank=True, editable=False)
    excerpt = models.CharField(max_length=300, blank=True, editable=False)
    renderer_version = models.PositiveSmallIntegerField(default=0, editable=False)
    # 更新说明, the oldest first: [{"on": "2026-03-05", "words": "…", "verdicts": [7]}], the day in
    # Shanghai. Here, since a citation that is written anew goes, and its verdicts with it, while
    # what readers were told stays. Written by ``review`` alone.
    updates = models.JSONField("更新说明", default=list, blank=True, editable=False)

    # Whose article it is at the desk; NULL: a command's.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="articles",
        verbose_name="撰稿人",
    )
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    # When a person last saved it or moved it on.
    edited_at = models.DateTimeField("最近改动", default=timezone.now, editable=False)
    # Raised by every write; a writer who read an older one is refused.
    lock_version = models.PositiveIntegerField(default=0, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文章"
        ordering = ["-published_at", "-pk"]
        permissions = [
            ("review_article", "可以审核文章"),
            ("publish_article", "可以发布、定时和撤回文章"),
            ("change_any_article", "可以修改他人的文章"),
        ]
        indexes = [
            models.Index(fields=["state", "-published_at", "-id"], name="article_newest"),
            models.Index(
                fields=["category", "state", "-published_at", "-id"], name="article_category"
            ),
            # The desk's list, and its filters.
            models.Index(fields=["-edited_at", "-id"], name="article_edited"),
            models.Index(fields=["state", "-edited_at", "-id"], name="article_state_edited"),
            models.Index(fields=["category", "-edited_at", "-id"], name="article_category_edited"),
            models.Index(fields=["author", "-edited_at", "-id"], name="article_author_edited"),
            models.Index(fields=["created_by", "-edited_at", "-id"], name="article_own_edited"),
            models.Index(
                fields=["stage", "-edited_at", "-id"],
                condition=~Q(stage=""),
                name="article_stage_edited",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="published_has_a_date",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk])

    def is_scheduled(self, at: dt.datetime | None = None) -> bool:
        return self.state == self.State.PUBLISHED and self.published_at > (at or timezone.now())

    def is_public(self, at: dt.datetime | None = None) -> bool:
        """As ``published()`` says of the row."""
        return self.state == self.State.PUBLISHED and not self.is_scheduled(at)

    def status(self, at: dt.datetime | None = None) -> str:
        """In words, for the desk: 草稿, 定时 12-01 09:00, 已发布，新稿待审."""
        if self.state == self.State.DRAFT:
            return self.get_stage_display()
        live = self.get_state_display()
        if self.is_scheduled(at):
            live = f"定时 {timezone.localtime(self.published_at):%Y-%m-%d %H:%M}"
        return f"{live}，新稿{self.get_stage_display()}" if self.stage else live

    def is_own(self, user: AbstractBaseUser) -> bool:
        """Written by that account, or signed by its lawyer."""
        if self.created_by_id == user.pk:
            return True
        return self.author is not None and self.author.user_id == user.pk


class Revision(models.Model):
    """A snapshot of every editable field, by whom and when. The newest one is what an editor
    sees; only ``workflow.publish`` copies it to the Article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")
    # Keys: content.FIELDS.
    content = models.JSONField("内容")
    # NULL: written by a command.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="编辑"
    )
    created_at = models.DateTimeField("时间", auto_now_add=True)
    comment = models.CharField("说明", max_length=200, blank=True)
    # NULL until it becomes what readers see.
    published_at = models.DateTimeField("发布时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "历史版本"
        ordering = ["article_id", "-pk"]

    def __str__(self) -> str:
        return f"{self.content.get('title', '')}（{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}）"


class WorkingCopy(models.Model):
    """The one slot of a person who has an article open: since when, and what they have typed and
    not saved. Never in the history."""

    # NULL: an article that is not saved yet.
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, related_name="working_copies", verbose_name="文章"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField("打开时间")
    seen_at = models.DateTimeField("最近活动")
    # As Revision.content; NULL while nothing is typed.
    content = models.JSONField("内容", null=True)
    saved_at = models.DateTimeField("自动保存时间", null=True)
    # Article.lock_version that it was typed on.
    read_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "工作副本"
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="one_copy_a_person"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(article=None), name="one_unsaved_article_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.article or '新文章'}"


class PictureQuerySet(models.QuerySet):
    def readable_by(self, user: AbstractBaseUser) -> "PictureQuerySet":
        """Those that a member of the staff may see: their own uploads, what their articles show,
        and what readers see; of others' drafts nothing."""
        if any(map(user.has_perm, SEES_ALL)):
            return self
        shown_in = Article.objects.filter(pictures=OuterRef("pk"))
        return self.filter(
            Q(uploaded_by=user.pk)
            | Exists(shown_in.filter(is_own(user)))
            | Q(Exists(shown_in.published()), was_published=True)
        )


class Picture(models.Model):
    """An uploaded picture, as it was re-encoded; never the file that came in."""

    file = models.FileField("图片", upload_to="pictures/%Y/%m")
    # For narrow screens; the same file name with -640 before its suffix. False: none was needed.
    has_small = models.BooleanField(default=False, editable=False)
    width = models.PositiveIntegerField("宽", editable=False)
    height = models.PositiveIntegerField("高", editable=False)
    size = models.PositiveIntegerField("字节", editable=False)
    # Some article went out with it.
    was_published = models.BooleanField(default=False, editable=False)
    # SHA-256 (hex) of the bytes that came in: the same picture twice is one row.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField("原文件名", max_length=150)
    alt = models.CharField("图片说明", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    # Those whose published text or some revision shows it; written by workflow.
    articles = models.ManyToManyField(Article, related_name="pictures", verbose_name="用在")

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class ImportRecord(models.Model):
    """Where an imported article came from, so that importing again changes nothing."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="import_record")
    source = models.CharField("来源", max_length=300)
    # SHA-256 (hex) of the item as it was in the file.
    digest = models.CharField(max_length=64, db_index=True)
    imported_at = models.DateTimeField("导入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入记录"

    def __str__(self) -> str:
        return self.source


class CitationQuerySet(models.QuerySet):
    def in_published(self, at: dt.datetime | None = None) -> "CitationQuerySet":
        """Those that a reader may see at a moment."""
        return self.filter(article__in=Article.objects.published(at))

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

    def with_review(self, on: dt.date) -> "CitationQuerySet":
        """``with_change``, and of each citation ``is_stale`` and ``reviewed_at``: when somebody
        last decided against what stands on that day; None: nobody has."""
        last = {
            way: Subquery(
                verdicts.order_by()
                .values("citation")
                .annotate(last=Max("decided_at"))
                .values("last")
            )
            for way, verdicts in (
                ("changed", self._verdicts_on_change()),
                ("kept", self._verdicts_against("clause")),
                ("unresolved", self._verdicts().filter(reviewed_against=None, change_on=None)),
            )
        }
        return self.with_change(on).annotate(
            is_stale=Case(When(self._is_stale(), then=True), default=False),
            reviewed_at=Case(
                When(change__isnull=False, then=last["changed"]),
                When(clause__isnull=False, then=last["kept"]),
                default=last["unresolved"],
            ),
        )

    @classmethod
    def _is_stale(cls) -> Q:
        # Amended and back again, to the same words under the same number, is no change.
        is_same = When(
            change__successor__text_hash=F("clause__text_hash"),
            change__successor__number=F("clause__number"),
            change__successor__branch=F("clause__branch"),
            change__successor__version__statute=F("clause__version__statute"),
            then=False,
        )
        seen = Exists(cls._verdicts_on_change())
        return Q(Case(is_same, default=True), change__isnull=False, is_historical=False) & ~seen

    @staticmethod
    def _verdicts() -> models.QuerySet:
        return Verdict.objects.filter(citation=OuterRef("pk"))

    @classmethod
    def _verdicts_against(cls, way: str) -> models.QuerySet:
        """Those for which the same words of the same statute, under the same number, were shown
        as at the end of ``way``: an import may have brought them again in another text."""
        same = ("version__statute", "number", "branch", "text_hash")
        return cls._verdicts().filter(
            **{f"reviewed_against__{name}": OuterRef(f"{way}__{name}") for name in same}
        )

    @classmethod
    def _verdicts_on_change(cls) -> models.QuerySet:
        """Those against what the newest change put in the clause's place. Who cites old law on
        purpose, of which a change was shown, is right whatever comes later."""
        same = ("version__statute", "number", "branch", "text_hash")
        seen = Q(
            **{f"reviewed_against__{name}": OuterRef(f"change__successor__{name}") for name in same}
        )
        nothing = Q(reviewed_against=None, successor=None, change_on=OuterRef("change__on"))
        purpose = Q(decision=Verdict.Decision.HISTORICAL, change_on__lte=OuterRef("change__on"))
        return (
            cls._verdicts()
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

    article = models.ForeignKey(Article, models.CASCADE, related_name="citations")
    position = models.PositiveIntegerField()  # 0-based, in reading order
    # The slot in the article's HTML at which it is shown; the clauses inside a range share one.
    slot = models.PositiveIntegerField(default=0)
    exact = models.CharField("引用", max_length=300)
    # A few characters before and after, so that it survives small edits.
    prefix = models.CharField(max_length=40, blank=True)
    suffix = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=150)  # as written
    # texts.alias_key of it: by this the citations of a name are found when the library changes.
    title_key = models.CharField(max_length=150, db_index=True)
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
    clause = models.ForeignKey(Clause, models.PROTECT, null=True, related_name="citations")
    # Shanghai date of the published revision in which it first appeared; an import's own date.
    as_of = models.DateField()
    resolved_by = models.CharField(max_length=12, blank=True)  # choice.BY_…
    outcome = models.CharField(max_length=20)  # resolver.RESOLVED, …
    # The text itself says that it cites old law (原《合同法》): never stale.
    is_historical = models.BooleanField(default=False)
    quotation = models.TextField(blank=True)
    quotation_verdict = models.CharField(max_length=16, blank=True)  # quotations.EXACT, …
    # The clause that the quotation does give, where that is another one than the one cited.
    quotation_at = models.ForeignKey(Clause, models.SET_NULL, null=True, related_name="+")

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "引用"
        ordering = ["article_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="citation_position")
        ]
        indexes = [models.Index(fields=["outcome"], name="citation_outcome")]

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

    class Meta:
        verbose_name = verbose_name_plural = "核对结论"
        ordering = ["citation_id", "-decided_at"]

    def __str__(self) -> str:
        return f"{self.citation}：{self.get_decision_display()}"


class Outbox(models.Model):
    """What must leave the house (mail, pings), written in the transaction that causes it and
    sent later. Nothing that a reader sees depends on it."""

    kind = models.CharField("种类", max_length=20, validators=[RegexValidator(r"^[a-z_]+$")])
    payload = models.JSONField("内容")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    # NULL while waiting.
    delivered_at = models.DateTimeField("送达时间", null=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    last_error = models.TextField("最近错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发事项"
        indexes = [
            models.Index(fields=["id"], condition=Q(delivered_at=None), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 件"
