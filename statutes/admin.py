"""The law in the admin: texts come in whole, by upload and preview; people confirm what clauses
became and what was checked against the official source. Nobody edits a clause."""

from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from statutes import comparison, library
from statutes.forms import AliasForm, CorrespondenceForm, TextForm, UploadForm, carried
from statutes.importers import document
from statutes.library import library_changed
from statutes.models import Alias, Clause, Correspondence, Statute, Version
from statutes.outline import headings_of


class AliasInline(admin.TabularInline):
    model = Alias
    form = AliasForm
    fields = ["name", "valid_from", "valid_to"]
    extra = 1


@admin.register(Statute)
class StatuteAdmin(admin.ModelAdmin):
    list_display = ["title", "short_name", "kind", "issuer"]
    list_filter = ["kind"]
    search_fields = ["title", "short_name", "aliases__name"]
    autocomplete_fields = ["replaced_by"]
    inlines = [AliasInline]

    @transaction.atomic
    def save_related(self, request, form, formsets, change) -> None:
        """A new name may resolve citations that wait for it; one that went may unsettle others."""
        names = Alias.objects.filter(statute=form.instance)
        before = set(names.values_list("key", flat=True))
        super().save_related(request, form, formsets, change)
        library_changed.send(
            sender=Alias,
            statute_ids={form.instance.pk},
            keys=before ^ set(names.values_list("key", flat=True)),
        )


@admin.register(Version)
class VersionAdmin(admin.ModelAdmin):
    """Added by upload and preview; then only what stands beside the words can be put right."""

    list_display = ["statute", "name", "promulgated_on", "effective_from", "effective_to"]
    list_display += ["source", "checked_on"]
    list_filter = ["source", "is_complete", ("checked_on", admin.EmptyFieldListFilter)]
    list_select_related = ["statute"]
    search_fields = ["statute__title", "statute__aliases__name", "document_number"]
    fields = ["statute", "label", "document_number", "promulgated_on", "effective_from"]
    fields += ["effective_to", "checked_against", "checked_on", "checked_by", "source", "note"]
    readonly_fields = ["statute", "checked_by", "source", "note"]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        """Upload or paste → preview of the outline with its warnings → confirm."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST" and "content" in request.POST:
            return self._confirm(request)
        upload = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and upload.is_valid():
            read = document.statute_text([upload.lines])
            if not upload.is_word:
                read.source = Version.Source.MANIFEST
            if not read.clauses and not read.body:
                upload.add_error(None, "没有读出任何条文或正文，请检查文件内容。")
                return self._page(request, form=upload)
            return self._page(request, form=TextForm.of(read, upload.lines), read=read)
        return self._page(request, form=upload)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        form = TextForm(request.POST)
        if not form.is_valid():
            read = document.statute_text([carried(request.POST["content"])])
            return self._page(request, form=form, read=read)
        if form.cleaned_data["replace"] and not self.has_change_permission(request):
            raise PermissionDenied
        read = form.read()
        outcome = library.store(read, replace=form.cleaned_data["replace"])
        if outcome.outcome == library.REFUSED:
            for reason in outcome.reasons:
                form.add_error(None, reason.replace("用 --replace 替换", "请勾选“替换”"))
            return self._page(request, form=form, read=read)
        self.log_addition(request, outcome.version, f"上传文本：{outcome.outcome}")
        words = {
            library.UNCHANGED: "库中已有同样的文本，没有改动",
            library.REPLACED: "库中的文本已替换；原来的核对记录不再有效，请重新核对",
        }
        messages.success(request, f"《{read.title}》{words.get(outcome.outcome, '已入库')}。")
        for reason in outcome.reasons:
            messages.info(request, reason)
        return redirect("admin:statutes_version_change", quote(outcome.version.pk))

    def _page(self, request: HttpRequest, *, form, read=None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "上传法律文本",
            "form": form,
            "read": read,
            "headings": headings_of(read.clauses) if read else [],
            "ending": library.ended_by(read.title, read.effective_from) if read else None,
        }
        return render(request, "admin/statutes/version/upload.html", context)

    def save_model(self, request, obj, form, change) -> None:
        if {"checked_against", "checked_on"} & set(form.changed_data):
            obj.checked_by = request.user if obj.checked_on or obj.checked_against else None
            if obj.checked_against and not obj.checked_on:
                obj.checked_on = timezone.localdate()
        dates = ("label", "document_number", "promulgated_on", "effective_from", "effective_to")
        held = Version.objects.get(pk=obj.pk)
        facts = {name: getattr(obj, name) for name in dates if name in form.changed_data}
        for name in dates:
            setattr(obj, name, getattr(held, name))
        obj.save(update_fields=["checked_against", "checked_on", "checked_by"])
        try:
            if facts:
                library.correct(obj, **facts)
        except library.Refused as error:
            request.refused = f"日期没有改动：{error}"

    def response_change(self, request, obj) -> HttpResponse:
        if reason := getattr(request, "refused", ""):
            messages.error(request, reason)
            return redirect(request.path)
        return super().response_change(request, obj)

    def log_change(self, request, obj, message):
        if not getattr(request, "refused", ""):
            return super().log_change(request, obj, message)
        return None


class ReadOnlyAdmin(admin.ModelAdmin):
    """Law enters by import, as whole texts; nobody edits a clause."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "version", "text"]
    list_select_related = ["version__statute"]
    search_fields = ["text", "version__statute__title"]
    show_full_result_count = False


@admin.register(Correspondence)
class CorrespondenceAdmin(admin.ModelAdmin):
    """What clauses became: proposed by text, confirmed by people, side by side."""

    form = CorrespondenceForm
    list_display = ["before", "after", "kind", "percent", "status", "changed_words"]
    list_display_links = ["before"]
    list_filter = ["status", "kind", ("old__version__statute", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["old__version__statute", "new__version__statute"]
    list_per_page = 50
    search_fields = ["old__version__statute__title", "old__number"]
    show_full_result_count = False
    ordering = ["old__version", "old__order", "new__order"]
    actions = ["accept", "reject", "accept_identical"]
    raw_id_fields = ["new"]
    fields = ["side_by_side", "new", "kind", "decision", "note"]
    fields += ["status", "confirmed_by", "confirmed_at"]
    readonly_fields = ["side_by_side", "status", "confirmed_by", "confirmed_at"]

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description="原条文", ordering="old__order")
    def before(self, hop: Correspondence) -> str:
        return f"{hop.old}（{hop.old.version.name}）"

    @admin.display(description="新条文", ordering="new__order")
    def after(self, hop: Correspondence) -> str:
        return f"{hop.new}（{hop.new.version.name}）" if hop.new else "没有对应条文"

    @admin.display(description="相似度", ordering="score")
    def percent(self, hop: Correspondence) -> str:
        return f"{hop.score:.0%}" if hop.new_id else "—"

    @admin.display(description="文字")
    def changed_words(self, hop: Correspondence) -> SafeString:
        return _marked(hop)

    @admin.display(description="新旧对照")
    def side_by_side(self, hop: Correspondence) -> SafeString:
        cell = '<td style="width: 50%; vertical-align: top; white-space: pre-line">{}</td>'
        return format_html(
            "<table><tr><th>{}</th><th>{}</th></tr>"
            f"<tr>{cell}{cell}</tr></table>"
            '<p style="white-space: pre-line">{}</p>',
            self.before(hop),
            self.after(hop),
            hop.old.text,
            hop.new.text if hop.new else "",
            _marked(hop),
        )

    def save_model(self, request, obj, form, change) -> None:
        """Only what the person says is decided; a note alone decides nothing."""
        obj.save(update_fields=["new", "kind", "note"])
        if decision := form.cleaned_data["decision"]:
            library.decide([obj], status=decision, by=request.user)

    @admin.action(description="确认所选的对应关系", permissions=["change"])
    def accept(self, request, queryset: QuerySet) -> None:
        self._decide(request, queryset, Correspondence.Status.CONFIRMED, "已确认")

    @admin.action(description="否定所选的对应关系", permissions=["change"])
    def reject(self, request, queryset: QuerySet) -> None:
        self._decide(request, queryset, Correspondence.Status.REJECTED, "已否定")

    @admin.action(description="确认所选中文字完全相同的", permissions=["change"])
    def accept_identical(self, request, queryset: QuerySet) -> None:
        same = queryset.filter(score=1.0, status=Correspondence.Status.PROPOSED)
        self._decide(request, same, Correspondence.Status.CONFIRMED, "已确认")

    def _decide(self, request, hops: QuerySet, status: str, word: str) -> None:
        count = library.decide(hops, status=status, by=request.user)
        messages.success(request, f"{word} {count} 条对应关系。")

    def get_actions(self, request) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


def _marked(hop: Correspondence) -> SafeString:
    """The old words beside the new ones, in one line of text."""
    if not hop.new:
        return format_html("<del>{}</del>", hop.old.text)
    tags = {comparison.INSERT: "ins", comparison.DELETE: "del", comparison.EQUAL: "span"}
    return format_html_join(
        "",
        "<{0}>{1}</{0}>",
        ((tags[kind], words) for kind, words in comparison.runs(hop.old.text, hop.new.text)),
    )
