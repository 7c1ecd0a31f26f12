"""All lists of related articles built anew, and what they stand on: the terms of every article, the
weights, and what each term offers."""

import math
from collections.abc import Callable, Collection, Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import page_versions, terms
from articles.models import Article, Posting, Related, Term
from articles.related import HEAD, Era, Near, Offers, best, own_terms, store, titles_of

_CHUNK = 500
_MOST_CACHED = 4_000_000


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
        weigh_terms(public.count())
        posted = Term.objects.filter(kind__in=terms.POSTED)
        for pks in progress(_chunks(posted.filter(count__lte=HEAD)), "少见的检索项"):
            _offer_all(pks)
        for pk in progress(
            list(posted.filter(count__gt=HEAD).values_list("pk", flat=True)), "常见的检索项"
        ):
            _offer_newest(pk)
    lists = Lists()
    for pks in progress(_chunks(public), "相关文章"):
        with transaction.atomic():
            terms.lock()
            store(lists.of(pks))
    page_versions.bump([page_versions.SITE])
    return public.count()


def _chunks(rows: QuerySet) -> list[list[int]]:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    return [pks[start : start + _CHUNK] for start in range(0, len(pks), _CHUNK)]


@transaction.atomic
def weigh_terms(total: int) -> None:
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


class Lists:
    """The lists of a rebuild: what it reads of terms and titles is held in memory, as long as
    nobody changes it."""

    def __init__(self):
        self._read_at = timezone.now()
        self._forget()

    def _forget(self) -> None:
        self._offers, self._titles, self._held = Offers(), {}, 0

    def of(self, pks: Collection[int]) -> dict[int, list[Related]]:
        """The lists of some articles; the caller holds the lock."""
        self._forget_what_changed()
        own = own_terms(pks)
        self._held += self._offers.read({term for one in own.values() for term in one})
        near = {pk: Near(pk, one, self._offers) for pk, one in own.items()}
        self._read_titles({*pks, *(other for one in near.values() for other in one.able)})
        return {pk: best(pk, self._titles[pk], near[pk], self._titles) for pk in pks}

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
            self._titles |= titles_of(missing[start : start + 5_000])
