"""Plain text and Markdown, in any dialect: bytes → lines. One reader for all; no file is known
by its name."""

import codecs
import contextlib
import html
import re
import string

from statutes.importers.refusal import Refusal
from statutes.outline import Line

_BLOCK_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Known tags alone: 《关于适用<中华人民共和国民法典>的解释》 is a title, no markup.
_TAG = re.compile(
    r"</?(?:br|p|div|span|b|strong|i|em|u|a|font|h[1-6]|li|ul|ol|table|tbody|thead|tr|td|th|center|sup|sub|img|hr)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:html|head|body|br|p|div|h[1-6]|li|ul|ol|table|tr|hr|center)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
# Parts of a saved page that are no text of it.
_UNSEEN = re.compile(r"<(title|style|script)(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_MARKDOWN_HEADING = re.compile(r"\s{0,3}(#{1,6})(.*)")
_FIELD = re.compile(r"\s*【(?P<name>标题|名称|编|分编|章|节|小节|目)】\s*(?=\S)")
# Marks of site generators: containers (:::), attributes ({align="center"}), bare links.
_CONTAINER = re.compile(r":{3,}.{0,200}|@tab\b.{0,100}|\[\[toc\]\]|<https?://[^<>\s]{1,500}>")
_ATTRIBUTES = re.compile(r"\{[#.\w][^{}]{0,200}\}$")
_RULE = re.compile(r"\s{0,3}(?:[-*_=]\s{0,2}){3,80}$")
_TABLE_RULE = re.compile(r"\|?(?:\s{0,9}:?-{2,40}:?\s{0,9}\|){1,40}\s{0,9}:?-{0,40}:?")
_QUOTE_OR_BULLET = re.compile(r"\A\s*(?:>\s?|[-*+]\s+(?=\S))+")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]{0,600})(?:\s+\"[^\"]{0,200}\")?\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_FRONT_MATTER_TITLE = re.compile(r"(?:title|标题)\s*:\s*(.+)", re.IGNORECASE)
_FRONT_MATTER_DAYS = {
    "公布": re.compile("(?:publish|promulgated)(?:ed)?(?:_date|_on)?|gbrq|公布日期|发布日期"),
    "施行": re.compile("effective(?:_date|_from)?|sxrq|施行日期|实施日期|生效日期"),
}
_ENCODINGS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_lines(data: bytes) -> list[Line]:
    """The lines of a file, without markup. Raises Refusal where it is no text."""
    return lines_of_text(_decode(data))


def lines_of_text(text: str) -> list[Line]:
    """The lines of a text that was typed or pasted, without markup."""
    text = _BLOCK_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    text = _without_unseen(text)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines, start = _front_matter(rows)
    for number, row in enumerate(rows[start:], start=start + 1):
        row = row.rstrip()
        bare = row.lstrip()
        if not bare or any(mark.fullmatch(bare) for mark in (_RULE, _TABLE_RULE, _CONTAINER)):
            continue
        row = _ATTRIBUTES.sub("", row)
        heading = _MARKDOWN_HEADING.match(row)
        content = (
            heading[2].strip().rstrip("#") if heading else _QUOTE_OR_BULLET.sub("", row, count=1)
        )
        depth = len(heading[1]) if heading else 0
        if field := _FIELD.match(content):
            content = content[field.end() :]
            depth = 1 if field["name"] in ("标题", "名称") else depth
        for part in _BLOCK_TAG.split(content) if "<" in content else [content]:
            if words := _plain(part):
                lines.append(Line(words, str(number), depth))
    return lines


def _without_unseen(text: str) -> str:
    """A saved page without its title, styles and scripts; its lines keep their numbers."""
    if not _UNSEEN.search(text):
        return text
    lower = text.translate(_LOWER)  # not lower(): it changes the length of some letters
    kept, position = [], 0
    while match := _UNSEEN.search(text, position):
        end = lower.find(f"</{match[1].lower()}", match.end())
        if end < 0:  # never closed: then it is no such part
            break
        kept += [text[position : match.start()], "\n" * text.count("\n", match.start(), end)]
        position = lower.find(">", end) + 1 or len(text)
    return "".join([*kept, text[position:]])


def _decode(data: bytes) -> str:
    for mark, encoding in _ENCODINGS.items():
        if data.startswith(mark):
            try:
                return _checked(data.decode(encoding))
            except UnicodeDecodeError as error:
                raise Refusal("文字编码损坏，读不出来") from error
    if b"\x00" in data[:4000]:
        readings = []  # UTF-16 without its mark: the reading that makes more Chinese
        for encoding in ("utf-16-le", "utf-16-be"):
            with contextlib.suppress(UnicodeDecodeError):
                readings.append(data.decode(encoding))
        best = max(readings, key=_chinese, default="")
        if _chinese(best) * 2 < min(len(best), 4000):
            raise Refusal("这不是文本文件")
        return _checked(best)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = _checked(data.decode(encoding))
        except UnicodeDecodeError:
            continue
        # Almost any bytes are some GB18030.
        if encoding == "gb18030" and _chinese(text) * 2 < min(len(text), 4000):
            raise Refusal("这不是文本文件")
        return text
    raise Refusal("读不出文字：编码既不是 UTF-8、UTF-16，也不是 GB18030")


def _chinese(text: str) -> int:
    """How many of the first characters are ones that a Chinese text is made of."""
    return sum(
        "一" <= char <= "龥" or char in "，。、；：（）《》　\n\r 0123456789"
        for char in text[:4000]
    )


def _checked(text: str) -> str:
    sample = text[:20_000]
    odd = sum(1 for char in sample if ord(char) < 32 and char not in "\t\n\r\f")
    if odd > len(sample) / 50:
        raise Refusal("这不是文本文件")
    return text


def _front_matter(rows: list[str]) -> tuple[list[Line], int]:
    """The front matter's title and days, as lines of the kind that other files have; and where
    the text begins."""
    if not rows or rows[0].strip("\ufeff \t") != "---":
        return [], 0
    end = next((i for i, row in enumerate(rows[1:80], start=1) if row.strip() in ("---", "...")), 0)
    if not end:
        return [], 0
    lines = []
    for number, row in enumerate(rows[1:end], start=2):
        if match := _FRONT_MATTER_TITLE.fullmatch(row.strip()):
            lines.append(Line(_plain(match[1].strip("\"' ")), str(number), 1))
            continue
        name, _, value = row.partition(":")
        day = re.search(r"(\d{4})-(\d{1,2})-(\d{1,2})", value)
        for verb, names in _FRONT_MATTER_DAYS.items():
            if day and names.fullmatch(name.strip().lower()):
                date = f"{day[1]}年{int(day[2])}月{int(day[3])}日"
                lines.append(Line(f"{date} {verb}", str(number)))
    return lines, end + 1


def _plain(text: str) -> str:
    text = _TAG.sub("", text)
    text = html.unescape(text) if "&" in text else text
    text = _LINK.sub(r"\1", text)
    text = text.replace("**", "").replace("__", "").replace("`", "")
    text = _ESCAPE.sub(r"\1", text)
    if text.count("|") > 1 and text.strip().startswith("|"):
        text = "　".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    text = _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text))
    return text.strip(" \t　")
