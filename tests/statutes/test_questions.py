"""Which clauses a question finds, and how the index of clauses keeps up with the library."""

import datetime as dt

import pytest
from django.db import transaction

from statutes import bigrams, clause_index, questions
from statutes.bigrams import parse
from statutes.models import Clause, ClauseEntry, ClausePostings, LayWord, Statute
from tests.factories import make_statute, make_user

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 1)
CLAUSES = {
    "577": "当事人一方不履行合同义务的，应当承担违约责任。",
    "675": "借款人应当按照约定的期限返还借款。",
    "676": "借款人未按照约定的期限返还借款的，应当按照约定支付逾期利息。",
    "710": "承租人按照约定的方法使用租赁物，致使租赁物受到损耗的，不承担赔偿责任。",
}


@pytest.fixture
def library():
    code = make_statute("民法典", effective_from=dt.date(2021, 1, 1), clauses=CLAUSES)
    clause_index.refresh()
    LayWord.objects.all().delete()
    return code


def answered(typed: str, **options) -> list[str]:
    found = questions.answer(parse(typed), on=options.pop("on", DAY), **options)
    return [clause.key for clause in found.clauses]


class TestAnswer:
    def test_words_that_a_clause_says_are_found_exactly(self, library):
        found = questions.answer(parse("返还借款"), on=DAY)
        assert found.are_exact
        assert {clause.key for clause in found.clauses} == {"675", "676"}
        assert answered("逾期利息 借款人") == ["676"]
        assert not questions.answer(parse("逾期利息 租赁物"), on=DAY).are_exact

    def test_traditional_and_full_width_forms(self, library):
        assert answered("逾期利息") == answered("逾期利息　") == ["676"]
        assert set(answered("返還借款")) == {"675", "676"}

    def test_what_people_say_finds_what_the_law_calls_it(self, library):
        assert answered("租客要赔吗") == []
        LayWord.objects.create(word="租客", legal="承租人 租赁物")
        found = questions.answer(parse("租客要赔吗"), on=DAY)
        assert [clause.key for clause in found.clauses][:1] == ["710"]
        assert not found.are_exact
        assert "承租人" in found.words

    def test_the_longest_saying_speaks(self, library):
        LayWord.objects.create(word="证人", legal="出庭作证")
        LayWord.objects.create(word="保证人", legal="保证责任")
        assert questions.legal_words("保证人要还钱吗") == ["保证责任"]
        assert questions.legal_words("证人和保证人") == ["出庭作证", "保证责任"]

    def test_what_else_speaks_for_a_clause_counts(self, library):
        clause = library.clauses.get(number=577)
        question = "约定的期限到了怎么讨"
        assert "577" not in answered(question)
        assert "577" in answered(question, evidence=lambda: {clause.pk: 0.8})

    def test_one_word_that_no_clause_says_is_no_question(self, library):
        assert answered("特斯拉") == []
        assert answered("2018") == []

    def test_the_law_of_the_day_is_looked_in(self, library):
        make_statute("民法典", effective_from=dt.date(2030, 1, 1), clauses={"1": "新的借款规则。"})
        clause_index.refresh()
        assert answered("借款规则") != ["1"]
        assert answered("借款规则", on=dt.date(2030, 1, 1)) == ["1"]

    def test_a_repealed_statute_is_left_out_and_an_outdated_text_is_not(self, library):
        old = make_statute(
            "旧借贷法", effective_from=dt.date(1999, 1, 1), clauses={"1": "旧法说高利转贷。"}
        )
        held = make_statute(
            "刑事法", effective_from=dt.date(1999, 1, 1), clauses={"9": "刑事法说高利转贷。"}
        )
        for text in (old, held):
            type(text).objects.filter(pk=text.pk).update(effective_to=dt.date(2020, 1, 1))
        Statute.objects.filter(pk=old.statute_id).update(replaced_by=library.statute)
        clause_index.refresh()
        assert answered("高利转贷") == ["9"]

    def test_of_one_kind_only(self, library):
        make_statute(
            "借款解释",
            kind="judicial_interpretation",
            effective_from=dt.date(2021, 1, 1),
            clauses={"3": "逾期利息的上限。"},
        )
        clause_index.refresh()
        assert set(answered("逾期利息")) == {"676", "3"}
        assert answered("逾期利息", kind="judicial_interpretation") == ["3"]

    @pytest.mark.parametrize("typed", ["", "\x00", "？", "%", "1" * 500, "𬭚𬭛𬭚", "法"])
    def test_it_never_fails(self, library, typed):
        assert isinstance(answered(typed), list)

    def test_it_costs_the_same_however_many_clauses_there_are(
        self, library, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(6):
            answered("借款不还怎么办")
        make_statute(
            "长法",
            effective_from=dt.date(2021, 1, 1),
            clauses={n: f"借款第{n}种。" for n in range(1, 200)},
        )
        clause_index.refresh()
        with django_assert_max_num_queries(6):
            assert len(answered("借款不还怎么办")) == 10


class TestIndex:
    def test_only_what_changed_is_entered(self, library):
        assert clause_index.refresh() == 0
        clause = library.clauses.get(number=675)
        clause.text = "借款人应当归还本金。"
        clause.save()
        assert clause_index.refresh() == 1
        assert answered("归还本金") == ["675"]
        assert answered("返还借款") == ["676"]  # not by what it said before

    def test_a_clause_that_went_is_not_found(self, library):
        library.clauses.filter(number=676).delete()
        assert "676" not in answered("逾期利息")

    def test_anew_leaves_nothing_of_what_was_said_before(self, library):
        clause = library.clauses.get(number=710)
        clause.text = "空。"
        clause.save()
        clause_index.refresh(anew=True)
        rows = ClausePostings.objects.filter(pair__in=bigrams.codes(["租赁", "损耗"]))
        assert not rows.exists()
        assert ClauseEntry.objects.count() == Clause.objects.count()

    def test_article_by_article_and_at_once_is_the_same(self, library):
        make_statute(
            "借款解释", effective_from=dt.date(2021, 1, 1), clauses={"3": "逾期利息的上限。"}
        )
        clause_index.refresh()
        found = {row.pair: _sorted(row.postings) for row in ClausePostings.objects.all()}
        clause_index.refresh(anew=True)
        assert {row.pair: _sorted(row.postings) for row in ClausePostings.objects.all()} == found

    @pytest.mark.django_db(transaction=True)
    def test_it_follows_the_library_behind_each_transaction(self, transactional_db):
        make_statute("甲法", effective_from=dt.date(2021, 1, 1), clauses={"1": "甲法说逾期利息。"})
        assert answered("逾期利息") == ["1"]
        with clause_index.once(), transaction.atomic():
            make_statute(
                "乙法", effective_from=dt.date(2021, 1, 1), clauses={"2": "乙法说逾期利息。"}
            )
        assert set(answered("逾期利息")) == {"1", "2"}


def _sorted(packed: bytes) -> list[tuple[int, int]]:
    postings = clause_index.Postings(packed)
    return sorted(zip(postings.clauses, postings.weights, strict=True))


class TestLayWordsInTheDesk:
    URL = "/admin/statutes/layword/add/"

    def test_who_reviews_extends_the_table(self, client, library):
        client.force_login(make_user("reviewer", "审核人"))
        response = client.post(
            self.URL, {"word": "老賴 ", "legal": "返还借款  逾期利息 返还借款"}, follow=True
        )
        word = LayWord.objects.get(word="老赖")
        assert word.legal == "返还借款 逾期利息"
        assert "法条库里没有" not in response.content.decode()
        assert answered("老赖不还")[0] in ("675", "676")

    def test_words_that_the_law_does_not_use_are_named(self, client, library):
        client.force_login(make_user("reviewer", "审核人"))
        response = client.post(self.URL, {"word": "砍头息", "legal": "预扣利息"}, follow=True)
        assert "法条库里没有一条写着“预扣利息”" in response.content.decode()

    @pytest.mark.parametrize(
        ("word", "legal", "said"),
        [("税", "税款", "至少两个字"), ("交税", "税", "“税”太短"), ("", "税款", "必填")],
    )
    def test_what_is_too_short_is_refused(self, client, word, legal, said):
        client.force_login(make_user("reviewer", "审核人"))
        response = client.post(self.URL, {"word": word, "legal": legal})
        assert said in response.content.decode()

    def test_an_author_may_not(self, client):
        client.force_login(make_user("author", "作者"))
        assert client.get(self.URL).status_code == 403
