"""Word files for tests, down to their XML."""

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = nsdecls("w")
COMPATIBLE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
MATHS = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def file_of(*paragraphs, title: str = "某某法") -> docx.document.Document:
    """Paragraphs are words, or the XML inside a <w:p>."""
    file = docx.Document()
    for paragraph in (title, *paragraphs):
        inner = paragraph if paragraph.startswith("<") else run(paragraph)
        xml = f"<w:p {W} {COMPATIBLE} {MATHS}>{inner}</w:p>"
        file.element.body.insert(len(file.element.body) - 1, parse_xml(xml))
    return file


def data_of(file) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def number(file, *levels: tuple[str, str]) -> None:
    """Give the file a list of (form, text) a level, under the number 77."""
    numbering = file.part.numbering_part.element
    rows = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlRestart w:val="{0 if "条" in words else 1}"/><w:lvlText w:val="{words}"/></w:lvl>'
        for depth, (form, words) in enumerate(levels)
    )
    numbering.insert(
        0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="77">{rows}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def numbered(words: str, depth: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'
    return f"<w:pPr>{place}</w:pPr>{run(words)}"
