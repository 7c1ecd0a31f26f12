"""What clauses became: proposed by text, confirmed by people."""

import hashlib

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from statutes import comparison, editing, periods
from statutes.admin.base import STYLES, RefusingAdmin
from statutes.forms import (
    CorrespondenceForm,
)
from statutes.models import Correspondence


@admin.register(Correspondence)
class CorrespondenceAdmin(RefusingAdmin):
    """What clauses became: proposed by text, confirmed by people, side by side."""

    form = CorrespondenceForm
    list_display = ["before", "after", "relation", "percent", "status", "changed_words"]
    list_display_links = ["before"]
    list_filter = ["status", "kind", ("old__version__statute", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["old__version__statute", "new__version__statute"]
    list_per_page = 50
    search_fields = ["old__version__statute__title", "old__number"]
    show_full_result_count = False
    ordering = ["old__version", "old__order", "new__order"]
    actions = ["accept", "accept_identical", "reject", "reopen"]
    fields = ["side_by_side", "became", "kind", "decision", "note"]
    fields += ["status", "confirmed_by", "confirmed_at", "words"]
    readonly_fields = ["side_by_side", "status", "confirmed_by", "confirmed_at"]

    class Media:
        css = STYLES

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description="原条文", ordering="old__order")
    def before(self, hop: Correspondence) -> str:
        return f"{hop.old}（{hop.old.version.name}）"

    @admin.display(description="新条文", ordering="new__order")
    def after(self, hop: Correspondence) -> str:
        return f"{hop.new}（{hop.new.version.name}）" if hop.new else "—"

    @admin.display(description="关系", ordering="kind")
    def relation(self, hop: Correspondence) -> str:
        return hop.relation

    @admin.display(description="相似度", ordering="score")
    def percent(self, hop: Correspondence) -> str:
        return f"{hop.score:.0%}" if hop.new_id else "—"

    @admin.display(description="文字")
    def changed_words(self, hop: Correspondence) -> SafeString:
        return _marked(hop)

    @admin.display(description="新旧对照")
    def side_by_side(self, hop: Correspondence) -> SafeString:
        return format_html(
            '<table class="side-by-side"><tr><th>{}</th><th>{}</th></tr>'
            "<tr><td>{}</td><td>{}</td></tr></table>"
            '<p class="marked"><strong>逐字对照</strong>　{}</p>',
            self.before(hop),
            self.after(hop),
            hop.old.text,
            hop.new.text if hop.new else "没有找到对应的条文",
            _marked(hop),
        )

    def save_model(self, request, obj, form, change) -> None:
        """Only what the person says is decided; a note alone decides nothing."""
        data = form.cleaned_data
        held = Correspondence.objects.select_related("old", "new").get(pk=obj.pk)
        try:
            if data["decision"] == Correspondence.Status.CONFIRMED:
                editing.choose(
                    held,
                    form.news,
                    kind=data["kind"],
                    note=data["note"],
                    words=data["words"],
                    by=request.user,
                )
                return
            if data["decision"]:
                if held.words != data["words"]:
                    raise periods.Refused(editing.READ_AGAIN)
                editing.decide([held], status=data["decision"], by=request.user)
            Correspondence.objects.filter(pk=obj.pk).update(note=data["note"])
        except periods.Refused as error:
            request.refused = str(error)

    @admin.action(description="确认所选的对应关系", permissions=["change"])
    def accept(self, request, queryset: QuerySet) -> HttpResponse | None:
        return self._decide(request, queryset, Correspondence.Status.CONFIRMED)

    @admin.action(description="确认所选中文字完全相同的", permissions=["change"])
    def accept_identical(self, request, queryset: QuerySet) -> HttpResponse | None:
        same = queryset.filter(
            old__text_hash=F("new__text_hash"), status=Correspondence.Status.PROPOSED
        )
        return self._decide(request, same, Correspondence.Status.CONFIRMED)

    @admin.action(description="否定所选的对应关系", permissions=["change"])
    def reject(self, request, queryset: QuerySet) -> HttpResponse | None:
        return self._decide(request, queryset, Correspondence.Status.REJECTED)

    @admin.action(description="退回待确认", permissions=["change"])
    def reopen(self, request, queryset: QuerySet) -> HttpResponse | None:
        return self._decide(request, queryset, Correspondence.Status.PROPOSED)

    def _decide(self, request, queryset: QuerySet, status: str) -> HttpResponse | None:
        """Shows what is about to be decided; decides it once that is confirmed."""
        label = _DECISIONS[status]
        hops = list(
            queryset.exclude(status=status).select_related(
                "old__version__statute", "new__version__statute"
            )
        )
        if not hops:
            messages.info(request, f"所选的对应关系里没有需要{label}的。")
            return None
        seen = _seen(hops)
        if request.POST.get("seen") == seen:
            count = editing.decide(hops, status=status, by=request.user)
            messages.success(request, f"已{label} {count} 条对应关系。")
            return None
        if "seen" in request.POST:
            messages.warning(request, "所选的对应关系在您打开之后有变动，请重新看过再确认。")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{label} {len(hops)} 条对应关系？",
            "label": label,
            "hops": [(hop, _marked(hop)) for hop in hops[:_SHOWN]],
            "more": max(0, len(hops) - _SHOWN),
            "seen": seen,
            "action": request.POST["action"],
            "across": request.POST.get("select_across", "0"),
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "checkbox": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return render(request, "admin/statutes/correspondence/decide.html", context)


_DECISIONS = {
    Correspondence.Status.CONFIRMED: "确认",
    Correspondence.Status.REJECTED: "否定",
    Correspondence.Status.PROPOSED: "退回待确认",
}
_SHOWN = 100  # rows on the page that asks


def _seen(hops: list[Correspondence]) -> str:
    """Stands for some rows and their words."""
    rows = sorted(f"{hop.pk} {hop.status} {hop.words}" for hop in hops)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


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
