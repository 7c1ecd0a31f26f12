"""Related articles: those that share clauses and tags, what is rare counting for more.

Of two articles the weights of the terms that both have are added up; between equals the more alike
titles decide, then the newer id. The best are stored, for both sides, when an article is published,
withdrawn or retagged; pages only read them.

A tag of ten thousand articles would make each publish touch thousands of lists. So of each term
only the newest ``HEAD`` articles are offered, as ``rebuild`` found them, and those that came after
it; an article that is neither sees the ones that rebuild found. What is offered to whom depends on
what was published, and on nothing that happened between: bringing the lists up article by article
gives what building them all gives.
"""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest

from django.db import transaction
from django.db.models import (
    Aggregate,
    Count,
    JSONField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONArray
from django.utils import timezone

from articles import terms
from articles.models import Article, Posting, Related, Term

SHOWN = 8
KEPT = SHOWN + 2  # the hour of some may be still to come
HEAD = 300
# Of a term that rebuild has not seen yet: it is rare.
_NEW_WEIGHT = 10_000
# A category is shared by thousands: it only fills the list up.
_CATEGORY_WEIGHT = 1
_CHUNK = 500
_MOST_CACHED = 4_000_000

Era = Posting.Era


@dataclass(frozen=True)
class _Own:
    """A term of the article whose list is made."""

    name: str
    era: int
    weight: int


class _Offers:
    """What some terms offer: the ids of articles by term, those that rebuild found and those that
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


class _Near:
    """The articles beside one."""

    def __init__(self, pk: int, own: Mapping[int, _Own], offers: _Offers):
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
    if terms.place(article):
        refresh(article)


def refresh(article: Article) -> None:
    """Build the list of an article that was just placed under its terms, or taken from them, and
    bring up the lists in which it stands, stood, or comes to stand."""
    terms.lock()
    held = {row.article_id: row.rank for row in Related.objects.filter(other=article)}
    Related.objects.filter(other=article).delete()
    near = _near(article.pk)
    _store({article.pk: _best(article.pk, article.title, near)})
    entered = _enter(article, near)
    fallen = [pk for pk, rank in held.items() if pk not in entered or entered[pk] > rank]
    if fallen:
        titles = _titles(fallen)
        _store({pk: _best(pk, titles[pk], _near(pk)) for pk in fallen})


def stored_of(pk: OuterRef) -> Subquery:
    """The list of an article, for its own query: read it with ``read``."""
    fields = JSONArray("other", "score", "likeness", "shared")
    rows = Related.objects.filter(article=pk).order_by().values("article")
    return Subquery(rows.annotate(rows=_Rows(fields)).values("rows"))


def read(pk: int, stored: list[list] | None) -> list[Related]:
    """What ``stored_of`` found, the best first."""
    names = ("other_id", "score", "likeness", "shared")
    rows = [Related(article_id=pk, **dict(zip(names, row, strict=True))) for row in stored or ()]
    return sorted(rows, key=lambda row: row.rank)


class _Rows(Aggregate):
    """The rows of a group as one JSON array."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def as_it_would_be(article: Article) -> list[Related]:
    """The list of an article as it stands in this transaction, not stored; for previews."""
    names = filter(terms.is_posted, terms.terms_of([article])[article.pk])
    own = {
        term.pk: _Own(str(term), Era.NEW, _weight(term.kind, term.weight))
        for term in terms.of(names)
    }
    return _best(article.pk, article.title, _near(article.pk, own))


def _near(pk: int, own: Mapping[int, _Own] | None = None) -> _Near:
    """``own``: where its terms are not those that are stored. Two queries."""
    own = _own_terms([pk])[pk] if own is None else own
    offers = _Offers()
    offers.read(own)
    return _Near(pk, own, offers)


def _own_terms(pks: Collection[int]) -> dict[int, dict[int, _Own]]:
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


def _best(
    pk: int, title: str, near: _Near, titles: Mapping[int, str] | None = None
) -> list[Related]:
    """The KEPT best. One query, unless the titles are given."""
    able = near.able
    titles = _titles(able) if titles is None else titles
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


def _titles(pks: Collection[int]) -> dict[int, str]:
    return dict(Article.objects.filter(pk__in=pks).values_list("pk", "title")) if pks else {}


def _store(lists: Mapping[int, list[Related]]) -> None:
    """The whole lists of these articles, in place of those that they had."""
    Related.objects.filter(article__in=lists).delete()
    rows = [row for one in lists.values() for row in one]
    Related.objects.bulk_create(rows, batch_size=2_000)


def _enter(article: Article, near: _Near) -> dict[int, tuple]:
    """Put an article into the lists of those beside it wherever it ranks high enough; its rank in
    each, by id. All its postings are new, so what is offered to it is offered it in turn, and for
    the same terms. Three queries and two writes."""
    if not near.scores:
        return {}
    stored = Related.objects.filter(article__in=near.scores)
    floors = {
        pk: least if count >= KEPT else 0
        for pk, count, least in stored.values_list("article").annotate(Count("pk"), Min("score"))
    }
    able = [pk for pk, score in near.scores.items() if score >= floors.get(pk, 0)]
    lists: dict[int, list[Related]] = {pk: [] for pk in able}
    for row in Related.objects.filter(article__in=able):
        lists[row.article_id].append(row)
    came, went = {}, []
    for pk, title in _titles(able).items():
        alike = likeness(title, article.title)
        row = Related(article_id=pk, other=article, score=near.scores[pk], likeness=alike)
        rows = sorted([*lists[pk], row], key=lambda one: one.rank)
        if row in rows[:KEPT]:
            came[pk] = row
            went += [one.pk for one in rows[KEPT:]]
    for pk, names in near.shared_with(came).items():
        came[pk].shared = names
    if went:
        Related.objects.filter(pk__in=went).delete()
    Related.objects.bulk_create(came.values(), batch_size=2_000)
    return {pk: row.rank for pk, row in came.items()}


def likeness(one: str, other: str) -> int:
    """How alike two titles are, in thousandths: the pairs of characters that both have (Dice)."""
    a, b = _pairs(one), _pairs(other)
    return 2_000 * len(a & b) // (len(a) + len(b)) if a and b else 0


@lru_cache(maxsize=4_096)
def _pairs(title: str) -> frozenset[str]:
    text = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).lower()))
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


def rebuild(
    progress: Callable[[Collection, str], Iterable] = lambda items, words: items,
    *,
    weigh: bool = True,
) -> int:
    """Place every published article under its terms, weigh the terms, and build every list; how
    many. In short transactions: it may be stopped at any time and run again, and others publish
    meanwhile. ``weigh=False``: the weights, and what is offered, stay as they are."""
    public = Article.objects.filter(state=Article.State.PUBLISHED)
    for pks in progress(_chunks(Article.objects.exclude(listed={}) | public), "检索项"):
        terms.place_again(pks)
    terms.count_again()
    if weigh:
        _weigh(public.count())
        posted = Term.objects.filter(kind__in=terms.POSTED)
        for pks in progress(_chunks(posted.filter(count__lte=HEAD)), "少见的检索项"):
            _offer_all(pks)
        for pk in progress(
            list(posted.filter(count__gt=HEAD).values_list("pk", flat=True)), "常见的检索项"
        ):
            _offer_newest(pk)
    lists = _Lists()
    for pks in progress(_chunks(public), "相关文章"):
        with transaction.atomic():
            terms.lock()
            _store(lists.of(pks))
    return public.count()


def _chunks(rows: QuerySet) -> list[list[int]]:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return [pks[start : start + _CHUNK] for start in range(0, len(pks), _CHUNK)]


@transaction.atomic
def _weigh(total: int) -> None:
    """The inverse document frequency of each term, in thousandths: ln((N + 1) / n)."""
    terms.lock()
    weighed = Term.objects.filter(kind__in=(terms.Kind.TAG, terms.Kind.CLAUSE))
    for count in weighed.order_by().values_list("count", flat=True).distinct():
        weight = max(1, round(1_000 * math.log((total + 1) / max(count, 1))))
        weighed.filter(count=count).exclude(weight=weight).update(weight=weight)


@transaction.atomic
def _offer_all(pks: Collection[int]) -> None:
    terms.lock()
    Posting.objects.filter(term__in=pks).exclude(era=Era.HEAD).update(era=Era.HEAD)


@transaction.atomic
def _offer_newest(pk: int) -> None:
    terms.lock()
    postings = Posting.objects.filter(term=pk)
    newest = postings.order_by("-published_at", "-article_id").values("pk")[:HEAD]
    head = list(newest.values_list("pk", flat=True))
    postings.filter(pk__in=head).exclude(era=Era.HEAD).update(era=Era.HEAD)
    postings.exclude(pk__in=head).exclude(era=Era.TAIL).update(era=Era.TAIL)


class _Lists:
    """The lists of a rebuild: what it reads of terms and titles is held in memory, as long as
    nobody changes it."""

    def __init__(self):
        self._read_at = timezone.now()
        self._forget()

    def _forget(self) -> None:
        self._offers, self._titles, self._held = _Offers(), {}, 0

    def of(self, pks: Collection[int]) -> dict[int, list[Related]]:
        """The lists of some articles; the caller holds the lock."""
        self._forget_what_changed()
        own = _own_terms(pks)
        self._held += self._offers.read({term for one in own.values() for term in one})
        near = {pk: _Near(pk, one, self._offers) for pk, one in own.items()}
        self._read_titles({*pks, *(other for one in near.values() for other in one.able)})
        return {pk: _best(pk, self._titles[pk], near[pk], self._titles) for pk in pks}

    def _forget_what_changed(self) -> None:
        """Whoever places an article marks all its terms, under the lock that we hold."""
        now = timezone.now()
        is_full = self._held + len(self._titles) > _MOST_CACHED
        if is_full or Term.objects.filter(changed_at__gte=self._read_at).exists():
            self._forget()
        self._read_at = now

    def _read_titles(self, wanted: set[int]) -> None:
        missing = sorted(wanted - self._titles.keys())
        for start in range(0, len(missing), 5_000):
            self._titles |= _titles(missing[start : start + 5_000])
