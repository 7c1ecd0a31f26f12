"""HTML as a row of tags and words, and the words alone. Pure."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

BLOCKS = {"p", "li", "h2", "h3", "h4", "td", "th", "blockquote", "figcaption", "div", "dd", "dt"}
BLOCKS |= {"ul", "ol", "table", "thead", "tbody", "tr", "hr", "figure", "section", "caption"}
HEADINGS = {"h2", "h3", "h4"}
VOID = {"br", "hr", "img", "col"}  # those of an article that hold nothing
_COMMENT, _TAG = re.compile("<!--.*?-->", re.DOTALL), re.compile("<[^>]*>")


@dataclass
class Token:
    raw: str
    kind: str  # start | end | text
    name: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tokens.append(Token(self.get_starttag_text(), "start", tag, attributes=attributes))

    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(Token(f"</{tag}>", "end", tag))

    def handle_data(self, data: str) -> None:
        self.tokens.append(Token(html.escape(data, quote=False), "text", text=data))


def parse(safe: str) -> list[Token]:
    parser = _Parser()
    parser.feed(safe)
    parser.close()
    return parser.tokens


def words_of(token: Token) -> str:
    """Blocks and broken lines stand on lines of their own."""
    return "\n" if token.name in BLOCKS or token.name == "br" else token.text


def plain(safe: str) -> str:
    """The words of clean HTML. In them the references of the article have their offsets."""
    return "".join(map(words_of, parse(safe)))


_BROKEN = re.compile(rf"</?(?:{'|'.join(sorted(BLOCKS | {'br', 'pre'}))})\b[^>]*>")


def quickly_plain(rendered: str) -> str:
    """The words of stored HTML, its blocks on lines of their own: ten times as fast as
    ``plain``, where no offset has to be kept."""
    lines = _TAG.sub("", _BROKEN.sub("\n", _COMMENT.sub("", rendered)))
    return html.unescape(lines)
