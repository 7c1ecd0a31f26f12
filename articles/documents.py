"""A published article for machines: JSON, and Markdown with its citations as footnotes."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from markdownify import markdownify

from articles.cited_law import CitedClause, CitedLaw
from articles.models import Article
from articles.slots import fill_slots, footnoted
from statutes.atom import absolute


def as_json(article: Article, *, law: CitedLaw, on: dt.date) -> dict:
    """What its page shows, the law as it stands on a day."""
    author = article.author
    return {
        "id": article.pk,
        "url": settings.SITE_URL + article.get_absolute_url(),
        "title": article.title,
        "category": [one.name for one in (article.category.parent, article.category) if one],
        "tags": [tag.name for tag in article.tags.all()],
        "author": author and {"name": author.name, "licence_number": author.licence_number},
        "source": article.source_name and {"name": article.source_name, "url": article.source_url},
        "published_on": _day(article.published_at) if article.date_is_known else None,
        "revised_on": _day(article.revised_at) if article.revised_at else None,
        "summary": article.excerpt,
        "body_html": absolute(fill_slots(article.rendered, {})),
        "law_as_of": on.isoformat(),
        "law_checked_on": law.checked_on and law.checked_on.isoformat(),
        "citations": [_entry(entry) for entry in law.entries],
        "updates": [{"on": line["on"], "words": line["words"]} for line in article.updates],
    }


def _entry(entry: CitedClause) -> dict:
    clause, standing = entry.clause, entry.standing
    version = clause.version
    successor = standing.successor
    return {
        "clause": str(clause),
        "text": clause.text,
        "version": version.name,
        "effective_from": version.effective_from and version.effective_from.isoformat(),
        "state": standing.state,
        "state_words": standing.words,
        "since": standing.since and standing.since.isoformat(),
        "successor": successor and {"clause": str(successor), "text": successor.text},
        "is_stale": bool(entry.stale_places),
        "checked_on": entry.checked_on and entry.checked_on.isoformat(),
        "url": settings.SITE_URL + clause.get_absolute_url(),
    }


def as_markdown(article: Article, *, law: CitedLaw, on: dt.date, notice: str) -> str:
    """``notice``: the copyright notice, filled in. Footnotes as pandoc and GitHub read them."""
    numbers = law.numbers
    html = absolute(footnoted(article.rendered, numbers))
    body = markdownify(html, heading_style="ATX", bullets="-", sup_symbol="^^").strip()
    for number in set(numbers.values()):
        body = body.replace(f"^^[{number}]^^", f"[^{number}]")
    facts = [article.signed_by]
    facts.append(f"来源：{article.source_name}" if article.source_name else "")
    facts.append(_day(article.published_at) if article.date_is_known else "")
    facts.append(f"法条核对至 {law.checked_on}" if law.checked_on else "")
    lines = [f"# {article.title}", " · ".join(filter(None, facts)), body, notice]
    lines.append(f"本文链接：{settings.SITE_URL}{article.get_absolute_url()}")
    notes = "\n\n".join(_note(entry, on) for entry in law.entries)
    return "\n\n".join(line for line in (*lines, notes) if line) + "\n"


def _note(entry: CitedClause, on: dt.date) -> str:
    clause, standing = entry.clause, entry.standing
    title = f"[^{entry.number}]: {clause}（{clause.version.name}，{on} {standing.words}）"
    if standing.successor:
        title += f"，现行对应条文是{standing.successor}"
    checked = f"法条核对至 {entry.checked_on}" if entry.checked_on else "系统比对，未经人工核对"
    words = [f"    {line}" for line in clause.text.split("\n")]
    return "\n\n".join([f"{title}。{checked}。", *words])


def _day(moment: dt.datetime) -> str:
    return timezone.localdate(moment).isoformat()
