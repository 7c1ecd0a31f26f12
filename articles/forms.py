"""The editors' form: reads and writes the newest revision, never the live rows."""

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.storage import default_storage
from django.http import QueryDict

from articles import images
from articles.content import FIELDS, PLAIN, complete, newest_content
from articles.ids import id_in
from articles.models import Article, Author, Category, Revision, WorkingCopy
from articles.notices import VARIABLES, NoticeError, check_notice
from articles.tags import split_tags, tag_problem


class BodyWidget(CKEditorWidget):
    """The one place that names the editor, so that it can be replaced."""

    @property
    def media(self) -> forms.Media:
        ours = ["js/editor-paste.js", "js/editor-pictures.js"]
        behind = ["ckeditor/ckeditor/ckeditor.js", *ours]  # keeps that order where lists are merged
        return super().media + forms.Media(css={"all": ["css/pictures.css"]}, js=behind)


class _Cover:
    """A file of the storage, as ClearableFileInput shows it."""

    def __init__(self, name: str):
        self.name, self.url = name, default_storage.url(name)

    def __str__(self) -> str:
        return self.name.rsplit("/", 1)[-1]


class CoverInput(forms.ClearableFileInput):
    template_name = "admin/articles/article/cover_input.html"
    clear_checkbox_label = "不要封面"


def _comment() -> forms.Field:
    return forms.CharField(
        label="说明",
        required=False,
        max_length=Revision._meta.get_field("comment").max_length,
        help_text="改了什么、请谁看什么；退回时写明原因。记在历史里。",
    )


def _publish_at() -> forms.Field:
    """In Shanghai's time."""
    return forms.DateTimeField(
        label="定时",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="只在按“定时发布”时用。北京时间。",
        error_messages={"invalid": "定时的时间写法不对，如 2026-12-01 09:00。"},
    )


class MoveForm(forms.Form):
    """A button pressed beside an article, by somebody who doesn't write it."""

    # Article.lock_version of what this person saw.
    version = forms.IntegerField(error_messages={"required": "请从文章页面操作。"})
    _do = forms.CharField(error_messages={"required": "没有选操作。"})
    comment = _comment()
    publish_at = _publish_at()


class ArticleForm(forms.ModelForm):
    tags = forms.CharField(
        label="标签",
        required=False,
        max_length=300,
        help_text="用逗号或顿号隔开，如：民间借贷，逾期。没有的标签会新建。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(label="正文", required=False, widget=BodyWidget)
    cover = forms.FileField(
        label="封面",
        required=False,
        widget=CoverInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="显示在文章列表里。JPEG、PNG 或 WebP，15 MB 以内。",
    )
    source_url = forms.URLField(
        label="来源链接", required=False, max_length=500, assume_scheme="https"
    )
    # Article.lock_version as it was when the form was opened.
    read_version = forms.IntegerField(label="", widget=forms.HiddenInput, required=False)
    comment = _comment()
    publish_at = _publish_at()

    class Meta:
        model = Article
        # Body and cover have fields of their own here.
        fields = [*(name for name in PLAIN if name not in ("body", "cover")), "category", "author"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "seo_description": forms.Textarea(attrs={"rows": 2}),
            "closing_override": forms.Textarea(attrs={"rows": 2}),
            "notice_override": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "title": "",
            "summary": "列表和搜索结果里用；留空则用正文开头。",
            "seo_title": "留空则用标题。",
            "seo_description": "留空则用摘要。",
        }

    # Set on the subclass that the admin makes for a request: who writes, and what that person
    # typed before and did not save, to go on with.
    user: AbstractBaseUser | None = None
    copy: WorkingCopy | None = None

    def __init__(self, *args, **kwargs):
        article = kwargs.get("instance")
        self.kept: dict = {}  # the content that is being changed
        if article and article.pk:
            self.kept = newest_content(article)
        shown = {**self.kept, "read_version": article.lock_version if article else None}
        if self.copy:
            shown |= {**self.copy.content, "read_version": self.copy.read_version}
        if shown.get("cover"):
            shown["cover"] = _Cover(shown["cover"])
        if "tags" in shown:
            shown["tags"] = "，".join(shown["tags"])
        kwargs["initial"] = {**shown, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        # Saved in the meantime by somebody else; the form is refused and shows both.
        self.collision: Revision | None = None
        names = "、".join(f"{{{name}}} {words}" for name, words in VARIABLES.items())
        for name in ("closing_override", "notice_override"):
            self.fields[name].help_text = f"留空则用栏目的声明。可用变量：{names}"

    def clean_closing_override(self) -> str:
        return self._clean_notice("closing_override")

    def clean_notice_override(self) -> str:
        return self._clean_notice("notice_override")

    def _clean_notice(self, name: str) -> str:
        try:
            check_notice(self.cleaned_data[name])
        except NoticeError as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data[name]

    def clean_tags(self) -> list[str]:
        names = split_tags(self.cleaned_data["tags"])
        if problem := tag_problem(names):
            raise forms.ValidationError(problem)
        return names

    def clean_cover(self) -> str:
        """A name in the storage. An upload is kept among the pictures."""
        chosen = self.cleaned_data["cover"]
        if chosen is False:
            return ""
        if chosen is None or isinstance(chosen, _Cover):
            return chosen.name if chosen else ""
        try:
            return images.store(chosen.read(), name=chosen.name, by=self.user).file.name
        except images.PictureError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.instance.pk:
            return cleaned
        # Locked until the admin's transaction ends: nobody saves between this check and ours.
        held = Article.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
        accepted = {str(cleaned.get("read_version")), self.data.get("_overwrite")}
        if str(held.lock_version) not in accepted:
            self.collision = held.revisions.select_related("created_by__author").first()
            self.held_version = held.lock_version
            raise forms.ValidationError(
                "您打开之后，别人已经保存过这篇文章，所以没有保存。您写的内容都还在下面；"
                "先看两份有什么不同，再决定。"
            )
        return cleaned

    def content(self) -> dict:
        """The cleaned fields as Revision.content holds them, complete; what isn't in the form is
        kept."""
        values = {name: value for name, value in self.cleaned_data.items() if name in FIELDS}
        for name, model in (("category", Category), ("author", Author)):
            chosen = values.get(name)
            values[name] = chosen.pk if isinstance(chosen, model) else None
        return complete({**self.kept, **values})


def typed(data: QueryDict, kept: dict) -> dict:
    """What stands in a form that nobody has sent yet, as Revision.content, complete or not: for
    autosaves and for comparing. ``kept`` fills in what a form can't tell."""
    content = dict(kept)
    for name in PLAIN:
        field = Article._meta.get_field(name)
        if name == "cover":
            continue
        if field.get_internal_type() == "BooleanField":
            content[name] = name in data
        elif name in data:
            value = data[name].replace("\x00", "").strip()  # as the form does
            content[name] = value[: field.max_length] if field.max_length else value
    for name, model in (("category", Category), ("author", Author)):
        chosen = id_in(data.get(name, ""))
        content[name] = chosen if model.objects.filter(pk=chosen).exists() else None
    content["tags"] = split_tags(data.get("tags", "").replace("\x00", ""))
    return content
