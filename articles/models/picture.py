"""The pictures that were uploaded."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from articles.models.article import Article, is_own, sees_all


class PictureQuerySet(models.QuerySet):
    def readable_by(self, user: AbstractBaseUser) -> "PictureQuerySet":
        """Those that a member of the staff may see: their own uploads, what their articles show,
        and what readers see; of others' drafts nothing."""
        if sees_all(user):
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
