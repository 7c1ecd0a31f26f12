"""The least that Django can do: a view that answers with ten thousand bytes, behind no middleware.
What is measured elsewhere is told beside it.
"""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

_PAGE = b"<!doctype html><title>.</title>" + b"x" * 9_969

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="none", MIDDLEWARE=[], USE_I18N=False
)


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_PAGE)


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
