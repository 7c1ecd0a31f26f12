"""An article's HTML: source → safe HTML → what is stored for readers.

Stored HTML carries one neutral slot per citation, ``<!--c3-->words<!--/c.-->``. It says nothing
of the law's state: the view fills the slots on the day of reading.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate

import nh3

from statutes.references import Reference, find_references

# Raise when the output for the same source changes; older rows are then rendered anew.
VERSION = 1

_BLOCKS = {"p", "li", "h2", "h3", "h4", "td", "th", "blockquote", "figcaption", "div", "dd", "dt"}
_BLOCKS |= {"ul", "ol", "table", "thead", "tbody", "tr", "hr", "figure", "section", "caption"}
_HEADINGS = {"h2", "h3", "h4"}
_VOID = {"br", "hr", "img", "col"}
_INLINE = {"a", "b", "strong", "em", "i", "u", "s", "sub", "sup", "code"}
_TAGS = (_BLOCKS - {"div", "section"}) | _INLINE | _VOID | {"pre", "colgroup", "dl", "h1"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_EXCERPT_LENGTH = 110

_SLOT = re.compile(r"<!--c(\d+)-->(.*?)<!--/c(\.?)-->", re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """Pixels of a picture of ours."""

    width: int
    height: int


@dataclass(frozen=True)
class Passage:
    """A reference and the paragraph in which it stands; offsets are the paragraph's."""

    reference: Reference
    text: str


@dataclass
class Rendered:
    html: str
    # [{"id": "s1", "level": 2, "text": "…"}], in order
    contents: list[dict] = field(default_factory=list)
    excerpt: str = ""
    passages: list[Passage] = field(default_factory=list)  # by slot number
    missing_pictures: list[str] = field(default_factory=list)  # their src


@dataclass(frozen=True)
class Link:
    """What a slot becomes: a link to the clause's entry ``id`` and a button that pops it up."""

    id: str
    state: str
    words: str
    name: str  # 《民法典》第六百七十五条
    is_stale: bool = False  # nobody has reviewed the sentence against what stands today


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


def render(safe: str, *, measure: Callable[[str], Picture | None]) -> Rendered:
    """``safe`` is clean()'s output; ``measure`` gives a picture's size by its src, or None where
    there is no such picture: it then becomes a placeholder."""
    tokens = _parse(safe)
    result = Rendered("")
    _anchor_headings(tokens, result)
    _place_pictures(tokens, measure, result)
    _wrap_tables(tokens)
    _insert_slots(tokens, result)
    result.excerpt = _excerpt(tokens)
    result.html = "".join(token.raw for token in tokens)
    return result


def plain(safe: str) -> str:
    """The words of clean HTML, its blocks and broken lines on lines of their own: in each block
    as the passages of its references have them."""
    tokens = _parse(safe)
    return "".join("\n" if t.name in _BLOCKS or t.name == "br" else t.text for t in tokens)


def slots_in(rendered: str) -> set[int]:
    """The numbers of the slots in stored HTML: fill_slots gives the mark of slot 3 the id r3."""
    return {int(found[1]) for found in _SLOT.finditer(rendered)}


def fill_slots(rendered: str, links: Mapping[int, Link]) -> str:
    """The stored HTML with each slot turned into a link and its button; a slot without a link
    becomes plain words."""

    def fill(match: re.Match) -> str:
        link = links.get(int(match[1]))
        if link is None:
            return match[2]
        out = f'<a class="cite" href="#{link.id}">{match[2]}</a>'
        if match[3]:  # the last piece of the reference
            words = f"{link.words}·待复核" if link.is_stale else link.words
            label = html.escape(f"{words}：查看{link.name}条文")
            stale = " mark-stale" if link.is_stale else ""
            out += (
                f'<button type="button" class="mark mark-{link.state}{stale}" id="r{match[1]}"'
                f' popovertarget="{link.id}" aria-label="{label}">{words}</button>'
            )
        return out

    return _SLOT.sub(fill, rendered)


@dataclass
class _Token:
    raw: str
    kind: str  # start | end | text
    name: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[_Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tokens.append(_Token(self.get_starttag_text(), "start", tag, attributes=attributes))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(_Token(f"</{tag}>", "end", tag))

    def handle_data(self, data: str) -> None:
        self.tokens.append(_Token(html.escape(data, quote=False), "text", text=data))


def _parse(safe: str) -> list[_Token]:
    parser = _Parser()
    parser.feed(safe)
    parser.close()
    return parser.tokens


def _anchor_headings(tokens: list[_Token], result: Rendered) -> None:
    for index, token in enumerate(tokens):
        if token.kind != "start" or token.name not in _HEADINGS:
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
    tokens: list[_Token], measure: Callable[[str], Picture | None], result: Rendered
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


def _alone_in_paragraph(tokens: list[_Token], index: int) -> bool:
    if not 0 < index < len(tokens) - 1:
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    return (before.kind, before.name, after.kind, after.name) == ("start", "p", "end", "p")


def _wrap_tables(tokens: list[_Token]) -> None:
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


def _insert_slots(tokens: list[_Token], result: Rendered) -> None:
    """Find the references block by block and put slots around their words.

    Words inside links and headings are found, so that they are checked, but get no slot.
    Code is left alone.
    """
    block: list[_Token] = []
    closed_to_slots: set[int] = set()
    depth = {"a": 0, "code": 0, "pre": 0, "heading": 0}
    for token in tokens:
        if token.name in _BLOCKS:
            _slot_block(block, closed_to_slots, result)
            block = []
        key = "heading" if token.name in _HEADINGS else token.name
        if key in depth:
            depth[key] += 1 if token.kind == "start" else -1
        if depth["code"] or depth["pre"]:
            continue
        if token.kind == "text":
            block.append(token)
            if depth["a"] or depth["heading"]:
                closed_to_slots.add(id(token))
        elif token.name == "br":
            block.append(_Token("", "text", text="\n"))
            closed_to_slots.add(id(block[-1]))
    _slot_block(block, closed_to_slots, result)


def _slot_block(block: list[_Token], closed_to_slots: set[int], result: Rendered) -> None:
    text = "".join(token.text for token in block)
    if "《" not in text:
        return
    cuts: dict[int, list[tuple[int, int, int, bool]]] = {}
    starts = list(accumulate((len(token.text) for token in block), initial=0))
    for reference in find_references(text):
        position = len(result.passages)
        result.passages.append(Passage(reference, text))
        pieces = [
            piece for piece in _pieces(block, starts, reference) if block[piece[0]].text.strip()
        ]
        if any(id(block[piece[0]]) in closed_to_slots for piece in pieces):
            continue
        for index, (token_index, start, end) in enumerate(pieces):
            last = index == len(pieces) - 1
            cuts.setdefault(token_index, []).append((start, end, position, last))
    for token_index, marks in cuts.items():
        token, out, done = block[token_index], "", 0
        for start, end, position, last in marks:
            out += html.escape(token.text[done:start], quote=False)
            words = html.escape(token.text[start:end], quote=False)
            out += f"<!--c{position}-->{words}<!--/c{'.' if last else ''}-->"
            done = end
        token.raw = out + html.escape(token.text[done:], quote=False)


def _pieces(
    block: list[_Token], starts: list[int], reference: Reference
) -> list[tuple[int, int, int]]:
    """(index of the token, start, end inside it) of a reference's words; tags may cut them.

    ``starts`` are the tokens' offsets in the block's text.
    """
    pieces = []
    index = bisect_right(starts, reference.start) - 1
    while index < len(block) and starts[index] < reference.end:
        start = max(reference.start - starts[index], 0)
        end = min(reference.end - starts[index], len(block[index].text))
        if start < end:
            pieces.append((index, start, end))
        index += 1
    return pieces


def _excerpt(tokens: list[_Token]) -> str:
    words, heading = "", False
    for token in tokens:
        if token.name in _HEADINGS:
            heading = token.kind == "start"
        elif token.name in _BLOCKS or token.name == "br":
            words += " "
        elif token.kind == "text" and not heading:
            words += token.text
        if len(words) > 2 * _EXCERPT_LENGTH:
            break
    words = " ".join(words.split())
    return words if len(words) <= _EXCERPT_LENGTH else words[: _EXCERPT_LENGTH - 1] + "…"
