"""An article's page: everything on it, from what is stored and what holds on the day of reading."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.files import FieldFile
from django.db.models.functions import JSONArray
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles import card, related, terms
from articles.cited_law import CitedClause, CitedLaw, cited_law
from articles.compiled import Compiled, Rows
from articles.kept import Kept, Site, once
from articles.models import Article, Author, Category, TaggedArticle, Term
from articles.models.article import address_of, signature
from articles.page_versions import card_name, page_name
from articles.slots import fill_slots
from articles.structured_data import article_script, crumbs_of
from statutes.addresses import path_of
from statutes.cacheable import law_name

Kind = Term.Kind
# Characters a minute: an adult's speed at plain Chinese prose.
_READING_SPEED = 400
_MOST_SHARED = 3
_NUMBER = "\ue000"  # stands for an entry's in what is kept of it
# Of the contents: the deepest heading that is named, and the fewest headings.
_DEEPEST, _FEWEST = 3, 2
_TEXT_SIZES = [("small", "小"), ("", "中"), ("large", "大")]


def _in_order(*columns: str) -> tuple[str, ...]:
    """As the table has them, and so as ``from_db`` takes them."""
    return tuple(f.attname for f in Article._meta.concrete_fields if f.attname in columns)


# What the page shows of the article itself, and what lists show of one.
_COLUMNS = _in_order(
    "id",
    "title",
    "published_at",
    "date_is_known",
    "revised_at",
    "category_id",
    "author_id",
    "cover",
    "cover_width",
    "cover_height",
    "source_name",
    "source_url",
    "closing_override",
    "notice_override",
    "seo_title",
    "seo_description",
    "noindex",
    "rendered",
    "contents",
    "excerpt",
    "updates",
    "length",
)
_OF_A_CARD = _in_order(
    "id",
    "title",
    "excerpt",
    "cover",
    "cover_width",
    "cover_height",
    "published_at",
    "date_is_known",
    "source_name",
    "category_id",
    "author_id",
)


class Tagged(NamedTuple):
    pk: int
    name: str
    slug: str

    @property
    def path(self) -> str:
        return path_of("tag", self.slug)


@Compiled
def _articles(pk: int, now: dt.datetime) -> QuerySet:
    tagged = TaggedArticle.objects.filter(content_object=OuterRef("pk")).order_by()
    tags = tagged.values("content_object").annotate(
        rows=Rows(JSONArray("pk", "tag", "tag__name", "tag__slug"))
    )
    public = Article.objects.published(now).filter(pk=pk).order_by()
    return public.annotate(tagged_with=Subquery(tags.values("rows"))).values_list(
        *_COLUMNS, "tagged_with"
    )


@Compiled
def _related(pk: int, now: dt.datetime) -> QuerySet:
    """The best first."""
    public = Article.objects.published(now).filter(related_to__article=pk)
    best = public.order_by("-related_to__score", "-related_to__likeness", "-pk")
    return best.values_list(*_OF_A_CARD, "related_to__shared")[: related.SHOWN]


@Compiled
def _neighbours(pk: int, category: int, at: dt.datetime, now: dt.datetime) -> QuerySet:
    found = Article(pk=pk, category_id=category, published_at=at).neighbours(now)
    beside = Q()
    for one in found:
        beside |= Q(pk=Subquery(one.values("pk")))
    return Article.objects.published(now).filter(beside).order_by().values_list(*_OF_A_CARD)


def find(pk: int, *, site: Site) -> tuple[Article, list[Tagged]] | None:
    """What readers may see, with all that its page shows of the article itself, and its tags in
    the order in which it has them. One query."""
    for row in _articles(pk=pk, now=timezone.now()):
        found = Article.from_db(None, _COLUMNS, row[: len(_COLUMNS)])
        found.category, found.author = site.category(row.category_id), site.author(row.author_id)
        return found, [Tagged(*tag) for _, *tag in sorted(row.tagged_with or ())]
    return None


_COVER = Article._meta.get_field("cover")


@dataclass
class Card:
    """An article as lists show it: as of ``Article.for_list()``, from a row of ``_OF_A_CARD``."""

    row: NamedTuple
    category: Category
    author: Author | None
    shared: Sequence[str] | str = ()

    @property
    def pk(self) -> int:
        return self.row.id

    title = property(lambda self: self.row.title)
    excerpt = property(lambda self: self.row.excerpt)
    published_at = property(lambda self: self.row.published_at)
    date_is_known = property(lambda self: self.row.date_is_known)
    source_name = property(lambda self: self.row.source_name)
    signed_by = property(lambda self: signature(self.author, self.row.source_name))
    cover_width = property(lambda self: self.row.cover_width)
    cover_height = property(lambda self: self.row.cover_height)

    @property
    def cover(self) -> FieldFile | None:
        return FieldFile(None, _COVER, self.row.cover) if self.row.cover else None

    def get_absolute_url(self) -> str:
        return address_of(self.row.id)


def _card(row: NamedTuple, site: Site, shared: str = "") -> Card:
    return Card(row, site.category(row.category_id), site.author(row.author_id), shared)


def related_to(found: Article, *, site: Site) -> list[Card]:
    """Those that are stored, the best first, each with the names of the terms that it shares as
    ``shared``. One query."""
    if not site.firm.shows_related:
        return []
    rows = _related(pk=found.pk, now=timezone.now())
    return [_card(row, site, row.related_to__shared) for row in rows]


def related_as_it_would_be(found: Article) -> list[Article]:
    """As ``related_to``, of a preview: nothing of it is stored."""
    rows = related.as_it_would_be(found)
    public = Article.objects.published().filter(pk__in=[row.other_id for row in rows])
    held = {one.pk: one for one in public.for_list()}
    cards = []
    for row in rows:
        if row.other_id in held:
            held[row.other_id].shared = row.shared
            cards.append(held[row.other_id])
    return cards[: related.SHOWN]


def context_of(
    found: Article, tags: Iterable[Tagged], beside: Sequence[Article | Card], *, kept: Kept
) -> dict:
    """What the template of an article shows. ``found``: with category, its parent and notice, and
    author; ``beside``: its related articles. Two queries, beside those for what is not kept."""
    firm = kept.site.firm
    law = cited_law(found, on=timezone.localdate(), law=kept.law)
    newer, older = _newer_and_older(found, kept.site)
    permalink = settings.SITE_URL + found.get_absolute_url()
    picture = _social_picture(found)
    tags = list(tags)
    names = [tag.name for tag in tags]
    data = article_script(found, law=law, tags=names, picture=picture.get("url", ""), kept=kept)
    _say_what_is_shared(beside, tags, law)
    for entry in law.entries:
        entry.html = _clause_html(entry, kept)
    return {
        "firm": firm,
        "article": found,
        "body": fill_slots(found.rendered, law.links),
        # 0: not known.
        "minutes": max(1, round(found.length / _READING_SPEED)) if found.length else 0,
        "law": law,
        "updates": found.updates[::-1],
        "contents": _contents(found),
        "crumbs": crumbs_of(found.category),
        "text_sizes": _TEXT_SIZES,
        "tags": tags,
        "newer": newer,
        "older": older,
        "related": beside,
        "permalink": permalink,
        "picture": picture,
        "structured_data": data,
        "canonical": permalink,
        "other_forms": {form: address_of(found.pk, f".{form}") for form in ("json", "md", "svg")},
    }


def names_of(context: dict) -> list[str]:
    """What the page shows, as ``page_versions`` names it."""
    beside = (context["newer"], context["older"], *context["related"])
    return [
        page_name(context["article"].pk),
        *(card_name(one.pk) for one in beside if one),
        *map(law_name, context["law"].statutes),
    ]


def _clause_html(entry: CitedClause, kept: Kept) -> SafeString:
    """The entry in the list of what is cited, with its card: many articles cite the same clause."""
    key = (*entry.key, entry.is_misquoted, entry.checked_on)
    made = once(
        kept.law.pieces(entry.clause.pk),
        key,
        lambda: render_to_string(
            "articles/_cited_clause.html", {"entry": replace(entry, number=_NUMBER)}
        ),
    )
    return mark_safe(made.replace(_NUMBER, str(entry.number)))  # noqa: S308  (a template's)


def _contents(found: Article) -> list[dict]:
    """Its h2 and h3; [] where there are too few to be found by."""
    items = [
        {
            **item,
            "level": str(item["level"]),
        }  # a number would be written as the reader's language does
        for item in found.contents
        if item["level"] <= _DEEPEST
    ]
    return items if len(items) >= _FEWEST else []


def _social_picture(found: Article) -> dict:
    """What a shared link shows: the cover, or the drawn card; {} where there is neither."""
    if found.cover:
        size = {"width": str(found.cover_width), "height": str(found.cover_height)}
        return {"url": settings.SITE_URL + found.cover.url, **size}
    if card.font_file() is None:
        return {}
    width, height = card.SIZE
    address = settings.SITE_URL + address_of(found.pk, ".png")
    return {"url": address, "width": str(width), "height": str(height)}


def _newer_and_older(found: Article, site: Site) -> tuple[Card | None, Card | None]:
    """The next ones of its category. One query."""
    at = found.published_at
    rows = _neighbours(pk=found.pk, category=found.category_id, at=at, now=timezone.now())
    near = {(row.published_at, row.id): row for row in rows}
    after, before = (
        [key for key in near if side(key)]
        for side in (
            lambda key: key > (at, found.pk),
            lambda key: key < (at, found.pk),
        )
    )
    newer, older = near.get(min(after, default=None)), near.get(max(before, default=None))
    return tuple(row and _card(row, site) for row in (newer, older))


def _say_what_is_shared(
    beside: Iterable[Article | Card], tags: list[Tagged], law: CitedLaw
) -> None:
    """Of each related article in words: tags and clauses, the rarest first."""
    words = {terms.name_of(Kind.TAG, tag.pk): tag.name for tag in tags}
    words |= {terms.clause_name(entry.clause): str(entry.clause) for entry in law.entries}
    for article in beside:
        names = [words[name] for name in article.shared.split() if name in words]
        article.shared = names[:_MOST_SHARED]
