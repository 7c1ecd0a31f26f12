"""What came into the library, for those who follow the law."""

import re

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from statutes.models import Version

_NEWEST = 50
# What XML 1.0 has no place for, not even escaped: control characters, lone surrogates, U+FFFE/F.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class LibraryFeed(Feed):
    feed_type = Atom1Feed
    title = "法条库更新"
    author_name = "法条库"
    subtitle = "新收录的法律、司法解释与行政法规"

    def link(self) -> str:
        return reverse("statutes:list")

    def items(self) -> QuerySet[Version]:
        return (
            Version.objects.select_related("statute")
            .defer(*Version.LONG)
            .order_by("-added_at", "-pk")[:_NEWEST]
        )

    def item_title(self, item: Version) -> str:
        label = f"（{item.label}）" if item.label else ""
        return _NOT_XML.sub("", f"收录《{item.statute.short_title}》{label}")

    def item_description(self, item: Version) -> str:
        return f"{item.period}。" + ("" if item.is_complete else "只收录部分条文。")

    def item_link(self, item: Version) -> str:
        return item.get_absolute_url()

    def item_guid(self, item: Version) -> str:
        return f"{settings.SITE_URL}{item.statute.get_absolute_url()}#version-{item.pk}"

    def item_pubdate(self, item: Version):
        return item.added_at

    item_updateddate = item_pubdate
