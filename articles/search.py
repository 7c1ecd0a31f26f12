"""What readers look for: articles with their words, the newest or the most relevant first."""

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest

from django.db.models import ExpressionWrapper, IntegerField, QuerySet, Value
from django.db.models.functions import Length, Replace
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles import search_index, terms
from articles.markup import quickly_plain
from articles.models import Article, Category, Citation, Posting, SearchEntry
from articles.paging import PER_PAGE, microseconds, moment_of, pack_key, unpack_key
from articles.search_engine import Cursor, Hit, newest
from statutes import bigrams
from statutes.models import Clause

State = Article.State
MOST = 1_000  # hits that are counted and ranked
_MOST_CODES = 48
_IN_TITLES = 300  # more that are ranked: those that have a word in their titles, for each word
_WORDS_IN_TITLES = 4
_READ = 40  # the best of them, in whose texts the words are counted
_SNIPPET = 110  # characters
_LEAD = 30  # of them before the first word
_SENTENCE_ENDS = "。！？；\n"
_SAMPLE = 200
_RARE = 0.03  # of the sample
_DOUBT = 10  # titles, as if they had none of it: of a few articles nothing is known to be common
_ALIKE = 0.12  # as near as a title must be to be shown
_FEW_WORDS = 6
_FOR_THE_DESK = 2_000
_WITNESSES = 5  # articles that speak for the clauses that they cite


@dataclass(frozen=True)
class Asked:
    """What to look for, and within what; ``is_newest``: the newest first, not the most relevant.
    ``after`` is the key that the page before gave."""

    query: bigrams.Query
    category: Category | None = None
    year: int | None = None
    kind: str = ""
    is_newest: bool = False
    after: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.category or self.year or self.kind)


@dataclass
class Found:
    """A page of articles, each with ``marked_title`` and ``snippet``. ``count``: how many there
    are, up to MOST; then ``is_counted`` is False, and ``facets`` are without counts."""

    articles: list[Article]
    count: int = 0
    is_counted: bool = True
    is_first: bool = True
    older: str = ""
    hits: Sequence[Hit] = field(default=(), repr=False)  # all of them, or the newest MOST

    @cached_property
    def categories(self) -> Counter[int]:
        return Counter(hit.category for hit in self.hits)

    @cached_property
    def years(self) -> Counter[int]:
        zone = timezone.get_current_timezone()
        return Counter(hit.published_at.astimezone(zone).year for hit in self.hits)

    @cached_property
    def kinds(self) -> Counter[str]:
        bits = Counter(hit.kinds for hit in self.hits)
        return Counter(
            {
                kind: count
                for bit, kind in enumerate(search_index.KINDS)
                if (count := sum(n for held, n in bits.items() if held >> bit & 1))
            }
        )


def find(asked: Asked, *, now: dt.datetime) -> Found:
    """The page of articles that was asked for. Five queries, and those of the engine. Raises
    BadRequest for a key that no page gave."""
    wanted = _wanted(asked)
    if not wanted:
        return Found([])
    within = _categories(asked.category) if asked.category else ()
    if asked.is_newest:
        return _newest(asked, wanted, within, now)
    hits = newest(wanted, any_of=within, now=now, limit=MOST + 1)
    is_counted = len(hits) <= MOST
    hits = hits[:MOST]
    ranked = _ranked(asked.query, wanted, hits, within, now)
    behind = unpack_key(asked.after) if asked.after else None
    rest = [one for one in ranked if behind is None or one < behind]
    shown = _shown(asked.query, [hit for *_, hit in rest[:PER_PAGE]], now)
    older = pack_key(*rest[PER_PAGE - 1][:2]) if len(rest) > PER_PAGE else ""
    count = len(shown) if len(ranked) <= PER_PAGE else len(ranked)
    return Found(shown, count, is_counted, not asked.after, older, hits)


def _newest(asked: Asked, wanted: set[int], within: Collection[int], now: dt.datetime) -> Found:
    before = _cursor(asked.after) if asked.after else None
    limit = PER_PAGE + 1 if before else MOST + 1
    hits = newest(wanted, any_of=within, now=now, limit=limit, before=before)
    page = hits[:PER_PAGE]
    shown = _shown(asked.query, page, now)
    last = page[-1] if len(hits) > PER_PAGE else None
    older = pack_key(microseconds(last.published_at), last.place) if last else ""
    count = len(shown) if len(hits) <= PER_PAGE and not before else len(hits)
    is_counted = before is None and len(hits) <= MOST
    return Found(shown, min(count, MOST), is_counted, before is None, older, hits[:MOST])


def _wanted(asked: Asked) -> set[int]:
    wanted = _codes(asked.query)
    if wanted and asked.year:
        wanted.add(search_index.year_code(asked.year))
    if wanted and asked.kind:
        wanted.add(search_index.kind_code(asked.kind))
    return wanted


def _codes(query: bigrams.Query) -> set[int]:
    """Of a very long sentence only some pairs: what is shown is compared with its words."""
    pairs = sorted(query.pairs)
    some = pairs[:: -(-len(pairs) // _MOST_CODES)] if pairs else []
    return bigrams.codes(some) | search_index.title_codes(query.letters)


def _categories(category: Category) -> list[int]:
    """A parent's articles are its children's too."""
    children = category.children.values_list("pk", flat=True)
    return [search_index.category_code(pk) for pk in (category.pk, *children)]


# --- the order of relevance


def _ranked(
    query: bigrams.Query,
    wanted: set[int],
    hits: Sequence[Hit],
    within: Collection[int],
    now: dt.datetime,
) -> list[tuple[int, int, Hit]]:
    """(score, place, hit), the best first: the newest hits, and more that have it in the title.

    A title that has all words goes before one that has some; of these the one goes first of which
    the words are the greater part; then how often the text has them, and how new it is.
    """
    titled = {
        hit.article: hit
        for word in query.words[:_WORDS_IN_TITLES]
        for hit in newest(wanted | _in_title(word), any_of=within, now=now, limit=_IN_TITLES)
    }
    hits = list(({hit.article: hit for hit in hits} | titled).values())
    hits.sort(key=lambda hit: hit.key)
    scores = {hit.article: 60 * n // len(hits) for n, hit in enumerate(hits)}
    titles = Article.objects.filter(pk__in=titled).values_list("pk", "title")
    for pk, title in titles:
        scores[pk] += _title_score(title, query)
    best = nlargest(_READ, hits, key=lambda hit: (scores[hit.article], hit.key))
    for pk, times in _times_said([hit.article for hit in best], query.words).items():
        scores[pk] += 10 * min(times, 12)
    return sorted(((scores[hit.article], hit.place, hit) for hit in hits), reverse=True)


def _in_title(word: str) -> set[int]:
    return search_index.title_codes(bigrams.pairs(word) or bigrams.letters(word))


def _title_score(title: str, query: bigrams.Query) -> int:
    folded = bigrams.fold(title)
    held = [word for word in query.words if word in folded]
    if not held:
        return 0
    share = sum(map(len, held)) / max(len(folded), 1)
    return round(1_000 * len(held) / len(query.words) + 400 * min(share, 1))


def _times_said(pks: Collection[int], words: Sequence[str]) -> dict[int, int]:
    """How often the texts say the words, as they are typed. One query."""
    said = sum(
        (
            (Length("rendered") - Length(Replace("rendered", Value(word)))) / Value(len(word))
            for word in words
        ),
        Value(0),
    )
    rows = Article.objects.filter(pk__in=pks).annotate(
        said=ExpressionWrapper(said, output_field=IntegerField())
    )
    return dict(rows.values_list("pk", "said"))


# --- what is shown of them


def _shown(query: bigrams.Query, hits: Sequence[Hit], now: dt.datetime) -> list[Article]:
    """Those that readers may see and that have the words indeed, with snippets. Two queries."""
    pks = [hit.article for hit in hits]
    found = Article.objects.published(now).for_list("rendered").in_bulk(pks)
    tags = search_index.tag_names(pks)
    letters = query.letters
    shown = []
    for hit in hits:
        article = found.get(hit.article)
        if article is None:
            continue
        text = quickly_plain(article.rendered)
        title, folded = bigrams.fold(article.title), bigrams.fold(text)
        everything = "\n".join((title, folded, *map(bigrams.fold, tags.get(article.pk, ()))))
        if all(word in (title if word in letters else everything) for word in query.words):
            article.marked_title = marked(article.title, query.words)
            article.snippet = snippet(text, query.words) or marked(article.excerpt, query.words)
            shown.append(article)
    return shown


def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text as HTML with the words in <mark>."""
    return _marked(text, _spans(bigrams.fold(text), words))


def snippet(text: str, words: Sequence[str]) -> SafeString:
    """The place where most of the words stand together, about a hundred characters, as HTML with
    the words in <mark>; "" where none is."""
    folded = bigrams.fold(text)
    spans = _spans(folded, words)
    if not spans:
        return mark_safe("")
    best = spans[0]
    if len(words) > 1:
        near = ({folded[a:b] for a, b in spans if at <= a < at + _SNIPPET} for at, _ in spans)
        best = max(zip(map(len, near), spans, strict=True), key=lambda pair: pair[0])[1]
    sentence = max(folded.rfind(end, 0, best[0]) for end in _SENTENCE_ENDS) + 1
    start = sentence if best[0] - sentence <= _LEAD else best[0] - _LEAD
    end = max(start + _SNIPPET, best[1])
    within = [(max(a, start), min(b, end)) for a, b in spans if a < end and b > start]
    lead, tail = "…" if start > sentence else "", "…" if end < len(text) else ""
    return mark_safe(f"{lead}{_marked(text[:end], within, start)}{tail}")  # noqa: S308  (escaped)


def _spans(folded: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand, in order, those that overlap made one."""
    found = []
    for word in words:
        place = folded.find(word)
        while place >= 0:
            found.append((place, place + len(word)))
            place = folded.find(word, place + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, spans: Sequence[tuple[int, int]], start: int = 0) -> SafeString:
    pieces, place = [], start
    for begin, end in spans:
        pieces += [escape(text[place:begin]), f"<mark>{escape(text[begin:end])}</mark>"]
        place = end
    return mark_safe("".join([*pieces, escape(text[place:])]))  # noqa: S308  (escaped)


def years(now: dt.datetime) -> range:
    """From the first published article to the last. Two queries: both ends asked for in one, an
    index is read whole."""
    days = SearchEntry.objects.filter(published_at__lte=now).order_by("published_at")
    days = days.values_list("published_at", flat=True)
    first, last = days.first(), days.last()
    if first is None:
        return range(0)
    return range(timezone.localtime(first).year, timezone.localtime(last).year + 1)


# --- where nothing is found


@dataclass(frozen=True)
class Dropped:
    """The same without one word."""

    word: str
    query: bigrams.Query
    count: int
    is_counted: bool


def with_a_word_less(query: bigrams.Query, *, now: dt.datetime) -> list[Dropped]:
    """What there is without one of the words, the most first; of more than a few nothing."""
    found = []
    for word in query.words if 1 < len(query.words) <= _FEW_WORDS else ():
        rest = query.without(word)
        hits = newest(_codes(rest), now=now, limit=MOST + 1)
        if hits:
            found.append(Dropped(word, rest, min(len(hits), MOST), len(hits) <= MOST))
    return sorted(found, key=lambda one: -one.count)


def near_titles(text: str, *, now: dt.datetime, limit: int) -> list[tuple[float, int]]:
    """(how alike, from 0 to 1; the id) of articles whose titles share pairs with a text, rare
    ones counting for more; the most alike first. What is rare, the newest articles tell that have
    any of them; of what is, all articles are looked at."""
    asked = bigrams.pairs(bigrams.fold(text))
    sample = newest((), any_of=search_index.title_codes(asked), now=now, limit=_SAMPLE)
    titles = _pairs_of_titles(sample)
    if len(sample) == _SAMPLE:
        held = Counter(pair for pairs in titles.values() for pair in pairs & asked)
        rare = search_index.title_codes(pair for pair in asked if held[pair] <= _RARE * _SAMPLE)
        titles |= _pairs_of_titles(newest((), any_of=rare, now=now, limit=_SAMPLE))
    held = Counter(pair for pairs in titles.values() for pair in pairs)
    rarity = {
        pair: math.log(1 + (len(titles) + _DOUBT) / (held[pair] + 1)) ** 2
        for pair in asked | held.keys()
    }
    mass = math.sqrt(sum(rarity[pair] for pair in asked))
    scored = [
        (
            sum(rarity[pair] for pair in pairs & asked)
            / (mass * math.sqrt(sum(rarity[pair] for pair in pairs))),
            pk,
        )
        for pk, pairs in titles.items()
        if pairs & asked
    ]
    return nlargest(limit, scored)


def _pairs_of_titles(hits: Collection[Hit]) -> dict[int, set[str]]:
    rows = Article.objects.filter(pk__in=[hit.article for hit in hits]).values_list("pk", "title")
    return {pk: bigrams.pairs(bigrams.fold(title)) for pk, title in rows}


def nearest(text: str, *, now: dt.datetime, limit: int = 6) -> list[Article]:
    """The articles with the titles nearest to a text, for a list."""
    pks = [pk for alike, pk in near_titles(text, now=now, limit=limit) if alike >= _ALIKE]
    rows = Article.objects.published(now).for_list().in_bulk(pks)
    return [rows[pk] for pk in pks if pk in rows]


def citing(clauses: Sequence[Clause], *, now: dt.datetime, limit: int = 6) -> list[Article]:
    """The newest articles that cite any of some clauses, for a list. Three queries."""
    under = terms.of({terms.clause_name(clause) for clause in clauses})
    rows = Posting.objects.filter(term__in=list(under.values_list("pk", flat=True)))
    rows = rows.filter(published_at__lte=now).order_by("-published_at", "-article_id")
    pks = list(dict.fromkeys(rows.values_list("article", flat=True)[: limit * len(clauses)]))
    found = Article.objects.published(now).for_list().in_bulk(pks[:limit])
    return [found[pk] for pk in pks if pk in found]


def evidence(text: str, *, now: dt.datetime) -> Mapping[int, float]:
    """How much the firm's own articles on a question say for the clauses that they cite, by the
    clause's id, from 0 to 1. Three queries, and those of the engine."""
    alike = {pk: likeness for likeness, pk in near_titles(text, now=now, limit=_WITNESSES)}
    cited = defaultdict(set)
    rows = Citation.objects.in_published(now).filter(article__in=alike, clause__isnull=False)
    for pk, clause in rows.order_by().values_list("article", "clause"):
        cited[pk].add(clause)
    found: dict[int, float] = defaultdict(float)
    for pk, clauses in cited.items():
        for clause in clauses:
            found[clause] += alike[pk] / math.sqrt(len(clauses))
    return {clause: min(1.0, weight) for clause, weight in found.items()}


def _cursor(key: str) -> Cursor:
    moment, place = unpack_key(key)
    return place, moment_of(moment)


# --- the desk


def for_the_desk(articles: QuerySet[Article], typed: str) -> QuerySet[Article]:
    """Of these the ones, whatever their state, whose titles have the words; words in quotation
    marks stand anywhere in what is published, or scheduled. The newest two thousand of each."""
    if not typed.split():
        return articles
    phrases, rest = map(bigrams.parse, bigrams.quoted(typed))
    wanted = _codes(phrases) | search_index.title_codes(rest.pairs | rest.letters)
    found = [hit.article for hit in newest(wanted, now=None, limit=_FOR_THE_DESK)]
    if not phrases.words:
        others = Article.objects.filter(state__in=[State.DRAFT, State.WITHDRAWN])
        for word in typed[: bigrams.LONGEST].split():
            # Chinese has no case; asked without it, PostgreSQL guesses well how many match.
            lookup = "contains" if word.upper() == word.lower() else "icontains"
            others = others.filter(**{f"title__{lookup}": word})
        found += others.values_list("pk", flat=True)[:_FOR_THE_DESK]
    return articles.filter(pk__in=found)
