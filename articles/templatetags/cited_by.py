"""The writing's part of the law's pages, so that ``statutes`` needs to know no article."""

from django import template
from django.template import Context

from articles import terms
from articles.paging import page_under
from articles.strip import strip_of
from statutes.models import Clause, Version

register = template.Library()


@register.inclusion_tag("articles/_cited_by.html", takes_context=True)
def cited_by(context: Context, clause: Clause) -> dict:
    """More on this clause: the published articles that cite it, or the same words under the same
    number in another text, the newest first, a page at a time (?after=). Two queries."""
    request = context["request"]
    term, count = terms.public_under(terms.clause_name(clause))
    page = page_under(term, request.GET.get("after")) if count else None
    return {"request": request, "page": page, "count": count}


@register.inclusion_tag("articles/_cited_clauses.html")
def cited_clauses(version: Version) -> dict:
    """How often published articles cite each clause of a text, for its own page. One query."""
    return {"strip": strip_of(version)}
