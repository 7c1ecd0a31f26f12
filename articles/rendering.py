"""An article's HTML: source → safe HTML → what is stored for readers.

What is shown of its citations is filled in on the day of reading: see ``slots``.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import nh3

from articles.markup import BLOCKS, HEADINGS, VOID, Token, parse
from articles.slots import Placed, insert_slots
from articles.tidying import (
    BOXES,
    CLASSES,
    PROPERTIES,
    SPANS,
    is_tidy,
    shallow,
    tidy,
    unindented,
    without_empty,
)
from statutes.names import Names

# Raise when the output for the same source changes; older rows are then rendered anew.
VERSION = 4

_INLINE = {"a", "b", "strong", "em", "i", "u", "s", "sub", "sup", "code"}
_TAGS = (BLOCKS - {"div", "section"}) | _INLINE | VOID | {"pre", "colgroup", "dl", "h1"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
# Gone with what stands in them: it is no text of the article.
_UNREAD = {"script", "style", "xml", "title", "template", "noscript", "iframe", "object", "svg"}
_UNREAD |= {"math", "textarea", "select", "noembed", "noframes", "head"}
_H1 = re.compile("<(/?)h1([ >])")
_EXCERPT_LENGTH = 110


@dataclass(frozen=True)
class Size:
    """Pixels of a picture of ours, and its smaller variant."""

    width: int
    height: int
    small: str = ""  # its address; "" where there is none
    small_width: int = 0


@dataclass
class Rendered:
    html: str
    # [{"id": "s1", "level": 2, "text": "…"}], in order
    contents: list[dict] = field(default_factory=list)
    excerpt: str = ""
    length: int = 0  # characters of its text, spaces aside
    citations: list[Placed] = field(default_factory=list)
    missing_pictures: list[str] = field(default_factory=list)  # their src


def clean(source: str) -> str:
    """Safe and plain HTML: known tags and attributes only, links to http(s), mail, telephone and
    our own addresses, pictures from our own addresses; of styles only what ``tidying`` makes
    classes of. The page's own title is the only h1. Cleaning what is clean changes nothing."""
    source = unindented(shallow(source))
    if not is_tidy(source):
        kept = _sanitised(
            source,
            tags=_TAGS | BOXES | SPANS,
            attributes={**_ATTRIBUTES, "*": {"style", "align", "class"}},
            filter_style_properties=PROPERTIES,
            attribute_filter=None,
        )
        source = without_empty(_safe(tidy(kept)))
    safe = _safe(source)
    return safe if is_tidy(safe) else _safe(without_empty(safe))


def _safe(source: str) -> str:
    """What stands between an editor's clipboard and a reader's browser."""
    safe = _sanitised(
        source,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        allowed_classes=CLASSES,
    )
    return _H1.sub(r"<\1h2\2", safe)


def _sanitised(source: str, **options) -> str:
    return nh3.clean(
        source,
        clean_content_tags=_UNREAD,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
        strip_comments=True,
        **options,
    )


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        # A picture from elsewhere would tell that site who reads here.
        local = value.startswith("/") and not value.startswith(("//", "/\\"))
        return value if local else None
    if name in ("width", "height", "colspan", "rowspan", "start") and not value.isdecimal():
        return None
    return value


def render(safe: str, *, measure: Callable[[str], Size | None], names: Names) -> Rendered:
    """``safe`` is clean()'s output; ``names`` are those of the library; ``measure`` gives a picture's size by its src, or None where
    there is no such picture: it then becomes a placeholder."""
    tokens = parse(safe)
    result = Rendered("")
    _anchor_headings(tokens, result)
    _place_pictures(tokens, measure, result)
    _wrap_tables(tokens)
    result.citations = insert_slots(tokens, names)
    result.excerpt = _excerpt(tokens)
    result.length = sum(len("".join(token.text.split())) for token in tokens)
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
        token.raw = f'<{token.name} id="{anchor}"{_class_of(token)}>'
        result.contents.append({"id": anchor, "level": int(token.name[1]), "text": words})


def _place_pictures(
    tokens: list[Token], measure: Callable[[str], Size | None], result: Rendered
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
                f'<img src="{html.escape(source)}"{_variants(source, picture)}'
                f'{_class_of(token)} alt="{html.escape(alt)}" width="{picture.width}" height="{picture.height}"'
                ' loading="lazy" decoding="async">'
            )
        if _alone_in_paragraph(tokens, index):
            tokens[index - 1].raw = f"<figure{_class_of(tokens[index - 1])}>"
            tokens[index + 1].raw = "</figure>"
            if alt.strip():
                token.raw += f"<figcaption>{html.escape(alt)}</figcaption>"


def _class_of(token: Token) -> str:
    """clean() lets only the classes of ``tidying`` through."""
    name = token.attributes.get("class", "")
    return f' class="{html.escape(name)}"' if name else ""


def _variants(source: str, size: Size) -> str:
    """What lets a phone take the smaller one. The column is 42rem wide (css/tokens.css)."""
    if not size.small:
        return ""
    chosen = f"{html.escape(size.small)} {size.small_width}w, {html.escape(source)} {size.width}w"
    return f' srcset="{chosen}" sizes="(max-width: 46rem) 100vw, 42rem"'


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
