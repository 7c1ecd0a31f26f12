"""Facts that public sources lack or have wrong, each checked against the sources that the last
column of its table names (two for each day)."""

import csv
import datetime as dt
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parent.parent / "data"
# An empty effective_to says that the text is law until something that is held follows or repeals
# it, whatever its source calls it.
CORRECTIONS = _DATA / "corrections.csv"
ISSUERS = _DATA / "issuers.csv"
PREAMBLES = _DATA / "preambles.csv"


@cache
def corrections() -> dict[tuple[str, dt.date], tuple[dt.date, dt.date | None]]:
    """(title, day of promulgation) → day of commencement, where the source has it wrong, and the
    day on which the text ceased to be law, where it is of use."""
    day = dt.date.fromisoformat
    with CORRECTIONS.open(encoding="utf-8", newline="") as file:
        return {
            (row["title"], day(row["promulgated_on"])): (
                day(row["effective_from"]),
                day(row["effective_to"]) if row["effective_to"] else None,
            )
            for row in csv.DictReader(file)
        }


@cache
def issuers() -> dict[str, str]:
    """title → who made it, where the source has it wrong or not at all."""
    with ISSUERS.open(encoding="utf-8", newline="") as file:
        return {row["title"]: row["issuer"] for row in csv.DictReader(file)}


@cache
def preambles() -> set[str]:
    """The titles of the texts that have a 序言: the source holds clauses only."""
    with PREAMBLES.open(encoding="utf-8", newline="") as file:
        return {row["title"] for row in csv.DictReader(file)}
