"""The editors' form: reads and writes the newest revision, never the live rows."""

from ckeditor.widgets import CKEditorWidget
from django import forms

from articles import workflow
from articles.models import Article, Author, Category
from articles.notices import VARIABLES, NoticeError, check_notice
from articles.tags import split_tags, tag_problem

# The one place that names the editor, so that it can be replaced.
BodyWidget = CKEditorWidget


class ArticleForm(forms.ModelForm):
    tags = forms.CharField(
        label="标签",
        required=False,
        max_length=300,
        help_text="用逗号或顿号隔开，如：民间借贷，逾期",
        widget=forms.TextInput(attrs={"size": 80}),
    )
    body = forms.CharField(label="正文", required=False, widget=BodyWidget)
    source_url = forms.URLField(
        label="来源链接", required=False, max_length=500, assume_scheme="https"
    )
    # Article.lock_version as it was when the form was opened.
    read_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Article
        fields = [
            "title",
            "category",
            "author",
            "summary",
            "date_is_known",
            "source_name",
            "source_url",
            "closing_override",
            "notice_override",
            "seo_title",
            "seo_description",
            "noindex",
        ]
        widgets = {
            "title": forms.TextInput(attrs={"size": 80}),
            "summary": forms.Textarea(attrs={"rows": 3, "cols": 80}),
            "seo_description": forms.Textarea(attrs={"rows": 2, "cols": 80}),
        }

    def __init__(self, *args, **kwargs):
        article = kwargs.get("instance")
        if article and article.pk:
            content = workflow.newest_content(article)
            content["tags"] = "，".join(content["tags"])
            content["read_version"] = article.lock_version
            kwargs["initial"] = {**content, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
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

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.instance.pk:
            return cleaned
        # Locked until the admin's transaction ends: nobody saves between this check and ours.
        held = Article.objects.select_for_update().get(pk=self.instance.pk)
        if cleaned.get("read_version") != held.lock_version:
            raise forms.ValidationError(
                "您打开之后，别人已经保存过这篇文章，所以没有保存。您写的内容还在下面，"
                "请先复制出来，再重新打开这篇文章合并。"
            )
        return cleaned

    def content(self) -> dict:
        """The cleaned fields as Revision.content holds them; what isn't in the form is kept."""
        values = {
            name: value for name, value in self.cleaned_data.items() if name in workflow.FIELDS
        }
        for name, model in (("category", Category), ("author", Author)):
            chosen = values[name]
            values[name] = chosen.pk if isinstance(chosen, model) else None
        kept = workflow.newest_content(self.instance) if self.instance.pk else {}
        return {**kept, **values}
