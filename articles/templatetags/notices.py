"""What the firm says under an article and of its law: notices with their variables filled in."""

from django import template

from articles import article_notices
from articles.cited_law import CitedLaw
from articles.models import Firm
from articles.notices import LAW_VARIABLES, fill_notice

register = template.Library()


register.simple_tag(article_notices.closing)
register.simple_tag(article_notices.copyright_notice)


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
