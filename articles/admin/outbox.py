"""What waits to leave the house, for whoever looks after the site. Never what it says: a mail
names drafts."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from articles.models import Outbox
from articles.outbox import MOST_ATTEMPTS
from statutes.admin.base import LongListMixin, ReadOnlyAdmin


class StateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "is"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("waiting", "待发"), ("failed", "多次未发出，已停止"), ("sent", "已发出")]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "waiting":
                return queryset.filter(delivered_at=None, attempts__lt=MOST_ATTEMPTS)
            case "failed":
                return queryset.filter(delivered_at=None, attempts__gte=MOST_ATTEMPTS)
            case "sent":
                return queryset.exclude(delivered_at=None)
        return queryset


@admin.register(Outbox)
class OutboxAdmin(LongListMixin, ReadOnlyAdmin):
    list_display = ["to", "state", "created_at", "delivered_at", "attempts", "reason"]
    list_display_links = None
    fields = ["to", "state", "created_at", "delivered_at", "attempts", "reason"]
    list_filter = [StateFilter]
    ordering = ["-pk"]
    actions = ["again"]

    @admin.display(description="收件人")
    def to(self, row: Outbox) -> str:
        return row.payload.get("to", "—")

    @admin.display(description="状态")
    def state(self, row: Outbox) -> str:
        if row.delivered_at:
            return "已发出"
        return "已停止" if row.attempts >= MOST_ATTEMPTS else "待发"

    @admin.display(description="未发出的原因")
    def reason(self, row: Outbox) -> str:
        return row.last_error[:120]

    @admin.action(description="再试一次", permissions=["view"])
    def again(self, request: HttpRequest, rows: QuerySet) -> None:
        count = rows.filter(delivered_at=None).update(attempts=0)
        self.message_user(request, f"{count} 件会在下次发送时再试。")
