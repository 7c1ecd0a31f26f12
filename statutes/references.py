"""References to the law in running text: what was seen, not yet what it means. Pure.

It anchors on the numbers and looks left for a name, since an alternation over thousands of names
is slow; every step to the left is bounded, so that it takes time in proportion to the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from statutes.names import BEFORE_SECTION_SIGN, Names
from statutes.naming import (
    DEFINED,
    Named,
    bare_before,
    closing,
    document_number_before,
    fits,
    is_refused,
    pronoun_before,
    selector_before,
    selector_in,
    titled,
)
from statutes.provisions import N, Provision, read_chain, skip_chain
from statutes.texts import alias_key, fold

# What may open a reference, and what tells how far the law named last reaches.
_EVENT = re.compile(r"[《第§条“”\n]|简称|下称")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NUMBER_BEHIND_DI = re.compile(rf"第[ \n]{{0,3}}[(]?[ \n]{{0,2}}[{N[1:-1]}㈠-㈩⑴-⒇①-⑳]")
_NUMBER_BEFORE_TIAO = re.compile(rf"{N}{{1,9}} {{0,2}}$")
_NOTE = re.compile(
    r"[ \n]{0,3}(?:\((?P<note>[^()]{1,60}(?:\([^()]{1,16}\)[^()]{0,40})?)\)|\[(?P<gloss>[^\[\]《\n]{1,30})\])"
)
# Between a title and its number: 合同编, 第十七章, 中的.
_PART = r"(?:总则|物权|合同|人格权|婚姻家庭|继承|侵权责任|分则)编(?:通则|第[一二三四五]分编)?|第[一二三四五六七八九十]{1,3}(?:分编|编|章|节)"
_BETWEEN = re.compile(
    rf"[ \n]{{0,3}}(?:{_PART})*(?:中|里)?(?:之|的)?(?:规定的)?[:，,]?[ \n]{{0,3}}(?=第|§|[0-9])"
)
_PART_BEFORE = re.compile(rf"(?:{_PART}|中的?|里的?|之|规定的|的)$")
_END_OF_LINE = re.compile(r"[ ]{0,3}(?:的?(?:有关|相关)?规定)?[。:,，;、]?[ ]{0,3}(?:\n|$)")
_BEGINNING_OF_LINE = re.compile(
    r"(?:^|\n)[ ]{0,4}(?:[0-9]{1,2}[.、]|[-*•·●]|\([0-9]{1,2}\))?[ “]{0,3}$"
)
# Where a number may take over the law named before it…
_MAY_INHERIT = re.compile(
    r"(?:[ ,，。;:、(“”?？!！]|依照|根据|依据|按照|适用|违反|符合|参照|比照|结合|触犯|以及|及其|或者|其中|同时|明确|排除"
    r"|但是|并且|而且|例如|比如|[及和与或而但其又对见即由在也并还则是如因为于以从将据按依])[ ]?$"
)
# …and where it is something else: advice, a contract's clause, a claim.
_NO_CLAUSE = re.compile(
    r"[ ]?(?:约定|建议|意见|理由|路|途径|线索|经验|教训|原则是|消息|提示|要点|办法是|罪名|理由是|措施|规矩|底线|红线"
    r"|好处|原因|标准是|[:：]?[ ]?(?:先|请|如果你|不要|保留|收集|尽快|务必|切勿))"
)
_SAYS = re.compile(
    r"[ ]?(?:之|的|中|所|已|也|亦|还|则|又|均|均已)?(?:明确)?(?:规定|明确|要求|列举|[、,，。;)和及与或第中])"
)
_OF_THE_CLAUSE = re.compile(
    r"(?:该|同|前述|上述|其|[,，。;、(和及与或]|规定的?)(?:条|款|条文|条规定)?的?[ ]?$"
)
# Whose numbers are not a law's; behind one of them nothing is inherited any more.
_NOT_OF_A_LAW = re.compile(
    r"(?:合同|协议|协议书|章程|条款|手册|制度|承诺书|说明书|保单|判决|裁定|判决书|裁定书|调解书|方案|公约|条约|协定|议定书"
    r"|公告|通知书|声明|附件[一二三四五六七八九十0-9]{0,2}|清单|标准|规约|守则|决议|须知|指南|报告|草案|意向书|备忘录|起诉状|诉状|主文)"
    r"[》”\"]?(?:中|里|的|中的)?[ ]?$"
)
_BEFORE_SIGN = re.compile(r"(?:^|[^一-龥])(?P<name>九民|民|公) ?$")
_DEEPEST = 20
_LOOK_BACK = 300


@dataclass(frozen=True, slots=True)
class Reference:
    """One clause, or one range of clauses, named in a text; or a statute without a clause.

    ``start`` and ``end`` are code points of that text. In a list only the first reference's span
    holds the name; where the name is not of this reference's own words, ``is_inherited``.
    ``title`` is the name under which to look the statute up ("" where 本法 has none), ``written``
    the name as it stands there (该法). ``number`` is None where a title stands alone.
    ``selector`` is what the text says of the version: "old", "new", a year ("2018"), a year with
    month or turn ("2020-8", "2020第一次"), a document number as written, or "" for nothing.
    ``second`` is where the last clause of a range begins; 0 where there is none.
    ``paragraph`` 款 and ``item`` 项 are None where not named.
    """

    start: int
    end: int
    exact: str
    title: str
    number: int | None
    branch: int = 0
    number_end: int | None = None
    branch_end: int | None = None
    second: int = 0
    paragraph: int | None = None
    paragraph_end: int | None = None
    item: int | None = None
    item_end: int | None = None
    selector: str = ""
    written: str = ""
    is_inherited: bool = False


def find_references(text: str, names: Names) -> list[Reference]:
    """All references in ``text``, in order. ``names`` are the keys of the names that are known.

    Paragraphs end at line breaks, except behind a colon.
    """
    if not _INVISIBLE.search(text):
        return list(_Finder(text, names).references())
    places = [index for index, char in enumerate(text) if not _INVISIBLE.match(char)]
    found = _Finder(_INVISIBLE.sub("", text), names).references()
    return [_moved(reference, text, places) for reference in found]


def _moved(reference: Reference, text: str, places: list[int]) -> Reference:
    """The reference at its place in the text as it was, invisible characters included."""
    from dataclasses import replace

    start, end = places[reference.start], places[reference.end - 1] + 1
    second = places[reference.second] if reference.second else 0
    return replace(reference, start=start, end=end, second=second, exact=text[start:end])


class _Finder:
    """One pass over one text, with what has been named so far."""

    def __init__(self, text: str, names: Names):
        self.original, self.text, self.names = text, fold(text), names
        self.defined = Names()  # this text's own names: 以下简称《条例》
        self.meanings: dict[str, Named | None] = {}
        self.law: Named | None = None  # whose numbers go on
        self.clause: Provision | None = None
        self.line_law: Named | None = None  # named at the end of a line, for the lines below
        self.outside: list[tuple[Named | None, Provision | None]] = []  # around open quotations
        self.mentions: list[Named] = []  # in this paragraph and the one before
        self.paragraph = 0
        self.position = 0

    def references(self) -> Iterator[Reference]:
        text = self.text
        for event in _EVENT.finditer(text):
            start, kind = event.start(), event[0]
            if kind == "\n":
                self._line(start)
            elif start < self.position:
                continue
            elif kind == "《":
                yield from self._at_title(start)
            elif kind == "“":
                self.outside.append((self.law, self.clause))
                del self.outside[:-_DEEPEST]
            elif kind == "”":
                if self.outside:
                    self.law, self.clause = self.outside.pop()
            elif kind in ("简称", "下称"):
                self._define_bare(start)
            elif kind == "第":
                if _NUMBER_BEHIND_DI.match(text, start):
                    yield from self._at_number(start)
            elif kind == "§":
                yield from self._at_number(start)
            elif number := _NUMBER_BEFORE_TIAO.search(text, max(self.position, start - 12), start):
                yield from self._at_number(number.start(), bare=True)

    def _line(self, start: int) -> None:
        """A paragraph ends, unless the line goes on behind its colon."""
        if self.text[:start][-2:].rstrip(" ")[-1:] == ":" or self.position > start:
            return
        self.mentions = [law for law in self.mentions if law.start >= self.paragraph]
        self.paragraph = start
        self.law = self.clause = None
        self.outside = []

    def _at_title(self, start: int) -> Iterator[Reference]:
        end = closing(self.text, start)
        if end is None:
            return
        self.position = end
        key = alias_key(self.text[start + 1 : end - 1])
        if key in self.meanings:
            meaning = self.meanings[key]
            law = meaning and meaning.at(start, end, self.original[start + 1 : end - 1])
        else:
            law = titled(self.text, start, end, self.names)
        notes, behind = self._notes(end)
        if law and any(is_refused(note) for note in notes):
            law = None
        if any([self._define(note, law) for note in notes]):
            self.position = behind
        if law is None:
            self._pass_over(behind)
            return
        law = self._with(law, notes)
        number = _BETWEEN.match(self.text, behind)
        found: list[Provision] = []
        if number:
            found, end_of_chain = read_chain(self.text, number.end(), needs_unit=False)
        if found:
            yield from self._give(law, found, end_of_chain)
            return
        self._name(law)
        if _END_OF_LINE.match(self.text, behind):
            self.line_law = law
        yield self._reference(law, None, law.start, law.end)

    def _pass_over(self, behind: int) -> None:
        """What is no statute of ours, with its numbers."""
        number = _BETWEEN.match(self.text, behind)
        start = number.end() if number else behind
        if number:
            self.position = max(self.position, skip_chain(self.text, start))
        self.law = self.clause = None

    def _at_number(self, start: int, *, bare: bool = False) -> Iterator[Reference]:
        """``bare``: without 第, which needs a name right before it."""
        law = self._law_before(start)
        if isinstance(law, Named):
            found, end = read_chain(self.text, start, needs_unit=False)
            if found:
                yield from self._give(law, found, end)
            return
        if bare or self.text[start] == "§":
            return
        if law is not None or _NOT_OF_A_LAW.search(self.text, max(0, start - 14), start):
            self.position = skip_chain(self.text, start)
            self.law = self.clause = None
            return
        yield from self._inherited(start)

    def _inherited(self, start: int) -> Iterator[Reference]:
        text = self.text
        line = bool(_BEGINNING_OF_LINE.search(text, max(0, start - 12), start))
        law = self.law or (self.line_law if line else None)
        before = text[max(0, start - 6) : start]
        if law is None or not (line or _MAY_INHERIT.search(before)):
            own = self._of_clause(start, before) if law else None
            if own is None:
                self._stop_at(start)
                return
        found, end = read_chain(text, start, inherited=self.clause)
        if not found:
            return
        first = found[0]
        is_clause = text[first.start : first.end].find("条") >= 0 or first.number_end is not None
        if is_clause:
            if (
                line
                and self.law is None
                and not re.match(r"[ \n\[(:“]", text[end : end + 1] or " ")
            ):
                return
            if _NO_CLAUSE.match(text, end) or (line and self.law is None and self.line_law is None):
                return
        elif not (_OF_THE_CLAUSE.search(before) and _SAYS.match(text, end)):
            return
        elif "款" not in text[first.start : first.end] and not re.search(
            "[该同][条款]的?$", before
        ):
            return  # 第二项 is more often a claim's
        yield from self._give(law.at(first.start, first.start, ""), found, end, inherits=True)

    def _of_clause(self, start: int, before: str) -> bool | None:
        """该条第二款, 同条第三款."""
        return True if re.search(r"(?:该|同|上述|前述)(?:条|款)(?:规定)?的?$", before) else None

    def _stop_at(self, start: int) -> None:
        self.position = max(self.position, skip_chain(self.text, start))

    def _give(
        self, law: Named, found: list[Provision], end: int, *, inherits: bool = False
    ) -> Iterator[Reference]:
        for index, provision in enumerate(found):
            note = _NOTE.match(self.text, provision.end)
            told = selector_in(note["note"] or "") if note else ""
            start = law.start if index == 0 and not inherits else provision.start
            yield self._reference(
                law, provision, start, provision.end, told, inherits=inherits or index > 0
            )
        self._name(law)
        self.clause = found[-1].clause
        if found[-1].paragraph and found[-1].number_end is None:
            self.clause = found[-1]
        self.position = max(self.position, end)

    def _reference(
        self,
        law: Named,
        provision: Provision | None,
        start: int,
        end: int,
        told: str = "",
        *,
        inherits: bool = False,
    ) -> Reference:
        place = (
            {
                name: getattr(provision, name)
                for name in ("number", "branch", "number_end", "branch_end", "second")
                + ("paragraph", "paragraph_end", "item", "item_end")
            }
            if provision
            else {"number": None}
        )
        return Reference(
            start=start,
            end=end,
            exact=self.original[start:end],
            title=law.title,
            selector=told or law.selector,
            written=law.written,
            is_inherited=inherits,
            **place,
        )

    def _name(self, law: Named) -> None:
        self.law, self.clause = law, None
        if law.title and (not self.mentions or self.mentions[-1].key != law.key or law.written):
            self.mentions.append(law)

    # Names.

    def _law_before(self, start: int) -> Named | bool | None:
        """The law whose name ends before a number; False where what stands there is none; None
        where nothing stands there."""
        text = self.text
        end, notes = self._skip_notes(start)
        if text[end - 1 : end] == "》":
            return False  # seen and refused, or its number is not its own
        if text[end - 1 : end] in ("”", '"'):
            return self._quoted(end, notes)
        law = self._bare(end)
        if law is None and (part := _PART_BEFORE.search(text, max(0, end - 10), end)):
            law = self._bare(part.start(), known_only=True)
            if law is None and (
                more := _PART_BEFORE.search(text, max(0, part.start() - 10), part.start())
            ):
                law = self._bare(more.start(), known_only=True)
        if law is None:
            law = self._pronoun(end) or document_number_before(text, end)
        if law is None and text[start : start + 1] == "§":
            sign = _BEFORE_SIGN.search(text, max(0, end - 4), end)
            if sign:
                title = BEFORE_SECTION_SIGN[sign["name"]]
                law = Named(
                    sign.start("name"), end, title, alias_key(title), True, "", sign["name"]
                )
        if law is None:
            return None
        if any(is_refused(note) for note in notes):
            return False
        for note in notes:
            self._define(note, law)
        return self._with(law, notes)

    def _bare(self, end: int, *, known_only: bool = False) -> Named | None:
        law = bare_before(self.text, end, self.names, self.defined)
        if law is None or (known_only and not law.is_known):
            return None
        if law.key in self.meanings and law.key not in ("",):
            meaning = self.meanings[law.key]
            if meaning is None:
                return None
            selector = law.selector or meaning.selector
            return Named(
                law.start,
                law.end,
                meaning.title,
                meaning.key,
                meaning.is_known,
                selector,
                law.written,
            )
        return law

    def _quoted(self, end: int, notes: list[str]) -> Named | bool | None:
        """“公司法”第二十条: a name in quotation marks."""
        opening = max(
            self.text.rfind("“", max(0, end - 40), end - 1),
            self.text.rfind('"', max(0, end - 40), end - 1),
        )
        if opening < 0:
            return None
        key = alias_key(self.text[opening + 1 : end - 1])
        if key in self.meanings:
            meaning = self.meanings[key]
            return (
                meaning.at(opening, end, self.original[opening + 1 : end - 1]) if meaning else False
            )
        law = titled(self.text, opening, end, self.names) if key in self.names else None
        return self._with(law, notes) if law else None

    def _pronoun(self, end: int) -> Named | None:
        match = pronoun_before(self.text, end)
        if match is None:
            return None
        start, which, noun = end - len(match[0]), match["which"], match["noun"]
        if which == "本":
            meaning = self.meanings.get(match[0]) or self._quoted_law(start, noun)
        else:
            meaning = self._nearest(noun, start)
        if meaning:
            return meaning.at(start, end, match[0])
        if which == "本" and noun in ("意见", "决定", "规则"):
            return None
        return Named(start, end, "", "", False, "", match[0])

    def _quoted_law(self, start: int, noun: str) -> Named | None:
        """本法 in the words of a clause just named: 《民法典》第六百七十五条：…依据本法第五百一十条."""
        law = self.law or (self.outside[-1][0] if self.outside else None)
        for outer, _ in reversed(self.outside):
            if outer:
                law = outer
                break
        if law is None or not fits(law.title, noun):
            return None
        between = self.text[law.end : start]
        return law if re.search('[:“"”]|规定', between) else None

    def _nearest(self, noun: str, start: int) -> Named | None:
        """The last law named that 该法 can mean, in this paragraph or the one before."""
        last = next((law for law in reversed(self.mentions) if fits(law.title, noun)), None)
        since = max(last.end if last else 0, start - _LOOK_BACK)
        for end in range(start, since + 1, -1):
            if self.text[end - 1] in "法典则定例释" and (law := self._bare(end, known_only=True)):
                if fits(law.title, noun) and law.start >= since:
                    return law
        return last

    # Notes in brackets.

    def _notes(self, end: int) -> tuple[list[str], int]:
        """What stands in brackets behind ``end``, and where that ends."""
        notes = []
        while len(notes) < 4 and (match := _NOTE.match(self.text, end)):
            notes.append(match["note"] or "")
            end = match.end()
        return notes, end

    def _skip_notes(self, start: int) -> tuple[int, list[str]]:
        """The same to the left of a number: (where the words before them end, the notes)."""
        text, end, notes = self.text, start, []
        for _ in range(4):
            spaces = text[max(0, end - 3) : end]
            end -= len(spaces) - len(spaces.rstrip(" \n"))
            if text[end - 1 : end] not in (")", "]"):
                break
            closing_, opening_ = text[end - 1], "(" if text[end - 1] == ")" else "["
            depth, index = 0, end - 1
            while index >= max(0, end - 90):
                depth += (text[index] == closing_) - (text[index] == opening_)
                if depth == 0:
                    break
                index -= 1
            note = text[index + 1 : end - 1]
            # The number of an interpretation belongs to its name: 婚姻法解释(二).
            if (
                depth
                or self._bare(end, known_only=True)
                or re.fullmatch("[一二三四五六七八九十1-9]{1,2}", note)
            ):
                break
            notes.append(note)
            end = index
        return end, notes

    def _with(self, law: Named, notes: list[str]) -> Named:
        told = next(filter(None, map(selector_in, notes)), "")
        if not told:
            return law
        return Named(law.start, law.end, law.title, law.key, law.is_known, told, law.written)

    def _define(self, note: str, law: Named | None) -> bool:
        """以下简称《条例》: whether the note defines a name. Without a law, it means none from here."""
        match = DEFINED.search(note) if "称" in note else None
        key = alias_key(match["name"]) if match else ""
        if not key:
            return False
        self.meanings[key] = law
        self.defined.add(key)
        return True

    def _define_bare(self, start: int) -> None:
        """中华人民共和国民事诉讼法(以下简称民事诉讼法), without a number behind it."""
        opening = self.text.rfind("(", max(0, start - 40), start)
        if opening < 0 or self.text[opening - 1 : opening] == "》":
            return
        note = _NOTE.match(self.text, opening)
        law = self._bare(opening) if note else None
        if note and law:
            self._define(note["note"] or "", law)
            self._name(law)
