"""What articles are found under, and which ones stand next to which: derived when an article is
published, by ``terms`` and ``related``, and by nothing else."""

from django.db import models
from django.db.models import Q

from articles.models.article import Article


class Term(models.Model):
    """What articles share: a tag, a clause, a category, an author, a month, a range of ids."""

    class Kind(models.TextChoices):
        TAG = "tag", "标签"
        CLAUSE = "clause", "条文"
        CATEGORY = "category", "栏目"
        AUTHOR = "author", "律师"
        MONTH = "month", "月份"
        RANGE = "range", "编号段"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    # The id of a tag, category or author; 2025-07; the number of a range; of a clause see
    # ``terms.clause_name``.
    key = models.CharField(max_length=64)
    # Articles that have it and are published, those whose hour is still to come too.
    count = models.PositiveIntegerField(default=0)
    # When an article under it last came, changed or went.
    changed_at = models.DateTimeField()
    # How much it says that two articles share it, in thousandths; by rebuild_related alone. NULL:
    # newer than that.
    weight = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索项"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Posting(models.Model):
    """A published article under a tag, a clause or its category."""

    class Era(models.IntegerChoices):
        """What rebuild_related found it to be: see ``related``."""

        TAIL = 0
        HEAD = 1
        NEW = 2  # came after it

    term = models.ForeignKey(Term, models.CASCADE, db_index=False, related_name="postings")
    article = models.ForeignKey(Article, models.CASCADE, related_name="postings")
    published_at = models.DateTimeField()  # the article's
    era = models.PositiveSmallIntegerField(choices=Era.choices, default=Era.NEW)

    class Meta:
        verbose_name = verbose_name_plural = "索引项"
        constraints = [
            models.UniqueConstraint(fields=["term", "article"], name="posting_once"),
        ]
        indexes = [
            # The list of a tag, and of a clause.
            models.Index(fields=["term", "-published_at", "-article"], name="posting_newest"),
            # What may be related.
            models.Index(
                fields=["term", "article", "era"], condition=Q(era__gt=0), name="posting_related"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.article_id}"


class Related(models.Model):
    """One of the articles that stand nearest to another; the best first: ``rank``."""

    article = models.ForeignKey(Article, models.CASCADE, db_index=False, related_name="related")
    other = models.ForeignKey(Article, models.CASCADE, related_name="related_to")
    score = models.PositiveIntegerField()  # the weights of what both have
    likeness = models.PositiveSmallIntegerField()  # of their titles, in thousandths
    shared = models.TextField(blank=True)  # names of terms: "tag:12 clause:…", the rarest first

    class Meta:
        verbose_name = verbose_name_plural = "相关文章"
        constraints = [
            models.UniqueConstraint(fields=["article", "other"], name="related_once"),
        ]
        indexes = [
            # Whether another article ranks high enough to come in: asked of thousands of lists.
            models.Index(fields=["article", "score"], name="related_least"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} → {self.other_id}"

    @property
    def rank(self) -> tuple[int, int, int]:
        """Lower stands higher: what both have, then the titles, then the newer id."""
        return (-self.score, -self.likeness, -self.other_id)
