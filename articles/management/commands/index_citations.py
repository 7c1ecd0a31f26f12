"""Find the citations of published articles anew: after the recogniser changed, or the library."""

import argparse

from django.core.management.base import BaseCommand
from tqdm import tqdm

from articles.citations import reindex
from articles.models import Article, Citation
from statutes.resolver import RESOLVED, Resolvers


class Command(BaseCommand):
    help = "重新识别文章引用的法条。引用的身份、日期和核对结论不变；可随时中断，重新运行即可。"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--unresolved", action="store_true", help="只处理有未能识别的引用的文章（默认）"
        )
        which.add_argument("--all", action="store_true", help="处理所有曾发布的文章")

    def handle(self, **options) -> None:
        articles = Article.objects.exclude(published_at=None).order_by("pk")
        if not options["all"]:
            open_ones = Citation.objects.exclude(outcome=RESOLVED).values("article")
            articles = articles.filter(pk__in=open_ones)
        ids = list(articles.values_list("pk", flat=True))
        before = _unresolved()
        library = Resolvers()
        for pk in tqdm(ids, unit="篇", disable=None, file=self.stderr):
            reindex(pk, library)
        self.stdout.write(f"{len(ids)} 篇文章；未能识别的引用 {before} → {_unresolved()}。")


def _unresolved() -> int:
    return Citation.objects.exclude(outcome=RESOLVED).count()
