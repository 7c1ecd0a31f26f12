"""Articles, every save of them, and where they came from.

``Article.objects.published()`` is the only gate to what a reader may see.
"""

import datetime as dt

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase

from articles.models.firm import Author, Category
from statutes.addresses import path_of


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


# What a list shows of an article itself.
LISTED = (
    "title",
    "excerpt",
    "cover",
    "cover_width",
    "cover_height",
    "published_at",
    "date_is_known",
    "source_name",
)
# Who holds one of these sees every article at the desk, in whatever state.
_SEES_ALL = ("articles.review_article", "articles.publish_article", "articles.change_any_article")


def sees_all(user: AbstractBaseUser) -> bool:
    """Whether a member of the staff may see every article at the desk."""
    return any(map(user.has_perm, _SEES_ALL))


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

    def hidden(self, at: dt.datetime | None = None) -> "ArticleQuerySet":
        """All others than ``published()``, said so that an index finds them."""
        State = Article.State
        ahead = Q(published_at__gt=at or timezone.now()) | Q(published_at=None)
        return self.filter(
            Q(state__in=[State.DRAFT, State.WITHDRAWN]) | Q(ahead, state=State.PUBLISHED)
        )

    def readable_by(
        self, user: AbstractBaseUser, at: dt.datetime | None = None
    ) -> "ArticleQuerySet":
        """The rows that a member of the staff may see at the desk: their own, and what every
        reader may see; all of them, who reviews, publishes or mends the articles of others."""
        if sees_all(user):
            return self
        return self.filter(is_own(user) | _is_published(at))

    def in_category(self, category: Category) -> "ArticleQuerySet":
        """A parent's list holds its children's articles too."""
        return self.filter(Q(category=category) | Q(category__parent=category))

    def newest_first(self) -> "ArticleQuerySet":
        return self.order_by("-published_at", "-pk")

    def beside(self, category, at, pk) -> tuple["ArticleQuerySet", "ArticleQuerySet"]:
        """Of these, (the next older, the next newer) of an article: one row of its category, or none,
        each. Its category's id, when it was published, and its id: values, or what stands for them.
        """
        siblings = self.filter(category=category).order_by()
        # The first condition is in the others: it tells the index where to begin.
        older = siblings.filter(published_at__lte=at).exclude(published_at=at, pk__gte=pk)
        newer = siblings.filter(published_at__gte=at).exclude(published_at=at, pk__lte=pk)
        return (
            older.order_by("-published_at", "-pk")[:1],
            newer.order_by("published_at", "pk")[:1],
        )

    def for_list(self, *also: str) -> "ArticleQuerySet":
        """Only what a list shows, no bodies; and the columns of ``also``."""
        return self.select_related("category", "author").only(
            *also,
            *LISTED,
            "category__name",
            "category__slug",
            "author__name",
        )


def signature(author: Author | None, source_name: str) -> str:
    """The lawyer who signs an article; "" for nobody, and for a reprint, which nobody here wrote."""
    return f"{author.name}律师" if author and not source_name else ""


def address_of(pk: int, ending: str = ".html") -> str:
    """Of an article's page, and of its other forms: .json, .md, .png, .svg."""
    before = path_of("article", 0).removesuffix("0.html")
    return f"{before}{pk}{ending}"


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
    # These two, and created_by, are looked up by the indexes that begin with them.
    category = models.ForeignKey(
        Category, models.PROTECT, db_index=False, related_name="articles", verbose_name="栏目"
    )
    author = models.ForeignKey(
        Author,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
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

    # Characters of the text, spaces aside: 0 where it was rendered by an older version.
    length = models.PositiveIntegerField(default=0, editable=False)
    # What it is counted and found under now: {"title": "…", "terms": ["tag:12", …]}; empty where
    # readers can't see it. Written by ``terms`` alone.
    listed = models.JSONField(default=dict, blank=True, editable=False)

    # Whose article it is at the desk; NULL: a command's.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        db_index=False,
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
            models.Index(fields=["author", "state", "-published_at", "-id"], name="article_author"),
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
        return address_of(self.pk)

    @property
    def signed_by(self) -> str:
        return signature(self.author, self.source_name)

    @property
    def changed_at(self) -> dt.datetime:
        """When readers last saw it change; of what is published only."""
        return max(self.published_at, self.revised_at or self.published_at)

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
