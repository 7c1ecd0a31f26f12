"""Where an article quotes: the words behind a reference, or before it. Pure.

A quotation in quotation marks comes out in “”, one without them as it stands. The marks say that
the quotation ends there; without them it may end with any sentence, and the rest is the author's.
"""

import re
from collections.abc import Sequence

from statutes.references import Reference

LONGEST = 4000  # characters of a quotation that are looked at

_CLOSING = {"“": "”", "「": "」", "『": "』", '"': '"', "‘": "’", "＂": "＂", "〝": "〞", "'": "'"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_SPACE = r"[ \t\u3000\xa0]{0,8}"
_NOTE = rf"(?:{_SPACE}(?:[（(][^（()）\n]{{0,60}}[）)]|[〔［\[【][^〔〕［］\[\]【】\n]{{0,60}}[〕］\]】]))"
_SAYS = "规定|载明|写明|写道|指出|明确|要求|强调|提出|称|如下|(?:内容|表述|原文|条文|文字|规定)(?:是|为)"
# What may stand between a reference and the words it introduces: 第六百七十五条（现为…）的规定：“…”
_INTRODUCTION = re.compile(
    rf"{_NOTE}{{0,3}}{_SPACE}(?P<words>(?:{_SAYS}|关于|对于|有关|相关|上述|具体|明文|专门|同时|虽然"
    r"|进一步|分别|已经|内容|表述|原文|条文|全文|文字|[中里内的之所就对也亦均还则又虽既曾即是为了地]){0,8})"
    rf"{_NOTE}?{_SPACE}(?P<mark>[:：，,]|—{{1,2}})?(?P<space>\s{{0,12}})"
)
_SET_OFF = re.compile(r"(?:[ \t\u3000\xa0\n]|【[^【】\n]{0,60}】)+")
_ENDS_IN_SAYS = re.compile(rf"(?:{_SAYS})\Z")
_COLONS = (":", "：")
_ITEM = re.compile(r"\s{0,8}[（(]\s{0,2}[一二三四五六七八九十]{1,3}\s{0,2}[）)]")
# 第十五条（一）在工作时间…, but not 第十五条（一）项 or 第十五条（一）、（二）
_GOES_ON = re.compile(r"\s{0,2}(?![款项目的之和及与至或规、，,：:；;。)）\s])\S")
# A line that begins something else: the next item of a list, a heading, another reference.
_ELSE = re.compile(
    r"\s{0,8}(?:[（(]?\d{1,3}\s?[.．、)）](?!\d)|[①-⑳]|[一二三四五六七八九十]{1,3}、|[#*•●·>-]"
    r"|《|第[0-9０-９零〇一二三四五六七八九十百千]{1,9}[条章节编])"
)
_JOINT = re.compile(r"\s{0,2}(?:…{1,2}|\.{3,6}|·{3,6})\s{0,2}(?=[“「『\"])|\s{0,2}(?=[“「『])")
_SENTENCE_END = "。；;！!？?\n"
_FIRST = re.compile(rf"[^{_SENTENCE_END}{re.escape(''.join(_OPENING))}]*")
_SOURCE = re.compile(
    r"[。.！？!?]?(?:\s{0,4}[（(]|\s{0,4}[—－-]{1,3})\s{0,2}"
    r"(?:详见|参见|见|引自|摘自|出自|载于|语出|依据|根据|来源|源自)?[:：]?\s{0,2}\Z"
)


_TELLING = 4  # letters that no two clauses of one number have in common by chance
# Between the members of one list: 第五百七十七条、第五百七十九条.
_SAME_LIST = re.compile(r"[\s、，,和及与或并至到的规定以者/]{0,8}")


def quotations_of(text: str, references: Sequence[Reference]) -> list[str]:
    """What the text quotes beside each reference, or "".

    Of words behind a list of clauses nobody can say whose they are; a range is a list too.
    """
    found: list[str] = []
    outer: tuple[int, str] = (0, "")  # the last quotation: where its reference ends, its words
    for index, reference in enumerate(references):
        before = references[index - 1] if index else None
        after = references[index + 1] if index + 1 < len(references) else None
        is_inside = reference.exact in outer[1] and reference.end <= outer[0] + len(outer[1]) + 60
        if (
            is_inside  # 本法第五百一十条, in the words of another clause
            or reference.number is None
            or reference.number_end is not None
            or _is_listed(text, before, reference)
            or _is_listed(text, reference, after)
        ):
            quoted = ""
        else:
            stop = after.start if after else None
            quoted = quotation_after(text, reference.end, stop=stop)
            quoted = quoted or quotation_before(text, reference.start)
            if quoted:
                outer = reference.end, quoted
        found.append(quoted)
    return found


def _is_listed(text: str, one: Reference | None, other: Reference | None) -> bool:
    """Whether two references stand in one list, and name two clauses."""
    if one is None or other is None or not other.is_inherited:
        return False
    if (one.number, one.branch) == (other.number, other.branch):
        return False
    return bool(_SAME_LIST.fullmatch(text, one.end, max(one.end, other.start)))


def quotation_after(text: str, end: int, *, stop: int | None = None) -> str:
    """The words that a reference ending at ``end`` introduces, or "".

    ``text`` may hold several paragraphs, one a line. ``stop`` is where the next reference to
    another clause begins; one inside the words that are quoted ends nothing.
    """
    item = _ITEM.match(text, end)
    if item and _GOES_ON.match(text, item.end()):
        return _without_marks(text, end, stop, lines=True)
    introduction = _INTRODUCTION.match(text, end)
    start, mark = introduction.end(), introduction["mark"]
    has_colon = mark in _COLONS
    if stop is not None and stop <= start:
        return ""
    if _SET_OFF.fullmatch(text, end, start) and not _opens(text, start):
        # 第八十二条　用人单位…, 第八十二条【二倍工资】用人单位…, or its words on the lines below
        return _without_marks(text, start, stop, lines=True)
    if "\n" in introduction["space"] and not has_colon:
        return ""
    if _opens(text, start):
        return in_marks(text, start) or _without_marks(text, start + 1, stop, lines=has_colon)
    if has_colon or _ENDS_IN_SAYS.search(introduction["words"]):
        return _without_marks(text, start, stop, lines=has_colon)
    return ""


def opening(before: str, after: str) -> str | None:
    """What the words beside a reference, if they quote, begin with: letters of ``after``, as far as
    the quotation goes on in any case; "" where they quote nothing; None where nobody can say it of
    so few characters."""
    if any(mark in _OPENING for mark in before):
        return None
    found = _INTRODUCTION.match(after)
    start = found.end()
    words = after[start + 1 :] if _opens(after, start) else after[start:]
    rest = "".join(filter(str.isalnum, _FIRST.match(words)[0]))
    if len(rest) < _TELLING or _ITEM.match(after):
        return None
    introduces = found["mark"] in _COLONS or _ENDS_IN_SAYS.search(found["words"])
    is_set_off = _SET_OFF.fullmatch(after, 0, start)
    return rest if introduces or is_set_off or _opens(after, start) else ""


def _opens(text: str, start: int) -> bool:
    return text[start : start + 1] in _CLOSING


def quotation_before(text: str, start: int) -> str:
    """The words in quotation marks whose source the reference beginning at ``start`` names, or "":
    “……”（《民法典》第577条）, “……”——《民法典》第577条."""
    before = text[max(0, start - LONGEST) : start]
    source = _SOURCE.search(before, max(0, len(before) - 24))
    if not source or before[source.start() - 1 : source.start()] not in _OPENING:
        return ""
    close = source.start() - 1
    closing, depth = before[close], 0
    for index in range(close, -1, -1):
        if before[index] == _OPENING[closing] and index != close:
            depth -= 1
            if depth <= 0:
                return _marked(before[index + 1 : close])
        elif before[index] == closing:
            depth += 1
    return ""


def in_marks(text: str, start: int) -> str:
    """The quotation that opens at ``start``, with those that …… joins to it; "" where it never
    closes."""
    runs = []
    while True:
        close = _close_of(text, start)
        if close < 0:
            break
        runs.append(text[start + 1 : close].strip())
        joint = _JOINT.match(text, close + 1)
        if not joint or len(runs) == 20:
            break
        start = joint.end()
    return _marked("……".join(run for run in runs if run))


def words_in_marks(quotation: str) -> str | None:
    """The quotation without its marks; None where it has none around it."""
    quotation = quotation.strip()
    if quotation[:1] in _CLOSING and _close_of(quotation, 0) == len(quotation) - 1:
        return quotation[1:-1]
    return None


def _marked(words: str) -> str:
    return f"“{words.strip()}”" if words.strip() else ""


def _close_of(text: str, start: int) -> int:
    """Where the quotation that opens at ``start`` closes, or -1."""
    opening, closing, depth = text[start], _CLOSING[text[start]], 0
    straight = -1
    for index in range(start, min(len(text), start + LONGEST)):
        char = text[index]
        if char == closing and index > start:
            depth -= 1
            if depth == 0 or opening == closing:
                return index
        elif char == opening:
            # A quotation over several paragraphs opens anew on each.
            depth += not (depth and text[start:index].rstrip(" \t\u3000").endswith("\n"))
        elif char in '"＂' and straight < 0:
            straight = index
        elif char == "\n" and straight > 0:
            break
    return straight  # “…" with a straight mark at its end


def _without_marks(text: str, start: int, stop: int | None, *, lines: bool) -> str:
    rest = text[start : start + LONGEST]
    if stop is not None and stop - start < len(rest) and _begins_a_sentence(text, start, stop):
        rest = rest[: stop - start]
    first, *others = rest.split("\n")
    found = [first]
    for line in others:
        goes_on = (
            line.strip() and not _ELSE.match(line) if lines else found[-1].rstrip()[-1:] in _COLONS
        )
        if not goes_on and not (_ITEM.match(line) and line.strip()):
            break
        found.append(line.strip())
    return "\n".join(found).strip()


def _begins_a_sentence(text: str, start: int, stop: int) -> bool:
    """Whether the reference at ``stop`` is the author's next one. Clauses name others inside their
    sentences: 依照本法第五百一十条的规定仍不能确定的."""
    before = text[max(start, stop - 12) : stop].rstrip()
    before = re.sub(r"(?:根据|依据|依照|按照|同时|此外|而|且|并|又|该|\s)+\Z", "", before)
    if not before:  # 规定，依照本法第二条…
        return False
    is_apart = before[-1] in _SENTENCE_END + '”"』」'
    return is_apart or (text[stop : stop + 1] == "《" and text[stop - 1] in "，,")
