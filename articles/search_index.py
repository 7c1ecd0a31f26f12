"""What articles are found under: of each published one the pairs of characters of its title, text
and tags, and its category, year and kinds of law cited, as numbers; written when it is published.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b, md5

from django.db import transaction
from django.db.models import Max, QuerySet, TextField, Value
from django.db.models.functions import MD5, Concat
from django.utils import timezone

from articles import terms
from articles.markup import quickly_plain
from articles.models import Article, Citation, SearchEntry, TaggedArticle
from articles.search_engine import (
    CATEGORY,
    FIRST,
    KIND,
    NUMBERS,
    TITLE,
    YEAR,
    Row,
    analyse,
    full_era,
    in_bulk,
    store,
)
from statutes import bigrams
from statutes.models import Statute

KINDS = [value for value, _ in Statute.Kind.choices]
# Raise when the same article is found under other numbers; rebuild_search then writes all anew.
_VERSION = 1
_CHUNK = 500
_MANY = 5_000  # entries that are missing


def title_codes(pairs: Iterable[str]) -> set[int]:
    """The numbers of pairs, or of single characters, where they stand in a title. Of sixty million
    numbers two may be one: who shows a title looks at it."""
    return {
        TITLE + (((number & 0xFFFF_FFFF) * 0x9E37_79B1 & 0xFFFF_FFFF) >> 6)
        for number in bigrams.codes(pairs)
    }


def category_code(pk: int) -> int:
    return CATEGORY + pk % 0x100_0000


def year_code(year: int) -> int:
    return YEAR + year


def kind_code(kind: str) -> int:
    return KIND + KINDS.index(kind)


@dataclass
class Source:
    """What an article is found under, and apart from that its words, hashed."""

    pk: int
    published_at: dt.datetime
    category: int
    hashed: str  # MD5 of title and HTML, hexadecimal
    tags: tuple[str, ...] = ()
    kinds: int = 0

    @property
    def fields(self) -> dict:
        """Of its entry, all but the place."""
        digest = blake2b(repr((_VERSION, self.hashed, self.tags)).encode(), digest_size=16)
        return {
            "article_id": self.pk,
            "published_at": self.published_at,
            "category": self.category,
            "kinds": self.kinds,
            "digest": digest.hexdigest(),
        }

    def row(self, place: int, title: str, words: Iterable[Collection[int]]) -> Row:
        """``words``: the numbers of what its text and its tags say."""
        return Row(SearchEntry(place=place, **self.fields), self._codes(title, words))

    def _codes(self, title: str, words: Iterable[Collection[int]]) -> set[int]:
        folded = bigrams.fold(title)
        in_title = bigrams.pairs(folded)
        return set().union(
            *words,
            bigrams.codes(in_title),
            title_codes(in_title | set(bigrams.letters(folded))),
            (category_code(self.category), year_code(timezone.localtime(self.published_at).year)),
            (KIND + bit for bit in range(len(KINDS)) if self.kinds >> bit & 1),
        )

    def row_of(self, place: int, title: str, rendered: str) -> Row:
        return self.row(place, title, (text_codes(rendered), word_codes("\n".join(self.tags))))


def word_codes(words: str) -> set[int]:
    return bigrams.codes(bigrams.pairs(bigrams.fold(words)))


def text_codes(rendered: str) -> set[int]:
    """Of stored HTML; of several pieces, all that each has."""
    return word_codes(quickly_plain(rendered))


def kinds_of(found: Iterable[str]) -> int:
    """The bits of kinds of law."""
    return sum(1 << KINDS.index(kind) for kind in set(found))


def place(article: Article) -> None:
    """Bring what an article is found under in line with what it is now, in the transaction that
    changed it. Behind ``terms.lock``."""
    terms.lock()
    held = SearchEntry.objects.filter(article=article)
    if article.state != Article.State.PUBLISHED:
        held.delete()
        return
    hashed = md5(f"{article.title}\n{article.rendered}".encode(), usedforsecurity=False)
    source = Source(article.pk, article.published_at, article.category_id, hashed.hexdigest())
    _complete([source])
    free = None
    if entry := held.first():
        if all(getattr(entry, name) == value for name, value in source.fields.items()):
            return
        held.delete()
        free = entry.place if entry.published_at == article.published_at else None
    if free is None:
        free = next(_places(_era_for(article.published_at)))
    store([source.row_of(free, article.title, article.rendered)])


def _complete(sources: Collection[Source]) -> None:
    """Their tags, and the kinds of law that they cite. Two queries."""
    by_pk = {source.pk: source for source in sources}
    for pk, names in tag_names(by_pk).items():
        by_pk[pk].tags = tuple(sorted(names))
    cited = Citation.objects.filter(article__in=by_pk, statute__isnull=False).order_by()
    for pk, kind in cited.values_list("article", "statute__kind").distinct():
        by_pk[pk].kinds |= 1 << KINDS.index(kind)


def tag_names(pks: Collection[int]) -> dict[int, list[str]]:
    """Of those articles that have tags. One query."""
    names = defaultdict(list)
    tagged = TaggedArticle.objects.filter(content_object__in=pks)
    for pk, name in tagged.values_list("content_object", "tag__name"):
        names[pk].append(name)
    return names


def _era_for(moment: dt.datetime) -> int:
    """That of the article before; the next one for the newest article, where that is full, and
    the one before for the oldest."""
    places = SearchEntry.objects.order_by("-published_at", "-place").values_list("place", flat=True)
    before = places.filter(published_at__lte=moment).first()
    if before is None:
        oldest = places.last()
        if oldest is None:
            return FIRST
        era = oldest >> NUMBERS
        return era - (_in_era(era).count() >= full_era())
    era = before >> NUMBERS
    is_newest = not SearchEntry.objects.filter(published_at__gt=moment).exists()
    return era + (is_newest and _in_era(era).count() >= full_era())


def _in_era(era: int) -> QuerySet[SearchEntry]:
    return SearchEntry.objects.filter(place__gte=era << NUMBERS, place__lt=(era + 1) << NUMBERS)


def _places(era: int) -> Iterator[int]:
    """The free ones of an era."""
    last = _in_era(era).aggregate(last=Max("place"))["last"]
    free = era << NUMBERS if last is None else last + 1
    while True:
        yield free
        free += 1


def rebuild(
    progress: Callable[[Collection, str], Iterable] = lambda items, words: items,
) -> tuple[int, int]:
    """Bring all entries in line with the articles, and cut the eras anew: (how many published
    articles there are, how many entries were written). In short transactions: it may be stopped
    at any time and run again, what is right already is only looked at, and others publish
    meanwhile."""
    public = Article.objects.filter(state=Article.State.PUBLISHED)
    SearchEntry.objects.exclude(article__in=public).delete()
    pks = list(public.order_by("published_at", "pk").values_list("pk", flat=True))
    chunks = [range(start, min(start + _CHUNK, len(pks))) for start in range(0, len(pks), _CHUNK)]
    written, size = 0, full_era()

    def fill() -> None:
        nonlocal written
        for chunk in progress(chunks, "搜索索引"):
            written += _write({pks[number]: FIRST + number // size for number in chunk})

    if len(pks) - SearchEntry.objects.count() > _MANY:
        in_bulk(fill)
    else:
        fill()
    for pk in set(public.values_list("pk", flat=True)) - set(pks):
        _place_again(pk)
    analyse()
    return len(pks), written


@transaction.atomic
def _place_again(pk: int) -> None:
    """What was published in the meantime: the eras beside it are others now."""
    terms.lock()
    article = Article.objects.get(pk=pk)
    SearchEntry.objects.filter(article=article).delete()
    place(article)


@transaction.atomic
def _write(eras: dict[int, int]) -> int:
    """Those of some articles whose entries are not what they should be, or in another era."""
    terms.lock()
    public = Article.objects.filter(pk__in=eras, state=Article.State.PUBLISHED).order_by()
    hashed = MD5(Concat("title", Value("\n"), "rendered", output_field=TextField()))
    sources = {
        pk: Source(pk, *rest)
        for pk, *rest in public.values_list("pk", "published_at", "category", hashed)
    }
    _complete(sources.values())
    names = ("article_id", "published_at", "category", "kinds", "digest")
    held = {
        row["article_id"]: (row.pop("place") >> NUMBERS, row)
        for row in SearchEntry.objects.filter(article__in=eras).values("place", *names)
    }
    due = [pk for pk, source in sources.items() if held.get(pk) != (eras[pk], source.fields)]
    SearchEntry.objects.filter(article__in=[*due, *(held.keys() - sources.keys())]).delete()
    words = {
        pk: rest for pk, *rest in public.filter(pk__in=due).values_list("pk", "title", "rendered")
    }
    places = {era: _places(era) for era in {eras[pk] for pk in due}}
    store([sources[pk].row_of(next(places[eras[pk]]), *words[pk]) for pk in eras if pk in words])
    return len(due)
