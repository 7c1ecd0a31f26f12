"""The numbers of a citation: 第六十七条第三款、第七十二条第一款、第三款 → what each names. Pure.

Reads text that ``texts.fold`` has folded: ASCII digits and brackets, one kind of space.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from statutes.numerals import parse_number

N = "[0-9零一二两三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰仟]"
_FORMAL = str.maketrans(
    dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True))
    | {"廿": "二十", "卅": "三十"}
)
_CIRCLED = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇", "①②③④⑤⑥⑦⑧⑨⑩"
_VALUES = {char: index + 1 for row in _CIRCLED for index, char in enumerate(row)}
# 之一 in 第五条之一般规定 and 之一定 is not a branch; white space is bounded everywhere:
# unbounded, it costs its square.
_TOKEN = re.compile(
    rf" {{0,3}}\n? {{0,3}}(?P<di>第)? {{0,3}}\n? {{0,3}}(?:(?P<open>\()? {{0,3}}\n? {{0,3}}(?P<number>{N}(?:[ \n]?{N}){{0,8}})"
    rf" {{0,3}}\n? {{0,3}}(?P<close>\))?|(?P<circled>[{''.join(_VALUES)}]))"
    r" {0,3}\n? {0,3}(?P<unit>条(?![款件例]|约(?!定)|文(?!义))|款(?!式|项|产品|车|游戏|软件|手机|应用)|项(?!目|诉讼|请求|诉请|判决|罪名|工作|任务|内容是|费用)|目(?![的标前录光]))?"
    r"(?: {0,3}\n? {0,3}之 {0,3}\n? {0,3}(?P<branch>[一二三四五六七八九十]{1,3}|[0-9]{1,2})(?![般定切些直间类致次个]))?"
)
_SECTION_SIGN = re.compile(rf"(?P<sign>§{{1,2}}) {{0,3}}\n? {{0,3}}(?P<number>{N}{{1,9}})")
_SECTION = re.compile(rf"(?:§{{1,2}} {{0,3}}\n? {{0,3}})?(?P<number>{N}{{1,9}})")
_TO = ("至", "到", "-", "~")
# What may stand between two members of a list. 的规定 only before a word that joins.
_SEPARATOR = re.compile(
    r" {0,3}\n? {0,3}(?:(?:之|的)?(?:规定|情形)? {0,3}\n? {0,3}(?P<word>以及|或者|并|和|及|与|或|暨)"
    r"|(?:的?规定)?[、,，/] {0,3}(?P<after>以及|或者|和|及|与|或|并)?"
    r"|(?P<to>[至到~-]{1,2})) {0,3}"
)
_GOES_ON = set(
    " \n(之的规情以或并和及与暨、,，/至到~-"
)  # what a note or a separator may begin with
_NOTE = re.compile(rf" {{0,3}}\n? {{0,3}}\((?!{N}{{1,3}}\))[^()\n]{{1,40}}\)")
# 第四十条(二)的规定
_AS_ITEM = re.compile(r" {0,3}\n? {0,3}(?:之|的)?规定")
# Nobody lists more numbers before he names their unit.
_LONGEST_UNITLESS = 30
_LEVEL = {"条": 0, "款": 1, "项": 2, "目": 3}


class Provision(NamedTuple):
    """One clause named, or one range of clauses; ``start`` and ``end`` are offsets in the text.

    ``second`` is where the other end of a range of clauses begins, 0 where there is none.
    """

    start: int
    end: int
    number: int
    branch: int = 0
    number_end: int | None = None
    branch_end: int | None = None
    second: int = 0
    paragraph: int | None = None
    paragraph_end: int | None = None
    item: int | None = None
    item_end: int | None = None

    @property
    def clause(self) -> "Provision":
        """The same clause, or the last of a range, without 款 and 项."""
        if self.number_end is None:
            return Provision(self.start, self.end, self.number, self.branch)
        return Provision(self.start, self.end, self.number_end, self.branch_end or 0)


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    value: int
    unit: str
    branch: int
    joint: str  # what stands between it and the one before: 、 和 至 …, "" for nothing


def read_chain(
    text: str, start: int, *, inherited: Provision | None = None, needs_unit: bool = True
) -> tuple[list[Provision], int]:
    """(what the numbers from ``start`` on name, where they end). Without any: ([], start).

    ``inherited`` is the clause that 款 or 项 at the beginning belong to. ``needs_unit`` is False
    behind the name of a law, where § counts too.
    """
    if not needs_unit and (sign := _SECTION_SIGN.match(text, start)):
        return _after_sign(text, sign)
    tokens = _tokens(text, start)
    provisions = list(_provisions(tokens, inherited)) if tokens else []
    return provisions, tokens[-1].end if tokens else start


def skip_chain(text: str, start: int) -> int:
    """Where the numbers that begin at ``start`` end, whatever they name."""
    tokens = _tokens(text, start)
    return tokens[-1].end if tokens else start + 1


def _after_sign(text: str, sign: re.Match) -> tuple[list[Provision], int]:
    """§509、§510; §§509, 510; §509至512: the sign is 第 and 条 in one."""
    found: list[Provision] = []
    more = _SECTION_SIGN if sign["sign"] == "§" else _SECTION
    match: re.Match | None = sign
    end = sign.start()
    while match and (number := _number(match["number"])):
        end = match.end()
        found.append(Provision(match.start(), end, number))
        pins = _tokens(text, end) if text[end : end + 1] == "第" else []
        if pins and pins[0].unit in ("款", "项"):  # §509第一款
            clause = _Token(match.start(), end, number, "条", 0, "")
            return [*found[:-1], *_provisions([clause, *pins], None)], pins[-1].end
        joint = _SEPARATOR.match(text, end)
        if joint and joint["to"]:
            to = _SECTION.match(text, joint.end())
            last = _number(to["number"]) if to else None
            if last is None or last <= number:  # §14-1
                return found[:-1], to.end() if to else end
            end, second = to.end(), to.start("number")
            found[-1] = found[-1]._replace(end=end, number_end=last, branch_end=0, second=second)
            joint = _SEPARATOR.match(text, end)
        match = more.match(text, joint.end()) if joint and not joint["to"] else None
    return found, end


def _tokens(text: str, start: int) -> list[_Token]:
    """The numbers with their units; a unit that several share is taken from the right."""
    tokens: list[_Token] = []
    complete = 0  # up to here every token has its unit
    position, joint = start, ""
    while match := _TOKEN.match(text, position):
        value, unit = _value(match), match["unit"] or ""
        if value is None or not _fits(match, unit, tokens, joint):
            break
        branch = _number(match["branch"]) if match["branch"] else 0
        if branch and unit != "条":
            break
        begin = match.start()
        if text[begin] in " \n":
            begin += len(match[0]) - len(match[0].lstrip(" \n"))
        tokens.append(_Token(begin, match.end(), value, unit, branch or 0, joint))
        if unit:
            for token in tokens[complete:-1]:
                token.unit = unit
            complete = len(tokens)
        elif len(tokens) - complete > _LONGEST_UNITLESS:
            break
        position = match.end()
        if not unit and match["open"] and _AS_ITEM.match(text, position):
            for token in tokens[complete:]:
                token.unit = "项"
            complete = len(tokens)
        if text[position : position + 1] in _GOES_ON:
            note = _NOTE.match(text, position) if unit else None
            between = _SEPARATOR.match(text, note.end() if note else position)
            joint = between[0].strip() if between else ""
            if between:
                position = between.end()
        else:
            joint = ""
    return tokens[:complete]


def _fits(match: re.Match, unit: str, tokens: list[_Token], joint: str) -> bool:
    """Whether a number may go on the list: it has 第 or brackets, or stands in a row with others."""
    if bool(match["open"]) != bool(match["close"]):
        return False
    if match["open"] and unit == "条" and not match["di"]:
        return False
    if not tokens:
        return True
    before = tokens[-1].unit
    if not joint and not before:  # 第9第9条
        return False
    if match["di"] or match["open"] or match["circled"]:
        # 第五百八十四条，第三项诉讼请求: behind a comma only more of the same.
        return joint[:1] not in (",", "，") or unit in ("", "条", before)
    if not joint:  # 第577条2款
        return bool(unit and _LEVEL[unit] > _LEVEL[before])
    if joint[0] in ",，" and before:  # 第二十条，三项条件
        return False
    return not before or unit in ("", before, "条")


def _value(match: re.Match) -> int | None:
    return _VALUES[match["circled"]] if match["circled"] else _number(match["number"])


@lru_cache(maxsize=4096)
def _number(text: str) -> int | None:
    """None for what is no number (第百十条): to guess would link a wrong clause."""
    try:
        value = parse_number(text.replace(" ", "").replace("\n", "").translate(_FORMAL))
    except ValueError:
        return None
    return value if 0 < value < 10_000 else None


def _provisions(tokens: list[_Token], inherited: Provision | None) -> Iterator[Provision]:
    last = inherited
    is_open = False  # whether ``last`` is this list's own and not yet given out
    for token in tokens:
        level = _LEVEL[token.unit]
        if last is None and level:
            return  # a 款 or 项 of no clause that we know
        if token.joint[:1] in _TO and is_open and last:
            if ranged := _to(last, token, level):
                last = ranged
                continue
            if token.joint[0] in "-~":  # 第14-1条 is no range, and whether it is 之一 nobody knows
                last, is_open = None, False
                continue
        if is_open and not token.joint and last and _goes_down(last, level):
            last = _with(last, token, level)
            continue
        if is_open and last:
            yield last
        if level == 3:  # 目 of its own has no column of its own
            is_open = False
            continue
        last = (
            Provision(token.start, token.end, token.value, token.branch)
            if level == 0
            else _beside(last, token, level)
        )
        is_open = True
    if is_open and last:
        yield last


def _goes_down(last: Provision, level: int) -> bool:
    if level == 3:
        return True
    if last.number_end is not None and level:
        return True
    return (level == 1 and last.paragraph is None and last.item is None) or (
        level == 2 and last.item is None
    )


def _with(last: Provision, token: _Token, level: int) -> Provision:
    """第六十七条 + 第三款."""
    if last.number_end is not None or level == 3:
        return last._replace(end=token.end)
    if level == 1:
        return last._replace(end=token.end, paragraph=token.value)
    return last._replace(end=token.end, item=token.value)


def _beside(last: Provision, token: _Token, level: int) -> Provision:
    """第六十七条第三款、第四款: the next one under the same clause."""
    clause = last.clause._replace(start=token.start, end=token.end)
    if level == 1:
        return clause._replace(paragraph=token.value)
    paragraph = last.paragraph_end or last.paragraph
    return clause._replace(paragraph=paragraph, item=token.value)


def _to(last: Provision, token: _Token, level: int) -> Provision | None:
    """``last`` as the beginning of a range, or None where that does not rise."""
    if level == 0 and last.number_end is None:
        if (token.value, token.branch) <= (last.number, last.branch):
            return None
        return last._replace(
            end=token.end,
            number_end=token.value,
            branch_end=token.branch,
            second=token.start,
        )
    if level == 1 and last.paragraph and last.item is None and token.value > last.paragraph:
        return last._replace(end=token.end, paragraph_end=token.value)
    if level == 2 and last.item and token.value > last.item:
        return last._replace(end=token.end, item_end=token.value)
    return None
