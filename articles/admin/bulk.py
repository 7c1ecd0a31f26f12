"""Many articles at once, each by itself through ``workflow``: what is refused is said by title."""

import json
from collections.abc import Callable, Iterator

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles import workflow
from articles.content import newest_content
from articles.exporting import export
from articles.models import Article, Category
from articles.tags import split_tags, tag_problem

_MOST = 500


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(Category.objects.all(), label="换到栏目")


class TagsForm(forms.Form):
    tags = forms.CharField(label="标签", max_length=300, help_text="用逗号或顿号隔开。")

    def clean_tags(self) -> list[str]:
        names = split_tags(self.cleaned_data["tags"])
        if problem := tag_problem(names):
            raise forms.ValidationError(problem)
        return names


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="撤回的原因", required=False, max_length=workflow.LONGEST_COMMENT
    )


class BulkActionsMixin:
    actions = ["publish", "withdraw", "move", "add_tags", "remove_tags", "export"]

    def get_actions(self, request) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(workflow.PUBLISH)

    @admin.action(description="发布所选文章的最新一稿", permissions=["publish"])
    def publish(self, request: HttpRequest, articles: QuerySet) -> HttpResponse | None:
        def do(article: Article) -> None:
            if article.state == Article.State.PUBLISHED and article.stage == Article.Stage.NONE:
                raise workflow.WorkflowError(
                    "已经定时" if article.is_scheduled() else "读者看到的就是最新一稿"
                )
            try:
                workflow.publish(article, by=request.user)
            except workflow.NeedsReason as error:
                raise workflow.WorkflowError(
                    "引文或者条号与法条库对不上，请打开文章改正，或者写明理由再发布"
                ) from error

        return self._asked(request, articles, "publish", forms.Form, do)

    @admin.action(description="撤回所选文章", permissions=["publish"])
    def withdraw(self, request: HttpRequest, articles: QuerySet) -> HttpResponse | None:
        def do(article: Article, reason: str) -> None:
            workflow.withdraw(article, by=request.user, comment=reason)

        return self._asked(request, articles, "withdraw", ReasonForm, do)

    @admin.action(description="更换栏目", permissions=["change"])
    def move(self, request: HttpRequest, articles: QuerySet) -> HttpResponse | None:
        def do(article: Article, category: Category) -> None:
            self._edit(request, article, lambda held: {**held, "category": category.pk})

        return self._asked(request, articles, "move", CategoryForm, do)

    @admin.action(description="增加标签", permissions=["change"])
    def add_tags(self, request: HttpRequest, articles: QuerySet) -> HttpResponse | None:
        def do(article: Article, tags: list[str]) -> None:
            self._edit(
                request,
                article,
                lambda held: {**held, "tags": [*dict.fromkeys(held["tags"] + tags)]},
            )

        return self._asked(request, articles, "add_tags", TagsForm, do)

    @admin.action(description="去掉标签", permissions=["change"])
    def remove_tags(self, request: HttpRequest, articles: QuerySet) -> HttpResponse | None:
        def do(article: Article, tags: list[str]) -> None:
            def without(held: dict) -> dict:
                return {**held, "tags": [tag for tag in held["tags"] if tag not in tags]}

            self._edit(request, article, without)

        return self._asked(request, articles, "remove_tags", TagsForm, do)

    @admin.action(description="导出已发布的（JSON，可再导入）", permissions=["view"])
    def export(self, request: HttpRequest, articles: QuerySet) -> StreamingHttpResponse:
        def lines() -> Iterator[str]:
            yield "["
            for number, entry in enumerate(export(articles)):
                yield (",\n" if number else "\n") + json.dumps(entry, ensure_ascii=False)
            yield "\n]\n"

        response = StreamingHttpResponse(lines(), content_type="application/json")
        name = f"articles-{timezone.localdate()}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @staticmethod
    def _edit(request: HttpRequest, article: Article, change: Callable[[dict], dict]) -> None:
        """A new draft; of a live article without another draft it goes out at once, where this
        person may publish. Nothing is written where it was so already."""
        held = newest_content(article)
        content = change(held)
        if content == held:
            return
        was_live = article.is_public() and article.stage == Article.Stage.NONE
        workflow.save_draft(article, content, by=request.user, comment="批量修改")
        if was_live and not workflow.refusal(article, "publish", request.user):
            workflow.publish(article, by=request.user)

    def _asked(
        self, request: HttpRequest, articles: QuerySet, action: str, form_class, do: Callable
    ) -> HttpResponse | None:
        """A page that asks, with the titles; then each of them is done."""
        form = form_class(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            values = form.cleaned_data.values()
            return self._each(request, articles, lambda article: do(article, *values))
        chosen = list(articles.select_related(None).only("title")[: _MOST + 1])
        words = getattr(self, action).short_description
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{words}：{min(len(chosen), _MOST)} 篇",
            "words": words,
            "form": form,
            "articles": chosen[:20],
            "more": max(0, len(chosen) - 20),
            "action": action,
            "across": request.POST.get("select_across", "0"),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "checkbox": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return render(request, "admin/articles/article/bulk.html", context)

    def _each(
        self, request: HttpRequest, articles: QuerySet, do: Callable[[Article], object]
    ) -> None:
        pks = list(articles.values_list("pk", flat=True)[: _MOST + 1])
        if len(pks) > _MOST:
            messages.error(request, f"一次最多处理 {_MOST} 篇，什么都没有改。请分几次选。")
            return
        done, refused = 0, []
        for pk in pks:
            article = Article.objects.select_related("author").get(pk=pk)
            try:
                do(article)
                done += 1
            except workflow.WorkflowError as error:
                refused.append(f"“{article}”没有处理：{error}")
        summary = f"已处理 {done} 篇" + (f"，{len(refused)} 篇没有处理" if refused else "")
        messages.success(request, f"{summary}。")
        for words in refused[:20]:
            messages.error(request, f"{words}。")
