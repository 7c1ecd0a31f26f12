"""The law in the admin, first cut: statutes with their aliases; texts to read."""

from django.contrib import admin
from django.db import transaction

from statutes.library import library_changed
from statutes.models import Alias, Clause, Statute, Version


class AliasInline(admin.TabularInline):
    model = Alias
    fields = ["name", "valid_from", "valid_to"]
    extra = 1


@admin.register(Statute)
class StatuteAdmin(admin.ModelAdmin):
    list_display = ["title", "kind", "issuer"]
    list_filter = ["kind"]
    search_fields = ["title", "aliases__name"]
    autocomplete_fields = ["replaced_by"]
    inlines = [AliasInline]

    @transaction.atomic
    def save_related(self, request, form, formsets, change) -> None:
        """A new name may resolve citations that wait for it; one that went may unsettle others."""
        names = Alias.objects.filter(statute=form.instance)
        before = set(names.values_list("key", flat=True))
        super().save_related(request, form, formsets, change)
        library_changed.send(
            sender=Alias,
            statute_ids={form.instance.pk},
            keys=before ^ set(names.values_list("key", flat=True)),
        )


class ReadOnlyAdmin(admin.ModelAdmin):
    """Law enters by import, as whole texts; nobody edits a clause."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ["statute", "name", "promulgated_on", "effective_from", "effective_to", "source"]
    list_filter = ["source", "is_complete"]
    list_select_related = ["statute"]
    search_fields = ["statute__title", "document_number"]


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "version", "text"]
    list_select_related = ["version__statute"]
    search_fields = ["text", "version__statute__title"]
    show_full_result_count = False
