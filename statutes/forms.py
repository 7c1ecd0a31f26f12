"""The editors' forms for texts of law."""

import datetime as dt
import re

from django import forms
from django.utils import timezone

from statutes import correspondence, periods, search
from statutes.editing import is_later
from statutes.importers import document, text
from statutes.importers.refusal import Refusal
from statutes.incoming import StatuteText
from statutes.models import Alias, Clause, Correspondence, Statute, Version
from statutes.numerals import clause_key
from statutes.outline import Line
from statutes.texts import alias_key, text_hash

MOST_CHARACTERS = 700_000  # the Civil Code has 110,000; a form carries 2.5 MB
MOST_LINES = 30_000  # the Civil Code has 2,000


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
        if len(self.lines) > MOST_LINES:
            raise forms.ValidationError("超过 3 万行，不像一部法律；请检查文件。")
        return data


_APART = "+"  # behind the depth of a line with a blank one before it
_DEPTHS = {str(depth) for depth in range(7)}


def carried(content: str) -> list[Line]:
    """The lines that a form carried along, each behind its depth: read once, not again."""
    rows = (row.partition(" ") for row in content.replace("\r\n", "\n").split("\n"))
    return [
        Line(words, str(number), int(mark[0]), is_apart=mark.endswith(_APART))
        for number, (mark, _, words) in enumerate(rows, start=1)
        if words and mark.removesuffix(_APART) in _DEPTHS
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


class AliasFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        keys = [
            alias_key(form.cleaned_data["name"])
            for form in self.forms
            if form.cleaned_data.get("name") and not form.cleaned_data.get("DELETE")
        ]
        if len(set(keys)) < len(keys):
            raise forms.ValidationError("有两个别名相同（空格、书名号样式不计）。")


class StatuteForm(forms.ModelForm):
    class Meta:
        model = Statute
        fields = ("title", "short_name", "slug", "kind", "issuer", "replaced_by")
        help_texts = {"slug": "页面地址的一部分；改动后旧地址失效。"}

    def clean_replaced_by(self) -> Statute | None:
        """A text that repeals the statute would say so again at its next import."""
        chosen = self.cleaned_data["replaced_by"]
        if chosen is None and self.instance.pk:
            by = periods.repealing(self.instance)
            if by:
                raise forms.ValidationError(
                    f"{by[0]}写明废止本法。如有误，请在那一版本的“所废止的法律”里删去。"
                )
        if chosen and chosen == self.instance:
            raise forms.ValidationError("不能由自己取代。")
        return chosen


class CorrespondenceForm(forms.ModelForm):
    """One row of what became of a clause, and what a person says of it.

    Valid, it has ``news``: the clauses that were typed.
    """

    became = forms.CharField(
        label="新条文",
        required=False,
        max_length=200,
        help_text="写条号，如 21；拆成几条的写 21、23；在别的法律里的写 民法典577；"
        "没有对应条文的留空。",
    )
    decision = forms.ChoiceField(
        label="决定",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Correspondence.Status.CONFIRMED, "确认：读者会看到这一对应关系"),
            (Correspondence.Status.REJECTED, "否定：不再提出"),
            (Correspondence.Status.PROPOSED, "退回待确认：读者不再看到"),
            ("", "只保存说明，不作决定"),
        ],
    )
    words = forms.CharField(label="", widget=forms.HiddenInput)

    class Meta:
        model = Correspondence
        fields = ("kind", "note")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["became"] = self._typed_form(self.instance.new)
            self.initial["words"] = self.instance.words

    def _typed_form(self, new: Clause | None) -> str:
        if new is None:
            return ""
        number = clause_key(new.number, new.branch)
        if new.version.statute_id == self.instance.old.version.statute_id:
            return number
        return f"{new.version.statute.short_title}{number}"

    def clean_became(self) -> str:
        typed = self.cleaned_data["became"]
        parts = [part for part in re.split(r"[、，,；;\s]+", typed) if part]
        self.news = [self._clause(part) for part in parts]
        return typed

    def _clause(self, typed: str) -> Clause:
        """Raises ValidationError where it names no clause of a later text."""
        old, query = self.instance.old.version, search.parse(typed)
        if query.clause is None:
            raise forms.ValidationError(f"看不懂“{typed}”，请写条号，如 21 或 民法典577。")
        if query.name:
            named = Statute.objects.filter(aliases__key=query.name).distinct()
            if len(named) != 1:
                raise forms.ValidationError(f"库中没有（或不止一部）法律叫“{query.name}”。")
            text = named[0].as_of(old.effective_to or timezone.localdate())
        else:
            held = self.instance.new
            text = held.version if held else correspondence.following(old)
        if text is None or not is_later(text, old):
            raise forms.ValidationError("新条文所在的文本应晚于原条文所在的文本。")
        number, branch = query.clause
        clause = text.clauses.filter(number=number, branch=branch).first()
        if clause is None:
            raise forms.ValidationError(f"{text}没有{query.label}。")
        return clause

    def clean(self) -> dict:
        data = super().clean()
        changed = {"became", "kind"} & set(self.changed_data)
        decision = data.get("decision")
        if changed and decision == Correspondence.Status.REJECTED:
            self.add_error(
                "decision", "要否定原来的对应，请不要改新条文和关系；改好了新条文，请选“确认”。"
            )
        elif changed and decision != Correspondence.Status.CONFIRMED:
            self.add_error("decision", "改动了新条文或关系，请选“确认”。")
        return data


class VersionForm(forms.ModelForm):
    """What stands beside a text's words, and who compared these with the official ones."""

    words = forms.CharField(label="", widget=forms.HiddenInput)
    seen = forms.CharField(label="", widget=forms.HiddenInput)  # what the form showed

    class Meta:
        model = Version
        fields = ("label", "document_number", "promulgated_on", "effective_from", "effective_to")
        fields += ("repeals", "checked_against", "checked_on")
        help_texts = {
            "effective_from": "留空即“施行日期待核”。",
            "repeals": "这一文本写明同时废止的法律，每行一部；删去一行，那部法律不再因此失效。",
            "checked_against": "如 国家法律法规数据库。填写后读者会看到“已核对”。",
        }
        widgets = {"repeals": forms.Textarea({"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["words"] = self.instance.words
        self.initial["seen"] = self._seen()

    def _seen(self) -> str:
        return text_hash(
            "\n".join(f"{getattr(self.instance, name)}" for name in VersionForm.Meta.fields)
        )

    def clean_seen(self) -> str:
        """Runs before the instance takes over what was typed: it still says what is recorded."""
        if self.cleaned_data["seen"] != self._seen():
            raise forms.ValidationError("您打开之后别人改过这一版本，请重新打开再改。")
        return self.cleaned_data["seen"]

    def clean_repeals(self) -> str:
        return "\n".join(_titles(self.cleaned_data["repeals"]))

    def clean(self) -> dict:
        data = super().clean()
        if "effective_to" not in self.changed_data:
            data["effective_to"] = None  # derived: it moves along
        _check_days(self, data)
        if (checked := data.get("checked_on")) and checked > timezone.localdate():
            self.add_error("checked_on", "核对日期不能晚于今天。")
        return data


def _check_days(form: forms.Form, data: dict) -> None:
    promulgated, first = data.get("promulgated_on"), data.get("effective_from")
    last: dt.date | None = data.get("effective_to")
    if promulgated and first and first < promulgated:
        form.add_error("effective_from", "施行日期早于公布日期，请检查。")
    if first and last and last <= first:
        form.add_error("effective_to", "失效日期应晚于施行日期。")


def _titles(rows: str) -> list[str]:
    return [title for row in rows.splitlines() if (title := row.strip(" 《》\t　"))]


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
        help_text="每行一部；确认后，它们自这一文本施行之日起失效",
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

    def __init__(self, *args, may_change: bool, **kwargs):
        """``may_change``: only who may change texts may say that one is official, which overrules
        others."""
        super().__init__(*args, **kwargs)
        if not may_change:
            self.fields["source"].choices = [(Version.Source.MANIFEST, "其他来源")]
            self.fields["source"].initial = Version.Source.MANIFEST
            del self.fields["replace"]

    @classmethod
    def of(cls, read: StatuteText, lines: list[Line], *, may_change: bool) -> "TextForm":
        """The form filled with what a text says of itself."""
        names = ("title", "kind", "issuer", "document_number", "label")
        names += ("promulgated_on", "effective_from", "effective_to", "source")
        initial = {name: getattr(read, name) for name in names}
        content = "\n".join(f"{line.depth}{_APART * line.is_apart} {line.text}" for line in lines)
        initial |= {"content": content, "repeals": "\n".join(read.repeals)}
        return cls(initial=initial, may_change=may_change)

    def clean(self) -> dict:
        data = super().clean()
        _check_days(self, data)
        return data

    def read(self) -> StatuteText:
        """The text, with what a person put right. Call it on a valid form."""
        data = self.cleaned_data
        found = document.statute_text([carried(data["content"])], source=data["source"])
        for name in ("title", "kind", "issuer", "document_number", "label", "promulgated_on"):
            setattr(found, name, data[name])
        found.effective_from, found.effective_to = data["effective_from"], data["effective_to"]
        aliases = data["aliases"].replace("；", ";").split(";")
        found.aliases = tuple(name.strip() for name in aliases if name.strip())
        found.repeals = tuple(_titles(data["repeals"]))
        return found
