"""What the admin pages of the law share."""

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import redirect

STYLES = {"all": ["css/admin-law.css"]}


class RefusingAdmin(admin.ModelAdmin):
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
