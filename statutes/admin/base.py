"""What the admin pages of the law share."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property

STYLES = {"all": ["css/admin-law.css"]}
MOST_COUNTED = 2_000


class CappedPaginator(Paginator):
    """Counts no further than MOST_COUNTED: nobody turns forty pages, and a count of a
    million rows takes longer than the page."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[:MOST_COUNTED].count()

    def is_capped(self) -> bool:
        return self.count == MOST_COUNTED


class LongListMixin:
    """Of a table that grows as long as the firm writes: nothing walks all of it."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_max_show_all = 0


class OneByOneAdmin(admin.ModelAdmin):
    """What hangs on a row is undone where it is deleted by itself, or it is never deleted: never
    many at once."""

    def get_actions(self, request) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at; nothing is added, changed or deleted here."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


class RefusingAdmin(OneByOneAdmin):
    """What save_model leaves in ``request.refused`` is said instead of “saved”."""

    def response_change(self, request, obj) -> HttpResponse:
        if reason := getattr(request, "refused", ""):
            messages.error(request, reason)
            return redirect(request.path)
        return super().response_change(request, obj)

    def log_change(self, request, obj, message):
        if not getattr(request, "refused", ""):
            return super().log_change(request, obj, message)
        return None
