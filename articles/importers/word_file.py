"""A .docx as its parts: what is refused of it, and the plain copy of it that mammoth reads.

Mammoth is given nothing of the upload itself. It gets the parts that ``word_text`` made simple,
written anew, so that it meets no style, number, entity or address that we did not put there.
"""

import io
import posixpath
import zipfile
from dataclasses import dataclass, field

from docx.oxml.ns import qn
from lxml import etree
from lxml.etree import _Element as Element

from statutes.importers.refusal import Refusal

MOST_BYTES, MOST_UNPACKED, MOST_OF_A_PART = 20_000_000, 200_000_000, 16_000_000
# Marks of markup in all parts together. A paper of 100,000 characters has some 200,000; the trees
# of this many are what a small server bears.
MOST_MARKS = 600_000
_MOST_MEMBERS = 5000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word 97 to 2003, and what is locked with a password
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"purl.oclc.org/ooxml"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NOT_WORD = "这不是有效的 Word 文件（.docx），可能已损坏或改过扩展名"
_CONTENT = ("document", "footnotes", "endnotes")  # where words stand
_IDENTITIES = (qn("r:id"), qn("r:embed"), qn("r:link"))


@dataclass(frozen=True)
class Relation:
    kind: str  # hyperlink, image, …
    target: str  # an address, or the name of a member of the archive
    is_external: bool


@dataclass
class WordFile:
    archive: zipfile.ZipFile
    parts: dict[str, Element]  # document; styles, numbering, footnotes, endnotes where it has them
    relations: dict[str, dict[str, Relation]] = field(default_factory=dict)  # by part

    @property
    def content(self) -> list[Element]:
        return [self.parts[name] for name in _CONTENT if name in self.parts]


def open_word(data: bytes) -> WordFile:
    """Raises Refusal, with the reason in plain Chinese."""
    _check_kind(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check_sizes(archive)
        return _parts(archive)
    except Refusal:
        raise
    except Exception as error:  # torn, locked, compressed unknown ways, other XML: no end of it
        raise Refusal(_NOT_WORD) from error


def _check_kind(data: bytes) -> None:
    if not data:
        raise Refusal("这个文件是空的")
    if len(data) > MOST_BYTES:
        raise Refusal(f"文件超过 {MOST_BYTES // 1_000_000} MB，请先压缩其中的图片")
    if data.startswith(_OLE) and _LOCKED in data:
        raise Refusal("这个 Word 文件设了打开密码，请先取消密码再上传")
    if data.startswith(_OLE):
        raise Refusal("这是旧格式的 Word 文件（.doc），请用 Word 另存为 .docx 再上传")
    if data.startswith((b"%PDF", b"{\\rtf")):
        raise Refusal("这不是 .docx 文件，请用 Word 打开后另存为 .docx 再上传")


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Before anything is unpacked."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("这个文件设了密码，请先取消密码再上传")
    if sum(member.file_size for member in members) > MOST_UNPACKED or len(members) > _MOST_MEMBERS:
        raise Refusal("文件解压后太大，不像一篇文章，已拒绝")
    if any(
        member.file_size > MOST_OF_A_PART and member.filename.endswith((".xml", ".rels"))
        for member in members
    ):
        raise Refusal("文件里的文字部分太大，不像一篇文章，已拒绝")


def _parts(archive: zipfile.ZipFile) -> WordFile:
    read = _Reader(archive)
    root = _relations_of(read, "")
    main = next((one.target for one in root.values() if one.kind == "officeDocument"), "")
    main = main if main in read.names else "word/document.xml"
    if main not in read.names:
        raise Refusal(_NOT_WORD)
    file = WordFile(archive, {"document": read.xml(main)})
    file.relations["document"] = _relations_of(read, main)
    for relation in file.relations["document"].values():
        if relation.kind in ("styles", "numbering", "footnotes", "endnotes") and (
            relation.target in read.names and relation.kind not in file.parts
        ):
            file.parts[relation.kind] = read.xml(relation.target)
            file.relations[relation.kind] = _relations_of(read, relation.target)
    if file.parts["document"].find(qn("w:body")) is None:
        raise Refusal(_NOT_WORD)
    return file


class _Reader:
    """Reads XML, and no more of it than one server bears."""

    def __init__(self, archive: zipfile.ZipFile):
        self._archive = archive
        self._marks = 0
        self.names = set(archive.namelist())

    def xml(self, name: str) -> Element:
        if self._archive.getinfo(name).file_size > MOST_OF_A_PART:  # whatever it is called
            raise Refusal("文件里的文字部分太大，不像一篇文章，已拒绝")
        data = self._archive.read(name)
        self._marks += data.count(b"<")
        if self._marks > MOST_MARKS:
            raise Refusal("文件的内容太多，请分成几篇")
        if _STRICT in data:
            raise Refusal(
                "这是“严格 Open XML”格式的 Word 文件，请用 Word 另存为普通的“Word 文档（.docx）”"
            )
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.doctype:  # Word writes none: entities that grow, most likely
            raise Refusal(_NOT_WORD)
        return root


def _relations_of(read: _Reader, part: str) -> dict[str, Relation]:
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path not in read.names:
        return {}
    found = {}
    for element in read.xml(path).iter(f"{_RELATIONS}Relationship"):
        target = element.get("Target", "")
        is_external = element.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        found[element.get("Id", "")] = Relation(kind, target, is_external)
    return found


def plain_copy(file: WordFile) -> tuple[io.BytesIO, list[str]]:
    """(a .docx of the parts with words, the names of its pictures). In a picture's place stands
    its index in that list: pictures are read from the archive one at a time, later."""
    pictures: list[str] = []
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as copy:
        copy.writestr("_rels/.rels", _written([("rId1", "officeDocument", "word/document.xml")]))
        own = []
        for part in _CONTENT:
            if part not in file.parts:
                continue
            rows = _kept_relations(file, part, pictures)
            if part == "document":
                own = rows
            else:
                copy.writestr(f"word/_rels/{part}.xml.rels", _written(rows))
                own.append((f"luwen-{part}", part, f"{part}.xml"))
            copy.writestr(f"word/{part}.xml", etree.tostring(file.parts[part], encoding="UTF-8"))
        copy.writestr("word/_rels/document.xml.rels", _written(own))
        for index in range(len(pictures)):
            copy.writestr(f"word/media/{index}", str(index))
    stream.seek(0)
    return stream, pictures


def _kept_relations(file: WordFile, part: str, pictures: list[str]) -> list[tuple[str, str, str]]:
    """Those of links and pictures; an element that points to any other loses its pointer."""
    relations, used = file.relations[part], set()
    for element in file.parts[part].iter(etree.Element):
        for name in _IDENTITIES:
            identity = element.get(name)
            if identity is None:
                continue
            relation = relations.get(identity)
            if relation is None or relation.kind not in ("hyperlink", "image"):
                del element.attrib[name]
            else:
                if name == qn(
                    "r:link"
                ):  # a picture elsewhere, as if it were here: it will be missed
                    del element.attrib[name]
                    element.attrib.setdefault(qn("r:embed"), identity)
                used.add(identity)
    rows = []
    for identity in sorted(used):
        relation = relations[identity]
        target = relation.target
        if relation.kind == "image":
            pictures.append("" if relation.is_external else target)
            target = f"media/{len(pictures) - 1}"
        rows.append((identity, relation.kind, target))
    return rows


def _written(rows: list[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{_RELATIONS}Relationships")
    for identity, kind, target in rows:
        etree.SubElement(
            root,
            f"{_RELATIONS}Relationship",
            Id=identity,
            Type=f"{_OFFICE}/{kind}",
            Target=target,
        )
    return etree.tostring(root, encoding="UTF-8")
