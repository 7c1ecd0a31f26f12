"""References to clauses of law in running text: what was seen, not yet what it means.

First cut: 《title》 with 第N条, in Chinese or Arabic numerals, and lists after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from statutes.numerals import NUMBER, parse_number

# White space is bounded everywhere: unbounded, it costs its square.
# 《》 may nest: 《…适用〈民法典〉…》 or, as people type it, 《…适用《民法典》…》.
_LONGEST_TITLE = 120
_BEFORE = 30  # characters before the title that may tell whose law it is, and of when
_SPACE = re.compile(r"\s{0,4}")
_NOTE = re.compile(
    r"\s{0,4}[（(](?P<note>[^（()）]{1,40}(?:[（(][^（()）]{1,12}[）)][^（()）]{0,12})?)[）)]"
)
# A year beside the title, with what may stand between: 2018年《, 2005年修订的《, （2013年修正）《
_YEAR_BEFORE = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})\s{0,4}年?\s{0,4}(?:(?P<month>[0-9]{1,2})\s{0,4}月)?(?:[0-9]{1,2}\s{0,4}日)?"
    r"(?P<time>第[一二三四五]次)?\s{0,4}(?:修[正订改]|公布|颁布|制定|施行|版)?\s{0,4}(?:后?的)?\s{0,4}[）)]?\s{0,4}$"
)
_YEAR_IN_NOTE = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2})\s{0,4}年?\s{0,4}(?:(?P<month>[0-9]{1,2})\s{0,4}月)?(?:[0-9]{1,2}\s{0,4}日)?"
    r"(?P<time>第[一二三四五]次)?"
)
_DOCUMENT_NUMBER = re.compile(
    r"(?:法释|法发|法办|法|高检发释字|高检发|国发|国办发)\s{0,4}[〔\[【(（]\s{0,4}[0-9]{4}\s{0,4}[〕\]】)）]\s{0,4}第?\s{0,4}[0-9]+\s{0,4}号"
    r"|(?:主席令|国务院令)\s{0,4}第?\s{0,4}[0-9零〇一二三四五六七八九十百]+\s{0,4}号"
)
_OLD = re.compile(r"(?:原|旧|修[正订]前的?|已废止的?|废止前的?)\s{0,4}$")
_DRAFT = re.compile(r"草案|征求意见稿|送审稿|建议稿|审议稿")
# 之一 in 第五条之一般规定 and 之一定 is not a branch.
_CLAUSE = re.compile(
    rf"第\s{{0,4}}(?P<number>{NUMBER}{{1,9}})\s{{0,4}}条(?![款件例约文])"
    rf"(?:\s{{0,4}}之\s{{0,4}}(?P<branch>[一二三四五六七八九十]{{1,3}}|[0-9]{{1,2}})(?![般定切些]))?"
    rf"(?:\s{{0,4}}第\s{{0,4}}(?P<paragraph>{NUMBER}{{1,4}})\s{{0,4}}款)?"
    rf"(?:\s{{0,4}}第\s{{0,4}}[（(]?(?P<item>{NUMBER}{{1,4}})[）)]?\s{{0,4}}项)?"
)
_CONNECTOR = re.compile(r"\s{0,4}(?:[、，,]\s{0,4})?(?:以及|或者|和|及|与|或)?\s{0,4}(?=第)")
# Endings by which a title in 《》 is taken for a statute's, whether or not the library holds it.
_STATUTE_ENDING = re.compile(
    r"(?:法|法典|条例|规定|解释|办法|细则|规则|决定|通则|总则|修正案|纪要|批复|意见)"
    r"(?:[（(][^（()）]{1,12}[）)])?$"
)
# Whose law it is, where it is not the PRC's of today: before the title or in the note behind it.
_FOREIGN = re.compile(
    r"(?:(?<![我本中全和])国|(?<!中华人民)共和国|联邦|[^各]州|欧盟|欧洲|香港|澳门|台湾|港澳台"
    r"|(?:特别行政|地)区|魁北克|苏格兰|民国(?:时期)?|旧中国|伪满|清末|苏联|意大利|瑞士|奥地利|俄罗斯|荷兰"
    r"|西班牙|葡萄牙|日本|越南|印度|巴西|加拿大|澳大利亚|新西兰|新加坡|马来西亚|埃塞俄比亚|埃及|阿根廷|智利"
    r"|土耳其|希腊|波兰|匈牙利|比利时|丹麦|瑞典|挪威|芬兰|乌克兰|以色列|伊朗|菲律宾|印度尼西亚|柬埔寨|老挝"
    r"|缅甸|蒙古|朝鲜|哈萨克斯坦|路易斯安那|加利福尼亚|特拉华)(?:时期)?的?\s{0,4}$"
)
# An institution's own rules may bear a statute's short name: 公司《彩礼规定》. A 法 it cannot make.
_INSTITUTION = re.compile(
    r"(?:公司|集团|企业|单位|学校|我校|本院|医院|平台|协会|小区|村|工厂)的?\s{0,4}$"
)


@dataclass(frozen=True)
class Reference:
    """One clause named in a text.

    ``start`` and ``end`` are code points of that text. In a list only the first reference's span
    holds the title. ``selector`` is what the text says of the version: "old" (原, 旧, 修正前), a
    year ("2018"), a year with month or turn ("2020-8", "2020第一次"), a document number
    ("法释〔2015〕18号", as written), or "" for nothing.
    """

    start: int
    end: int
    exact: str
    title: str
    number: int
    branch: int = 0
    paragraph: int | None = None
    item: int | None = None
    selector: str = ""


def find_references(text: str) -> list[Reference]:
    """All references in ``text``, in order. A paragraph at a time: lists don't cross blocks."""
    references = []
    position = 0
    while (start := text.find("《", position)) >= 0:
        end = _closing(text, start)
        if end is None:
            position = start + 1
            continue
        title = " ".join(text[start + 1 : end - 1].split())
        position = end
        before = text[max(0, start - _BEFORE) : start]
        if _is_statute(text, title, before, end):
            for reference in _after_title(text, start, end, title, before):
                references.append(reference)
                position = reference.end
    return references


def _is_statute(text: str, title: str, before: str, end: int) -> bool:
    """Whether the title can be a statute's of the PRC, by its shape and by what stands around it."""
    if not _STATUTE_ENDING.search(title) or _FOREIGN.search(before):
        return False
    if _INSTITUTION.search(before) and not title.endswith(("法", "法典", "条例")):
        return False
    note = _NOTE.match(text, end)
    return not (note and (_DRAFT.search(note["note"]) or _FOREIGN.search(note["note"])))


def _closing(text: str, start: int) -> int | None:
    """The end of the title whose 《 stands at ``start``, or None where it never closes."""
    depth = 0
    for index in range(start, min(len(text), start + _LONGEST_TITLE)):
        if text[index] == "《":
            depth += 1
        elif text[index] == "》":
            depth -= 1
            if depth == 0:
                return index + 1
    return None


def _after_title(text: str, start: int, end: int, title: str, before: str) -> Iterator[Reference]:
    selector = "old" if _OLD.search(before) else _year(_YEAR_BEFORE.search(before))
    cursor = end
    while note := _NOTE.match(text, cursor):
        selector = _selector(note["note"]) or selector
        cursor = note.end()
    cursor = _SPACE.match(text, cursor).end()
    while match := _CLAUSE.match(text, cursor):
        try:
            number, branch, paragraph, item = (
                parse_number(match[name]) if match[name] else None
                for name in ("number", "branch", "paragraph", "item")
            )
        except ValueError:
            return  # 第百十条: no number, so no reference; to guess would link a wrong clause
        behind = _NOTE.match(text, match.end())
        yield Reference(
            start=start,
            end=match.end(),
            exact=text[start : match.end()],
            title=title,
            number=number,
            branch=branch or 0,
            paragraph=paragraph,
            item=item,
            selector=(_selector(behind["note"]) if behind else "") or selector,
        )
        connector = _CONNECTOR.match(text, match.end())
        if not connector:
            return
        start = cursor = connector.end()


def _selector(note: str) -> str:
    """What a note in brackets says of the version: （法释〔2015〕18号）, （2018修正）, （1980年）."""
    if number := _DOCUMENT_NUMBER.search(note):
        return number[0]
    return _year(_YEAR_IN_NOTE.search(note))


def _year(match: re.Match | None) -> str:
    if match is None:
        return ""
    if match["time"]:
        return match["year"] + match["time"]
    return match["year"] + (f"-{int(match['month'])}" if match["month"] else "")
