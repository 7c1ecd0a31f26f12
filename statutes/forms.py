"""The editors' forms for texts of law."""

from django import forms

from statutes.importers import document, text
from statutes.importers.refusal import Refusal
from statutes.library import StatuteText, is_later
from statutes.models import Alias, Correspondence, Statute, Version
from statutes.outline import Line

MOST_CHARACTERS = 700_000  # the Civil Code has 110,000; a form carries 2.5 MB


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
        if sum(len(line.text) for line in self.lines) > MOST_CHARACTERS:
            raise forms.ValidationError("文字超过 70 万字，不像一部法律；请分开上传。")
        return data


def carried(content: str) -> list[Line]:
    """The lines that a form carried along, each behind its depth: read once, not again."""
    rows = (row.partition(" ") for row in content.replace("\r\n", "\n").split("\n"))
    return [
        Line(words, str(number), int(depth))
        for number, (depth, _, words) in enumerate(rows, start=1)
        if words and depth.isdecimal()
    ]


class AliasForm(forms.ModelForm):
    class Meta:
        model = Alias
        fields = ("name", "valid_from", "valid_to")

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last <= first:
            self.add_error("valid_to", "结束日期应晚于开始日期。")
        return data


class CorrespondenceForm(forms.ModelForm):
    """One row of what became of a clause, and what a person says of it."""

    decision = forms.ChoiceField(
        label="决定",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Correspondence.Status.CONFIRMED, "确认：读者会看到这一对应关系"),
            (Correspondence.Status.REJECTED, "否定：不再提出"),
            ("", "只保存说明，不作决定"),
        ],
    )

    class Meta:
        model = Correspondence
        fields = ("new", "kind", "note")

    def clean(self) -> dict:
        data = super().clean()
        new, old = data.get("new"), self.instance.old
        if (new is None) != (data.get("kind") == Correspondence.Kind.DROPPED):
            self.add_error("kind", "没有新条文时关系应是“删除”，有新条文时不能是“删除”。")
        if new and "new" in self.changed_data:
            held = Correspondence.objects.filter(old=old, new=new).exclude(pk=self.instance.pk)
            if not is_later(new.version, old.version):
                self.add_error("new", "新条文所在的文本应晚于原条文所在的文本。")
            elif held.exists():
                self.add_error("new", "这一对条文已有一行，请在那一行确认。")
        if {"new", "kind"} & set(self.changed_data) and not data.get("decision"):
            self.add_error("decision", "改动了新条文或关系，请选择确认或否定。")
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
        content = "\n".join(f"{line.depth} {line.text}" for line in lines)
        return cls(initial={**initial, "content": content, "repeals": "\n".join(read.repeals)})

    def read(self) -> StatuteText:
        """The text, with what a person put right. Call it on a valid form."""
        data = self.cleaned_data
        found = document.statute_text([carried(data["content"])], source=data["source"])
        for name in ("title", "kind", "issuer", "document_number", "label", "promulgated_on"):
            setattr(found, name, data[name])
        found.effective_from, found.effective_to = data["effective_from"], data["effective_to"]
        aliases = data["aliases"].replace("；", ";").split(";")
        found.aliases = tuple(name.strip() for name in aliases if name.strip())
        rows = data["repeals"].splitlines()
        found.repeals = tuple(row.strip(" 《》") for row in rows if row.strip())
        return found
