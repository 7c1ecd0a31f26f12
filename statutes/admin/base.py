"""What the admin pages of the law share."""

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect

STYLES = {"all": ["css/admin-law.css"]}


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
