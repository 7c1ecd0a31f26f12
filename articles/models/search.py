"""What readers' searches look in: derived when an article is published, by ``search_index`` alone."""

from django.db import models

from articles.models.article import Article


class SearchEntry(models.Model):
    """A published article, those whose hour is still to come too.

    What it is found under stands beside it, outside Django's models: on PostgreSQL in the column
    ``codes`` (``int[]`` with a GIN index), on SQLite in the FTS5 table ``articles_searchwords``, by
    ``place``; a trigger takes those rows away with these.
    """

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="search_entry"
    )
    # era << 24 | a number within it. Eras are neighbouring spans of time; within one, places say
    # nothing.
    place = models.BigIntegerField(unique=True)
    # The article's, so that a search reads nothing else.
    published_at = models.DateTimeField()
    category = models.BigIntegerField()
    kinds = models.PositiveSmallIntegerField()  # of the law that it cites: a bit for each
    # Of all that it is found under: what it was, and is to be, may be compared.
    digest = models.CharField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "搜索索引"
        indexes = [models.Index(fields=["published_at", "place"], name="search_entry_newest")]

    def __str__(self) -> str:
        return str(self.article_id)
