"""Bytes and markup of every sort → lines."""

import time

import pytest

from statutes.importers import document, text
from statutes.importers.refusal import Refusal

TEXT = "某某法\n第一条　为了试验，制定本法。\n第二条　试验包括检验。\n"


def words(markup: str) -> list[str]:
    return [line.text for line in text.lines_of_text(markup)]


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>第一条　甲。<o:p></o:p></p>", ["第一条　甲。"]),
        ("<section><dl><dt>第一条</dt><dd>甲。</dd></dl></section>", ["第一条", "甲。"]),
        ('<p\n class="x"\n style="a">甲。</p>\n<p>乙。</p>', ["甲。", "乙。"]),
        (
            "<!DOCTYPE html>\n<meta charset='utf-8'>\n<nav><a href='/'>首页</a></nav>\n<h1>某法</h1>",
            ["首页", "某法"],
        ),
        ("<table><tr><td>1</td><td>3%</td></tr></table>", ["1　3%"]),
        ("<table>\n<tr>\n<td>1</td>\n<td>3%</td>\n</tr>\n</table>\n后", ["1　3%", "后"]),
        ('<Badge type="tip" text="现行"/>甲', ["甲"]),
        ("数值a<b且c>d，或者x<5", ["数值a<b且c>d，或者x<5"]),
        ("填写______元，合计**5**元，__重__要", ["填写______元，合计5元，重要"]),
        ("*第一条* 甲*乙*丙", ["第一条 甲*乙*丙"]),
        ("甲。[^1]\n[^1]: 见说明。", ["甲。", "注：见说明。"]),
        ("1. （一）甲；\n2. 乙。", ["（一）甲；", "2. 乙。"]),
        ("- 3 -\n- 甲", ["- 3 -", "甲"]),
        ("[TOC]\n[[toc]]\n甲", ["甲"]),
        (
            "{{header\n| title = 某法\n| notes = 2020年1月1日通过\n}}\n==第一章 总则==\n'''第一条''' 甲[[乙|丙]]。\n:（一）丁\n[[Category:法律]]",
            ["某法", "2020年1月1日通过", "第一章 总则", "第一条 甲丙。", "（一）丁"],
        ),
        ("【章名】 第一章 总则\n【法规标题】某法", ["第一章 总则", "某法"]),
    ],
)
def test_markup_goes_and_words_stay(markup, lines):
    assert words(markup) == lines


def test_lines_keep_their_numbers_behind_tags_and_tables_over_several():
    lines = text.lines_of_text(
        '<p\n class="x">甲。</p>\n<table><tr>\n<td>1</td>\n<td>2</td></tr></table>\n乙。'
    )
    assert [(line.text, line.place) for line in lines][-1] == ("乙。", "6")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ((TEXT * 20).encode() + b"\xff\xfe", "文字编码损坏，第 1"),
        (TEXT.encode()[:-3], "文字编码损坏"),
        ((TEXT * 20).encode("gb18030") + b"\x80", "文字编码损坏"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1], "文字编码损坏"),
        (b"\xef\xbb\xbf", "文件是空的"),
        (b"Article 1 The law is law. Article 2 It is.", "几乎没有中文"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "不是文本文件"),
        (b"Lorem ipsum \xe9\xe8 dolor" * 20, "不是文本文件"),
        ("一\n".encode() * 100_001, "文件有 100001 行"),
    ],
)
def test_what_is_damaged_or_no_text_of_law_is_refused(data, reason):
    with pytest.raises(Refusal, match=reason):
        document.lines_of_bytes(data)


def test_one_stain_in_a_text_is_left_out():
    assert document.lines_of_bytes(TEXT.replace("试", "\0试", 1).encode())[1].text == (
        "第一条　为了试验，制定本法。"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<",
        "<p ",
        "<tr>",
        "</tr>\n",
        "<td>",
        "{{\n",
        "| a = \n",
        "==",
        "[[",
        "*a",
        "__a",
        "[^",
        "<a b=",
        "'''",
    ],
)
def test_hostile_markup_takes_no_time(hostile):
    started = time.process_time()
    text.lines_of_text(hostile * (300_000 // len(hostile)))
    assert time.process_time() - started < 4
