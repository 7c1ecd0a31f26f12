"""The desk's list of articles, made for a million of them."""

import re

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import search
from articles.ids import id_in
from articles.models import Article, Category, is_own
from articles.staff import name_of
from statutes.admin.base import LongListMixin

State, Stage = Article.State, Article.Stage
_ADDRESS = re.compile(r"/(\d{1,18})\.html")


class StatusFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "is"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [
            ("draft", "草稿"),
            ("in_review", "待审"),
            ("approved", "已审待发"),
            ("scheduled", "定时"),
            ("published", "已发布"),
            ("withdrawn", "已撤回"),
            ("discarded", "已废弃"),
        ]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "draft" | "in_review" | "approved" | "discarded" as stage:
                return queryset.filter(stage=stage)
            case "scheduled":
                return queryset.filter(state=State.PUBLISHED, published_at__gt=timezone.now())
            case "published":
                return queryset.published()
            case "withdrawn":
                return queryset.filter(state=State.WITHDRAWN)
        return queryset.exclude(stage=Stage.DISCARDED)


class MineFilter(admin.SimpleListFilter):
    title = "谁的"
    parameter_name = "mine"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("1", "我的文章")]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        return queryset.filter(is_own(request.user)) if self.value() == "1" else queryset


class CategoryFilter(admin.SimpleListFilter):
    """A parent's articles are its children's too."""

    title = "栏目"
    parameter_name = "category"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        asked = id_in(self.value() or "")
        if asked is None:
            return queryset
        wanted = Category.objects.filter(Q(pk=asked) | Q(parent=asked)).values_list("pk", flat=True)
        return queryset.filter(category__in=list(wanted))


class ArticleListMixin(LongListMixin):
    list_display = ["title", "status", "category", "author", "writer", "edited", "published"]
    list_filter = [StatusFilter, MineFilter, CategoryFilter, "author"]
    list_per_page = 50
    ordering = ["-edited_at", "-pk"]
    sortable_by = []
    search_fields = ["title"]
    search_help_text = "标题里的字，文章编号，或文章的网址；加引号找已发布文章正文里的字"

    def get_queryset(self, request) -> QuerySet:
        rows = super().get_queryset(request).readable_by(request.user)
        rows = rows.select_related("author", "category", "created_by__author")
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            rows = rows.defer("body", "rendered", "contents", "updates", "excerpt", "summary")
        return rows

    def get_search_results(self, request, queryset: QuerySet, search_term: str):
        """An address or a number names one article; else the title holds every word. What is in
        quotation marks stands in the text of a published article, or in its title."""
        words = search_term.replace("\x00", "").strip()
        found = _ADDRESS.search(words)
        asked = id_in(found[1] if found else words)
        if asked is not None:
            return queryset.filter(pk=asked), False
        return search.for_the_desk(queryset, words), False

    @admin.display(description="状态")
    def status(self, article: Article) -> str:
        return article.status()

    @admin.display(description="撰稿人")
    def writer(self, article: Article) -> str:
        return name_of(article.created_by) if article.created_by else "—"

    @admin.display(description="最近改动", ordering="edited_at")
    def edited(self, article: Article) -> str:
        return f"{timezone.localtime(article.edited_at):%Y-%m-%d %H:%M}"

    @admin.display(description="发布日期", ordering="published_at", empty_value="—")
    def published(self, article: Article) -> str | None:
        return article.published_at and f"{timezone.localtime(article.published_at):%Y-%m-%d}"
