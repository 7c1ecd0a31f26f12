"""What pages show, and when it last changed."""

from django.db import models
from django.db.models import Q


class PageVersion(models.Model):
    """Something that pages show: see ``page_versions``. Written in the transaction that changes
    it, so that a page is never older than what is committed."""

    name = models.CharField(max_length=80, primary_key=True)
    # Of two changes the later committed one has the higher number.
    number = models.BigIntegerField()
    changed_at = models.DateTimeField()
    # Of a scheduled publication: when readers see it. NULL: of everything else.
    due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "页面版本"
        indexes = [
            # What a process asks each second, and at its start.
            models.Index(fields=["number"], name="page_version_number"),
            models.Index(fields=["due_at"], condition=~Q(due_at=None), name="page_version_due"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
