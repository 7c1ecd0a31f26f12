"""Search engines told of what was published, changed or withdrawn: off until settings name a key.

IndexNow (https://www.indexnow.org/documentation) and Baidu's 普通收录 API
(https://ziyuan.baidu.com/linksubmit/index). They go through the outbox: no reader and no editor
waits for them.
"""

import json
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from articles.models import Article, Outbox

INDEXNOW, BAIDU = "indexnow", "baidu"
_TIMEOUT = 20  # seconds
_LONGEST_ANSWER = 10_000


class Refused(Exception):
    """The search engine's own words."""


def announce(article: Article) -> None:
    """Rows for those that are switched on; of a scheduled article, to be sent at its hour."""
    if article.noindex:
        return
    kinds = [INDEXNOW] if settings.INDEXNOW_KEY else []
    # Baidu takes new addresses only; that one is gone it finds by itself.
    if settings.BAIDU_PUSH_TOKEN and article.state == Article.State.PUBLISHED:
        kinds.append(BAIDU)
    Outbox.objects.bulk_create(
        Outbox(
            kind=kind,
            payload={"article": article.pk, "url": settings.SITE_URL + article.get_absolute_url()},
            due_at=article.published_at if article.is_scheduled() else None,
        )
        for kind in kinds
    )


def send_indexnow(payload: dict) -> None:
    """Nothing is told of what no reader has seen: a schedule may have been cancelled."""
    if not _was_ever_public(payload["article"]):
        return
    body = {
        "host": urlsplit(settings.SITE_URL).hostname,
        "key": settings.INDEXNOW_KEY,
        "keyLocation": f"{settings.SITE_URL}/{settings.INDEXNOW_KEY}.txt",
        "urlList": [payload["url"]],
    }
    _post(settings.INDEXNOW_URL, json.dumps(body).encode(), "application/json; charset=utf-8")


def send_baidu(payload: dict) -> None:
    if not Article.objects.published().filter(pk=payload["article"]).exists():
        return
    query = urlencode({"site": settings.SITE_URL, "token": settings.BAIDU_PUSH_TOKEN})
    answer = _post(f"{settings.BAIDU_PUSH_URL}?{query}", payload["url"].encode(), "text/plain")
    try:
        told = json.loads(answer)
    except ValueError as error:
        raise Refused(f"百度的回答读不懂：{answer[:200]}") from error
    if not told.get("success"):
        raise Refused(f"百度没有收下：{answer[:200]}")


def _was_ever_public(pk: int) -> bool:
    withdrawn = Article.objects.filter(pk=pk, state=Article.State.WITHDRAWN)
    return Article.objects.published().filter(pk=pk).exists() or withdrawn.exists()


def _post(url: str, body: bytes, kind: str) -> str:
    """The answer's text. Raises Refused, OSError."""
    request = Request(url, body, {"Content-Type": kind, "User-Agent": "Luwen"})  # noqa: S310  (an address of settings)
    try:
        with urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310  (an address of settings)
            return answer.read(_LONGEST_ANSWER).decode("utf-8", "replace")
    except HTTPError as error:
        words = error.read(300).decode("utf-8", "replace")
        raise Refused(f"HTTP {error.code}：{words}") from error
