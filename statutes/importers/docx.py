"""Word files as the National Laws and Regulations Database publishes them: bytes → lines."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from statutes.importers import text
from statutes.importers.numbering import Numbering
from statutes.importers.refusal import Refusal
from statutes.labels import LABEL
from statutes.outline import Line

MAX_UNPACKED = 16 * 1024 * 1024  # the Civil Code unpacks to 2 MB
_COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
# Deleted words; marks of notes; readings beside characters; a second form of the same shape.
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:rt"), qn("w:rPr"), qn("w:pPr")}
_LEFT_OUT |= {f"{_COMPATIBLE}Fallback", qn("w:delText")}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_BREAKS |= {qn("w:ptab"): "\t"}
_CONTAINERS = {
    qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "customXml", "moveTo", "smartTag")
}
_UNKNOWN_SIGN = "〓"  # what type-setters print for a character they don't have
_NOT_WORD = "这不是有效的 Word 文件（.docx），可能已损坏或改过扩展名"
_STRICT = "这是“严格 Open XML”格式的 Word 文件，请用 Word 另存为普通的“Word 文档（.docx）”"


def read_lines(data: bytes) -> list[Line]:
    """The paragraphs and table rows in their order. Raises Refusal."""
    _check(data)
    try:
        document = Document(io.BytesIO(data))
        body = document.element.body
        numbering = Numbering.of(document)
    except Exception as error:  # torn, encrypted, compressed unknown ways, other XML: no end of it
        raise Refusal(_NOT_WORD) from error
    if body is None:
        raise Refusal(_NOT_WORD)
    rows = [row for block in _merged(_blocks(body, numbering)) for row in block.split("\n")]
    lines = [
        Line(words, str(number))
        for number, row in enumerate(rows, start=1)
        if (words := text.plain(row))
    ]
    if not lines:
        raise Refusal("文件里没有文字（可能是扫描的图片）")
    return lines


def _check(data: bytes) -> None:
    """Refuse what would unpack to more than we hold, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            size = sum(member.file_size for member in members)
            is_strict = (
                "word/document.xml" in names
                and size <= MAX_UNPACKED
                and b"purl.oclc.org/ooxml/wordprocessingml" in archive.read("word/document.xml")
            )
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refusal(_NOT_WORD) from error
    except Exception as error:  # a member that unpacks to other than it says
        raise Refusal(_NOT_WORD) from error
    if "word/document.xml" not in names:
        raise Refusal(_NOT_WORD)
    if size > MAX_UNPACKED or len(members) > 5000:
        raise Refusal(f"文件解压后有 {size / 1024 / 1024:.0f} MB，不像法律文本，已拒绝")
    if is_strict:
        raise Refusal(_STRICT)


# A paragraph's words, and whether its mark was deleted: then the next one goes on with it.
_Block = tuple[str, bool]


def _merged(blocks: Iterator[_Block]) -> Iterator[str]:
    held = ""
    for words, goes_on in blocks:
        held += words
        if not goes_on:
            yield held
            held = ""
    if held:
        yield held


def _blocks(parent: BaseOxmlElement, numbering: Numbering) -> Iterator[_Block]:
    """Paragraphs and table rows in their order, those in content controls and text boxes too."""
    for element in parent:
        if element.tag == qn("w:p"):
            yield _paragraph(element, numbering), _is_mark_deleted(element)
            for box in _boxes(element):
                yield from _box(box, element, numbering)
        elif element.tag == qn("w:tbl"):
            yield from _rows(element, numbering)
        elif element.tag in _CONTAINERS:
            yield from _blocks(element, numbering)


def _rows(table: BaseOxmlElement, numbering: Numbering) -> Iterator[_Block]:
    """A row a line, its cells apart. A row of one cell lays out a page: its paragraphs are lines."""
    for row in _own(table, table.iter(qn("w:tr"))):
        cells = list(_own(table, row.iter(qn("w:tc"))))
        if len(cells) == 1:
            yield from _blocks(cells[0], numbering)
            continue
        words = (
            " ".join(
                _paragraph(paragraph, numbering).strip() for paragraph in cell.iter(qn("w:p"))
            ).strip()
            for cell in cells
        )
        yield "　".join(cell for cell in words if cell), False


def _own(table: BaseOxmlElement, parts: Iterator[BaseOxmlElement]) -> Iterator[BaseOxmlElement]:
    """Those of this table, not of one inside it, whose words its cell has already."""
    return (part for part in parts if next(part.iterancestors(qn("w:tbl"))) is table)


def _boxes(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The text boxes at a paragraph, once each: Word keeps an older form beside the newer."""
    return [
        box
        for box in paragraph.iter(qn("w:txbxContent"))
        if next(box.iterancestors(qn("w:p"))) is paragraph
        and next(box.iterancestors(f"{_COMPATIBLE}Fallback"), None) is None
    ]


def _box(
    box: BaseOxmlElement, paragraph: BaseOxmlElement, numbering: Numbering
) -> Iterator[_Block]:
    """The paragraphs of a text box. Beside words of its paragraph it is a remark, set apart as
    one, unless it holds clauses."""
    blocks = list(_blocks(box, numbering))
    if _words(paragraph).strip() and not any(LABEL.match(words.strip()) for words, _ in blocks):
        words = " ".join(words.strip() for words, _ in blocks)
        yield (f"注：（文本框）{words}" if words.strip() else ""), False
        return
    yield from blocks


def _is_mark_deleted(paragraph: BaseOxmlElement) -> bool:
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None


def _paragraph(paragraph: BaseOxmlElement, numbering: Numbering) -> str:
    words = _words(paragraph)
    if not words.strip() and _is_mark_deleted(paragraph):
        return ""
    label = numbering.label(paragraph)  # Word counts an empty paragraph too
    if not (label and words.strip()) or words.lstrip().startswith(label):
        return words
    # An item's number stands close to its words, a clause's apart.
    return f"{label}{'　' if label.startswith('第') else ''}{words}"


def _words(element: BaseOxmlElement) -> str:
    """A paragraph as it reads with all changes accepted: insertions in, deletions out."""
    tag = element.tag
    if tag in _LEFT_OUT or tag == qn("w:txbxContent"):
        return ""
    if tag in (qn("w:t"), _MATHS):
        return element.text or ""
    if tag == qn("w:sym"):
        return _UNKNOWN_SIGN
    if tag in _BREAKS:
        return _BREAKS[tag]
    if tag == qn("w:r") and _is_hidden(element):
        return ""
    return "".join(_words(child) for child in element if isinstance(child.tag, str))


def _is_hidden(run: BaseOxmlElement) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
    return mark is not None and mark.get(qn("w:val")) not in ("0", "false", "off")
