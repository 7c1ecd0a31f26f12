"""One statute in one or more files, whatever their format: lines → ``library.StatuteText``.

What a file says of itself (title, history, numbers, days) stands before its first clause, in
many shapes; what it doesn't say for certain stays empty, for the manifest or a person to give.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from statutes import outline
from statutes.importers import text, titles
from statutes.importers.days import commencements, is_on_promulgation
from statutes.importers.front import Front, read_front
from statutes.importers.refusal import Refusal
from statutes.incoming import StatuteText
from statutes.models import Statute, Version
from statutes.outline import Line
from statutes.texts import curl_quotes

_MOST_LINES = 100_000  # the Civil Code has 3,000
MAX_BYTES = 20 * 1024 * 1024  # the Civil Code is 0.4 MB as text
_REPEALED = re.compile(
    r"((?:《[^》]{2,60}》\s{0,4}(?:(?:[、，和及]|以及)\s{0,4})?)+)(?:自[^。]{2,20})?同时废止"
)
_DATA = re.compile(r"[\[{]\s{0,4}(?:\{\s{0,4})?[\"“”][\w -]{1,40}[\"“”]\s{0,2}[:：]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
# What stands for a clause whose text somebody meant to fill in.
_PLACEHOLDER = re.compile(
    r"[（(【\[<]?\s{0,2}(?:(?:本条)?(?:正文|条文|内容|原文)?\s{0,2}(?:待补[充全录]?|待完善|待录入|待添加|待更新|暂缺|缺失)|TODO|TBD|FIXME)"
    r"(?:$|[\s:：。.）)】\]>，,；;…]).{0,200}",
    re.IGNORECASE,
)
# A law may wait for its day, but not for decades.
_LONGEST_WAIT = dt.timedelta(days=3 * 366)


def read(path: Path) -> Iterator[StatuteText]:
    """The one statute in a file, or why it can't be read, in Chinese. A Word file ranks as the
    official text, anything else as a collector's."""
    yield from read_all([path])


def read_all(paths: Sequence[Path]) -> Iterator[StatuteText]:
    """The statutes in files, as ``read`` does. Files under one title whose clauses run on from one
    file to the next are the parts (编) of one text."""
    held: list[tuple[Path, list[Line], StatuteText]] = []
    for path in paths:
        try:
            lines = read_lines(path)
            text = statute_text([lines], source=_rank(path))
        except Refusal as error:
            lines, text = [], StatuteText.refused("", str(error))
        text.where = path.name
        held.append((path, lines, text))
    parts = _parts([text for _, _, text in held])
    for index, (path, _, text) in enumerate(held):
        order = parts.get(index)
        if order is None:
            yield text
        elif order:
            source = min(_rank(held[part][0]) for part in order)
            files = [_placed(held[part][1], held[part][0].name) for part in order]
            whole = statute_text(files, source=source)
            whole.where = path.name
            names = "、".join(held[part][0].name for part in order)
            whole.warnings.insert(0, f"条号相接的 {len(order)} 个文件合为一部：{names}")
            yield whole


def _rank(path: Path) -> int:
    is_word = path.suffix.lower() == ".docx"
    return Version.Source.OFFICIAL if is_word else Version.Source.MANIFEST


def _placed(lines: Sequence[Line], name: str) -> list[Line]:
    return [replace(line, place=f"{name}:{line.place}") for line in lines]


def _parts(texts: Sequence[StatuteText]) -> dict[int, list[int]]:
    """Which texts are parts of one: for the first of them their order, for the others nothing."""
    groups: dict[str, list[int]] = {}
    for index, one in enumerate(texts):
        if one.title and one.clauses:
            groups.setdefault(one.title, []).append(index)
    found: dict[int, list[int]] = {}
    for group in groups.values():
        order = sorted(group, key=lambda index: texts[index].clauses[0].number)
        runs_on = all(
            texts[after].clauses[0].number == texts[before].clauses[-1].number + 1
            for before, after in pairwise(order)
        )
        if len(group) > 1 and runs_on:
            found |= {index: [] for index in group}
            found[min(group)] = order
    return found


def read_lines(path: Path) -> list[Line]:
    """The lines of a file of any format that we read. Raises Refusal."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise Refusal(
                f"文件有 {size / 1024 / 1024:.0f} MB，法律文本不会超过 {MAX_BYTES // 1024 // 1024} MB"
            )
        return lines_of_bytes(path.read_bytes())
    except OSError as error:
        raise Refusal(f"打不开文件：{error.strerror}") from error


def lines_of_bytes(data: bytes) -> list[Line]:
    """The lines of a file's content; its name is not trusted. Raises Refusal."""
    if len(data) > MAX_BYTES:
        raise Refusal(f"文件超过 {MAX_BYTES // 1024 // 1024} MB")
    if not data.strip():
        raise Refusal("文件是空的")
    if data.startswith(b"PK\x03\x04"):
        from statutes.importers import docx  # with lxml several MB that readers' pages never need

        return _chinese(docx.read_lines(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal(
            "这是旧版 Word 文件（.doc）或加了密码的文件，请用 Word 打开后另存为 .docx（不加密码）"
        )
    if data.startswith(b"%PDF"):
        raise Refusal("这是 PDF 文件，请改用官方网站的 Word 版本（.docx），或粘贴文字")
    if data.startswith(b"{\\rtf"):
        raise Refusal("这是 RTF 文件，请用 Word 打开后另存为 .docx")
    lines = text.read_lines(data)
    if lines and _DATA.match(lines[0].text):
        raise Refusal("这是 JSON 数据，不是法律文本，请先把其中的文字另存为文本文件")
    if not lines:
        raise Refusal("文件是空的")
    return _chinese(lines)


def _chinese(lines: list[Line]) -> list[Line]:
    """The lines, unless they are too many, or hardly any of their characters Chinese."""
    if len(lines) > _MOST_LINES:
        raise Refusal(f"文件有 {len(lines)} 行，法律文本不会超过 {_MOST_LINES} 行")
    words = "".join(line.text for line in lines)
    if sum("一" <= char <= "龥" for char in words) * 10 < len(words):
        raise Refusal("文件里几乎没有中文，不像法律文本")
    if len(_KANA.findall(words)) * 20 > len(words):
        raise Refusal("文件里是日文，不是中文法律")
    return lines


def statute_text(
    files: Sequence[Sequence[Line]], *, source: int = Version.Source.OFFICIAL
) -> StatuteText:
    """One statute from the lines of its files, in order. ``source`` ranks it."""
    read = outline.parse([_curled(line) for line in _titled(_joined(files))])
    blank = sum(bool(_PLACEHOLDER.fullmatch(clause.text[:200])) for clause in read.clauses)
    if blank * 2 > len(read.clauses):
        reason = f"{len(read.clauses)} 条里有 {blank} 条只有“待补”一类的占位文字，没有正文"
        return StatuteText.refused("", reason)
    front = read_front(read.front)
    result = StatuteText(
        title=front.title,
        kind=kind_of(front.title, front.issuer),
        issuer=front.issuer,
        source=source,
        clauses=read.clauses,
        label=front.label,
        document_number=front.document_number,
        promulgated_on=front.promulgated_on,
        effective_from=front.effective_from,
        preamble="\n".join([*front.preamble, *read.preamble]),
        appendix="\n".join(read.appendix),
        warnings=[*(f"已移走编者注：{remark}" for remark in front.remarks), *read.warnings],
    )
    begins = bool(read.clauses) and (read.clauses[0].number, read.clauses[0].branch) == (1, 0)
    # An amendment may go on with the numbers of the one before it.
    if read.clauses and not begins and result.kind != Statute.Kind.AMENDMENT:
        result.is_complete = False
    if not read.clauses:
        result.body = "\n".join(front.words)
        result.preamble = ""
        if result.body:
            result.warnings.append("没有识别出条文，按全文保存")
    _read_last_clause(result, front)
    return result


def _titled(lines: list[Line]) -> list[Line]:
    """The lines with their title's rank put right: ## is the title's where it is the only one of
    its rank, and nothing ranks higher."""
    headed = [index for index, line in enumerate(lines) if line.depth]
    if headed:
        first = lines[headed[0]]
        ranks = [lines[index].depth for index in headed]
        if ranks.count(first.depth) == 1 and first.depth == min(ranks):
            is_title = titles.is_whole(titles.tidy(first.text)) and not first.text.startswith("第")
            lines[headed[0]] = replace(first, depth=1) if is_title else first
    return [
        replace(line, text=titles.without_site(line.text)) if line.depth == 1 else line
        for line in lines
    ]


def _curled(line: Line) -> Line:
    return replace(line, text=curl_quotes(line.text))


def _joined(files: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of all files as one text. A code that is kept in a file for each 编 names the 编
    at the top of each, below its title and before its history."""
    if len(files) == 1:
        return list(files[0])
    lines: list[Line] = []
    for number, file in enumerate(files):
        top = [line for line in file if line.depth == 1]
        start = next((i for i, line in enumerate(file) if outline.opens_law(line)), len(file))
        if number == 0:
            lines += [line for line in file[:start] if line not in top[1:]]
        lines += top[1:]
        lines += file[start:]
    return lines


def repeals(text: str, *, but: str) -> tuple[str, ...]:
    """The titles of the statutes that are 同时废止 by these words, without the title ``but``."""
    return tuple(
        title
        for match in _REPEALED.finditer(text)
        for title in re.findall(r"《([^》]+)》", match[1])
        if title != but
    )


def _read_last_clause(result: StatuteText, front: Front) -> None:
    """What the last clause says of the text's own beginning, and of what it repeals. Of an amended
    text it says neither: those words are the first text's."""
    last = result.clauses[-1].text if result.clauses else result.body
    last += "\n".join(row for row in result.appendix.split("\n") if outline.closes(row))
    if not front.is_own_text:
        return
    result.repeals += repeals(last, but=result.title)
    if result.effective_from:
        return
    stated = next(iter(commencements(last)), None)
    if stated is None and is_on_promulgation(last):
        stated = result.promulgated_on
    if (
        stated
        and result.promulgated_on
        and not (dt.timedelta() <= stated - result.promulgated_on <= _LONGEST_WAIT)
    ):
        result.warnings.append(
            f"末条所载施行日期 {stated} 与公布日期 {result.promulgated_on} 不符，未采用"
        )
        stated = None
    result.effective_from = stated


# A place in front of its regulation's title: 上海市…, 某某自治州…. Not 非上市公众公司, 城市房地产.
_LOCAL = re.compile(
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    r"|四川|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆)"
    r"|(?!中华|全国|非|拟|大|中小|城)[一-龥]{2,8}?(?:省|自治区|自治州|自治县|经济特区|(?<![城上])市)"
)
_LOCAL_CONGRESS = re.compile(r"[省市县州区]人民代表大会")
_MINISTRY = re.compile(r"(?:部|总局|委员会|人民银行|总署|局)$")


def kind_of(title: str, issuer: str) -> str:
    """The kind of a statute, by its title and who issued it."""
    kind = Statute.Kind
    if "最高人民" in title or "最高人民" in issuer:
        return kind.INTERPRETATION
    if re.search(r"修正案(?:[（(][^（()）]+[）)])?$", title):
        return kind.AMENDMENT
    if re.fullmatch(r"(?:中华人民共和国)?宪法", title):
        return kind.CONSTITUTION
    if title.endswith(("决定", "决议")):
        return kind.DECISION
    if "人民政府" in issuer:
        return kind.RULE
    if _LOCAL.match(title) or _LOCAL_CONGRESS.search(issuer):
        return kind.LOCAL
    if _MINISTRY.search(issuer) and not re.search(r"(?<!办)法$|条例$", title):
        return kind.RULE
    if "全国人民代表大会常务委员会关于" in title and "解释" in title:
        return kind.LEGISLATIVE_INTERPRETATION
    if issuer == "国务院" or (title.endswith("条例") and "全国" not in issuer):
        return kind.REGULATION
    return kind.LAW
