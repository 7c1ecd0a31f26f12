"""Published articles as ``import_articles`` reads them."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article

_AT_ONCE = 200


def export(articles: QuerySet[Article]) -> Iterator[dict]:
    """One object an article, in the order of their ids, from what readers see; what they don't
    see is left out: importing it elsewhere would publish it. Two queries for each 200."""
    rows = (
        articles.published()
        .select_related(None)
        .select_related("category", "author")
        .prefetch_related("tags")
        .order_by("pk")
    )
    for article in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            "id": article.pk,
            "title": article.title,
            "category": article.category.name,
            "author": article.author.name if article.author else None,
            "tags": sorted(tag.name for tag in article.tags.all()),
            "summary": article.summary,
            "body_html": article.body,
            "source_name": article.source_name,
            "source_url": article.source_url,
            "closing_notice": article.closing_override,
            "copyright_notice": article.notice_override,
            "published_on": f"{timezone.localdate(article.published_at)}",
            "published_on_is_known": article.date_is_known,
        }
