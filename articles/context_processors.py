"""What every public page shows around its content."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.models import Category, Firm


def site(request: HttpRequest) -> dict:
    """Lazy: a page that shows neither (the admin) pays for neither. Two queries."""
    return {
        "firm": SimpleLazyObject(lambda: Firm.objects.first() or Firm()),
        "navigation": SimpleLazyObject(lambda: list(Category.objects.filter(parent=None))),
        "canonical": settings.SITE_URL + request.path,
    }
