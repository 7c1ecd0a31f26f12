"""What a reader typed into the library's search box: a name, a document number, a year, a clause."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.db.models import Max
from django.urls import reverse

from statutes.models import Alias, Clause, Statute, Version
from statutes.numerals import NUMBER, clause_key, clause_label, parse_number
from statutes.texts import alias_key, in_title_marks

LONGEST = 200  # characters; the longest title has 60

# At the end, behind the name: 第六百七十五条第一款, 675, 133-1, 第133条之一. In the form of an
# alias key: no spaces, Arabic digits of half width, one form of dash.
_CLAUSE = re.compile(
    rf"(?:第?(?P<number>{NUMBER}{{1,9}})(?:-(?P<dash>[0-9]{{1,2}}))?条(?:之(?P<branch>{NUMBER}{{1,3}}))?"
    rf"(?:第?(?P<paragraph>{NUMBER}{{1,3}})款)?(?:第?\(?{NUMBER}{{1,3}}\)?项)?"
    rf"|第?(?P<bare>[0-9]{{1,4}})(?:[-之](?P<bare_branch>{NUMBER}{{1,2}}))?)$"
)
# Which text is meant, in front of the name or behind it: 2018年公司法, 公司法(2018修正), 公司法2018.
_YEAR = r"(?:19|20)[0-9]{2}年?"
_ACT = rf"(?:[0-9]{{1,2}}月)?(?:第{NUMBER}次)?(?:修正|修订|公布|施行)?(?:版本?|文本)?"
_EDITION = re.compile(
    rf"(?P<name>.+?)[(\[]?(?P<edition>{_YEAR}{_ACT})[)\]]?|"
    rf"(?P<edition_before>{_YEAR}(?:修正|修订|版)?)的?(?P<name_behind>.+)"
)
_NUMBER_OF_DOCUMENT = re.compile(rf"[0-9]|{NUMBER}号?$")


@dataclass(frozen=True)
class Query:
    """What was typed, in the form of an alias key: the whole, and apart the name and the clause."""

    text: str
    name: str
    clause: tuple[int, int] | None = None
    paragraph: int | None = None
    edition: str = ""  # 2018, 2018修正: which of the statute's texts

    @property
    def label(self) -> str:
        return clause_label(*self.clause) if self.clause else ""


@dataclass(frozen=True)
class Found:
    """The statutes that fit, the best first; ``holding`` are those that have the clause, where
    one was typed. ``only`` is the statute that is certainly meant, ``text`` the one of its texts
    that was asked for by its year; ``note`` is what has to be said of what isn't there."""

    statutes: list[Statute]
    query: Query
    holding: set[int] = field(default_factory=set)
    only: Statute | None = None
    text: Version | None = None
    note: str = ""
    choices: Sequence[Version] = ()  # several texts of the year that was typed
    exact: Collection[int] = ()  # ids of those that are called exactly so

    def address(self, day: str = "") -> str:
        """Where it leads, if ``only`` is set; a year that was typed says more than ``day``."""
        clause = self.query.clause
        name, key = ("clause", [clause_key(*clause)]) if clause else ("statute", [])
        found = reverse(f"statutes:{name}", args=[self.only.slug, *key])
        return found + (self.text.query if self.text else day)

    @property
    def choice_links(self) -> list[tuple[str, str]]:
        """(name, address) of the texts among which the reader has to choose."""
        key = f"{clause_key(*self.query.clause)}/" if self.query.clause else ""
        return [
            (text.name, f"{text.statute.get_absolute_url()}{key}{text.query}")
            for text in self.choices
        ]


def parse(typed: str) -> Query:
    """Never fails: what reads as no clause is a name."""
    text = alias_key(typed[:LONGEST])
    match = _CLAUSE.search(text)
    if match:
        number, dash, branch, paragraph, bare, bare_branch = match.groups()
        try:
            clause = parse_number(number or bare), _number(dash or branch or bare_branch) or 0
            if 0 < clause[0] < 10_000 and clause[1] < 100:
                name = _without_marks(text[: match.start()])
                return Query(text, name, clause, _number(paragraph))
        except ValueError:
            pass  # 第百十条: no number
    return Query(text, _without_marks(text))


def find(query: Query, statutes: Sequence[Statute]) -> Found:
    """At most five queries, however many statutes there are."""
    names = _Names(statutes)
    query, exact, fitting = _read(query, names)
    meant = [statute for statute in statutes if statute.pk in (exact or fitting)]
    sole = meant[0] if query.name and len(meant) == 1 else None
    holding = _holding(query.clause, fitting | exact) if query.clause else set()
    if not query.name:
        return Found(_ranked(statutes, set(), holding), query, holding)
    ranked = _ranked(statutes, exact, fitting)
    if sole and query.edition:
        return _in_edition(sole, ranked, query, holding)
    if sole and query.clause and sole.pk not in holding:
        return Found(ranked, query, holding, note=_lacks(sole, query))
    only = sole if query.clause else None
    return Found(ranked, query, holding, only, exact=exact)


def _read(query: Query, names: "_Names") -> tuple[Query, set[int], set[int]]:
    """The reading of what was typed that fits some statute, with the ids of those that it fits
    exactly and of those that contain the name."""
    if not query.name:  # a clause without a name: of any statute
        return query, set(), names.all()
    readings = [query]
    if query.clause:
        readings.append(Query(query.text, query.text))  # 法释〔2020〕17: its digits are no clause
        if year := _year(query):
            exact, fitting = names.fitting(query.name)
            if _holding(query.clause, exact or fitting):
                return query, exact, fitting
            readings.insert(0, Query(query.text, query.name, edition=year))  # 公司法2018
    if match := _EDITION.fullmatch(query.name):
        name = _without_marks(match["name"] or match["name_behind"]).removesuffix(">")
        edition = match["edition"] or match["edition_before"]
        readings.append(replace(query, name=name, edition=edition))
    for reading in readings:
        exact, fitting = names.fitting(reading.name)
        if exact or fitting:
            return reading, exact, fitting
    return query, set(), set()


def _year(query: Query) -> str:
    """The bare number at the end, where it may as well be a year."""
    number = str(query.clause[0])
    return (
        number if re.fullmatch("(?:19|20)[0-9]{2}", number) and query.text.endswith(number) else ""
    )


def _holding(clause: tuple[int, int], statutes: set[int]) -> set[int]:
    """The ids of those statutes that have, in any text, a clause of that number. One query."""
    owners = Clause.objects.filter(number=clause[0], branch=clause[1]).order_by()
    return set(owners.values_list("version__statute", flat=True).distinct()) & statutes


def _in_edition(sole: Statute, ranked: list[Statute], query: Query, holding: set[int]) -> Found:
    """The text of that year, or of the clause in it. Two queries."""
    texts = _of_year(list(sole.versions.defer(*Version.LONG)), query.edition)
    if len(texts) != 1:
        has = f"有 {len(texts)} 个文本：" if texts else "的文本，本站没有收录。"
        note = f"{_marked(sole)}{query.edition[:4]} 年{has}"
        return Found(ranked, query, holding, note=note, choices=texts)
    text = texts[0]
    number, branch = query.clause or (0, 0)
    if query.clause and not text.clauses.filter(number=number, branch=branch).exists():
        return Found(ranked, query, holding, note=_lacks(sole, query, text))
    return Found(ranked, query, holding, sole, text)


def _of_year(texts: list[Version], edition: str) -> list[Version]:
    """By its label, then by the year of its label, of its promulgation, or of its first day:
    公司法2023 is promulgated in 2023 and in force from 2024."""
    wanted, year = edition.replace("年", ""), edition[:4]
    for fits in (
        lambda text: alias_key(text.label).replace("年", "") == wanted,
        lambda text: text.label.startswith(year),
        lambda text: text.promulgated_on and text.promulgated_on.year == int(year),
        lambda text: text.effective_from and text.effective_from.year == int(year),
    ):
        if found := [text for text in texts if fits(text)]:
            return found
    return []


def _lacks(statute: Statute, query: Query, text: Version | None = None) -> str:
    """What to say of a clause that no text held has, or the text asked for hasn't. One query."""
    texts = statute.versions.defer(*Version.LONG).annotate(last=Max("clauses__number"))
    texts = [one for one in texts if text is None or one == text]
    name = _marked(statute) + (f"（{text.name}）" if text else "")
    if not all(one.is_complete for one in texts):
        return f"本站只收录了{name}的部分条文，没有收录{query.label}；没有收录不等于不存在。"
    last = max((one.last or 0 for one in texts), default=0)
    if last and query.clause[0] > last:
        return f"{name}没有{query.label}，最后一条是{clause_label(last)}。"
    return f"本站收录的{name}文本没有{query.label}。"


def _marked(statute: Statute) -> str:
    return in_title_marks(statute.short_title)


class _Names:
    """All names and document numbers of the library, each read once where it is needed."""

    def __init__(self, statutes: Sequence[Statute]):
        self._statutes = statutes

    def all(self) -> set[int]:
        return {statute.pk for statute in self._statutes}

    def fitting(self, name: str) -> tuple[set[int], set[int]]:
        """Ids of the statutes of exactly that name or document number, and of those that contain
        it."""
        keys = [(statute, key, name) for statute, key in self._names]
        if _NUMBER_OF_DOCUMENT.search(name):
            number = _plain_number(name)
            keys += [(statute, key, number) for statute, key in self._numbers]
        exact = {statute for statute, key, wanted in keys if key == wanted}
        return exact, {statute for statute, key, wanted in keys if wanted in key}

    @cached_property
    def _names(self) -> list[tuple[int, str]]:
        short = [(s.pk, alias_key(s.short_name)) for s in self._statutes if s.short_name]
        return [*Alias.objects.order_by().values_list("statute", "key"), *short]

    @cached_property
    def _numbers(self) -> list[tuple[int, str]]:
        numbers = Version.objects.exclude(document_number="").order_by()
        return [
            (statute, _plain_number(alias_key(number)))
            for statute, number in numbers.values_list("statute", "document_number")
        ]


def _plain_number(text: str) -> str:
    """主席令第十五号, 主席令15号 → 主席令15号; 法释(2020)17号, 法释2020 17号 → 法释202017号."""
    text = text.removeprefix("中华人民共和国")
    text = re.sub(rf"第?({NUMBER}{{1,9}})号", lambda match: f"{_digits(match[1])}号", text)
    return re.sub(r"[\s\[\]()〔〕【】]", "", text)


def _digits(numeral: str) -> str:
    try:
        return str(parse_number(numeral))
    except ValueError:
        return numeral


def _ranked(statutes: Iterable[Statute], exact: set[int], fitting: set[int]) -> list[Statute]:
    chosen = [statute for statute in statutes if statute.pk in fitting | exact]
    return sorted(chosen, key=lambda statute: statute.pk not in exact)


def _without_marks(name: str) -> str:
    """公司法 for <公司法>; the marks within a title stay."""
    return name[1:].removesuffix(">") if name.startswith("<") else name


def _number(text: str | None) -> int | None:
    return parse_number(text) if text else None
