"""Citations at the desk: what each cites, what stands in its place, and what was decided."""

import datetime as dt
from functools import reduce
from operator import or_

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import review, search
from articles.admin.queue import Queue
from articles.ids import id_in
from articles.markup import plain
from articles.models import Article, Citation, Verdict, sees_all
from articles.sentences import Sentence, sentence_of
from articles.workflow import WorkflowError
from statutes import comparison
from statutes.admin.base import MOST_COUNTED, STYLES, LongListMixin, ReadOnlyAdmin
from statutes.models import Clause, Statute, Version
from statutes.references import Reference, find_references
from statutes.resolver import Resolver
from statutes.standing import standing
from statutes.texts import alias_key


class VerdictForm(forms.Form):
    """A verdict on what the page showed. The buttons are the decisions."""

    decision = forms.ChoiceField(choices=Verdict.Decision.choices)
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=Verdict._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 80}),
    )
    on = forms.DateField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)


class StateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "is"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [
            ("stale", "需要复核"),
            ("unread", "未能识别"),
            ("historical", "文中已注明是旧法"),
        ]

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "stale":  # only what readers see: a draft's citations are not made yet
                stale = Citation.objects.stale(timezone.localdate()).in_published()
                if article := id_in(request.GET.get("article", "")):
                    stale = stale.filter(article=article)
                return _some(queryset, stale)  # the queue has them all, by what changed
            case "unread":
                return queryset.filter(clause=None)
            case "historical":
                return queryset.filter(is_historical=True)
        return queryset


class ArticleFilter(admin.SimpleListFilter):
    """Of one article, as rows and other pages lead here; never a list of all articles."""

    title = "文章"
    parameter_name = "article"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        asked = id_in(request.GET.get("article", ""))
        readable = Article.objects.readable_by(request.user)
        found = asked and readable.filter(pk=asked).only("title").first()
        return [(str(found.pk), found.title)] if found else []

    def queryset(self, request, queryset: QuerySet) -> QuerySet:
        asked = id_in(self.value() or "")
        return queryset.filter(article=asked) if asked else queryset


def _some(queryset: QuerySet[Citation], found: QuerySet[Citation]) -> QuerySet[Citation]:
    """Of these the found ones: as many as the list goes through, picked before they are sorted."""
    some = found.order_by().values_list("pk", flat=True)[:MOST_COUNTED]
    return queryset.filter(pk__in=list(some))


def _of(reference: Reference, resolver: Resolver) -> Q:
    """Citations of the clause that it names, whichever text they mean."""
    place = {"number": reference.number, "branch": reference.branch}
    statutes = resolver.candidates(reference)
    clauses = Clause.objects.filter(version__statute__in=statutes, **place)
    unread = Q(clause=None, title_key=alias_key(reference.title), **place)
    return unread | Q(clause__in=_pks(clauses))


def _worded(words: str) -> Q:
    """Citations of the statute that has this name, or of those whose names have these words; and
    those in articles whose titles have them."""
    name, key = words.strip("《》"), alias_key(words).strip("<>")
    has_words = Q(title__icontains=name) | Q(short_name__icontains=name)
    statutes = _pks(Statute.objects.called(words)) or _pks(Statute.objects.filter(has_words))
    articles = _pks(search.for_the_desk(Article.objects.order_by(), words))
    return Q(article__in=articles) | Q(statute__in=statutes) | Q(title_key=key)


def _pks(rows: QuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


@admin.register(Citation)
class CitationAdmin(LongListMixin, ReadOnlyAdmin):
    """Read and decided on, never edited: what an article cites follows from its text."""

    list_display = ["exact", "of_article", "cited", "state", "reviewed"]
    list_filter = [StateFilter, ArticleFilter]
    search_fields = ["title"]  # that there is a search; what it finds is said below
    search_help_text = "文章的标题或编号，法律的名称，或者一条（民法典第六百七十五条）"
    list_per_page = 50

    class Media:
        css = STYLES

    def get_urls(self) -> list:
        return [*Queue(self).urls(), *super().get_urls()]

    def get_queryset(self, request) -> QuerySet:
        rows = super().get_queryset(request)
        if not sees_all(request.user):
            rows = rows.filter(article__in=Article.objects.readable_by(request.user))
        return (
            rows.with_review(timezone.localdate())
            .select_related(
                "article",
                "clause__version__statute__replaced_by",
                "change__successor__version__statute",
            )
            .defer(
                "article__body",
                "article__rendered",
                *(f"clause__version__{name}" for name in Version.LONG),
            )
        )

    def get_search_results(self, request, queryset: QuerySet, search_term: str):
        """A number names an article, a reference a clause; else words stand in an article's title
        or in a statute's name, or are the name that an article uses."""
        words = search_term.replace("\x00", "").strip()
        if not words:
            return queryset, False
        asked = id_in(words)
        if asked is not None:
            return queryset.filter(article=asked), False
        resolver = Resolver(timezone.localdate())
        references = find_references(words, resolver.names.names)
        if named := [one for one in references if one.number is not None]:
            wanted = reduce(or_, (_of(one, resolver) for one in named))
            return _some(queryset, Citation.objects.filter(wanted)), False
        return queryset.filter(_worded(words)), False

    @admin.display(description="文章", ordering="article")
    def of_article(self, citation: Citation) -> SafeString:
        return format_html('<a href="?article={}">{}</a>', citation.article_id, citation.article)

    @admin.display(description="所引条文")
    def cited(self, citation: Citation) -> str:
        clause = citation.clause
        return f"{clause}（{clause.version.name}）" if clause else "未能识别"

    @admin.display(description="今天")
    def state(self, citation: Citation) -> str:
        if citation.clause is None:
            return "—"
        change = getattr(citation, "change", None)
        found = standing(citation.clause, change, on=timezone.localdate())
        words = f"{found.words}（{change.since}）" if change else found.words
        return f"{words}，待复核" if citation.is_stale else words

    @admin.display(description="核对至")
    def reviewed(self, citation: Citation) -> dt.date | None:
        return citation.reviewed_at and timezone.localdate(citation.reviewed_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context=None
    ) -> HttpResponse:
        """One citation beside the law of today and of the days to come; POST decides."""
        citation = self.get_object(request, object_id)
        if citation is None:
            raise Http404("没有这处引用：文章改写之后，它可能已不在了。")
        if not self.has_view_permission(request, citation):
            raise PermissionDenied
        if request.method == "POST":
            return self._decided(request, citation)
        return self._page(request, citation)

    def _decided(self, request: HttpRequest, citation: Citation) -> HttpResponse:
        try:
            if pk := request.POST.get("withdraw"):
                self._withdraw(request, citation, pk)
            else:
                self._decide(request, citation)
        except WorkflowError as error:
            messages.error(request, f"{error}。")
        return redirect(request.get_full_path())

    def _decide(self, request: HttpRequest, citation: Citation) -> None:
        if not request.user.has_perm("articles.add_verdict"):
            raise PermissionDenied
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise WorkflowError(
                "没有记录：" + "".join(e for es in form.errors.values() for e in es)
            )
        data = form.cleaned_data
        (verdict,) = review.decide(
            [citation],
            data["decision"],
            by=request.user,
            note=data["note"],
            on=data["on"],
            seen={citation.pk: data["seen"]},
        )
        messages.success(request, f"“{citation}”已记为“{verdict.get_decision_display()}”。")

    def _withdraw(self, request: HttpRequest, citation: Citation, pk: str) -> None:
        if not request.user.has_perm("articles.delete_verdict"):
            raise PermissionDenied
        verdict = citation.verdicts.filter(pk=pk).first() if pk.isdecimal() else None
        if verdict is None:
            raise WorkflowError("这个结论已被撤回")
        review.withdraw_verdict(verdict, by=request.user)
        messages.success(request, "结论已撤回。")

    def _page(self, request: HttpRequest, citation: Citation) -> HttpResponse:
        today = timezone.localdate()
        ahead = citation.clause.changes.filter(on__gt=today) if citation.clause else []
        days = [today, *(change.on for change in ahead)]
        verdicts = list(
            citation.verdicts.select_related("decided_by", "reviewed_against__version__statute")
        )
        waiting = Citation.objects.stale(today).in_published().exclude(pk=citation.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"核对引用：{citation}",
            "citation": citation,
            "sentence": self._sentence(citation),
            "panels": [_Panel(citation, day, today) for day in days],
            "verdicts": verdicts,
            "next": waiting.filter(article=citation.article_id).first()
            or next(iter(waiting.order_by()[:1]), None),
            "may_decide": request.user.has_perm("articles.add_verdict"),
            "may_withdraw": request.user.has_perm("articles.delete_verdict"),
            "decisions": Verdict.Decision.choices,
            "list_url": reverse("admin:articles_citation_changelist"),
            "media": self.media,
        }
        return render(request, "admin/articles/citation/review.html", context)

    @staticmethod
    def _sentence(citation: Citation) -> Sentence:
        body = Article.objects.values_list("body", flat=True).get(pk=citation.article_id)
        return sentence_of(citation, plain(body))


class _Panel:
    """The citation beside the law of one day, and the form that decides against it."""

    def __init__(self, citation: Citation, on: dt.date, today: dt.date):
        self.on, self.is_ahead = on, on > today
        self.shown = review.shown([citation.pk], on=on)[citation.pk]
        self.change, self.now = self.shown.change, self.shown.clause
        clause = self.shown.citation.clause
        self.standing = clause and standing(clause, self.change, on=on)
        has_moved = self.change and self.now
        self.runs = comparison.alike_runs(clause.text, self.now.text) if has_moved else ()
        self.form = VerdictForm(initial={"on": on, "seen": self.shown.token}, auto_id=f"id_{on}_%s")
