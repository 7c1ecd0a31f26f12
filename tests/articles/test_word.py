import io
import random
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml

from articles.importers import word
from articles.models import Article, Picture
from articles.rendering import clean
from statutes.importers.refusal import Refusal
from tests.factories import image_bytes, make_category, make_user
from tests.word_files import W, data_of, file_of, number, numbered, run


def document(with_picture=True) -> bytes:
    made = Document()
    made.add_heading("借条怎么写", 0)  # the style Title
    made.add_heading("一、要写什么", 1)
    made.add_heading("金额", 2)
    paragraph = made.add_paragraph("写明")
    paragraph.add_run("大小写").bold = True
    made.add_paragraph("甲", style="List Bullet")
    made.add_paragraph("落款").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "本金", "十万"
    if with_picture:
        made.add_picture(io.BytesIO(image_bytes()))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def read(data: bytes, keep_picture=lambda data: "/media/x.png") -> word.Read:
    return word.read(data, name="文件.docx", keep_picture=keep_picture)


def test_what_the_document_means_is_kept():
    found = read(document())
    assert (found.title, found.warnings) == ("借条怎么写", [])
    body = clean(found.body)
    for piece in (
        "<h2>一、要写什么</h2>",
        "<h3>金额</h3>",
        "<p>写明<strong>大小写</strong></p>",
        "<ul><li>甲</li></ul>",
        '<p class="align-right">落款</p>',
        "<p>本金</p>",
        '<img src="/media/x.png">',
    ):
        assert piece in body
    assert "借条怎么写" not in body


def test_without_a_title_the_file_is_its_name():
    made = Document()
    made.add_paragraph("正文")
    stream = io.BytesIO()
    made.save(stream)
    assert read(stream.getvalue()).title == "文件"


def test_numbers_that_word_sets_itself_stand_in_the_text_where_html_has_none():
    heading = '<w:pPr><w:pStyle w:val="Heading1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr></w:pPr>'
    file = file_of(
        heading + run("先看借条"),
        numbered("金额", 1),
        numbered("（二）利息", 1),  # typed as well
        numbered("写明大写；", 2),
        numbered("写明小写。", 2),
        heading + run("再看转账"),
        numbered("", 0),
        heading + run("最后看人"),
        title="引子",
    )
    number(file, ("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."))
    assert clean(read(data_of(file)).body) == (
        "<p>引子</p><h2>一、先看借条</h2><p>（一）金额</p><p>（二）利息</p>"
        "<ol><li>写明大写；</li><li>写明小写。</li></ol><h2>二、再看转账</h2><h2>四、最后看人</h2>"
    )


def test_a_number_that_comes_with_a_style_is_spelled_out_once():
    style = '<w:pPr><w:pStyle w:val="Own"/></w:pPr>'
    file = file_of(style + run("出借人"), style + run("借款人"), title="引子")
    number(file, ("chineseCounting", "第%1条"))
    numbers = '<w:pPr><w:numPr><w:numId w:val="77"/></w:numPr></w:pPr>'
    own = (
        f'<w:style {W} w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/>{numbers}</w:style>'
    )
    file.styles.element.append(parse_xml(own))
    body = clean(read(data_of(file)).body)
    assert body == "<p>引子</p><p>第一条 出借人</p><p>第二条 借款人</p>"


def test_a_picture_that_is_refused_is_a_warning():
    def refuse(data):
        raise ValueError("太大")

    found = read(document(), refuse)
    assert found.warnings == ["第 1 张图片没有导入：太大"]
    assert "<img" not in found.body


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "有效"),
        (b"%PDF-1.7", "有效"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "另存为"),
        (archive(**{"a.txt": b"x"}), "有效"),
        (archive(**{"word/document.xml": b"<x"}), "有效"),
        (archive(**{"word/document.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}), "有效"),
        (archive(**{"word/document.xml": b" " * 17_000_000}), "太大"),
        (b"x" * 20_000_001, "20 MB"),
    ],
)
def test_what_is_no_word_file_is_refused_in_plain_words(data, reason):
    with pytest.raises(Refusal, match=reason):
        read(data)


def test_damage_never_ends_in_another_error():
    rng, data = random.Random(3), document()  # noqa: S311  (the same damage each time)
    for _ in range(60):
        torn = bytearray(data[: rng.randrange(len(data))] if rng.random() < 0.5 else data)
        for _ in range(3):
            torn[rng.randrange(len(torn) or 1) if torn else 0 :][:1] = b"\x00"
            if torn:
                torn[rng.randrange(len(torn))] = rng.randrange(256)
        try:
            read(bytes(torn))
        except Refusal as refusal:
            assert str(refusal)


@pytest.mark.django_db
class TestAtTheDesk:
    URL = "/admin/articles/article/from-word/"

    def upload(self, client, data):
        values = {"file": SimpleUploadedFile("借条.docx", data), "category": make_category().pk}
        return client.post(self.URL, values, follow=True).content.decode()

    def test_a_file_becomes_a_draft_with_its_pictures(self, client):
        author = make_user("author", "作者")
        client.force_login(author)
        page = self.upload(client, document())
        assert "已从 Word 新建草稿" in page
        article = Article.objects.get()
        assert (article.title, article.created_by, article.stage) == ("借条怎么写", author, "draft")
        assert Picture.objects.get().uploaded_by == author

    def test_a_broken_file_leaves_nothing(self, client):
        client.force_login(make_user("author", "作者"))
        assert "有效的 Word 文件" in self.upload(client, b"x")
        assert not Article.objects.exists()

    def test_only_for_who_writes(self, client):
        client.force_login(make_user("publisher", "发布人"))
        assert client.get(self.URL).status_code == 403
