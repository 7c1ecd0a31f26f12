"""An article's citations: found, resolved and kept."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles import page_versions
from articles.images import measure
from articles.markup import plain
from articles.models import Article, Citation
from articles.related import list_anew
from articles.rendering import VERSION, render
from articles.slots import Placed
from statutes.choice import BY_DATE, BY_LAST, BY_QUOTATION, BY_UNDATED
from statutes.models import Clause
from statutes.names import Names
from statutes.quotations import tells
from statutes.quoting import opening, quotations_of
from statutes.references import Reference, find_references
from statutes.resolver import Resolution, Resolver, Resolvers
from statutes.texts import alias_key

_CONTEXT = 20  # characters kept on each side of a reference
_ALIKE = 6  # of both sides' together, next to the reference
# Above any real position: rows are parked there while positions are dealt out anew.
_PARKED = 1_000_000
_PINS = ("paragraph", "paragraph_end", "item", "item_end")
# What is looked at of a row that may be left alone.
_READ = (
    "article_id",
    "prefix",
    "exact",
    "suffix",
    "title",
    "title_key",
    "number",
    "branch",
    "number_end",
    "is_in_range",
    *_PINS,
    "statute_id",
    "clause_id",
    "as_of",
    "resolved_by",
    "outcome",
    "quotation",
    "quotation_verdict",
    "quotation_at_id",
    "is_historical",
)
# What decides of which text a reference is that says nothing of it.
_BY_NO_WORD = (BY_DATE, BY_LAST, BY_UNDATED, BY_QUOTATION)
# In words that say which text of a law they mean: 2018年修订的, 原《合同法》, 法释〔2015〕18号.
_MAY_SELECT = re.compile(r"[原旧新前修改订正号〔\[0-9０-９]")
# Of a longer range only the two ends are tied to clauses: nobody means fifty rules at once.
_LONGEST_RANGE = 50


@dataclass
class Read:
    """A reference of an article's body, and what it comes to: the row that publishing writes (not
    saved; with the id, the date and so the verdicts of the one that it takes over) and the rows
    of the other clauses, where it is a range."""

    row: Citation
    placed: Placed
    found: Resolution
    inner: list[Citation]
    quotation: str  # what stands beside it, also where nothing can be said of it


def read_citations(
    article: Article,
    text: str,
    placed: Sequence[Placed],
    *,
    held: Iterable[Citation],
    on: dt.date,
    library: Resolvers,
) -> list[Read]:
    """What a body cites, as it would be kept if it were the article's: nothing is written.

    ``text`` is its plain text, in which ``placed`` have their offsets. ``held`` are the article's citations now; ``on`` dates those that appear for the first time
    (``as_of``). A citation of the same clause keeps its row, and with it its date and its
    verdicts; where several cite the same clause, each keeps the one whose words stand next to it.
    One that says now which text it means (原《合同法》), and did not say so before, is another
    citation.
    """
    references = [one.reference for one in placed]
    quotations = quotations_of(text, references)
    rows = [
        _row(article, one, text, quotation)
        for one, quotation in zip(placed, quotations, strict=True)
    ]
    says_text = any(reference.selector for reference in references)
    there = _Held(held, library.names.names if says_text else None)
    for key in (_identity, _clause):  # the second for 第一款 added, or a range made of a list
        there.give(rows, key)
    for row in rows:
        row.as_of = row.as_of or on
    by_day: dict[dt.date, list[tuple[Citation, Placed]]] = defaultdict(list)
    for row, one in zip(rows, placed, strict=True):
        by_day[row.as_of].append((row, one))
    read: dict[int, Read] = {}
    for day, cited in by_day.items():
        resolver = library.on(day)
        resolver.prepare(one.reference for _, one in cited)
        for row, one in cited:
            read[id(row)] = _resolve(row, one, resolver)
    found = [read[id(row)] for row in rows]
    there.give([member for one in found for member in one.inner], _clause)
    return found


@transaction.atomic
def index_citations(
    article: Article,
    placed: Sequence[Placed] | None = None,
    *,
    on: dt.date | None = None,
    library: Resolvers | None = None,
) -> None:
    """Bring the article's rows in line with its published body.

    The caller holds the article's row lock. ``placed`` are the references of a body that was just
    rendered; without them it is rendered anew, and the article's HTML stored. ``on`` is as for
    ``read_citations``; by default the article's own date. Idempotent.
    """
    library = library or Resolvers()
    if placed is None:
        placed = _render(article, library)
    on = on or timezone.localdate(article.published_at or timezone.now())
    there = list(article.citations.all())
    read = read_citations(article, plain(article.body), placed, held=there, on=on, library=library)
    written = [row for one in read for row in (one.row, *one.inner)]
    for position, row in enumerate(written):
        row.position = position
    _write(article, written, {row.pk: row.position for row in there})


def _render(article: Article, library: Resolvers) -> list[Placed]:
    """The body rendered with the names of today's library, and kept where that is news."""
    rendered = render(article.body, measure=measure, names=library.names.names)
    if (rendered.html, VERSION) != (article.rendered, article.renderer_version):
        article.rendered, article.renderer_version = rendered.html, VERSION
        article.contents, article.length = rendered.contents, rendered.length
        article.save(update_fields=["rendered", "renderer_version", "contents", "length"])
    return rendered.citations


def _row(article: Article, placed: Placed, text: str, quotation: str) -> Citation:
    reference = placed.reference
    return Citation(
        article=article,
        slot=placed.slot,
        exact=reference.exact[:300],
        prefix=text[max(0, reference.start - _CONTEXT) : reference.start],
        suffix=text[reference.end : reference.end + _CONTEXT],
        title=(reference.title or reference.written)[:150],
        title_key=alias_key(reference.title)[:150],
        number=reference.number,
        branch=reference.branch,
        number_end=reference.number_end,
        branch_end=reference.branch_end,
        paragraph=reference.paragraph,
        paragraph_end=reference.paragraph_end,
        item=reference.item,
        item_end=reference.item_end,
        quotation=quotation,
    )


def _identity(row: Citation) -> tuple:
    pins = (row.paragraph, row.paragraph_end, row.item, row.item_end)
    return (*_clause(row), row.number_end, row.branch_end, *pins)


def _clause(row: Citation) -> tuple:
    return (row.title_key, row.number, row.branch, row.is_in_range)


class _Held:
    """The rows that an article has, to be taken over. ``names``: where what they say of the text
    that they mean must be the same."""

    def __init__(self, rows: Iterable[Citation], names: Names | None):
        self._names = names
        self._by_key: dict[tuple, list[Citation]] = defaultdict(list)
        self._taken: set[int] = set()
        for row in rows:
            self._by_key[_identity(row)].append(row)
            self._by_key[_clause(row)].append(row)

    def give(self, rows: Iterable[Citation], key: Callable[[Citation], tuple]) -> None:
        """To each new row the held one under its key whose words stand most alike next to it.

        A sentence that was written anew is another citation: nobody has reviewed it.
        """
        waiting: dict[tuple, list[Citation]] = defaultdict(list)
        for row in rows:
            if row.pk is None:
                waiting[key(row)].append(row)
        for shared, new in waiting.items():
            pairs = [
                (-common, held.position, order)
                for held in self._by_key[shared]
                if held.pk not in self._taken
                for order, row in enumerate(new)
                if (common := _common(held, row)) >= _needed(held) and self._means_same(held, row)
            ]
            at = {held.position: held for held in self._by_key[shared]}
            for _, position, order in sorted(pairs):
                row, held = new[order], at[position]
                if row.pk is None and held.pk not in self._taken:
                    self._taken.add(held.pk)
                    row.pk = held.pk
                    row.as_of = row.as_of or held.as_of

    def _means_same(self, held: Citation, row: Citation) -> bool:
        if self._names is None:
            return True
        one, other = self._selector(held), self._selector(row)
        return one is None or other is None or one == other

    def _selector(self, row: Citation) -> str | None:
        """What its own words say of the text; None where they name no statute."""
        read = _read_again(row, self._names)
        return read and read.selector


def _words(row: Citation) -> str:
    return row.prefix + row.exact + row.suffix


def _read_again(row: Citation, names: Names) -> Reference | None:
    """Its reference, from the words that are kept; None where they name no statute."""
    end = len(row.prefix) + len(row.exact)
    for reference in find_references(_words(row), names):
        if reference.end == end:
            return None if reference.is_inherited else reference
    return None


def _common(one: Citation, other: Citation) -> int:
    """How many characters next to two references are the same."""
    before = _shared(one.prefix[::-1], other.prefix[::-1])
    return before + _shared(one.suffix, other.suffix)


def _needed(held: Citation) -> int:
    """How many of them must be, for the sentence to be the same."""
    return min(_ALIKE, (len(held.prefix) + len(held.suffix)) // 4)


def _shared(one: str, other: str) -> int:
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _resolve(row: Citation, placed: Placed, resolver: Resolver) -> Read:
    """Fill the row in."""
    quotation = row.quotation
    found = resolver.resolve(placed.reference, quotation)
    row.outcome = found.outcome
    row.statute = found.statute
    row.clause = found.clause
    row.resolved_by = found.resolved_by
    if found.clause is None or not tells(row.quotation, found.comparison):
        row.quotation = ""  # a paraphrase, or of a clause that isn't known
    row.quotation_verdict = found.comparison.verdict if row.quotation else ""
    row.quotation_at = found.quoted_at
    row.is_historical = _is_historical(placed.reference.selector, found, row.as_of)
    inner = [_member(row, clause, placed, found) for clause in _inside(found)]
    return Read(row, placed, found, inner, quotation)


def _is_historical(selector: str, found: Resolution, on: dt.date) -> bool:
    """Whether the text itself says that this is old law: 原《合同法》, or 2013年修正的 in 2025."""
    if not selector or found.version is None:
        return False
    ended = found.version.effective_to
    return selector == "old" or bool(ended and ended <= on)


def _inside(found: Resolution) -> list[Clause]:
    """The clauses of a range behind its first one."""
    if found.last is None:
        return []
    between = found.version.clauses.filter(
        order__gt=found.clause.order, order__lte=found.last.order
    ).order_by("order")
    clauses = list(between[: _LONGEST_RANGE + 1])
    return clauses if len(clauses) < _LONGEST_RANGE else [found.last]


def _member(row: Citation, clause: Clause, placed: Placed, found: Resolution) -> Citation:
    is_last = clause.pk == found.last.pk
    return Citation(
        article=row.article,
        slot=placed.last_slot if is_last else placed.slot,
        exact=row.exact,
        prefix=row.prefix,
        suffix=row.suffix,
        title=row.title,
        title_key=row.title_key,
        number=clause.number,
        branch=clause.branch,
        is_in_range=True,
        statute=row.statute,
        clause=clause,
        as_of=row.as_of,
        resolved_by=row.resolved_by,
        outcome=row.outcome,
        is_historical=row.is_historical,
    )


def _write(article: Article, rows: list[Citation], held: dict[int, int]) -> None:
    """``held``: the positions of the rows that are there, by id."""
    kept = {row.pk: row.position for row in rows if row.pk}
    if held.keys() - kept.keys():
        article.citations.exclude(pk__in=kept).delete()
    if any(held[pk] != position for pk, position in kept.items()):
        article.citations.update(position=F("position") + _PARKED)
    names = [one.name for one in Citation._meta.concrete_fields if not one.primary_key]
    Citation.objects.bulk_update([row for row in rows if row.pk], names, batch_size=200)
    Citation.objects.bulk_create([row for row in rows if not row.pk])


@transaction.atomic
def reindex_after_change(statute_ids: set[int], keys: set[str], *, rewritten: bool = True) -> None:
    """The library changed: resolve anew what cites these statutes or any statute by their names
    (which may have become ambiguous), and what waits for a name that came or went (``keys``).

    ``rewritten``: words of texts that were held may be others. Where they are not, most citations
    are plainly what they were, and their articles are left alone.
    """
    library = Resolvers()
    theirs = keys | library.names.keys_of(statute_ids)
    touched = Citation.objects.filter(Q(statute__in=statute_ids) | Q(title_key__in=theirs))
    if not rewritten:
        still = _Standing(touched, library)
        rows = touched.order_by().values_list(*_READ, named=True).iterator(chunk_size=5_000)
        pks = sorted(
            {row.article_id for row in rows if row.title_key in keys or not still.holds(row)}
        )
    else:
        pks = list(touched.order_by("article").values_list("article", flat=True).distinct())
    for article in [_reindex(pk, library) for pk in pks]:
        list_anew(article)
    page_versions.library_changed(statute_ids)


class _Standing:
    """Which citations come, beside a library that gained or lost texts, plainly to what they came to:
    read again from what is kept of each, not from its article. Three queries for any number."""

    def __init__(self, citations: QuerySet[Citation], library: Resolvers):
        self._library = library
        self._meant: dict[tuple, tuple | None] = {}
        self._found: dict[tuple, Resolution] = {}
        self._letters: dict[int, str] = {}
        wanted: dict[int, set[tuple[int, int]]] = defaultdict(set)
        cited = citations.order_by().exclude(statute=None)
        for statute, *key in cited.values_list("statute", "number", "branch").distinct():
            wanted[statute].add(tuple(key))
        self._any_day = library.on(timezone.localdate())  # what it holds, all of them do
        self._any_day.read(wanted)

    def holds(self, row: Citation) -> bool:
        if row.is_in_range or row.number_end or not row.statute_id:
            return False
        if not row.quotation and self._may_quote_another(row):
            return False
        reference = self._reference(row)
        found = reference and self._resolved(row, reference)
        return bool(found) and (
            row.outcome == found.outcome
            and row.statute_id == found.statute.pk
            and row.clause_id == (found.clause and found.clause.pk)
            and row.resolved_by == found.resolved_by
            and row.quotation_verdict == (found.comparison.verdict if row.quotation else "")
            and row.quotation_at_id == (found.quoted_at and found.quoted_at.pk)
            and row.is_historical == _is_historical(reference.selector, found, row.as_of)
        )

    def _reference(self, row: Citation) -> Reference | None:
        """What its article says, as far as it is kept; None where that is not enough."""
        if row.resolved_by not in _BY_NO_WORD and _MAY_SELECT.search(_words(row)):
            read = _read_again(row, self._library.names.names)
            return read if read and _says(row) == _says(read) else None
        pins = {name: getattr(row, name) for name in _PINS}
        return Reference(0, 0, row.exact, row.title, row.number, row.branch, **pins)

    def _resolved(self, row: Citation, reference: Reference) -> Resolution | None:
        """Once for all days on which it means the same text; None where it is of several statutes,
        or of none."""
        selector = reference.selector
        day = (row.title_key, row.as_of, selector)
        if day not in self._meant:
            self._meant[day] = self._text_meant(reference, row.as_of)
        if self._meant[day] is None:
            return None
        said = (row.number, row.branch, *(getattr(row, name) for name in _PINS), row.quotation)
        key = (row.title_key, selector, self._meant[day], *said)
        if key not in self._found:
            self._found[key] = self._library.on(row.as_of).resolve(reference, row.quotation)
        return self._found[key]

    def _text_meant(self, reference: Reference, on: dt.date) -> tuple | None:
        """(statute, text, what decided)."""
        resolver = self._library.on(on)
        statutes = resolver.candidates(reference)
        if len(statutes) != 1:
            return None
        version, by = resolver.text_meant(statutes[0], reference.selector)
        return statutes[0].pk, version and version.pk, by

    def _may_quote_another(self, row: Citation) -> bool:
        """Whether what stands beside it may be another text's clause of that number."""
        quoted = opening(row.prefix, row.suffix)
        if not quoted:
            return quoted is None
        clauses = self._any_day.clauses_of(row.statute_id, row.number, row.branch).values()
        return any(quoted in self._letters_of(one) for one in clauses if one.pk != row.clause_id)

    def _letters_of(self, clause: Clause) -> str:
        if clause.pk not in self._letters:
            self._letters[clause.pk] = "".join(filter(str.isalnum, clause.text))
        return self._letters[clause.pk]


def _says(one: Citation | Reference) -> tuple:
    """Which clause, and what of it."""
    title = one.title_key if hasattr(one, "title_key") else alias_key(one.title)[:150]
    return (title, one.number, one.branch, one.number_end, *(getattr(one, pin) for pin in _PINS))


@transaction.atomic
def reindex(pk: int, library: Resolvers) -> None:
    list_anew(_reindex(pk, library))


def _reindex(pk: int, library: Resolvers) -> Article:
    """Locked, and read behind the lock: a publish that runs now has either written its body
    already, or waits for this transaction and indexes its own."""
    article = Article.objects.select_for_update(no_key=True).get(pk=pk)
    index_citations(article, library=library)
    return article


def on_library_changed(
    sender, statute_ids: set[int], keys: set[str], rewritten: bool, **kwargs
) -> None:
    """Receives ``statutes.library.library_changed``, inside the import's transaction."""
    reindex_after_change(statute_ids, keys, rewritten=rewritten)
