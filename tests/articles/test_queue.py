"""The stale-law queue: what it names, what is decided in it, and who may see it."""

import csv
import datetime as dt
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from docx import Document

from articles import health, monthly, queue, workflow
from articles.models import Citation, Health, MonthlyLetter, Outbox, QueueCount, Verdict
from tests.benchmarks import desk_front
from tests.factories import (
    make_article,
    make_draft,
    make_hidden_articles,
    make_statute,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 27)
CHANGE = dt.date(2024, 7, 1)
QUEUE = "/admin/articles/citation/queue/"


@pytest.fixture
def editor(client):
    user = make_user("editor", "作者", "审核人", "发布人")
    client.force_login(user)
    return user


def cite(count=1, body="<p>依照《公司法》第十六条办理。</p>"):
    return [make_article(f"担保{n}", body, on=dt.date(2022, 1, 1)) for n in range(count)]


def address(version, on=CHANGE, **more):
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{QUEUE}?statute={version.statute_id}&on={on}{extra}"


def row_of(page, place=0):
    return page.context["rows"][place]


def chosen(row, *places):
    several = [row.shown[place] for place in places]
    return {
        "clause": row.clause.pk,
        "one": [one.citation.pk for one in several],
        **{f"seen-{one.citation.pk}": one.token for one in several},
    }


def test_groups_by_change_of_law_the_worst_first(company_law, civil_code):
    cite(3)
    make_article(body="<p>《合同法》第107条、第118条</p>", on=dt.date(2019, 1, 1))
    first, second = queue.groups(TODAY)[0]
    assert (first.words, first.on, first.articles, first.citations, first.gone) == (
        "《合同法》废止，由《民法典》取代",
        dt.date(2021, 1, 1),
        1,
        2,
        1,
    )
    assert (second.words, second.on, second.articles, second.citations, second.gone) == (
        "《公司法》（2023修订）",
        CHANGE,
        3,
        3,
        0,
    )


def test_what_readers_do_not_see_is_in_no_group(company_law):
    make_hidden_articles("<p>《公司法》第十六条</p>")
    assert queue.groups(TODAY)[0] == []
    assert queue.unresolved() == (0, [])


def test_the_page_shows_the_sentence_then_and_now(client, editor, company_law):
    (article,) = cite()
    page = client.get(address(company_law))
    words = page.content.decode()
    assert "依照<mark>《公司法》第十六条</mark>办理。" in words
    assert "<del>依</del><ins>按</ins>照公司章程" in words
    assert f"/admin/articles/article/{article.pk}/change/?at={article.citations.get().pk}" in words
    assert "已复核 0 / 1" in words


def test_one_or_many_are_decided_with_a_note(client, editor, company_law):
    articles = cite(3)
    page = client.get(address(company_law))
    row, _ = row_of(page)
    data = {**chosen(row, 0, 2), "decision": "still_right", "note": "规则未变"}
    page = client.post(address(company_law), data, follow=True)
    assert "2 处引用已记为“仍然正确”" in page.content.decode()
    assert "已复核 2 / 3" in page.content.decode()
    made = Verdict.objects.all()
    assert {one.reviewed_against.number for one in made} == {15}
    assert {one.note for one in made} == {"规则未变"}
    assert LogEntry.objects.filter(change_message__startswith="核对引用").count() == 2
    assert [group.citations for group in queue.groups(TODAY)[0]] == [1]
    assert articles[1].citations.get().verdicts.count() == 0


def test_a_whole_clause_is_one_decision_and_can_be_taken_back(client, editor, company_law):
    cite(7)
    row, bundle = row_of(client.get(address(company_law)))
    assert (row.citations, len(row.shown), row.rest) == (7, 3, 4)
    data = {**chosen(row), "all": "1", "bundle": bundle, "decision": "still_right"}
    page = client.post(address(company_law), data, follow=True)
    assert "7 处引用已记为" in page.content.decode()
    assert LogEntry.objects.filter(change_message__startswith="核对引用").count() == 7
    assert queue.groups(TODAY)[0] == []
    batch = page.context["last_batch"].batch
    data = {"batch": batch, "statute": company_law.statute_id, "on": CHANGE}
    page = client.post(f"{QUEUE}undo/", data, follow=True)
    assert "已撤回 7 处引用的结论" in page.content.decode()
    assert [group.citations for group in queue.groups(TODAY)[0]] == [7]
    page = client.post(f"{QUEUE}undo/", data, follow=True)
    assert "这一批结论已被撤回" in page.content.decode()


def test_what_has_changed_since_it_was_shown_is_not_decided(client, editor, company_law):
    cite(5)
    row, bundle = row_of(client.get(address(company_law)))
    cite(1)
    data = {**chosen(row), "all": "1", "bundle": bundle, "decision": "still_right"}
    page = client.post(address(company_law), data, follow=True)
    assert "在您打开之后有变动" in page.content.decode()
    data = {**chosen(row, 0), "decision": "still_right"}
    data[f"seen-{row.shown[0].citation.pk}"] = "另一个"
    page = client.post(address(company_law), data, follow=True)
    assert "没有记录" in page.content.decode()
    assert not Verdict.objects.exists()


def test_one_alone_is_taken_back_on_its_own_page(client, editor, company_law):
    (article,) = cite()
    row, _ = row_of(client.get(address(company_law)))
    data = {**chosen(row, 0), "decision": "still_right"}
    page = client.post(address(company_law), data, follow=True).content.decode()
    pk = article.citations.get().pk
    assert f'<a href="/admin/articles/citation/{pk}/change/">查看或撤回</a>' in page
    assert "撤回这一批" not in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"decision": "still_right"}, "没有勾选引用"),
        ({"one": ["1"]}, "没有选结论"),
        ({"decision": "x", "one": ["1"]}, "没有记录"),
        ({"decision": "still_right", "one": ["99999"]}, "已不在文章里"),
        ({"decision": "still_right", "one": ["²", "-1", "x"]}, "没有勾选引用"),
        ({"decision": "still_right", "one": ["1"], "note": "长" * 301}, "说明最多 300 字"),
    ],
)
def test_refusals_in_plain_words(client, editor, company_law, data, said):
    cite()
    clause = company_law.statute.versions.first().clauses.get(number=16)
    page = client.post(address(company_law), {"clause": clause.pk, **data}, follow=True)
    assert said in page.content.decode()
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?statute=1", "?statute=x&on=2024-07-01", "?statute=1&on=1e9", "?on=2024-07-01"]
)
def test_an_address_that_names_no_group(client, editor, query):
    for path in ("", "list.csv", "list.docx"):
        assert client.get(f"{QUEUE}{path}{query}").status_code == 404


def test_a_group_that_is_done_says_so(client, editor, company_law):
    words = client.get(address(company_law)).content.decode()
    assert "这一组已经没有等待复核的引用" in words


def test_all_sentences_of_a_clause_page_by_page(client, editor, company_law):
    cite(30)
    row, _ = row_of(client.get(address(company_law)))
    page = client.get(address(company_law, clause=row.clause.pk))
    assert len(row_of(page)[0].shown) == 25
    page = client.get(address(company_law, clause=row.clause.pk, page=2))
    assert len(row_of(page)[0].shown) == 5
    assert client.get(address(company_law, clause=row.clause.pk, page=9)).context["rows"] == []


def test_a_change_ahead_reviewed_stays_quiet_on_its_day(client, editor):
    today = timezone.localdate()
    day = today + dt.timedelta(days=40)
    texts = [
        make_statute(
            "中华人民共和国票据法",
            label=label,
            promulgated_on=promulgated,
            effective_from=begins,
            clauses={9: f"票据金额、日期、收款人名称不得更改，更改的票据{what}。"},
        )
        for label, promulgated, begins, what in (
            ("2004修正", dt.date(2004, 8, 28), dt.date(2004, 8, 28), "无效"),
            ("下次修订", today, day, "不发生效力"),
        )
    ]
    article = make_article(body="<p>《票据法》第九条</p>", on=dt.date(2026, 1, 1))
    stale, (group,), _ = queue.groups(today)
    assert (group.on, group.articles, group.citations) == (day, 1, 1) and stale == []
    page = client.get(address(texts[1], on=day))
    assert "还没有施行" in page.content.decode()
    row, _ = row_of(page)
    client.post(address(texts[1], on=day), {**chosen(row, 0), "decision": "still_right"})
    assert article.citations.get().verdicts.count() == 1
    assert queue.groups(today)[:2] == ([], []) and queue.groups(day)[0] == []


def test_the_lists_to_take_along(client, editor, company_law):
    make_article("=1+1", "<p>依照《公司法》第十六条办理。</p>", on=dt.date(2022, 1, 1))
    query = f"?statute={company_law.statute_id}&on={CHANGE}"
    response = client.get(f"{QUEUE}list.csv{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text))
    assert dict(zip(head, line, strict=True)) | {"编号": "", "地址": ""} == {
        "编号": "",
        "文章": "'=1+1",
        "地址": "",
        "句子": "依照《公司法》第十六条办理。",
        "所引条文": "《公司法》第十六条（2018修正）",
        "所引文字": company_law.statute.versions.first().clauses.get(number=16).text,
        "变动": "2024-07-01 已修改",
        "现在的条文": "《公司法》第十五条（2023修订）",
        "现在的文字": company_law.clauses.get(number=15).text,
    }
    response = client.get(f"{QUEUE}list.docx{query}")
    table = Document(io.BytesIO(response.content)).tables[0]
    assert "依照《公司法》第十六条办理。" in [cell.text for cell in table.rows[1].cells]
    assert "filename*=utf-8''" in response["Content-Disposition"]


def test_a_long_list_to_take_along_costs_few_queries(
    client, editor, company_law, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("articles.queue_files._CHUNK", 10)
    cite(25)
    with django_assert_max_num_queries(30):
        path = f"{QUEUE}list.csv?statute={company_law.statute_id}&on={CHANGE}"
        text = b"".join(client.get(path).streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))[1:]
    assert [line[1] for line in lines] == [f"担保{n}" for n in reversed(range(25))]


def test_who_may_not_decide_reads(client, company_law):
    cite()
    user = make_user("reader", "作者")
    client.force_login(user)
    page = client.get(address(company_law))
    if user.has_perm("articles.add_verdict"):
        pytest.skip("authors decide")
    assert page.status_code == 200 and "没有记录核对结论的权限" in page.content.decode()
    row, _ = row_of(page)
    data = {**chosen(row, 0), "decision": "still_right"}
    assert client.post(address(company_law), data).status_code == 403


def test_strangers_see_nothing(client, company_law, django_user_model):
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    for path in ("", "list.csv", "list.docx"):
        query = f"{path}?statute={company_law.statute_id}&on={CHANGE}"
        assert client.get(f"{QUEUE}{query}").status_code == 403
    assert client.post(f"{QUEUE}letter/").status_code == 403
    page = client.get("/admin/")
    assert page.status_code == 200 and "法律变动，等待复核" not in page.content.decode()


# The front page.


def test_the_front_page_names_what_needs_attention(client, editor, company_law, trademark_law):
    cite(2)
    make_article(body="<p>《商业秘密办法》第七条</p>")
    draft = make_draft("待审的稿")
    workflow.submit(draft, by=None)
    make_article("明年的文章", on=dt.date(2999, 1, 1))
    words = client.get("/admin/").content.decode()
    for piece in (
        "法律变动，等待复核：2 处引用",
        "《公司法》（2023修订）",
        "2 篇文章，2 处",
        "商业秘密办法",
        "待审的稿",
        "等您审核",
        "明年的文章",
    ):
        assert piece in words, piece


def test_it_is_calm_when_there_is_nothing(client, editor):
    words = client.get("/admin/").content.decode()
    assert "没有等待复核的引用" in words and "没有等您处理的稿件" in words


def test_it_takes_few_queries(
    client, editor, company_law, civil_code, trademark_law, django_assert_max_num_queries
):
    cite(3)
    make_article(body="<p>《民法典》第577条、《商业秘密办法》第七条、《合同法》第118条</p>")
    clause = trademark_law.clauses.first()
    make_article(body=f"<p>《商标法》{clause.label}</p>", on=dt.date(2026, 1, 1))
    health.record(TODAY)
    client.get("/admin/")
    with django_assert_max_num_queries(17):
        page = client.get("/admin/")
    assert 'class="strip"' in page.content.decode() and 'class="health"' in page.content.decode()


def test_the_strip_counts_what_readers_can_read(client, editor, civil_code):
    make_article(body="<p>《民法典》第577条、第577条</p>")
    make_hidden_articles("<p>《民法典》第675条</p>")
    strip = client.get("/admin/").context["strip"]
    assert {square.number: square.count for square in strip.squares} == {510: 0, 577: 1, 675: 0}
    page = client.get("/statutes/minfadian/").content.decode()
    assert 'href="577/"' in page
    assert "其中 1 条被本站文章引用。引用最多" in page


class TestOfHundredsOfThousands:
    """Where counting takes too long for each look at the desk."""

    @pytest.fixture(autouse=True)
    def _slow(self, monkeypatch):
        monkeypatch.setattr(queue, "_SLOW", 0.0)

    def test_it_is_counted_once_an_hour(self, company_law, django_assert_num_queries):
        cite(2)
        first = queue.groups(TODAY)
        assert first.counted_at is None
        assert [group.citations for group in first.stale] == [2]
        cite(3)
        again = queue.groups(TODAY)
        assert again.counted_at
        assert [group.citations for group in again.stale] == [2]
        QueueCount.objects.update(counted_at=timezone.now() - dt.timedelta(hours=2))
        assert [group.citations for group in queue.groups(TODAY).stale] == [5]

    def test_the_timer_counts_before_anybody_looks(self, company_law):
        cite(2)
        queue.count_where_due(TODAY)
        assert not QueueCount.objects.exists()  # nobody has found it slow yet
        queue.groups(TODAY)
        cite(1)
        queue.count_where_due(TODAY)
        assert [group.citations for group in queue.groups(TODAY).stale] == [2]
        QueueCount.objects.update(counted_at=timezone.now() - dt.timedelta(minutes=55))
        queue.count_where_due(TODAY)
        assert [group.citations for group in queue.groups(TODAY).stale] == [3]
        queue.count_where_due(TODAY + dt.timedelta(days=1))
        assert [row.on for row in QueueCount.objects.all()] == [TODAY + dt.timedelta(days=1)]

    def test_a_change_of_law_is_counted_at_once(self, company_law):
        cite(2)
        queue.groups(TODAY)
        make_statute("别的法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
        assert queue.groups(TODAY).counted_at is None

    def test_the_desk_says_of_when_it_is(self, client, editor, company_law):
        cite(2)
        client.get("/admin/")
        page = client.get("/admin/").content.decode()
        assert "每小时统计一次" in page
        held = timezone.localtime(QueueCount.objects.get().counted_at)
        assert f"{held:%H:%M} 的数" in page

    def test_a_large_group_says_what_is_left_of_what_was_counted(
        self, client, editor, company_law, monkeypatch
    ):
        monkeypatch.setattr(queue, "MOST_COUNTED", 3)
        cite(4)
        client.get("/admin/")
        cite(1)  # not counted yet
        page = client.get(address(company_law))
        group, held = page.context["group"], QueueCount.objects.get()
        assert (group.citations, group.counted_at) == (4, held.counted_at)
        assert page.context["total"] == 4
        row, _ = row_of(page)
        assert row.is_capped and "3 处以上" in page.content.decode()
        data = {**chosen(row, 0, 1), "decision": "still_right"}
        assert client.post(address(company_law), data).status_code == 302
        page = client.get(address(company_law))
        shown = {name: page.context[name] for name in ("done", "total", "percent")}
        assert shown == {"done": 2, "total": 4, "percent": 50}
        assert page.context["group"].citations == 2
        words = f"2 处引用等待复核（篇数是 {timezone.localtime(held.counted_at):%H:%M} 统计的）"
        assert words in page.content.decode()


# The library's health.


def test_health_is_counted_as_it_was(company_law, civil_code):
    (article,) = cite()
    make_article(
        body="<p>《民法典》第577条、《商业秘密办法》第七条、《合同法》第118条</p>",
        on=dt.date(2025, 1, 15),
    )
    verdict = Verdict.objects.create(
        citation=article.citations.get(),
        decision="still_right",
        reviewed_against=company_law.clauses.get(number=15),
        change_on=CHANGE,
    )
    decided = timezone.make_aware(dt.datetime.combine(dt.date(2026, 3, 5), dt.time()))
    Verdict.objects.filter(pk=verdict.pk).update(decided_at=decided)
    health.record(TODAY)
    days = {row.on: row for row in health.shown(TODAY)}
    counted = {
        on: (row.in_force, row.stale, row.reviewed, row.unresolved)
        for on, row in days.items()
        if on in (dt.date(2024, 12, 31), dt.date(2025, 1, 31), dt.date(2026, 3, 31), TODAY)
    }
    assert counted == {
        dt.date(2024, 12, 31): (0, 1, 0, 0),
        dt.date(2025, 1, 31): (1, 2, 0, 1),
        dt.date(2026, 3, 31): (1, 1, 1, 1),
        TODAY: (1, 1, 1, 1),
    }
    assert health.record(TODAY) == 1  # the past is not counted twice
    later = dt.date(2027, 1, 2)
    assert health.record(later) == 3  # two months have ended since


def test_the_months_before_the_first_citation_are_none(company_law):
    make_article(body="<p>《公司法》第三条</p>", on=dt.date(2026, 9, 15))
    assert health.record(TODAY) == 3 and health.record(TODAY) == 1
    assert [row.on for row in health.shown(TODAY)] == [
        dt.date(2026, 9, 30),
        dt.date(2026, 10, 31),
        TODAY,
    ]


def test_a_count_is_renewed_after_an_hour(db):
    now = timezone.now()
    assert health.is_due(now)
    health.record(timezone.localdate(now))
    assert not health.is_due(now) and health.is_due(now + dt.timedelta(minutes=61))


# The monthly mail.


def test_a_letter_a_month_for_those_who_wish_it(client, editor, company_law, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cite(2)
    page = client.post(f"{QUEUE}letter/", follow=True)
    assert "editor@example.com" in page.content.decode()
    assert MonthlyLetter.objects.get().written_for == timezone.localdate().replace(day=1)
    assert monthly.write_letters(timezone.localdate()) == 0  # this month's is past
    MonthlyLetter.objects.update(written_for=dt.date(2026, 1, 1))
    call_command("deliver", stdout=io.StringIO(), stderr=io.StringIO())
    call_command("deliver", stdout=io.StringIO(), stderr=io.StringIO())
    (sent,) = mail.outbox
    assert "《公司法》（2023修订），2024-07-01 起：2 篇文章，2 处" in sent.body
    assert Health.objects.filter(on=timezone.localdate()).exists()
    client.post(f"{QUEUE}letter/", {"stop": "1"})
    assert not MonthlyLetter.objects.exists() and Outbox.objects.count() == 1


def test_without_an_address_no_letter_is_promised(client, editor):
    editor.email = ""
    editor.save()
    page = client.post(f"{QUEUE}letter/", follow=True)
    assert "没有邮箱地址" in page.content.decode() and not MonthlyLetter.objects.exists()


def test_it_counts_the_citations_that_wait(company_law):
    cite(2)
    assert Citation.objects.counted(TODAY) == {
        "in_force": 0,
        "stale": 2,
        "reviewed": 0,
        "unresolved": 0,
    }


def test_the_benchmark_measures_pages_that_work():
    desk_front.fill(500)
    waiting = Citation.objects.stale(TODAY).count()
    measured = desk_front.measure()
    assert waiting and {"bare", "front page", "group", "panel"} < measured.keys()
    assert Citation.objects.stale(TODAY).count() < waiting
    desk_front.empty()
    assert not Citation.objects.exists()
