"""The firm itself, its categories, notices and lawyers."""

import re
import unicodedata

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from articles import images
from articles.models import Author, Category, CopyrightNotice, Firm
from articles.notices import LAW_VARIABLES


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "slug", "order", "notice"]
    list_editable = ["order"]
    list_select_related = ["parent", "notice"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(CopyrightNotice)
class CopyrightNoticeAdmin(admin.ModelAdmin):
    list_display = ["name", "closing", "default"]

    @admin.display(description="默认")
    def default(self, notice: CopyrightNotice) -> str:
        return "默认" if notice.is_default else "—"

    def has_delete_permission(self, request, obj=None) -> bool:
        return not (obj and obj.is_default)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "licence_number", "user"]
    list_select_related = ["user"]
    prepopulated_fields = {"slug": ["name"]}


MOST_SECTIONS = 6  # each costs the home page a query
# How a number is written, spaces and full-width forms aside, and what to say where it is not.
_NUMBERS = {
    "telephone": (
        r"(?=(\D*\d){3})[\d+\-() ]+(转 ?\d+)?",
        "电话只写一个号码，如 0571-88888888 或 0571-88888888 转 801。",
    ),
    "icp_number": (
        r"[\u4e00-\u9fff]ICP[备证]\d{5,}号?(-\d+)?",
        "ICP 备案号写作“浙ICP备12345678号-1”。",
    ),
    "police_number": (
        r"[\u4e00-\u9fff]公网安备 ?\d{8,} ?号?",
        "公安备案号写作“浙公网安备 33010602000001号”。",
    ),
}


class FirmForm(forms.ModelForm):
    class Meta:  # the model and its fields: FirmAdmin says which
        widgets = {
            "address": AdminTextInputWidget(attrs={"class": "vLargeTextField"}),
            "home_sections": forms.CheckboxSelectMultiple,
            "wechat_qr": AdminFileWidget(attrs={"accept": "image/*"}),
            **{
                name: forms.Textarea(attrs={"rows": 3, "cols": 80})
                for name in (
                    "tagline",
                    "footer_notice",
                    "stale_notice",
                    "checked_notice",
                    "compared_notice",
                )
            },
        }
        help_texts = {
            "name": "执业许可证上的名称，用在首页标题、页脚和版权声明里。",
            "short_name": "用在页眉和浏览器标签上。",
            "tagline": "在首页律所名称下面，搜索引擎也会显示。",
            "telephone": "读者在手机上点一下就能拨打。",
            "office_hours": "如：周一至周五 9:00–17:30。",
            "wechat_qr": "放在页脚，在深色背景上也衬白底。",
            "icp_number": "如：浙ICP备12345678号-1。在页脚链接到工信部备案系统。",
            "police_number": "如：浙公网安备 33010602000001号。在页脚链接到公安备案系统。",
            "footer_notice": "在每一页的最下面。",
            "home_section_size": "1 到 12 篇。",
            "shows_qr": "文末的二维码，手机扫了可以打开同一篇。",
            "shows_related": "文末列出引用相同法条、标签相同或同栏目的文章。",
        }

    def clean_wechat_qr(self) -> ContentFile | object:
        chosen = self.cleaned_data["wechat_qr"]
        if not isinstance(chosen, UploadedFile):
            return chosen
        try:
            return images.rewritten(chosen.read())
        except images.PictureError as error:
            raise ValidationError(f"{error}。") from error

    def clean_home_sections(self):
        chosen = self.cleaned_data["home_sections"]
        if len(chosen) > MOST_SECTIONS:
            raise ValidationError(f"首页最多放 {MOST_SECTIONS} 个栏目。")
        return chosen

    def clean(self) -> None:
        super().clean()
        for name in _NUMBERS.keys() & self.cleaned_data.keys():
            try:
                self.cleaned_data[name] = number(name, self.cleaned_data[name])
            except ValidationError as error:
                self.add_error(name, error)


def number(name: str, written: str) -> str:
    """A number of that field in plain characters. Raises ValidationError."""
    plain = re.sub(r"[—–]", "-", unicodedata.normalize("NFKC", written))
    plain = " ".join(plain.split())
    if name == "icp_number":
        plain = plain.replace(" ", "").upper()
    pattern, reason = _NUMBERS[name]
    if plain and not re.fullmatch(pattern, plain, re.ASCII):
        raise ValidationError(reason)
    return plain


@admin.register(Firm)
class FirmAdmin(admin.ModelAdmin):
    """One row: edited, never added twice or deleted."""

    form = FirmForm
    fieldsets = [
        (
            "名称与联系方式",
            {
                "fields": [
                    "name",
                    "short_name",
                    "tagline",
                    "licence_number",
                    "telephone",
                    "office_hours",
                    "address",
                    "wechat_name",
                    "wechat_qr",
                ]
            },
        ),
        ("备案与页脚", {"fields": ["icp_number", "police_number", "footer_notice"]}),
        ("首页", {"fields": ["home_sections", "home_section_size"]}),
        (
            "文章页显示什么",
            {"fields": ["shows_qr", "shows_share", "shows_text_size", "shows_related"]},
        ),
        (
            "文章里关于法律的说明",
            {
                "fields": ["stale_notice", "checked_notice", "compared_notice"],
                "description": "可用变量："
                + "、".join(f"{{{name}}} {words}" for name, words in LAW_VARIABLES.items()),
            },
        ),
        ("审核与预览", {"fields": ["needs_second_person", "preview_days"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "wechat_qr":  # clean_wechat_qr judges it, and gives it a name
            kwargs |= {"form_class": forms.FileField, "max_length": None}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "home_sections":  # chosen here, made under 栏目
            field.widget.can_add_related = False
        return field

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        """There is nothing to choose from: the one row, or the form that makes it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if firm := Firm.objects.first():
            return redirect("admin:articles_firm_change", firm.pk)
        if self.has_add_permission(request):
            return redirect("admin:articles_firm_add")
        return super().changelist_view(request, extra_context)

    def save_model(self, request, obj, form, change) -> None:
        """A code that was replaced or taken away leaves no file behind."""
        old = form.initial.get("wechat_qr")
        super().save_model(request, obj, form, change)
        if old and old.name != obj.wechat_qr.name:
            transaction.on_commit(lambda: old.storage.delete(old.name))

    def has_add_permission(self, request) -> bool:
        return super().has_add_permission(request) and not Firm.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
