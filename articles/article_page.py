"""An article's page: everything on it, from what is stored and what holds on the day of reading."""

from django.conf import settings
from django.db.models import Q, Subquery
from django.urls import reverse
from django.utils import timezone
from taggit.models import Tag

from articles import card, related, terms
from articles.cited_law import CitedLaw, cited_law
from articles.context_processors import the_firm
from articles.models import Article, Related, Term
from articles.page_versions import card_name, page_name
from articles.qr import qr_svg
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


def context_of(found: Article, rows: list[Related]) -> dict:
    """What the template of an article shows. ``found``: with category, its parent and notice, and
    author; ``rows``: its list of related articles. Four queries."""
    firm = the_firm()
    law = cited_law(found, on=timezone.localdate())
    tags = list(found.tags.all())
    newer, older, beside = _beside(found, rows if firm.shows_related else [])
    permalink = settings.SITE_URL + found.get_absolute_url()
    picture = _social_picture(found)
    names = [tag.name for tag in tags]
    data = article_graph(found, firm=firm, law=law, tags=names, picture=picture.get("url", ""))
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
        "related": _with_what_is_shared(beside, tags, law),
        "permalink": permalink,
        "qr": qr_svg(permalink),
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


def _beside(
    article: Article, rows: list[Related]
) -> tuple[Article | None, Article | None, list[tuple[Article, Related]]]:
    """What the page leads on to: the next newer and the next older article of the category, and
    those related, the best first, as many as are shown. One query."""
    public = Article.objects.published()
    at, pk = article.published_at, article.pk
    older, newer = article.neighbours()
    wanted = (
        Q(pk__in=[row.other_id for row in rows])
        | Q(pk=Subquery(newer.values("pk")))
        | Q(pk=Subquery(older.values("pk")))
    )
    found = {one.pk: one for one in public.filter(wanted).for_list()}
    near = {
        (o.published_at, o.pk): o for o in found.values() if o.category_id == article.category_id
    }
    after, before = [key for key in near if key > (at, pk)], [key for key in near if key < (at, pk)]
    shown = [(found[row.other_id], row) for row in rows if row.other_id in found]
    return (
        near.get(min(after, default=None)),
        near.get(max(before, default=None)),
        shown[: related.SHOWN],
    )


def _with_what_is_shared(
    beside: list[tuple[Article, Related]], tags: list[Tag], law: CitedLaw
) -> list[Article]:
    """The related articles, each with what it shares as ``shared``: tags and clauses in words, the
    rarest first."""
    words = {terms.name_of(Kind.TAG, tag.pk): tag.name for tag in tags}
    words |= {terms.clause_name(entry.clause): str(entry.clause) for entry in law.entries}
    for article, row in beside:
        names = [words[name] for name in row.shared.split() if name in words]
        article.shared = names[:_MOST_SHARED]
    return [article for article, _ in beside]
