"""What an article quotes of a clause, against the clause's own words."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from statutes.texts import normalise, words_only

EXACT = "exact"  # equal but for width, spaces and quotation marks; whole 款 or 项 may be left out
PUNCTUATION = "punctuation"  # the same words, other punctuation
ALTERED = "altered"  # a quotation, with other words in it
ABSENT = "absent"  # nothing here quotes that clause

# Below this share of common words the passage is a paraphrase or something else: say nothing
# rather than accuse the author of misquoting.
QUOTES_AT_LEAST = 0.85
_LONGEST = 4000

# What may stand between a reference and the words it introduces:
# 第六百七十五条（现为…）的规定：“…”
_INTRODUCTION = re.compile(
    r"\s*(?:[（(][^（()）]{0,40}[）)])?\s*(?:中?的?(?:明确)?规定)?\s*(?P<mark>[:：,，]?)\s*"
)
_OPEN, _CLOSE = '“「『"', {"“": "”", "「": "」", "『": "』", '"': '"'}


@dataclass(frozen=True)
class Comparison:
    verdict: str
    # (operation, words of the clause, words as quoted), only where they differ
    diff: tuple[tuple[str, str, str], ...] = ()


NOTHING_QUOTED = Comparison(ABSENT)


def quotation_after(text: str, end: int) -> str:
    """The words that a reference ending at ``end`` introduces, or "".

    ``text`` is one paragraph or list item: a quotation ends with it at the latest. Words in
    quotation marks come out without them.
    """
    match = _INTRODUCTION.match(text, end)
    rest = text[match.end() : match.end() + _LONGEST].strip() if match else ""
    if not rest:
        return ""
    if rest[0] in _OPEN:
        return rest[1 : _close_of(rest)].strip()
    return rest if match["mark"] in (":", "：") else ""


def _close_of(text: str) -> int:
    """Where the quotation that ``text`` opens with closes; its end where it never does."""
    opening, closing, depth = text[0], _CLOSE[text[0]], 0
    for index, char in enumerate(text):
        if char == closing and index:
            depth -= 1
            if depth == 0 or opening == closing:
                return index
        elif char == opening:
            depth += 1
    return len(text)


def compare(quoted: str, clause_text: str) -> Comparison:
    """How faithfully ``quoted`` gives the clause, or a run of its 款 and 项.

    ``clause_text`` holds one 款 or 项 per line.
    """
    wanted = normalise(quoted)
    if not wanted:
        return NOTHING_QUOTED
    lines = [line for line in clause_text.split("\n") if line.strip()]
    runs = [
        "".join(lines[start:stop])
        for start in range(len(lines))
        for stop in range(start + 1, len(lines) + 1)
    ]
    if any(normalise(run) == wanted for run in runs):
        return Comparison(EXACT)
    bare = words_only(quoted)
    if bare and any(words_only(run) == bare for run in runs):
        return Comparison(PUNCTUATION)
    return _closest(wanted, runs)


def differences(before: str, after: str) -> list[list[str]]:
    """What changed from one text to another: [operation, words before, words after], of
    normalised texts; operation is replace, delete or insert."""
    return [list(step) for step in _steps(_matcher(normalise(before), normalise(after)))]


def _closest(wanted: str, runs: list[str]) -> Comparison:
    best, best_ratio = None, QUOTES_AT_LEAST
    for run in runs:
        folded = normalise(run)
        # The ratio can't reach the bound where the lengths are too far apart.
        if 2 * min(len(folded), len(wanted)) < best_ratio * (len(folded) + len(wanted)):
            continue
        matcher = _matcher(folded, wanted)
        if matcher.quick_ratio() < best_ratio:
            continue
        if (ratio := matcher.ratio()) >= best_ratio:
            best, best_ratio = matcher, ratio
    return NOTHING_QUOTED if best is None else Comparison(ALTERED, tuple(_steps(best)))


def _matcher(before: str, after: str) -> difflib.SequenceMatcher:
    return difflib.SequenceMatcher(None, before, after, autojunk=False)


def _steps(matcher: difflib.SequenceMatcher) -> Iterator[tuple[str, str, str]]:
    for operation, a1, a2, b1, b2 in matcher.get_opcodes():
        if operation != "equal":
            yield operation, matcher.a[a1:a2], matcher.b[b1:b2]
