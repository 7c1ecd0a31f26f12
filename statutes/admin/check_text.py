"""A page for the staff: any text, a brief or a contract, with what it cites. Nothing is kept."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from statutes.admin.base import STYLES
from statutes.report import Found, Reader

_LONGEST = 200_000  # characters
_AROUND = 30  # characters of the text shown on both sides of a citation


class CheckTextForm(forms.Form):
    text = forms.CharField(
        label="文本",
        max_length=_LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14}),
        error_messages={"max_length": "文本超过二十万字，请分几次检查。"},
    )
    on = forms.DateField(
        label="文本的日期",
        required=False,
        help_text="按这一天的法律解读；留空为今天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    class Media:
        css = STYLES


def check_text(request: HttpRequest) -> HttpResponse:
    form = CheckTextForm(request.POST or None)
    context = {**admin.site.each_context(request), "title": "检查文本", "form": form}
    if form.is_valid():
        text, on = form.cleaned_data["text"], form.cleaned_data["on"] or timezone.localdate()
        found = [one for one in Reader().read(text, on=on) if one.reference.number is not None]
        context |= {
            "rows": [(_around(text, one), one) for one in found],
            "open": sum(one.needs_a_look for one in found),
            "on": on,
            "is_read": True,
        }
    return render(request, "admin/statutes/check_text.html", context)


def _around(text: str, found: Found) -> tuple[str, str, str]:
    """The words before a citation in its line, its own, and those behind."""
    start, end = found.reference.start, found.reference.end
    begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[begin:start], text[end : stop if stop >= 0 else len(text)]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return before, text[start:end], after
