"""rebuild_search: bring what searches look in in line with the articles and the law."""

from django.core.management.base import BaseCommand
from tqdm import tqdm

from articles import search_index
from statutes import clause_index


class Command(BaseCommand):
    help = (
        "核对并补全搜索索引（文章与条文），把新旧文章重新分段。升级后运行一次，之后宜每月运行一次；"
        "可随时中断，重新运行即可，已经正确的不会重写，运行中照常发布。"
    )

    def handle(self, **options) -> None:
        def progress(items, words):
            return tqdm(items, desc=words, disable=None, file=self.stderr)

        clauses = clause_index.refresh(progress, anew=True)
        public, written = search_index.rebuild(progress)
        self.stdout.write(
            f"搜索索引：条文 {clauses} 条；已发布文章 {public} 篇，重写 {written} 篇。"
        )
