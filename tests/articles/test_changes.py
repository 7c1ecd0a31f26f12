import random
import time

import pytest
from django.template.loader import render_to_string

from articles.changes import GAP, Changes, compare, names_of
from statutes.comparison import DELETE, EQUAL, INSERT
from tests.factories import make_author, make_category


def bodies(old: str, new: str) -> Changes:
    return compare({"body": old}, {"body": new})


def paragraphs(words: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in words)


# Fields.


def test_the_same_content_has_no_changes():
    content = {"title": "借条", "body": "<p>正文。</p>", "tags": ["借款"], "noindex": False}

    assert compare(content, dict(content)) == Changes()
    assert compare(content, dict(content)).is_empty


def test_a_missing_key_counts_as_empty():
    assert compare({}, {"title": "", "cover": "", "tags": [], "noindex": False}).is_empty
    assert compare({}, {"category": None, "summary": None, "date_is_known": True}).is_empty


def test_fields_are_told_in_the_words_of_the_form():
    old = {
        "title": "借条",
        "noindex": False,
        "cover": "covers/2026/01/a.jpg",
        "source_name": "甲报",
    }
    new = {"title": "欠条", "noindex": True, "cover": "covers/2026/02/b.jpg", "source_name": ""}

    assert compare(old, new).fields == [
        ("标题", "借条", "欠条"),
        ("封面", "a.jpg", "b.jpg"),
        ("来源", "甲报", "（空）"),
        ("不让搜索引擎收录", "否", "是"),
    ]


def test_covers_of_one_file_name_are_told_by_their_folders():
    old, new = {"cover": "covers/2026/01/a.jpg"}, {"cover": "covers/2026/02/a.jpg"}

    assert compare(old, new).fields == [("封面", "covers/2026/01/a.jpg", "covers/2026/02/a.jpg")]


def test_tags_are_told_as_removed_and_added():
    old = {"tags": ["借款", "利息", "担保"]}

    assert compare(old, {"tags": ["担保", "逾期"]}).fields == [
        ("标签", "删去 借款、利息", "增加 逾期")
    ]
    assert compare({}, old).fields == [("标签", "—", "增加 借款、利息、担保")]
    assert compare(old, {"tags": ["担保", "借款", "利息"]}).is_empty


def test_category_and_author_are_told_by_name(db, django_assert_num_queries):
    debt, cases = make_category("金融债务"), make_category("法院案例")
    author = make_author("测试甲")
    old = {"category": debt.pk, "author": author.pk}
    new = {"category": cases.pk, "author": None}

    with django_assert_num_queries(2):
        names = names_of(old, new)

    assert compare(old, new, names).fields == [
        ("栏目", "金融债务", "法院案例"),
        ("律师", "测试甲", "（空）"),
    ]
    with django_assert_num_queries(0):
        names_of(old, dict(old))


def test_what_was_deleted_has_no_name(db):
    old, new = {"author": 98}, {"author": 99}

    assert compare(old, new, names_of(old, new)).fields == [("律师", "（已删除）", "（已删除）")]


# Words.


def test_a_changed_paragraph_is_told_word_by_word():
    assert bodies("<p>借款人应当还款。</p>", "<p>借款人必须还款。</p>").text == [
        [(EQUAL, "借款人"), (DELETE, "应当"), (INSERT, "必须"), (EQUAL, "还款。")]
    ]


def test_unchanged_paragraphs_stand_behind_a_gap_but_for_the_nearest():
    lines = [f"第{number}段。" for number in range(1, 10)]
    changed = [*lines[:4], "借款人按月付息。", *lines[4:]]

    assert bodies(paragraphs(lines), paragraphs(changed)).text == [
        [(GAP, "… 3 段未改 …")],
        [(EQUAL, "第4段。")],
        [(INSERT, "借款人按月付息。")],
        [(EQUAL, "第5段。")],
        [(GAP, "… 4 段未改 …")],
    ]


def test_one_unchanged_paragraph_is_no_gap():
    text = bodies("<p>甲甲</p><p>乙乙</p>", "<p>甲甲</p><p>乙乙</p><p>丙丙</p>").text

    assert text == [[(EQUAL, "甲甲")], [(EQUAL, "乙乙")], [(INSERT, "丙丙")]]


def test_paragraphs_that_have_nothing_in_common_are_told_whole():
    assert bodies("<p>借款人应当还款。</p>", "<p>房屋租赁另有约定</p>").text == [
        [(DELETE, "借款人应当还款。")],
        [(INSERT, "房屋租赁另有约定")],
    ]


def test_an_edited_paragraph_is_found_beside_a_new_one():
    old = ["借款人应当按照约定的期限返还借款。"]
    new = ["本段是新写的说明文字。", "借款人应当按照约定的日期返还借款。"]

    assert [
        [kind for kind, _ in runs] for runs in bodies(paragraphs(old), paragraphs(new)).text
    ] == [
        [INSERT],
        [EQUAL, DELETE, INSERT, EQUAL],
    ]


def test_a_broken_line_is_a_paragraph_and_white_space_of_html_is_none():
    changes = bodies("<p>甲\n\t 乙<br>丙</p>", "<p>甲 乙<br>丁</p>")

    assert changes.text == [[(EQUAL, "甲 乙")], [(DELETE, "丙")], [(INSERT, "丁")]]


def test_differences_of_form_alone_are_told_and_not_hidden():
    changes = bodies('<p>他说"可以",然后走了。</p>', "<p>他说“可以”，然后走了。</p>")

    assert changes.text == []
    assert changes.markup == ["标点、空格的写法：‘他说“可以”，然后走了。’"]


def test_a_difference_of_form_beside_a_change_of_words_is_told_too():
    changes = bodies("<p>借款人应当还款,不得拖延。</p>", "<p>借款人必须还款，不得拖延。</p>")

    assert [kind for kind, _ in changes.text[0]] == [EQUAL, DELETE, INSERT, EQUAL]
    assert changes.markup == ["标点、空格的写法：‘借款人必须还款，不得拖延。’"]


def test_what_is_neither_words_nor_markup_is_still_a_change():
    changes = bodies("<p>甲<br>乙</p>", "<p>甲</p><p>乙</p>")

    assert changes.markup == ["其他细小的差别（如换行、空行、代码的写法）"]
    assert not changes.is_empty


# Markup.

TABLE = "<table><tr><th>项目</th><th>金额</th></tr>{}</table>"


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            "<h2>一、借条</h2>",
            "<h3>一、借条</h3>",
            ["标题级别：‘一、借条’ 由二级标题改为三级标题"],
        ),
        ("<p>一、借条</p>", "<h2>一、借条</h2>", ["段落格式：‘一、借条’ 由正文改为二级标题"]),
        (
            "<h2>一、借条的写法</h2>",
            "<h3>一、借据的写法</h3>",
            ["标题级别：‘一、借据的写法’ 由二级标题改为三级标题"],
        ),
        ("<h2>一、借条的写法</h2>", "<h2>一、借据的写法</h2>", []),
        ("<p>甲</p>", "<p>甲</p><h2>二、利息</h2>", ["段落格式：增加二级标题 ‘二、利息’"]),
        ("<p>甲</p><h2>二、利息</h2>", "<p>甲</p>", []),
        (
            "<h2>一</h2><h2>二</h2>",
            "<h3>一</h3><h3>二</h3>",
            ["标题级别：‘一’ 由二级标题改为三级标题", "标题级别：‘二’ 由二级标题改为三级标题"],
        ),
        (
            "<p>甲</p><p>乙</p><p>丙</p>",
            "<ul><li>甲</li><li>乙</li></ul><p>丙</p>",
            ["段落格式：‘甲’ 等 2 处 由正文改为项目列表"],
        ),
        (
            "<ul><li>甲</li></ul>",
            "<ol><li>甲</li></ol>",
            ["段落格式：‘甲’ 由项目列表改为编号列表"],
        ),
        (
            "<ol><li>甲</li></ol>",
            '<ol start="3"><li>甲</li></ol>',
            ["段落格式：‘甲’ 由编号列表改为编号列表（从 3 起）"],
        ),
        (
            "<ul><li>甲</li><li>乙</li></ul>",
            "<ul><li>甲<ul><li>乙</li></ul></li></ul>",
            ["段落格式：‘乙’ 由项目列表改为项目列表第 2 层"],
        ),
        (
            "<p>甲</p>",
            "<blockquote><p>甲</p></blockquote>",
            ["段落格式：‘甲’ 由正文改为引用"],
        ),
        ("<p>甲乙丙</p>", "<p>甲<strong>乙</strong>丙</p>", ["加粗：增加 ‘乙’"]),
        ("<p>甲<b>乙</b>丙</p>", "<p>甲乙丙</p>", ["加粗：取消 ‘乙’"]),
        ("<p>甲<b>乙</b>丙</p>", "<p>甲<strong>乙</strong>丙</p>", None),
        ("<p><b>甲</b><b>乙</b>丙</p>", "<p><b>甲乙</b>丙</p>", None),
        ("<p>甲<b>乙</b>丙</p>", "<p>甲<em>乙</em>丙</p>", ["加粗：取消 ‘乙’", "斜体：增加 ‘乙’"]),
        (
            "<p><b>违约责任</b>的承担</p>",
            "<p><b>违约责任的承担</b></p>",
            ["加粗：由 ‘违约责任’ 改为 ‘违约责任的承担’"],
        ),
        ("<p><b>违约责任</b>说明</p>", "<p><b>违约的责任</b>说明</p>", []),
        ("<p>见说明</p>", '<p>见<a href="/a">说明</a></p>', ["链接：增加 ‘说明’（/a）"]),
        ('<p>见<a href="/a">说明</a></p>', "<p>见说明</p>", ["链接：删去 ‘说明’（/a）"]),
        (
            '<p>见<a href="/a">说明</a></p>',
            '<p>见<a href="/b">说明</a></p>',
            ["链接：‘说明’ 由 /a 改为 /b"],
        ),
        (
            '<a href="/a"><img src="/media/x.jpg" alt="图"></a>',
            '<a href="/b"><img src="/media/x.jpg" alt="图"></a>',
            ["链接：‘x.jpg’ 由 /a 改为 /b"],
        ),
        ('<p><img src="/media/x.jpg" alt="图"></p>', "", ["图片：删去 x.jpg"]),
        ("", '<p><img src="/media/x.jpg" alt="图"></p>', ["图片：增加 x.jpg"]),
        (
            '<p><img src="/media/1.jpg"></p>',
            '<p><img src="/media/2.jpg"></p>',
            ["图片：删去 1.jpg", "图片：增加 2.jpg"],
        ),
        (
            '<p><img src="/media/x.jpg" alt="旧图"></p>',
            '<p><img src="/media/x.jpg" alt=""></p>',
            ["图片说明：x.jpg 由 ‘旧图’ 改为 （空）"],
        ),
        ("<p>甲</p>", '<p class="align-center">甲</p>', ["对齐：‘甲’ 居中"]),
        ('<p style="text-align:right">甲</p>', "<p>甲</p>", ["对齐：‘甲’ 取消居右"]),
        (
            '<p align="center">甲</p>',
            '<p align="right">甲</p>',
            ["对齐：‘甲’ 由居中改为居右"],
        ),
        (
            TABLE.format(""),
            TABLE.format("<tr><td>本金</td><td>1</td></tr>"),
            ["表格：‘项目 金额’ 由 1 行 2 列 改为 2 行 2 列"],
        ),
        ("", TABLE.format(""), ["表格：增加 ‘项目 金额’（1 行 2 列）"]),
        ("<p>甲</p>", "<p>甲</p><hr><hr>", ["分隔线：增加 2 条"]),
        (
            "<h2>一二三四五六七八九十一二三四五六七八九十一</h2>",
            "<h3>一二三四五六七八九十一二三四五六七八九十一</h3>",
            ["标题级别：‘一二三四五六七八九十一二三四五六七八九十…’ 由二级标题改为三级标题"],
        ),
    ],
)
def test_a_change_of_markup_is_a_plain_sentence(old, new, lines):
    if lines is None:  # code that reads the same
        lines = ["其他细小的差别（如换行、空行、代码的写法）"]

    assert bodies(old, new).markup == lines


def test_moved_words_say_nothing_of_their_markup():
    parts = [
        "<h2>一、借条</h2>",
        "<p>见<a href='/a'>说明</a>，<strong>重要</strong></p>",
        "<ul><li>甲项</li><li>乙项</li></ul>",
        '<p><img src="/media/x.jpg" alt="图"></p>',
        TABLE.format("<tr><td>本金</td><td>1</td></tr>"),
    ]

    changes = bodies("".join(parts), "".join(reversed(parts)))

    assert changes.markup == []
    assert changes.text


def test_more_markup_than_anybody_reads_is_cut_short():
    lines = [f"<b>{number}</b>号" for number in range(150)]

    markup = bodies(paragraphs(lines), paragraphs([f"{n}号" for n in range(150)])).markup

    assert len(markup) == 101
    assert markup[-1] == "还有 50 处格式改动，不逐一列出"


# Cost.


def _lines(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311  (filler)
    return ["".join(chr(0x4E00 + chance.randrange(3000)) for _ in range(60)) for _ in range(count)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_lines(2000, 1), _lines(2000, 2)),
        (_lines(2000, 1), [f"{line}改" for line in _lines(2000, 1)]),
        (["同"] * 2000, ["同"] * 1000 + ["异"] * 1000),
        (["".join(_lines(300, 1))], ["".join(_lines(300, 2))]),
    ],
    ids=["all different", "all edited", "all the same line", "one long paragraph"],
)
def test_long_bodies_are_compared_in_two_seconds(old, new):
    old, new = paragraphs(old), paragraphs(new)

    begun = time.process_time()
    changes = bodies(old, new)

    assert time.process_time() - begun < 2
    assert changes.text


# The page.


def render(changes: Changes) -> str:
    return render_to_string("admin/articles/article/_changes.html", {"changes": changes})


def test_the_page_says_that_there_is_no_difference():
    assert "两份内容完全相同。" in render(Changes())


def test_the_page_shows_fields_markup_and_words_escaped():
    lines = [f"第{number}段。" for number in range(9)]
    old = {"title": "<甲>", "body": paragraphs([*lines, "借款人应当还款。"])}
    new = {"title": "乙", "body": paragraphs([*lines, "借款人<b>必须</b>还款。"])}

    page = render(compare(old, new))

    assert '<td data-label="原来">&lt;甲&gt;</td><td data-label="现在">乙</td>' in page
    assert "<li>加粗：增加 ‘必须’</li>" in page
    assert "借款人<del>应当</del><ins>必须</ins>还款。" in page
    assert '<p class="changes-gap">… 8 段未改 …</p>' in page
    assert "完全相同" not in page
    assert "style=" not in page
