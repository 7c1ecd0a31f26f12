"""Addresses of the whole site."""

import re

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from config import health
from statutes.admin.check_text import check_text

handler400 = "articles.views.bad_request"
handler404 = "articles.views.not_found"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/check-text/", admin.site.admin_view(check_text), name="check_text"),
    path("admin/", admin.site.urls),
    path("statutes/", include("statutes.urls")),
    path("", include("articles.urls")),
]

if settings.SERVE_MEDIA:
    urlpatterns.append(
        re_path(
            rf"^{re.escape(settings.MEDIA_URL.lstrip('/'))}(?P<path>.*)$",
            serve,
            {"document_root": settings.MEDIA_ROOT},
        )
    )
