"""How alike two titles are. Pure."""

import unicodedata
from functools import lru_cache
from operator import add


def likeness(one: str, other: str) -> int:
    """In thousandths: the pairs of characters that both have (Dice's coefficient)."""
    a, b = _pairs(one), _pairs(other)
    return 2_000 * len(a & b) // (len(a) + len(b)) if a and b else 0


@lru_cache(maxsize=4_096)
def _pairs(title: str) -> frozenset[str]:
    text = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).lower()))
    return frozenset(map(add, text, text[1:]))
