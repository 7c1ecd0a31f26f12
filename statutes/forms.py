"""The editors' forms for texts of law."""

from django import forms

from statutes.importers import document, text
from statutes.importers.refusal import Refusal
from statutes.library import StatuteText
from statutes.models import Statute, Version
from statutes.outline import Line


class UploadForm(forms.Form):
    """A text to read: files in their order, or pasted words."""

    file = forms.FileField(
        label="Word 或文本文件",
        required=False,
        help_text="国家法律法规数据库下载的 .docx；也可以是 .txt、.md",
    )
    pasted = forms.CharField(
        label="或者粘贴全文", required=False, widget=forms.Textarea(attrs={"rows": 12, "cols": 80})
    )

    def clean(self) -> dict:
        """Sets ``lines`` and ``is_word``."""
        data = super().clean()
        if not data.get("file") and not data.get("pasted", "").strip():
            raise forms.ValidationError("请选择文件，或粘贴全文。")
        try:
            if data.get("file"):
                content = data["file"].read(document.MAX_BYTES + 1)
                self.lines = document.lines_of_bytes(content)
                self.is_word = content.startswith(b"PK")
            else:
                self.lines, self.is_word = text.lines_of_text(data["pasted"]), False
        except Refusal as error:
            raise forms.ValidationError(str(error)) from error
        return data


class TextForm(forms.Form):
    """What was read, to be put right and confirmed. ``content`` carries the lines along."""

    content = forms.CharField(widget=forms.HiddenInput, strip=False)
    title = forms.CharField(label="标题", max_length=200, widget=forms.TextInput({"size": 80}))
    kind = forms.ChoiceField(label="种类", choices=Statute.Kind.choices)
    issuer = forms.CharField(label="制定机关", max_length=100, required=False)
    document_number = forms.CharField(label="文号", max_length=80, required=False)
    label = forms.CharField(
        label="版本", max_length=40, required=False, help_text="如 2018修正；首次公布的留空"
    )
    promulgated_on = forms.DateField(label="公布日期", required=False)
    effective_from = forms.DateField(
        label="施行日期",
        required=False,
        help_text="留空即“施行日期待核”，不会按日期引用。修正文本不要照抄末条的日期。",
    )
    effective_to = forms.DateField(label="失效日期（不含当日）", required=False)
    aliases = forms.CharField(label="别名", required=False, help_text="用分号隔开")
    repeals = forms.CharField(
        label="所废止的法律",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="每行一部",
    )
    source = forms.TypedChoiceField(
        label="来源",
        coerce=int,
        choices=[
            (Version.Source.OFFICIAL, "官方网站下载的文本"),
            (Version.Source.MANIFEST, "其他来源"),
        ],
    )
    replace = forms.BooleanField(
        label="同一版本已在库中而文字不同时，用这一份替换（引用保留）", required=False
    )

    @classmethod
    def of(cls, read: StatuteText, lines: list[Line]) -> "TextForm":
        """The form filled with what a text says of itself."""
        names = ("title", "kind", "issuer", "document_number", "label")
        names += ("promulgated_on", "effective_from", "effective_to", "source")
        initial = {name: getattr(read, name) for name in names}
        content = "\n".join("#" * line.depth + " " * bool(line.depth) + line.text for line in lines)
        return cls(initial={**initial, "content": content, "repeals": "\n".join(read.repeals)})

    def read(self) -> StatuteText:
        """The text, with what a person put right. Call it on a valid form."""
        data = self.cleaned_data
        found = document.statute_text([text.lines_of_text(data["content"])], source=data["source"])
        for name in ("title", "kind", "issuer", "document_number", "label", "promulgated_on"):
            setattr(found, name, data[name])
        found.effective_from, found.effective_to = data["effective_from"], data["effective_to"]
        aliases = data["aliases"].replace("；", ";").split(";")
        found.aliases = tuple(name.strip() for name in aliases if name.strip())
        rows = data["repeals"].splitlines()
        found.repeals = tuple(row.strip(" 《》") for row in rows if row.strip())
        return found
