"""Writing a text's clauses and headings over those that are held: citations hold on to rows."""

from collections.abc import Iterable

from django.db.models import Q

from statutes.models import Clause, Correspondence, Heading, Version
from statutes.outline import ClauseText
from statutes.texts import text_hash

_LONGEST_PLACE = 600


def write_clauses(version: Version, clauses: list[ClauseText], *, is_whole: bool) -> None:
    """Write the clauses over those that are held. Where they are the whole text, what it does not
    have goes, and its headings are the headings; an excerpt leaves all else as it is."""
    held = {(clause.number, clause.branch): clause for clause in version.clauses.all()}
    if is_whole:
        version.headings.all().delete()
        headings = _write_headings(version, clauses)
    else:
        headings = [
            held[key].heading if (key := (item.number, item.branch)) in held else None
            for item in clauses
        ]
    new, kept, changed = [], [], []
    for order, (item, heading) in enumerate(zip(clauses, headings, strict=True), start=1):
        clause = held.pop((item.number, item.branch), None)
        if clause and clause.text_hash != text_hash(item.text):
            changed.append(clause.pk)
        (kept if clause else new).append(clause := clause or Clause(version=version))
        clause.number, clause.branch, clause.order = item.number, item.branch, order
        clause.text, clause.text_hash, clause.heading = item.text, text_hash(item.text), heading
    if is_whole:
        for clause in held.values():
            clause.delete()  # a cited one refuses to go
    else:
        kept += held.values()
        everything = sorted([*new, *kept], key=lambda clause: (clause.number, clause.branch))
        for order, clause in enumerate(everything, start=1):
            clause.order = order
    Clause.objects.bulk_create(new, batch_size=500)
    Clause.objects.bulk_update(kept, ["order", "text", "text_hash", "heading"], batch_size=200)
    # Whoever decided what became of a clause read other words.
    decided = Correspondence.objects.filter(Q(old__in=changed) | Q(new__in=changed))
    decided.filter(status=Correspondence.Status.REJECTED).delete()
    decided.filter(status=Correspondence.Status.CONFIRMED).update(
        status=Correspondence.Status.PROPOSED, confirmed_by=None, confirmed_at=None
    )


def _write_headings(version: Version, clauses: list[ClauseText]) -> list[Heading | None]:
    """The heading of each clause. Equal paths in a row are one heading."""
    rows: list[Heading] = []
    current: list[Heading] = []
    result: list[Heading | None] = []
    for clause in clauses:
        path = clause.headings
        common = 0
        while (
            common < min(len(path), len(current))
            and (current[common].level, current[common].text) == path[common]
        ):
            common += 1
        del current[common:]
        for level, text in path[common:]:
            parent = current[-1] if current else None
            heading = Heading(
                version=version,
                parent=parent,
                level=level,
                order=len(rows) + 1,
                text=text,
                place=(f"{parent.place} › {text}" if parent else text)[:_LONGEST_PLACE],
            )
            rows.append(heading)
            current.append(heading)
        result.append(current[-1] if current else None)
    _create_level_by_level(rows)
    return result


def _create_level_by_level(rows: Iterable[Heading]) -> None:
    """Parents need their ids first."""
    remaining = list(rows)
    while remaining:
        ready = [row for row in remaining if row.parent is None or row.parent.pk]
        for row in ready:
            row.parent = row.parent  # takes over the id that the parent has meanwhile
        Heading.objects.bulk_create(ready)
        remaining = [row for row in remaining if not row.pk]
