"""A group of the queue as a list to take along: one line for each citation."""

import io
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db.models import QuerySet

from articles.markup import plain
from articles.models import Article, Citation
from articles.sentences import sentence_of
from statutes.models import Clause, Version

HEAD = ["编号", "文章", "地址", "句子", "所引条文", "所引文字", "变动", "现在的条文", "现在的文字"]
_DOCX = ["文章", "句子", "所引条文", "现在的条文"]
_MOST_IN_DOCX = 1000
_CHUNK = 500  # citations


def lines_of(rows: QuerySet[Citation]) -> Iterator[list]:
    """Each under HEAD, the citations of one article together. One query, and two for some hundred
    lines."""
    found = rows.select_related("article", "clause__version__statute", "change").defer(
        "article__body",
        "article__rendered",
        "article__contents",
        *(f"clause__version__{name}" for name in Version.LONG),
    )
    citations = found.order_by("article", "position").iterator(chunk_size=_CHUNK)
    while chunk := list(islice(citations, _CHUNK)):
        pks = {one.article_id for one in chunk}
        bodies = Article.objects.filter(pk__in=pks).values_list("pk", "body")
        texts = {pk: plain(body) for pk, body in bodies}
        instead = {one.change.successor_id for one in chunk} - {None}
        clauses = Clause.objects.with_version().in_bulk(instead)
        for citation in chunk:
            now = clauses.get(citation.change.successor_id)
            yield _line(citation, texts[citation.article_id], now)


def _line(citation: Citation, text: str, now: Clause | None) -> list:
    change = citation.change
    known = "" if change.is_confirmed else "（系统比对，未经确认）"
    return [
        citation.article_id,
        citation.article.title,
        settings.SITE_URL + citation.article.get_absolute_url(),
        str(sentence_of(citation, text)),
        f"{citation.clause}（{citation.clause.version.name}）",
        citation.clause.text,
        f"{change.on} {change.get_kind_display()}",
        f"{now}（{now.version.name}）{known}" if now else "",
        now.text if now else "",
    ]


def as_docx(title: str, rows: QuerySet[Citation]) -> bytes:
    """A table on landscape paper; the first thousand, and it says so."""
    from docx import Document  # several MB that readers' pages never need
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    style = document.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    document.add_heading(f"需要复核的引用：{title}", 1)
    table = document.add_table(rows=1, cols=len(_DOCX), style="Table Grid")
    for cell, words in zip(table.rows[0].cells, _DOCX, strict=True):
        cell.text = words
    lines = lines_of(rows)
    count = 0
    for number, name, address, sentence, cited, text, change, now, new in lines:
        if count == _MOST_IN_DOCX:
            document.add_paragraph(f"只列了前 {_MOST_IN_DOCX} 处；全部请下载 CSV。")
            break
        count += 1
        cells = table.add_row().cells
        cells[0].text = f"{name}\n{address}" if address else f"{name}（{number}）"
        cells[1].text = sentence
        cells[2].text = f"{cited}\n{text}"
        cells[3].text = f"{change}：{now}\n{new}" if now else change
    document.add_paragraph(f"共 {count} 处。")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
