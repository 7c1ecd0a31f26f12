"""Covers in lists: the smaller variant where it is enough."""

from django import template
from django.utils.html import format_html

from articles.images import SMALL_WIDTH, address, has_small, small_name
from articles.models import Article

register = template.Library()


@register.filter
def cover_variants(article: Article) -> str:
    """srcset and sizes, as lists.css shows a cover; "" where there is only the one."""
    name, width = article.cover.name, article.cover_width or 0
    if not has_small(name, width):
        return ""
    return format_html(
        ' srcset="{} {}w, {} {}w" sizes="(max-width: 34rem) 100vw, 13rem"',
        address(small_name(name)),
        SMALL_WIDTH,
        address(name),
        width,
    )
