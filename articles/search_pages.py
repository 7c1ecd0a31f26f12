"""/search/: articles and clauses in one box, and how browsers find it."""

import datetime as dt
import re
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles import search
from articles.ids import id_in
from articles.kept import the_firm
from articles.models import Category
from articles.search import Asked, Found, find
from statutes import bigrams, questions
from statutes import search as library
from statutes.models import Clause, Statute

_CLAUSES = 3  # beside articles
_ALL_CLAUSES = 50
_NEAR = 8
_MAY_NAME_LAW = re.compile(r"[0-9０-９]|第.+条|号")


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    typed, now = request.GET.get("q", ""), timezone.now()
    query = bigrams.parse(typed)
    if not query.words:
        context = {"query": query, "is_empty": bool(typed.strip())}
        return render(request, "articles/search.html", context)
    asked = _asked(request, query)
    is_first = not (asked.is_narrowed or asked.after or request.GET.get("in"))
    on = timezone.localdate(now)
    law = _law(query.text) if is_first else None
    if law and law.only:
        return redirect(law.address())
    only_clauses = request.GET.get("in") == "clauses"
    context = {
        "query": query,
        "asked": asked,
        "law": law,
        "statutes": _named(query.text) if is_first else [],
        "only_clauses": only_clauses,
        "canonical": settings.SITE_URL + reverse("search"),
    }
    if not asked.after and not asked.category and not asked.year:
        context |= _clauses(asked, now, on, _ALL_CLAUSES if only_clauses else _CLAUSES)
    if only_clauses:
        held = set(Statute.objects.order_by().values_list("kind", flat=True).distinct())
        context["kinds"] = [pair for pair in Statute.Kind.choices if pair[0] in held]
    else:
        page = find(asked, now=now)
        context |= {
            "page": page,
            "facets": _facets(request, asked, page, now) if page.is_first else [],
        }
        if page.is_first and not page.articles:
            context |= _instead(asked, context, now)
    return render(request, "articles/search.html", context)


def _asked(request: HttpRequest, query: bigrams.Query) -> Asked:
    """What stands in the address; what no page gave is as if it weren't there."""
    category, year = id_in(request.GET.get("category", "")), id_in(request.GET.get("year", ""))
    kind = request.GET.get("kind", "")
    return Asked(
        query,
        Category.objects.filter(pk=category).first() if category else None,
        year if year and year < 10_000 else None,
        kind if kind in Statute.Kind.values else "",
        request.GET.get("sort") == "newest",
        request.GET.get("after", ""),
    )


def _law(text: str) -> library.Found | None:
    """The clause or statute that was typed, in the text of a year where one was given, or what is
    to be said of it; None where no law was typed. Six queries at most."""
    asked = library.parse(text)
    if not (_MAY_NAME_LAW.search(text) and asked.name):
        return None
    found = library.find(asked, list(Statute.objects.all()))
    by_number = [one for one in found.statutes if one.pk in found.exact]
    if not found.query.clause and len(by_number) == 1 and not found.only:
        return library.Found(by_number, found.query, only=by_number[0])
    return found if found.only or found.note else None


def _named(text: str) -> list[Statute]:
    """The statutes that are called so. One query."""
    return list(Statute.objects.called(text)[:3])


def _clauses(asked: Asked, now: dt.datetime, on: dt.date, most: int) -> dict:
    """One more than are shown, to know whether there are more."""
    query = asked.query
    witnesses = partial(search.evidence, query.text, now=now)
    found = questions.answer(query, on=on, limit=most + 1, kind=asked.kind, evidence=witnesses)
    for clause in found.clauses:
        text = clause.text.replace("\n", "")
        clause.snippet = search.snippet(text, found.words) or _cut(text)
        clause.doubt = _doubt(clause, on)
    return {
        "clauses": found.clauses[:most],
        "words": found.words,
        "are_exact": found.are_exact,
        "more_clauses": len(found.clauses) > most,
    }


def _cut(text: str) -> str:
    return text if len(text) <= 110 else f"{text[:110]}…"


def _doubt(clause: Clause, on: dt.date) -> str:
    """What to say of a text that isn't the law of that day."""
    version = clause.version
    if version.is_in_force(on):
        return ""
    return version.undated_words if version.effective_from is None else "非现行文本"


def _facets(request: HttpRequest, asked: Asked, page: Found, now: dt.datetime) -> list[dict]:
    """By what the hits can be narrowed, each with its choices: with counts where all hits were
    looked at. Two queries."""

    def choice(name: str, label: str, value: object, count: int, chosen: object) -> dict:
        is_chosen = str(value) == str(chosen or "")
        query = request.GET.copy()
        for key in ("after", "in"):
            query.pop(key, None)
        query[name] = str(value)
        if is_chosen:
            query.pop(name)
        count = count if page.is_counted and not is_chosen else 0
        return {
            "label": label,
            "url": f"?{query.urlencode()}",
            "count": count,
            "is_chosen": is_chosen,
        }

    names = dict(Category.objects.filter(pk__in=page.categories).values_list("pk", "name"))
    if asked.category:
        names[asked.category.pk] = asked.category.name
    years = dict(page.years)
    if not page.is_counted:
        years = dict.fromkeys(search.years(now), 0) | years
    if asked.year:
        years.setdefault(asked.year, 0)
    kinds = dict(page.kinds) | ({asked.kind: page.kinds[asked.kind]} if asked.kind else {})
    labels = dict(Statute.Kind.choices)
    by_count = sorted(names, key=lambda pk: -page.categories[pk])
    made: Iterable[tuple[str, list[dict]]] = (
        (
            "栏目",
            [
                choice(
                    "category",
                    names[pk],
                    pk,
                    page.categories[pk],
                    asked.category and asked.category.pk,
                )
                for pk in by_count
            ],
        ),
        (
            "年份",
            [
                choice("year", f"{y} 年", y, years[y], asked.year)
                for y in sorted(years, reverse=True)
            ],
        ),
        ("引用的法律", [choice("kind", labels[k], k, kinds[k], asked.kind) for k in kinds]),
    )
    return [
        {"title": title, "choices": choices}
        for title, choices in made
        if len(choices) > 1 or any(one["is_chosen"] for one in choices)
    ]


def _instead(asked: Asked, context: dict, now: dt.datetime) -> dict:
    """Where nothing was found: what there is with a word less, the nearest titles, in words of the
    law too, and what cites the clauses that were found."""
    near = search.nearest(" ".join(context.get("words") or [asked.query.text]), now=now)
    found = {one.pk: one for one in near}
    if clauses := context.get("clauses"):
        found = {one.pk: one for one in search.citing(clauses, now=now)} | found
    return {
        "less": [
            (one, f"?{urlencode({'q': one.query.text})}")
            for one in search.with_a_word_less(asked.query, now=now)
        ],
        "near": list(found.values())[:_NEAR],
    }


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """https://github.com/dewitt/opensearch: a browser's own search box."""
    name = the_firm().short_name or "律文"
    context = {"name": name[:16], "search": settings.SITE_URL + reverse("search")}
    return render(
        request,
        "articles/opensearch.xml",
        context,
        content_type="application/opensearchdescription+xml",
    )
