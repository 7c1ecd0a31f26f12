import datetime as dt

import pytest

from statutes import choice, resolver
from statutes.models import Alias
from statutes.references import find_references
from statutes.resolver import LibraryNames, Resolver
from tests.factories import make_statute

pytestmark = pytest.mark.django_db

LENDING = "最高人民法院关于审理民间借贷案件适用法律若干问题的规定"
OLD_29 = "借贷双方对逾期利率有约定的，从其约定，但以不超过年利率24%为限。\n未约定的，另行处理。"
NEW_28 = "借贷双方对逾期利率有约定的，从其约定，但是以不超过一年期贷款市场报价利率四倍为限。"
NEW_29 = "出借人与借款人既约定了逾期利率，又约定了违约金的，可以一并主张，但总计有上限。"


def resolve(text, *, on, quotation=""):
    names = LibraryNames()
    (reference,) = find_references(text, names.names)
    return Resolver(on, names).resolve(reference, quotation)


@pytest.fixture
def lending(db):
    """民间借贷规定: 2015 and, after a gap, 2020-12-29."""
    old = make_statute(
        LENDING,
        aliases=("民间借贷规定",),
        document_number="法释〔2015〕18号",
        promulgated_on=dt.date(2015, 8, 6),
        effective_from=dt.date(2015, 9, 1),
        effective_to=dt.date(2020, 8, 20),
        clauses={29: OLD_29},
    )
    new = make_statute(
        LENDING,
        label="2020年第二次修正",
        document_number="法释〔2020〕17号",
        promulgated_on=dt.date(2020, 12, 29),
        effective_from=dt.date(2021, 1, 1),
        clauses={28: NEW_28, 29: NEW_29},
    )
    return old, new


def test_the_date_decides_the_version(lending):
    old, new = lending
    assert resolve(f"《{LENDING}》第二十九条", on=dt.date(2016, 1, 1)).clause.version == old
    found = resolve(f"《{LENDING}》第二十九条", on=dt.date(2025, 7, 1))
    assert (found.clause.version, found.resolved_by) == (new, choice.BY_DATE)


def test_both_ends_of_a_period_are_exact(lending):
    old, _ = lending
    on_first = resolve(f"《{LENDING}》第29条", on=dt.date(2015, 9, 1))
    on_last = resolve(f"《{LENDING}》第29条", on=dt.date(2020, 8, 19))
    assert on_first.clause == on_last.clause == old.clauses.get(number=29)
    assert resolve(f"《{LENDING}》第29条", on=dt.date(2015, 8, 31)).clause is None


def test_a_day_in_a_gap_is_outside_the_library_never_the_nearest_version(lending):
    found = resolve(f"《{LENDING}》第29条", on=dt.date(2020, 10, 1))
    assert (found.outcome, found.clause) == (resolver.OUTSIDE_LIBRARY, None)


def test_a_quotation_decides_against_the_date(lending):
    old, _ = lending
    found = resolve(
        f"《{LENDING}》第29条",
        on=dt.date(2025, 7, 1),
        quotation="借贷双方对逾期利率有约定的,从其约定,但以不超过年利率24%为限。",
    )
    assert (found.clause.version, found.resolved_by) == (old, choice.BY_QUOTATION)
    assert found.comparison.verdict == "exact"


def test_a_quotation_of_the_dates_own_text_leaves_the_date_in_charge(lending):
    _, new = lending
    found = resolve(f"《{LENDING}》第29条", on=dt.date(2025, 7, 1), quotation=NEW_29)
    assert (found.clause.version, found.resolved_by) == (new, choice.BY_DATE)


def test_a_quotation_never_changes_the_number(lending):
    _, new = lending
    found = resolve(f"《{LENDING}》第29条", on=dt.date(2025, 7, 1), quotation=NEW_28)
    assert (found.clause.version, found.clause.number) == (new, 29)


def test_a_year_in_the_text_selects_the_version_promulgated_in_it(lending):
    old, _ = lending
    found = resolve(f"2015年《{LENDING}》第29条", on=dt.date(2025, 7, 1))
    assert (found.clause.version, found.resolved_by) == (old, choice.BY_SELECTOR)
    missing = resolve(f"1991年《{LENDING}》第29条", on=dt.date(2025, 7, 1))
    assert (missing.outcome, missing.clause) == (resolver.OUTSIDE_LIBRARY, None)


@pytest.mark.parametrize(
    ("note", "year"),
    [
        ("法释〔2015〕18号", 2015),
        ("法释[2015]18号", 2015),
        ("法释〔2020〕17号", 2021),
        ("2020年第二次修正", 2021),
        ("2020年12月修正", 2021),
        ("2021年1月1日施行", 2021),
        # Not held: never the text of the date instead.
        ("法释〔2020〕6号", None),
        ("2020年第一次修正", None),
        ("2020年8月修正", None),
    ],
)
def test_a_note_beside_the_title_names_the_text_or_none(lending, note, year):
    found = resolve(f"《{LENDING}》（{note}）第29条", on=dt.date(2025, 7, 1))
    assert (found.clause and found.clause.version.effective_from.year) == year
    assert found.resolved_by == (choice.BY_SELECTOR if year else "")


def test_a_quotation_does_not_override_a_version_that_is_named_and_not_held(lending):
    found = resolve(f"《{LENDING}》（2009年）第29条", on=dt.date(2025, 7, 1), quotation=OLD_29)
    assert (found.outcome, found.clause) == (resolver.OUTSIDE_LIBRARY, None)


def test_a_repealed_statute_resolves_to_its_last_version(civil_code):
    found = resolve("《合同法》第一百零七条", on=dt.date(2025, 7, 1))
    assert (str(found.clause), found.resolved_by) == ("《合同法》第一百零七条", choice.BY_LAST)
    then = resolve("《合同法》第一百零七条", on=dt.date(2019, 7, 1))
    assert (then.clause, then.resolved_by) == (found.clause, choice.BY_DATE)


def test_a_pending_version_does_not_win_before_its_day(db):
    old = make_statute("商标法", effective_from=dt.date(2019, 11, 1), clauses={1: "旧。"})
    new = make_statute("商标法", effective_from=dt.date(2027, 1, 1), clauses={1: "新。"})
    assert resolve("《商标法》第一条", on=dt.date(2026, 12, 31)).clause.version == old
    assert resolve("《商标法》第一条", on=dt.date(2027, 1, 1)).clause.version == new


def test_one_undated_text_resolves_as_undated(db):
    text = make_statute("劳动法", effective_from=None, clauses={1: "文。"})
    found = resolve("《劳动法》第一条", on=dt.date(2025, 7, 1))
    assert (found.clause.version, found.resolved_by) == (text, choice.BY_UNDATED)


def test_an_undated_text_beside_a_dated_one_is_never_chosen_by_date(db):
    make_statute(
        "商标法", effective_from=None, promulgated_on=dt.date(2019, 4, 23), clauses={1: "旧。"}
    )
    new = make_statute(
        "商标法",
        effective_from=dt.date(2024, 1, 1),
        promulgated_on=dt.date(2023, 6, 1),
        clauses={1: "新。"},
    )
    assert resolve("《商标法》第一条", on=dt.date(2025, 1, 1)).clause.version == new


def test_beside_another_text_an_undated_one_is_never_chosen(db):
    """The constitution of 1982 was amended four times before the text of 2018."""
    make_statute(
        "宪法", effective_from=None, promulgated_on=dt.date(1982, 12, 4), clauses={13: "旧。"}
    )
    make_statute(
        "宪法",
        effective_from=dt.date(2018, 3, 11),
        promulgated_on=dt.date(2018, 3, 11),
        clauses={13: "新。"},
    )
    assert resolve("《宪法》第十三条", on=dt.date(2010, 1, 1)).outcome == resolver.OUTSIDE_LIBRARY
    assert resolve("《宪法》第十三条", on=dt.date(2020, 1, 1)).clause.text == "新。"


def test_no_branch_falls_back_to_its_main_clause(db):
    make_statute("刑法", effective_from=dt.date(2020, 1, 1), clauses={133: "主条。"})
    found = resolve("《刑法》第一百三十三条之一", on=dt.date(2025, 1, 1))
    assert (found.outcome, found.clause) == (resolver.NO_SUCH_CLAUSE, None)


def test_an_excerpt_never_says_no_such_clause(db):
    make_statute(
        "物权法", effective_from=dt.date(2007, 10, 1), is_complete=False, clauses={1: "文。"}
    )
    found = resolve("《物权法》第二条", on=dt.date(2015, 1, 1))
    assert found.outcome == resolver.OUTSIDE_LIBRARY


def test_names_that_fit_two_statutes_or_none_stay_unresolved(lending, civil_code):
    Alias.objects.create(statute=civil_code.statute, name="民间借贷规定")
    on = dt.date(2025, 1, 1)
    assert resolve("《民间借贷规定》第29条", on=on).outcome == resolver.AMBIGUOUS
    assert resolve("《票据法》第1条", on=on).outcome == resolver.UNKNOWN_STATUTE


def test_a_name_may_change_its_meaning_over_time(lending, civil_code):
    alias = Alias.objects.get(name="民间借贷规定")
    alias.valid_from = dt.date(2021, 1, 1)
    alias.save()
    assert resolve("《民间借贷规定》第29条", on=dt.date(2020, 1, 1)).statute is None
    assert resolve("《民间借贷规定》第29条", on=dt.date(2021, 1, 1)).clause is not None


def test_resolving_many_references_costs_two_queries(civil_code, django_assert_num_queries):
    names = LibraryNames()
    references = find_references("《民法典》第675条、第577条、第675条、第577条", names.names)
    with django_assert_num_queries(2):  # the statute's texts, all clauses
        on = Resolver(dt.date(2025, 1, 1), names)
        on.prepare(references)
        assert [on.resolve(reference).outcome for reference in references] == ["resolved"] * 4


def test_old_and_new_choose_the_text_before_and_the_newest_promulgated(company_law):
    def year(words, on):
        clause = resolve(words, on=on).clause
        return clause and clause.version.effective_from.year

    before, after = dt.date(2024, 3, 1), dt.date(2025, 3, 1)
    assert year("旧公司法第十六条", after) == 2018
    assert year("修正前的《公司法》第十六条", after) == 2018
    assert year("旧公司法第十六条", before) is None  # the text before that is not held
    assert year("新公司法第十六条", before) == 2024  # promulgated, and waits for its day
    assert year("新公司法第十六条", dt.date(2023, 12, 1)) == 2018  # nobody could know it yet
    assert year("2023年《公司法》第十六条", before) == 2024
    assert year("2018年公司法第十六条", after) == 2018
    assert year("2023年修订前的公司法第十六条", after) == 2018
    assert year("2018年修正前的公司法第十六条", after) is None
    assert year("93年公司法第十六条", after) is None


def test_the_old_one_of_two_that_bear_a_name_is_meant_where_the_text_says_so(db):
    """建设工程施工合同解释: the one of 2004, and since 2021 the one with （一）."""
    title = "最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释"
    old = make_statute(
        title,
        effective_from=dt.date(2005, 1, 1),
        effective_to=dt.date(2021, 1, 1),
        clauses={26: "旧。"},
    )
    new = make_statute(f"{title}（一）", effective_from=dt.date(2021, 1, 1), clauses={26: "新。"})
    on = dt.date(2025, 1, 1)
    assert resolve("建设工程施工合同解释第二十六条", on=on).clause.version == new
    for words in ("旧的建设工程施工合同解释", "2021年之前的建设工程施工合同解释"):
        assert resolve(f"{words}第二十六条", on=on).clause.version == old, words


def test_a_gap_before_the_text_of_the_day_leaves_the_old_one_unknown(lending):
    found = resolve(f"修正前《{LENDING}》第29条", on=dt.date(2025, 1, 1))
    assert (found.outcome, found.clause) == (resolver.OUTSIDE_LIBRARY, None)


def test_a_statute_whose_later_text_is_not_held_is_not_called_repealed(db):
    """It ended, and nobody says that it was repealed: its number may mean something else today."""
    make_statute(
        "预算法",
        effective_from=dt.date(2015, 1, 1),
        effective_to=dt.date(2018, 12, 29),
        clauses={1: "文。"},
    )
    found = resolve("《预算法》第一条", on=dt.date(2025, 1, 1))
    assert (found.outcome, found.clause) == (resolver.OUTSIDE_LIBRARY, None)


def test_an_interpretation_that_ended_with_its_law_has_a_last_text(civil_code):
    title = "最高人民法院关于适用《中华人民共和国合同法》若干问题的解释（二）"
    make_statute(
        title,
        kind="judicial_interpretation",
        effective_from=dt.date(2009, 5, 13),
        effective_to=dt.date(2021, 1, 1),
        clauses={29: "当事人主张约定的违约金过高请求予以适当减少的，人民法院应当予以衡量。"},
    )
    for words in (f"《{title}》第二十九条", "合同法解释（二）第29条", "合同法司法解释二第29条"):
        found = resolve(words, on=dt.date(2025, 1, 1))
        assert (found.clause.number, found.resolved_by) == (29, choice.BY_LAST), words


def test_a_document_number_of_one_text_names_it_and_of_many_none(lending):
    """法释〔2020〕17号 revises 27 texts."""
    on = dt.date(2025, 1, 1)
    found = resolve("法释〔2015〕18号第二十九条", on=on)
    assert (found.outcome, found.statute.title) == (resolver.RESOLVED, LENDING)
    make_statute(
        "最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释",
        kind="judicial_interpretation",
        document_number="法释〔2020〕17号",
        effective_from=dt.date(2021, 1, 1),
        clauses={29: "另一条。"},
    )
    found = resolve("法释〔2020〕17号第二十九条", on=on)
    assert (found.outcome, found.clause) == (resolver.AMBIGUOUS, None)


THREE = "一款。\n二款：\n（一）甲；\n（二）乙。\n三款。"


@pytest.mark.parametrize(
    ("pins", "outcome"),
    [
        ("第三款", resolver.RESOLVED),
        ("第四款", resolver.NO_SUCH_PARAGRAPH),
        ("第二款第（二）项", resolver.RESOLVED),
        ("第二款第（三）项", resolver.NO_SUCH_ITEM),
        ("第一款第（一）项", resolver.NO_SUCH_ITEM),
        ("第（二）项", resolver.RESOLVED),  # of the only 款 that has any
        ("第（一）至（三）项", resolver.NO_SUCH_ITEM),
        ("第二款至第四款", resolver.NO_SUCH_PARAGRAPH),
    ],
)
def test_pins_are_held_against_the_clause_and_never_move_the_link(db, pins, outcome):
    make_statute("商业法", effective_from=dt.date(2020, 1, 1), clauses={7: THREE})
    found = resolve(f"《商业法》第七条{pins}", on=dt.date(2025, 1, 1))
    assert (found.outcome, found.clause.number) == (outcome, 7)


def test_an_item_is_ambiguous_where_several_paragraphs_have_items(db):
    text = "一款：\n（一）甲；\n（二）乙。\n二款：\n（一）丙；\n（二）丁。"
    make_statute("商业法", effective_from=dt.date(2020, 1, 1), clauses={7: text})
    found = resolve("《商业法》第七条第一项", on=dt.date(2025, 1, 1))
    assert (found.outcome, found.clause.number) == (resolver.AMBIGUOUS, 7)


def test_a_range_needs_both_ends(civil_code):
    on = dt.date(2025, 1, 1)
    found = resolve("《民法典》第510条至第577条", on=on)
    assert (found.clause.number, found.last.number) == (510, 577)
    assert resolve("《民法典》第510条至第999条", on=on).clause is None


def test_a_quotation_of_another_text_or_another_clause_is_named_not_followed(lending):
    old, new = lending
    on = dt.date(2025, 7, 1)
    found = resolve(f"《{LENDING}》第28条", on=on, quotation=NEW_29)
    assert (found.clause.number, found.comparison.verdict) == (28, "other_clause")
    assert found.quoted_at == new.clauses.get(number=29)
    named = resolve(f"《{LENDING}》（2020年第二次修正）第29条", on=on, quotation=OLD_29)
    assert (named.clause.version, named.comparison.verdict) == (new, "other_version")
    assert named.quoted_at == old.clauses.get()


def test_a_text_may_cite_more_statutes_than_one_query_can_ask_for(db, monkeypatch):
    monkeypatch.setattr(resolver, "_MOST_AT_ONCE", 3)
    for number in range(10):
        make_statute(
            f"商业{number}法", effective_from=dt.date(2020, 1, 1), clauses={1: f"文{number}。"}
        )
    names = LibraryNames()
    text = "，".join(f"《商业{number}法》第一条" for number in range(10))
    references = find_references(text, names.names)
    on = Resolver(dt.date(2025, 1, 1), names)
    on.prepare(references)
    texts = [on.resolve(reference).clause.text for reference in references]
    assert texts == [f"文{number}。" for number in range(10)]
