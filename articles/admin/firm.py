"""The firm itself, its categories, notices and lawyers."""

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.forms import Textarea

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


class FirmForm(forms.ModelForm):
    """The WeChat code comes in as any picture does: written anew, its kind its real one."""

    class Meta:
        # Not filter_horizontal: its script speaks English.
        widgets = {"home_sections": forms.CheckboxSelectMultiple}

    def clean_wechat_qr(self):
        chosen = self.cleaned_data["wechat_qr"]
        if not isinstance(chosen, UploadedFile):
            return chosen
        chosen.seek(0)
        try:
            return images.store(chosen.read(), name=chosen.name, by=None).file.name
        except images.PictureError as error:
            raise forms.ValidationError(f"{error}。") from error


@admin.register(Firm)
class FirmAdmin(admin.ModelAdmin):
    """One row: edited, never added twice or deleted."""

    form = FirmForm

    fieldsets = [
        (
            None,
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
        ("文章页", {"fields": ["shows_qr", "shows_related"]}),
        ("审核与预览", {"fields": ["needs_second_person", "preview_days"]}),
        (
            "文章里关于法律的说明",
            {
                "fields": ["stale_notice", "checked_notice", "compared_notice"],
                "description": "可用变量："
                + "、".join(f"{{{name}}} {words}" for name, words in LAW_VARIABLES.items()),
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ("stale_notice", "checked_notice", "compared_notice"):
            kwargs["widget"] = Textarea(attrs={"rows": 3, "cols": 80})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request) -> bool:
        return super().has_add_permission(request) and not Firm.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
