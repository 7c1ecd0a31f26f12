"""The writing's part of the law's pages, so that ``statutes`` needs to know no article."""

from django import template

from articles.cited_law import citing_articles
from articles.strip import strip_of
from statutes.models import Clause, Version

register = template.Library()


@register.inclusion_tag("articles/_cited_by.html")
def cited_by(clause: Clause) -> dict:
    """Published articles that cite the clause. One query."""
    return {"articles": citing_articles(clause)}


@register.inclusion_tag("articles/_cited_clauses.html")
def cited_clauses(version: Version) -> dict:
    """How often published articles cite each clause of a text, for its own page. One query."""
    return {"strip": strip_of(version)}
