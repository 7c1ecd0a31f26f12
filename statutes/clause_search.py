"""Clauses of the law of a day, by what somebody typed: 民法典675, or words of the clause."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length

from statutes import search
from statutes.models import Clause, Statute, Version
from statutes.texts import normalise

_MOST = 12
_MOST_WORDS = 6
_BETWEEN_WORDS = re.compile(r"[\s,，、；;。.:：“”\"]+")
# The law before what interprets it.
_RANKS = [
    Statute.Kind.CONSTITUTION,
    Statute.Kind.LAW,
    Statute.Kind.INTERPRETATION,
    Statute.Kind.REGULATION,
]


@dataclass(frozen=True)
class Hits:
    """``note`` says in plain Chinese why there is none, or what is lacking."""

    clauses: list[Clause]
    note: str = ""


def find_clauses(typed: str, *, on: dt.date) -> Hits:
    """At most a dozen clauses of texts in force on that day (of a statute that is held in one
    undated text, of that one). Never fails; some five queries."""
    typed = typed.replace("\x00", "")[: search.LONGEST].strip()
    if not typed:
        return Hits([])
    statutes = list(Statute.objects.all())
    query = search.parse(typed)
    if query.clause:
        found = search.find(query, statutes)
        if found.text:
            number, branch = query.clause
            return Hits(
                list(found.text.clauses.filter(number=number, branch=branch).with_version())
            )
        if found.holding:
            among = [found.only] if found.only else found.statutes
            hits = _numbered(query.clause, among, on)
            return Hits(hits, "" if hits else "有这一条的文本今天都不是现行有效的。")
        if found.note:
            return Hits([], found.note)
    return _with_words(typed, statutes, on)


def _numbered(key: tuple[int, int], statutes: Sequence[Statute], on: dt.date) -> list[Clause]:
    ids = [statute.pk for statute in statutes]
    rows = _law(on).filter(version__statute__in=ids, number=key[0], branch=key[1])
    places = {pk: place for place, pk in enumerate(ids)}
    return sorted(rows, key=lambda clause: places[clause.version.statute_id])[:_MOST]


def _with_words(typed: str, statutes: Sequence[Statute], on: dt.date) -> Hits:
    """Every word stands in the clause; a word that is a statute's name says which statute."""
    rows, wanted = _law(on), []
    for word in [word for word in _BETWEEN_WORDS.split(typed) if word][:_MOST_WORDS]:
        named = search.find(search.parse(word), statutes)
        meant = named.exact or [statute.pk for statute in named.statutes]
        if named.query.name and len(meant) == 1 and not named.query.clause:
            rows = rows.filter(version__statute__in=meant)
        else:
            wanted.append(word)
    if not wanted:
        return Hits([], "请再写上条号，或者条文里的几个字，如“民法典675”“民法典 借款 利息”。")
    for word in wanted:
        rows = rows.filter(Q(text__contains=word) | Q(text__contains=normalise(word)))
    ranks = [When(version__statute__kind=kind, then=Value(n)) for n, kind in enumerate(_RANKS)]
    rank = Case(*ranks, default=Value(len(_RANKS)), output_field=IntegerField())
    rows = rows.order_by(rank, Length("text"), F("version"), F("order"))
    hits = list(rows[:_MOST])
    return Hits(hits, "" if hits else f"现行条文里没有同时写着“{'”“'.join(wanted)}”的一条。")


def _law(on: dt.date) -> QuerySet[Clause]:
    dated = Version.objects.exclude(effective_from=None)
    lone = Version.objects.filter(effective_from=None, source_status="").exclude(
        statute__in=dated.values("statute")
    )
    law = Q(version__in=Version.objects.in_force(on)) | Q(version__in=lone)
    return Clause.objects.filter(law).with_version()
