"""An article out of a Word file, and an article for the WeChat editor."""

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from articles import images, workflow
from articles.models import Article, Category
from articles.wechat import wechat_article
from statutes.importers.refusal import Refusal


class WordForm(forms.Form):
    file = forms.FileField(
        label="Word 文件",
        help_text="只收 .docx，20 MB 以内。旧的 .doc 请先用 Word 另存为 .docx。",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选一个 Word 文件。", "empty": "这个文件是空的。"},
    )
    category = forms.ModelChoiceField(Category.objects.all(), label="栏目")


class FormatsMixin:
    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("from-word/", view(self.from_word), name="articles_article_from_word"),
            path(
                "<int:pk>/wechat/",
                view(require_safe(self.wechat)),
                name="articles_article_wechat",
            ),
            *super().get_urls(),
        ]

    def from_word(self, request: HttpRequest) -> HttpResponse:
        """A draft out of an uploaded .docx; a file that can't be read leaves nothing behind."""
        if not workflow.may_write(request.user, None):
            raise PermissionDenied
        form = WordForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            try:
                article = self._draft(request, **form.cleaned_data)
            except (Refusal, workflow.WorkflowError) as error:
                form.add_error("file", f"{error}。")
            else:
                return redirect("admin:articles_article_change", article.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "从 Word 新建文章",
            "form": form,
            "media": self.media,
        }
        return render(request, "admin/articles/article/from_word.html", context)

    @staticmethod
    def _draft(request: HttpRequest, file, category: Category) -> Article:
        from articles.importers import word  # several MB that readers' pages never need

        def keep_picture(data: bytes) -> str:
            if not request.user.has_perm("articles.add_picture"):
                raise images.PictureError("您没有上传图片的权限")
            picture = images.store(data, name=file.name, by=request.user)
            return images.address(picture.file.name)

        read = word.read(file.read(), name=file.name, keep_picture=keep_picture)
        signs = getattr(request.user, "author", None)
        content = {
            "title": read.title[:200],
            "body": read.body,
            "category": category.pk,
            "author": signs.pk if signs else None,
        }
        article = workflow.create(content, by=request.user, comment=f"从 Word 新建：{file.name}")
        messages.success(request, "已从 Word 新建草稿，请看一遍再提交。")
        for warning in read.warnings:
            messages.warning(request, warning)
        return article

    @method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}))
    def wechat(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What readers see, nothing else: drafts are not for WeChat."""
        article = self.get_queryset(request).published().filter(pk=pk).first()
        if article is None:
            raise Http404("只有读者看得到的文章才能复制到微信。")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"复制到微信：{article}",
            "article": article,
            "html": wechat_article(article, on=timezone.localdate()),
            "media": self.media,
        }
        return render(request, "admin/articles/article/wechat.html", context)
