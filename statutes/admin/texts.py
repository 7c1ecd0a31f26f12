"""Statutes and their texts: a text comes in whole, by upload and preview; then only what stands
beside its words can be put right."""

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, quote
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from statutes import editing, library, periods
from statutes.admin.base import STYLES, OneByOneAdmin, ReadOnlyAdmin, RefusingAdmin
from statutes.forms import (
    AliasForm,
    AliasFormSet,
    StatuteForm,
    TextForm,
    UploadForm,
    VersionForm,
    carried,
)
from statutes.importers import document
from statutes.library import library_changed
from statutes.lock import library_lock
from statutes.models import Alias, Clause, Correspondence, Statute, Version
from statutes.outline import headings_of
from statutes.texts import alias_key


class AliasInline(admin.TabularInline):
    model = Alias
    form = AliasForm
    formset = AliasFormSet
    fields = ["name", "valid_from", "valid_to"]
    extra = 1


@admin.register(Statute)
class StatuteAdmin(OneByOneAdmin):
    list_display = ["title", "short_name", "kind", "issuer"]
    list_filter = ["kind"]
    search_fields = ["title", "short_name", "aliases__name"]
    form = StatuteForm
    autocomplete_fields = ["replaced_by"]
    inlines = [AliasInline]

    def has_delete_permission(self, request, obj=None) -> bool:
        """Its texts go first, each with what it ended."""
        is_empty = obj is None or not obj.versions.exists()
        return is_empty and super().has_delete_permission(request, obj)

    def save_model(self, request, obj, form, change) -> None:
        with library_lock():  # first: an import holds it while it writes this very row
            super().save_model(request, obj, form, change)
            if change and "title" in form.changed_data:
                held = form.initial["title"]
                obj.aliases.update_or_create(
                    key=alias_key(held),
                    defaults={
                        "name": held.removeprefix("中华人民共和国"),
                        "is_former_title": True,
                    },
                )
            if change and "replaced_by" in form.changed_data:
                editing.follow_replacement(obj)

    def delete_model(self, request, obj) -> None:
        """Citations that were ambiguous with its names may be certain now."""
        with library_lock():
            keys = set(obj.aliases.values_list("key", flat=True))
            super().delete_model(request, obj)
            library_changed.send(sender=Statute, statute_ids=set(), keys=keys, rewritten=False)

    @transaction.atomic
    def save_related(self, request, form, formsets, change) -> None:
        """A new name may resolve citations that wait for it; one that went may unsettle others."""
        names = Alias.objects.filter(statute=form.instance)
        before = set(names.values_list("key", flat=True))
        super().save_related(request, form, formsets, change)
        if not names.filter(key=alias_key(form.instance.title)).exists():
            Alias.objects.create(statute=form.instance, name=form.instance.short_title)
        library_changed.send(
            sender=Alias,
            statute_ids={form.instance.pk},
            keys=before ^ set(names.values_list("key", flat=True)),
            rewritten=False,
        )


class DayFilter(admin.SimpleListFilter):
    """Texts that nobody knows the first day of, to be looked up."""

    title = "施行日期"
    parameter_name = "dated"

    def lookups(self, request, model_admin):
        return [("no", "施行日期待核"), ("yes", "已知")]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(effective_from__isnull=self.value() == "no")
        return queryset


_FACTS = ("label", "document_number", "promulgated_on", "effective_from", "effective_to", "repeals")


@admin.register(Version)
class VersionAdmin(RefusingAdmin):
    """Added by upload and preview; then only what stands beside the words can be put right."""

    form = VersionForm
    list_display = [
        "short_title",
        "label_or_day",
        "promulgated_on",
        "effective_from",
        "effective_to",
    ]
    list_display += ["source", "checked_on"]
    list_filter = ["source", DayFilter, "is_complete", ("checked_on", admin.EmptyFieldListFilter)]
    list_select_related = ["statute"]
    search_fields = ["statute__title", "statute__aliases__name", "document_number"]
    fields = ["statute", "label", "document_number", "promulgated_on", "effective_from"]
    fields += ["effective_to", "repeals", "checked_against", "checked_on", "checked_by"]
    fields += ["source", "put_right", "note", "text", "words", "seen"]
    readonly_fields = ["statute", "checked_by", "source", "put_right", "note", "text"]

    class Media:
        css = STYLES

    @admin.display(description="法律", ordering="statute__title")
    def short_title(self, version: Version) -> str:
        return Truncator(version.statute.display_name).chars(28)

    @admin.display(description="版本", ordering="label")
    def label_or_day(self, version: Version) -> str:
        return version.name

    @admin.display(description="人工更正")
    def put_right(self, version: Version) -> str:
        names = (str(Version._meta.get_field(name).verbose_name) for name in version.corrected)
        return f"{'、'.join(names)}（以后的导入不再改动）" if version.corrected else "—"

    @admin.display(description="条文")
    def text(self, version: Version) -> SafeString:
        clauses = version.clauses.defer("text_hash")
        rows = format_html_join(
            "", "<p><strong>{}</strong>　{}</p>", ((c.label, c.text) for c in clauses)
        )
        body = format_html("<p>{}</p>", version.body) if version.body else ""
        return format_html(
            '<details class="law-text"><summary>{} 条</summary>{}{}</details>',
            len(clauses),
            rows,
            body,
        )

    def change_view(self, request, object_id, form_url="", extra_context=None) -> HttpResponse:
        context = {**(extra_context or {}), "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, context)

    def get_deleted_objects(self, objs, request) -> tuple[list, dict, set, list]:
        """In a few words, not clause by clause."""
        collector = NestedObjects(using=router.db_for_write(Version))
        collector.collect(objs)
        lines = [f"{obj}：{obj.clauses.count()} 条；由它终止的文本将恢复" for obj in objs]
        ids = Clause.objects.ids_of(objs)
        decided = Correspondence.objects.filter(Q(old__in=ids) | Q(new__in=ids)).exclude(
            status=Correspondence.Status.PROPOSED
        )
        if count := decided.count():
            lines.append(f"人工确认或否定过的新旧条文对应 {count} 条")
        return lines, {"版本": len(objs)}, set(), [str(row) for row in collector.protected][:20]

    def delete_view(self, request, object_id, extra_context=None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except periods.Refused as error:  # an article cites it since the page was shown
            messages.error(request, f"没有删除：{error}。")
            return redirect("admin:statutes_version_change", object_id)

    def delete_model(self, request, obj) -> None:
        for words in editing.remove(obj):
            messages.warning(request, words + "。")

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
            if not read.clauses and not (read.body and read.title):
                upload.add_error(None, "没有读出标题和条文，不像法律文本，请检查内容。")
                return self._page(request, form=upload)
            form = TextForm.of(read, upload.lines, may_change=self.has_change_permission(request))
            return self._page(request, form=form, read=read)
        return self._page(request, form=upload)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        may_change = self.has_change_permission(request)
        form = TextForm(request.POST, may_change=may_change)
        if not form.is_valid():
            read = document.statute_text([carried(request.POST["content"])])
            return self._page(request, form=form, read=read)
        read, replace = form.read(), form.cleaned_data.get("replace", False)
        outcome = library.store(read, replace=replace, add_only=not may_change)
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
        if not self.has_view_or_change_permission(request):
            return redirect("admin:statutes_version_add")
        return redirect("admin:statutes_version_change", quote(outcome.version.pk))

    def _page(self, request: HttpRequest, *, form, read=None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "上传法律文本",
            "form": form,
            "read": read,
            "headings": headings_of(read.clauses) if read else [],
            "endings": periods.ended_by(read.title, read.effective_from, repeals=read.repeals)
            if read
            else [],
            "media": self.media,
        }
        return render(request, "admin/statutes/version/upload.html", context)

    def save_model(self, request, obj, form, change) -> None:
        """Each part behind the library's lock; what can't be taken is said in response_change."""
        changed, data = set(form.changed_data), form.cleaned_data
        facts = {name: data[name] for name in _FACTS if name in changed}
        try:
            with transaction.atomic():  # both parts or none
                self._record(request, obj, data, changed, facts)
        except periods.Refused as error:
            request.refused = str(error)

    def _record(self, request, obj, data: dict, changed: set[str], facts: dict) -> None:
        if changed & {"checked_against", "checked_on"}:
            against, day = data["checked_against"], data["checked_on"]
            if against and not day and "checked_on" not in changed:
                day = timezone.localdate()
            editing.check(obj, against=against, on=day, words=data["words"], by=request.user)
        for words in editing.correct(obj, **facts) if facts else []:
            messages.warning(request, words + "。")


@admin.register(Clause)
class ClauseAdmin(ReadOnlyAdmin):
    """Law enters by import, as whole texts; nobody edits a clause."""

    list_display = ["__str__", "version", "text"]
    list_select_related = ["version__statute"]
    search_fields = ["text", "version__statute__title"]
    show_full_result_count = False
