"""Related articles: those that share clauses and tags, what is rare counting for more.

Of two articles the weights of the terms that both have are added up; between equals the more alike
titles decide, then the newer id. The best are stored, for both sides, when an article is published,
withdrawn or retagged; pages only read them.

A tag of ten thousand articles would make each publish touch thousands of lists. So of each term
only some articles are offered: the newest ``HEAD``, as ``rebuilding`` last found them, and those that
came after it. An article that is neither sees the former only. What is offered to whom depends on
what was published since, and in no way on the order: bringing the lists up article by article gives
what building them all gives.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest

from django.db import connection
from django.db.models import Count, Min
from django.db.models.expressions import RawSQL

from articles import page_versions, search_index, terms
from articles.copying import Copy
from articles.likeness import likeness
from articles.models import Article, Posting, Related

SHOWN = 8
KEPT = SHOWN + 2  # the hour of some may be still to come
HEAD = 200
# Of a term that rebuild has not seen yet: it is rare.
_NEW_WEIGHT = 10_000
# A category is shared by thousands: it only fills the list up.
_CATEGORY_WEIGHT = 1

Era = Posting.Era
_COLUMNS = ("article_id", "other_id", "score", "likeness", "shared")


@dataclass(frozen=True)
class _Own:
    """A term of the article whose list is made."""

    name: str
    era: int
    weight: int


class Offers:
    """What some terms offer: the ids of articles by term, those that rebuilding found and those that
    came after it."""

    def __init__(self):
        self.head: dict[int, list[int]] = {}
        self.new: dict[int, list[int]] = {}

    def read(self, terms: Iterable[int]) -> int:
        """One query for those that are not held yet; how many rows came."""
        missing = set(terms) - self.head.keys()
        self.head |= {term: [] for term in missing}
        self.new |= {term: [] for term in missing}
        rows = Posting.objects.filter(term__in=missing, era__gt=Era.TAIL)
        rows = rows.values_list("article", "term", "era") if missing else ()
        for other, term, era in rows:
            (self.head if era == Era.HEAD else self.new)[term].append(other)
        return len(rows)

    def to(self, own: Mapping[int, _Own]) -> Iterator[tuple[_Own, list[int]]]:
        """For each term what it offers to an article. What came after rebuild is not for those
        that it had found too old to be offered themselves."""
        for term, mine in own.items():
            yield mine, self.head[term]
            if mine.era != Era.TAIL:
                yield mine, self.new[term]


class Near:
    """The articles beside one."""

    def __init__(self, pk: int, own: Mapping[int, _Own], offers: Offers):
        self._own, self._offers = own, offers
        self.scores: dict[int, int] = defaultdict(int)
        for mine, others in offers.to(own):
            for other in others:
                self.scores[other] += mine.weight
        self.scores.pop(pk, None)

    @cached_property
    def able(self) -> list[int]:
        """Those whose score may place them among the KEPT best."""
        best = nlargest(KEPT, self.scores.values())
        least = best[-1] if len(best) == KEPT else 0
        return [other for other, score in self.scores.items() if score >= least]

    def shared_with(self, pks: Collection[int]) -> dict[int, str]:
        """The names of the terms that these have, the rarest first; a category is none."""
        names: dict[int, list[str]] = {pk: [] for pk in pks}
        rarest = sorted(self._offers.to(self._own), key=lambda it: (-it[0].weight, it[0].name))
        for mine, others in rarest:
            if not mine.name.startswith(terms.Kind.CATEGORY):
                for pk in names.keys() & set(others):
                    names[pk].append(mine.name)
        return {pk: " ".join(found) for pk, found in names.items()}


def list_anew(article: Article) -> None:
    """Everything by which readers come to an article, after what they can see of it changed. The
    caller holds its row, and locks no other article's row behind this."""
    search_index.place(article)
    is_new, before = terms.place(article)
    lists = refresh(article) if is_new else ()
    page_versions.article_changed(article, before, lists)


def refresh(article: Article) -> set[int]:
    """Build the list of an article that was just placed under its terms, or taken from them, and
    bring up the lists in which it stands, stood, or comes to stand: of which articles. Behind
    ``terms.lock``."""
    held = {row.article_id: row.rank for row in Related.objects.filter(other=article)}
    Related.objects.filter(other=article).delete()
    near = _near(article.pk)
    store({article.pk: best(article.pk, article.title, near)})
    entered = _enter(article, near)
    fallen = [pk for pk, rank in held.items() if pk not in entered or entered[pk] > rank]
    if fallen:
        titles = titles_of(fallen)
        store({pk: best(pk, titles[pk], _near(pk)) for pk in fallen})
    return {*held, *entered}


def as_it_would_be(article: Article) -> list[Related]:
    """The list of an article as it stands in this transaction, not stored; for previews."""
    names = filter(terms.is_posted, terms.terms_of([article])[article.pk])
    own = {
        term.pk: _Own(str(term), Era.NEW, _weight(term.kind, term.weight))
        for term in terms.of(names)
    }
    return best(article.pk, article.title, _near(article.pk, own))


def _near(pk: int, own: Mapping[int, _Own] | None = None) -> Near:
    """``own``: where its terms are not those that are stored. Two queries."""
    own = own_terms([pk])[pk] if own is None else own
    offers = Offers()
    offers.read(own)
    return Near(pk, own, offers)


def own_terms(pks: Collection[int]) -> dict[int, dict[int, _Own]]:
    """The posted terms of some articles, by article and id of the term. One query."""
    found: dict[int, dict[int, _Own]] = {pk: {} for pk in pks}
    rows = Posting.objects.filter(article__in=pks).values_list(
        "article", "term", "era", "term__kind", "term__key", "term__weight"
    )
    for pk, term, era, kind, key, weight in rows:
        found[pk][term] = _Own(terms.name_of(kind, key), era, _weight(kind, weight))
    return found


def _weight(kind: str, weight: int | None) -> int:
    if kind == terms.Kind.CATEGORY:
        return _CATEGORY_WEIGHT
    return _NEW_WEIGHT if weight is None else weight


def best(
    pk: int,
    title: str,
    near: Near,
    titles: Mapping[int, str] | None = None,
) -> list[Related]:
    """The KEPT best. One query, unless the titles are given."""
    able = near.able
    titles = titles_of(able) if titles is None else titles
    ranked = sorted(
        (-near.scores[other], -likeness(title, titles[other]), -other) for other in able
    )
    shared = near.shared_with([-other for _, _, other in ranked[:KEPT]])
    return [
        Related(
            article_id=pk,
            other_id=-other,
            score=-score,
            likeness=-alike,
            shared=shared[-other],
        )
        for score, alike, other in ranked[:KEPT]
    ]


def titles_of(pks: Collection[int]) -> dict[int, str]:
    rows = Article.objects.filter(pk__in=_among(pks)).order_by().values_list("pk", "title")
    return dict(rows) if pks else {}


def _among(pks: Collection[int]) -> Collection[int] | RawSQL:
    """Of a thousand ids as many values cost more than what is asked of them: one array instead."""
    if connection.vendor != "postgresql":
        return pks
    return RawSQL("SELECT unnest(%s::bigint[])", [list(pks)])


def store(lists: Mapping[int, list[Related]]) -> None:
    """The whole lists of these articles, in place of those that they had."""
    Related.objects.filter(article__in=lists).delete()
    table = Copy(Related, _COLUMNS)
    for one in lists.values():
        for row in one:
            table.add(*(getattr(row, name) for name in _COLUMNS))
    table.write()


def _enter(article: Article, near: Near) -> dict[int, tuple]:
    """Put an article into the lists of those beside it wherever it ranks high enough; its rank in
    each, by id. All its postings are new, so what is offered to it is offered it in turn, and for
    the same terms. Three queries and two writes."""
    if not near.scores:
        return {}
    least = _least_of_full(near.scores)
    able = [pk for pk, score in near.scores.items() if score >= least.get(pk, 0)]
    last = _last_of([pk for pk in able if pk in least])
    came, went = {}, []
    for pk, title in titles_of(able).items():
        alike = likeness(title, article.title)
        row = Related(article_id=pk, other=article, score=near.scores[pk], likeness=alike)
        if pk not in last:
            came[pk] = row
        elif row.rank < last[pk].rank:
            came[pk] = row
            went.append(last[pk].pk)
    for pk, names in near.shared_with(came).items():
        came[pk].shared = names
    if went:
        Related.objects.filter(pk__in=went).delete()
    Related.objects.bulk_create(came.values(), batch_size=2_000)
    return {pk: row.rank for pk, row in came.items()}


def _least_of_full(pks: Collection[int]) -> dict[int, int]:
    """The least score in each list that has KEPT, by article. One query."""
    rows = Related.objects.filter(article__in=_among(pks)).order_by().values_list("article")
    full = rows.annotate(length=Count("*"), least=Min("score")).filter(length__gte=KEPT)
    return dict(full.values_list("article", "least"))


def _last_of(pks: Collection[int]) -> dict[int, Related]:
    """The last row of each list, by article. One query."""
    rows = Related.objects.filter(article__in=pks).defer("shared") if pks else ()
    last: dict[int, Related] = {}
    for row in rows:
        held = last.get(row.article_id)
        if held is None or row.rank > held.rank:
            last[row.article_id] = row
    return last
