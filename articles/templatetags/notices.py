"""What the firm says under an article and of its law: notices with their variables filled in."""

from django import template

from articles.cited_law import CitedLaw
from articles.models import Article, Firm
from articles.notices import LAW_VARIABLES, fill_notice

register = template.Library()


@register.simple_tag
def closing(article: Article, firm: Firm, permalink: str) -> str:
    template_text = article.closing_override or article.category.notice.closing
    return fill_notice(template_text, _values(article, firm, permalink))


@register.simple_tag
def copyright_notice(article: Article, firm: Firm, permalink: str) -> str:
    template_text = article.notice_override or article.category.notice.notice
    return fill_notice(template_text, _values(article, firm, permalink))


@register.simple_tag
def law_notice(name: str, firm: Firm, law: CitedLaw) -> str:
    """The firm's words of that field (stale_notice, …) about what an article cites."""
    values = {
        "count": str(law.stale_count),
        "since": str(law.stale_since or ""),
        "checked": str(law.checked_on or ""),
        "firm": firm.name,
        "firm_short": firm.short_name,
    }
    return fill_notice(getattr(firm, name), values, LAW_VARIABLES)


def _values(article: Article, firm: Firm, permalink: str) -> dict[str, str]:
    return {
        "title": article.title,
        "firm": firm.name,
        "firm_short": firm.short_name,
        "author": article.author.name if article.author else "",
        "source": article.source_name,
        "url": permalink,
    }
