"""References to clauses of law in running text: what was seen, not yet what it means.

First cut: 《title》 with 第N条, in Chinese or Arabic numerals, and lists after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from statutes.numerals import NUMBER, parse_number

# 《》 may nest: 《…适用〈民法典〉…》 or, as people type it, 《…适用《民法典》…》.
_LONGEST_TITLE = 120
_SPACE = re.compile(r"\s*")
_NOTE = re.compile(r"\s*[（(](?P<note>[^（()）]{1,40})[）)]")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})\s*年?\s*(?:修[正订]|版|公布|施行)?$")
_NOTE_YEAR = re.compile(r"^((?:19|20)[0-9]{2})\s*年?\s*(?:第[一二三]次)?\s*(?:修[正订]|版)")
_OLD = re.compile(r"(?:原|旧|修[正订]前的?|已废止的?|废止前的?)\s*$")
# 之一 in 第五条之一般规定 and 之一定 is not a branch.
_CLAUSE = re.compile(
    rf"第\s*(?P<number>{NUMBER}{{1,9}})\s*条"
    rf"(?:\s*之\s*(?P<branch>[一二三四五六七八九十]{{1,3}}|[0-9]{{1,2}})(?![般定切些]))?"
    rf"(?:\s*第\s*(?P<paragraph>{NUMBER}{{1,4}})\s*款)?"
    rf"(?:\s*第\s*[（(]?(?P<item>{NUMBER}{{1,4}})[）)]?\s*项)?"
)
_CONNECTOR = re.compile(r"\s*(?:[、，,]\s*)?(?:以及|或者|和|及|与|或)?\s*(?=第)")
# Endings by which a title in 《》 is taken for a statute's, whether or not the library holds it.
_STATUTE_ENDING = re.compile(
    r"(?:法|法典|条例|规定|解释|办法|细则|规则|决定|通则|总则|修正案|纪要|批复|意见)"
    r"(?:[（(][^（()）]{1,12}[）)])?$"
)
_FOREIGN = re.compile(
    r"(?:德国|法国|日本|美国|英国|意大利|瑞士|奥地利|韩国|俄罗斯|荷兰|西班牙|加州|台湾(?:地区)?|欧盟|欧洲)的?$"
)


@dataclass(frozen=True)
class Reference:
    """One clause named in a text.

    ``start`` and ``end`` are code points of that text. In a list only the first reference's span
    holds the title. ``selector`` is what the text says of the version: a year of promulgation
    ("2018"), "old" (原, 旧, 修正前), or "" for nothing.
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
        before = text[max(0, start - 12) : start]
        if _STATUTE_ENDING.search(title) and not _FOREIGN.search(before):
            for reference in _after_title(text, start, end, title, before):
                references.append(reference)
                position = reference.end
    return references


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
    selector = "old" if _OLD.search(before) else ""
    if year := _YEAR.search(before):
        selector = year[1]
    cursor = end
    while note := _NOTE.match(text, cursor):
        if year := _NOTE_YEAR.search(note["note"]):
            selector = year[1]
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
        yield Reference(
            start=start,
            end=match.end(),
            exact=text[start : match.end()],
            title=title,
            number=number,
            branch=branch or 0,
            paragraph=paragraph,
            item=item,
            selector=selector,
        )
        connector = _CONNECTOR.match(text, match.end())
        if not connector:
            return
        start = cursor = connector.end()
