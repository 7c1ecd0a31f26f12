"""What a reader typed into the library's search box: a name, a document number, a clause."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from statutes.models import Alias, Clause, Statute, Version
from statutes.numerals import NUMBER, clause_label, parse_number
from statutes.texts import alias_key

LONGEST = 200  # characters; the longest title has 60

# At the end, behind the name: 第六百七十五条第一款, 675, 133-1, 第133条之一. In the form of an
# alias key: no spaces, Arabic digits of half width, one form of dash.
_CLAUSE = re.compile(
    rf"(?:第?(?P<number>{NUMBER}{{1,9}})(?:-(?P<dash>[0-9]{{1,2}}))?条(?:之(?P<branch>{NUMBER}{{1,3}}))?"
    rf"(?:第?(?P<paragraph>{NUMBER}{{1,3}})款)?(?:第?\(?{NUMBER}{{1,3}}\)?项)?"
    rf"|第?(?P<bare>[0-9]{{1,4}})(?:[-之](?P<bare_branch>{NUMBER}{{1,2}}))?)$"
)
_NUMBER_OF_DOCUMENT = re.compile(rf"[0-9]|{NUMBER}号?$")


@dataclass(frozen=True)
class Query:
    """What was typed, in the form of an alias key: the whole, and apart the name and the clause."""

    text: str
    name: str
    clause: tuple[int, int] | None = None
    paragraph: int | None = None

    @property
    def label(self) -> str:
        return clause_label(*self.clause) if self.clause else ""


@dataclass(frozen=True)
class Found:
    """The statutes that fit, the best first; ``holding`` are those that have the clause, where
    one was typed. ``only`` is the statute that is certainly meant."""

    statutes: list[Statute]
    holding: set[int] = field(default_factory=set)
    only: Statute | None = None


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
    """At most four queries, however many statutes there are."""
    exact, fitting = _named(query.name, statutes) if query.name else (set(), None)
    if not exact and not fitting and query.clause and query.name:
        query = Query(query.text, query.text)  # 法释〔2020〕17: its digits are no clause
        exact, fitting = _named(query.name, statutes)
    if fitting is None:  # a clause without a name: of any statute
        fitting = {statute.pk for statute in statutes}
    if not query.clause:
        return Found(_ranked(statutes, exact, fitting))
    holding = set(
        Clause.objects.filter(number=query.clause[0], branch=query.clause[1])
        .order_by()
        .values_list("version__statute", flat=True)
        .distinct()
    ) & (fitting | exact)
    if not query.name:
        return Found(_ranked(statutes, set(), holding), holding)
    meant = [statute for statute in statutes if statute.pk in (exact or fitting)]
    only = meant[0] if len(meant) == 1 and meant[0].pk in holding else None
    return Found(_ranked(statutes, exact, fitting), holding, only)


def _named(name: str, statutes: Iterable[Statute]) -> tuple[set[int], set[int]]:
    """Ids of the statutes of exactly that name or document number, and of those that contain it."""
    names = list(Alias.objects.filter(key__contains=name).values_list("statute", "key"))
    names += [(s.pk, alias_key(s.short_name)) for s in statutes if s.short_name]
    if _NUMBER_OF_DOCUMENT.search(name):
        name = _plain_number(name)
        numbers = Version.objects.exclude(document_number="")
        names += [
            (statute, _plain_number(alias_key(number)))
            for statute, number in numbers.values_list("statute", "document_number")
        ]
    exact = {statute for statute, key in names if key == name}
    return exact, {statute for statute, key in names if name in key}


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
