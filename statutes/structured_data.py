"""schema.org Legislation for search engines: only what is certain.

https://schema.org/Legislation. A property whose value isn't known is left out.
"""

import datetime as dt
import json

IN_FORCE, NOT_IN_FORCE = "https://schema.org/InForce", "https://schema.org/NotInForce"

# Within <script> nothing may read as markup: neither </script> nor <!--.
_ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"}


def legislation(
    *,
    name: str,
    url: str,
    identifier: str = "",
    kind: str = "",
    issuer: str = "",
    promulgated_on: dt.date | None = None,
    effective_from: dt.date | None = None,
    is_law: bool | None = None,
    part_of: dict | None = None,
) -> dict:
    """A statute or a clause of one. ``is_law`` None: whether it is in force today isn't known,
    and a text without its first day never counts as law."""
    force = {True: IN_FORCE if effective_from else None, False: NOT_IN_FORCE}.get(is_law)
    values = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "name": name,
        "legislationIdentifier": identifier,
        "legislationType": kind,
        "legislationPassedBy": {"@type": "Organization", "name": issuer} if issuer else None,
        "legislationDate": promulgated_on and promulgated_on.isoformat(),
        "legislationDateVersion": effective_from and effective_from.isoformat(),
        "legislationLegalForce": force,
        "legislationJurisdiction": "CN",
        "inLanguage": "zh-CN",
        "url": url,
        "isPartOf": part_of,
    }
    return {key: value for key, value in values.items() if value}


def part_of(*, name: str, url: str) -> dict:
    """The statute, seen from its clause."""
    return {"@type": "Legislation", "name": name, "url": url}


def as_script(data: dict) -> str:
    """JSON that may stand inside <script> as it is."""
    text = json.dumps(data, ensure_ascii=False)
    for char, escape in _ESCAPES.items():
        text = text.replace(char, escape)
    return text
