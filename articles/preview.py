"""A draft as readers will see it, behind a signed link that expires."""

import datetime as dt

from django.core import signing
from django.urls import reverse

from articles.models import Article, Firm, Revision

_SALT = "articles.preview.2"  # new where what is signed changes
_LONG = ("article__body", "article__rendered", "article__contents")


class Expired(Exception):
    """The link was ours, but its days are over, or the article was withdrawn since."""


class Invalid(Exception):
    """Not a link of ours, or of an article that was thrown away."""


def _since(article: Article) -> float:
    """What a link holds besides the revision: to withdraw an article ends the links of before."""
    return article.withdrawn_at.timestamp() if article.withdrawn_at else 0.0


def address(revision: Revision) -> str:
    """The path at which this very revision can be seen, by whoever has the link."""
    return reverse(
        "preview", args=[signing.dumps([revision.pk, _since(revision.article)], salt=_SALT)]
    )


def lifetime() -> dt.timedelta:
    """As the firm says today: to shorten it shortens the links that are out. One query."""
    days = Firm.objects.values_list("preview_days", flat=True).first()
    return dt.timedelta(days=days or Firm._meta.get_field("preview_days").default)


def revision_at(token: str) -> Revision:
    """The revision of a link. Raises Expired, Invalid."""
    try:
        pk, since = signing.loads(token, salt=_SALT, max_age=lifetime())
    except signing.SignatureExpired as error:
        raise Expired from error
    except signing.BadSignature as error:
        raise Invalid from error
    found = Revision.objects.filter(pk=pk).exclude(article__stage=Article.Stage.DISCARDED)
    revision = found.select_related("article").defer(*_LONG).first()
    if revision is None:
        raise Invalid
    if since != _since(revision.article):
        raise Expired
    return revision
