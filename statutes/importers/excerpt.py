"""The bundled excerpt: a few clauses of law, typed and checked, with confirmed correspondences."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

from statutes.library import StatuteText, confirm_correspondence
from statutes.models import Clause, Version
from statutes.numerals import parse_clause_key
from statutes.outline import ClauseText

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "excerpt.json"


def read(path: Path = BUNDLED) -> Iterator[StatuteText]:
    """Statutes that replace others come first, so that ``replaced_by`` finds them."""
    statutes = json.loads(path.read_text(encoding="utf-8"))["statutes"]
    for statute in sorted(statutes, key=lambda statute: bool(statute.get("replaced_by"))):
        for version in statute["versions"]:
            yield StatuteText(
                title=statute["title"],
                slug=statute["slug"],
                kind=statute["kind"],
                issuer=statute["issuer"],
                aliases=tuple(statute["aliases"]),
                replaced_by=statute.get("replaced_by") or "",
                source=Version.Source.EXCERPT,
                is_complete=False,
                label=version["label"],
                document_number=version["document_number"],
                promulgated_on=_date(version["promulgated_on"]),
                effective_from=_date(version["effective_from"]),
                effective_to=_date(version["effective_to"]),
                clauses=[
                    ClauseText(*parse_clause_key(key), text)
                    for key, text in version["clauses"].items()
                ],
            )


def confirm_correspondences(path: Path = BUNDLED) -> int:
    """Record the excerpt's correspondences. How many are new."""
    hops = json.loads(path.read_text(encoding="utf-8"))["correspondences"]
    return sum(
        confirm_correspondence(
            _clause(*hop["from"]), _clause(*hop["to"]), kind=hop["kind"], note="随软件提供"
        )
        for hop in hops
    )


def _clause(title: str, effective_from: str, key: str) -> Clause:
    number, branch = parse_clause_key(key)
    return Clause.objects.select_related("version__statute").get(
        version__statute__title=title,
        version__effective_from=effective_from,
        number=number,
        branch=branch,
    )


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
