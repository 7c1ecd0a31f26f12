"""What every public page shows around its content."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.kept import kept_of


def site(request: HttpRequest) -> dict:
    """Lazy: a page that shows neither (the admin) pays for neither. Two queries at most."""
    kept = kept_of(request).site
    return {
        "firm": SimpleLazyObject(lambda: kept.firm),
        "navigation": SimpleLazyObject(lambda: kept.navigation),
        "canonical": settings.SITE_URL + request.path,
    }
