"""The places in an article's HTML at which its citations are shown. Pure.

Stored HTML carries a neutral slot for each, ``<!--c3-->words<!--/c.-->``. It says nothing of the
law's state: the view fills the slots on the day of reading.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from articles.markup import BLOCKS, HEADINGS, Token, words_of
from statutes.names import Names
from statutes.references import Reference, find_references

_SLOT = re.compile(r"<!--c(\d+)-->(.*?)<!--/c(\.?)-->", re.DOTALL)
# Stands for a character that is not read.
_UNREAD = "\ufffc"


@dataclass(frozen=True)
class Placed:
    """A reference and its slot; the clauses inside a range share the one of its first, and its
    last clause has ``last_slot``."""

    reference: Reference
    slot: int
    last_slot: int


@dataclass(frozen=True)
class Link:
    """What a slot becomes: a link to the clause's entry ``id`` and a button that pops it up."""

    id: str
    state: str
    words: str
    name: str  # 《民法典》第六百七十五条
    note: str = ""  # the numbers of its entries, on paper: 3, or 3–5
    is_stale: bool = False  # nobody has reviewed the sentence against what stands today


def slots_in(rendered: str) -> set[int]:
    """The numbers of the slots in stored HTML: fill_slots gives the mark of slot 3 the id r3."""
    return {int(found[1]) for found in _SLOT.finditer(rendered)}


def fill_slots(rendered: str, links: Mapping[int, Link]) -> str:
    """The stored HTML with each slot turned into a link and its button; a slot without a link
    becomes plain words."""

    def fill(match: re.Match) -> str:
        link = links.get(int(match[1]))
        if link is None:
            return match[2]
        out = f'<a class="cite" href="#{link.id}">{match[2]}</a>'
        if match[3]:  # the last piece of the reference
            out += f'<sup class="note" aria-hidden="true">[{link.note}]</sup>' if link.note else ""
            words = f"{link.words}·待复核" if link.is_stale else link.words
            label = html.escape(f"{words}：查看{link.name}条文")
            stale = " mark-stale" if link.is_stale else ""
            out += (
                f'<button type="button" class="mark mark-{link.state}{stale}" id="r{match[1]}"'
                f' popovertarget="{link.id}" aria-label="{label}">{words}</button>'
            )
        return out

    return _SLOT.sub(fill, rendered)


def footnoted(rendered: str, numbers: Mapping[int, int]) -> str:
    """The stored HTML with the number of a note behind each slot that has one."""

    def fill(match: re.Match) -> str:
        number = numbers.get(int(match[1]))
        return match[2] + (f"<sup>[{number}]</sup>" if number and match[3] else "")

    return _SLOT.sub(fill, rendered)


def insert_slots(tokens: list[Token], names: Names) -> list[Placed]:
    """Find the references and put slots around their words.

    Words inside links and headings are found, so that they are checked, but get no slot.
    Code is left alone. A title without a clause gets none.
    """
    texts, closed = _texts(tokens)
    starts = list(accumulate(map(len, texts), initial=0))
    cuts: dict[int, list[tuple[int, int, int, bool]]] = {}
    placed = []
    count = 0
    for reference in find_references("".join(texts), names):
        if reference.number is None:
            continue
        ends = [(reference.start, reference.end)]
        if reference.second:
            ends = [(reference.start, _first_end(reference)), (reference.second, reference.end)]
        placed.append(Placed(reference, count, count + len(ends) - 1))
        for start, end in ends:
            pieces = _pieces(tokens, texts, starts, start, end)
            if not any(index in closed for index, _, _ in pieces):
                for index, begin, stop in pieces:
                    mark = (begin, stop, count, index == pieces[-1][0])
                    cuts.setdefault(index, []).append(mark)
            count += 1
    for index, marks in cuts.items():
        tokens[index].raw = _marked(texts[index], marks)
    return placed


def _texts(tokens: list[Token]) -> tuple[list[str], set[int]]:
    """(the words of each token, the indexes of those that take no slot)."""
    texts, closed = [], set()
    depth = dict.fromkeys(("a", "code", "pre", "heading"), 0)
    for index, token in enumerate(tokens):
        key = "heading" if token.name in HEADINGS else token.name
        if key in depth:
            depth[key] += 1 if token.kind == "start" else -1
        text = words_of(token)
        if token.kind == "text" and (depth["code"] or depth["pre"]):
            text = _UNREAD * len(text)
        if depth["a"] or depth["heading"]:
            closed.add(index)
        texts.append(text)
    return texts, closed


def _first_end(reference: Reference) -> int:
    """Where the words of a range's first clause end: 第五条至第八条, 第186-187条."""
    words = reference.exact[: reference.second - reference.start]
    return reference.start + len(words.rstrip("至到~～-—–－ \n\u3000"))


def _pieces(
    tokens: list[Token], texts: list[str], starts: list[int], first: int, end: int
) -> list[tuple[int, int, int]]:
    """(index of the token, start, end inside it) of some words; tags may cut them. Of words in
    two blocks only those in the last."""
    pieces: list[tuple[int, int, int]] = []
    index = bisect_right(starts, first) - 1
    while index < len(texts) and starts[index] < end:
        start = max(first - starts[index], 0)
        stop = min(end - starts[index], len(texts[index]))
        if tokens[index].name in BLOCKS:
            pieces = []
        elif tokens[index].kind == "text" and texts[index][start:stop].strip():
            pieces.append((index, start, stop))
        index += 1
    return pieces


def _marked(text: str, marks: list[tuple[int, int, int, bool]]) -> str:
    out, done = "", 0
    for start, end, slot, is_last in marks:
        words = html.escape(text[start:end], quote=False)
        out += html.escape(text[done:start], quote=False)
        out += f"<!--c{slot}-->{words}<!--/c{'.' if is_last else ''}-->"
        done = end
    return out + html.escape(text[done:], quote=False)
