"""Atom feeds (RFC 4287) with their full text, told under the site's own address."""

import datetime as dt
import re

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

# What XML 1.0 has no place for, not even escaped: control characters, lone surrogates, U+FFFE/F.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN_ADDRESS = re.compile(r'(?<=\s)(src|href)="/(?!/)')


class Feed(Atom1Feed):
    """``path`` is that of the page that it follows, ``feed_path`` its own."""

    def __init__(self, title: str, *, path: str, feed_path: str, subtitle: str = "", author: str):
        super().__init__(
            clean(title),
            settings.SITE_URL + path,
            None,
            language="zh-CN",
            subtitle=clean(subtitle) or None,
            author_name=clean(author),
            feed_url=settings.SITE_URL + feed_path,
            feed_guid=settings.SITE_URL + feed_path,
        )

    def add(
        self,
        title: str,
        *,
        path: str,
        guid: str,
        published: dt.datetime,
        updated: dt.datetime,
        summary: str,
        content: str = "",
        author: str = "",
        categories: list[str] | None = None,
    ) -> None:
        """``content``: HTML whose addresses may be the site's own."""
        self.add_item(
            clean(title),
            settings.SITE_URL + path,
            clean(summary),
            unique_id=settings.SITE_URL + guid,
            pubdate=published,
            updateddate=updated,
            author_name=clean(author) or None,
            categories=[clean(one) for one in categories or ()],
            content=absolute(clean(content)),
        )

    def add_item_elements(self, handler, item) -> None:
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self) -> dt.datetime:
        """An empty feed was never changed: the answer to the same question stays the same."""
        never = timezone.make_aware(dt.datetime(2000, 1, 1))  # noqa: DTZ001  (made aware)
        return max((item["updateddate"] for item in self.items), default=never)

    def response(self, *, only_grows: bool = False) -> HttpResponse:
        """``only_grows``: nothing is ever taken out of it. Else a date is no sign of what changed:
        it would go back, and who asks "since then?" would keep what was withdrawn."""
        response = HttpResponse(content_type="application/atom+xml; charset=utf-8")
        if only_grows:
            response["Last-Modified"] = http_date(self.latest_post_date().timestamp())
        self.write(response, "utf-8")
        return response


def clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def absolute(html: str) -> str:
    """The site's own addresses in full: a reader of feeds has no page that they are relative to."""
    return _OWN_ADDRESS.sub(rf'\1="{settings.SITE_URL}/', html)
