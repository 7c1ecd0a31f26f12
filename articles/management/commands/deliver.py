"""deliver: send what waits in the outbox. For a timer, once a minute."""

from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import outbox


class Command(BaseCommand):
    help = "发出待发的邮件。没发出的下次再试。由定时器每分钟运行一次。"

    def handle(self, **options):
        if not settings.EMAIL_HOST and settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
            raise CommandError("没有设置 EMAIL_URL，邮件都在待发事项里等着。")
        went, failed = outbox.deliver(partial(tqdm, desc="待发", unit="封", disable=None))
        self.stdout.write(f"待发事项：发出 {went} 件，未发出 {failed} 件")
        if failed:
            raise CommandError("未发出的见管理后台“待发事项”，下次再试", returncode=1)
