"""Public pages of the law."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from statutes import (
    catalogue,
    comparison,
    correspondence,
    gaps,
    lineage,
    rendering,
    search,
    timeline,
)
from statutes.cacheable import LIBRARY, cacheable, showing, statute_name
from statutes.models import Clause, Correspondence, Statute, Version
from statutes.numerals import arabic_label, clause_label
from statutes.outline import is_deleted
from statutes.reading import read, read_day
from statutes.standing import absence, age, cited_as, standing, text_standing
from statutes.structured_data import as_script, legislation, part_of
from statutes.texts import alias_key, in_title_marks


@cacheable("on", "q", "kind", "status")
@require_safe
def statute_list(request: HttpRequest) -> HttpResponse:
    on, asked = read_day(request)
    typed, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    status = request.GET.get("status", "")
    statutes = catalogue.in_order(Statute.objects.with_standing(on))
    words = catalogue.statuses(on, today=timezone.localdate(), asked=asked)
    for found in statutes:
        catalogue.place(found, words, asked=asked)
    query, result = search.parse(typed) if typed else None, None
    if query:
        result = search.find(query, statutes)
        if result.only:
            return redirect(result.address(f"?on={on}" if asked else ""))
    shown = [
        found
        for found in (result.statutes if result else statutes)
        if kind in ("", found.kind) and (not status or status in found.under)
    ]
    context = {
        "groups": catalogue.by_kind(shown),
        "total": len(statutes),
        "typed": typed[: search.LONGEST],
        "query": result.query if result else None,
        "note": result.note if result else "",
        "choices": result.choice_links if result else [],
        "holding": result.holding if result else set(),
        "kinds": [kind for kind in Statute.Kind.choices if kind[0] in {s.kind for s in statutes}],
        "kind": kind,
        "statuses": [pair for pair in words.items() if any(pair[0] in s.under for s in statutes)],
        "status": status,
        "on": on,
        "asked": asked,
        "is_to_come": on > timezone.localdate(),
        "day": f"?on={on}" if asked else "",
    }
    return showing(render(request, "statutes/list.html", context), LIBRARY)


@cacheable("on", "text")
@require_safe
def statute(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Statute.objects.select_related("replaced_by"), slug=slug)
    versions = _versions(found)
    reading = read(request, versions)
    if reading.has_a_day:
        return redirect(reading.version)
    version, on, today = reading.version, reading.on, reading.today
    replaced = _replaced(found, versions, on)
    context = reading.context() | {
        "statute": found,
        "replaced": replaced,
        "versions": versions,
        "timeline": timeline.draw(
            _periods(found, versions, version), today=today, day=on if reading.asked else None
        ),
        "in_force": next((text for text in versions if text.is_in_force(today)), None),
        "newer": _newer_undated(versions, version),
    }
    if not (version and version.effective_from):
        context["replacement"] = found.replacement(today)
    if version:
        page = rendering.rendered(version)
        context |= {
            "standing": reading.words_of_day(text_standing(version, versions, on=on)),
            "lacking": _lacking(version, page.html),
            "html": rendering.at(page.html, reading.query),
            "contents": page.contents,
            "structured_data": as_script(_statute_data(found, version)),
        }
    else:
        context |= {
            "absence": absence(versions, on),
            "predecessors": [other for _, other in replaced if other and other.is_in_force],
        }
    response = render(request, "statutes/statute.html", context)
    return showing(response, LIBRARY, statute_name(found.pk))


@cacheable("on", "text", "after")
@require_safe
def clause(request: HttpRequest, slug: str, key: tuple[int, int]) -> HttpResponse:
    versions = list(Version.objects.with_clause(slug, *key))
    # Django leaves the attribute out where the join found nothing.
    held = [version for version in versions if getattr(version, "clause", None)]
    reading = read(request, versions, holding=held)
    version, on, today = reading.version, reading.on, reading.today
    if version not in held:
        return _absent(request, slug, clause_label(*key), on, has_other_days=bool(held))
    if reading.has_a_day:
        return redirect(request.path + version.query)
    for other in held:
        other.clause.version = other
    found = version.clause
    changes = list(found.changes.select_related("successor__version__statute").order_by("on"))
    displaced = lineage.is_displaced(version, reading.of_day, on)
    state, now = (
        standing(found, lineage.newest(changes, day), on=day, displaced=displaced)
        for day in (on, today)
    )
    previous, following = lineage.neighbours(found)
    came_from, became = lineage.hops(found)
    has_words = not is_deleted(found.text)
    context = reading.context() | {
        "clause": found,
        "statute": version.statute,
        "deletion": None if has_words else lineage.deletion(found, held),
        "standing": reading.words_of_day(state),
        "now": now,
        "history": lineage.history(held, versions, today),
        "came_from": came_from,
        "became": became,
        "previous": previous,
        "next": following,
        "citations": _citations(found, versions, today) if has_words else [],
        "structured_data": as_script(
            _clause_data(found, is_current=has_words and not lineage.newest(changes, today))
        ),
    }
    response = render(request, "statutes/clause.html", context)
    return showing(response, LIBRARY, statute_name(version.statute_id))


@cacheable()
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Statute.objects.select_related("replaced_by"), slug=slug)
    texts = _versions(found, Count("clauses"))
    on = timezone.localdate()
    rows = [
        (text, text_standing(text, texts, on=on), before)
        for before, text in zip([None, *texts], texts, strict=False)
    ]
    context = {
        "statute": found,
        "rows": rows[::-1],
        "timeline": timeline.draw(_periods(found, texts, None), today=on),
    }
    return showing(render(request, "statutes/versions.html", context), LIBRARY)


@cacheable("from", "to")
@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Statute, slug=slug)
    texts = _versions(found)
    if len(texts) < 2:
        context = {"statute": found, "versions": texts}
        return showing(render(request, "statutes/compare.html", context), LIBRARY)
    chosen = (
        _chosen(texts, request.GET.get("from", ""), default=-2),
        _chosen(texts, request.GET.get("to", ""), default=-1),
    )
    old, new = sorted(chosen, key=texts.index)  # law runs one way: what came later is the new
    between = texts[texts.index(old) : texts.index(new) + 1]
    facts, likely = correspondence.between(between) if old != new else ((), ())
    pairs = comparison.align(*_clauses_of(old, new), facts, likely, _rejected(found))
    kinds = comparison.by_kind(pairs)
    context = {
        "statute": found,
        "versions": texts,
        "old": old,
        "new": new,
        "groups": [(kind, words, kinds[kind]) for kind, words in _KINDS.items() if kinds[kind]],
        "unchanged": kinds[comparison.UNCHANGED],
        "is_partial": not (old.is_complete and new.is_complete),
        "has_likely": any(pair.is_likely for pair in pairs),
        "has_moved": any(pair.has_moved and not pair.is_likely for pair in pairs),
        "jumps": sum(len(kinds[kind]) for kind in _KINDS if kind != comparison.RENUMBERED) > 3,
    }
    return showing(render(request, "statutes/compare.html", context), LIBRARY)


_KINDS = {
    comparison.AMENDED: "修改",
    comparison.ADDED: "新增",
    comparison.DROPPED: "删除",
    comparison.RENUMBERED: "条号变动（文字未变）",
}


def _replaced(
    statute: Statute, versions: list[Version], on: dt.date
) -> list[tuple[str, Statute | None]]:
    """What the statute replaced, each by its title, with its row where the library has it. Its
    texts name them all. One query."""
    held = {alias_key(other.title): other for other in statute.replaces.with_standing(on)}
    titles = [title for version in versions for title in version.repeals.split("\n") if title]
    titles += [other.title for other in held.values()]
    by_key = {alias_key(title): title.removeprefix("中华人民共和国") for title in titles}
    return [(title, held.get(key)) for key, title in by_key.items()]


def _newer_undated(versions: list[Version], shown: Version | None) -> Version | None:
    """A text promulgated after the one shown, of which nobody knows when it begins."""
    if not shown or not shown.effective_from or not shown.promulgated_on:
        return None
    newer = (
        other
        for other in versions
        if not other.effective_from
        and not other.source_status
        and (other.promulgated_on or shown.promulgated_on) > shown.promulgated_on
    )
    return next(newer, None)


def _versions(statute: Statute, *annotations) -> list[Version]:
    """Its texts in the order of their days, without their long columns."""
    texts = statute.versions.select_related("checked_by", "statute__replaced_by")
    texts = texts.defer(*Version.LONG).annotate(*annotations)
    return sorted(texts, key=age)


def _periods(
    statute: Statute, versions: list[Version], shown: Version | None
) -> list[timeline.Period]:
    on, base = timezone.localdate(), statute.get_absolute_url()
    found = []
    for version in versions:
        state = text_standing(version, versions, on=on)
        found.append(
            timeline.Period(
                name=version.name,
                words=f"{version.period} · {state.words}",
                state=state.state,
                begins=version.effective_from,
                ends=version.effective_to,
                href=base + version.query,
                is_shown=version == shown,
            )
        )
    return found


def _clauses_of(*texts: Version) -> list[list[Clause]]:
    """The clauses of each text. One query."""
    by_text = {text.pk: [] for text in texts}
    text_of = {text.pk: text for text in texts}
    for clause in Clause.objects.filter(version__in=by_text):
        clause.version = text_of[clause.version_id]
        by_text[clause.version_id].append(clause)
    return [by_text[text.pk] for text in texts]


def _rejected(statute: Statute) -> set[tuple[comparison.Mark, comparison.Mark]]:
    """The clauses of a statute's texts that a person said do not stand for one another: by their
    marks, so that it also holds over texts that leave them alone."""
    hops = Correspondence.objects.filter(
        status=Correspondence.Status.REJECTED,
        old__version__statute=statute,
        new__version__statute=statute,
    ).select_related("old", "new")
    return {(comparison.mark(hop.old), comparison.mark(hop.new)) for hop in hops}


def _chosen(versions: list[Version], value: str, *, default: int) -> Version:
    """The text that an address names: by its first day, or by id where that isn't known."""
    if not value:
        return versions[default]
    try:
        day = None if value.isdecimal() and len(value) < 8 else dt.date.fromisoformat(value)
    except ValueError as error:
        raise BadRequest("版本要用施行日期表示，应写成 2018-10-26 这样的形式。") from error
    for version in versions:
        if version.effective_from == day if day else version.pk == int(value):
            return version
    raise Http404


def _citations(clause: Clause, versions: list[Version], today: dt.date) -> list[str]:
    """As courts write it, and as firms do without title marks."""
    statute, named = clause.version.statute, cited_as(clause.version, versions, today=today)
    named = f"（{named}）" if named else ""
    return [
        f"{in_title_marks(statute.short_title)}{named}{clause.label}",
        f"{statute.display_name}{named}{arabic_label(clause.number, clause.branch)}",
    ]


def _lacking(version: Version, html: str) -> list[str]:
    """Which parts of a text aren't held. One query, where its clauses aren't all there."""
    is_constitution = version.statute.kind == Statute.Kind.CONSTITUTION
    found = []
    if is_constitution and 'class="preamble"' not in html:
        found.append("序言尚未收录。")
    if not version.is_complete:
        numbers = version.clauses.order_by().values_list("number", flat=True)
        found.append(gaps.lacking(set(numbers)))
    return found


def _statute_data(statute: Statute, version: Version) -> dict:
    return legislation(
        name=statute.title,
        url=settings.SITE_URL + statute.get_absolute_url(),
        identifier=version.document_number,
        kind=statute.get_kind_display(),
        issuer=statute.issuer,
        promulgated_on=version.promulgated_on,
        effective_from=version.effective_from,
        is_law=_is_law(version),
    )


def _clause_data(clause: Clause, *, is_current: bool) -> dict:
    version = clause.version
    address = settings.SITE_URL + version.statute.get_absolute_url()
    return legislation(
        name=f"{version.statute.title}{clause.label}",
        url=f"{address}{clause.key}/",
        identifier=f"{version.document_number} {clause.label}".strip(),
        kind=version.statute.get_kind_display(),
        promulgated_on=version.promulgated_on,
        effective_from=version.effective_from,
        is_law=_is_law(version) if is_current else False,
        part_of=part_of(name=version.statute.title, url=address),
    )


def _is_law(version: Version) -> bool | None:
    """Whether the text is law today; None where its days aren't known."""
    return version.is_in_force(timezone.localdate()) if version.effective_from else None


def _absent(
    request: HttpRequest, slug: str, label: str, on: dt.date, *, has_other_days: bool
) -> HttpResponse:
    """The 404 of a clause: the statute is there, but has no such clause on that day."""
    found = get_object_or_404(Statute.objects.select_related("replaced_by"), slug=slug)
    versions = list(found.versions.defer(*Version.LONG).annotate(last=Max("clauses__number")))
    in_force = next((version for version in versions if version.is_in_force(on)), None)
    last = max((v.last or 0 for v in ([in_force] if in_force else versions)), default=0)
    context = {
        "statute": found,
        "label": label,
        "on": on,
        "has_other_days": has_other_days,
        "is_law": in_force is not None,
        # Of the text of that day, or of all where there is none.
        "is_complete": all(v.is_complete for v in ([in_force] if in_force else versions)),
        "reason": absence(versions, on),
        "replacement": found.replacement(),
        "last": clause_label(last) if last else "",
    }
    return render(request, "statutes/absent.html", context, status=404)
