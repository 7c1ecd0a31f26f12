"""A draft as readers will see it, behind a signed link that expires."""

import datetime as dt

from django.core import signing
from django.urls import reverse

from articles.models import Article, Firm, Revision

_SALT = "articles.preview"


class Expired(Exception):
    """The link was ours, but its days are over."""


class Invalid(Exception):
    """Not a link of ours, or of an article that was thrown away."""


def address(revision: Revision) -> str:
    """The path at which this very revision can be seen, by whoever has the link."""
    return reverse("preview", args=[signing.dumps(revision.pk, salt=_SALT)])


def lifetime() -> dt.timedelta:
    """As the firm says today: to shorten it shortens the links that are out. One query."""
    days = Firm.objects.values_list("preview_days", flat=True).first()
    return dt.timedelta(days=days or Firm._meta.get_field("preview_days").default)


def revision_at(token: str) -> Revision:
    """The revision of a link. Raises Expired, Invalid."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=lifetime())
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Invalid from error
    found = Revision.objects.filter(pk=pk).exclude(article__stage=Article.Stage.DISCARDED)
    if revision := found.first():
        return revision
    raise Invalid
