"""Public pages of the law."""

import datetime as dt
from itertools import groupby

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from statutes.models import Clause, Statute, Version
from statutes.numerals import clause_label
from statutes.standing import absence, standing, text_of_day


def read_day(request: HttpRequest) -> tuple[dt.date, bool]:
    """(the day whose law is wanted, whether it was asked for). Raises BadRequest, in Chinese."""
    text = request.GET.get("on")
    if not text:
        return timezone.localdate(), False
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("日期不存在或格式不对，应写成 2015-09-01 这样的形式。") from error
    return day, True


@require_safe
def statute_list(request: HttpRequest) -> HttpResponse:
    kinds = {kind: position for position, kind in enumerate(Statute.Kind.values)}
    statutes = sorted(
        Statute.objects.with_standing(timezone.localdate()),
        key=lambda statute: (kinds[statute.kind], statute.title),
    )
    groups = [
        (Statute.Kind(kind).label, list(members))
        for kind, members in groupby(statutes, key=lambda statute: statute.kind)
    ]
    return render(request, "statutes/list.html", {"groups": groups, "count": len(statutes)})


@require_safe
def statute(request: HttpRequest, slug: str) -> HttpResponse:
    on, asked = read_day(request)
    found = get_object_or_404(Statute.objects.select_related("replaced_by"), slug=slug)
    versions = list(found.versions.all())
    version = text_of_day(versions, on, asked=asked)
    clauses = list(version.clauses.select_related("heading")) if version else []
    groups = _by_heading(clauses)
    return render(
        request,
        "statutes/statute.html",
        {
            "statute": found,
            "versions": versions,
            "absence": "" if version else absence(versions, on),
            "version": version,
            "on": on,
            "asked": asked,
            "is_in_force": bool(version and version.is_in_force(on)),
            "groups": groups,
            "has_contents": any(headings for headings, _ in groups),
        },
    )


@require_safe
def clause(request: HttpRequest, slug: str, key: tuple[int, int]) -> HttpResponse:
    on, asked = read_day(request)
    number, branch = key
    versions = list(Version.objects.with_clause(slug, number, branch))
    version = text_of_day(versions, on, asked=asked)
    in_force = version is not None and version.is_in_force(on)
    # Django leaves the attribute out where the join found nothing.
    held = [version for version in versions if getattr(version, "clause", None)]
    if not asked and held and version not in held:
        version = held[-1]  # the last text that had it, shown as what it is
    if version not in held:
        return _absent(request, slug, clause_label(number, branch), on, has_other_days=bool(held))
    found = version.clause
    found.version = version
    change = (
        found.changes.filter(on__lte=on)
        .select_related("successor__version__statute")
        .order_by("-on")
        .first()
    )
    previous, following = _neighbours(found)
    return render(
        request,
        "statutes/clause.html",
        {
            "clause": found,
            "statute": version.statute,
            "version": version,
            "on": on,
            "asked": asked,
            "standing": standing(
                found, change, on=on, displaced=in_force and not version.is_in_force(on)
            ),
            "others": [other for other in held if other != version],
            "previous": previous,
            "next": following,
        },
    )


def _absent(
    request: HttpRequest, slug: str, label: str, on: dt.date, *, has_other_days: bool
) -> HttpResponse:
    """The 404 of a clause: the statute is there, but has no such clause on that day."""
    found = get_object_or_404(Statute.objects.select_related("replaced_by"), slug=slug)
    versions = list(found.versions.all())
    in_force = next((version for version in versions if version.is_in_force(on)), None)
    context = {
        "statute": found,
        "label": label,
        "on": on,
        "has_other_days": has_other_days,
        "is_law": in_force is not None,
        # Of the text of that day, or of all where there is none.
        "is_complete": all(v.is_complete for v in ([in_force] if in_force else versions)),
        "reason": absence(versions, on),
    }
    return render(request, "statutes/absent.html", context, status=404)


def _by_heading(clauses: list[Clause]) -> list[tuple[list[dict], list[Clause]]]:
    """Runs of clauses, each with the headings that open there."""
    groups, shown = [], []
    for heading, members in groupby(clauses, key=lambda clause: clause.heading):
        path = heading.place.split(" › ") if heading else []
        common = 0
        while common < min(len(path), len(shown)) and path[common] == shown[common]:
            common += 1
        opening = [
            {"text": text, "level": depth + 2, "id": f"h{len(groups)}-{depth}"}
            for depth, text in enumerate(path)
            if depth >= common
        ]
        groups.append((opening, list(members)))
        shown = path
    return groups


def _neighbours(clause: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after in the same text. One query."""
    around = Clause.objects.filter(
        version=clause.version_id, order__in=[clause.order - 1, clause.order + 1]
    ).only("number", "branch", "order", "version")
    by_order = {near.order: near for near in around}
    for near in by_order.values():
        near.version = clause.version
    return by_order.get(clause.order - 1), by_order.get(clause.order + 1)
