"""An article's citations: found, resolved and kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from articles.models import Article, Citation
from articles.rendering import Passage, render
from statutes.models import Alias
from statutes.quotations import quotation_after
from statutes.resolver import Resolver
from statutes.texts import alias_key

_CONTEXT = 20  # characters kept on each side of a reference
# Above any real position: rows are parked there while positions are dealt out anew.
_PARKED = 1_000_000


@transaction.atomic
def index_citations(
    article: Article,
    passages: Iterable[Passage] | None = None,
    *,
    on: dt.date | None = None,
    resolvers: dict[dt.date, Resolver] | None = None,
) -> None:
    """Bring the article's rows in line with its published body.

    The caller holds the article's row lock. ``on`` dates the citations that appear for the first
    time (``as_of``); by default the article's own date. A citation with the same words about the
    same clause keeps its row, and with it its date and its verdicts. Idempotent. ``resolvers``
    are shared, by date, by callers that index many articles.
    """
    if passages is None:
        passages = render(article.body, measure=lambda source: None).passages
    on = on or timezone.localdate(article.published_at or timezone.now())
    resolvers = {} if resolvers is None else resolvers
    known: dict[tuple, list[Citation]] = defaultdict(list)
    for citation in article.citations.all():
        known[_identity(citation)].append(citation)
    article.citations.update(position=F("position") + _PARKED)
    for position, passage in enumerate(passages):
        citation = _row(article, passage)
        if held := known[_identity(citation)]:
            kept = held.pop(0)
            citation.pk, citation.as_of = kept.pk, kept.as_of
        else:
            citation.as_of = on
        citation.position = citation.slot = position
        if citation.as_of not in resolvers:
            resolvers[citation.as_of] = Resolver(citation.as_of)
        _resolve(citation, passage, resolvers[citation.as_of])
        citation.save()
    article.citations.filter(position__gte=_PARKED).delete()


def _row(article: Article, passage: Passage) -> Citation:
    reference, text = passage.reference, passage.text
    return Citation(
        article=article,
        exact=reference.exact[:300],
        prefix=text[max(0, reference.start - _CONTEXT) : reference.start],
        suffix=text[reference.end : reference.end + _CONTEXT],
        title=reference.title[:150],
        title_key=alias_key(reference.title)[:150],
        number=reference.number,
        branch=reference.branch,
        paragraph=reference.paragraph,
        item=reference.item,
        quotation=quotation_after(text, reference.end),
    )


def _identity(citation: Citation) -> tuple:
    return (
        citation.title_key,
        citation.number,
        citation.branch,
        citation.paragraph,
        citation.item,
    )


def _resolve(citation: Citation, passage: Passage, on_its_day: Resolver) -> None:
    resolution = on_its_day.resolve(passage.reference, citation.quotation)
    citation.outcome = resolution.outcome
    citation.statute = resolution.statute
    citation.clause = resolution.clause
    citation.resolved_by = resolution.resolved_by
    citation.quotation_verdict = resolution.comparison.verdict if citation.quotation else ""


@transaction.atomic
def reindex_after_change(statute_ids: set[int], keys: set[str]) -> None:
    """The library changed: resolve anew what cites these statutes or any statute by their names
    (which may have become ambiguous), and what waits for a name that came or went (``keys``)."""
    keys = keys | set(Alias.objects.filter(statute__in=statute_ids).values_list("key", flat=True))
    touched = Citation.objects.filter(Q(statute__in=statute_ids) | Q(title_key__in=keys))
    articles = list(touched.order_by("article").values_list("article", flat=True).distinct())
    resolvers: dict[dt.date, Resolver] = {}
    for pk in articles:
        # Locked, and read behind the lock: a publish that runs now has either written its body
        # already, or waits for this transaction and indexes its own.
        article = Article.objects.select_for_update().get(pk=pk)
        index_citations(article, resolvers=resolvers)


def on_library_changed(sender, statute_ids: set[int], keys: set[str], **kwargs) -> None:
    """Receives ``statutes.library.library_changed``, inside the import's transaction."""
    reindex_after_change(statute_ids, keys)
