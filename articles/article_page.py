"""An article's page: everything on it, from what is stored and what holds on the day of reading."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import NamedTuple

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles import card, related, stencil, terms
from articles.article_notices import closing, copyright_notice
from articles.cited_law import CitedClause, CitedLaw, cited_law
from articles.compiled import Compiled, Row, Rows, moment
from articles.kept import Kept, Site, once
from articles.models import Article, Firm, TaggedArticle, Term
from articles.models.article import LISTED, address_of, signature
from articles.page_versions import card_name, page_name
from articles.slots import fill_slots
from articles.structured_data import article_script, crumbs_of
from articles.templatetags.cards import article_cards
from articles.templatetags.notices import law_notice
from articles.templatetags.pieces import day
from statutes.addresses import path_of
from statutes.cacheable import law_name
from statutes.templatetags.law import days

Kind = Term.Kind
# Characters a minute: an adult's speed at plain Chinese prose.
_READING_SPEED = 400
_MOST_SHARED = 3
_NUMBER = "\ue000"  # stands for an entry's in what is kept of it
# Of the contents: the deepest heading that is named, and the fewest headings.
_DEEPEST, _FEWEST = 3, 2
_TEXT_SIZES = [("small", "小"), ("", "中"), ("large", "大")]


# What the page shows of the article itself, and what lists show of one.
_COLUMNS = (
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
_OF_A_CARD = ("id", *LISTED, "category_id", "author_id")


class Tagged(NamedTuple):
    pk: int
    name: str
    slug: str

    @property
    def path(self) -> str:
        return path_of("tag", self.slug)


@Compiled
def _articles(pk: int, now: dt.datetime) -> QuerySet:
    public = Article.objects.published(now)
    tagged = TaggedArticle.objects.filter(content_object=OuterRef("pk")).order_by()
    tags = tagged.values("content_object").annotate(
        rows=Rows(Row("pk", "tag", "tag__name", "tag__slug"))
    )
    stored = public.filter(related_to__article=OuterRef("pk")).order_by()
    rank = ("related_to__score", "related_to__likeness", "pk", "related_to__shared")
    near = stored.values("related_to__article").annotate(rows=Rows(Row(*rank, *_OF_A_CARD)))
    place = (OuterRef("category"), OuterRef("published_at"), OuterRef("pk"))
    older, newer = (
        Subquery(one.annotate(row=Row(*_OF_A_CARD)).values("row")) for one in public.beside(*place)
    )
    return (
        public.filter(pk=pk)
        .order_by()
        .annotate(
            tagged_with=Subquery(tags.values("rows")),
            near=Subquery(near.values("rows")),
            older=older,
            newer=newer,
        )
        .values_list(*_COLUMNS, "tagged_with", "near", "older", "newer")
    )


@dataclass
class Found:
    """What readers may see, and what its page leads on to."""

    article: "Shown | Article"
    tags: list[Tagged]
    related: "list[Card | Article]"  # each with the names of the terms that it shares
    older: "Card | None" = None  # of its category
    newer: "Card | None" = None


def find(pk: int, *, site: Site) -> Found | None:
    """One query."""
    for row in _articles(pk=pk, now=timezone.now()):
        near = sorted(row.near or (), key=lambda one: one[:3], reverse=True)[: related.SHOWN]
        return Found(
            Shown(_COLUMNS, row[: len(_COLUMNS)], site),
            tags=[Tagged(*tag) for _, *tag in sorted(row.tagged_with or ())],
            related=[Card(card, site, shared) for _, _, _, shared, *card in near],
            older=row.older and Card(row.older, site),
            newer=row.newer and Card(row.newer, site),
        )
    return None


def as_it_would_be(article: Article, *, site: Site) -> Found:
    """Of a preview: what is beside it is not stored."""
    rows = related.as_it_would_be(article)
    public = Article.objects.published()
    held = {one.pk: one for one in public.filter(pk__in=[r.other_id for r in rows]).for_list()}
    cards = []
    for row in rows:
        if row.other_id in held:
            held[row.other_id].shared = row.shared
            cards.append(held[row.other_id])
    place = (article.category_id, article.published_at, article.pk)
    older, newer = (one.for_list().first() for one in public.beside(*place))
    tags = [Tagged(tag.pk, tag.name, tag.slug) for tag in article.tags.all()]
    return Found(article, tags, cards[: related.SHOWN], older, newer)


_COVER = Article._meta.get_field("cover")


class Shown:
    """Of an article what a page shows, named as the model names it: a page has ten, and to make an
    instance of the model each time costs more than to ask for it."""

    changed_at = Article.changed_at

    def __init__(self, columns: Sequence[str], row: Sequence, site: Site):
        self.__dict__.update(zip(columns, row, strict=True))
        self.pk = self.id
        self.category, self.author = site.category(self.category_id), site.author(self.author_id)
        self.cover = FieldFile(None, _COVER, self.cover) if self.cover else None
        self.signed_by = signature(self.author, self.source_name)

    def get_absolute_url(self) -> str:
        return address_of(self.pk)


class Card(Shown):
    """As lists show it: what ``Article.for_list()`` has of it, from a ``Row`` of ``_OF_A_CARD``."""

    def __init__(self, row: Sequence, site: Site, shared: str = ""):
        super().__init__(_OF_A_CARD, row, site)
        self.published_at = moment(self.published_at)
        self.shared = shared


@dataclass
class Page:
    html: str
    names: list[str]  # what it shows, as ``page_versions`` names it


def page_of(of: Found, *, kept: Kept, request: HttpRequest, preview_note: str = "") -> Page:
    """The page of an article. One query, beside those for what is not kept. ``preview_note``: said
    above it, where it is not the article's page yet."""
    found, tags = of.article, of.tags
    firm, site = kept.site.firm, kept.site
    beside = of.related if firm.shows_related else []
    law = cited_law(found, on=timezone.localdate(), law=kept.law)
    permalink = settings.SITE_URL + found.get_absolute_url()
    picture = _social_picture(found)
    names = [tag.name for tag in tags]
    _say_what_is_shared(beside, tags, law)
    author, reprint = found.author, found.source_name
    values = {
        "head_title": escape(found.seo_title or found.title),
        "description": escape(found.seo_description or found.excerpt),
        "noindex": "1" if found.noindex else "",
        "canonical": escape(permalink),
        "excerpt": escape(found.excerpt),
        "picture": escape(picture.get("url", "")),
        "picture_width": picture.get("width", ""),
        "picture_height": picture.get("height", ""),
        "json": "" if preview_note else address_of(found.pk, ".json"),
        "markdown": "" if preview_note else address_of(found.pk, ".md"),
        "structured_data": article_script(
            found, law=law, tags=names, picture=picture.get("url", ""), kept=kept
        ),
        "preview_note": escape(preview_note),
        "breadcrumb": _breadcrumb(found, site),
        "contents": _contents(found),
        "title": escape(found.title),
        "author": escape(author.name) if author else "",
        "author_path": author.get_absolute_url() if author and not reprint else "",
        "licence": escape(author.licence_number) if author and not reprint else "",
        "published": day(found.published_at) if found.date_is_known else "",
        "revised": day(found.revised_at) if found.revised_at else "",
        "checked": days(law.checked_on) if law.checked_on else "",
        "source": escape(reprint),
        "source_url": escape(found.source_url),
        # "": not known.
        "minutes": str(max(1, round(found.length / _READING_SPEED))) if found.length else "",
        "stale_notice": _rendered("_stale_notice", law=law, firm=firm) if law.stale else "",
        "updates": _rendered("_updates", updates=found.updates[::-1]) if found.updates else "",
        "body": fill_slots(found.rendered, law.links),
        "cited": "".join(_clause_html(entry, kept) for entry in law.entries),
        "cited_note": _cited_note(firm, law) if law.entries else "",
        "closing": escape(closing(found, firm, permalink)),
        "qr": address_of(found.pk, ".svg"),
        "notice": escape(copyright_notice(found, firm, permalink)),
        "tags": "".join(
            f'<li><a href="{tag.path}" rel="tag">{escape(tag.name)}</a></li>' for tag in tags
        ),
        "older": escape(of.older.title) if of.older else "",
        "older_path": of.older.get_absolute_url() if of.older else "",
        "newer": escape(of.newer.title) if of.newer else "",
        "newer_path": of.newer.get_absolute_url() if of.newer else "",
        "related": article_cards(beside, 3) if beside else "",
    }
    context = {"firm": firm, "text_sizes": _TEXT_SIZES}
    html = stencil.render(
        "articles/article.html", values, request=request, kept=kept, context=context
    )
    shown = [one for one in (of.newer, of.older, *beside) if one]
    return Page(
        html,
        [
            page_name(found.pk),
            *(card_name(one.pk) for one in shown),
            *map(law_name, law.statutes),
        ],
    )


def _rendered(template: str, **context) -> SafeString:
    return render_to_string(f"articles/{template}.html", context)


def _cited_note(firm: Firm, law: CitedLaw) -> str:
    """Who compared the law that is cited, and up to when."""
    note = escape(law_notice("compared_notice", firm, law))
    return note + (days(law_notice("checked_notice", firm, law)) if law.checked_on else "")


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


def _contents(found: Shown) -> SafeString:
    """Its h2 and h3 as a list of links; "" where there are too few to be found by."""
    items = [item for item in found.contents if item["level"] <= _DEEPEST]
    if len(items) < _FEWEST:
        return mark_safe("")
    lines = (
        f'<li class="level-{item["level"]}"><a href="#{item["id"]}">{escape(item["text"])}</a></li>'
        for item in items
    )
    return mark_safe(f"<ul>{''.join(lines)}</ul>")  # noqa: S308  (escaped above)


def _breadcrumb(found: Shown, site: Site) -> SafeString:
    """The same of all articles of a category."""
    crumbs = {"crumbs": crumbs_of(found.category), "here": "正文内容"}
    return once(
        site.pieces,
        ("crumbs", found.category.pk),
        lambda: render_to_string("includes/_breadcrumb.html", crumbs),
    )


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


def _say_what_is_shared(
    beside: Iterable[Article | Card], tags: list[Tagged], law: CitedLaw
) -> None:
    """Of each related article in words: tags and clauses, the rarest first."""
    words = {terms.name_of(Kind.TAG, tag.pk): tag.name for tag in tags}
    words |= {terms.clause_name(entry.clause): str(entry.clause) for entry in law.entries}
    for article in beside:
        names = [words[name] for name in article.shared.split() if name in words]
        article.shared = names[:_MOST_SHARED]
