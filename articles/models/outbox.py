"""What waits to leave the house."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


class Outbox(models.Model):
    """What must leave the house (mail, pings), written in the transaction that causes it and
    sent later. Nothing that a reader sees depends on it."""

    kind = models.CharField("种类", max_length=20, validators=[RegexValidator(r"^[a-z_]+$")])
    payload = models.JSONField("内容")
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    # NULL: at once.
    due_at = models.DateTimeField("不早于", null=True)
    # NULL while waiting.
    delivered_at = models.DateTimeField("送达时间", null=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    last_error = models.TextField("最近错误", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发事项"
        indexes = [
            models.Index(fields=["id"], condition=Q(delivered_at=None), name="outbox_waiting")
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 件"
