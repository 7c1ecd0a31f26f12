"""The bundled excerpt: a few clauses of law, typed and checked, with confirmed correspondences."""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path

from statutes.editing import confirm_correspondence, is_later
from statutes.incoming import StatuteText
from statutes.models import Clause, Version
from statutes.numerals import parse_clause_key
from statutes.outline import ClauseText
from statutes.periods import held_title

logger = logging.getLogger(__name__)

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
    """Record the excerpt's correspondences. How many are new. One whose text is no longer held
    as the excerpt has it is left out, and logged."""
    data = json.loads(path.read_text(encoding="utf-8"))
    promulgated = {
        (statute["title"], version["effective_from"]): version["promulgated_on"]
        for statute in data["statutes"]
        for version in statute["versions"]
    }
    count = 0
    for hop in data["correspondences"]:
        old, new = (
            _clause(title, day, promulgated[title, day], key)
            for title, day, key in (hop["from"], hop["to"])
        )
        if old and new and is_later(new.version, old.version):
            count += confirm_correspondence(old, new, kind=hop["kind"], note="随软件提供")
        else:
            logger.warning("correspondence left out: %s → %s", hop["from"], hop["to"])
    return count


def _clause(title: str, effective_from: str, promulgated_on: str | None, key: str) -> Clause | None:
    """A clause of the excerpt where the library has it, also when somebody put its day right."""
    number, branch = parse_clause_key(key)
    texts = Version.objects.filter(statute__title=held_title(title))
    by_day = texts.filter(effective_from=effective_from).first()
    text = by_day or texts.filter(promulgated_on=promulgated_on or None).first()
    clauses = Clause.objects.filter(version=text, number=number, branch=branch)
    return clauses.select_related("version__statute").first() if text else None


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
