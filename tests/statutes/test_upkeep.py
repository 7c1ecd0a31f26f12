"""What must follow when texts arrive late, move, are repealed or are replaced."""

import datetime as dt

import pytest
from django.utils.html import strip_tags

from statutes import editing, library, periods
from statutes.incoming import StatuteText
from statutes.library import store
from statutes.models import Correspondence, Version
from statutes.outline import ClauseText
from tests.factories import make_statute

pytestmark = pytest.mark.django_db

RENT = "租金应当按月支付给出租人，逾期支付的应当支付违约金。"
CARE = "保管人应当妥善保管保管物，不得擅自改变保管的场所。"


def make(title="甲法", year: int | None = 2010, **facts) -> Version:
    facts.setdefault("promulgated_on", dt.date(year - 1, 1, 1) if year else None)
    facts.setdefault("clauses", {1: RENT})
    return make_statute(title, effective_from=dt.date(year, 1, 1) if year else None, **facts)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"is_complete": False}, {}),
        ({}, {"clauses": {}, "body": "决定废止甲法。"}),
        ({"clauses": {1: "甲" * 30 + "。"}}, {"clauses": {1: "乙" * 30 + "。"}}),
    ],
)
def test_a_clause_of_a_repealed_statute_is_not_in_force(client, old, new):
    version = make(slug="jia", year=2000, **old)
    make("乙法", 2020, **{"clauses": {1: CARE}, **new}, repeals=("甲法",))
    version.refresh_from_db()
    assert version.effective_to == dt.date(2020, 1, 1)
    page = client.get("/statutes/jia/1/").content.decode()
    assert "已废止" in page
    assert "现行有效" not in page


def test_a_repeal_counts_from_the_day_that_is_given_or_moved_later():
    old = make(year=2000)
    new = make("乙法", None, promulgated_on=dt.date(2019, 1, 1), repeals=("甲法",))
    editing.correct(new, effective_from=dt.date(2020, 1, 1))
    assert old.statute.as_of(dt.date(2020, 6, 1)) is None
    editing.correct(new, effective_from=dt.date(2021, 1, 1))
    assert old.statute.as_of(dt.date(2020, 6, 1)) == old


def test_a_text_that_moves_leaves_neither_gap_nor_overlap():
    first, second = make(year=2010), make(year=2015, clauses={1: CARE})
    editing.correct(second, effective_from=dt.date(2016, 1, 1))
    assert first.statute.as_of(dt.date(2015, 6, 1)) == first
    editing.correct(second, effective_from=dt.date(2014, 1, 1))
    assert first.statute.as_of(dt.date(2014, 6, 1)) == second
    editing.correct(second, effective_from=dt.date(2000, 1, 1))
    assert first.statute.as_of(dt.date(2024, 1, 1)) == first
    assert first.statute.as_of(dt.date(2005, 1, 1)) == second


def test_a_text_that_arrives_in_between_with_the_same_words_changes_nothing():
    first = make(year=2010)
    make(year=2020, clauses={1: RENT.replace("月", "季")})
    between = make(year=2015)
    first.refresh_from_db()
    clause = first.clauses.get()
    assert clause.at(dt.date(2016, 1, 1)) == between.clauses.get()
    assert not clause.changes.filter(on=dt.date(2015, 1, 1)).exists()


def test_what_waits_for_its_day_has_not_replaced_anything_yet(client):
    make(slug="jia", year=2000)
    make("乙法", 2099, repeals=("甲法",))
    page = strip_tags(client.get("/statutes/jia/").content.decode())
    assert "现由" not in page
    assert "2099-01-01 起由《乙法》取代" in page


def decision(**facts) -> StatuteText:
    held = {
        "title": "某决定",
        "kind": "decision",
        "source": Version.Source.MANIFEST,
        "clauses": [],
        "body": "甲。",
        "effective_from": dt.date(2020, 1, 1),
    }
    return StatuteText(**{**held, **facts})


def test_another_body_is_a_difference():
    store(decision())
    assert store(decision(body="乙。")).outcome == library.REFUSED
    assert store(decision(body="乙。"), replace=True).outcome == library.REPLACED
    assert Version.objects.get().body == "乙。"
    store(decision(body="", clauses=[ClauseText(1, 0, "丙。")]), replace=True)
    assert Version.objects.get().body == ""


def test_a_repeal_that_comes_with_a_later_source_counts():
    old = make(year=2000)
    store(decision())
    store(decision(repeals=("甲法",)))
    old.refresh_from_db()
    assert old.effective_to == dt.date(2020, 1, 1)


def test_what_was_confirmed_of_other_words_waits_for_confirmation_again(admin_user):
    old, new = make(year=2010), make(year=2020, clauses={1: CARE, 2: RENT})
    hop = Correspondence.objects.get(old__version=old, new__number=2)
    editing.decide([hop], status=Correspondence.Status.CONFIRMED, by=admin_user)
    old.refresh_from_db()
    assert old.clauses.get().at(dt.date(2024, 1, 1)) == new.clauses.get(number=2)
    swapped = [ClauseText(1, 0, RENT), ClauseText(2, 0, CARE)]
    store(
        StatuteText("甲法", "law", new.source, swapped, effective_from=dt.date(2020, 1, 1)),
        replace=True,
    )
    found = old.clauses.get().at(dt.date(2024, 1, 1))
    assert found is None or found.text == RENT


@pytest.mark.parametrize("query", ["?to=2020-01-01", "?from=2010-01-01", "?to=1"])
def test_a_single_text_is_compared_with_nothing(client, query):
    make(slug="jia")
    assert client.get(f"/statutes/jia/compare/{query}").status_code == 200


def test_an_unconfirmed_successor_is_shown_to_nobody(client):
    make(slug="jia", year=2010)
    make(year=2020, clauses={1: CARE, 2: RENT.replace("月", "季")})
    page = client.get("/statutes/jia/1/?on=2012-01-01").content.decode()
    assert "现行对应条文" not in page
    assert "按季" not in page


def test_a_newer_text_of_unknown_days_is_told(client):
    make(slug="jia", year=2010)
    make(year=None, promulgated_on=dt.date(2023, 1, 1), clauses={1: CARE})
    page = strip_tags(client.get("/statutes/jia/").content.decode())
    assert "另有 2023-01-01 公布的文本，施行日期待核" in page


def test_two_texts_cannot_be_given_one_day_of_promulgation():
    make(year=None, promulgated_on=dt.date(2001, 1, 1))
    other = make(year=None, promulgated_on=dt.date(2002, 1, 1), clauses={1: CARE})
    with pytest.raises(periods.Refused, match="日期相同"):
        editing.correct(other, promulgated_on=dt.date(2001, 1, 1))


def test_the_feed_has_an_author_and_answers_what_has_not_changed(client):
    make()
    first = client.get("/statutes/feed/")
    assert b"<author>" in first.content
    again = client.get(
        "/statutes/feed/", headers={"if-modified-since": first.headers["Last-Modified"]}
    )
    assert again.status_code == 304


def test_headings_and_an_appendix_can_be_put_right():
    def read(heading: str, appendix: str) -> StatuteText:
        clauses = [ClauseText(1, 0, "甲。", ((3, heading),))]
        return decision(body="", clauses=clauses, appendix=appendix)

    store(read("第一章 错", "网站首页"))
    refused = store(read("第一章 对", ""))
    assert "第一章 错" in refused.reasons[0]
    assert store(read("第一章 对", ""), replace=True).outcome == library.REPLACED
    version = Version.objects.get()
    assert (version.headings.get().text, version.appendix) == ("第一章 对", "")
    assert store(read("第一章 对", "")).outcome == library.UNCHANGED
