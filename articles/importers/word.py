"""A Word file → the title and body of a new article. By mammoth, which reads what a document
means and leaves how it looks."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath

import mammoth
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from statutes.importers.numbering import Numbering
from statutes.importers.refusal import Refusal

MOST_BYTES = 20_000_000
_MOST_UNPACKED, _MOST_XML = 200_000_000, 16_000_000
_OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # OLE: .doc, and .docx behind a password
_STYLES = """
p[style-name='Title'] => h6.title:fresh
p[style-name='标题'] => h6.title:fresh
p[style-name='luwen-center'] => p.align-center:fresh
p[style-name='luwen-right'] => p.align-right:fresh
u => u
strike => s
"""
_ALIGNED = {"center": "luwen-center", "right": "luwen-right", "end": "luwen-right"}
_TITLE = re.compile(r'<h6 class="title">(.*?)</h6>', re.DOTALL)
_HEADING = re.compile(r"(</?h)([1-5])(?=[ >])")
_NOTE = re.compile(r'<a [^>]*href="#[^"]*"[^>]*>(.*?)</a>|<a id="[^"]*"></a>', re.DOTALL)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENDS = ("、", "）", "，", "：", "．", "　")
_NOT_WORD = "这不是有效的 Word 文件（.docx），可能已损坏或改过扩展名"


@dataclass
class Read:
    title: str
    body: str  # not clean yet: saving it cleans it
    warnings: list[str] = field(default_factory=list)


def read(data: bytes, *, name: str, keep_picture: Callable[[bytes], str]) -> Read:
    """``keep_picture`` gives a picture's address; its ValueError says why it isn't taken, and
    becomes a warning. Raises Refusal for a file that can't be read."""
    _check(data)
    warnings: list[str] = []
    try:
        body = mammoth.convert_to_html(
            io.BytesIO(_spelled_out(data)),
            style_map=_STYLES,
            transform_document=_transformed,
            convert_image=mammoth.images.img_element(_pictures(keep_picture, warnings)),
            ignore_empty_paragraphs=True,
        ).value
    except Exception as error:  # torn in any of the ways in which archives and XML can be
        raise Refusal(_NOT_WORD) from error
    body = re.sub(r'<img[^>]*src=""[^>]*>', "", body)
    body = _NOTE.sub(lambda match: "" if match[1] in (None, "↑") else match[1], body)
    title, body = _title(body)
    if not (title or _words(body) or "<img" in body):
        raise Refusal("文件里没有文字")
    return Read(title or PurePosixPath(name).stem, _levels(body), warnings)


def _check(data: bytes) -> None:
    """Refuse what is none, or would unpack to more than we hold, before it is read."""
    if len(data) > MOST_BYTES:
        raise Refusal(f"文件超过 {MOST_BYTES // 1_000_000} MB")
    if data.startswith(_OLD_WORD):
        raise Refusal("这是旧的 .doc，或者加了密码：请用 Word 另存为不加密码的 .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            texts = [one for one in members if one.filename.endswith((".xml", ".rels"))]
            is_large = sum(one.file_size for one in members) > _MOST_UNPACKED
            if is_large or any(one.file_size > _MOST_XML for one in texts):
                raise Refusal("文件解开后太大")
            if "word/document.xml" not in archive.namelist():
                raise Refusal(_NOT_WORD)
            if any(b"<!DOCTYPE" in archive.read(one) for one in texts):
                raise Refusal(_NOT_WORD)
    except Refusal:
        raise
    except Exception as error:
        raise Refusal(_NOT_WORD) from error


def _spelled_out(data: bytes) -> bytes:
    """With the numbers that Word sets itself written into the text, before headings and where
    they are Chinese: HTML has no list of 一、 or 第一条. A list of 1. or ● stays a list."""
    try:
        document = Document(io.BytesIO(data))
        numbering = Numbering.of(document)
    except Exception:  # mammoth reads more than python-docx does, and judges
        return data
    is_changed = False
    for element in document.element.body.iter(qn("w:p")):
        label, paragraph = numbering.label(element), Paragraph(element, document)
        is_heading = _is_heading(paragraph.style.name)
        if label and (is_heading or _CHINESE.search(label)):
            is_changed = True
            _spell_out(paragraph, label, keeps_style=is_heading)
    if not is_changed:
        return data
    spelled = io.BytesIO()
    document.save(spelled)
    return spelled.getvalue()


def _spell_out(paragraph: Paragraph, label: str, *, keeps_style: bool) -> None:
    element, words = paragraph._p, paragraph.text.strip()
    properties = element.get_or_add_pPr()
    properties.get_or_add_numPr().get_or_add_numId().val = 0  # no number
    if not keeps_style:  # it may bring the number back
        properties._remove_pStyle()
    if words and not words.startswith(label):
        run = OxmlElement("w:r")
        run.text = label if label.endswith(_ENDS) else f"{label} "
        properties.addnext(run)


def _is_heading(style: str) -> bool:
    return style.lower().startswith(("heading", "title", "标题"))


def _transformed(document):
    aligned = mammoth.transforms.paragraph(_aligned)(document)
    return aligned.copy(children=_levelled(aligned.children))


def _levelled(blocks: list) -> list:
    """Lists that begin at level 0, with no level left out: in Word the levels above may be
    headings, or 一、 that stands in the text."""
    levelled, levels = [], []
    for block in blocks:
        numbering = getattr(block, "numbering", None)
        if numbering is None:
            levels = []
        else:
            level = int(numbering.level_index)
            while levels and levels[-1] > level:
                levels.pop()
            if not levels or levels[-1] < level:
                levels.append(level)
            place = mammoth.documents.numbering_level(len(levels) - 1, numbering.is_ordered)
            block = block.copy(numbering=place)
        levelled.append(block)
    return levelled


def _aligned(paragraph):
    style = _ALIGNED.get(paragraph.alignment)
    if style is None or paragraph.style_name or paragraph.numbering:
        return paragraph
    return paragraph.copy(style_id=style, style_name=style)


def _pictures(keep_picture: Callable[[bytes], str], warnings: list[str]) -> Callable:
    count = 0

    def picture(image) -> dict[str, str]:
        nonlocal count
        count += 1
        try:
            with image.open() as stream:
                return {"src": keep_picture(stream.read())}
        except (ValueError, KeyError) as error:
            warnings.append(f"第 {count} 张图片没有导入：{error}")
            return {"src": ""}

    return picture


def _title(body: str) -> tuple[str, str]:
    """The title paragraph, or the one heading of the highest level where the text begins with
    it; and the body without it."""
    if match := _TITLE.search(body):
        return _words(match[1]), _TITLE.sub("", body)
    first = re.match(r"<h1>(.*?)</h1>", body, re.DOTALL)
    if first and body.count("<h1>") == 1:
        return _words(first[1]), body[first.end() :]
    return "", body


def _levels(body: str) -> str:
    """The highest level in use becomes h2; below h4 nothing."""
    used = {int(match[2]) for match in _HEADING.finditer(body)}
    if not used:
        return body
    highest = min(used)
    return _HEADING.sub(lambda m: f"{m[1]}{min(4, int(m[2]) - highest + 2)}", body)


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())
