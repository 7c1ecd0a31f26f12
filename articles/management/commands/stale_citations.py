"""stale_citations [--on DATE] [--json]: which sentences of which articles to look at again."""

import datetime as dt
import json
from collections.abc import Iterator
from itertools import groupby

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import F
from django.utils import timezone

from articles.markup import plain
from articles.models import Article, Citation
from articles.sentences import sentence_of
from statutes.management.arguments import day
from statutes.models import Clause, Version
from statutes.standing import standing


class Command(BaseCommand):
    help = (
        "列出已发布的文章里需要复核的引用：所引条文已变动，而还没有人对照现在的条文核对过。"
        "退出码 0；参数不对为 2。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--on", type=day, help="看哪一天的法律（默认今天），如 2027-01-01")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 数组")

    def handle(self, *, on: dt.date | None, json: bool, **options):
        on = on or timezone.localdate()
        found = list(stale_citations(on))
        if json:
            self.stdout.write(as_json(found))
        else:
            self.stdout.write("\n".join(as_text(found, on)))


def stale_citations(on: dt.date) -> list[Citation]:
    """Those of published articles, by change of law and then by article. One query."""
    return list(
        Citation.objects.stale(on)
        .in_published()
        .select_related(
            "article",
            "clause__version__statute__replaced_by",
            "change__successor__version__statute",
        )
        .defer("article__rendered", *(f"clause__version__{name}" for name in Version.LONG))
        .order_by(
            F("change__on").desc(),
            "clause__version__statute__title",
            "clause__version",
            F("change__since"),
            "article",
            "position",
        )
    )


def as_json(found: list[Citation]) -> str:
    return json.dumps([_record(citation) for citation in found], ensure_ascii=False, indent=1)


def as_text(found: list[Citation], on: dt.date) -> Iterator[str]:
    if not found:
        yield f"没有需要复核的引用（按 {on} 的法律）。"
        return
    for (version, since, changed), citations in groupby(
        found, key=lambda c: (c.clause.version, c.change.since, c.change.on)
    ):
        again = "" if since == changed else f"，{changed} 再变"
        yield f"{version}：{since} 起有变动{again}"
        for article, own in groupby(citations, key=lambda c: c.article):
            yield f"  {article.title}（{article.pk}）  {_url(article)}"
            for citation in own:
                yield f"    {citation.clause.label} → {_became(citation, on)}"
                yield f"      {sentence_of(citation, plain(article.body))}"
        yield ""
    articles = len({citation.article_id for citation in found})
    yield f"{articles} 篇文章里有 {len(found)} 处引用需要复核（按 {on} 的法律）。"


def _record(citation: Citation) -> dict:
    """``today`` is for editors: also where nobody confirmed it, which ``confirmed`` says."""
    article, change = citation.article, citation.change
    today = _clause(change.successor)
    return {
        "article": article.pk,
        "title": article.title,
        "url": _url(article),
        "sentence": str(sentence_of(citation, plain(article.body))),
        "exact": citation.exact,
        "cited": _clause(citation.clause),
        "today": today and {**today, "confirmed": change.is_confirmed},
        "confirmed": change.is_confirmed,
        "since": change.since.isoformat(),
        "change": {"on": change.on.isoformat(), "kind": change.kind},
    }


def _clause(clause: Clause | None) -> dict | None:
    if clause is None:
        return None
    begins = clause.version.effective_from
    return {
        "statute": clause.version.statute.title,
        "version": begins and begins.isoformat(),
        "number": clause.number,
        "branch": clause.branch,
    }


def _became(citation: Citation, on: dt.date) -> str:
    change, successor = citation.change, citation.change.successor
    words = standing(citation.clause, change, on=on).words
    if successor is None:
        return f"{words}，没有确定的对应条文"
    note = "" if change.is_confirmed else "，系统提出，未经确认"
    return f"{successor}（{words}{note}）"


def _url(article: Article) -> str:
    return settings.SITE_URL + article.get_absolute_url()
