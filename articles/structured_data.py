"""schema.org for search engines: an article and the law that it cites, where it stands, whose it is.

https://schema.org/Article, /BreadcrumbList, /LegalService, /WebSite. A property whose value isn't
known is left out; a date that the old site did not keep is never stated.
"""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from articles.cited_law import CitedClause, CitedLaw
from articles.kept import Kept, once
from articles.models import Article, Category, Firm
from statutes.standing import AMENDED, DELETED, IN_FORCE, RENUMBERED, REPEALED, UNCHECKED
from statutes.structured_data import as_script, legislation, part_of

Crumbs = Sequence[tuple[str, str]]  # (name, path); the page itself last


def _stated(values: dict) -> dict:
    return {key: value for key, value in values.items() if value}


def graph(*nodes: dict) -> dict:
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def firm_node(firm: Firm) -> dict:
    """The firm as a LegalService; {} before it is written."""
    if firm.pk is None:
        return {}
    return _stated(
        {
            "@type": "LegalService",
            "@id": f"{settings.SITE_URL}/#firm",
            "name": firm.name,
            "alternateName": firm.short_name,
            "description": firm.tagline,
            "url": settings.SITE_URL + reverse("home"),
            "telephone": firm.telephone,
            "address": firm.address,
            "identifier": firm.licence_number,
        }
    )


def site_node(firm: Firm) -> dict:
    return _stated(
        {
            "@type": "WebSite",
            "@id": f"{settings.SITE_URL}/#site",
            "name": firm.short_name or "律文",
            "url": settings.SITE_URL + reverse("home"),
            "inLanguage": "zh-CN",
            "publisher": {"@id": f"{settings.SITE_URL}/#firm"} if firm.pk else None,
            "potentialAction": {
                "@type": "SearchAction",
                "target": f"{settings.SITE_URL}{reverse('search')}?q={{search_term_string}}",
                "query-input": "required name=search_term_string",
            },
        }
    )


def crumbs_node(crumbs: Crumbs) -> dict:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": settings.SITE_URL + path,
            }
            for position, (name, path) in enumerate(crumbs, start=1)
        ],
    }


def crumbs_of(category: Category) -> list[tuple[str, str]]:
    """From home to a category."""
    above = [category.parent] if category.parent else []
    return [
        ("首页", reverse("home")),
        *((one.name, one.get_absolute_url()) for one in (*above, category)),
    ]


def article_script(
    article: Article, *, law: CitedLaw, tags: Sequence[str], picture: str, kept: Kept
) -> str:
    """The graph of an article's page, as it stands inside <script>. ``picture``: its address in
    full, "" for none."""
    firm = kept.site.firm
    permalink = settings.SITE_URL + article.get_absolute_url()
    dates = {}
    if article.date_is_known:
        dates["datePublished"] = _day(article.published_at)
    if article.date_is_known or article.revised_at:
        dates["dateModified"] = _day(article.changed_at)
    author = None
    if article.signed_by:
        author = _stated(
            {
                "@type": "Person",
                "name": article.author.name,
                "jobTitle": article.author.position or "律师",
                "identifier": article.author.licence_number,
                "url": settings.SITE_URL + article.author.get_absolute_url(),
                "worksFor": {"@id": f"{settings.SITE_URL}/#firm"} if firm.pk else None,
            }
        )
    node = _stated(
        {
            "@type": "Article",
            "@id": f"{permalink}#article",
            "headline": article.title,
            "description": article.excerpt,
            "url": permalink,
            "mainEntityOfPage": permalink,
            **dates,
            "author": author,
            "publisher": {"@id": f"{settings.SITE_URL}/#firm"} if firm.pk else None,
            "isPartOf": {"@id": f"{settings.SITE_URL}/#site"},
            "isBasedOn": article.source_url,
            "image": picture,
            "articleSection": article.category.name,
            "keywords": list(tags),
            "inLanguage": "zh-CN",
        }
    )
    crumbs = [*crumbs_of(article.category), (article.title, article.get_absolute_url())]
    cited = ", ".join(
        once(
            kept.law.pieces(entry.clause.pk),
            ("data", entry.key),
            lambda entry=entry: as_script(_cited(entry)),
        )
        for entry in law.entries
    )
    around = once(
        kept.site.pieces, "data", lambda: as_script(graph(firm_node(firm), site_node(firm)))
    )
    own = as_script(node)[:-1] + (f', "citation": [{cited}]}}' if cited else "}")
    # Into the graph of what every page says.
    head, rest = around.split("[", 1)
    return f"{head}[{own}, {as_script(crumbs_node(crumbs))}, {rest}"


def _cited(entry: CitedClause) -> dict:
    """A clause as it was cited: of which text, and whether it is law today."""
    clause, version = entry.clause, entry.clause.version
    statute = version.statute
    known = entry.standing.state != UNCHECKED
    node = legislation(
        name=f"{statute.title}{clause.label}",
        url=settings.SITE_URL + clause.get_absolute_url() if known else "",
        identifier=version.document_number,
        effective_from=version.effective_from,
        is_law=_is_law(entry.standing.state),
        part_of=part_of(name=statute.title, url=settings.SITE_URL + statute.get_absolute_url()),
    )
    node.pop("@context")
    return node


def _is_law(state: str) -> bool | None:
    if state == IN_FORCE:
        return True
    return False if state in (REPEALED, AMENDED, RENUMBERED, DELETED) else None


def _day(moment) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")
