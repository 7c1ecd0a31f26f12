"""What differs between two contents of an article (``Revision.content``), for an editor's eyes.

Fields, words and markup, each by itself: words that move keep their markup, so they say nothing
of it. Nothing here reads the database but ``names_of``.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath

from rapidfuzz.distance import Indel

from articles.content import FIELDS, complete
from articles.markup import BLOCKS, VOID, Token, parse
from articles.models import Article, Author, Category
from statutes.comparison import ALIKE_AT_LEAST, DELETE, EQUAL, INSERT, Run, is_alike, runs

GAP = "gap"  # a kind of run: words of ours in place of unchanged paragraphs
Paragraph = list[Run]
Names = Mapping[tuple[str, int], str]  # ("category" or "author", id) → its name

_NOTHING, _GONE, _NO_NAMES = "（空）", "（已删除）", {}
# Above this many pairs (or characters against characters), paragraphs are set side by side by
# their place alone: all against all would take seconds.
_MOST_PAIRS, _MOST_STEPS = 40_000, 4_000_000_000
_MOST_LINES = 100  # told of the markup; whoever changed more than this has changed it all


@dataclass(frozen=True)
class Changes:
    """``fields``: (label, old words, new words). ``text``: only the paragraphs near a change, as
    runs; all others stand behind a GAP. ``markup``: sentences."""

    fields: list[tuple[str, str, str]] = field(default_factory=list)
    text: list[Paragraph] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.fields or self.text or self.markup)


def compare(old: dict, new: dict, names: Names = _NO_NAMES) -> Changes:
    """``names``: those of ``names_of(old, new)``. A key that is missing counts as empty."""
    before, after = old.get("body") or "", new.get("body") or ""
    fields = _fields(_without_body(old), _without_body(new), names)
    if before == after:
        return Changes(fields)
    old_body, new_body = _Body(parse(before)), _Body(parse(after))
    sides = _side_by_side(old_body.lines, new_body.lines)
    text, markup = _text(sides), [*_markup(old_body, new_body), *_forms(sides)]
    if len(markup) > _MOST_LINES:
        markup[_MOST_LINES:] = [f"还有 {len(markup) - _MOST_LINES} 处格式改动，不逐一列出"]
    if not (text or markup):
        markup = ["其他细小的差别（如换行、空行、代码的写法）"]
    return Changes(fields, text, markup)


def names_of(*contents: dict) -> Names:
    """What the categories and authors are called where they differ. At most a query each."""
    names = {}
    for name, model in (("category", Category), ("author", Author)):
        ids = {content.get(name) for content in contents}
        if len(ids) > 1:
            found = model.objects.filter(pk__in=ids - {None}).values_list("pk", "name")
            names |= {(name, pk): words for pk, words in found}
    return names


def _without_body(content: dict) -> dict:
    known = {name: content[name] for name in FIELDS if content.get(name) is not None}
    return complete(known | {"body": ""})


def _fields(old: dict, new: dict, names: Names) -> list[tuple[str, str, str]]:
    rows = []
    for name in FIELDS:
        before, after = old[name], new[name]
        if name == "tags":
            words = (_listed("删去", before, after), _listed("增加", after, before))
            is_changed = set(before) != set(after)
        else:
            words = tuple(_words(name, value, names) for value in (before, after))
            is_changed = before != after
        if is_changed:
            if name == "cover" and words[0] == words[1]:  # of one name in two folders
                words = (before, after)
            rows.append((str(Article._meta.get_field(name).verbose_name), *words))
    return rows


def _listed(verb: str, tags: list[str], others: list[str]) -> str:
    alone = [tag for tag in tags if tag not in others]
    return f"{verb} {'、'.join(alone)}" if alone else "—"


def _words(name: str, value, names: Names) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if not value:
        return _NOTHING
    if name in ("category", "author"):
        return names.get((name, value), _GONE)
    return PurePosixPath(value).name if name == "cover" else str(value)


# Words.


def _side_by_side(olds: list[str], news: list[str]) -> list[tuple[str | None, str | None]]:
    """Every paragraph of both once, in reading order; None: it has no counterpart."""
    rows, gone, come = [], [], []
    for step in Indel.opcodes(olds, news):
        if step.tag == "equal":
            same = news[step.dest_start : step.dest_end]
            rows += [*_beside(gone, come), *zip(same, same, strict=True)]
            gone, come = [], []
        gone += olds[step.src_start : step.src_end] if step.tag == "delete" else []
        come += news[step.dest_start : step.dest_end] if step.tag == "insert" else []
    return rows + _beside(gone, come)


def _beside(olds: list[str], news: list[str]) -> list[tuple[str | None, str | None]]:
    rows, i, j = [], 0, 0
    for old, new in [*_couples(olds, news), (len(olds), len(news))]:
        rows += [(words, None) for words in olds[i:old]] + [(None, words) for words in news[j:new]]
        rows += [(olds[old], news[new])] if old < len(olds) else []
        i, j = old + 1, new + 1
    return rows


def _couples(olds: Sequence[str], news: Sequence[str]) -> list[tuple[int, int]]:
    """The places of those that are alike, rising on both sides, as alike as can be in all."""
    steps = sum(map(len, olds)) * sum(map(len, news))
    if len(olds) * len(news) > _MOST_PAIRS or steps > _MOST_STEPS:
        pairs = enumerate(zip(olds, news, strict=False))
        return [(place, place) for place, pair in pairs if is_alike(*pair)]
    alike = [
        [Indel.normalized_similarity(old, new, score_cutoff=ALIKE_AT_LEAST) for new in news]
        for old in olds
    ]
    # best[i][j]: how alike what stands from i and j on can be in all.
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for i in reversed(range(len(olds))):
        for j in reversed(range(len(news))):
            coupled = alike[i][j] and alike[i][j] + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], coupled)
    couples, i, j = [], 0, 0
    while i < len(olds) and j < len(news):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            couples.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return couples


def _runs(old: str | None, new: str | None) -> Paragraph:
    if old is None or new is None:
        return [(INSERT, new)] if old is None else [(DELETE, old)]
    return [(EQUAL, new)] if old == new else list(runs(old, new))


def _text(sides: list[tuple[str | None, str | None]]) -> list[Paragraph]:
    paragraphs = [_runs(*side) for side in sides]
    changed = [any(kind != EQUAL for kind, _ in paragraph) for paragraph in paragraphs]
    if not any(changed):
        return []
    near = [any(changed[max(place - 1, 0) : place + 2]) for place in range(len(changed))]
    shown = []
    for is_near, group in groupby(zip(near, paragraphs, strict=True), key=lambda row: row[0]):
        found = [paragraph for _, paragraph in group]
        # One paragraph takes no more room than the words that would stand for it.
        is_shown = is_near or len(found) == 1
        shown += found if is_shown else [[(GAP, f"… {len(found)} 段未改 …")]]
    return shown


def _forms(sides: list[tuple[str | None, str | None]]) -> Iterator[str]:
    """Where quotation marks, width or spaces differ, which ``runs`` takes for the same words."""
    for old, new in sides:
        if old is None or new is None or old == new:
            continue
        found = _runs(old, new)
        if any(
            "".join(words for kind, words in found if kind != other) != side
            for side, other in ((old, INSERT), (new, DELETE))
        ):
            yield f"标点、空格的写法：‘{_short(new)}’"


# Markup.

_PLAIN_BLOCK = "正文"
_HEADING_WORDS = {"h2": "二级标题", "h3": "三级标题", "h4": "四级标题"}
_CELLS = ("表格", "表头")
_BLOCK_WORDS = _HEADING_WORDS | {
    "blockquote": "引用",
    "td": _CELLS[0],
    "th": _CELLS[1],
    "caption": "表格标题",
    "figcaption": "图片说明",
    "pre": "代码段",
    "dt": "术语",
    "dd": "释义",
}
_EMPHASES = {
    **dict.fromkeys(("strong", "b"), "加粗"),
    **dict.fromkeys(("em", "i"), "斜体"),
    "u": "下划线",
    "s": "删除线",
    "sub": "下标",
    "sup": "上标",
    "code": "代码",
}
_ALIGNED = re.compile(r"(?<![a-z])(left|center|right|justify)(?![a-z])")
_ALIGNMENTS = {"left": "居左", "center": "居中", "right": "居右", "justify": "两端对齐"}
# In the order in which they are told.
BLOCK, ALIGNMENT, LINK, PICTURE, TABLE, RULE = "段落格式", "对齐", "链接", "图片", "表格", "分隔线"
_KINDS = (BLOCK, ALIGNMENT, *dict.fromkeys(_EMPHASES.values()), LINK, PICTURE, TABLE, RULE)


@dataclass(frozen=True)
class _Fact:
    """That ``words`` are marked up: as what (``kind``) and how (``value``: an address, a size)."""

    kind: str
    words: str
    value: str = ""


class _Body:
    """``lines``: the words of each paragraph that has any; ``facts``: in reading order."""

    def __init__(self, tokens: list[Token]):
        self.lines: list[str] = []
        self.facts: list[_Fact] = []
        self._open: list[Token] = []
        self._spans: list[tuple[str, frozenset]] = []  # of the paragraph: words, their marks
        for token in tokens:
            if token.kind == "text":
                self._spans.append((token.text, frozenset(self._marks())))
                continue
            if token.name in BLOCKS or token.name == "br":
                self._end_paragraph()
            self._follow(token)
        self._end_paragraph()
        self.facts += _tables(tokens)
        self.words = "\n".join(self.lines)

    def _follow(self, token: Token) -> None:
        if token.name == "img":
            source, alt = (token.attributes.get(name, "") for name in ("src", "alt"))
            self.facts.append(_Fact(PICTURE, source, alt))
            links = (value for kind, value in self._marks() if kind == LINK)
            self.facts += [_Fact(LINK, PurePosixPath(source).name, address) for address in links]
        elif token.name == "hr":
            self.facts.append(_Fact(RULE, ""))
        elif token.kind == "start" and token.name not in VOID:
            self._open.append(token)
        elif token.kind == "end":
            names = [opened.name for opened in self._open]
            if token.name in names:
                del self._open[len(names) - 1 - names[::-1].index(token.name) :]

    def _marks(self) -> Iterator[tuple[str, str]]:
        for token in self._open:
            if token.name in _EMPHASES:
                yield _EMPHASES[token.name], ""
            elif token.name == "a":
                yield LINK, token.attributes.get("href", "")

    def _end_paragraph(self) -> None:
        spans, self._spans = self._spans, []
        words = _folded(text for text, _ in spans)
        if not words:
            return
        self.lines.append(words)
        self.facts.append(_Fact(BLOCK, words, _block(self._open)))
        self.facts += [_Fact(ALIGNMENT, words, value) for value in _alignment(self._open)]
        for mark in dict.fromkeys(mark for _, marks in spans for mark in sorted(marks)):
            for is_marked, group in groupby(spans, key=lambda span: mark in span[1]):
                phrase = _folded(text for text, _ in group)
                self.facts += [_Fact(mark[0], phrase, mark[1])] if is_marked and phrase else []


def _folded(texts: Iterable[str]) -> str:
    """White space as HTML shows it; 　 and &nbsp; stay."""
    return re.sub(r"[ \t\r\n\f]+", " ", "".join(texts)).strip(" ")


def _block(opened: list[Token]) -> str:
    lists = [token for token in opened if token.name in ("ul", "ol")]
    for token in reversed(opened):
        if token.name == "li" and lists:
            words = "项目列表" if lists[-1].name == "ul" else "编号列表"
            start = lists[-1].attributes.get("start")
            words += f"（从 {start} 起）" if start else ""
            return words if len(lists) == 1 else f"{words}第 {len(lists)} 层"
        if token.name in _BLOCK_WORDS:
            return _BLOCK_WORDS[token.name]
    return _PLAIN_BLOCK


def _alignment(opened: list[Token]) -> list[str]:
    """Of the innermost block that says one."""
    for token in reversed(opened):
        said = " ".join(token.attributes.get(name, "") for name in ("align", "class", "style"))
        if token.name in BLOCKS and (found := _ALIGNED.search(said)):
            return [_ALIGNMENTS[found[1]]]
    return []


def _tables(tokens: list[Token]) -> Iterator[_Fact]:
    """Each by the words of its first row."""
    opened: list[dict] = []
    for token in tokens:
        if token.name == "table" and token.kind == "start":
            opened.append({"words": "", "rows": 0, "cells": 0, "columns": 0})
        if not opened:
            continue
        table = opened[-1]
        if token.name == "table" and token.kind == "end":
            size = f"{table['rows']} 行 {table['columns']} 列"
            yield _Fact(TABLE, _folded(table["words"]), size)
            opened.pop()
        elif token.name == "tr" and token.kind == "start":
            table["rows"], table["cells"] = table["rows"] + 1, 0
        elif token.name in ("td", "th") and token.kind == "start":
            span = token.attributes.get("colspan", "")
            table["cells"] += int(span) if span.isdecimal() else 1
            table["columns"] = max(table["columns"], table["cells"])
            table["words"] += " " if table["rows"] == 1 else ""
        elif table["rows"] == 1:
            table["words"] += token.text


def _markup(old: _Body, new: _Body) -> Iterator[str]:
    common = Counter(old.facts) & Counter(new.facts)
    olds, news = (_beyond(body.facts, common) for body in (old, new))
    for kind in _KINDS:
        sides = [[fact for fact in facts if fact.kind == kind] for facts in (olds, news)]
        lines = [(before, after) for before, after in _matched(kind, *sides)]
        lines = [pair for pair in lines if _is_worth_telling(*pair, old.words, new.words)]
        for _, group in groupby(lines, key=_sameness):
            yield _sentence(list(group))


def _beyond(facts: list[_Fact], common: Counter) -> list[_Fact]:
    left = Counter(common)
    rest = []
    for fact in facts:
        left[fact] -= 1
        if left[fact] < 0:
            rest.append(fact)
    return rest


def _matched(kind: str, olds: list[_Fact], news: list[_Fact]) -> list[tuple]:
    """(old, new): the same words first, then, in order, words that are alike; None: no such."""
    waiting: dict[str, list[_Fact]] = {}
    for fact in olds:
        waiting.setdefault(fact.words, []).append(fact)
    partner = {
        place: waiting[fact.words].pop(0)
        for place, fact in enumerate(news)
        if waiting.get(fact.words)
    }
    gone = [fact for left in waiting.values() for fact in left]
    if kind != PICTURE:  # 1.jpg is as like 2.jpg as can be
        free = [place for place in range(len(news)) if place not in partner]
        couples = _couples([old.words for old in gone], [news[place].words for place in free])
        partner |= {free[j]: gone[i] for i, j in couples}
        gone = [old for i, old in enumerate(gone) if i not in {i for i, _ in couples}]
    pairs = [(partner.get(place), fact) for place, fact in enumerate(news)]
    return [*((fact, None) for fact in gone), *pairs]


def _is_worth_telling(old: _Fact | None, new: _Fact | None, before: str, after: str) -> bool:
    """What came or went with its words is seen in the text; an address or a picture is not."""
    kind = (old or new).kind
    if old and new:
        # Longer or shorter over words that stood there all the time.
        is_extent = old.words != new.words and old.words in after and new.words in before
        return old.value != new.value or (is_extent and kind not in (BLOCK, ALIGNMENT, TABLE))
    if kind in (LINK, PICTURE, TABLE, RULE):
        return True
    if new:
        return new.value not in (_PLAIN_BLOCK, *_CELLS)  # a table's size says it of its cells
    return kind != BLOCK and old.words in after


def _sameness(pair: tuple) -> tuple:
    """Neighbours with one answer are told together: the items of a list; never headings."""
    old, new = pair
    kind, values = (old or new).kind, (old and old.value, new and new.value)
    if kind in (BLOCK, ALIGNMENT, RULE) and not {*values} & {*_HEADING_WORDS.values()}:
        return kind, values
    return kind, pair


def _sentence(pairs: list[tuple]) -> str:
    old, new = pairs[0]
    fact = new or old
    kind, verb = fact.kind, "增加" if new else "删去"
    words = f"‘{_short(fact.words)}’" + (f" 等 {len(pairs)} 处" if len(pairs) > 1 else "")
    if kind == RULE:
        return f"{kind}：{verb} {len(pairs)} 条"
    if kind == PICTURE:
        name = PurePosixPath(fact.words).name or "（没有地址）"
        if old and new:
            return f"图片说明：{name} 由 {_said(old.value)} 改为 {_said(new.value)}"
        return f"{kind}：{verb} {name}"
    if old and new:
        if old.value == new.value:
            return f"{kind}：由 ‘{_short(old.words)}’ 改为 {words}"
        headings = _HEADING_WORDS.values()
        is_level = kind == BLOCK and old.value in headings and new.value in headings
        space = " " if kind in (LINK, TABLE) else ""
        change = f"由{space}{old.value or _NOTHING}{space}改为{space}{new.value or _NOTHING}"
        return f"{'标题级别' if is_level else kind}：{words} {change}"
    if kind == ALIGNMENT:
        return f"{kind}：{words} {'' if new else '取消'}{fact.value}"
    if kind == BLOCK:
        return f"{kind}：{verb}{fact.value} {words}"
    if kind in (LINK, TABLE):
        return f"{kind}：{verb} {words}（{fact.value or '空'}）"
    return f"{kind}：{verb if new else '取消'} {words}"


def _said(alt: str) -> str:
    return f"‘{_short(alt)}’" if alt else _NOTHING


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 20 else words[:20] + "…"
