"""What published articles are counted and found under: tags, clauses, categories, authors, months
and ranges of ids, kept in the transaction that publishes or withdraws.

A term is named ``kind:key``: ``tag:12``, ``month:2025-07``. An article whose hour is still to come
has its terms already; who shows them to readers leaves it out until then.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncMonth
from django.utils import timezone

from articles.models import SAME_CLAUSE, Article, Citation, Posting, TaggedArticle, Term
from statutes.lock import hold
from statutes.models import Clause

Kind = Term.Kind
# Of these there is a row for each article; the others are only counted.
POSTED = {Kind.TAG, Kind.CLAUSE, Kind.CATEGORY}
# Articles a file of the sitemap; of ids, so that no other article moves when one comes or goes.
RANGE = 10_000
_KEY = 0x6C75_7765_6E02  # of PostgreSQL's advisory locks, this one


def lock() -> None:
    """One writer of terms and related articles at a time, until the transaction ends.

    Taken behind every lock on a row of an article, and those are of the kind that leaves the row's
    key alone (``no_key``: PostgreSQL looks up what a list refers to), so that no two publishes wait
    for each other. On SQLite every transaction that writes is alone already.
    """
    hold(_KEY)


def name_of(kind: str, key: object) -> str:
    return f"{kind}:{key}"


def clause_name(clause: Clause) -> str:
    """The same for the same words under the same number, whichever text brought them."""
    parts = (clause.version.statute_id, clause.number, clause.branch, clause.text_hash[:16])
    return name_of(Kind.CLAUSE, "-".join(map(str, parts)))


def statute_in(name: str) -> int | None:
    """Whose clause it names; None for a name of anything else."""
    kind, _, key = name.partition(":")
    return int(key.split("-")[0]) if kind == Kind.CLAUSE else None


def is_posted(name: str) -> bool:
    return name.partition(":")[0] in POSTED


def terms_of(articles: Collection[Article]) -> dict[int, set[str]]:
    """The names of the terms of each, by id; none for what readers can't see and won't. Two
    queries."""
    public = [one for one in articles if one.state == Article.State.PUBLISHED]
    names: dict[int, set[str]] = {one.pk: set() for one in articles}
    for one in public:
        names[one.pk] |= {
            name_of(Kind.CATEGORY, one.category_id),
            name_of(Kind.MONTH, f"{timezone.localtime(one.published_at):%Y-%m}"),
        }
        if one.author_id:
            names[one.pk].add(name_of(Kind.AUTHOR, one.author_id))
        if not one.noindex:
            names[one.pk].add(name_of(Kind.RANGE, one.pk // RANGE))
    pks = [one.pk for one in public]
    tagged = TaggedArticle.objects.filter(content_object__in=pks)
    for pk, tag in tagged.values_list("content_object", "tag"):
        names[pk].add(name_of(Kind.TAG, tag))
    cited = (
        Citation.objects.filter(article__in=pks, clause__isnull=False)
        .select_related("clause__version")
        .only("article", *(f"clause__{name}" for name in SAME_CLAUSE))
        .order_by()
    )
    for citation in cited:
        names[citation.article_id].add(clause_name(citation.clause))
    return names


def place(article: Article) -> tuple[bool, set[str]]:
    """Bring the rows of an article in line with what it is now: (whether anything changed by which
    it is related to others: then ``related.refresh`` is due; the terms that it had). The caller
    holds the article's row."""
    lock()
    names = terms_of([article])[article.pk]
    article.refresh_from_db(fields=["listed"])
    was = article.listed
    held, title = set(was.get("terms", ())), was.get("title", "")
    now = timezone.now()
    ids = ensure(names | held)
    for ways, by in ((held - names, -1), (names - held, 1), (names & held, 0)):
        if rows := [ids[name] for name in ways]:
            # Not below none: a count that was lost is no reason to refuse a publication.
            count = Greatest(F("count") + by, 0)
            Term.objects.filter(pk__in=rows).update(count=count, changed_at=now)
    posted = {name for name in names if is_posted(name)}
    is_new = posted != set(filter(is_posted, held)) or (title != article.title and bool(posted))
    if is_new:
        Posting.objects.filter(article=article).delete()
        Posting.objects.bulk_create(
            Posting(term_id=ids[name], article=article, published_at=article.published_at)
            for name in posted
        )
    elif posted:
        Posting.objects.filter(article=article).exclude(published_at=article.published_at).update(
            published_at=article.published_at
        )
    if _note(article, names):
        article.save(update_fields=["listed"])
    return is_new, held


def _note(article: Article, names: set[str]) -> bool:
    """On the article itself, not saved: what it is listed under. Whether that is news."""
    before = article.listed
    article.listed = {"title": article.title, "terms": sorted(names)} if names else {}
    return article.listed != before


def _era(held: Posting | None) -> int:
    return Posting.Era.NEW if held is None else held.era


def ensure(names: Iterable[str]) -> dict[str, int]:
    """The ids of the terms by name; those that are not there yet are made. Two or three queries."""
    names = set(names)
    found = _ids(names)
    if missing := names - found.keys():
        now = timezone.now()
        Term.objects.bulk_create(
            [
                Term(kind=kind, key=key, changed_at=now)
                for kind, _, key in (name.partition(":") for name in sorted(missing))
            ],
            ignore_conflicts=True,
        )
        found |= _ids(missing)
    return found


def _ids(names: Collection[str]) -> dict[str, int]:
    return {name_of(kind, key): pk for pk, kind, key in of(names).values_list("pk", "kind", "key")}


def of(names: Iterable[str]) -> QuerySet[Term]:
    """The rows of some terms, by name."""
    keys = defaultdict(list)
    for name in names:
        kind, _, key = name.partition(":")
        keys[kind].append(key)
    rows = Term.objects.none()
    for kind, values in keys.items():
        rows |= Term.objects.filter(kind=kind, key__in=values)
    return rows


@transaction.atomic
def place_again(pks: Collection[int]) -> None:
    """As ``place`` does it, for many articles; only what is not so yet is written, and nothing is
    counted: see ``count_again``."""
    needed = ("state", "title", "category", "author", "noindex", "published_at", "listed")
    rows = Article.objects.select_for_update(no_key=True).filter(pk__in=pks)
    articles = list(rows.order_by("pk").only(*needed))
    lock()
    names = terms_of(articles)
    held: dict[int, dict[str, Posting]] = {pk: {} for pk in pks}
    for row in Posting.objects.filter(article__in=pks).select_related("term"):
        held[row.article_id][str(row.term)] = row
    ids = ensure(set().union(*names.values()))
    gone, new, changed = [], [], []
    for article in articles:
        if _note(article, names[article.pk]):
            changed.append(article)
        wanted = set(filter(is_posted, names[article.pk]))
        mine = held[article.pk]
        at = article.published_at
        gone += [
            row.pk for name, row in mine.items() if name not in wanted or row.published_at != at
        ]
        new += [
            Posting(term_id=ids[name], article=article, published_at=at, era=_era(mine.get(name)))
            for name in wanted
            if name not in mine or mine[name].published_at != at
        ]
    Article.objects.bulk_update(changed, ["listed"])
    Posting.objects.filter(pk__in=gone).delete()
    Posting.objects.bulk_create(new, batch_size=2_000)


@transaction.atomic
def count_again() -> None:
    """Every count from the articles themselves."""
    lock()
    counted: dict[str, int] = {}
    postings = Posting.objects.order_by().values_list("term__kind", "term__key")
    for kind, key, count in postings.annotate(Count("pk")):
        counted[name_of(kind, key)] = count
    public = Article.objects.filter(state=Article.State.PUBLISHED).order_by()
    month = TruncMonth("published_at", tzinfo=timezone.get_default_timezone())
    found = {
        Kind.AUTHOR: public.exclude(author=None).values_list("author"),
        Kind.MONTH: public.annotate(month=month).values_list("month"),
        Kind.RANGE: public.filter(noindex=False)
        .annotate(range=F("pk") / RANGE)
        .values_list("range"),
    }
    for kind, rows in found.items():
        for key, count in rows.annotate(Count("pk")):
            key = f"{timezone.localtime(key):%Y-%m}" if kind == Kind.MONTH else key
            counted[name_of(kind, key)] = count
    ensure(counted)
    rows = list(Term.objects.all())
    changed = [row for row in rows if row.count != counted.get(str(row), 0)]
    for row in changed:
        row.count = counted.get(str(row), 0)
    Term.objects.bulk_update(changed, ["count"], batch_size=500)


def public_under(name: str) -> tuple[int | None, int]:
    """(the id, how many articles readers find) of a tag or a clause; (None, 0): it is not known.
    One query."""
    ahead = Posting.objects.filter(term=OuterRef("pk"), published_at__gt=timezone.now())
    hidden = ahead.order_by().values("term").annotate(n=Count("pk")).values("n")
    rows = of([name]).annotate(hidden=Coalesce(Subquery(hidden), 0))
    return next(((row.pk, row.count - row.hidden) for row in rows), (None, 0))


def public_counts(names: Collection[str]) -> dict[str, int]:
    """How many articles readers find under each of these terms, those whose hour is still to come
    left out; nothing of terms without any. Two queries."""
    ahead = Article.objects.filter(
        state=Article.State.PUBLISHED, published_at__gt=timezone.now()
    ).values_list("listed", flat=True)
    hidden = Counter(name for listed in ahead for name in listed.get("terms", ()))
    found = {str(row): row.count - hidden[str(row)] for row in of(names)}
    return {name: count for name, count in found.items() if count > 0}


def public_months() -> dict[tuple[int, int], int]:
    """How many articles readers find of each month, by (year, month), the newest first."""
    keys = Term.objects.filter(kind=Kind.MONTH).values_list("key", flat=True)
    counts = public_counts([name_of(Kind.MONTH, key) for key in keys])
    months = {tuple(map(int, name.partition(":")[2].split("-"))): n for name, n in counts.items()}
    return dict(sorted(months.items(), reverse=True))
