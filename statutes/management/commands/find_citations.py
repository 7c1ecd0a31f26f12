"""Find the citations of a text, and say how each stands: nothing is stored."""

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from statutes.management.arguments import day
from statutes.models import Statute
from statutes.plaintext import text_of
from statutes.report import STATES, Found, Reader, as_json


class Command(BaseCommand):
    help = "找出文本中引用的法条，逐一说明其状态；不保存任何内容。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", default="-", help="文件；- 为标准输入")
        parser.add_argument("--on", type=day, help="文本的日期，默认今天")
        parser.add_argument("--html", action="store_true", help="输入为 HTML")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="以 JSON 输出")
        form.add_argument(
            "--jsonl", action="store_true", help='每行一个 {"id","text","on"?}，逐行输出'
        )

    def handle(self, **options) -> None:
        reader = Reader()
        on = options["on"] or timezone.localdate()
        with _opened(options["file"]) as source:
            try:
                if options["jsonl"]:
                    self._lines(source, reader, on, is_html=options["html"])
                    return
                text = source.read()
            except UnicodeDecodeError as error:
                raise CommandError(
                    f"{options['file']} 不是 UTF-8 文本：{error}", returncode=2
                ) from error
        found = reader.read(text_of(text) if options["html"] else text, on=on)
        if options["json"]:
            self._print([as_json(one) for one in found])
        else:
            self._tell(found)

    def _lines(self, source: TextIO, reader: Reader, on: dt.date, *, is_html: bool) -> None:
        """A line that can't be read is reported with its number; the others are."""
        bad = 0
        for number, line in enumerate(source, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                of_line = dt.date.fromisoformat(row["on"]) if row.get("on") else on
                row["text"].encode()  # a lone surrogate could not be printed again
                text = text_of(row["text"]) if is_html else row["text"]
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                self.stderr.write(f"第 {number} 行不能读：{error}")
                bad += 1
                continue
            citations = [as_json(one) for one in reader.read(text, on=of_line)]
            self._print({"id": row.get("id"), "citations": citations})
        if bad:
            raise CommandError(f"{bad} 行不能读，其余已输出。", returncode=2)

    def _print(self, data: object) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False))

    def _tell(self, found: list[Found]) -> None:
        if not found:
            self.stdout.write("没有找到引用的法条。")
            if not Statute.objects.exists():
                self.stdout.write("法条库是空的：请先运行 import_statutes。")
        for one in found:
            self.stdout.write("　".join(_words(one)))


def _words(found: Found) -> list[str]:
    resolution = found.resolution
    name = resolution.clause or resolution.statute or found.reference.title
    words = [found.reference.exact.replace("\n", ""), f"→ {name}"]
    if resolution.clause:
        words.append(f"（{resolution.version.name}）")
    if found.outcome_words:
        words.append(found.outcome_words)
    if found.state:
        words.append(STATES[found.state])
    if found.ahead:
        words.append(f"{found.ahead.on} 起变动")
    if found.is_moved:
        sure = "" if found.today.is_confirmed else "（待确认）"
        words.append(f"今 {found.today.clause}{sure}")
    if found.is_quoted:
        words.append(found.verdict_words)
        words += [f"[{old}→{new}]" for _, old, new in resolution.comparison.diff]
    return words


def _opened(name: str) -> TextIO:
    if name == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
        return sys.stdin
    try:
        return Path(name).open(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"不能打开 {name}：{error.strerror}", returncode=2) from error
