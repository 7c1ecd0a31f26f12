"""An article's history at the desk: every save, who moved it on, what changed, and the way back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from articles import workflow
from articles.changes import Changes, compare, names_of
from articles.content import complete
from articles.ids import id_in
from articles.models import Article, Revision
from articles.staff import name_of

_SHOWN = 100  # saves on a page, the newest first
_MOST_STEPS = 5 * _SHOWN


@dataclass(frozen=True)
class Line:
    """A save, or a step of the workflow."""

    at: object
    who: str
    words: str
    revision: Revision | None = None


def changes_between(old: dict, new: dict) -> Changes:
    """Of two complete contents, with names for what they hold by id. At most two queries."""
    return compare(old, new, names_of(old, new))


class HistoryMixin:
    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/compare/",
                view(require_safe(self.compare)),
                name="articles_article_compare",
            ),
            path(
                "<int:pk>/restore/",
                view(require_POST(self.restore)),
                name="articles_article_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context=None
    ) -> HttpResponse:
        """The newest saves with the steps between them; those ``before`` a Revision's id, with
        the newest one again at the top, to compare with."""
        article = self._readable(request, object_id)
        saves = article.revisions.select_related("created_by__author")
        entries = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Article), object_id=article.pk
        ).select_related("user__author")
        before = saves.filter(pk=id_in(request.GET.get("before", ""))).first()
        newest = saves.first()
        if before:
            saves = saves.filter(pk__lt=before.pk)
            entries = entries.filter(action_time__lt=before.created_at)
        revisions = list(saves[: _SHOWN + 1])
        has_more = len(revisions) > _SHOWN
        if has_more:
            entries = entries.filter(action_time__gte=revisions[_SHOWN - 1].created_at)
        shown = revisions[:_SHOWN]
        lines = [
            Line(one.created_at, name_of(one.created_by), one.comment or "保存", one)
            for one in ([newest, *shown] if before else shown)
        ]
        lines += [
            Line(one.action_time, name_of(one.user), one.get_change_message())
            for one in entries[:_MOST_STEPS]
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"历史：{article}",
            "article": article,
            "lines": sorted(lines, key=lambda line: line.at, reverse=True),
            "is_older": before is not None,
            "last": shown[-1] if has_more else None,
            "newest": newest,
            "previous": next((one for one in shown if one != newest), None),
            "may_write": workflow.may_write(request.user, article),
            "media": self.media,
        }
        return render(request, "admin/articles/article/history.html", context)

    def compare(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Any two saves, the older one first, whichever way they were chosen."""
        article = self._readable(request, pk)
        chosen = [id_in(request.GET.get(side, "")) for side in ("from", "to")]
        if None in chosen:
            messages.error(request, "请选两次保存来比较。")
            return redirect("admin:articles_article_history", article.pk)
        found = article.revisions.filter(pk__in=chosen).select_related("created_by__author")
        by_pk = {one.pk: one for one in found}
        if not set(chosen) <= by_pk.keys():
            raise Http404("没有这次保存。")
        old, new = by_pk[min(chosen)], by_pk[max(chosen)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"比较：{article}",
            "article": article,
            "old": old,
            "new": new,
            "old_by": name_of(old.created_by),
            "new_by": name_of(new.created_by),
            "changes": changes_between(complete(old.content), complete(new.content)),
            "may_write": workflow.may_write(request.user, article),
            "media": self.media,
        }
        return render(request, "admin/articles/article/compare.html", context)

    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = self._readable(request, pk)
        if not workflow.may_write(request.user, article):
            raise PermissionDenied
        revision = article.revisions.filter(pk=id_in(request.POST.get("revision", ""))).first()
        if revision is None:
            raise Http404("没有这次保存。")
        try:
            workflow.restore(article, revision, by=request.user)
        except workflow.WorkflowError as error:
            messages.error(request, f"没有恢复：{error}。")
            return redirect("admin:articles_article_history", article.pk)
        messages.success(request, "已恢复为新的草稿；恢复之前的内容还在历史里。")
        return redirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _readable(self, request: HttpRequest, pk: int | str) -> Article:
        """The article, to somebody who may see all that was ever written of it."""
        article = self.get_object(request, str(pk))
        if (
            article is None
            or not self.has_view_permission(request, article)
            or not workflow.may_see_drafts(request.user, article)
        ):
            raise Http404("没有这篇文章，或者它的稿件您不能看。")
        return article
