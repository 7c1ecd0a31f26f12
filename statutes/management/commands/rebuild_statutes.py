"""rebuild_statutes: make anew all that is derived from the texts of law."""

import sys

from django.core.management.base import BaseCommand
from tqdm import tqdm

from statutes import library
from statutes.lock import library_lock, taking_turns
from statutes.models import Version


class Command(BaseCommand):
    help = "重新生成由法律文本推导出的内容：新旧条文对应的建议、条文变动、页面。人工确认过的不变。"

    def handle(self, **options):
        versions = Version.objects.select_related("statute").order_by("effective_from")
        progress = tqdm(list(versions), desc="版本", unit="部", disable=None, file=sys.stderr)
        for version in taking_turns(progress):
            with library_lock():
                library.derive(version)
        self.stdout.write(f"已重新生成 {versions.count()} 个版本。")
