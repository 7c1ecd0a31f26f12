"""The sentence in which a citation stands, read from the article's plain text."""

import re
from dataclasses import dataclass

from articles.models import Citation

# Where a sentence ends; a semicolon doesn't end it, since what it says goes on.
_END = re.compile(r"[。！？!?\n]+[”』」’）]*")
_LONGEST = 300


@dataclass(frozen=True)
class Sentence:
    before: str
    exact: str
    after: str

    def __str__(self) -> str:
        return self.before + self.exact + self.after


def sentence_of(citation: Citation, text: str) -> Sentence:
    """``text``: the article's, plain. Where its words have changed since they were read, only
    those next to the reference."""
    at = text.find(citation.prefix + citation.exact + citation.suffix)
    if at < 0:
        return Sentence(f"…{citation.prefix}", citation.exact, f"{citation.suffix}…")
    start = at + len(citation.prefix)
    return sentence_at(text, start, start + len(citation.exact))


def sentence_at(text: str, start: int, end: int) -> Sentence:
    """The one around some words of an article's plain text."""
    begins = max((found.end() for found in _END.finditer(text, 0, start)), default=0)
    before, after = text[begins:start], text[end : _end_of(text, end)]
    if len(before) > _LONGEST:
        before = f"…{before[-_LONGEST:]}"
    if len(after) > _LONGEST:
        after = f"{after[:_LONGEST]}…"
    return Sentence(before.lstrip(), text[start:end], after.rstrip())


def _end_of(text: str, start: int) -> int:
    """Where the sentence ends; one that ends in a colon goes on below, as a rule with a clause."""
    ends = _END.search(text, start)
    while (
        ends and text[start : ends.start()].rstrip()[-1:] in ("：", ":") and ends.end() < len(text)
    ):
        ends = _END.search(text, ends.end())
    return ends.end() if ends else len(text)
