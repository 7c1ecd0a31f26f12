"""An article's HTML: source → safe HTML → what is stored for readers.

What is shown of its citations is filled in on the day of reading: see ``slots``.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass, field

import nh3

from articles.markup import BLOCKS, HEADINGS, Token, parse
from articles.slots import Placed, insert_slots
from statutes.names import Names

# Raise when the output for the same source changes; older rows are then rendered anew.
VERSION = 2

_VOID = {"br", "hr", "img", "col"}
_INLINE = {"a", "b", "strong", "em", "i", "u", "s", "sub", "sup", "code"}
_TAGS = (BLOCKS - {"div", "section"}) | _INLINE | _VOID | {"pre", "colgroup", "dl", "h1"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_EXCERPT_LENGTH = 110


@dataclass(frozen=True)
class Picture:
    """Pixels of a picture of ours."""

    width: int
    height: int


@dataclass
class Rendered:
    html: str
    # [{"id": "s1", "level": 2, "text": "…"}], in order
    contents: list[dict] = field(default_factory=list)
    excerpt: str = ""
    citations: list[Placed] = field(default_factory=list)
    missing_pictures: list[str] = field(default_factory=list)  # their src


def clean(source: str) -> str:
    """Safe HTML: known tags and attributes only, links to http(s), mail, telephone and our own
    addresses, pictures from our own addresses. The page's own title is the only h1."""
    safe = nh3.clean(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return safe.replace("<h1>", "<h2>").replace("</h1>", "</h2>")


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        # A picture from elsewhere would tell that site who reads here.
        local = value.startswith("/") and not value.startswith(("//", "/\\"))
        return value if local else None
    if name in ("width", "height", "colspan", "rowspan", "start") and not value.isdecimal():
        return None
    return value


def render(safe: str, *, measure: Callable[[str], Picture | None], names: Names) -> Rendered:
    """``safe`` is clean()'s output; ``names`` are those of the library; ``measure`` gives a picture's size by its src, or None where
    there is no such picture: it then becomes a placeholder."""
    tokens = parse(safe)
    result = Rendered("")
    _anchor_headings(tokens, result)
    _place_pictures(tokens, measure, result)
    _wrap_tables(tokens)
    result.citations = insert_slots(tokens, names)
    result.excerpt = _excerpt(tokens)
    result.html = "".join(token.raw for token in tokens)
    return result


def _anchor_headings(tokens: list[Token], result: Rendered) -> None:
    for index, token in enumerate(tokens):
        if token.kind != "start" or token.name not in HEADINGS:
            continue
        words = ""
        for inner in tokens[index + 1 :]:
            if inner.kind == "end" and inner.name == token.name:
                break
            words += inner.text
        words = " ".join(words.split())
        if not words:
            continue
        anchor = f"s{len(result.contents) + 1}"
        token.raw = f'<{token.name} id="{anchor}">'
        result.contents.append({"id": anchor, "level": int(token.name[1]), "text": words})


def _place_pictures(
    tokens: list[Token], measure: Callable[[str], Picture | None], result: Rendered
) -> None:
    """A picture alone in its paragraph becomes a figure with its alternative text as caption."""
    for index, token in enumerate(tokens):
        if token.name != "img":
            continue
        source, alt = token.attributes.get("src", ""), token.attributes.get("alt", "")
        picture = measure(source) if source else None
        if picture is None:
            result.missing_pictures.append(source)
            token.raw = '<span class="picture-missing">图片缺失</span>'
        else:
            token.raw = (
                f'<img src="{html.escape(source)}" alt="{html.escape(alt)}"'
                f' width="{picture.width}" height="{picture.height}"'
                ' loading="lazy" decoding="async">'
            )
        if _alone_in_paragraph(tokens, index):
            tokens[index - 1].raw, tokens[index + 1].raw = "<figure>", "</figure>"
            if alt.strip():
                token.raw += f"<figcaption>{html.escape(alt)}</figcaption>"


def _alone_in_paragraph(tokens: list[Token], index: int) -> bool:
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    return (before.kind, before.name, after.kind, after.name) == ("start", "p", "end", "p")


def _wrap_tables(tokens: list[Token]) -> None:
    """A wide table scrolls by itself, by touch and by keyboard."""
    for token in tokens:
        if token.name != "table":
            continue
        if token.kind == "start":
            token.raw = (
                '<div class="table" role="region" aria-label="表格" tabindex="0">' + token.raw
            )
        else:
            token.raw += "</div>"


def excerpt_of(safe: str) -> str:
    """The first words of clean()'s output, headings left out: the summary where none is written."""
    return _excerpt(parse(safe))


def _excerpt(tokens: list[Token]) -> str:
    words, heading = "", False
    for token in tokens:
        if token.name in HEADINGS:
            heading = token.kind == "start"
        elif token.name in BLOCKS or token.name == "br":
            words += " "
        elif token.kind == "text" and not heading:
            words += token.text
        if len(words) > 2 * _EXCERPT_LENGTH:
            break
    words = " ".join(words.split())
    return words if len(words) <= _EXCERPT_LENGTH else words[: _EXCERPT_LENGTH - 1] + "…"
