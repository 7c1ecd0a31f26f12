"""Word files as the National Laws and Regulations Database publishes them: bytes → lines."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from statutes.importers import text
from statutes.importers.refusal import Refusal
from statutes.outline import Line

MAX_UNPACKED = 16 * 1024 * 1024  # the Civil Code unpacks to 2 MB
# Deleted words; shapes, whose text Word keeps twice; notes' marks.
_LEFT_OUT = {qn("w:del"), qn("w:moveFrom"), qn("w:pict"), qn("w:drawing"), qn("w:instrText")}
_LEFT_OUT |= {"{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"}
_BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t", qn("w:noBreakHyphen"): "-"}
_NOT_WORD = "这不是有效的 Word 文件（.docx），可能已损坏或改过扩展名"


def read_lines(data: bytes) -> list[Line]:
    """The paragraphs and table rows in their order. Raises Refusal."""
    _check(data)
    try:
        body = Document(io.BytesIO(data)).element.body
    except Exception as error:  # torn, encrypted, compressed unknown ways, other XML: no end of it
        raise Refusal(_NOT_WORD) from error
    if body is None:
        raise Refusal(_NOT_WORD)
    rows = [row for block in _blocks(body) for row in block.split("\n")]
    lines = [
        Line(line.text, str(number), line.depth)
        for number, row in enumerate(rows, start=1)
        for line in text.lines_of_text(row)
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
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal(_NOT_WORD) from error
    if "word/document.xml" not in names:
        raise Refusal(_NOT_WORD)
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED or len(members) > 5000:
        raise Refusal(f"文件解压后有 {size / 1024 / 1024:.0f} MB，不像法律文本，已拒绝")


def _blocks(parent: BaseOxmlElement) -> Iterator[str]:
    """Paragraphs and table rows in their order, those in content controls too."""
    for element in parent:
        if element.tag == qn("w:p"):
            yield _words(element)
        elif element.tag == qn("w:tbl"):
            for row in _own(element, element.iter(qn("w:tr"))):
                cells = (
                    " ".join(_words(paragraph).strip() for paragraph in cell.iter(qn("w:p")))
                    for cell in _own(element, row.iter(qn("w:tc")))
                )
                yield "　".join(cell for cell in cells if cell.strip())
        elif element.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _blocks(element)


def _own(table: BaseOxmlElement, parts: Iterator[BaseOxmlElement]) -> Iterator[BaseOxmlElement]:
    """Those of this table, not of one inside it, whose words its cell has already."""
    return (part for part in parts if next(part.iterancestors(qn("w:tbl"))) is table)


def _words(element: BaseOxmlElement) -> str:
    """A paragraph as it reads with all changes accepted: insertions in, deletions out."""
    if element.tag in _LEFT_OUT:
        return ""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag in _BREAKS:
        return _BREAKS[element.tag]
    return "".join(_words(child) for child in element if isinstance(child.tag, str))
