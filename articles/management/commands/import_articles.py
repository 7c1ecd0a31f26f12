"""import_articles FILE…: articles from the firm's JSON export."""

import json as json_library
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from articles.importers import json, store


class Command(BaseCommand):
    help = "导入文章（JSON）。每篇独立写入，出错的一篇不留痕迹；重复导入不改动任何内容。"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="文件")
        parser.add_argument("--json", action="store_true", help="把结果输出为 JSON")

    def handle(self, *, files: list[Path], **options):
        outcomes = [
            outcome for file in files for outcome in import_file(file, source=str(file.name))
        ]
        if options["json"]:
            self.stdout.write(json_library.dumps(outcomes, ensure_ascii=False, indent=1))
        else:
            self._report(outcomes)
        refused = sum(outcome["outcome"] == "refused" for outcome in outcomes)
        if refused:
            raise CommandError(f"拒绝 {refused} 篇，其余已导入", returncode=1)

    def _report(self, outcomes: list[dict]) -> None:
        for outcome in outcomes:
            for message in outcome["messages"]:
                self.stdout.write(f"{outcome['place']}：{message}")
        words = {"created": "新增", "unchanged": "不变", "refused": "拒绝"}
        tally = {
            word: sum(outcome["outcome"] == name for outcome in outcomes)
            for name, word in words.items()
        }
        self.stdout.write("文章：" + "，".join(f"{word} {n} 篇" for word, n in tally.items()))


def import_file(path: Path, *, source: str) -> list[dict]:
    """Import one file's items; what became of each, in order."""
    outcomes = []

    def note(number: int, outcome: str, messages: list[str], pk: int | None = None) -> None:
        place = f"{path} 第 {number} 篇" if number else str(path)
        outcomes.append({"place": place, "outcome": outcome, "id": pk, "messages": messages})

    try:
        items = list(json.read(path))
    except store.ItemError as error:
        note(0, "refused", [str(error)])
        return outcomes
    # None: a bar on a terminal only. One item is no long work.
    bar = tqdm(items, desc=path.name, unit="篇", disable=None if len(items) > 1 else True)
    for number, item in enumerate(bar, start=1):
        try:
            if isinstance(item, store.ItemError):
                raise item
            stored = store.store(item, source=source)
        except store.ItemError as error:
            note(number, "refused", [str(error)])
        except DatabaseError as error:  # what no check foresaw: this item only
            note(number, "refused", [f"数据库不接受：{error}"])
        else:
            note(number, stored.outcome, stored.warnings, stored.article.pk)
    return outcomes
