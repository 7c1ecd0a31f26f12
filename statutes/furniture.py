"""What stands on a page beside the law: page numbers, running heads, links of a site, drawn boxes. Pure.

Each is told by its own form, never by its place alone; all of it is reported.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from statutes.lines import SENTENCE_END, Line

_PAGE_MARK = re.compile(
    r"[-—–－·]{1,3}\s{0,3}(?P<dashed>\d{1,4})\s{0,3}[-—–－·]{1,3}"
    r"|第\s{0,2}(?P<worded>\d{1,4})\s{0,2}页(?:[\s,，/]{0,4}共\s{0,2}\d{1,4}\s{0,2}页)?|(?:page|p\.)\s?(?P<english>\d{1,4})(?:\s?(?:of|/)\s?\d{1,4})?",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_LONGEST_HEAD = 40
_FEWEST_LINES_ON_A_PAGE = 4
_SITE = re.compile(
    r"(?:[【\[]\s{0,2}(?:关闭(?:窗口)?|打印(?:本页)?|返回(?:首页|顶部)?|收藏|纠错|我要纠错|分享|下载|字号|大|中|小)\s{0,2}[】\]]\s{0,4}){1,8}"
    r"|下载|[【\[](?:阅读全文|查看全文|点击查看)[】\]]"
    # Where one is, who put the page up, and the site's own links, which bars part.
    r"|(?:您的位置|您现在的位置|您所在的位置|当前位置|所在位置|下载地址|整理者|整理人)\s{0,2}[:：].{0,200}(?<![。；;])"
    r"|(?:作者|时间|整理者)\s{0,2}[:：][^。；;]{0,80}(?:浏览|阅读|来源)\s{0,2}[:：][^。；;]{0,60}"
    r"|(?:浏览|阅读)\s{0,2}[:：]\s{0,2}\d{1,9}(?:\s{0,2}次)?"
    r"|首页(?:\s{0,2}(?:->|»|>|＞|›)\s{0,2}[^。；;>»]{1,20}){1,6}"
    r"|(?=.{0,60}(?:设为首页|收藏本站|热门站点|加入收藏))[^。，；：:|｜]{2,20}(?:\s{0,2}[|｜]\s{0,2}[^。，；：:|｜]{1,20}){0,8}"
    r"|(?:(?:关闭窗口|打印本页|返回首页|返回顶部|我要纠错)\s{0,4}){1,4}"
    r"|(?:上|下)一?(?:篇|条)\s{0,2}[:：].{0,100}"
    r"|(?:分享到|分享至|字号|字体|字体大小|浏览次数|阅读次数|点击次数|点击量|访问量|发布人|录入人?|信息来源|稿源)\s{0,2}[:：].{0,60}(?<![。；;])"
    r"|(?:https?://|www\.)[\x21-\x7e]{3,300}"
    r"|北大法宝|北大法律信息网|法律图书馆|中国人大网|国家法律法规数据库|中国政府网|威科先行|法信"
    r"|(?:主办|承办|技术支持|网站标识码|京公网安备)\s{0,2}(?:单位)?\s{0,2}[:：].{0,80}",
    re.IGNORECASE,
)
# From here on a page holds only what the site says of itself.
_SITE_END = re.compile(
    r"(?:©|版权所有|copyright).{0,300}|.{0,80}ICP备\s?\d{4,12}.{0,80}", re.IGNORECASE
)
_MOST_SITE_LINES = 12
_ENGLISH = re.compile(
    r"(?:article|chapter|section|part)\s{1,3}[\dIVXLC]{1,6}\b[\x00-\x7f‘’“”–—]{0,4000}",
    re.IGNORECASE,
)
_BOX = re.compile(r"┌[─━]{0,200}┐(?P<inside>[^└]{0,400})└[─━]{0,200}┘")
_STROKES = re.compile(r"[─━│┃┌┐└┘├┤┬┴┼]+")


def without_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[str], list[str]]:
    """The lines of the law, what was set apart, and a warning for each sort of it."""
    pages = _pages(lines)
    heads = _running_heads(lines, pages)
    site = [index for index, line in enumerate(lines) if _SITE.fullmatch(line.text)]
    foreign = [index for index, line in enumerate(lines) if _ENGLISH.fullmatch(line.text)]
    if (end := _end_of_site(lines)) is not None:
        site += [index for index in range(end, len(lines)) if index not in site]
    left_out = {*pages, *heads, *site, *foreign}
    warnings = [
        f"{name}不是条文，已移走：第 {_places(lines, found)} 行"
        for name, found in (
            ("页码和页眉", [*pages, *heads]),
            ("网页上的文字", site),
            ("英文对照", foreign),
        )
        if found
    ]
    kept = [
        # A blank line beside a page's number is the page's.
        replace(line, is_apart=False)
        if line.is_apart and {index - 1, index - 2} & {*pages, *heads}
        else line
        for index, line in enumerate(lines)
        if index not in left_out
    ]
    notes = [lines[index].text for index in sorted({*site, *foreign})]
    return kept, notes, warnings


def _places(lines: Sequence[Line], found: list[int]) -> str:
    places = [lines[index].place for index in sorted(found)]
    return "、".join(places[:10]) + (f" 等 {len(places)}" if len(places) > 10 else "")


def _pages(lines: Sequence[Line]) -> list[int]:
    """The lines that hold a page's number: marked as one, or bare where they count on."""
    found, bare = [], []
    numbers: set[int] = set()
    title = lines[0].text if lines else ""
    for index, line in enumerate(lines):
        # A running head with the page's number on its line.
        if index and len(title) > 3 and title in line.text:
            rest = line.text.replace(title, "", 1).strip(" -—–·　")
            if rest.isdecimal() and len(rest) < 5:
                found.append(index)
                continue
        if match := _PAGE_MARK.fullmatch(line.text):
            found.append(index)
            numbers.add(int(match["dashed"] or match["worded"] or match["english"]))
        elif line.text[0].isdecimal() and _BARE_NUMBER.fullmatch(line.text):
            bare.append((index, int(line.text)))
    if found:
        for index, number in bare:
            if number - 1 in numbers or number + 1 in numbers:
                found.append(index)
                numbers.add(number)
        return found
    # A column of a table counts too, but line by line.
    counts_on = len(bare) >= 3 and all(
        second - first >= _FEWEST_LINES_ON_A_PAGE and later == earlier + 1
        for (first, earlier), (second, later) in pairwise(bare)
    )
    return [index for index, _ in bare] if counts_on else []


def _running_heads(lines: Sequence[Line], pages: list[int]) -> list[int]:
    """Short lines that come again beside a page's number."""
    beside = {near for page in pages for near in (page - 1, page + 1)} - set(pages)
    short = [
        index
        for index in sorted(beside)
        if 0 <= index < len(lines)
        and len(lines[index].text) <= _LONGEST_HEAD
        and lines[index].text[-1] not in SENTENCE_END
    ]
    times = Counter(lines[index].text for index in short)
    title = lines[0].text if lines else ""
    return [
        index
        for index in short
        if index and (times[lines[index].text] > 1 or lines[index].text == title)
    ]


def _end_of_site(lines: Sequence[Line]) -> int | None:
    """Where a page's last words begin, with no law behind them."""
    for index in range(max(len(lines) // 2, len(lines) - _MOST_SITE_LINES), len(lines)):
        behind = lines[index + 1 :]
        if _SITE_END.fullmatch(lines[index].text) and not any(
            line.text.startswith("第") for line in behind
        ):
            return index
    return None


def without_boxes(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Drawn boxes hold editors' remarks; what stands behind one on its line goes on the line
    before it. Returns the lines and the remarks."""
    kept: list[Line] = []
    notes = []
    for line in lines:
        if "┌" not in line.text and not _STROKES.search(line.text):
            kept.append(line)
            continue
        remarks = [
            re.sub(r"\s+", "", _STROKES.sub("", match["inside"]))
            for match in _BOX.finditer(line.text)
            if "删" in match["inside"] or "注" in match["inside"]
        ]
        rest = line.text
        if remarks:
            rest = _BOX.sub("", rest)
        rest = _STROKES.sub("", rest).strip()
        notes += remarks
        if remarks and rest and kept:
            kept[-1] = replace(kept[-1], text=kept[-1].text + rest)
        elif rest:
            kept.append(replace(line, text=rest))
    return kept, notes
