"""What stands under an article: its own words, or those of its category, filled in."""

from articles.models import Article, Firm
from articles.notices import fill_notice


def closing(article: Article, firm: Firm, permalink: str) -> str:
    template = article.closing_override or article.category.notice.closing
    return fill_notice(template, _values(article, firm, permalink))


def copyright_notice(article: Article, firm: Firm, permalink: str) -> str:
    template = article.notice_override or article.category.notice.notice
    return fill_notice(template, _values(article, firm, permalink))


def _values(article: Article, firm: Firm, permalink: str) -> dict[str, str]:
    return {
        "title": article.title,
        "firm": firm.name,
        "firm_short": firm.short_name,
        "author": article.author.name if article.author else "",
        "source": article.source_name,
        "url": permalink,
    }
