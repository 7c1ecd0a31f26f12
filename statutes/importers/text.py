"""Plain text and Markdown, in any dialect: bytes → lines. One reader for all; no file is known
by its name."""

import codecs
import contextlib
import html
import re
import string
import unicodedata

from statutes.importers.refusal import Refusal
from statutes.outline import Line

_BLOCK_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Tags alone: 《关于适用<中华人民共和国民法典>的解释》 is a title, a<b且c>d is law, no markup.
_BLOCKS = (
    "html|head|body|br|p|div|h[1-6]|li|ul|ol|table|tbody|thead|tfoot|tr|hr|center|section|article|main|nav|header"
    "|footer|aside|dl|dt|dd|blockquote|pre|figure|figcaption|form|option|select|caption|details|summary|fieldset|w:p"
)
_INLINE = (
    "span|b|strong|i|em|u|s|a|font|td|th|sup|sub|img|meta|link|base|button|input|label|small|big|code|svg|path"
    "|iframe|ruby|rt|rp|del|ins|mark|abbr|nobr|wbr|col|colgroup|map|area|object|param|embed|tt|[a-z]{1,8}\\d?:[a-z]{1,20}"
)
_TAG = re.compile(
    rf"</?(?:{_BLOCKS}|{_INLINE})(?:\s[^<>]{{0,2000}})?/?>|<!doctype[^<>]{{0,300}}>"
    # Any other name of ASCII letters, with attributes as tags have them or none.
    r"|</?[a-z][a-z0-9-]{1,30}(?:\s+[a-z:@_-]{1,40}=(?:\"[^\"<>]{0,500}\"|'[^'<>]{0,500}')){0,40}\s{0,4}/?>",
    re.IGNORECASE | re.ASCII,
)
_BLOCK_TAG = re.compile(rf"<(/?(?:{_BLOCKS}))(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE | re.ASCII)
_OPEN_TAG = re.compile(rf"<((?:{_BLOCKS}|{_INLINE})\s[^<>]{{0,2000}})>", re.IGNORECASE | re.ASCII)
_BETWEEN_CELLS = re.compile(r"</t[dh]\s{0,4}>\s{0,200}<t[dh](?:\s[^<>]{0,500})?>", re.IGNORECASE)
_ROW_END = re.compile(r"(</tr\s{0,4}>)", re.IGNORECASE)
# Parts of a saved page that are no text of it.
_UNSEEN = re.compile(r"<(title|style|script)(?:\s[^<>]{0,300})?>", re.IGNORECASE)
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_MARKDOWN_HEADING = re.compile(r"\s{0,3}(#{1,6})(.*)")
_FIELD = re.compile(
    r"\s*【(?P<name>标题|名称|法规标题|法规名称|编名?|分编名?|章名?|节名?|小节|目|正文|全文)】\s*(?=\S)"
)
# Marks of site generators: containers (:::), attributes ({align="center"}), bare links.
_CONTAINER = re.compile(
    r":{3,}.{0,200}|@tab\b.{0,100}|\[{1,2}toc\]{1,2}|<https?://[^<>\s]{1,500}>", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r"\{[#.\w][^{}]{0,200}\}$")
_RULE = re.compile(r"\s{0,3}(?:[-*_=]\s{0,2}){3,80}$")
_TABLE_RULE = re.compile(r"\|?(?:\s{0,9}:?-{2,40}:?\s{0,9}\|){1,40}\s{0,9}:?-{0,40}:?")
_QUOTE_OR_BULLET = re.compile(r"\A\s*(?:>\s?|[-*+]\s+(?=\S))+")
# A list's number before a 项's own, and — 3 —, a page's.
_LIST_NUMBER = re.compile(r"\A\s{0,8}\d{1,3}[.)、]\s{1,4}(?=[（(][一二三四五六七八九十]{1,3}[）)])")
_PAGE_MARK = re.compile(r"\s{0,80}[-—–－]{1,2}\s{0,3}\d{1,4}\s{0,3}[-—–－]{1,2}\s{0,80}")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{1,200})(?<=[^\s*])\*(?![\w*])")
_STRONG = re.compile(r"(?<!_)__(?=[^_\s])([^_]{1,300})__(?!_)")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]:?")
_FOOTNOTE_TEXT = re.compile(r"\A\s{0,3}\[\^[\w-]{1,20}\]:\s*")
# Wikis: ==第一章==, '''第一条''', [[甲|乙]], {{header | title = …}}.
_WIKI = re.compile(r"^={2,5}[^=\n]{1,100}={2,5}\s{0,4}$|^\{\{|'''第", re.MULTILINE)
_WIKI_HEADING = re.compile(r"(={2,5})\s{0,4}([^=]{1,100}?)\s{0,4}={2,5}")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{0,200}\|)?([^\[\]|]{1,200})\]\]")
_WIKI_CATEGORY = re.compile(
    r"\[\[(?:category|分类|file|文件|image)[:：].{0,200}\]\]", re.IGNORECASE
)
_WIKI_FIELD = re.compile(r"\|?\s{0,4}(?P<name>\w{1,20})\s{0,9}=\s{0,9}(?P<value>.{1,1000})")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((?:[^()\s]{0,600})(?:\s+\"[^\"]{0,200}\")?\)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
# PDF files give radicals for the characters that look the same. NFKC knows but a few of U+2E80 on.
_COMPATIBLE = re.compile("[\u2f00-\u2fdf\uf900-\ufaff]")
_RADICALS = str.maketrans(
    "⺁⺒⺓⺛⺝⺟⺠⺧⺩⺫⺬⺮⺶⺻⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻲⻳",
    "厂巳幺旡月母民牛王目示竹羊聿臼虎西见角贝车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙亀龟",
)
# 數(shù): how a character is read, which sites add. A tone's mark tells it from a unit or a name.
_GLOSS = re.compile(
    "(?<=[一-龥])[(（](?=[a-zü]{0,5}[āáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ])[a-züāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜ]{1,7}[)）]"
)
_FRONT_MATTER_TITLE = re.compile(r"(?:title|标题)\s{0,9}[:=]\s{0,9}(.+)", re.IGNORECASE)
_FRONT_MATTER_DAYS = {
    "公布": re.compile("(?:publish|promulgated)(?:ed)?(?:_date|_on)?|gbrq|公布日期|发布日期"),
    "施行": re.compile("effective(?:_date|_from)?|sxrq|施行日期|实施日期|生效日期"),
}
_TITLE_FIELDS = ("标题", "名称", "法规标题", "法规名称")
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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _BLOCK_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    if "<" in text:
        text = _with_whole_tags(_without_unseen(text))
    rows = text.split("\n")
    lines, start = _front_matter(rows)
    is_wiki = bool(_WIKI.search(text))
    if is_wiki:
        rows, fields = _without_templates(rows)
        lines += fields
    is_apart = False
    for number, row in enumerate(rows[start:], start=start + 1):
        row = row.rstrip()
        bare = row.lstrip()
        if not bare or any(mark.fullmatch(bare) for mark in (_RULE, _TABLE_RULE, _CONTAINER)):
            is_apart = True
            continue
        if is_wiki:
            bare = row = _wiki_heading(_WIKI_CATEGORY.sub("", bare).lstrip(":").replace("'''", ""))
        content, depth = _content(_ATTRIBUTES.sub("", row))
        for part, level in _parts(content) if "<" in content else [(content, 0)]:
            if words := _plain(part):
                lines.append(Line(words, str(number), level or depth, is_apart))
                is_apart = False
    return lines


def _content(row: str) -> tuple[str, int]:
    """A row without the marks of its beginning, and its depth as a heading."""
    if heading := _MARKDOWN_HEADING.match(row):
        content, depth = heading[2].strip().rstrip("#"), len(heading[1])
    elif _PAGE_MARK.fullmatch(row):
        content, depth = row, 0
    else:
        content, depth = _LIST_NUMBER.sub("", _QUOTE_OR_BULLET.sub("", row, count=1), count=1), 0
    content = _FOOTNOTE_TEXT.sub("注：", content)
    if field := _FIELD.match(content):
        content = content[field.end() :]
        depth = 1 if field["name"] in _TITLE_FIELDS else depth
    return content, depth


def _parts(content: str) -> list[tuple[str, int]]:
    """The blocks of a row of HTML, each with its depth as a heading."""
    parts = _BLOCK_TAG.split(content)
    found = [(parts[0], 0)]
    for name, words in zip(parts[1::2], parts[2::2], strict=True):
        found.append((words, int(name[1]) if name[0] in "hH" and name[1:].isdecimal() else 0))
    return found


def _with_whole_tags(text: str) -> str:
    """HTML with each tag and each row of a table on one line; lines behind keep their numbers."""

    def whole(match: re.Match) -> str:
        return "<" + match[1].replace("\n", " ") + ">" + "\n" * match[1].count("\n")

    text = _OPEN_TAG.sub(lambda match: whole(match) if "\n" in match[1] else match[0], text)
    if "</tr" not in text and "</TR" not in text:
        return text
    kept = []
    for part in _ROW_END.split(text):
        start = max(part.rfind("<tr"), part.rfind("<TR"))
        row = part[start:] if start >= 0 else ""
        breaks = row.count("\n")
        cells = _BETWEEN_CELLS.sub("　", row.replace("\n", "") if breaks else row)
        kept.append(part[: len(part) - len(row)] + cells + "\n" * breaks)
    return "".join(kept)


def _without_templates(rows: list[str]) -> tuple[list[str], list[Line]]:
    """A wiki's page without its {{templates}}, and what they say: the title and the history."""
    kept, fields, end = [], [], -1
    for index, row in enumerate(rows):
        if index > end and row.startswith("{{"):
            closing = (i for i in range(index, min(index + 60, len(rows))) if "}}" in rows[i])
            end = next(closing, -1)
        if index > end:
            kept.append(row)
            continue
        kept.append("")
        match = _WIKI_FIELD.match(row.strip())
        if match and match["name"].lower() in ("title", "标题", "名称"):
            fields.append(Line(_plain(match["value"]), str(index + 1), 1))
        elif match and match["name"].lower() in ("notes", "说明", "备注"):
            fields.append(Line(_plain(match["value"]), str(index + 1)))
    return kept, [line for line in fields if line.text]


def _wiki_heading(row: str) -> str:
    match = _WIKI_HEADING.fullmatch(row)
    row = f"{'#' * len(match[1])} {match[2]}" if match else row
    return _WIKI_LINK.sub(r"\1", row)


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
                raise Refusal(_damaged(error)) from error
    if b"\x00" in data[:4000] and not _is_stained(data):
        readings = []  # UTF-16 without its mark: the reading that makes more Chinese
        for encoding in ("utf-16-le", "utf-16-be"):
            with contextlib.suppress(UnicodeDecodeError):
                readings.append(data.decode(encoding))
        best = max(readings, key=_chinese, default="")
        if not (best and _is_chinese(best) and _is_prose(best)):
            raise Refusal("这不是文本文件")
        return _checked(best)
    faults = []
    for encoding in ("utf-8", "gb18030"):
        try:
            text = _checked(data.decode(encoding))
        except UnicodeDecodeError as error:
            # Almost all of it is read: one encoding, and a few bytes that are torn.
            text = data.decode(encoding, errors="replace")
            if text.count("\ufffd") * 20 < len(text) and _is_chinese(text) and _is_prose(text):
                faults.append(_damaged(error))
            continue
        # Almost any bytes are some GB18030.
        if encoding == "gb18030" and not (_is_chinese(text) and _is_prose(text)):
            break
        if not (encoding == "gb18030" and faults):
            return text
    raise Refusal(faults[0] if faults else "这不是文本文件")


def _is_stained(data: bytes) -> bool:
    """Whether a NUL is only a stain in a text, not half of every character."""
    with contextlib.suppress(UnicodeDecodeError):
        return _is_prose(data.decode("utf-8"))
    return False


def _damaged(error: UnicodeDecodeError) -> str:
    return f"文字编码损坏，第 {error.start + 1} 个字节起读不出来，请重新下载或另存"


def _is_chinese(text: str) -> bool:
    return _chinese(text) * 2 >= min(len(text), 4000)


def _is_prose(text: str) -> bool:
    """Whether it has the commonest marks of a text of law: bytes read wrongly are rare characters."""
    sample = text[:4000]
    return sum(sample.count(mark) for mark in "，。、；：第条的") * 50 >= len(sample)


def _chinese(text: str) -> int:
    """How many of the first characters are ones that a Chinese text is made of."""
    return sum(
        "一" <= char <= "龥" or char in "，。、；：（）《》　\n\r 0123456789"
        for char in text[:4000]
    )


def _checked(text: str) -> str:
    sample = text[:20_000]
    odd = sum(1 for char in sample if ord(char) < 32 and char not in "\t\n\r\f")
    if odd > max(2, len(sample) / 50):
        raise Refusal("这不是文本文件")
    return text


def _front_matter(rows: list[str]) -> tuple[list[Line], int]:
    """The front matter's title and days, as lines of the kind that other files have; and where
    the text begins."""
    fence = rows[0].strip("\ufeff \t") if rows else ""
    if fence not in ("---", "+++"):
        return [], 0
    ends = (fence, "...")
    end = next((i for i, row in enumerate(rows[1:80], start=1) if row.strip() in ends), 0)
    if not end:
        return [], 0
    lines = []
    for number, row in _unfolded(rows[1:end]):
        if match := _FRONT_MATTER_TITLE.fullmatch(row.strip()):
            lines.append(Line(_plain(match[1].strip("\"' ")), str(number), 1))
            continue
        name, _, value = row.partition(":" if fence == "---" else "=")
        day = re.search(r"(\d{4})-(\d{1,2})-(\d{1,2})", value)
        for verb, names in _FRONT_MATTER_DAYS.items():
            if day and names.fullmatch(name.strip().lower()):
                date = f"{day[1]}年{int(day[2])}月{int(day[3])}日"
                lines.append(Line(f"{date} {verb}", str(number)))
    return lines, end + 1


def _unfolded(rows: list[str]) -> list[tuple[int, str]]:
    """The front matter's rows with their numbers in the file; a value that goes on over further
    rows, indented or in an open quotation, on one."""
    found: list[tuple[int, str]] = []
    for number, row in enumerate(rows, start=2):
        value = found[-1][1].partition(":")[2].strip() if found else ""
        is_open = value[:1] == '"' and (len(value) < 2 or value[-1] != '"')
        goes_on = row[:1].isspace() and row.strip() and not row.lstrip().startswith("- ")
        if found and (is_open or goes_on):
            before = found[-1][1].rstrip().removesuffix("\\")
            found[-1] = (found[-1][0], before + row.strip().removeprefix("\\"))
        else:
            found.append((number, row))
    return found


def plain(text: str) -> str:
    """A line that holds no markup, with spaces as we know them and nothing invisible."""
    text = _COMPATIBLE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = _GLOSS.sub("", text.translate(_RADICALS))
    return _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text)).strip(" \t　")


def _plain(text: str) -> str:
    text = _TAG.sub("", text)
    text = html.unescape(text) if "&" in text else text
    text = text.rstrip().removesuffix("\\")  # a line break of Markdown
    text = _LINK.sub(r"\1", text)
    text = _EMPHASIS.sub(r"\1", text.replace("**", "").replace("`", ""))
    text = _FOOTNOTE.sub("", _STRONG.sub(r"\1", text))
    text = _ESCAPE.sub(r"\1", text)
    if text.count("|") > 1 and text.strip().startswith("|"):
        text = "　".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return plain(text)
