"""Articles at the desk: write, publish, withdraw; and the firm's own data."""

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.decorators import method_decorator

from articles import workflow
from articles.forms import ArticleForm
from articles.models import Article, Author, Category, CopyrightNotice, Firm
from articles.notices import LAW_VARIABLES

# CKEditor 4 sets styles and event attributes of its own; relaxed on editor pages only.
_editor_policy = csp_update(
    {"script-src-attr": ["'unsafe-inline'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"]}
)


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["title", "state_words", "category", "author", "published_at"]
    list_filter = ["state", "category"]
    list_select_related = ["category", "author"]
    search_fields = ["title", "=id"]
    show_full_result_count = False
    actions = ["publish", "withdraw"]
    fieldsets = [
        (None, {"fields": ["title", "category", "tags", "author", "body", "summary"]}),
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
        (None, {"fields": ["read_version"]}),
    ]

    class Media:
        css = {"all": ["css/editor.css"]}

    @method_decorator(_editor_policy)
    def changeform_view(self, request, *args, **kwargs):
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        content = form.content()
        if change:
            article = Article.objects.get(pk=obj.pk)
            article.lock_version = form.cleaned_data["read_version"]
            workflow.save_draft(article, content, by=request.user)
        else:
            article = workflow.create(content, by=request.user)
            obj.pk, obj.state = article.pk, article.state
        if "_publish" in request.POST and self.has_publish_permission(request):
            self._publish(request, article)

    def save_related(self, request, form, formsets, change) -> None:
        """Nothing: tags live in the revision until it is published."""

    @admin.display(description="状态", ordering="state")
    def state_words(self, article: Article) -> str:
        return "定时发布" if article.is_scheduled() else article.get_state_display()

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("articles.publish_article")

    def has_delete_permission(self, request, obj=None) -> bool:
        """An address that was public stays: withdraw instead."""
        return False

    def render_change_form(self, request, context, *args, **kwargs):
        context["may_publish"] = self.has_publish_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description="发布所选文章的最新内容", permissions=["publish"])
    def publish(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        for article in articles:
            self._publish(request, article)

    @admin.action(description="撤回所选文章", permissions=["publish"])
    def withdraw(self, request: HttpRequest, articles: QuerySet[Article]) -> None:
        for article in articles:
            try:
                workflow.withdraw(article, by=request.user)
            except workflow.WorkflowError as error:
                self.message_user(request, f"“{article}”没有撤回：{error}", messages.ERROR)
            else:
                self.message_user(request, f"“{article}”已撤回")

    def _publish(self, request: HttpRequest, article: Article) -> None:
        try:
            warnings = workflow.publish(article, by=request.user)
        except workflow.WorkflowError as error:
            self.message_user(request, f"“{article}”没有发布：{error}", messages.ERROR)
            return
        self.message_user(request, f"“{article}”已发布")
        for warning in warnings:
            self.message_user(request, warning, messages.WARNING)


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "slug", "order", "notice"]
    list_editable = ["order"]
    list_select_related = ["parent", "notice"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(CopyrightNotice)
class CopyrightNoticeAdmin(admin.ModelAdmin):
    list_display = ["name", "closing", "is_default"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return not (obj and obj.is_default)


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "position", "licence_number", "user"]
    list_select_related = ["user"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Firm)
class FirmAdmin(admin.ModelAdmin):
    """One row: edited, never added twice or deleted."""

    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "short_name",
                    "tagline",
                    "licence_number",
                    "telephone",
                    "address",
                    "icp_number",
                ]
            },
        ),
        (
            "文章里关于法律的说明",
            {
                "fields": ["stale_notice", "checked_notice", "compared_notice"],
                "description": "可用变量："
                + "、".join(f"{{{name}}} {words}" for name, words in LAW_VARIABLES.items()),
            },
        ),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name.endswith("_notice"):
            kwargs["widget"] = Textarea(attrs={"rows": 3, "cols": 80})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_add_permission(self, request) -> bool:
        return super().has_add_permission(request) and not Firm.objects.exists()

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
