import re

from articles.qr import qr_svg


def test_the_code_is_an_inline_svg_without_style_or_script():
    svg = qr_svg("https://www.example.com/hf/874652.html")
    assert svg.startswith("<svg")
    assert not re.search(r"style=|script|<\?xml|http://www.w3.org/1999/xlink", svg)
    assert 'class="qr"' in svg
