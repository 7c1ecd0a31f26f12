"""The firm, its sections, its notices and its lawyers."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q

from articles.notices import LAW_VARIABLES, NoticeError, check_notice
from statutes.addresses import path_of


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
    shows_share = models.BooleanField("文章显示分享按钮", default=True)
    shows_text_size = models.BooleanField("文章显示字号按钮", default=True)
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
        return path_of("category", self.slug)


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

    def get_absolute_url(self) -> str:
        return path_of("author", self.slug)
