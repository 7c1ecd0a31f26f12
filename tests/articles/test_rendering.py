import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.rendering import Size, clean, render
from articles.slots import Link, fill_slots
from statutes.names import Names

NAMES = Names(["甲法"])


def rendered(source, **pictures):
    return render(clean(source), measure=lambda src: pictures.get(src), names=NAMES)


def words(markup):
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


LINK = Link("c1", "repealed", "已废止", "《甲法》第一条")


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href="  JaVaScRiPt:alert(1)">x</a>',
        '<p style="background:url(//evil)" onclick="x()">x</p>',
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        "<form action=//evil><input name=x></form>",
        '<img src="https://tracker.example/x.gif">',
        '<img src="//tracker.example/x.gif">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        "<!-- c0 --><p>x</p>",
    ],
)
def test_nothing_that_runs_or_calls_home_survives(source):
    safe = clean(source)
    assert not re.search(
        r"(?i)script|onerror|onload|onclick|style=|srcdoc|evil|tracker|data:", safe
    )
    assert "<!--" not in safe


def test_what_editors_write_survives():
    assert clean("<h1>大题</h1>") == "<h2>大题</h2>"
    source = (
        '<h2>标题</h2><p><strong>粗</strong><a href="/hf/1.html">链接</a></p><ol start="2"><li>一</li></ol>'
        '<table><tbody><tr><td colspan="2">格</td></tr></tbody></table><hr><blockquote>引</blockquote>'
    )
    assert clean(source).replace(' rel="noopener noreferrer"', "") == source


def test_headings_get_anchors_and_become_the_contents():
    result = rendered("<h1>甲</h1><h2>乙 <em>丙</em></h2><h3>丁</h3><h2> </h2>")
    assert result.contents == [
        {"id": "s1", "level": 2, "text": "甲"},
        {"id": "s2", "level": 2, "text": "乙 丙"},
        {"id": "s3", "level": 3, "text": "丁"},
    ]
    assert '<h2 id="s1">甲</h2>' in result.html
    assert "h1" not in result.html


def test_a_picture_alone_becomes_a_sized_lazy_figure_with_its_words_as_caption():
    source = '<p><img src="/media/a.jpg" alt="“图” & 文"></p>'
    result = rendered(source, **{"/media/a.jpg": Size(1200, 630)})
    assert result.html == (
        '<figure><img src="/media/a.jpg" alt="“图” &amp; 文" width="1200" height="630"'
        ' loading="lazy" decoding="async"><figcaption>“图” &amp; 文</figcaption></figure>'
    )


def test_a_missing_picture_becomes_a_placeholder_and_is_reported():
    result = rendered('<p><img src="/media/gone.jpg" alt="图"></p>')
    assert result.missing_pictures == ["/media/gone.jpg"]
    assert "<img" not in result.html
    assert "图片缺失" in result.html


def test_citations_become_neutral_slots_that_the_view_fills():
    result = rendered("<p>依《甲法》第一条、第二条办理。</p>")
    assert result.html == (
        "<p>依<!--c0-->《甲法》第一条<!--/c.-->、<!--c1-->第二条<!--/c.-->办理。</p>"
    )
    assert fill_slots(result.html, {0: LINK}) == (
        '<p>依<a class="cite" href="#c1">《甲法》第一条</a>'
        '<button type="button" class="mark mark-repealed" id="r0" popovertarget="c1"'
        ' aria-label="已废止：查看《甲法》第一条条文">已废止</button>、第二条办理。</p>'
    )


def test_a_reference_cut_by_tags_is_linked_piece_by_piece_with_one_button():
    result = rendered("<p>《甲法》第<strong>一</strong>条</p>")
    filled = fill_slots(result.html, {0: LINK})
    assert filled.count('href="#c1"') == 3
    assert filled.count("<button") == 1
    assert re.search(r"<strong><a [^>]*>一</a></strong><a [^>]*>条</a><button", filled)


def test_words_in_links_and_headings_are_found_but_never_slotted():
    result = rendered(
        '<h2>《甲法》第一条</h2><p><a href="/x">《甲法》第二条</a></p><p><code>《甲法》第三条</code></p>'
    )
    assert [placed.reference.number for placed in result.citations] == [1, 2]
    assert "<!--" not in result.html


def test_a_list_of_clauses_does_not_cross_a_block():
    result = rendered("<p>《甲法》第一条、</p><p>第二条</p>")
    assert [placed.reference.number for placed in result.citations] == [1]


def test_each_end_of_a_range_has_a_slot():
    result = rendered("<p>依《甲法》第五条至第八条办理，再看第十条。</p>")
    assert [(one.slot, one.last_slot) for one in result.citations] == [(0, 1), (2, 2)]
    assert "<!--c0-->《甲法》第五条<!--/c.-->至<!--c1-->第八条<!--/c.-->办理" in result.html


def test_a_name_defined_in_one_paragraph_holds_in_the_next():
    result = rendered("<p>《甲法》（以下简称《规则》）施行。</p><p>依《规则》第三条。</p>")
    assert [(one.reference.title, one.reference.number) for one in result.citations] == [
        ("甲法", 3)
    ]


def test_a_table_scrolls_by_itself():
    assert (
        'tabindex="0"><table>' in rendered("<table><tbody><tr><td>x</td></tr></tbody></table>").html
    )


def test_the_excerpt_has_no_headings_and_ends_in_time():
    result = rendered("<h2>标题</h2><p>" + "字" * 300 + "</p>")
    assert result.excerpt == "字" * 109 + "…"


texts = st.text(alphabet="《甲法》第一条、<>&\"'!-c0/. \n", max_size=80)


@given(st.lists(st.tuples(st.sampled_from(["p", "strong", "h2", "li", "a"]), texts), max_size=6))
def test_rendering_adds_no_words_and_loses_none(parts):
    safe = clean("".join(f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in parts))
    result = render(safe, measure=lambda src: None, names=NAMES)
    assert words(fill_slots(result.html, {})) == words(safe)


@given(st.text(max_size=200))
def test_rendering_what_is_clean_stays_clean(source):
    safe = clean(source)
    filled = fill_slots(render(safe, measure=lambda src: None, names=NAMES).html, {})
    assert words(clean(filled)) == words(filled)
