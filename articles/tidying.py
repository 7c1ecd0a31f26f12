"""Pasted HTML → the plain HTML of an article. Pure; safety is ``rendering.clean``'s, before and
after.

Word and WeChat say everything with styles on nested boxes. What an article keeps of it: paragraphs,
headings, lists, tables, bold, italic, links, pictures, and how a paragraph is aligned and how wide
a picture is, as classes.
"""

import re
from html import escape

from articles.markup import BLOCKS, HEADINGS, VOID, Token, parse

ALIGNED = {"align-center", "align-right"}
WIDTHS = {"width-25", "width-50", "width-75"}
# Which classes each element may keep.
CLASSES = {
    **dict.fromkeys(("p", "td", "th", *HEADINGS), ALIGNED),
    "img": WIDTHS,
}
# Boxes without a meaning of their own: what stands in them becomes paragraphs.
BOXES = {"div", "section", "article", "main", "header", "footer", "aside", "nav", "center"}
BOXES |= {"address", "details", "summary", "fieldset", "form", "hgroup"}
SPANS = {"span", "font"}
PROPERTIES = {"text-align", "font-weight", "font-style", "width"}

# The parser's time grows with the square of the depth. Browsers go no deeper than 512.
_DEEPEST = 200
_NESTING = re.compile(
    rf"<(/?)(?:{'|'.join(sorted(BOXES | SPANS))}|ul|ol|dl|blockquote|table)\b[^<>]*>", re.IGNORECASE
)

_UNTIDY = re.compile(
    rf"<(?:{'|'.join(sorted(BOXES | SPANS))})\b|\b(?:style|align)\s*="
    r"|\bwidth\s*=\s*[\"']?\d+(?:\.\d+)?%"
    r"|<p(?:\s[^>]*)?>(?:\s|&nbsp;|\xa0|\u200b|<br\s*/?>|</?o:p>)*</p>",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"<(strong|b|em|i|u|s|sub|sup|a|p|h[234])(?:\s[^<>]*)?>(?:\s|&nbsp;|\xa0|\u200b|<br>)*</\1>"
)
_BLOCK = rf"</?(?:{'|'.join(sorted(BLOCKS | BOXES))}|br|colgroup|col)\b"
_INDENT_BEHIND = re.compile(rf"({_BLOCK}[^<>]*>)[ \t\r]*+\n\s*+", re.IGNORECASE)
_INDENT_BEFORE = re.compile(rf"(?<!\s)\s++(?={_BLOCK})", re.IGNORECASE)
_PREFORMATTED = re.compile(r"(<pre\b.*?(?:</pre>|\Z))", re.IGNORECASE | re.DOTALL)
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_BOLD = {"b", "strong"}


def unindented(source: str) -> str:
    """Without the lines and tabs that an editor puts beside blocks, so that an article reads the
    same before it was in an editor and after: in its plain text each would be an empty line."""
    parts = _PREFORMATTED.split(source)
    parts[::2] = [_INDENT_BEFORE.sub(_unbroken, _INDENT_BEHIND.sub(r"\1", p)) for p in parts[::2]]
    return "".join(parts)


def _unbroken(space: re.Match) -> str:
    return "" if "\n" in space[0] else space[0]


def shallow(source: str) -> str:
    """Without the boxes deeper than _DEEPEST; what stands in them stays."""
    if source.count("<") <= _DEEPEST:
        return source
    depth = 0

    def kept(match: re.Match) -> str:
        nonlocal depth
        if match[1]:
            was, depth = depth, max(0, depth - 1)
        else:
            depth += 1
            was = depth
        return "" if was > _DEEPEST else match[0]

    return _NESTING.sub(kept, source)


def is_tidy(source: str) -> bool:
    """Whether there is nothing here to be made plainer."""
    return _UNTIDY.search(source) is None


def tidy(safe: str) -> str:
    """``safe`` is well-formed, with BOXES, SPANS and ``style`` still in it. In one pass, whatever
    the depth."""
    return _Tidier().run(parse(safe))


def without_empty(html: str) -> str:
    """Paragraphs, headings and inline elements that hold nothing are gone, whatever they hold of
    each other."""
    for _ in range(6):  # bold in italic in a link in a paragraph
        html, count = _EMPTY.subn(_kept_space, html)
        if not count:
            break
    return html


def _kept_space(match: re.Match) -> str:
    """<strong> </strong> between words is a space; an empty paragraph is nothing."""
    is_block = match[1] == "p" or match[1] in HEADINGS
    inner = match[0][match[0].index(">") + 1 :].removesuffix(f"</{match[1]}>")
    return "" if is_block or not inner.replace("<br>", "").replace("\u200b", "") else " "


class _Tidier:
    def __init__(self) -> None:
        self.out: list[str] = []
        # Open elements: (name, what closes it, alignment that those inside inherit, whether what
        # is inside stands straight in a box, spans and bold between not counted).
        self.stack: list[tuple[str, str, str, bool]] = []
        self.is_open = False  # a paragraph of ours, around words that stood in a box

    def run(self, tokens: list[Token]) -> str:
        for token in tokens:
            if token.kind == "text":
                self._text(token)
            elif token.kind == "start":
                self._start(token)
            else:
                self._end(token)
        self._close()
        return "".join(self.out)

    @property
    def _alignment(self) -> str:
        return self.stack[-1][2] if self.stack else ""

    @property
    def _is_in_box(self) -> bool:
        return bool(self.stack) and self.stack[-1][3]

    def _push(self, name: str, closing: str, alignment: str) -> None:
        in_box = name in BOXES or (self._is_in_box and name not in BLOCKS and name != "pre")
        self.stack.append((name, closing, alignment, in_box))

    def _open(self) -> None:
        if not self.is_open and self._is_in_box:
            self.out.append(f"<p{_class(self._alignment)}>")
            self.is_open = True

    def _close(self) -> None:
        if self.is_open:
            self.out.append("</p>")
            self.is_open = False

    def _text(self, token: Token) -> None:
        if token.text.strip(" \t\r\n\xa0\u200b"):
            self._open()
        self.out.append(token.raw)

    def _start(self, token: Token) -> None:
        style = dict(_DECLARATION.findall(token.attributes.get("style", "").lower()))
        name = token.name
        alignment = _alignment(token, style) or self._alignment
        if name in BOXES:
            self._close()
            self._push(name, "", alignment)
        elif name in SPANS or name in _BOLD:
            self._inline(name, style, alignment)
        elif name in BLOCKS or name in ("pre", "h1"):
            self._close()
            keeps = ALIGNED if name in CLASSES or name == "h1" else set()
            self._emit(name, token, alignment if alignment in keeps else "")
            if name not in VOID:
                inner = alignment if name in ("td", "th", "blockquote", "li") else self._alignment
                self._push(name, f"</{name}>", inner)
        elif name in VOID:
            if name != "br" or self.is_open or not self._is_in_box:
                self._open()
                self._emit(name, token, _width(token, style) if name == "img" else "")
        else:
            self._open()
            self._emit(name, token, "")
            self._push(name, f"</{name}>", self._alignment)

    def _inline(self, name: str, style: dict[str, str], alignment: str) -> None:
        weight = style.get("font-weight", "").strip()
        is_bold = weight in ("bold", "bolder") or (weight.isdecimal() and int(weight) >= 600)
        if name in _BOLD:  # <b style="font-weight:normal"> is no bold
            is_bold = not weight or is_bold
        tags = ["strong"] * is_bold
        tags += ["em"] * (style.get("font-style", "").strip() in ("italic", "oblique"))
        if tags:
            self._open()
        self.out += [f"<{tag}>" for tag in tags]
        closing = "".join(f"</{tag}>" for tag in reversed(tags))
        self._push(name, closing, self._alignment)

    def _end(self, token: Token) -> None:
        if token.name in BOXES or token.name in BLOCKS:
            self._close()
        if not self.stack or self.stack[-1][0] != token.name:
            return  # nh3 closes everything in order: never with its output
        self.out.append(self.stack.pop()[1])

    def _emit(self, name: str, token: Token, kept: str) -> None:
        """The tag with its attributes; style, align and foreign classes become ``kept``."""
        given = token.attributes.get("class", "").split()
        kept = kept or next((one for one in given if one in CLASSES.get(name, ())), "")
        if not (token.attributes.keys() & {"style", "align", "class"} or kept):
            self.out.append(token.raw)
            return
        pairs = {
            key: value
            for key, value in token.attributes.items()
            if key not in ("style", "align", "class")
        }
        if name == "img" and not pairs.get("width", "").isdecimal():
            pairs.pop("width", None)
        words = "".join(f' {key}="{escape(value)}"' for key, value in pairs.items())
        self.out.append(f"<{name}{words}{_class(kept)}>")


def _alignment(token: Token, style: dict[str, str]) -> str:
    """A class of ALIGNED, "left" where that is said, "" where nothing is."""
    given = next((one for one in token.attributes.get("class", "").split() if one in ALIGNED), "")
    said = style.get("text-align") or token.attributes.get("align", "")
    if not said and token.name == "center":
        said = "center"
    match said.strip().lower():
        case "center" | "-webkit-center" | "middle":
            return "align-center"
        case "right" | "end" | "-webkit-right":
            return "align-right"
        case "":
            return given
    return "left"


def _width(token: Token, style: dict[str, str]) -> str:
    """The nearest class to a width in percent; "" where there is none, or it is nearly whole."""
    found = _PERCENT.match(style.get("width", "").strip() or token.attributes.get("width", ""))
    if not found:
        return ""
    nearest = min((25, 50, 75, 100), key=lambda width: abs(width - float(found[1])))
    return "" if nearest == 100 else f"width-{nearest}"


def _class(name: str) -> str:
    return f' class="{name}"' if name in ALIGNED | WIDTHS else ""
