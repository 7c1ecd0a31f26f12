"""Old addresses and where they lead now."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.redirects.admin import Redirect  # registers what is replaced below
from django.contrib.sites.admin import Site
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import HttpRequest
from django.urls import Resolver404, resolve

admin.site.unregister(Redirect)
admin.site.unregister(Site)

_MOST_HOPS = 5


class RedirectForm(forms.ModelForm):
    class Meta:
        model = Redirect
        fields = ("old_path", "new_path")
        labels = {"old_path": "旧地址", "new_path": "新地址"}
        help_texts = {
            "old_path": "本站域名之后的部分，如 /news/12.html。文章的旧地址不必登记："
            "凡以“编号.html”结尾的都会自动转到文章现在的地址。",
            "new_path": "本站的地址（/ 开头），或者完整的网址。留空表示此页已永久撤下（410）。",
        }

    def clean_old_path(self) -> str:
        path = self.cleaned_data["old_path"].strip().removeprefix(settings.SITE_URL)
        if not path.startswith("/") or path.startswith("//"):
            raise ValidationError("旧地址以 / 开头，是本站域名之后的部分。")
        if Redirect.objects.filter(old_path=path).exclude(pk=self.instance.pk).exists():
            raise ValidationError("这个旧地址已经登记过了。")
        return path

    def clean_new_path(self) -> str:
        path = self.cleaned_data["new_path"].strip().removeprefix(settings.SITE_URL)
        if path and not (path.startswith("/") and not path.startswith("//")):
            URLValidator(
                ["http", "https"], message="新地址写作 / 开头的本站地址，或者完整的网址。"
            )(path)
        return path

    def clean(self) -> dict:
        """No ring: a browser would go round in it until it gives up."""
        values = super().clean()
        start, path = values.get("old_path"), values.get("new_path")
        for _ in range(_MOST_HOPS):
            if start and path == start:
                raise ValidationError("这样会转回旧地址自己。")
            hop = Redirect.objects.filter(old_path=path).exclude(pk=self.instance.pk).first()
            if hop is None:
                break
            path = hop.new_path
        return values


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Where a page is still there, it is shown: a redirect only speaks where nothing is found."""

    form = RedirectForm
    list_display = ["old_path", "new_path"]
    search_fields = ["old_path", "new_path"]

    def save_model(self, request: HttpRequest, obj: Redirect, form, change: bool) -> None:
        obj.site_id = settings.SITE_ID
        super().save_model(request, obj, form, change)
        if _is_shown(obj.old_path):
            self.message_user(
                request, "旧地址现在还是本站的一类页面；只有那里没有内容时才会转走。", "warning"
            )


def _is_shown(path: str) -> bool:
    try:
        return resolve(path.partition("?")[0]).url_name not in (None, "old_address")
    except Resolver404:
        return False
