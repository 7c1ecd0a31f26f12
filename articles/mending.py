"""One-click mends of a citation in a body: proposed as a change of the text, each read again
before it is shown, so that what is offered does what it says. Nothing is written.
"""

import datetime as dt
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from articles.citation_check import Checked, check_citations
from articles.markup import BLOCKS, Token, parse, plain, words_of
from articles.models import Article
from articles.sentences import sentence_at
from statutes import comparison
from statutes.models import Clause
from statutes.numerals import arabic_label
from statutes.quotations import ABSENT, EXACT, PUNCTUATION, restoration
from statutes.quoting import words_in_marks
from statutes.references import Reference
from statutes.resolver import RESOLVED, Resolvers
from statutes.standing import AMENDED, DELETED, ENDED, RENUMBERED, REPEALED
from statutes.texts import in_title_marks

QUOTE, CITE, HISTORICAL = "quote", "cite", "historical"
_OLD = {AMENDED, RENUMBERED, REPEALED, DELETED, ENDED}
# How far from its reference a quotation begins or ends.
_REACH = 160
_LABEL = re.compile(
    r"第?[0-9０-９零〇一二三四五六七八九十百千]{1,9}条(?:之[一二三四五六七八九十]{1,3})?"
)


class MendError(Exception):
    """It can't be done by a machine; the message is for the editor."""


@dataclass(frozen=True)
class Mend:
    """An offer: ``clause`` is the one that will be cited or quoted; None for HISTORICAL."""

    kind: str
    clause: Clause | None = None
    is_old: bool = False  # quoted as it stood, though it is no longer law

    @property
    def words(self) -> str:
        match self.kind:
            case "cite":
                return f"改引{self.clause}"
            case "quote" if self.is_old:
                return f"改用{self.clause.label}旧文（{self.clause.version.name}）"
            case "quote":
                return f"改用{self.clause.label}原文"
        return "标明引用旧法"


@dataclass(frozen=True)
class Change:
    """A mend worked out: the body with it, and what of the sentence changes."""

    body: str
    runs: Sequence[comparison.Run]
    # References that name no statute of their own and now cite another clause than before.
    carried: list[str]


def mends(one: Checked) -> list[Mend]:
    """What may be offered for a reference."""
    found, row, offers = one.found, one.row, []
    if one.clause is None or row.outcome != RESOLVED:
        return [Mend(CITE, clause) for clause in one.suggested]
    is_old = found.standing.state in _OLD and not row.is_historical
    today = one.today
    is_misquoted = found.is_quoted and row.quotation_verdict not in (EXACT, PUNCTUATION, ABSENT)
    if today and found.is_moved and is_old:
        if _name_of(one.clause) != _name_of(today):
            offers.append(Mend(CITE, today))
        if found.is_quoted and today.text_hash != one.clause.text_hash:
            offers.append(Mend(QUOTE, today))
    elif is_misquoted and not is_old:
        offers.append(Mend(QUOTE, one.clause))
    if is_old and is_misquoted:
        offers.append(Mend(QUOTE, one.clause, is_old=True))
    if not is_old:
        offers += [Mend(CITE, clause) for clause in one.suggested]
    if is_old and not row.is_historical:
        offers.append(Mend(HISTORICAL))
    return list(dict.fromkeys(offers))


def work_out(
    body: str,
    index: int,
    mend: tuple[str, int | None],
    *,
    article: Article | None,
    on: dt.date,
) -> Change:
    """The change that a mend makes to a clean body: ``index`` is the reference's place, ``mend``
    its kind and the id of its clause. Raises MendError where it isn't offered (any more), or where
    the text, read again, would not cite what it should."""
    library = Resolvers()
    before = check_citations(body, article=article, on=on, library=library)
    one = before[index] if index < len(before) else None
    offers = (
        {(offer.kind, offer.clause and offer.clause.pk): offer for offer in mends(one)}
        if one
        else {}
    )
    offer = offers.get(mend)
    if offer is None:
        raise MendError("正文改动之后，这一处已不用这样改；请重新检查引用")
    for edits in _EDITS[offer.kind](body, one, offer.clause):
        mended = body
        for start, end, words in sorted(edits, reverse=True):
            mended = with_words(mended, start, end, words)
        after = check_citations(mended, article=article, on=on, library=library)
        if len(after) == len(before) and _is_right(offer, one, after[index]):
            first = min(start for start, _, _ in edits)
            return Change(mended, _runs(body, mended, edits, first), _carried(before, after, index))
    raise MendError("这一处系统改不了，请手工修改：改了之后引用会读成别的条文，或者引文不在一处")


def _is_right(offer: Mend, before: Checked, after: Checked) -> bool:
    row = after.row
    match offer.kind:
        case "historical":
            return row.is_historical and after.clause == before.clause
        case "cite":
            return after.clause == offer.clause and row.outcome == RESOLVED
    return after.clause == offer.clause and row.quotation_verdict in (EXACT, PUNCTUATION)


def _carried(before: Sequence[Checked], after: Sequence[Checked], index: int) -> list[str]:
    return [
        f"“{old.row.exact}”现在读作{new.clause or '未能识别的引用'}"
        for old, new in zip(before, after, strict=True)
        if old.index != index and old.clause != new.clause
    ]


# The edits: ways to try, each a list of (start, end, new words) in the body's plain text.

_Edits = list[tuple[int, int, str]]


def _cite(body: str, one: Checked, clause: Clause) -> Iterator[_Edits]:
    reference = one.found.reference
    new = _as_written(reference, one, clause)
    label = _LABEL.search(reference.exact)
    pins = reference.exact[label.end() :] if label else ""
    if pins and reference.number_end is None:
        yield [(reference.start, reference.end, new + pins)]
    if reference.number_end is None:
        yield [(reference.start, reference.end, new)]


def _quote(body: str, one: Checked, clause: Clause) -> Iterator[_Edits]:
    text, reference = plain(body), one.found.reference
    said, own = restoration(one.found.quotation, clause.text)
    place = _place(text, reference, said)
    if place is None:
        return
    quoting = (*place, own)
    if clause == one.clause:
        yield [quoting]
    if _name_of(clause) != _name_of(one.clause):
        for cited in _cite(body, one, clause):
            yield [*cited, quoting]
    elif clause != one.clause:  # the same number, in another text
        yield [quoting]


def _historical(body: str, one: Checked, clause: None) -> Iterator[_Edits]:
    """原 in front of a repealed statute; else its text's year in front of it, or its number or year
    behind it."""
    reference, version = one.found.reference, one.clause.version
    start, name = reference.start, ""
    if reference.is_inherited or "》" not in reference.exact:
        name = in_title_marks(version.statute.short_title)  # it names no statute of its own
    for words in _selectors(one):
        yield [(start, start, f"{words}{name}")]
    year = (version.promulgated_on or version.effective_from or dt.date.min).year
    behind = start + reference.exact.find("》") + 1
    for words in (version.document_number, f"{year}年"):
        note = f"（{words}）" if words else ""
        yield [(start, start, name + note) if name else (behind, behind, note)]


def _selectors(one: Checked) -> Iterator[str]:
    version = one.clause.version
    if one.found.standing.state == REPEALED:
        yield "原"
    if re.match(r"\d{4}", version.label):
        yield f"{version.label[:4]}年{version.label[4:] or '修正'}的"
    yield "修正前的"
    yield "原"


_EDITS = {QUOTE: _quote, CITE: _cite, HISTORICAL: _historical}


def _as_written(reference: Reference, one: Checked, clause: Clause) -> str:
    """The reference to another clause in the manner of the one that it replaces: the full title
    where that stood, no title marks or Chinese numerals where there were none."""
    statute, exact = clause.version.statute, reference.exact
    is_arabic = bool(re.search(r"[0-9０-９]", exact))
    label = arabic_label(clause.number, clause.branch) if is_arabic else clause.label
    if reference.is_inherited and one.clause and one.clause.version.statute == statute:
        return label
    if exact.startswith("《中华人民共和国"):
        return f"{in_title_marks(statute.title)}{label}"
    if "《" in exact or reference.is_inherited:
        return f"{in_title_marks(statute.short_title)}{label}"
    return f"{statute.display_name}{label}"


def _name_of(clause: Clause) -> tuple[int, int, int]:
    return clause.version.statute_id, clause.number, clause.branch


def _place(text: str, reference: Reference, said: str) -> tuple[int, int] | None:
    """Where the quoted words stand: behind the reference, or else before it."""
    inner = words_in_marks(said)
    parts = [part for part in (inner or said).split("……") if part.strip()]
    if not parts:
        return None
    first, last = _pattern(parts[0]), _pattern(parts[-1])
    found = first.search(text, reference.end, reference.end + _REACH + 2 * len(parts[0]))
    if not found:
        *_, found = [None, *first.finditer(text, max(0, reference.start - 5000), reference.start)]
    if found and len(parts) > 1:
        end = last.search(text, found.end(), found.end() + 5000)
        return (found.start(), end.end()) if end else None
    return found and (found.start(), found.end())


def _pattern(words: str) -> re.Pattern:
    return re.compile(r"\s*".join(re.escape(char) for char in words if not char.isspace()))


# The text.


def with_words(body: str, start: int, end: int, words: str) -> str:
    """Clean HTML with other words from ``start`` to ``end`` of its plain text. Tags that cut the
    old words stay where they are, around nothing; blocks of which nothing is left go. Lines of
    ``words`` go one to each block where there are as many, else one behind the other."""
    tokens = parse(body)
    hits = list(_hits(tokens, start, end))
    blocks = list(dict.fromkeys(block for *_, block in hits))
    lines = words.split("\n")
    if len(lines) != len(blocks):
        lines = [("\n" if len(blocks) > 1 else "").join(lines)]
    firsts = {}
    for index, _, _, block in hits:
        firsts.setdefault(block, index)
    new = {firsts[block]: line for block, line in zip(blocks, lines, strict=False)}
    for index, begin, stop, _ in hits:
        text = tokens[index].text
        inside = html.escape(new.get(index, ""), quote=False).replace("\n", "<br>")
        head, tail = (html.escape(part, quote=False) for part in (text[:begin], text[stop:]))
        tokens[index] = replace(tokens[index], raw=head + inside + tail)
    if not hits:
        return body
    low, high = hits[0][0], hits[-1][0]
    middle = "".join(
        token.raw for token in tokens[low : high + 1] if not (start != end and token.name == "br")
    )
    ends = [token.raw for token in tokens[:low]], [token.raw for token in tokens[high + 1 :]]
    mended = "".join([*ends[0], middle, *ends[1]])
    return re.sub(r"<(p|li|blockquote)>\s*</\1>", "", mended) if len(blocks) > 1 else mended


def _hits(tokens: list[Token], start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(index, from, to, number of its block) of the text tokens that hold some of the words; where
    there are no words (start == end), of the token in front of which something goes."""
    position = block = 0
    for index, token in enumerate(tokens):
        length = len(words_of(token))
        block += token.name in BLOCKS
        low, high = max(start, position), min(end, position + length)
        if token.kind == "text" and (
            low < high or (start == end and low == start < position + length)
        ):
            yield index, low - position, max(high, low) - position, block
            if start == end:
                return
        position += length


def _runs(before: str, after: str, edits: _Edits, first: int) -> Sequence[comparison.Run]:
    """The sentence of the first edit, as it was and as it would be."""
    old, new = plain(before), plain(after)
    last = max(end for _, end, _ in edits)
    grown = len(new) - len(old)
    was, will = sentence_at(old, first, last), sentence_at(new, first, last + grown)
    return comparison.runs(str(was), str(will))
