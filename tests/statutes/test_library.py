import datetime as dt

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from statutes import library
from statutes.incoming import StatuteText
from statutes.library import library_changed, store
from statutes.models import Statute, Version
from statutes.outline import ClauseText
from tests.factories import make_statute

pytestmark = pytest.mark.django_db
Source = Version.Source


def text(**fields):
    values = {
        "title": "中华人民共和国甲法",
        "kind": "law",
        "source": Source.WHEEL,
        "promulgated_on": dt.date(2019, 6, 1),
        "effective_from": dt.date(2020, 1, 1),
        "clauses": [ClauseText(1, 0, "第一条的文字。"), ClauseText(2, 0, "第二条的文字。")],
    }
    return StatuteText(**{**values, **fields})


def test_storing_again_changes_nothing():
    assert [store(text()).outcome for _ in range(2)] == [library.CREATED, library.UNCHANGED]
    assert Version.objects.get().clauses.count() == 2


def test_a_statute_gets_its_names_and_a_readable_address():
    store(text(aliases=("甲规",)))
    statute = Statute.objects.get()
    assert statute.slug == "jiafa"
    assert sorted(statute.aliases.values_list("name", flat=True)) == ["甲法", "甲规"]


def test_other_words_for_the_same_version_are_refused_whole():
    store(text())
    outcome = store(text(clauses=[ClauseText(1, 0, "改了。"), ClauseText(2, 0, "第二条的文字。")]))
    assert outcome.outcome == library.REFUSED
    assert outcome.reasons == [
        "同一版本与库中不同，确认后用 --replace 替换；第一条文字不同：“第一条的文字”→“改了”。"
    ]
    assert Version.objects.get().clauses.get(number=1).text == "第一条的文字。"


def test_a_lower_source_never_overwrites_a_higher_one():
    store(text(source=Source.MANIFEST))
    outcome = store(text(clauses=[ClauseText(1, 0, "改了。")], is_complete=False))
    assert (outcome.outcome, outcome.reasons) == (
        library.UNCHANGED,
        ["第一条文字不同：“第一条的文字”→“改了”。"],
    )
    assert Version.objects.get().clauses.get(number=1).text == "第一条的文字。"


def test_a_higher_source_completes_an_excerpt_and_its_clauses_keep_their_rows():
    store(
        text(source=Source.EXCERPT, is_complete=False, clauses=[ClauseText(2, 0, "第二条的文字。")])
    )
    kept = Version.objects.get().clauses.get()
    assert store(text()).outcome == library.COMPLETED
    version = Version.objects.get()
    assert (version.is_complete, version.source) == (True, Source.WHEEL)
    assert list(version.clauses.values_list("number", "pk"))[1] == (2, kept.pk)


def test_a_disbelieved_date_is_filled_from_a_lower_source_by_promulgation():
    store(text(effective_from=None))
    outcome = store(text(source=Source.EXCERPT, is_complete=False))
    assert outcome.outcome == library.COMPLETED
    assert Version.objects.get().effective_from == dt.date(2020, 1, 1)


def test_each_text_ends_where_the_next_begins():
    store(text())
    store(text(promulgated_on=dt.date(2023, 1, 1), effective_from=dt.date(2024, 1, 1)))
    periods = Version.objects.order_by("effective_from").values_list(
        "effective_from", "effective_to"
    )
    assert list(periods) == [
        (dt.date(2020, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(2024, 1, 1), None),
    ]
    assert Version.objects.in_force(dt.date(2023, 12, 31)).get().effective_to
    assert Version.objects.in_force(dt.date(2024, 1, 1)).get().effective_to is None


def test_a_text_that_arrives_between_two_others_takes_its_place():
    for year in (2000, 2020, 2010):
        outcome = store(
            text(promulgated_on=dt.date(year, 1, 1), effective_from=dt.date(year, 1, 1))
        )
        assert outcome.outcome == library.CREATED
    periods = Version.objects.order_by("effective_from").values_list(
        "effective_from", "effective_to"
    )
    assert [(a.year, b and b.year) for a, b in periods] == [
        (2000, 2010),
        (2010, 2020),
        (2020, None),
    ]


def test_an_excerpt_of_a_higher_source_leaves_the_rest_of_the_text_alone():
    clauses = [ClauseText(n, 0, f"第{n}条。", ((3, "第一章"),)) for n in (1, 3)]
    store(text(clauses=clauses))
    outcome = store(
        text(source=Source.OFFICIAL, is_complete=False, clauses=[ClauseText(2, 0, "补上的。")])
    )
    assert outcome.outcome == library.COMPLETED
    assert Version.objects.get().is_complete
    held = Version.objects.get().clauses.order_by("order")
    assert [(c.number, c.order, bool(c.heading)) for c in held] == [
        (1, 1, True),
        (2, 2, False),
        (3, 3, True),
    ]


def test_a_longer_excerpt_adds_what_the_shorter_one_lacked():
    excerpt = {"source": Source.EXCERPT, "is_complete": False}
    store(text(**excerpt, clauses=[ClauseText(2, 0, "第二条的文字。")]))
    assert store(text(**excerpt)).outcome == library.COMPLETED
    assert store(text(**excerpt)).outcome == library.UNCHANGED
    assert list(Version.objects.get().clauses.values_list("number", "order")) == [(1, 1), (2, 2)]


def test_a_text_without_any_date_is_stored_once():
    for expected in (library.CREATED, library.UNCHANGED, library.UNCHANGED):
        assert store(text(promulgated_on=None, effective_from=None)).outcome == expected


def test_two_texts_for_one_day_are_refused():
    store(text(effective_to=dt.date(2025, 1, 1)))
    outcome = store(text(promulgated_on=dt.date(2023, 1, 1), effective_from=dt.date(2024, 1, 1)))
    assert outcome.outcome == library.REFUSED
    assert "重叠" in outcome.reasons[0]
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": ""}, "没有标题"),
        ({"clauses": []}, "没有条文，也没有正文"),
        ({"clauses": [ClauseText(1, 0, "甲。"), ClauseText(1, 0, "乙。")]}, "第一条重复"),
        ({"effective_to": dt.date(2020, 1, 1)}, "失效日期不晚于施行日期"),
        ({"clauses": [ClauseText(10_000, 0, "甲。")]}, "条号太大：10000"),
        (
            {"clauses": [ClauseText(1, 0, "甲。", ((3, "章" * 201),))]},
            f"编章节标题超过 200 个字：{'章' * 20}…",
        ),
        ({"label": "坏\ufdd0"}, "版本名里有控制字符或无效字符"),
        ({"title": "甲\x85法"}, "标题里有控制字符或无效字符"),
        ({"short_name": "法" * 61}, "简称超过 60 个字"),
    ],
)
def test_unusable_texts_are_refused_with_their_reason(fields, reason):
    outcome = store(text(**fields))
    assert (outcome.outcome, outcome.reasons) == (library.REFUSED, [reason])
    assert not Statute.objects.exists()


def test_headings_nest_and_a_clause_knows_its_place():
    part, chapter = (1, "第一编 总则"), (3, "第一章 基本规定")
    store(
        text(
            clauses=[
                ClauseText(1, 0, "甲。", (part, chapter)),
                ClauseText(2, 0, "乙。", (part, chapter)),
                ClauseText(3, 0, "丙。", (part, (3, "第二章 自然人"))),
            ]
        )
    )
    clauses = Version.objects.get().clauses.select_related("heading")
    assert [clause.heading.place for clause in clauses] == [
        "第一编 总则 › 第一章 基本规定",
        "第一编 总则 › 第一章 基本规定",
        "第一编 总则 › 第二章 自然人",
    ]
    assert Version.objects.get().headings.count() == 3


def test_the_library_says_when_it_changed_and_only_then():
    heard = []

    def listen(sender, statute_ids, **kwargs):
        heard.append(statute_ids)

    library_changed.connect(listen)
    try:
        store(text())
        store(text())
    finally:
        library_changed.disconnect(listen)
    assert heard == [{Statute.objects.get().pk}]


def test_a_failure_half_way_leaves_nothing(monkeypatch):
    monkeypatch.setattr(library, "rebuild_changes", lambda statute, also: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(text())
    assert not Statute.objects.exists()


def test_statutes_know_how_they_stand_on_a_day():
    make_statute(
        "旧法",
        effective_from=dt.date(2000, 1, 1),
        effective_to=dt.date(2010, 1, 1),
        clauses={1: "甲"},
    )
    make_statute("新法", effective_from=dt.date(2010, 1, 1), clauses={1: "甲"})
    on = Statute.objects.with_standing(dt.date(2010, 1, 1)).order_by("title")
    assert [(s.title, s.is_in_force) for s in on] == [("新法", True), ("旧法", False)]


def test_a_title_in_other_marks_is_the_same_statute():
    store(text(title="某院关于适用《甲法》的解释"))
    outcome = store(
        text(
            title="某院关于适用〈中华人民共和国甲法〉的解释",
            promulgated_on=dt.date(2024, 1, 1),
            effective_from=dt.date(2024, 6, 1),
        )
    )
    assert outcome.outcome == library.CREATED
    assert Version.objects.values("statute").distinct().count() == 1


def test_what_is_too_long_for_its_place_is_refused():
    outcome = store(text(title="法" * 201, document_number="号" * 81))
    assert outcome.reasons == ["标题超过 200 个字", "文号超过 80 个字"]


def test_the_database_itself_refuses_two_texts_for_a_day():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no exclusion constraints")
    version = store(text()).version
    with pytest.raises(IntegrityError, match="version_no_overlap"), transaction.atomic():
        Version.objects.create(
            statute=version.statute, effective_from=dt.date(2021, 1, 1), source=Source.MANIFEST
        )
        with connection.cursor() as cursor:  # as at the end of a transaction
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_that_a_text_is_law_still_is_not_taken_back_by_a_lower_source():
    store(text(source=Source.MANIFEST))
    outcome = store(text(effective_to=dt.date(2022, 1, 1)))
    assert outcome.outcome == library.UNCHANGED
    assert Version.objects.get().effective_to is None


def test_a_lower_source_that_gives_other_days_is_reported():
    store(text(source=Source.MANIFEST, effective_to=dt.date(2025, 1, 1)))
    outcome = store(text(effective_to=dt.date(2022, 1, 1)))
    assert outcome.reasons == ["失效日期（不含）不同：库中 2025-01-01，文件 2022-01-01"]


def test_the_same_words_of_the_same_promulgation_are_one_text():
    """Whatever first day a lower source makes up for it."""
    store(text(source=Source.MANIFEST))
    outcome = store(text(effective_from=dt.date(2019, 6, 1)))
    assert Version.objects.get().effective_from == dt.date(2020, 1, 1)
    assert outcome.reasons == ["施行日期不同：库中 2020-01-01，文件 2019-06-01"]


def test_a_higher_source_moves_the_day_and_no_gap_stays():
    store(text(effective_from=dt.date(2010, 1, 1), promulgated_on=dt.date(2009, 1, 1)))
    new = [ClauseText(1, 0, "另一句话。")]
    store(text(effective_from=dt.date(2019, 6, 1), clauses=new))
    store(text(source=Source.MANIFEST, clauses=new))
    periods = Version.objects.order_by("effective_from").values_list(
        "effective_from", "effective_to"
    )
    assert list(periods) == [
        (dt.date(2010, 1, 1), dt.date(2020, 1, 1)),
        (dt.date(2020, 1, 1), None),
    ]


@pytest.mark.parametrize("days", [(None, dt.date(2020, 1, 1)), (dt.date(2020, 1, 1), None)])
def test_the_same_words_with_and_without_a_day_are_one_text_in_either_order(days):
    for number, day in enumerate(days):
        store(text(effective_from=day, promulgated_on=dt.date(2018 + number, 6, 1)))
    assert Version.objects.count() == 1


def test_other_words_of_another_promulgation_are_another_text():
    store(text(effective_from=None))
    other = [ClauseText(1, 0, "另一句话。")]
    store(text(effective_from=None, promulgated_on=dt.date(2018, 6, 1), clauses=other))
    assert Version.objects.count() == 2


def test_who_made_a_statute_is_said_by_the_best_source_in_either_order():
    for sources in ((Source.WHEEL, Source.MANIFEST), (Source.MANIFEST, Source.WHEEL)):
        Statute.objects.all().delete()
        for source in sources:
            store(text(source=source, issuer=source.label))
        assert Statute.objects.get().issuer == Source.MANIFEST.label


def test_a_statute_that_was_renamed_stays_one(admin_client):
    statute = store(text()).version.statute
    make_statute("乙法", effective_from=dt.date(2020, 1, 1), clauses={1: "乙。"})
    values = {"title": "中华人民共和国甲乙法", "slug": statute.slug, "kind": "law"}
    values |= {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}
    admin_client.post(f"/admin/statutes/statute/{statute.pk}/change/", values)
    store(text(effective_from=dt.date(2024, 1, 1), promulgated_on=dt.date(2023, 1, 1)))
    assert Version.objects.filter(statute=statute).count() == 2
    # Also where a text repeals it under its old title.
    store(text(title="丙法", effective_from=dt.date(2025, 1, 1), repeals=("甲法",)))
    assert statute.as_of(dt.date(2025, 6, 1)) is None


def test_another_name_is_no_former_title():
    store(text(aliases=("公司登记条例",)))
    store(text(title="公司登记条例", clauses=[ClauseText(1, 0, "别的一部。")]))
    assert Version.objects.values("statute").distinct().count() == 2


def test_clauses_that_nobody_checked_take_the_check_away():
    excerpt = {"source": Source.EXCERPT, "is_complete": False}
    store(text(**excerpt, clauses=[ClauseText(2, 0, "第二条的文字。")]))
    Version.objects.update(checked_on=dt.date(2024, 1, 1), checked_against="官网")
    store(text(**excerpt))
    assert Version.objects.get().checked_on is None


@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again(monkeypatch):
    stored, calls = library._stored, []

    def once_in_vain(*args, **kwargs):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("deadlock detected")
        return stored(*args, **kwargs)

    monkeypatch.setattr(library, "_stored", once_in_vain)
    assert store(text()).outcome == library.CREATED


def test_words_that_differ_are_shown_between_those_around_them():
    before, after = (
        f"承租人应当在租赁期限届满前{days}日内返还租赁物。" for days in ("三十", "六十")
    )
    store(text(clauses=[ClauseText(1, 0, before)]))
    outcome = store(text(clauses=[ClauseText(1, 0, after)]))
    assert outcome.reasons[0].endswith("在租赁期限届满前“三十”→“六十”日内返还租赁物。")


def test_a_new_name_alone_is_told(monkeypatch):
    store(text())
    heard = []

    def listen(sender, keys, **kwargs):
        heard.append(keys)

    library_changed.connect(listen)
    try:
        assert store(text(aliases=("甲规",))).outcome == library.UNCHANGED
    finally:
        library_changed.disconnect(listen)
    assert heard == [{"甲规"}]


def test_who_made_a_statute_is_not_overwritten_by_an_equal_source():
    store(text(issuer="甲"))
    store(text(issuer="乙", effective_from=dt.date(2024, 1, 1), promulgated_on=None))
    assert Statute.objects.get().issuer == "甲"


def test_an_excerpt_with_the_same_clauses_is_not_the_whole_text():
    store(text(source=Source.EXCERPT, is_complete=False))
    store(text(effective_from=None, promulgated_on=dt.date(2010, 1, 1)))
    assert Version.objects.count() == 2
