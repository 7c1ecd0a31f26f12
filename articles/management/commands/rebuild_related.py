"""rebuild_related: weigh what articles share, and build every list of related articles anew."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from articles import rebuilding


class Command(BaseCommand):
    help = (
        "重新计算标签和条文的权重，重建所有相关文章。宜每周运行一次；可随时中断，重新运行即可，"
        "运行中照常发布。"
    )

    def handle(self, **options) -> None:
        def progress(items, words):
            return tqdm(items, desc=words, disable=None, file=self.stderr)

        count = rebuilding.rebuild(progress)
        self.stdout.write(f"相关文章：重建 {count} 篇。")
