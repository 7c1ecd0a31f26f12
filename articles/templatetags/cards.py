"""Articles in lists: a heading, what it shares, its first words, where and when it appeared.

A page shows up to twenty; an article's page joins them to its other HTML (``stencil``), so they are
made here and not in a template.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from articles.templatetags.covers import cover_variants
from articles.templatetags.pieces import day

register = template.Library()

_WITH_COVER = ' class="with-cover"'


@register.simple_tag
def article_cards(articles: Iterable[Article], level: int = 2) -> SafeString:
    """A list of ``Article.for_list()``, of related ones with what they share. ``level``: of the
    headings."""
    items = "".join(_card(one, level) for one in articles)
    return mark_safe(f'<ol class="article-list">\n{items}</ol>')  # noqa: S308  (escaped below)


def _card(item: Article, level: int) -> str:
    shared = getattr(item, "shared", ())
    if shared:
        terms = "".join(f'<span class="shared-term">{escape(words)}</span>' for words in shared)
        shared = f'<p class="shared"><span>同涉</span>{terms}</p>'
    return (
        f"<li{_WITH_COVER if item.cover else ''}>\n<article>\n{_cover(item)}<div>\n"
        f'<h{level} class="title"><a href="{item.get_absolute_url()}">{escape(item.title)}</a></h{level}>\n'
        f'{shared or ""}<p class="excerpt">{escape(item.excerpt)}</p>\n'
        f"{article_meta(item)}\n</div>\n</article>\n</li>\n"
    )


def _cover(item: Article) -> str:
    if not item.cover:
        return ""
    return (
        f'<img src="{escape(item.cover.url)}"{cover_variants(item)} alt="" width="{item.cover_width}"'
        f' height="{item.cover_height}" loading="lazy" decoding="async">\n'
    )


@register.simple_tag
def article_meta(item: Article) -> SafeString:
    """Its category, whose it is, and when it appeared."""
    whose = f"转载自{item.source_name}" if item.source_name else item.signed_by
    whose = f"<span>{escape(whose)}</span>" if whose else ""
    when = day(item.published_at) if item.date_is_known else ""
    return mark_safe(f'<p class="meta">{escape(item.category.name)}{whose}{when}</p>')  # noqa: S308
