"""The writing's part of a clause's page, so that ``statutes`` needs to know no article."""

from django import template

from articles.cited_law import citing_articles
from statutes.models import Clause

register = template.Library()


@register.inclusion_tag("articles/_cited_by.html")
def cited_by(clause: Clause) -> dict:
    """Published articles that cite the clause. One query."""
    return {"articles": citing_articles(clause)}
