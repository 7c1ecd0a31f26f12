"""generate_articles N: articles for trying and measuring, in an empty database."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import generating
from articles.models import Article


class Command(BaseCommand):
    help = (
        "在空库里生成 N 篇文章，供试用和测速：内容虚构，各表与逐篇发布所得相同。先导入法条，"
        "文章才有法可引。可随时中断，重新运行即接着做；数量和法条库相同，生成的文章就相同。"
    )

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("count", nargs="?", type=int, metavar="N", help="篇数")
        what.add_argument(
            "--from",
            dest="file",
            type=Path,
            metavar="FILE",
            help="不虚构，读这个 JSON 行文件：slug、title、cat、catname、tags、ts、body",
        )

    def handle(self, *, count: int | None, file: Path | None, **options) -> None:
        def progress(items, words):
            return tqdm(items, desc=words, disable=None, file=self.stderr)

        started = time.monotonic()
        try:
            corpus = generating.FromFile(file) if file else generating.Invented(count)
            generating.Generator(corpus).run(progress)
        except OSError as error:
            raise CommandError(f"读不了 {file}：{error.strerror}") from error
        except generating.GeneratingError as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(
            f"生成完毕：库里有 {Article.objects.count()} 篇文章，用时 {seconds:.0f} 秒。"
        )
