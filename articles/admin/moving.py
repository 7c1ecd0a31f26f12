"""An article moved on from the desk: what its buttons do."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from articles import workflow
from articles.models import Article
from articles.workflow import TRANSITIONS

# "schedule" is a publish with an hour.
_DONE = {
    "submit": "已提交审核",
    "recall": "已取回，可以继续修改",
    "approve": "已审核通过",
    "send_back": "已退回修改",
    "publish": "已发布",
    "schedule": "已定时",
    "cancel_schedule": "已取消定时",
    "withdraw": "已撤回",
    "discard": "已废弃，不再出现在列表里；再次保存就会恢复",
}
# What is asked before it is done.
CONFIRM = {
    "withdraw": "撤回之后，读者打开这个地址看到的是“已撤下”。确定撤回吗？",
    "discard": "废弃之后，这篇草稿不再出现在列表里。确定吗？",
}


def buttons(article: Article, user) -> list[dict]:
    """Those that this person may press now."""
    allowed = workflow.actions(article, user)
    if "publish" in allowed and not article.is_public():
        allowed.insert(allowed.index("publish") + 1, "schedule")
    return [
        {"name": name, "words": _words(name), "confirm": CONFIRM.get(name, "")}
        for name in allowed
        if name in _DONE
    ]


def _words(action: str) -> str:
    """On its button; of what is none, a word that fits a refusal."""
    if action == "schedule":
        return "定时发布"
    return TRANSITIONS[action].words if action in _DONE else "处理"


def perform(
    request: HttpRequest,
    article: Article,
    action: str,
    *,
    comment: str = "",
    at: dt.datetime | None = None,
) -> bool:
    """Do it and say so, or say why it wasn't done. Whether it was."""
    try:
        warnings = _do(article, action, request.user, comment, at)
    except workflow.WorkflowError as error:
        messages.error(request, f"“{article}”没有{_words(action)}：{error}。")
        return False
    when = f"{timezone.localtime(at):%Y-%m-%d %H:%M} " if action == "schedule" and at else ""
    ending = f"，{when}对读者公开" if when else ""
    messages.success(request, f"“{article}”{_DONE[action]}{ending}。")
    for warning in warnings:
        messages.warning(request, warning)
    return True


def _do(article: Article, action: str, user, comment: str, at: dt.datetime | None) -> list[str]:
    now = timezone.now()
    match action:
        case "publish":
            at = now if article.is_scheduled(now) else None
            return workflow.publish(article, by=user, at=at, reason=comment)
        case "schedule":
            if at is None or at <= now:
                raise workflow.WorkflowError("请在“定时”里填一个还没有到的时间")
            return workflow.publish(article, by=user, at=at, reason=comment)
        case "submit" | "approve" | "send_back" | "withdraw":
            getattr(workflow, action)(article, by=user, comment=comment)
        case "recall" | "cancel_schedule" | "discard":
            getattr(workflow, action)(article, by=user)
        case _:
            raise workflow.WorkflowError("没有这个操作")
    return []
