"""What an article quotes of a clause, against the clause's own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Levenshtein

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
    r"\s{0,4}(?:[（(][^（()）]{0,40}[）)])?\s{0,4}(?:中?的?(?:明确)?规定)?\s{0,4}(?P<mark>[:：,，]?)\s{0,4}"
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
    lines = [line for line in map(normalise, clause_text.split("\n")) if line]
    if any(run == wanted for run in _runs(lines, len(wanted), len(wanted))):
        return Comparison(EXACT)
    bare = words_only(quoted)
    bare_lines = [words_only(line) for line in lines]
    if bare and any(run == bare for run in _runs(bare_lines, len(bare), len(bare))):
        return Comparison(PUNCTUATION)
    return _closest(wanted, lines)


def differences(before: str, after: str) -> list[list[str]]:
    """What changed from one text to another: [operation, words before, words after], of
    normalised texts; operation is replace, delete or insert."""
    return [list(step) for step in _steps(normalise(before), normalise(after))]


def _runs(lines: list[str], shortest: int, longest: int) -> Iterator[str]:
    """The texts of consecutive lines, of a length between the two."""
    for start in range(len(lines)):
        length, stop = 0, start
        while stop < len(lines) and length + len(lines[stop]) <= longest:
            length += len(lines[stop])
            stop += 1
            if length >= shortest:
                yield "".join(lines[start:stop])


def _closest(wanted: str, lines: list[str]) -> Comparison:
    # Indel similarity is 2 × common / (length + length): it can't reach the bound outside these.
    bound = QUOTES_AT_LEAST
    runs = _runs(
        lines, int(len(wanted) * bound / (2 - bound)), int(len(wanted) * (2 - bound) / bound) + 1
    )
    best = None
    for run in runs:
        ratio = Indel.normalized_similarity(run, wanted, score_cutoff=bound)
        if ratio >= bound and ratio > 0:
            best, bound = run, ratio
    return NOTHING_QUOTED if best is None else Comparison(ALTERED, tuple(_steps(best, wanted)))


def _steps(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    for step in Levenshtein.opcodes(before, after):
        if step.tag != "equal":
            yield (
                step.tag,
                before[step.src_start : step.src_end],
                after[step.dest_start : step.dest_end],
            )
