import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.rendering import clean
from articles.tidying import unindented
from tests.hostile import PASTES

WORD = (
    "<html><head><style>p.MsoNormal{font-family:宋体}</style></head><body><!--[if gte mso 9]><xml>"
    "<w:View>Normal</w:View></xml><![endif]--><h1 style='margin:0'><span style='font-family:黑体'>"
    "题<o:p></o:p></span></h1><p class=MsoNormal align=center style='text-align:center'><b><span "
    "style='color:red'>粗</span></b>字<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    "<table class=MsoTableGrid border=1 style='width:400pt'><tr><td width=50 style='x:y'><p "
    "class=MsoNormal>格</p></td></tr></table></body></html>"
)
WECHAT = (
    '<section style="margin:0;box-sizing:border-box"><section style="text-align: center;">'
    '<p style="line-height:2"><span style="font-size:20px;font-weight: bold;color:#f00">标题'
    "</span></p></section><section>散文字<span>甲<strong>乙</strong></span></section>"
    '<section><br></section><p><span style="font-style:italic">斜</span><span></span></p></section>'
)


@pytest.mark.parametrize(
    ("pasted", "clean_html"),
    [
        (
            WORD,
            '<h2>题</h2><p class="align-center"><strong>粗</strong>字</p>'
            "<table><tbody><tr><td><p>格</p></td></tr></tbody></table>",
        ),
        (
            WECHAT,
            '<p class="align-center"><strong>标题</strong></p>'
            "<p>散文字甲<strong>乙</strong></p><p><em>斜</em></p>",
        ),
        ('<b style="font-weight:normal"><p>不粗</p></b>', "<p>不粗</p>"),
        ("<div>甲</div><div>乙</div>", "<p>甲</p><p>乙</p>"),
        ("<div>甲<p>乙</p>丙</div>", "<p>甲</p><p>乙</p><p>丙</p>"),
        ('<p style="text-align:right">落款</p>', '<p class="align-right">落款</p>'),
        ('<p style="text-align:justify">文</p>', "<p>文</p>"),
        ('<div align="center"><p>甲</p><p align="left">乙</p></div>', None),
        ('<p class="align-center evil">甲</p>', '<p class="align-center">甲</p>'),
        ('<p><img src="/media/a.jpg" style="width:48%"></p>', None),
        ("<ul><li><span>一</span></li></ul>", "<ul><li>一</li></ul>"),
        ("<p>甲<span> </span>乙</p>", "<p>甲 乙</p>"),
        ("<p>&nbsp;</p><p>文</p>", "<p>文</p>"),
        ("<p>正文</p>\n<h2>题</h2>", "<p>正文</p><h2>题</h2>"),
    ],
)
def test_what_is_pasted_becomes_plain(pasted, clean_html):
    expected = (
        clean_html
        or {
            "div": '<p class="align-center">甲</p><p>乙</p>',
            "img": '<p><img src="/media/a.jpg" class="width-50"></p>',
        }["img" if "img" in pasted else "div"]
    )
    assert clean(pasted) == expected


@pytest.mark.parametrize("pasted", [WORD, WECHAT, *PASTES])
def test_cleaning_what_is_clean_changes_nothing(pasted):
    once = clean(pasted)
    assert clean(once) == once


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "</p>", "文", "<span style='font-weight:700'>",
    "</span>", "<b>", "</b>", "<li>", "<ul>", "</ul>", "<table><tr><td align=right>", "</table>", "<br>",
    "<h1>", "</h1>", "<section style='text-align:center'>", "</section>", " ", "<img src=/media/x.png>"]), max_size=25))  # fmt: skip
def test_no_word_is_lost_whatever_the_nesting(pieces):
    pasted = "".join(pieces)
    once = clean(pasted)
    assert once.count("文") == pasted.count("文")
    assert "style" not in once
    assert "<div" not in once
    assert clean(once) == once


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<span style='font-weight:700'>",
        "<p style=x>",
        "<ul><li><div>",
        "<blockquote><p>",
    ],
)
def test_the_cost_of_depth_stays_bearable(piece):
    began = time.process_time()
    once = clean(piece * 20_000 + "文")
    assert time.process_time() - began < 3
    assert once.count("文") == 1
    assert clean(once) == once


def test_an_editors_indentation_goes_and_words_keep_their_spaces():
    source = (
        "<table>\n\t<tbody>\n\t\t<tr>\n\t\t\t<td>\n\t\t\t甲 乙</td>\n\t\t</tr></tbody></table>\n\n"
        "<p>a<br />\n\tb\nc <b>d</b> e</p>\n<pre>\n x\n\n y</pre>"
    )
    assert unindented(source) == (
        "<table><tbody><tr><td>甲 乙</td></tr></tbody></table>"
        "<p>a<br />b\nc <b>d</b> e</p><pre>\n x\n\n y</pre>"
    )
