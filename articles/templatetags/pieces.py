"""Pieces of a page that say the same on many: made once, where the process keeps them."""

import datetime as dt

from django import template
from django.template import Context, NodeList
from django.template.base import Parser, Token
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.kept import kept_of, once

register = template.Library()


class _Piece(template.Node):
    def __init__(self, name: str, nodes: NodeList):
        self._name, self.nodelist = name, nodes

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        if request is None:  # an error page, of which nothing may depend on anything
            return self.nodelist.render(context)
        pieces = kept_of(request).site.pieces
        return once(pieces, self._name, lambda: self.nodelist.render(context))


@register.tag
def piece(parser: Parser, token: Token) -> _Piece:
    """{% piece name %}…{% endpiece %}: what depends on the firm and its sections alone."""
    _, name = token.split_contents()
    nodes = parser.parse(("endpiece",))
    parser.delete_first_token()
    return _Piece(name, nodes)


@register.filter
def day(moment: dt.datetime) -> SafeString:
    """2025年3月7日 in Shanghai, for readers and for machines."""
    on = moment.astimezone(timezone.get_default_timezone())
    words = f"{on.year}年{on.month}月{on.day}日"
    return mark_safe(f'<time datetime="{on:%Y-%m-%d}">{words}</time>')  # noqa: S308  (numbers)
