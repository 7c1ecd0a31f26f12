"""The words of any HTML, its blocks on lines of their own. Pure."""

from html.parser import HTMLParser

_BREAKS = {"p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "section", "article", "header"}
_BREAKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "dd", "dt", "figure", "br", "hr"}
_UNREAD = {"script", "style", "template", "title"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unread = max(0, self._unread - (tag in _UNREAD))
        if tag in _BREAKS - {"br", "hr"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.parts.append(data)


def text_of(source: str) -> str:
    parser = _Words()
    parser.feed(source)
    parser.close()
    return "".join(parser.parts)
