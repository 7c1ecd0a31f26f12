"""The pictures at the desk: uploaded, chosen for an article, and told where they are used."""

from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import images
from articles.ids import id_in
from articles.models import Article, Picture
from statutes.admin.base import LongListMixin

_A_PAGE = 24  # in the editor's dialog
_USES = Article.pictures.through.objects.filter(picture=OuterRef("pk"))
_USE = {"live": "读者看得到", "draft": "最新一稿", "history": "只在历史里"}


def _answers(view: Callable) -> Callable:
    """For requests from a script: a login that is over is said in JSON, not by another page."""

    @wraps(view)
    def answer(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.admin_site.has_permission(request):
            error = "登录已过期。请在新窗口登录后再试，这里写的不会丢。"
            return JsonResponse({"error": error}, status=403)
        return view(self, request, *args, **kwargs)

    return answer


class UseFilter(admin.SimpleListFilter):
    title = "用处"
    parameter_name = "used"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("no", "没有文章用过"), ("yes", "用过")]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(Exists(_USES) if self.value() == "yes" else ~Exists(_USES))
        return queryset


class UploadForm(forms.Form):
    class Several(forms.ClearableFileInput):
        allow_multiple_selected = True

    file = forms.FileField(
        label="图片",
        widget=Several(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={"required": "请先选图片。"},
        help_text="可以一次选几张。JPEG、PNG、WebP、GIF，每张 15 MB 以内。拍摄地点等信息会去掉。",
    )


@admin.register(Picture)
class PictureAdmin(LongListMixin, admin.ModelAdmin):
    list_display = ["shown", "name", "measures", "uploaded_by", "uploaded_at", "used"]
    list_display_links = ["shown", "name"]
    list_filter = [UseFilter]
    list_select_related = ["uploaded_by"]
    list_per_page = 48
    search_fields = ["name", "alt"]
    search_help_text = "原文件名，或图片说明"
    sortable_by = []
    fields = ["large", "address", "alt", "measures", "uploaded_by", "uploaded_at"]
    readonly_fields = ["large", "address", "measures", "uploaded_by", "uploaded_at"]
    actions = None
    change_form_template = "admin/articles/picture/change_form.html"

    class Media:
        css = {"all": ["css/pictures.css"]}

    def get_urls(self) -> list:
        return [
            path("upload/", self.upload, name="articles_picture_upload"),
            path("choose/", self.choose, name="articles_picture_choose"),
            *super().get_urls(),
        ]

    def get_queryset(self, request) -> QuerySet:
        times = _USES.order_by().values("picture").annotate(n=Count("*")).values("n")
        rows = super().get_queryset(request).readable_by(request.user)
        return rows.annotate(times=Coalesce(times, 0))

    # As lists and pages show it.

    @admin.display(description="图片")
    def shown(self, picture: Picture) -> SafeString:
        name = picture.file.name
        source = images.address(images.small_name(name) if picture.has_small else name)
        return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', source)

    @admin.display(description="图片")
    def large(self, picture: Picture) -> SafeString:
        source = images.address(picture.file.name)
        return format_html('<img class="picture" src="{}" alt="{}">', source, picture.alt)

    @admin.display(description="地址")
    def address(self, picture: Picture) -> str:
        return images.address(picture.file.name)

    @admin.display(description="大小")
    def measures(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}，{max(1, picture.size // 1000)} KB"

    @admin.display(description="用在")
    def used(self, picture: Picture) -> str:
        return f"{picture.times} 篇" if picture.times else "—"

    # Pages; alternative text is all that can be changed.

    def add_view(self, request, form_url="", extra_context=None) -> HttpResponse:
        """Uploads: several files at once, each by itself."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
        if posted and request.FILES.getlist("file"):
            for file in request.FILES.getlist("file"):
                try:
                    picture = images.store(file.read(), name=file.name, by=request.user)
                except images.PictureError as error:
                    messages.error(request, f"{file.name}：{error}。")
                else:
                    messages.success(request, f"已上传：{picture.name}")
            return redirect("admin:articles_picture_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "上传图片",
            "form": form,
            "media": self.media,
        }
        return render(request, "admin/articles/picture/upload.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        """With each article that shows it, or ever did; those that this person may not read are
        only counted."""
        picture = self.get_object(request, object_id)
        found = images.uses(picture) if picture else {}
        readable = Article.objects.readable_by(request.user).filter(pk__in=found).only("title")
        uses = [(article, _USE[found[article.pk]]) for article in readable]
        more = {"uses": uses, "more_uses": len(found) - len(uses), "picture": picture}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def delete_view(self, request, object_id, extra_context=None) -> HttpResponse:
        """Refused, with where it is shown, unless only the history shows it, or nothing does."""
        picture = self.get_object(request, object_id)
        if picture is not None and self.has_delete_permission(request, picture):
            used = [pk for pk, how in images.uses(picture).items() if how != "history"]
            if used:
                messages.error(request, f"“{picture}”还用在 {len(used)} 篇文章里，没有删除。")
                return redirect("admin:articles_picture_change", picture.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        lost = sum(len(images.uses(picture)) for picture in objs)
        words = [str(picture) for picture in objs]
        words += [f"{lost} 篇文章的历史里会缺这张图"] if lost else []
        return words, {"图片": len(objs)}, set(), []

    def delete_model(self, request, obj) -> None:
        images.remove(obj)

    # For the editor's dialog.

    @_answers
    def upload(self, request: HttpRequest) -> HttpResponse:
        """POST one ``file``: its address and size, or 400 with the reason."""
        if request.method != "POST":
            return HttpResponse(status=405)
        if not self.has_add_permission(request):
            return JsonResponse({"error": "您没有上传图片的权限。"}, status=403)
        file = request.FILES.get("file")
        if file is None:
            return JsonResponse({"error": "没有收到图片。"}, status=400)
        try:
            picture = images.store(file.read(), name=file.name, by=request.user)
        except images.PictureError as error:
            return JsonResponse({"error": f"{error}。"}, status=400)
        return JsonResponse(_told(picture))

    @_answers
    def choose(self, request: HttpRequest) -> HttpResponse:
        """The newest pictures, a page at a time: ``q`` words of the name, ``before`` an id."""
        if not self.has_view_permission(request):
            return JsonResponse({"error": "您没有查看图片的权限。"}, status=403)
        pictures = Picture.objects.readable_by(request.user).order_by("-pk")
        before = id_in(request.GET.get("before", ""))
        if before is not None:
            pictures = pictures.filter(pk__lt=before)
        if words := request.GET.get("q", "").replace("\x00", "").strip()[:80]:
            pictures, _ = self.get_search_results(request, pictures, words)
        page = list(pictures[: _A_PAGE + 1])
        return JsonResponse(
            {
                "pictures": [_told(picture) for picture in page[:_A_PAGE]],
                "before": page[_A_PAGE - 1].pk if len(page) > _A_PAGE else None,
            }
        )


def _told(picture: Picture) -> dict:
    name = picture.file.name
    small = images.small_name(name) if picture.has_small else name
    return {
        "id": picture.pk,
        "url": images.address(name),
        "small": images.address(small),
        "width": picture.width,
        "height": picture.height,
        "name": picture.name,
        "alt": picture.alt,
    }
