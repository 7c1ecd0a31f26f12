"""How alike two titles are: the pairs of characters that both have, those that half the titles
have counting for little.

Pure but for the weights, which stand in the table of terms: written by ``rebuilding`` alone.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from articles.models import Term

# Of a pair that few titles have.
FULL = 1_000
_FEW, _FEWEST = 1 / 200, 5  # of all titles; at least so many
Weights = Mapping[str, int]


def likeness(one: str, other: str, weights: Weights) -> int:
    """In thousandths (Dice's coefficient)."""
    a, b = _pairs(one), _pairs(other)
    both = a & b
    if not both:
        return 0
    whole = _weigh(a, weights) + _weigh(b, weights)
    return 2_000 * _weigh(both, weights) // whole if whole else 0


def stored_weights() -> Weights:
    """Of the pairs that many titles have. One query."""
    return dict(Term.objects.filter(kind=Term.Kind.PAIR).values_list("key", "weight"))


def weights_of(titles: Iterable[str]) -> Weights:
    """From FULL for a pair that few titles have down to 0 for one that all have, by the logarithm;
    only those below FULL."""
    counts: Counter[str] = Counter()
    total = 0
    for title in titles:
        counts.update(_pairs(title))
        total += 1
    few = max(_FEWEST, total * _FEW)
    if total <= few:
        return {}
    scale = FULL / math.log(total / few)
    return {
        pair: round(scale * math.log(total / count))
        for pair, count in counts.items()
        if count > few
    }


def _weigh(pairs: Iterable[str], weights: Weights) -> int:
    return sum(weights.get(pair, FULL) for pair in pairs)


@lru_cache(maxsize=4_096)
def _pairs(title: str) -> frozenset[str]:
    text = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", title).lower()))
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))
