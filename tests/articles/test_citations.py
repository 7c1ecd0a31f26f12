import datetime as dt
from threading import Thread

import pytest
from django.db import connection
from django.db.models import ProtectedError

from articles import citations, workflow
from articles.citations import index_citations
from articles.models import Article, Citation, Verdict
from statutes.models import Alias
from tests.factories import make_article, make_statute, restore_notices

pytestmark = pytest.mark.django_db

BODY = (
    "<p>依《民法典》第675条、第577条办理。</p>"
    "<p>旧法《合同法》第一百零七条也这样规定。再看《民法典》第六百七十五条。</p>"
    "<p>《票据法》第一条。</p>"
)
TODAY = dt.date(2026, 11, 23)


def listed(article):
    return [(c.position, c.exact, str(c.clause or ""), c.outcome) for c in article.citations.all()]


def test_every_reference_is_a_row_resolved_or_not(civil_code):
    assert listed(make_article(body=BODY)) == [
        (0, "《民法典》第675条", "《民法典》第六百七十五条", "resolved"),
        (1, "第577条", "《民法典》第五百七十七条", "resolved"),
        (2, "《合同法》第一百零七条", "《合同法》第一百零七条", "resolved"),
        (3, "《民法典》第六百七十五条", "《民法典》第六百七十五条", "resolved"),
        (4, "《票据法》第一条", "", "unknown_statute"),
    ]


def test_indexing_again_changes_nothing(civil_code):
    article = make_article(body=BODY)
    before = list(article.citations.values())
    index_citations(article)
    assert list(article.citations.values()) == before


def test_a_citation_keeps_its_row_its_date_and_its_verdicts_through_edits(civil_code):
    article = make_article(body=BODY, on=dt.date(2021, 3, 1))
    kept = article.citations.get(position=2)
    Verdict.objects.create(citation=kept, decision="still_right")
    content = workflow.newest_content(article)
    content["body"] = "<p>新写的一段《民法典》第510条。</p>" + BODY
    workflow.save_draft(article, content, by=None)
    workflow.publish(article, by=None)
    moved = article.citations.get(pk=kept.pk)
    assert (moved.position, moved.as_of) == (3, dt.date(2021, 3, 1))
    assert moved.verdicts.count() == 1
    assert article.citations.get(position=0).as_of > dt.date(2026, 1, 1)


def test_a_citation_that_is_gone_takes_its_row_along(civil_code):
    article = make_article(body=BODY)
    workflow.save_draft(
        article, {**workflow.newest_content(article), "body": "<p>空。</p>"}, by=None
    )
    workflow.publish(article, by=None)
    assert not Citation.objects.exists()


def test_a_cited_clause_cannot_be_deleted(civil_code):
    make_article(body=BODY)
    with pytest.raises(ProtectedError):
        civil_code.clauses.get(number=675).delete()


def test_waiting_citations_resolve_when_the_statute_arrives(civil_code):
    article = make_article(body=BODY)
    make_statute("中华人民共和国票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "目的。"})
    assert listed(article)[4] == (4, "《票据法》第一条", "《票据法》第一条", "resolved")


def test_a_version_that_arrives_later_takes_over_the_citations_of_its_days():
    make_statute(
        "公司法",
        effective_from=dt.date(2024, 7, 1),
        promulgated_on=dt.date(2023, 12, 29),
        clauses={16: "新。"},
    )
    article = make_article(body="<p>《公司法》第十六条</p>", on=dt.date(2022, 6, 1))
    assert article.citations.get().outcome == "outside_library"
    old = make_statute(
        "公司法",
        effective_from=dt.date(2018, 10, 26),
        promulgated_on=dt.date(2018, 10, 26),
        clauses={16: "旧。"},
    )
    assert article.citations.get().clause.version == old


def test_names_that_come_and_go_settle_and_unsettle_what_uses_them(civil_code, admin_client):
    article = make_article(body="<p>《新法典规定》第675条</p>")
    other = make_statute("另一部法", effective_from=dt.date(2020, 1, 1), clauses={675: "别的。"})
    assert article.citations.get().outcome == "unknown_statute"
    for statute, added, outcome in (
        (civil_code.statute, True, "resolved"),
        (other.statute, True, "ambiguous"),
        (other.statute, False, "resolved"),
        (civil_code.statute, False, "unknown_statute"),
    ):
        change_alias(admin_client, statute, "新法典规定", added=added)
        assert article.citations.get().outcome == outcome


def change_alias(client, statute, name, *, added):
    """As an editor adds or deletes a name in the admin."""
    aliases = list(statute.aliases.order_by("name"))
    data = {
        "title": statute.title,
        "slug": statute.slug,
        "kind": statute.kind,
        "aliases-TOTAL_FORMS": len(aliases) + 1,
        "aliases-INITIAL_FORMS": len(aliases),
        f"aliases-{len(aliases)}-name": name if added else "",
        f"aliases-{len(aliases)}-statute": statute.pk,
    }
    for index, alias in enumerate(aliases):
        data |= {
            f"aliases-{index}-id": alias.pk,
            f"aliases-{index}-statute": statute.pk,
            f"aliases-{index}-name": alias.name,
        }
        if alias.name == name and not added:
            data[f"aliases-{index}-DELETE"] = "on"
    response = client.post(f"/admin/statutes/statute/{statute.pk}/change/", data)
    assert response.status_code == 302, response.content.decode()


def test_a_name_that_another_import_makes_ambiguous_is_no_longer_linked(civil_code):
    article = make_article(body="<p>《共同的规定》第675条</p>")
    for title in ("甲规定", "乙规定"):
        make_statute(
            title,
            aliases=("共同的规定",),
            effective_from=dt.date(2020, 1, 1),
            clauses={675: "文。"},
        )
    assert (article.citations.get().outcome, article.citations.get().clause) == ("ambiguous", None)


def test_a_new_name_in_a_known_text_resolves_too(db):
    fields = {"effective_from": dt.date(2020, 1, 1), "clauses": {1: "文。"}}
    make_statute("甲规定", **fields)
    article = make_article(body="<p>《新起的规定》第一条</p>")
    make_statute("甲规定", aliases=("新起的规定",), **fields)
    assert article.citations.get().outcome == "resolved"


def test_what_is_rewritten_after_a_withdrawal_is_dated_by_its_rewriting(civil_code):
    article = make_article(body="<p>空。</p>", on=dt.date(2019, 1, 1))
    workflow.withdraw(article, by=None)
    content = {**workflow.newest_content(article), "body": "<p>《合同法》第一百零七条</p>"}
    workflow.save_draft(article, content, by=None)
    workflow.publish(article, by=None)
    citation = article.citations.get()
    assert (citation.as_of > dt.date(2026, 1, 1), citation.resolved_by) == (True, "last")
    assert Article.objects.get().revised_at is not None


def test_many_articles_share_the_reading_of_the_names(civil_code, django_assert_max_num_queries):
    for _ in range(10):
        make_article(body="<p>《票据法》第一条</p>")
    with django_assert_max_num_queries(430) as captured:
        make_statute("票据法", effective_from=dt.date(2004, 8, 28), clauses={1: "目的。"})
    names = [q for q in captured.captured_queries if 'FROM "statutes_alias"' in q["sql"]]
    assert len(names) <= 6  # however many articles
    assert not Citation.objects.exclude(outcome="resolved").exists()


@pytest.mark.django_db(transaction=True)
def test_an_import_beside_a_publish_never_mixes_two_bodies(monkeypatch, transactional_db):
    """The import has found the article; before it comes to it, a new body is published."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    restore_notices()
    fields = {"effective_from": dt.date(2021, 1, 1), "source": 1, "is_complete": False}
    make_statute("甲法", clauses={1: "一。", 2: "二。"}, **fields)
    article = make_article(body="<p>《甲法》第一条</p>")
    workflow.save_draft(
        article,
        {**workflow.newest_content(article), "body": "<p>《甲法》第二条、第一条</p>"},
        by=None,
    )
    publisher = Thread(target=in_thread, args=[lambda: workflow.publish(article, by=None)])
    real = citations.index_citations

    def with_a_publish_beside(found, *args, **kwargs):
        if not publisher.is_alive() and publisher.ident is None:
            publisher.start()
            publisher.join(timeout=1)  # it waits for our lock
        real(found, *args, **kwargs)

    monkeypatch.setattr(citations, "index_citations", with_a_publish_beside)
    Alias.objects.create(statute=article.citations.get().statute, name="又名")
    citations.reindex_after_change({article.citations.get().statute_id}, set())
    publisher.join()
    assert [c.number for c in article.citations.all()] == [2, 1]
    assert "第二条" in Article.objects.get().rendered


def in_thread(work):
    try:
        work()
    finally:
        connection.close()


class TestWhatALawLeavesAlone:
    """Beside a new text most citations are plainly what they were; what is skipped is what reading
    all of them anew would leave as it is."""

    OLD = {n: f"当事人应当按照约定履行第{n}项义务；另有约定的，从其约定。" for n in range(1, 12)}
    # Of some the words that some articles quote, of one even under its old number.
    NEW = OLD | {
        2: "当事人应当全面、诚实地履行第2项义务。",
        3: "出借人不得预先扣除利息，扣除的按实际数额返还。",
        9: "租赁期限不得超过二十年。",
    }
    FORMS = [
        "根据《测试法》第二条的规定，房东应当退还押金。后面还有很多话要讲给您听。",
        "根据《测试法》第三条的规定，出借人不得预先扣除利息，扣除的按实际数额返还。这很清楚。",
        "《测试法》第三条规定：“出借人不得预先扣除利息，扣除的按实际数额返还。”这很清楚。",
        f"《测试法》第四条规定：“{OLD[4]}”这很清楚。",
        "《测试法》第九条：“租赁期限不得超过三十年。”这很清楚，不必多说什么了。",
        "“租赁期限不得超过二十年。”（《测试法》第九条）这很清楚，不必多说什么了。",
        "依据《测试法》第五条至第七条，双方都要履行各自的义务，不得擅自变更或者解除。",
        "依据原《测试法》第五条，双方都要履行各自的义务，不得擅自变更或者解除合同。",
        "依据《测试法》第一条第一款，双方都要履行各自的义务，不得擅自变更或解除合同。",
        "依据《测试法》第一条第三款，双方都要履行各自的义务，不得擅自变更或解除合同。",
        "依据《测试法》第九十九条，双方都要履行各自的义务，不得擅自变更或者解除合同。",
        "依据《没有的法》第一条，双方都要履行各自的义务，不得擅自变更或者解除合同的。",
        "《测试法》第八条",
        "《测试法》第九条　租赁期限不得超过二十年。",
        "签订合同以前要看清楚，依据《测试法》第九十九条，双方都要履行各自的义务。",
        "依据修订前的《测试法》第五条，双方都要履行各自的义务，不得擅自变更或者解除。",
        "依据2026年修订的《测试法》第十条，双方都要履行各自的义务，不得擅自变更合同。",
    ]
    CHANGES = [dt.date(2024, 7, 1), dt.date(2026, 1, 1), dt.date(2030, 1, 1), dt.date(2010, 1, 1)]

    @staticmethod
    def _rows() -> list[tuple]:
        own = ("id", "article_id", "position")
        fields = [f.attname for f in Citation._meta.concrete_fields if f.attname not in own]
        rows = list(Citation.objects.order_by("article", "position").values_list(*fields))
        listed = Article.objects.order_by("pk").values_list("rendered", "listed")
        return [rows, list(listed)]

    @pytest.fixture
    def articles(self):
        make_statute("测试法", clauses=self.OLD, effective_from=dt.date(2000, 1, 1))
        return [
            make_article(body=f"<p>开头的一句话要有一些字数才好。{form}</p>", on=on)
            for form in self.FORMS
            for on in (dt.date(2023, 5, 1), dt.date(2025, 5, 1))
        ]

    @pytest.mark.parametrize("day", CHANGES)
    @pytest.mark.parametrize("then", [None, dt.date(2024, 2, 1), dt.date(2028, 1, 1)])
    def test_it_is_what_reading_all_anew_would_leave(self, articles, day, then):
        make_statute("测试法", clauses=self.NEW, effective_from=day)
        if then:  # by now some are of the text that they quote
            words = {
                **self.NEW,
                4: "当事人应当按照约定履行第4项义务。",
                99: "本法自公布之日起施行。",
            }
            make_statute("测试法", clauses=words, effective_from=then)
        after = self._rows()
        statute = Citation.objects.exclude(statute=None).first().statute_id
        citations.reindex_after_change({statute}, set(), rewritten=True)
        assert self._rows() == after

    def test_most_are_not_read_again(self, articles, monkeypatch):
        read = []
        reindex = citations._reindex
        monkeypatch.setattr(
            citations, "_reindex", lambda pk, library: read.append(pk) or reindex(pk, library)
        )
        make_statute("测试法", clauses=self.NEW, effective_from=dt.date(2026, 1, 1))
        forms = {self.FORMS[articles.index(Article.objects.get(pk=pk)) // 2] for pk in read}
        kept = {self.FORMS[n] for n in (0, 3, 7, 8, 9, 10, 14, 15)}
        assert not forms & kept
        # What may quote the new text, says that it means that one, or is not certain, is.
        assert forms >= {self.FORMS[n] for n in (1, 2, 5, 6, 12, 16)}

    def test_those_that_quote_another_text_are_left_alone(self, articles, monkeypatch):
        make_statute("测试法", clauses=self.NEW, effective_from=dt.date(2026, 1, 1))
        quoting = set(
            Citation.objects.filter(resolved_by="quotation").values_list("article", flat=True)
        )
        assert quoting
        read = set()
        monkeypatch.setattr(
            citations, "_reindex", lambda pk, library: read.add(pk) or Article.objects.get(pk=pk)
        )
        # Where it says the same, it is the latest of those that do.
        words = {**self.NEW, 3: "出借人不得预先扣除利息。", 9: "租赁期限不得超过十年。"}
        make_statute("测试法", clauses=words, effective_from=dt.date(2028, 1, 1))
        plain = {pk for pk in quoting if "：“" in Article.objects.get(pk=pk).body}
        assert plain and not plain & read

    def test_their_number_costs_no_queries(self, articles, django_assert_num_queries):
        from django.test.utils import CaptureQueriesContext

        plain = f"<p>开头的一句话要有一些字数才好。{self.FORMS[0]}</p>"
        statute = Citation.objects.exclude(statute=None).first().statute_id
        with CaptureQueriesContext(connection) as few:
            citations.reindex_after_change({statute}, set(), rewritten=False)
        for _ in range(30):
            make_article(body=plain)
        with django_assert_num_queries(len(few)):
            citations.reindex_after_change({statute}, set(), rewritten=False)
