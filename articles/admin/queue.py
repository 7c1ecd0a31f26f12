"""The stale-law queue: what a change of law touches, decided on one by one or by clause."""

import csv
import datetime as dt
import io
import uuid
from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from articles import queue, review
from articles.ids import id_in
from articles.models import Citation, MonthlyLetter, Verdict
from articles.queue_files import HEAD, as_docx, lines_of
from articles.workflow import WorkflowError
from statutes.models import Statute

_CLAUSES, _SAMPLES, _SENTENCES = 10, 3, 25
# Decided on at once: more would hold the articles' locks for too long.
MOST_AT_ONCE = 2000


class GroupForm(forms.Form):
    """Which group: a statute and the day of its change; and where in it."""

    statute = forms.ModelChoiceField(Statute.objects.select_related("replaced_by"))
    on = forms.DateField()
    clause = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        choices=Verdict.Decision.choices, error_messages={"required": "没有选结论。"}
    )
    note = forms.CharField(
        required=False,
        max_length=Verdict._meta.get_field("note").max_length,
        error_messages={"max_length": "说明最多 300 字。"},
    )
    clause = forms.IntegerField(min_value=1, max_value=2**62)
    bundle = forms.CharField(required=False)  # of all citations of the clause, where all are meant


class Queue:
    """The pages, for the admin of citations."""

    def __init__(self, admin: ModelAdmin):
        self.admin = admin

    def urls(self) -> list:
        view = self.admin.admin_site.admin_view
        return [
            path("queue/", view(self.group), name="articles_citation_queue"),
            path("queue/list.csv", view(require_safe(self.as_csv)), name="articles_citation_csv"),
            path(
                "queue/list.docx", view(require_safe(self.as_docx)), name="articles_citation_docx"
            ),
            path("queue/undo/", view(require_POST(self.undo)), name="articles_citation_undo"),
            path("queue/letter/", view(require_POST(self.letter)), name="articles_citation_letter"),
        ]

    def group(self, request: HttpRequest) -> HttpResponse:
        """One group: its clauses with some sentences each; with ``clause``, all of that one's."""
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        statute, on, clause, page = self._asked(request)
        if request.method == "POST":
            return self._decide(request, statute, on)
        today = timezone.localdate()
        rows = queue.waiting_in(statute, on, today=today)
        group = queue.group_of(statute, on, today=today)
        clauses = [clause] if clause else queue.clauses_in(statute, on, today=today)
        size = _SENTENCES if clause else _CLAUSES
        start = (page - 1) * size
        many = queue.count_clause(rows, clause)[0] if clause else len(clauses)
        done = queue.decided_in(statute, on, today=today)
        total = done + (group.citations if group else 0)
        context = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "title": f"复核：{group.words if group else statute.short_title}",
            "group": group,
            "statute": statute,
            "on": on,
            "is_ahead": on > today,
            "clause": clause,
            "rows": [
                (row, review.bundle(_first(rows.filter(clause=row.clause)), on=max(on, today)))
                for row in queue.clause_rows(
                    rows,
                    clauses if clause else clauses[start : start + size],
                    on=max(on, today),
                    start=start if clause else 0,
                    limit=_SENTENCES if clause else _SAMPLES,
                )
            ],
            "done": done,
            "total": total,
            "percent": done * 100 // total if total else 100,
            "pages": range(1, max(1, -(-many // size)) + 1),
            "page": page,
            "last_batch": self._last_batch(request, statute, on),
            "may_decide": request.user.has_perm("articles.add_verdict"),
            "decisions": Verdict.Decision.choices,
            "most": MOST_AT_ONCE,
            "media": self.admin.media,
        }
        return render(request, "admin/articles/citation/queue.html", context)

    @staticmethod
    def _asked(request: HttpRequest) -> tuple[Statute, dt.date, int | None, int]:
        form = GroupForm(request.GET)
        if not form.is_valid():
            raise Http404("没有这一组：地址里要有法律和变动的日期。")
        data = form.cleaned_data
        return data["statute"], data["on"], data["clause"], data["page"] or 1

    @staticmethod
    def _last_batch(request: HttpRequest, statute: Statute, on: dt.date) -> Verdict | None:
        """What this person decided at once last, in this group, within the hour."""
        since = timezone.now() - dt.timedelta(hours=1)
        return (
            Verdict.objects.filter(
                decided_by=request.user,
                decided_at__gte=since,
                change_on=on,
                citation__clause__version__statute=statute,
            )
            .exclude(batch=None)
            .order_by("-pk")
            .first()
        )

    def _decide(self, request: HttpRequest, statute: Statute, on: dt.date) -> HttpResponse:
        if not request.user.has_perm("articles.add_verdict"):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        try:
            if not form.is_valid():
                raise WorkflowError("".join(e for es in form.errors.values() for e in es))
            made = self._decided(request, statute, on, form.cleaned_data)
        except WorkflowError as error:
            messages.error(request, f"没有记录：{str(error).rstrip('。')}。")
        else:
            words = Verdict.Decision(form.cleaned_data["decision"]).label
            said = f"{len(made)} 处引用已记为“{words}”。"
            if len(made) == 1:  # several at once are taken back on this page
                page = reverse("admin:articles_citation_change", args=[made[0].citation_id])
                said = format_html('{}<a href="{}">查看或撤回</a>', said, page)
            messages.success(request, said)
        return redirect(request.get_full_path())

    def _decided(
        self, request: HttpRequest, statute: Statute, on: dt.date, data: dict
    ) -> list[Verdict]:
        today = timezone.localdate()
        shown_on = max(on, today)
        rows = queue.waiting_in(statute, on, today=today).filter(clause=data["clause"])
        if "all" in request.POST:
            these = _first(rows)
            if review.bundle(these, on=shown_on) != data["bundle"]:
                raise WorkflowError(
                    "这一条的引用在您打开之后有变动（别人刚核对过，或者文章、法条库有更新）；"
                    "请重新看过再定"
                )
            several = review.shown(these.values_list("pk", flat=True), on=shown_on)
            seen = {pk: one.token for pk, one in several.items()}
        else:
            chosen = [pk for pk in map(id_in, request.POST.getlist("one")) if pk is not None]
            if not chosen:
                raise WorkflowError("没有勾选引用")
            seen = {pk: request.POST.get(f"seen-{pk}", "") for pk in chosen}
            several = review.shown(seen, on=shown_on)
            if len(several) < len(seen):
                raise WorkflowError("勾选的引用里有的已不在文章里；请重新看过再定")
        return review.decide(
            [one.citation for one in several.values()],
            data["decision"],
            by=request.user,
            note=data["note"],
            on=shown_on,
            seen=seen,
        )

    def undo(self, request: HttpRequest) -> HttpResponse:
        """Take back what was decided at once."""
        if not request.user.has_perm("articles.delete_verdict"):
            raise PermissionDenied
        try:
            batch = uuid.UUID(request.POST.get("batch", ""))
            count = review.withdraw_batch(batch, by=request.user)
        except ValueError:
            raise Http404 from None
        except WorkflowError as error:
            messages.error(request, f"{error}。")
        else:
            messages.success(request, f"已撤回 {count} 处引用的结论。")
        form = GroupForm(request.POST)
        if not form.is_valid():
            return redirect("admin:index")
        data = form.cleaned_data
        address = reverse("admin:articles_citation_queue")
        return redirect(f"{address}?statute={data['statute'].pk}&on={data['on']}")

    def letter(self, request: HttpRequest) -> HttpResponse:
        """The monthly mail: wished, or no longer."""
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        if "stop" in request.POST:
            MonthlyLetter.objects.filter(user=request.user).delete()
            messages.success(request, "以后不再给您发每月邮件。")
        elif not request.user.email:
            messages.error(request, "您的账号没有邮箱地址，收不到邮件；请管理员在“用户”里填上。")
        else:
            month = timezone.localdate().replace(day=1)
            MonthlyLetter.objects.get_or_create(user=request.user, defaults={"written_for": month})
            messages.success(request, f"下个月起，每月初给 {request.user.email} 发一封。")
        return redirect("admin:index")

    # For the partners' meeting.

    def as_csv(self, request: HttpRequest) -> HttpResponse:
        statute, on, rows = self._listed(request)

        def written() -> Iterator[str]:
            buffer = io.StringIO()
            writer = csv.writer(buffer)
            yield "\ufeff"  # Excel reads UTF-8 by it
            for line in [HEAD, *lines_of(rows)]:
                writer.writerow([_harmless(cell) for cell in line])
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()

        return StreamingHttpResponse(
            written(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": _attachment(statute, on, "csv")},
        )

    def as_docx(self, request: HttpRequest) -> HttpResponse:
        statute, on, rows = self._listed(request)
        group = queue.group_of(statute, on, today=timezone.localdate())
        title = group.words if group else statute.short_title
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        return HttpResponse(
            as_docx(f"{title}，{on} 起", rows),
            content_type=kind,
            headers={"Content-Disposition": _attachment(statute, on, "docx")},
        )

    def _listed(self, request: HttpRequest):
        if not self.admin.has_view_permission(request):
            raise PermissionDenied
        statute, on, clause, _ = self._asked(request)
        rows = queue.waiting_in(statute, on, today=timezone.localdate())
        return statute, on, rows.filter(clause=clause) if clause else rows


def _first(citations: QuerySet[Citation]) -> QuerySet[Citation]:
    """Those that are decided on, where all are meant."""
    return citations.order_by("pk")[:MOST_AT_ONCE]


def _attachment(statute: Statute, on: dt.date, kind: str) -> str:
    return content_disposition_header(True, f"复核 {statute.short_title} {on}.{kind}")


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
