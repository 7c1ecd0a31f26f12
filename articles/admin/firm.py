"""The firm itself, its categories, notices and lawyers."""

from django.contrib import admin
from django.forms import Textarea

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
    list_display = ["name", "closing", "is_default"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return not (obj and obj.is_default)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "licence_number", "user"]
    list_select_related = ["user"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Firm)
class FirmAdmin(admin.ModelAdmin):
    """One row: edited, never added twice or deleted."""

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
                    "address",
                    "icp_number",
                ]
            },
        ),
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
        if db_field.name.endswith("_notice"):
            kwargs["widget"] = Textarea(attrs={"rows": 3, "cols": 80})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request) -> bool:
        return super().has_add_permission(request) and not Firm.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
