"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()
_ = settings.SECRET_KEY  # Django refuses an empty one: at the start, not at the first login

from articles.pagecache import PageCache  # noqa: E402  (behind Django's setup: it has models)
from config.middleware import DESK  # noqa: E402

application = (
    _django  # who changes a template sees it at once
    if settings.DEBUG
    else PageCache(_django, size=settings.PAGE_CACHE_MB * 1024 * 1024, never=DESK)
)
