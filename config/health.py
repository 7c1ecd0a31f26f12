"""Whether the site lives, and whether it can work: for those who watch it."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """A worker answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """And the database answers it, with the site's tables in it; else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM articles_pageversion LIMIT 1")
    except DatabaseError:
        return HttpResponse("database\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
