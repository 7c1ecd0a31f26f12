"""References to the law in running text: what was seen, not yet what it means. Pure.

It anchors on the numbers and looks left for a name, since an alternation over thousands of names
is slow; every step to the left is bounded, so that it takes time in proportion to the text.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from statutes.bare_numbers import (
    LISTED,
    OF_THE_CLAUSE,
    begins_line,
    is_clause,
    is_of_no_law,
    may_go_on,
)
from statutes.names import BEFORE_SECTION_SIGN, Names
from statutes.naming import (
    CODE_PARTS,
    DEFINED,
    Named,
    bare_before,
    closing,
    document_number_before,
    fits,
    is_foreign_law,
    is_law_title,
    is_refused,
    pronoun_before,
    selector_in,
    titled,
    unknown_before,
    with_its_law,
)
from statutes.notes import NOTE, notes_before, notes_behind
from statutes.provisions import N, Provision, read_chain, skip_chain
from statutes.texts import alias_key, fold

# What may open a reference, and what tells how far the law named last reaches.
_EVENT = re.compile(r"[《第§条“”\n]|简称|下称|Art\.")
# What may cut a number in two without being seen; tags too, where the text was HTML.
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u2060\ufeff]+|</?(?:b|i|u|em|strong|span|font|a)(?: [^<>]{0,200})?>"
)
_NUMBER_BEHIND_DI = re.compile(
    rf"第 {{0,3}}\n? {{0,3}}\(? {{0,3}}\n? {{0,3}}[{N[1:-1]}㈠-㈩⑴-⒇①-⑳]"
)
# 577、584、585 before 条
_NUMBERS_BEFORE_TIAO = re.compile(
    rf"{N}{{1,9}}(?:[ ]?[、,，和与及或至到~-][ ]?{N}{{1,9}}){{0,12}} {{0,2}}$"
)
# Between a name and its number: 合同编, 第十七章, 中的, 2018年文本.
_CODE_PART = rf"(?:{CODE_PARTS})编"
_PART = (
    rf"(?:[·•-]?(?:{_CODE_PART}(?:通则|第[一二三四五]分编)?|分则|第[一二三四五六七八九十]{{1,3}}(?:分编|编|章|节)(?:[“\"][^“”\"\n]{{1,12}}[”\"])?)"
    r"[、和]?)"
)
_TEXT = (
    r"(?:(?P<year>(?:19|20)[0-9]{2})年?|(?P<old>旧|原)|(?P<new>新))(?:修[正订])?(?:文本|版本?|稿)"
)
_BETWEEN = re.compile(
    rf" {{0,3}}\n? {{0,3}}{_PART}{{0,4}}(?:中|里)?(?:之|的)?(?:规定的)?[:，,]?(?P<old>原|旧)? {{0,3}}\n? {{0,3}}(?=第|§|[0-9]|Art\.)"
)
_PARTS_BEHIND = re.compile(rf" {{0,3}}\n? {{0,3}}{_PART}{{1,4}}")
_PART_BEFORE = re.compile(rf"(?:{_PART}|{_TEXT}|(?P<was>原|旧)|中的?|里的?|之|规定的|的)$")
_CODE_PART_BEFORE = re.compile(rf"{_CODE_PART}$")
_TEXT_BEFORE = re.compile(rf"(?:{_TEXT}|(?P<old_law>旧|原)法|(?P<new_law>新)法)(?:中的?|的)?[ ]?$")
_NOW_BEFORE = re.compile(r"现(?:在|行|已)?(?:的|为|是|改为)?[ ]?$")
_END_OF_LINE = re.compile(r"[ ]{0,3}(?:的?(?:有关|相关)?规定)?[。:,，;、]?[ ]{0,3}(?:\n|$)")
_BEFORE_SIGN = re.compile(r"(?:^|[^一-龥]|[看见依据按照和与及查参])(?P<name>九民|民|公) ?$")
_ARTICLE = re.compile(
    r"Art\. ?(?P<number>[0-9]{1,4})(?:[,，]? ?para\. ?(?P<paragraph>[0-9]{1,2}))?"
)
_LAW_CHARACTER = re.compile("[法典例则定释要]")
_DEEPEST = 20
_LOOK_BACK = 300


class Reference(NamedTuple):
    """One clause, or one range of clauses, named in a text; or a statute without a clause.

    ``start`` and ``end`` are code points of that text. In a list only the first reference's span
    holds the name; where the name is not of this reference's own words, ``is_inherited``.
    ``title`` is the name under which to look the statute up ("" where 本法 has none), ``written``
    the name as it stands there (该法). ``number`` is None where a title stands alone.
    ``selector`` is what the text says of the version: "old", "new", a year ("2018"), a year with
    month or turn ("2020-8", "2020第一次"), "before 2017" for the text before that year's, a document
    number, or "" for nothing.
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


_NOWHERE = Provision(0, 0, 0)


def find_references(text: str, names: Names) -> list[Reference]:
    """All references in ``text``, in order. ``names`` are the keys of the names that are known.

    Paragraphs end at line breaks, except behind a colon.
    """
    if not _INVISIBLE.search(text):
        return list(_Finder(text, names).references())
    places: list[int] = []
    since = 0
    for hidden in _INVISIBLE.finditer(text):
        places += range(since, hidden.start())
        since = hidden.end()
    places += range(since, len(text))
    found = _Finder(_INVISIBLE.sub("", text), names).references()
    return [_moved(reference, text, places) for reference in found]


def _moved(reference: Reference, text: str, places: list[int]) -> Reference:
    """The reference at its place in the text as it was, invisible characters included."""
    start, end = places[reference.start], places[reference.end - 1] + 1
    second = places[reference.second] if reference.second else 0
    return reference._replace(start=start, end=end, second=second, exact=text[start:end])


class _Finder:
    """One pass over one text, with what has been named so far."""

    def __init__(self, text: str, names: Names):
        self.original, self.text, self.names = text, fold(text), names
        self.defined = Names()  # this text's own names: 以下简称《条例》
        self.meanings: dict[str, Named | None] = {}
        self.law: Named | None = None  # whose numbers go on
        self.clause: Provision | None = None
        self.other_numbers = -1  # where those of a contract or a foreign code were read last
        self.is_refused = False  # what was named last is no law: a contract, a foreign code
        self.line_law: Named | None = None  # of a list: 《民法典》 and a clause on each line below
        self.outside: list[tuple[Named | None, Provision | None]] = []  # around open quotations
        self.mentions: list[Named] = []  # in this paragraph and the one before
        self.paragraph = 0
        self.line = 0
        self.has_words = False  # whether the paragraph has any yet
        self.position = 0  # up to here the text is read
        self.scanned = 0  # up to here its bare names are

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
            elif kind in ("§", "Art."):
                yield from self._at_number(start, bare=True)
            elif numbers := _NUMBERS_BEFORE_TIAO.search(
                text, max(self.position, start - 48), start
            ):
                yield from self._at_number(numbers.start(), bare=True)

    def _line(self, start: int) -> None:
        """A paragraph ends, unless the line goes on behind its colon."""
        self.has_words = self.has_words or not self.text[self.line : start].isspace()
        self.line = start
        if self.text[max(0, start - 2) : start].rstrip(" ")[-1:] == ":" or self.position > start:
            return
        if not self.has_words:
            return
        self.mentions = [law for law in self.mentions if law.start >= self.paragraph]
        self.paragraph, self.has_words = start, False
        self.law = self.clause = None
        self.is_refused = False
        self.outside = []

    # Titles.

    def _at_title(self, start: int) -> Iterator[Reference]:
        end = closing(self.text, start)
        if end is None:
            return
        self.position = end
        law = self._titled(start, end)
        notes, behind = notes_behind(self.text, end)
        if parts := _PARTS_BEHIND.match(self.text, behind):  # 总则编、合同编(以下统称“民法典”)
            more, further = notes_behind(self.text, parts.end())
            if more:
                notes, behind = notes + more, further
        if law and any(is_refused(note) for note in notes):
            law = None
        defined = [self._define(note, law) for note in notes]
        if any(defined):
            self.position = behind
        number = _BETWEEN.match(self.text, behind)
        if law is None:
            self._refuse(number.end() if number else None)
            return
        law = self._with(law, notes)
        if number and number["old"]:  # 《公司法》原第十六条
            law = law._replace(selector=law.selector or "old")
        found, end_of_chain = self._chain(number.end()) if number else ([], 0)
        if found:
            yield from self._give(law, found, end_of_chain)
        elif law.is_known or is_law_title(law.title):
            self._name(law)
            if _END_OF_LINE.match(self.text, behind):
                self.line_law = law
            yield self._reference(law, None, law.start, law.end)

    def _titled(self, start: int, end: int) -> Named | None:
        key = alias_key(self.text[start + 1 : end - 1])
        written = " ".join(self.original[start + 1 : end - 1].split())
        if key in self.meanings:
            meaning = self.meanings[key]
            return meaning and meaning.at(start, end, written)
        law = titled(self.text, start, end, self.names)
        if law and law.key == key:
            return law._replace(title=written, written=written)
        return law and law._replace(written=written)

    def _refuse(self, numbers: int | None) -> None:
        """What was named is no law of ours, nor are its ``numbers``, where it has any."""
        self.law = self.clause = None
        self.is_refused = True
        if numbers is not None:
            self.position = max(self.position, skip_chain(self.text, numbers))
            self.other_numbers = numbers

    # Numbers.

    def _chain(self, start: int) -> tuple[list[Provision], int]:
        """The numbers behind a name."""
        if match := _ARTICLE.match(self.text, start):
            paragraph = int(match["paragraph"]) if match["paragraph"] else None
            number = int(match["number"])
            found = Provision(start, match.end(), number, paragraph=paragraph)
            return ([found] if number else []), match.end()
        return read_chain(self.text, start, needs_unit=False)

    def _at_number(self, start: int, *, bare: bool = False) -> Iterator[Reference]:
        """``bare``: without 第, which needs a name right before it."""
        law = self._law_before(start)
        if isinstance(law, Named):
            found, end = self._chain(start)
            if bare and re.match("里[，,。]", self.text[end : end + 2]):
                return  # 公司法266条里，…: how many it has
            if found:
                yield from self._give(law, found, end)
            return
        if bare:
            return
        if law is False or is_of_no_law(self.text, start) or is_foreign_law(self.text, start):
            self._refuse(start)
            return
        yield from self._inherited(start)

    def _inherited(self, start: int) -> Iterator[Reference]:
        """A number without a name before it: it goes on with the law named last, where the words
        on both sides allow that."""
        text = self.text
        before = text[max(0, start - 8) : start]
        if before[-1:] not in ("”", '"'):  # “公司法每日一条”第三十九条
            self._catch_up(start)
        is_line = begins_line(text, start)
        law = self.law or (self.line_law if is_line else None)
        if part := _CODE_PART_BEFORE.search(before):
            if "民法典" in self.names and (law is None or law.key == "民法典"):
                begin = start - len(part[0])
                law = Named(begin, start, "民法典", "民法典", True)
        elif version := _TEXT_BEFORE.search(before):
            law = law and self._of_text(law, version)
        elif law and _NOW_BEFORE.search(before):  # 原第十六条，现为第十五条
            law = law._replace(selector="")
        elif law is None or not (is_line or may_go_on(before)):
            law = law if OF_THE_CLAUSE.search(before) else None
        sentence = max(start - _LOOK_BACK, text.rfind("。", max(0, start - _LOOK_BACK), start))
        if self.other_numbers > sentence:
            law = None  # in one sentence with those nobody can say whose these are
        found, end = read_chain(text, start, inherited=self.clause) if law else ([], start)
        is_item = is_line and self.law is None
        if law is None or not (found and is_clause(text, found[0], before, end, is_item=is_item)):
            self.position = max(self.position, skip_chain(text, start))
            return
        yield from self._give(law.at(law.start, law.end, ""), found, end, inherits=True)

    def _of_text(self, law: Named, version: re.Match) -> Named:
        """2018年文本第十六条, 旧法第二十条."""
        told = version["year"] or ("old" if version["old"] or version["old_law"] else "new")
        return Named(law.start, law.end, law.title, law.key, law.is_known, told)

    def _give(
        self, law: Named, found: list[Provision], end: int, *, inherits: bool = False
    ) -> Iterator[Reference]:
        for index, provision in enumerate(found):
            told = self._told_behind(provision.end)
            start = law.start if index == 0 and not inherits else provision.start
            yield self._reference(
                law, provision, start, provision.end, told, inherits=inherits or index > 0
            )
        self._name(law)
        self.clause = found[-1].clause._replace(paragraph=found[-1].paragraph)
        self.position = self.scanned = max(self.position, end)
        if (
            not inherits
            and begins_line(self.text, law.start)
            and LISTED.match(self.text[end : end + 1])
        ):
            self.line_law = law

    def _told_behind(self, end: int) -> str:
        """第二十九条(2015年)."""
        note = NOTE.match(self.text, end) if self.text[end : end + 1] in "( \n[" else None
        words = (note["note"] or "") if note else ""
        # (本案适用的是2017年修正的《…》第283条) says it of another clause.
        return "" if "《" in words or "条" in words else selector_in(words)

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
        at = provision or _NOWHERE
        return Reference(
            start=start,
            end=end,
            exact=self.original[start:end],
            title=law.title,
            number=provision and at.number,
            branch=at.branch,
            number_end=at.number_end,
            branch_end=at.branch_end,
            second=at.second,
            paragraph=at.paragraph,
            paragraph_end=at.paragraph_end,
            item=at.item,
            item_end=at.item_end,
            selector=told or law.selector,
            written=law.written,
            is_inherited=inherits,
        )

    # Names.

    def _name(self, law: Named) -> None:
        self.law, self.clause, self.is_refused = law, None, False
        self.scanned = max(self.scanned, law.end)
        if law.title:
            self.mentions.append(law)

    def _catch_up(self, start: int) -> None:
        """Take note of the bare names up to here: 民法典规定了合同的成立(第490条)."""
        begin = max(self.scanned, self.paragraph, start - _LOOK_BACK)
        self.scanned = max(self.scanned, start)
        for match in _LAW_CHARACTER.finditer(self.text, begin, start):
            law = self._bare(match.end())
            if law and law.start >= begin and not self._goes_on(match.end()):
                self._name(law)

    def _goes_on(self, end: int) -> bool:
        """Whether the name is only the beginning of a longer one: 民法典学者, 公司法解释."""
        return bool(re.match("司法解释|解释|实施|学|修正案|草案|时代", self.text[end : end + 4]))

    def _law_before(self, start: int) -> Named | bool | None:
        """The law whose name ends before a number; False where what stands there is none; None
        where nothing stands there."""
        text = self.text
        end, notes = notes_before(self.text, start, is_name=self._bare)
        if text[end - 1 : end] in ("”", '"', ">"):
            law = self._in_marks(end, notes)
            if law is not None:
                return law
        law = self._known(end) or self._pronoun(end)
        law = law or document_number_before(text, end) or self._before_sign(start, end)
        law = law or unknown_before(text, end)
        if law is None:
            return None
        if any(is_refused(note) for note in notes):
            return False
        for note in notes:
            self._define(note, law)
        return self._with(law, notes)

    def _known(self, end: int) -> Named | None:
        """A name without marks; parts of the law may stand behind it: 民法典合同编."""
        law = self._bare(end)
        selector = ""
        for _ in range(3):
            part = None if law else _PART_BEFORE.search(self.text, max(0, end - 20), end)
            if part is None:
                break
            is_old = part["old"] or part["was"]
            told = part["year"] or (is_old and "old") or (part["new"] and "new")
            selector = selector or told or ""
            end = part.start()
            law = self._bare(end)
        if law and selector:
            return law._replace(selector=selector)
        return law

    def _bare(self, end: int) -> Named | None:
        law = bare_before(self.text, end, self.names, self.defined)
        if law is None or law.key not in self.meanings:
            return law and with_its_law(self.text, law, self.names)
        meaning = self.meanings[law.key]
        if meaning is None:
            return None
        selector = law.selector or meaning.selector
        return meaning._replace(
            start=law.start, end=law.end, written=law.written, selector=selector
        )

    def _before_sign(self, start: int, end: int) -> Named | None:
        """民§509: one letter, a word of its own."""
        sign = _BEFORE_SIGN.search(self.text, max(0, end - 4), end)
        if sign is None or self.text[start : start + 1] != "§":
            return None
        title = BEFORE_SECTION_SIGN[sign["name"]]
        return Named(sign.start("name"), end, title, alias_key(title), True, "", sign["name"])

    def _in_marks(self, end: int, notes: list[str]) -> Named | bool | None:
        """“公司法”第二十条, <民法典>第十条: a name in other marks than 《》."""
        opening = max(self.text.rfind(mark, max(0, end - 40), end - 1) for mark in '“"<')
        if opening < 0:
            return None
        key = alias_key(self.text[opening + 1 : end - 1])
        if key in self.meanings:
            law = self._titled(opening, end)
            return law or False
        law = titled(self.text, opening, end, self.names) if key in self.names else None
        return self._with(law, notes) if law else None

    def _pronoun(self, end: int) -> Named | None:
        match = pronoun_before(self.text, end)
        if match is None:
            return None
        start, which, noun = end - len(match[0]), match["which"], match["noun"]
        if which == "本":
            if self.is_refused or noun in ("意见", "决定", "规则"):
                return None
            meaning = self.meanings.get(match[0]) or self._quoted_law(start, noun)
        else:
            self._catch_up(start)
            meaning = next((law for law in reversed(self.mentions) if fits(law.title, noun)), None)
        return (meaning or Named(start, end, "", "", False)).at(start, end, match[0])

    def _quoted_law(self, start: int, noun: str) -> Named | None:
        """本法 in the words of a clause just named: 《民法典》第六百七十五条：…依据本法第五百一十条."""
        around = [law for law, _ in reversed(self.outside) if law]
        law = around[0] if around else self.law
        if law is None or not fits(law.title, noun):
            return None
        between = self.text[max(law.end, start - 600) : start]
        return law if re.search('[:“"”]|规定', between) else None

    def _with(self, law: Named, notes: list[str]) -> Named:
        told = next(filter(None, map(selector_in, notes)), "")
        return law._replace(selector=told) if told else law

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
        note = NOTE.match(self.text, opening)
        law = self._bare(opening) if note else None
        if note and law:
            self._define(note["note"] or "", law)
            self._name(law)
