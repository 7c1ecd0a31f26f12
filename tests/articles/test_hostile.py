"""Nothing that runs survives the cleaning."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from articles.rendering import clean
from tests.hostile import PASTES

TAGS = {
    *("p", "li", "h2", "h3", "h4", "td", "th", "blockquote", "figcaption", "dd", "dt", "ul", "ol"),
    *("table", "thead", "tbody", "tr", "hr", "figure", "caption", "a", "b", "strong", "em", "i"),
    *("u", "s", "sub", "sup", "code", "br", "img", "col", "colgroup", "pre", "dl"),
}
ATTRIBUTES = {
    *("href", "title", "src", "alt", "width", "height", "colspan", "rowspan", "scope", "start"),
    *("rel", "class"),
}
CLASSES = {"align-center", "align-right", "width-25", "width-50", "width-75"}


class Check(HTMLParser):
    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            if name == "class":
                assert set(value.split()) <= CLASSES
            if name == "href":
                assert urlsplit(value).scheme in ("", "http", "https", "mailto", "tel"), value
            if name == "src":
                assert value.startswith("/")
                assert not value.startswith(("//", "/\\"))

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl):
        raise AssertionError(decl)

    def handle_pi(self, data):
        raise AssertionError(data)


def test_there_are_a_hundred_and_each_is_another():
    assert len(set(PASTES)) == len(PASTES) >= 100


@pytest.mark.parametrize("pasted", PASTES)
def test_only_what_an_article_may_hold_is_left(pasted):
    for source in (pasted, f"<p>前{pasted}后</p>", f"<section><span>{pasted}</span></section>"):
        check = Check()
        check.feed(clean(source))
        check.close()
