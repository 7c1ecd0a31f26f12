"""A template rendered once for all pages of one shape, and filled in for each: of a page that is read
as often as an article, Django's template language would take a third of the time.
"""

import re
from collections.abc import Mapping

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.kept import Kept, once

_OPEN, _SHUT = "\ue000", "\ue001"  # of the private use area: no text of ours has them
_PLACE = re.compile(f"{_OPEN}([a-z_]+){_SHUT}")


class Stencil:
    """HTML with named places."""

    def __init__(self, html: str):
        self._pieces = _PLACE.split(html)
        self._names = self._pieces[1::2]

    def filled(self, values: Mapping[str, str]) -> str:
        pieces = list(self._pieces)
        pieces[1::2] = [values[name] for name in self._names]
        return "".join(pieces)


def render(
    template: str,
    values: Mapping[str, str],
    *,
    request: HttpRequest,
    kept: Kept,
    context: Mapping[str, object],
) -> str:
    """The template with ``values``, HTML by name, and with ``context``, which is the same on all
    pages until the site changes.

    The template may ask of a value whether it is there ("" is not), and put it where it belongs, as
    it is: no filter, no attribute.
    """
    shape = tuple(name for name, value in values.items() if value)

    def made() -> Stencil:
        places = {name: _place(name) if value else "" for name, value in values.items()}
        return Stencil(render_to_string(template, {**context, **places}, request))

    return once(kept.site.stencils, (template, shape), made).filled(values)


def _place(name: str) -> SafeString:
    return mark_safe(f"{_OPEN}{name}{_SHUT}")  # noqa: S308  (a name of ours)
