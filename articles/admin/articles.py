"""Articles at the desk: written, reviewed, published."""

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from articles import preview, workflow, working_copies
from articles.admin.bulk import BulkActionsMixin
from articles.admin.formats import FormatsMixin
from articles.admin.history import HistoryMixin, changes_between
from articles.admin.lists import ArticleListMixin
from articles.admin.moving import buttons, perform
from articles.admin.panel import PanelMixin
from articles.admin.writing import WritingMixin
from articles.checks import check
from articles.content import complete, is_same
from articles.forms import ArticleForm, MoveForm, typed
from articles.ids import id_in
from articles.models import Article, Category
from articles.staff import name_of

# CKEditor 4 sets styles and event attributes of its own; relaxed on editor pages only.
_editor_policy = csp_update(
    {
        "script-src-attr": ["'unsafe-inline'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "frame-src": ["'self'"],  # the preview, for those who only read
    }
)
_frames_policy = csp_update({"frame-src": ["'self'"]})


@admin.register(Article)
class ArticleAdmin(
    ArticleListMixin,
    BulkActionsMixin,
    FormatsMixin,
    HistoryMixin,
    PanelMixin,
    WritingMixin,
    admin.ModelAdmin,
):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    fieldsets = [
        (None, {"fields": ["title", "category", "tags", "author", "body", "summary", "cover"]}),
        (
            "来源与声明",
            {
                "classes": ["collapse"],
                "fields": [
                    "source_name",
                    "source_url",
                    "closing_override",
                    "notice_override",
                    "date_is_known",
                ],
            },
        ),
        (
            "搜索引擎",
            {"classes": ["collapse"], "fields": ["seo_title", "seo_description", "noindex"]},
        ),
        ("保存与发布", {"fields": ["comment", "publish_at", "read_version"]}),
    ]

    class Media:
        css = {"all": ["css/admin-law.css", "css/editor.css", "css/desk.css", "css/changes.css"]}
        # Behind the whole page, and ahead of the editor's own start.
        js = [
            Script(f"js/{name}.js", defer=True)
            for name in ("desk", "article-form", "citation-panel")
        ]

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/do/", view(require_POST(self.do)), name="articles_article_do"),
            path(
                "<int:pk>/preview/",
                view(require_safe(self.preview)),
                name="articles_article_preview",
            ),
            *super().get_urls(),
        ]

    # Who may see and do what: the queryset and ``workflow`` say it.

    def has_change_permission(self, request, obj=None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return workflow.may_write(request.user, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        """An address that was public stays: withdraw instead; a draft is discarded."""
        return False

    # The form.

    @method_decorator(_editor_policy)
    def add_view(self, request, form_url="", extra_context=None) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    @method_decorator(_editor_policy)
    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        article = self.get_object(request, object_id)
        if article is not None and not workflow.may_write(request.user, article):
            return self._read_page(request, article)
        return super().change_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        copy = working_copies.unsaved(obj, request.user) if "copy" in request.GET else None
        return type("RequestArticleForm", (form,), {"user": request.user, "copy": copy})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Chosen here; added and changed on pages of their own."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.empty_label = {"category": "（请选栏目）", "author": "（不署名）"}[db_field.name]
        return field

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def get_changeform_initial_data(self, request) -> dict:
        initial = super().get_changeform_initial_data(request)
        signs = getattr(request.user, "author", None)
        return {"author": signs, **initial} if signs else initial

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        form, now, user = context["adminform"].form, timezone.now(), request.user
        if request.method == "GET":
            working_copies.touch(obj, user, at=now)
        context |= {
            "buttons": buttons(obj or Article(created_by=user), user),
            "others": working_copies.others(obj, user, at=now) if obj else [],
            "unsaved": None if form.copy or form.is_bound else working_copies.unsaved(obj, user),
            "collision": self._collision(form),
            "at": self.sentence_asked_for(request, obj),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    @staticmethod
    def _collision(form: ArticleForm) -> dict | None:
        if form.collision is None:
            return None
        theirs, mine = complete(form.collision.content), complete(typed(form.data, form.kept))
        return {
            "theirs": form.collision,
            "by": name_of(form.collision.created_by),
            "version": form.held_version,
            "changes": changes_between(theirs, mine),
        }

    def save_model(self, request, obj, form, change) -> None:
        """Saved where something changed, then moved on where a button says so."""
        content, comment = form.content(), form.cleaned_data["comment"]
        if not change:
            article = workflow.create(content, by=request.user, comment=comment)
            obj.pk, obj.state, obj.stage = article.pk, article.state, article.stage
            saved = True
        else:
            article = self.get_queryset(request).get(pk=obj.pk)
            saved = not is_same(content, form.kept)
            if saved:
                workflow.save_draft(article, content, by=request.user, comment=comment)
            else:
                working_copies.drop(article, request.user)
        self._say(request, article, content, saved=saved)
        action = request.POST.get("_do")
        if action and not (action == "recall" and article.stage == Article.Stage.DRAFT):
            perform(
                request,
                article,
                action,
                comment=comment,
                at=form.cleaned_data["publish_at"],
            )

    def _say(self, request, article: Article, content: dict, *, saved: bool) -> None:
        if not saved:
            if "_do" not in request.POST:
                messages.info(request, "没有改动，不用保存。")
            return
        live = "读者看到的还是原来的内容，发布之后才换上。" if article.is_public() else ""
        messages.success(request, f"已保存。{live}")
        for warning in self._warnings(content):
            messages.warning(request, warning)

    @staticmethod
    def _warnings(content: dict) -> list[str]:
        category = Category.objects.select_related("parent").filter(pk=content["category"]).first()
        parent = category.parent if category else None
        return check(
            content,
            category_name=category.name if category else "",
            parent_name=parent.name if parent else "",
            at=timezone.now(),
        )

    def save_related(self, request, form, formsets, change) -> None:
        """Nothing: tags live in the revision until it is published."""

    def log_addition(self, request, obj, message) -> None:
        """The history has every save already."""

    def log_change(self, request, obj, message) -> None:
        """The history has every save already."""

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        return redirect("admin:articles_article_change", obj.pk)

    def response_change(self, request, obj) -> HttpResponse:
        return redirect("admin:articles_article_change", obj.pk)

    # Moving on, and looking at it.

    def do(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A button pressed by somebody who sees the article and doesn't write it."""
        article = self._readable(request, pk)
        form = MoveForm(request.POST)
        if not form.is_valid():
            messages.error(request, "".join(e for es in form.errors.values() for e in es))
        elif form.cleaned_data["version"] != article.lock_version:
            messages.error(request, "您打开之后，这篇文章有改动，所以没有处理。请看过再定。")
        else:
            data = form.cleaned_data
            perform(
                request,
                article,
                data["_do"],
                comment=data["comment"],
                at=data["publish_at"],
            )
        if not self.get_queryset(request).filter(pk=pk).exists():
            return redirect("admin:articles_article_changelist")
        return redirect("admin:articles_article_change", pk)

    def _read_page(self, request: HttpRequest, article: Article) -> HttpResponse:
        """For those who may see it, and perhaps move it on, but not write it."""
        may_look = self.has_view_permission(request, article)
        if not may_look or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        revisions = article.revisions.select_related("created_by__author")
        sees = workflow.may_see_drafts(request.user, article)
        newest = revisions.first() if sees else None
        shown = buttons(article, request.user)
        context = {
            **self._page(request, article, str(article)),
            "form": MoveForm(initial={"version": article.lock_version}),
            "revision": newest,
            "revision_by": name_of(newest.created_by) if newest else "",
            "address": preview.address(newest) if newest else "",
            "buttons": shown,
            "may_see_drafts": sees,
            "may_schedule": any(button["name"] == "schedule" for button in shown),
            "others": working_copies.others(article, request.user, at=timezone.now())
            if sees
            else [],
        }
        return render(request, "admin/articles/article/read.html", context)

    @method_decorator(_frames_policy)
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A save, the newest unless another is asked for, as phones and desktops show it."""
        article = self._readable(request, pk)
        revisions = article.revisions.select_related("created_by__author")
        asked = id_in(request.GET.get("revision", ""))
        if asked is not None:
            revisions = revisions.filter(pk=asked)
        revision = revisions.first()
        if revision is None:
            raise Http404("没有这次保存。")
        context = {
            **self._page(request, article, f"预览：{revision.content['title']}"),
            "revision": revision,
            "revision_by": name_of(revision.created_by),
            "address": preview.address(revision),
            "link": request.build_absolute_uri(preview.address(revision)),
            "days": preview.lifetime().days,
        }
        return render(request, "admin/articles/article/preview.html", context)

    def _page(self, request: HttpRequest, article: Article, title: str) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "article": article,
            "may_write": workflow.may_write(request.user, article),
            "media": self.media,
        }
