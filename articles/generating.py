"""Articles by the million, for trying and measuring: every table as publishing them one by one would
leave it, without doing so. The same number of articles beside the same law is the same each time.

An article is put together from passages that many articles share. What publishing derives from a
text it derives from each of its blocks alone, so of a passage it is derived once.
"""

import datetime as dt
import hashlib
import json
import multiprocessing
import os
import random
import re
from bisect import bisect
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

from django.db import connection, connections, transaction
from django.utils import timezone
from taggit.models import Tag

from articles import generated_text as words
from articles import page_versions, rebuilding, search_engine, terms
from articles.citations import read_citations
from articles.content import complete
from articles.copying import Copy
from articles.markup import plain
from articles.models import (
    Article,
    Author,
    Category,
    Citation,
    CopyrightNotice,
    Posting,
    Related,
    Revision,
    TaggedArticle,
    Term,
)
from articles.rebuilding import Lists
from articles.related import HEAD, store
from articles.rendering import VERSION, clean, excerpt_of, render
from articles.search_index import Source, kinds_of, text_codes, word_codes
from articles.slots import Placed
from articles.workflow import advance_sequence
from statutes.models import Alias, Version
from statutes.resolver import Resolvers

Kind = Term.Kind
FIRST_PK = 870_001
_FIRST, _LAST = dt.date(2021, 3, 1), dt.date(2026, 10, 31)
_BLOCK = 1_000  # articles a transaction
_MANY = 20_000  # articles from which on each core gets a process
_NUMBERED = re.compile(r'(<!--c|<h[234] id="s)(\d+)')
_CITED = [one.attname for one in Citation._meta.concrete_fields if not one.primary_key]
_OF_ITS_OWN = ("article_id", "position", "slot", "as_of")  # of a citation
_SHARED = [name for name in _CITED if name not in _OF_ITS_OWN]

_ENOUGH = 150  # characters: an excerpt is made of fewer
_EMPTY = complete({})

Progress = Callable[[Collection, str], Iterable]


class GeneratingError(Exception):
    """Nothing can be generated here, or from this file; the message says why in plain Chinese."""


@dataclass
class Cited:
    """A row of a passage's citations, on a day."""

    row: Citation

    def __post_init__(self):
        self.shared = [getattr(self.row, name) for name in _SHARED]
        self.slot = self.row.slot
        self.term = terms.clause_name(self.row.clause) if self.row.clause else ""
        self.kind = self.row.statute.kind if self.row.statute else ""


class Passage:
    """A block or some of an article's text, with all that publishing derives from it."""

    def __init__(self, source: str, library: "Library"):
        self.source = source
        self._library = library
        rendered = render(source, measure=lambda src: None, names=library.names)
        self._pieces = _NUMBERED.split(rendered.html)
        self._contents = rendered.contents
        self.excerpt = rendered.excerpt
        self.length = rendered.length
        self.codes = text_codes(rendered.html)
        self._placed: list[Placed] = rendered.citations
        self.slots = max((one.last_slot for one in self._placed), default=-1) + 1
        self._turns: list[dt.date] = []
        self._cited: dict[int, list[Cited]] = {}

    def html(self, slots: int, headings: int) -> str:
        """With so many slots and headings before it."""
        if len(self._pieces) == 1:
            return self._pieces[0]
        out = list(self._pieces)
        for at in range(2, len(out), 3):
            out[at] = str(int(out[at]) + (slots if out[at - 1] == "<!--c" else headings))
        return "".join(out)

    def contents(self, headings: int) -> list[dict]:
        return [
            {**one, "id": f"s{number}"} for number, one in enumerate(self._contents, headings + 1)
        ]

    def cited(self, on: dt.date) -> list[Cited]:
        """What it cites in an article of that day: another only where a text of one of its
        statutes begins or ends."""
        if not self._placed:
            return []
        era = bisect(self._turns, on)
        if era not in self._cited or not self._turns:
            rows = self._read(on)
            turns = self._library.turns({row.row.statute_id for row in rows} - {None})
            if turns != self._turns:
                self._turns, self._cited = turns, {}
            era = bisect(turns, on)
            self._cited[era] = rows
        return self._cited[era]

    def _read(self, on: dt.date) -> list[Cited]:
        found = read_citations(
            Article(),
            plain(self.source),
            self._placed,
            held=[],
            on=self._library.turn_before(on),
            library=self._library.resolvers,
        )
        return [Cited(row) for one in found for row in (one.row, *one.inner)]


class Library:
    """The law that is cited, as it is when this is made."""

    def __init__(self):
        self.resolvers = Resolvers()
        self.names = self.resolvers.names.names

    def turns(self, statutes: Collection[int]) -> list[dt.date]:
        """The days from which something that is said of these may mean another text."""
        return sorted({_FIRST, *(day for pk in (None, *statutes) for day in self._days[pk])})

    def turn_before(self, on: dt.date) -> dt.date:
        """The day from which on all names and texts are what they are on that day."""
        return max((day for day in self._all_days if day <= on), default=on)

    @cached_property
    def _all_days(self) -> set[dt.date]:
        return {_FIRST}.union(*self._days.values())

    @cached_property
    def _days(self) -> dict[int | None, set[dt.date]]:
        """By statute, on which a text of it begins or ends; of names under None."""
        found: dict[int | None, set[dt.date]] = defaultdict(set)
        names = Alias.objects.values_list("valid_from", "valid_to")
        found[None].update(day for ends in names for day in ends if day)
        for pk, *ends in Version.objects.values_list("statute", "effective_from", "effective_to"):
            found[pk].update(filter(None, ends))
        return found

    @cached_property
    def sayings(self) -> list[tuple[str, str]]:
        """(a clause's whole name, its text) of those that are cited: of the law that was in force
        when the first article was written; little of what has changed since, as in a library
        that somebody keeps."""
        held = Version.objects.in_force(_FIRST).filter(is_complete=True)
        found = []
        for version in held.select_related("statute").order_by("statute"):
            is_law = version.effective_to is None or version.effective_to > _LAST
            clauses = list(version.clauses.order_by("order"))
            step = max(1, len(clauses) // (60 if is_law else 10))
            found += [
                (f"《{version.statute.title}》{clause.label}", clause.text)
                for clause in clauses[::step]
            ]
        return found or [(f"《民法典》第{n}条", "") for n in range(500, 700)]


class Draft(NamedTuple):
    """What an article is made of."""

    pk: int
    title: str
    category: str  # a key of ``Corpus.categories``
    author: int | None
    tags: tuple[str, ...]
    published_at: dt.datetime
    passages: list[Passage]


class Corpus(Protocol):
    """Articles in the order of their publication."""

    count: int
    categories: dict[str, Category]
    authors: list[Author]

    def pk(self, number: int) -> int:
        """Of that article, from 0."""

    def draft(self, number: int) -> Draft: ...


class Invented:
    """Articles in words of our own: in 40 categories, under some of 2,460 tags, citing what the
    library holds; the frequent far more often than the rare."""

    def __init__(self, count: int):
        self.count = count
        self.library = Library()
        self._sections = [name for names in words.SECTIONS.values() for name in names]
        self._passages: dict[tuple, Passage] = {}
        self._zone = timezone.get_default_timezone()
        self._start = dt.datetime.combine(_FIRST, dt.time(8), self._zone)
        self._step = (dt.datetime.combine(_LAST, dt.time(20), self._zone) - self._start) / count
        self.categories = _sections()
        self.authors = _lawyers()

    def pk(self, number: int) -> int:
        return FIRST_PK + number

    def draft(self, number: int) -> Draft:
        dice = random.Random(number)  # noqa: S311  (the same each time)
        section = int(len(self._sections) * dice.random() ** 1.4)
        name = self._sections[section]
        tags = {f"{name}{words.ASPECTS[_skewed(dice, len(words.ASPECTS))]}" for _ in range(3)}
        tags.add(words.ASPECTS[_skewed(dice, len(words.ASPECTS))])
        passages = [self._passage("opening", section, dice.randrange(30))]
        for _ in range(3):
            passages.append(self._passage("heading", 0, dice.randrange(len(words.HEADINGS))))
            passages.append(self._passage("citing", section, _skewed(dice, 120)))
            passages.append(self._passage("plain", section, dice.randrange(60)))
        return Draft(
            pk=self.pk(number),
            title=words.title(dice),
            category=name,
            author=dice.randrange(len(self.authors)),
            tags=tuple(sorted(tags)),
            published_at=self._start + number * self._step,
            passages=passages,
        )

    def _passage(self, kind: str, section: int, number: int) -> Passage:
        key = (kind, section, number)
        if key not in self._passages:
            dice = random.Random(f"{key}")  # noqa: S311
            self._passages[key] = Passage(self._source(kind, section, number, dice), self.library)
        return self._passages[key]

    def _source(self, kind: str, section: int, number: int, dice: random.Random) -> str:
        if kind == "heading":
            return f"<h2>{words.HEADINGS[number]}</h2>"
        if kind == "opening":
            return f"<p>{words.sentences(dice, 4)}</p>"
        if kind == "plain":
            return f"<p>{words.sentences(dice, 3)}</p>"
        sayings = self.library.sayings
        name, text = sayings[(section * 97 + number * 13) % len(sayings)]
        is_short = 10 < len(text) < 60 and not re.search(r"[“”\n]", text)
        said = f"规定：“{text}”" if is_short and dice.random() < 0.3 else "已经写明，"
        return f"<p>{words.sentence(dice)}{name}{said}{words.sentences(dice, 2)}</p>"


def _skewed(dice: random.Random, count: int) -> int:
    return int(count * dice.random() ** 2.2)


def _notice() -> CopyrightNotice:
    found = CopyrightNotice.objects.filter(is_default=True).first()
    if found is None:
        raise GeneratingError("没有默认的版权声明：请先运行 migrate。")
    return found


def _sections() -> dict[str, Category]:
    notice, found = _notice(), {}
    for order, (name, below) in enumerate(words.SECTIONS.items(), start=1):
        parent = _category(name, f"s{order}", notice, order)
        for number, one in enumerate(below, start=1):
            found[one] = _category(one, f"s{order}-{number}", notice, number, parent)
    return found


def _category(
    name: str, slug: str, notice: CopyrightNotice, order: int = 0, parent: Category | None = None
) -> Category:
    fields = {"slug": slug, "notice": notice, "order": order, "parent": parent}
    return Category.objects.get_or_create(name=name, defaults=fields)[0]


def _lawyers() -> list[Author]:
    names = [surname + given for surname in words.SURNAMES for given in words.GIVEN]
    return [
        Author.objects.get_or_create(slug=f"lawyer-{number}", defaults={"name": name})[0]
        for number, name in enumerate(names, start=1)
    ]


class FromFile:
    """Articles of a file of JSON lines, the oldest first, each with slug (a number: its address),
    title, cat and catname, tags, ts (seconds since 1970) and body."""

    def __init__(self, path: Path):
        self._path = path
        self._library = Library()
        self._lines: list[int] = []  # where each begins
        self._pks: list[int] = []
        self.authors: list[Author] = []
        notice, names = _notice(), {}
        before = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                self._lines.append(lines.tell() - len(line) if lines.seekable() else 0)
                item = _parsed(line, number)
                if item["ts"] < before:
                    raise GeneratingError(f"第 {number} 行早于前一行：须按时间先后排列。")
                before = item["ts"]
                names[item["catname"]] = item["cat"]
                self._pks.append(int(item["slug"]))
        self.count = len(self._lines)
        self.categories = {name: _category(name, slug, notice) for name, slug in names.items()}

    def pk(self, number: int) -> int:
        return self._pks[number]

    def draft(self, number: int) -> Draft:
        with self._path.open("rb") as lines:
            lines.seek(self._lines[number])
            item = _parsed(lines.readline(), number + 1)
        return Draft(
            pk=self.pk(number),
            title=item["title"],
            category=item["catname"],
            author=None,
            tags=tuple(sorted(set(item["tags"]))),
            published_at=timezone.localtime(dt.datetime.fromtimestamp(item["ts"], dt.UTC)),
            passages=[Passage(clean(item["body"]), self._library)],
        )


def _parsed(line: bytes, number: int) -> dict:
    try:
        item = json.loads(line)
        int(item["slug"]), item["ts"] + 0
        _ = item["title"], item["cat"], item["catname"], item["body"], [*item["tags"]]
    except (ValueError, KeyError, TypeError) as error:
        raise GeneratingError(f"第 {number} 行不完整：{error!r}") from error
    return item


@dataclass
class _Known:
    """What all articles together come to, found before the first one is written."""

    counts: Counter = field(default_factory=Counter)  # of articles, by name of a term
    newest: dict[str, deque] = field(default_factory=dict)  # the last HEAD of them
    ids: dict[str, int] = field(default_factory=dict)  # of terms
    tags: dict[str, int] = field(default_factory=dict)  # ids, by name
    codes: dict[str, set[int]] = field(default_factory=dict)  # of a tag's name

    def take(self, number: int, names: Iterable[str]) -> None:
        for name in names:
            self.counts[name] += 1
            if terms.is_posted(name):
                self.newest.setdefault(name, deque(maxlen=HEAD)).append(number)

    def name_tags(self) -> None:
        """Tags were taken by their words; from here on they are known by their ids."""
        prefix = terms.name_of(Kind.TAG, "")
        for name in [one for one in self.counts if one.startswith(prefix)]:
            tag = name.removeprefix(prefix)
            made = Tag.objects.get_or_create(name=tag)[0].pk
            self.tags[tag], self.codes[tag] = made, word_codes(tag)
            for held in (self.counts, self.newest):
                held[terms.name_of(Kind.TAG, made)] = held.pop(name)
        self.ids = terms.ensure(self.counts)

    def era(self, name: str, number: int) -> int:
        return Posting.Era.HEAD if number >= self.newest[name][0] else Posting.Era.TAIL


# What the processes of a pool have from the one that made them.
_generator: "Generator | None" = None


def _do(step: str, start: int) -> None:
    getattr(_generator, step)(start)


class _Later(NamedTuple):
    step: str
    start: int

    def result(self) -> None:
        _do(self.step, self.start)


class Generator:
    """Writes a corpus. It may be stopped at any time: made again, it goes on with what is missing."""

    def __init__(self, corpus: Corpus, *, workers: int | None = None):
        self._corpus = corpus
        self._workers = workers or 1
        if workers is None and connection.vendor == "postgresql" and corpus.count >= _MANY:
            self._workers = os.cpu_count() or 1
        self._known = _Known()
        self._lists = Lists()

    def run(self, progress: Progress = lambda items, words: items) -> None:
        """Raises GeneratingError where articles are there that are not of this corpus."""
        if self._corpus.count < 1:
            raise GeneratingError("没有要生成的文章。")
        first, last = (self._corpus.pk(n) for n in (0, self._corpus.count - 1))
        if Article.objects.exclude(pk__range=(first, last)).exists():
            raise GeneratingError("库里已有别的文章：请在空库里生成。")
        for number in progress(range(self._corpus.count), "预备"):
            draft = self._corpus.draft(number)
            self._known.take(number, self._names(draft, draft.tags))
        self._known.name_tags()
        related: list[Future | _Later] = []

        def fill() -> None:
            for done in progress(self._start("write"), "文章"):
                done.result()
            self._count(last)
            related.extend(self._start("relate"))

        if self._corpus.count >= _MANY:
            search_engine.in_bulk(fill)  # makes its index while the others go on
        else:
            fill()
        for done in progress(related, "相关文章"):
            done.result()
        search_engine.analyse()

    def _start(self, step: str) -> "list[Future | _Later]":
        """One for each block: begun in the processes of a pool; alone, when its result is asked."""
        global _generator
        _generator = self
        starts = range(0, self._corpus.count, _BLOCK)
        if self._workers == 1:
            return [_Later(step, start) for start in starts]
        connections.close_all()  # two processes must not talk through one
        pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("fork"))
        futures = [pool.submit(_do, step, start) for start in starts]
        pool.shutdown(wait=False)
        return futures

    def _numbers(self, start: int) -> range:
        """Of a block's articles."""
        return range(start, min(start + _BLOCK, self._corpus.count))

    def _names(self, draft: Draft, tags: Iterable) -> set[str]:
        """Of its terms; ``tags``: by which they are known."""
        names = {
            terms.name_of(Kind.CATEGORY, self._corpus.categories[draft.category].pk),
            terms.name_of(Kind.MONTH, f"{draft.published_at:%Y-%m}"),
            terms.name_of(Kind.RANGE, draft.pk // terms.RANGE),
            *(terms.name_of(Kind.TAG, tag) for tag in tags),
        }
        if draft.author is not None:
            names.add(terms.name_of(Kind.AUTHOR, self._corpus.authors[draft.author].pk))
        day = draft.published_at.date()
        names |= {one.term for passage in draft.passages for one in passage.cited(day)}
        return names - {""}

    @transaction.atomic
    def write(self, start: int) -> None:
        """Some articles, and all that a publish writes for each, related articles aside."""
        numbers = self._numbers(start)
        if Article.objects.filter(pk=self._corpus.pk(numbers[-1])).exists():
            return
        tables = _Tables()
        for number in numbers:
            self._one(tables, number, self._corpus.draft(number))
        tables.write()

    def _one(self, tables: "_Tables", number: int, draft: Draft) -> None:
        at, day = draft.published_at, draft.published_at.date()
        slots = position = headings = 0
        rendered, contents, kinds = [], [], set()
        for passage in draft.passages:
            rendered.append(passage.html(slots, headings))
            contents += passage.contents(headings)
            for one in passage.cited(day):
                tables.citations.add(draft.pk, position, one.slot + slots, day, *one.shared)
                kinds.add(one.kind)
                position += 1
            slots += passage.slots
            headings = len(contents)
        body = "".join(passage.source for passage in draft.passages)
        html = "".join(rendered)
        category = self._corpus.categories[draft.category].pk
        author = None if draft.author is None else self._corpus.authors[draft.author].pk
        names = self._names(draft, [self._known.tags[tag] for tag in draft.tags])
        tables.articles.add(
            draft.pk,
            draft.title,
            Article.State.PUBLISHED,
            Article.Stage.NONE,
            at,
            category,
            author,
            body,
            html,
            contents,
            _excerpt(draft.passages, body),
            VERSION,
            sum(passage.length for passage in draft.passages),
            {"title": draft.title, "terms": sorted(names)},
            1,
            at,
            at,
        )
        content = {"title": draft.title, "body": body, "category": category, "author": author}
        tables.revisions.add(draft.pk, {**_EMPTY, **content, "tags": list(draft.tags)}, at, at)
        for tag in draft.tags:
            tables.tagged.add(draft.pk, self._known.tags[tag])
        for name in filter(terms.is_posted, names):
            tables.postings.add(self._known.ids[name], draft.pk, at, self._known.era(name, number))
        source = Source(
            draft.pk,
            at,
            category,
            hashlib.md5(f"{draft.title}\n{html}".encode(), usedforsecurity=False).hexdigest(),
            draft.tags,
            kinds_of(kinds - {""}),
        )
        size = search_engine.full_era()
        place = (search_engine.FIRST + number // size << search_engine.NUMBERS) + number % size
        found = [passage.codes for passage in draft.passages]
        found += [self._known.codes[tag] for tag in draft.tags]
        tables.entries.append(source.row(place, draft.title, found))

    @transaction.atomic
    def _count(self, last: int) -> None:
        terms.lock()
        rows = list(terms.of(self._known.counts))
        for row in rows:
            row.count = self._known.counts[str(row)]
        Term.objects.bulk_update(rows, ["count"], batch_size=500)
        rebuilding.weigh_terms(self._corpus.count)
        page_versions.bump([page_versions.SITE])
        advance_sequence(last)

    @transaction.atomic
    def relate(self, start: int) -> None:
        """The lists of related articles of some that are written."""
        pks = [self._corpus.pk(number) for number in self._numbers(start)]
        if not Related.objects.filter(article=pks[-1]).exists():
            store(self._lists.of(pks))


def _excerpt(passages: Sequence[Passage], body: str) -> str:
    """No more than the first words count."""
    first = passages[0]
    return first.excerpt if first.length > _ENOUGH else excerpt_of(body)


class _Tables:
    """What a block of articles writes, table by table."""

    def __init__(self):
        self.articles = Copy(
            Article,
            [
                "id",
                "title",
                "state",
                "stage",
                "published_at",
                "category_id",
                "author_id",
                "body",
                "rendered",
                "contents",
                "excerpt",
                "renderer_version",
                "length",
                "listed",
                "lock_version",
                "created_at",
                "edited_at",
            ],
        )
        self.revisions = Copy(Revision, ["article_id", "content", "created_at", "published_at"])
        self.tagged = Copy(TaggedArticle, ["content_object_id", "tag_id"])
        self.citations = Copy(Citation, [*_OF_ITS_OWN, *_SHARED])
        self.postings = Copy(Posting, ["term_id", "article_id", "published_at", "era"])
        self.entries: list[search_engine.Row] = []

    def write(self) -> None:
        for table in (
            self.articles,
            self.revisions,
            self.tagged,
            self.citations,
            self.postings,
        ):
            table.write()
        search_engine.store(self.entries)
