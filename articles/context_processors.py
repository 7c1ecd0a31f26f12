"""What every public page shows around its content."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.models import Category, Firm


def the_firm() -> Firm:
    """The one row, or what stands in for it before it is written. One query."""
    return Firm.objects.first() or Firm()


def site(request: HttpRequest) -> dict:
    """Lazy: a page that shows neither (the admin) pays for neither. Two queries."""
    return {
        "firm": SimpleLazyObject(the_firm),
        "navigation": SimpleLazyObject(lambda: list(Category.objects.filter(parent=None))),
        "canonical": settings.SITE_URL + request.path,
    }
