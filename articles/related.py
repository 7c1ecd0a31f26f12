"""Related articles: those that share clauses and tags."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from articles.models import Article, Citation, TaggedArticle


def related_articles(article: Article, *, limit: int = 8) -> QuerySet[Article]:
    """Published articles by what they share with this one: clauses and tags, then the category;
    newest first among equals, the title as tie-break. One query."""
    its_tags = TaggedArticle.objects.filter(content_object=article).values("tag")
    its_clauses = article.citations.exclude(clause=None).order_by().values("clause")
    sharing_tags = TaggedArticle.objects.filter(tag__in=its_tags)
    sharing_clauses = Citation.objects.filter(clause__in=its_clauses).order_by()
    tags = (
        sharing_tags.filter(content_object=OuterRef("pk"))
        .values("content_object")
        .annotate(n=Count("pk"))
        .values("n")
    )
    clauses = (
        sharing_clauses.filter(article=OuterRef("pk"))
        .values("article")
        .annotate(n=Count("clause", distinct=True))
        .values("n")
    )
    return (
        Article.objects.published()
        .exclude(pk=article.pk)
        .filter(
            Q(category=article.category_id)
            | Q(pk__in=sharing_tags.values("content_object"))
            | Q(pk__in=sharing_clauses.values("article"))
        )
        .annotate(shared=Coalesce(Subquery(tags), Value(0)) + Coalesce(Subquery(clauses), Value(0)))
        .for_list()
        .order_by("-shared", "-published_at", "title")[:limit]
    )
