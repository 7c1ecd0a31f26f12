"""A text of law as HTML, made once and kept: a code of 1,260 clauses costs half a second to
build and a millisecond to read.

What depends on the day of reading stays out of it. Its links carry DAY where ``?on=2015-09-01``
goes, or nothing.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import transaction
from django.utils.html import escape

from statutes.models import Clause, RenderedVersion, Version

# Raise it with each change of the HTML below: rows of a lower number are made anew when read.
RENDERER = 1

# No text contains it, every < of one being escaped.
DAY = "<day>"


def rendered(version: Version) -> RenderedVersion:
    """The text as HTML. One query, where it was rendered before."""
    row = RenderedVersion.objects.filter(version=version.pk, renderer__gte=RENDERER).first()
    return row or write(version)


@transaction.atomic
def write(version: Version) -> RenderedVersion:
    """Render a text and keep it. To be called after each change of its clauses.

    The lock comes before the reading: otherwise who read the old clauses could write last.
    """
    text = (
        Version.objects.select_for_update().only("preamble", "appendix", "body").get(pk=version.pk)
    )
    clauses = version.clauses.select_related("heading").only(
        "version", "number", "branch", "order", "text", "heading__place"
    )
    html, contents = render(clauses, preamble=text.preamble, appendix=text.appendix, body=text.body)
    return RenderedVersion.objects.update_or_create(
        version=text, defaults={"html": html, "contents": contents, "renderer": RENDERER}
    )[0]


def at(html: str, query: str) -> str:
    """The HTML with its links leading to the same day: ``query`` is ?on=2015-09-01 or nothing."""
    return html.replace(DAY, escape(query))


def render(
    clauses: Iterable[Clause], *, preamble: str = "", appendix: str = "", body: str = ""
) -> tuple[str, str]:
    """(the text, its contents or ""), both HTML."""
    parts, entries = [], []
    if preamble:
        parts.append(f'<div class="preamble">{_paragraphs(preamble)}</div>')
    if body:
        parts.append(f'<div class="prose">{_paragraphs(body)}</div>')
    for headings, members in _by_heading(clauses):
        for name, level, anchor in headings:
            parts.append(f'<h{level} id="{anchor}" class="law-heading">{escape(name)}</h{level}>')
            entries.append(_entry(name, level, anchor))
        parts += map(_clause, members)
    if appendix:
        parts.append(
            '<section class="appendix" id="appendix"><h2 class="law-heading">附件</h2>'
            f"{_paragraphs(appendix)}</section>"
        )
        entries += [_entry("附件", 2, "appendix")] if entries else []
    return "\n".join(parts), f"<ul>{''.join(entries)}</ul>" if entries else ""


def _entry(name: str, level: int, anchor: str) -> str:
    return f'<li class="level-{level}"><a href="#{anchor}">{escape(name)}</a></li>'


def _clause(clause: Clause) -> str:
    lines = "".join(
        f'<p class="item">{escape(line)}</p>' if is_item else f"<p>{escape(line)}</p>"
        for line, is_item in clause.lines
    )
    return (
        f'<div class="clause" id="t{clause.key}"><p class="clause-label">'
        f'<a href="{clause.key}/{DAY}">{clause.label}</a></p>'
        f'<div class="clause-text">{lines}</div></div>'
    )


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())


def _by_heading(
    clauses: Iterable[Clause],
) -> Iterator[tuple[list[tuple[str, int, str]], list[Clause]]]:
    """Runs of clauses, each with the headings that open there: (name, level of HTML, anchor)."""
    shown: list[str] = []
    for count, (heading, members) in enumerate(groupby(clauses, key=lambda clause: clause.heading)):
        path = heading.place.split(" › ") if heading else []
        common = 0
        while common < min(len(path), len(shown)) and path[common] == shown[common]:
            common += 1
        yield (
            [(path[depth], depth + 2, f"h{count}-{depth}") for depth in range(common, len(path))],
            list(members),
        )
        shown = path
