"""A number without a name before it: whether it goes on with the law named last. Pure.

Reads text that ``texts.fold`` has folded; ``before`` are some characters to the left of a number.
"""

import re

from statutes.provisions import Provision

_BEGINNING_OF_LINE = re.compile(
    r"(?:^|\n)[ ]{0,4}(?:(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[.、]|[-*•·●]|\([0-9]{1,2}\))?[ “]{0,3}$"
)
LISTED = re.compile(r"[ \n\[(:“]")
# Where a number may take over the law named before it…
_MAY_INHERIT = re.compile(
    r"(?:[ ,，。;:、(\[“”\"?？!！]|依照|根据|依据|按照|适用|违反|符合|参照|比照|结合|触犯|以及|及其|或者|其中|同时|明确|排除"
    r"|但是|并且|而且|例如|比如|[里外后下前]面|[回看转]到|[并而]非|不是|包括|至于|出现|存在|享有|[及和与或而但其又对见即由在也并还则是如因为于以从将据按依看查])[ ]?$"
)
# …and where it is something else: advice, a contract's clause, a claim.
_NO_CLAUSE = re.compile(
    r"[ ]?(?:约定|建议|意见|理由|路|途径|线索|经验|教训|原则是|消息|提示|要点|办法是|罪名|措施|规矩|底线|红线"
    r"|好处|原因|标准是|[:：]?[ ]?(?:先|请|如果你|不要|保留|收集|尽快|务必|切勿))"
)
_PINNED = re.compile(
    r"[ ]?(?:之|的|中|所|已|也|亦|还|则|又|均)?(?:明确)?(?:规定|要求|列举|所列|针对|但书|[前后]段|第[一二三]句|关于|情形"
    r"|适用|不适用|[、,，。;)和及与或第中])"
)
_PIN_INHERITS = re.compile(
    r"(?:其|[,，。;、(和及与或即是为用见看“”\"]|依照|根据|依据|按照|[而并]非)[ ]?$"
)
OF_THE_CLAUSE = re.compile(r"(?:该|同|前述|上述)(?:条|款|条文)(?:规定)?的?[ ]?$")
# Whose numbers are not a law's; behind one of them nothing is inherited any more.
_NOT_OF_A_LAW = re.compile(
    r"(?:合同|协议|协议书|章程|条款|手册|制度|承诺书|说明书|保单|判决|裁定|判决书|裁定书|调解书|方案|公约|条约|协定|议定书"
    r"|公告|通知书|声明|附件[一二三四五六七八九十0-9]{0,2}|清单|标准|规约|守则|决议|须知|指南|报告|草案|意向书|备忘录|起诉状|诉状|主文)"
    r"[》”\"]?(?:中|里|的|中的)?[ ]?$"
    r"|(?:合同|协议|协议书|章程|条款|手册|双方|判决|裁定|判决书|裁决书)(?:中|里|书)?(?:的)?"
    r"(?:约定|载明|写明|写道|规定|记载|内容|条款)(?:如下|为|是)?[:,，]?[ “]?$"
)


def begins_line(text: str, start: int) -> bool:
    return bool(_BEGINNING_OF_LINE.search(text, max(0, start - 12), start))


def may_go_on(before: str) -> bool:
    return bool(_MAY_INHERIT.search(before))


def is_of_no_law(text: str, start: int) -> bool:
    """Whether a contract, a charter or a judgment stands before the number."""
    return bool(_NOT_OF_A_LAW.search(text, max(0, start - 18), start))


def is_clause(text: str, first: Provision, before: str, end: int, *, is_item: bool) -> bool:
    """Whether the numbers from ``first`` to ``end`` are a law's, by what stands around them.
    ``is_item``: in a list whose law stands above it."""
    words = text[first.start : first.end]
    if "条" in words or first.number_end is not None or first.paragraph is first.item is None:
        if is_item and not LISTED.match(text[end : end + 1] or " "):
            return False
        is_line = begins_line(text, first.start)
        if before[-1:] in ",，;。:" and text[end : end + 1] == ":" and not is_line:
            return False  # 以下三条与你有关，第一条：…
        return not _NO_CLAUSE.match(text, end)
    if OF_THE_CLAUSE.search(before):
        return True
    return bool(_PIN_INHERITS.search(before) and _PINNED.match(text, end))
