"""An article's page: everything on it, from what is stored and what holds on the day of reading."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONArray
from django.urls import reverse
from django.utils import timezone

from articles import card, related, terms
from articles.cited_law import CitedLaw, cited_law
from articles.compiled import Compiled, Rows
from articles.kept import Kept, Site
from articles.models import Article, TaggedArticle, Term
from articles.page_versions import card_name, page_name
from articles.slots import fill_slots
from articles.structured_data import article_graph, crumbs_of
from statutes.cacheable import law_name
from statutes.structured_data import as_script

Kind = Term.Kind
# Characters a minute: an adult's speed at plain Chinese prose.
_READING_SPEED = 400
_MOST_SHARED = 3
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
        found = _article(_COLUMNS, row, site)
        return found, [Tagged(*tag) for _, *tag in sorted(row.tagged_with or ())]
    return None


def _article(columns: Sequence[str], row: Sequence, site: Site) -> Article:
    found = Article.from_db(None, columns, row[: len(columns)])
    found.category = site.category(found.category_id)
    found.author = site.author(found.author_id)
    return found


def related_to(found: Article, *, site: Site) -> list[Article]:
    """Those that are stored, the best first, each with the names of the terms that it shares as
    ``shared``. One query."""
    if not site.firm.shows_related:
        return []
    cards = []
    for row in _related(pk=found.pk, now=timezone.now()):
        one = _article(_OF_A_CARD, row, site)
        one.shared = row.related_to__shared
        cards.append(one)
    return cards


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
    found: Article, tags: Iterable[Tagged], beside: list[Article], *, kept: Kept
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
    data = article_graph(found, firm=firm, law=law, tags=names, picture=picture.get("url", ""))
    _say_what_is_shared(beside, tags, law)
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
        "structured_data": as_script(data),
        "canonical": permalink,
    }


def names_of(context: dict) -> list[str]:
    """What the page shows, as ``page_versions`` names it."""
    beside = (context["newer"], context["older"], *context["related"])
    return [
        page_name(context["article"].pk),
        *(card_name(one.pk) for one in beside if one),
        *map(law_name, context["law"].statutes),
    ]


def _contents(found: Article) -> list[dict]:
    """Its h2 and h3; [] where there are too few to be found by."""
    items = [item for item in found.contents if item["level"] <= _DEEPEST]
    return items if len(items) >= _FEWEST else []


def _social_picture(found: Article) -> dict:
    """What a shared link shows: the cover, or the drawn card; {} where there is neither."""
    if found.cover:
        size = {"width": found.cover_width, "height": found.cover_height}
        return {"url": settings.SITE_URL + found.cover.url, **size}
    if card.font_file() is None:
        return {}
    width, height = card.SIZE
    address = settings.SITE_URL + reverse("article_card", args=[found.pk])
    return {"url": address, "width": width, "height": height}


def _newer_and_older(found: Article, site: Site) -> tuple[Article | None, Article | None]:
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
    return tuple(row and _article(_OF_A_CARD, row, site) for row in (newer, older))


def _say_what_is_shared(beside: list[Article], tags: list[Tagged], law: CitedLaw) -> None:
    """Of each related article in words: tags and clauses, the rarest first."""
    words = {terms.name_of(Kind.TAG, tag.pk): tag.name for tag in tags}
    words |= {terms.clause_name(entry.clause): str(entry.clause) for entry in law.entries}
    for article in beside:
        names = [words[name] for name in article.shared.split() if name in words]
        article.shared = names[:_MOST_SHARED]
