import contextlib
import datetime as dt

import pytest
from django.db import connection, transaction

from statutes import editing
from statutes.correspondence import rebuild_changes
from statutes.editing import confirm_correspondence, decide
from statutes.incoming import StatuteText
from statutes.library import store
from statutes.models import ClauseChange, Correspondence, Version
from statutes.outline import ClauseText
from tests.factories import make_statute

pytestmark = pytest.mark.django_db


def rows(clause):
    return [
        (change.on, change.until, change.kind, change.successor, change.is_confirmed)
        for change in clause.changes.all()
    ]


def test_a_repealed_clause_has_its_confirmed_successor(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=107)
    new = civil_code.clauses.get(number=577)
    assert rows(old) == [(dt.date(2021, 1, 1), None, "repealed", new, True)]


def test_without_a_confirmed_hop_no_successor_is_guessed(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=118)
    assert rows(old) == [(dt.date(2021, 1, 1), None, "repealed", None, False)]


def three_versions():
    return [
        make_statute(
            "甲法",
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year - 1, 6, 1),
            clauses=clauses,
        )
        for year, clauses in (
            (2010, {1: "不变。", 2: "旧的一句话。", 3: "后来改了号。"}),
            (2015, {1: "不变。", 2: "新的一句话。", 4: "后来改了号。"}),
            (2020, {1: "不变。", 2: "新的一句话。", 4: "后来改了词。"}),
        )
    ]


def test_the_same_words_under_the_same_number_are_no_change():
    first, _, _ = three_versions()
    assert rows(first.clauses.get(number=1)) == []
    first.refresh_from_db()
    assert first.compared_at is not None


def test_other_words_under_the_same_number_are_not_taken_for_the_successor():
    """It is proposed, to editors; no row says that it is confirmed."""
    first, second, third = three_versions()
    proposed = [version.clauses.get(number=2) for version in (second, third)]
    assert rows(first.clauses.get(number=2)) == [
        (dt.date(2015, 1, 1), dt.date(2020, 1, 1), "replaced", proposed[0], False),
        (dt.date(2020, 1, 1), None, "replaced", proposed[1], False),
    ]


def test_hops_are_composed_and_each_row_speaks_until_the_next():
    first, second, third = three_versions()
    confirm_correspondence(
        first.clauses.get(number=3), second.clauses.get(number=4), kind="renumbered"
    )
    confirm_correspondence(
        second.clauses.get(number=4), third.clauses.get(number=4), kind="amended"
    )
    # The second hop was confirmed after the first: the first version's rows follow it.
    assert rows(first.clauses.get(number=3)) == [
        (
            dt.date(2015, 1, 1),
            dt.date(2020, 1, 1),
            "renumbered",
            second.clauses.get(number=4),
            True,
        ),
        (dt.date(2020, 1, 1), None, "amended", third.clauses.get(number=4), True),
    ]
    change = first.clauses.get(number=3).changes.last()
    assert change.diff == [["replace", "号", "词"]]


def test_the_kind_tells_how_the_clause_differs_from_the_one_cited_not_from_the_last_hop():
    versions = [
        make_statute(
            "丁法",
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year, 1, 1),
            clauses={number: words},
        )
        for year, number, words in (
            (2010, 29, "不超过百分之二十四。"),
            (2015, 28, "不超过四倍。"),
            (2020, 27, "不超过四倍。"),
            (2025, 29, "不超过百分之二十四。"),
        )
    ]
    clauses = [version.clauses.get() for version in versions]
    for old, new, kind in zip(
        clauses, clauses[1:], ["amended", "renumbered", "amended"], strict=False
    ):
        confirm_correspondence(old, new, kind=kind)
    assert [row[2] for row in rows(clauses[0])] == ["amended", "amended", "amended"]
    assert [row[2] for row in rows(clauses[1])] == ["renumbered", "amended"]


def test_a_confirmed_same_at_the_same_number_is_no_change():
    first, second, _ = three_versions()
    confirm_correspondence(first.clauses.get(number=1), second.clauses.get(number=1), kind="same")
    assert rows(first.clauses.get(number=1)) == []


def test_a_dropped_clause_has_no_successor_and_is_recorded_once():
    first, _, _ = three_versions()
    clause = first.clauses.get(number=3)
    assert confirm_correspondence(clause, None, kind="dropped") is True
    assert confirm_correspondence(clause, None, kind="dropped") is False
    assert rows(clause) == [(dt.date(2015, 1, 1), None, "dropped", None, True)]


def test_nothing_becomes_an_earlier_text_and_circles_end():
    first, second, _ = three_versions()
    with pytest.raises(ValueError, match="not later"):
        confirm_correspondence(
            second.clauses.get(number=2), first.clauses.get(number=2), kind="amended"
        )
    clause = first.clauses.get(number=2)
    Correspondence.objects.create(old=clause, new=clause, kind="same", status="confirmed")
    rebuild_changes(first.statute)
    assert [(row[2], row[4]) for row in rows(clause)] == [("replaced", False)] * 2


def test_in_a_gap_between_texts_no_successor_stands():
    old = make_statute(
        "乙法",
        effective_from=dt.date(2015, 9, 1),
        effective_to=dt.date(2020, 8, 20),
        promulgated_on=dt.date(2015, 8, 6),
        clauses={29: "旧。"},
    ).clauses.get()
    new = make_statute("乙法", effective_from=dt.date(2021, 1, 1), clauses={28: "新。"})
    confirm_correspondence(old, new.clauses.get(), kind="amended")
    assert rows(old) == [
        (dt.date(2020, 8, 20), dt.date(2021, 1, 1), "replaced", None, False),
        (dt.date(2021, 1, 1), None, "amended", new.clauses.get(), True),
    ]


def test_a_proposal_is_not_a_successor(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=118)
    Correspondence.objects.create(
        old=old, new=civil_code.clauses.get(number=510), kind="amended", score=0.4
    )
    rebuild_changes(old.version.statute)
    assert rows(old) == [(dt.date(2021, 1, 1), None, "repealed", None, False)]


def test_a_proposal_that_is_confirmed_becomes_the_successor(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=118)
    new = civil_code.clauses.get(number=510)
    Correspondence.objects.create(old=old, new=new, kind="amended", score=0.4)
    assert confirm_correspondence(old, new, kind="merged") is True
    assert rows(old) == [(dt.date(2021, 1, 1), None, "repealed", new, True)]
    assert confirm_correspondence(old, new, kind="merged") is False


def test_a_clause_of_a_repealed_statute_that_was_split_is_repealed_all_the_same(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=118)
    for number in (510, 577):
        confirm_correspondence(old, civil_code.clauses.get(number=number), kind="split")
    assert rows(old) == [(dt.date(2021, 1, 1), None, "repealed", None, True)]


def test_what_somebody_rejected_no_import_confirms(civil_code):
    old = civil_code.statute.replaces.get().versions.get().clauses.get(number=107)
    hop = old.became.get()
    decide([hop], status=Correspondence.Status.REJECTED, by=None)
    assert confirm_correspondence(old, hop.new, kind="renumbered") is False
    assert old.became.get().status == Correspondence.Status.REJECTED


def test_rebuilding_changes_nothing(civil_code):
    before = list(ClauseChange.objects.order_by("clause", "on").values_list("clause", "on", "kind"))
    rebuild_changes(civil_code.statute)
    after = list(ClauseChange.objects.order_by("clause", "on").values_list("clause", "on", "kind"))
    assert before == after != []


def test_rebuilding_costs_no_query_a_clause(django_assert_max_num_queries):
    for year in (2010, 2015):
        version = make_statute(
            "丙法",
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year, 1, 1),
            clauses={number: f"{year} 年的第 {number} 条。" for number in range(1, 201)},
        )
    with django_assert_max_num_queries(18):
        rebuild_changes(version.statute)
    assert ClauseChange.objects.count() == 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's planner")
def test_an_import_goes_on_where_the_database_takes_its_tables_for_empty():
    """As behind an import that was rolled back: a statement that joins them then nests full scans
    in each other, and takes an hour instead of a second."""
    years = (2010, 2015, 2020)

    def write() -> Version:
        for year in years:
            version = make_statute(
                "丙法",
                effective_from=dt.date(year, 1, 1),
                promulgated_on=dt.date(year, 1, 1),
                clauses={
                    number: f"第 {number} 类事项由第 {number} 处办理，自 {year} 年起照此办理。"
                    for number in range(1, 601)
                },
            )
        return version

    with contextlib.suppress(_Undo), transaction.atomic():
        write()
        raise _Undo
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL statement_timeout = '4s'")
    version = write()
    decided = list(Correspondence.objects.filter(new__version=version)[:50])
    assert decide(decided, status=Correspondence.Status.CONFIRMED, by=None) == 50
    assert ClauseChange.objects.count() == 600 * 3


class _Undo(Exception):
    pass


def test_a_confirmed_hop_that_skips_a_text_says_nothing_of_that_text():
    """民间借贷规定: 26 (2015) → 25 (2020-12) was confirmed before the text of 2020-08 was held."""
    first = make_statute(
        "戊法", effective_from=dt.date(2015, 9, 1), clauses={26: "年利率不超过百分之二十四。"}
    )
    last = make_statute(
        "戊法",
        effective_from=dt.date(2021, 1, 1),
        promulgated_on=dt.date(2020, 12, 29),
        clauses={25: "不超过一年期贷款市场报价利率四倍。"},
    )
    old, new = first.clauses.get(), last.clauses.get()
    confirm_correspondence(old, new, kind="amended")
    assert rows(old) == [(dt.date(2021, 1, 1), None, "amended", new, True)]
    between = make_statute(
        "戊法",
        effective_from=dt.date(2020, 8, 20),
        promulgated_on=dt.date(2020, 8, 18),
        clauses={26: "不超过一年期贷款市场报价利率四倍。"},
    ).clauses.get()
    assert [row[2] for row in rows(old)] == ["replaced"]
    confirm_correspondence(old, between, kind="amended")
    assert rows(old) == [
        (dt.date(2020, 8, 20), dt.date(2021, 1, 1), "amended", between, True),
        (dt.date(2021, 1, 1), None, "amended", new, True),
    ]


def test_dropped_is_said_of_the_next_text_and_asked_again_when_another_arrives():
    first = make_statute("己法", effective_from=dt.date(2010, 1, 1), clauses={1: "甲乙丙丁。"})
    make_statute("己法", effective_from=dt.date(2020, 1, 1), clauses={1: "子丑寅卯。"})
    old = first.clauses.get()
    confirm_correspondence(old, None, kind="dropped")
    assert [row[2] for row in rows(old)] == ["dropped"]
    make_statute(
        "己法",
        effective_from=dt.date(2015, 1, 1),
        promulgated_on=dt.date(2014, 1, 1),
        clauses={1: "甲乙丙戊。"},
    )
    assert not any(row[4] for row in rows(old))
    between = Version.objects.get(effective_from=dt.date(2015, 1, 1))
    assert Correspondence.objects.filter(old=old, new__version=between).exists()
    editing.remove(between)  # and with that, what was said holds again
    assert [row[2] for row in rows(old)] == ["dropped"]


def chain(title: str, *texts: tuple[int, dict], **facts):
    return [
        make_statute(title, effective_from=dt.date(year, 1, 1), clauses=clauses, **facts)
        for year, clauses in texts
    ]


RENT = "租金应当按月支付给出租人，逾期支付的应当支付违约金。"
CARE = "保管人应当妥善保管保管物，不得擅自改变保管的场所。"


def test_a_repealed_text_is_compared_with_the_text_that_repealed_it_alone():
    (old,) = chain("甲法", (2000, {1: RENT}))
    first, _ = chain(
        "乙法", (2010, {1: RENT.replace("月", "季")}), (2020, {1: RENT}), repeals=("甲法",)
    )
    news = Correspondence.objects.filter(old__version=old).values_list("new__version", flat=True)
    assert list(news) == [first.pk]


def test_a_text_is_not_compared_with_an_excerpt():
    chain("甲法", (2000, {1: RENT, 2: CARE}))
    chain("甲法", (2010, {1: RENT.replace("月", "季")}), is_complete=False)
    assert not Correspondence.objects.exists()


def test_a_deleted_clause_became_nothing_else():
    chain("甲法", (2000, {1: RENT, 2: "（删去）"}), (2010, {1: RENT}))
    assert not Correspondence.objects.exists()


def test_a_way_in_a_circle_ends():
    (old,) = chain("甲法", (2000, {1: RENT}), effective_to=dt.date(2010, 1, 1))
    (other,) = chain("乙法", (1990, {1: CARE}), effective_to=dt.date(1995, 1, 1))
    one, two = old.clauses.get(), other.clauses.get()
    for a, b in ((one, two), (two, one)):
        Correspondence.objects.create(old=a, new=b, kind="amended", status="confirmed")
    rebuild_changes(old.statute)
    assert len(rows(one)) <= 1


def test_a_hop_into_another_law_counts_into_the_text_of_that_day():
    (old,) = chain("甲法", (2000, {1: RENT}), effective_to=dt.date(2020, 1, 1))
    _, later = chain("乙法", (2015, {1: CARE}), (2021, {1: RENT.replace("月", "季")}))
    clause = old.clauses.get()
    confirm_correspondence(clause, later.clauses.get(), kind="amended")
    assert [row[3:] for row in rows(clause)] == [(None, False)]


def test_of_several_proposals_none_is_the_successor():
    old, new = chain("甲法", (2000, {1: RENT + CARE}), (2010, {1: RENT, 2: CARE, 3: "新的目的。"}))
    assert Correspondence.objects.filter(old__version=old, new__version=new).count() == 2
    assert [row[2:] for row in rows(old.clauses.get())] == [("replaced", None, False)]


def test_the_same_words_and_number_in_another_law_are_a_change():
    old, _ = chain("甲法", (2000, {1: RENT, 2: CARE}), (2020, {2: CARE}))
    (other,) = chain("乙法", (2020, {1: RENT}))
    clause = old.clauses.get(number=1)
    confirm_correspondence(clause, other.clauses.get(), kind="renumbered")
    assert [row[2:] for row in rows(clause)] == [("renumbered", other.clauses.get(), True)]


def test_a_text_whose_old_words_were_replaced_waits_for_confirmation_again():
    old, new = chain("甲法", (2000, {1: RENT}), (2010, {2: RENT.replace("月", "季")}))
    confirm_correspondence(old.clauses.get(), new.clauses.get(), kind="amended")
    store(
        StatuteText(
            "甲法",
            "law",
            old.source,
            [ClauseText(1, 0, RENT.replace("月", "年"))],
            effective_from=dt.date(2000, 1, 1),
        ),
        replace=True,
    )
    assert Correspondence.objects.get().status == "proposed"


def test_what_led_to_a_clause_that_went_is_certain_no_more():
    (old,) = chain("甲法", (2000, {1: RENT}), effective_to=dt.date(2010, 1, 1))
    (new,) = chain("乙法", (2010, {1: CARE, 2: RENT.replace("月", "季")}))
    clause = old.clauses.get()
    confirm_correspondence(clause, new.clauses.get(number=2), kind="amended")
    assert rows(clause)[0][4]
    store(
        StatuteText(
            "乙法",
            "law",
            new.source,
            [ClauseText(1, 0, CARE)],
            effective_from=dt.date(2010, 1, 1),
        ),
        replace=True,
    )
    assert [row[3:] for row in rows(clause)] == [(None, False)]
