"""The closing sentence and the copyright notice under an article."""

from django import template

from articles.models import Article, Firm
from articles.notices import fill_notice

register = template.Library()


@register.simple_tag
def closing(article: Article, firm: Firm, permalink: str) -> str:
    template_text = article.closing_override or article.category.notice.closing
    return fill_notice(template_text, _values(article, firm, permalink))


@register.simple_tag
def copyright_notice(article: Article, firm: Firm, permalink: str) -> str:
    template_text = article.notice_override or article.category.notice.notice
    return fill_notice(template_text, _values(article, firm, permalink))


def _values(article: Article, firm: Firm, permalink: str) -> dict[str, str]:
    return {
        "title": article.title,
        "firm": firm.name,
        "firm_short": firm.short_name,
        "author": article.author.name if article.author else "",
        "source": article.source_name,
        "url": permalink,
    }
