"""What pages show, and when it last changed."""

from django.db import models


class PageVersion(models.Model):
    """Something that pages show: see ``page_versions``. Written in the transaction that changes
    it, so that a page is never older than what is committed."""

    name = models.CharField(max_length=80, primary_key=True)
    # Of two changes the later committed one has the higher number.
    number = models.BigIntegerField(db_index=True)
    changed_at = models.DateTimeField()
    # Of a scheduled publication: when readers see it. NULL: of everything else.
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "页面版本"

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
