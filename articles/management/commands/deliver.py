"""deliver: send what waits in the outbox, write the month's letters into it, and count the
citations for the desk's picture once an hour. For a timer, once a minute."""

from functools import partial

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from articles import health, monthly, outbox, queue


class Command(BaseCommand):
    help = (
        "发出待发的邮件和给搜索引擎的通知，记下引用状况。没发出的下次再试。由定时器每分钟运行一次。"
    )

    def handle(self, **options):
        today = timezone.localdate()
        if health.is_due(timezone.now()):
            health.record(today, partial(tqdm, desc="引用状况", unit="天", disable=None))
        queue.count_where_due(today)
        monthly.write_letters(today)
        went, failed = outbox.deliver(partial(tqdm, desc="待发", unit="件", disable=None))
        self.stdout.write(f"待发事项：发出 {went} 件，未发出 {failed} 件")
        if failed:
            raise CommandError("未发出的见管理后台“待发事项”，下次再试", returncode=1)
        if not outbox.can_mail():
            raise CommandError("没有设置 EMAIL_URL，邮件都在待发事项里等着。")
