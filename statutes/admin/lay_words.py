"""What people say and what the law calls it, kept by the editors: questions find their clauses by it."""

from django import forms
from django.contrib import admin, messages

from statutes import bigrams
from statutes.models import Clause, LayWord


class LayWordForm(forms.ModelForm):
    class Meta:
        model = LayWord
        fields = ["word", "legal"]

    def clean_word(self) -> str:
        """In the form in which a question is read."""
        word = bigrams.fold("".join(self.cleaned_data["word"].split()))
        if len(bigrams.letters(word)) < 2:
            raise forms.ValidationError("请写至少两个字：一个字在太多的词里。")
        return word

    def clean_legal(self) -> str:
        phrases = self.cleaned_data["legal"].split()
        if short := [phrase for phrase in phrases if not bigrams.pairs(bigrams.fold(phrase))]:
            raise forms.ValidationError(f"“{short[0]}”太短，请写至少两个字。")
        return " ".join(dict.fromkeys(phrases))


@admin.register(LayWord)
class LayWordAdmin(admin.ModelAdmin):
    form = LayWordForm
    list_display = ["word", "legal"]
    search_fields = ["word", "legal"]
    search_help_text = "口语，或者条文里的说法"

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        for phrase in obj.legal.split():
            if not Clause.objects.filter(text__contains=phrase).exists():
                messages.warning(
                    request,
                    f"法条库里没有一条写着“{phrase}”：请核对是不是条文的原话。",
                )
