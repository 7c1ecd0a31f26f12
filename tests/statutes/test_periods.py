"""From when to when each text is law: room among the others, repeals, and their undoing."""

import datetime as dt

import pytest

from statutes import editing, library, periods
from statutes.models import Alias, ClauseChange, Correspondence, Statute, Version
from tests.factories import make_statute

pytestmark = pytest.mark.django_db
Source = Version.Source

RENT = "租金应当按月支付给出租人，逾期支付的应当支付违约金。"
CARE = "保管人应当妥善保管保管物，不得擅自改变保管的场所。"


def day(year: int) -> dt.date:
    return dt.date(year, 1, 1)


def make(title: str, year: int, words: str = RENT, **facts) -> Version:
    facts.setdefault("clauses", {1: words})
    return make_statute(title, effective_from=day(year), **facts)


def end_of(version: Version) -> int | None:
    version.refresh_from_db()
    return version.effective_to and version.effective_to.year


def test_a_stated_end_and_a_beginning_may_fall_on_one_day():
    assert end_of(make("甲法", 2010, effective_to=day(2020))) == 2020
    make("甲法", 2020, CARE)
    make("乙法", 2020, CARE)
    assert end_of(make("乙法", 2010, effective_to=day(2020))) == 2020


def test_what_has_ended_before_is_not_said_to_end():
    make("甲法", 2000, effective_to=day(2005))
    assert periods.ended_by("甲法", day(2010)) == []
    open_ended = make("乙法", 2000)
    assert periods.ended_by("丙法", day(2010), repeals=["乙法", "甲法"]) == [open_ended]
    assert periods.ended_by("乙法", None) == []


def test_a_name_of_two_statutes_is_a_title_of_neither():
    for title in ("甲法", "乙法"):
        version = make(title, 2000)
        Alias.objects.create(statute=version.statute, name="丙法")
    assert periods.held_title("丙法") == "丙法"


def test_a_title_is_its_own_before_it_is_anothers_name():
    first = make("甲法", 2000)
    Alias.objects.create(statute=first.statute, name="乙法")
    own = Statute.objects.create(title="乙法", slug="own")
    Alias.objects.create(statute=own, name="乙法")
    assert periods.held_title("乙法") == "乙法"


def test_only_what_the_text_itself_ended_goes_on_when_it_is_taken_back():
    old = make("甲法", 2000)
    make("乙法", 2005, CARE, repeals=("甲法",))
    also = make("丙法", 2010, CARE, repeals=("甲法",))
    editing.correct(also, repeals="")
    assert end_of(old) == 2005
    assert Statute.objects.get(title="甲法").replaced_by.title == "乙法"


def test_an_end_that_is_stated_otherwise_stays_when_a_repeal_is_taken_back():
    old = make("甲法", 2000, effective_to=day(2019))
    new = make("乙法", 2020, CARE, repeals=("甲法",))
    editing.correct(new, repeals="")
    assert end_of(old) == 2019


def test_another_text_that_repeals_it_counts_then():
    old = make("甲法", 2000)
    first = make("乙法", 2005, CARE, repeals=("甲法",))
    make("丙法", 2010, CARE, repeals=("甲法",))
    editing.correct(first, repeals="")
    assert end_of(old) == 2010
    assert Statute.objects.get(title="甲法").replaced_by.title == "丙法"


def test_a_text_that_begins_later_is_not_ended_by_an_earlier_repeal():
    make("乙法", 2010, CARE, repeals=("甲法",))
    assert end_of(make("甲法", 2020)) is None


def test_a_day_that_a_person_moves_moves_only_what_that_text_ended():
    old = make("甲法", 2000)
    make("乙法", 2005, CARE, repeals=("甲法",))
    also = make("丙法", 2010, CARE, repeals=("甲法",))
    editing.correct(also, effective_from=day(2012))
    assert end_of(old) == 2005


def test_a_higher_source_that_moves_the_day_moves_what_it_ended():
    old = make("甲法", 2000)
    facts = {"repeals": ("甲法",), "promulgated_on": day(2019)}
    make("乙法", 2020, CARE, source=Source.WHEEL, **facts)
    make("乙法", 2021, CARE, **facts)
    assert end_of(old) == 2021


def test_a_statute_does_not_repeal_itself():
    version = make("甲法", 2000, repeals=("甲法",))
    assert version.statute.replaced_by is None
    assert end_of(version) is None


def test_a_higher_source_that_is_silent_of_repeals_keeps_them():
    make("甲法", 2010, source=Source.WHEEL, repeals=("乙法",))
    make("甲法", 2010)
    assert Version.objects.get().repeals == "乙法"


def test_a_repeal_that_a_higher_source_reads_otherwise_is_undone():
    old = make("甲法", 2000)
    make("乙法", 2020, CARE, source=Source.WHEEL, repeals=("甲法",))
    assert end_of(old) == 2020
    make("乙法", 2020, CARE, repeals=("丙法",))
    assert end_of(old) is None


def test_a_text_removed_before_a_repeal_leaves_the_one_before_it_to_end_with_that():
    first, last = make("甲法", 2000), make("甲法", 2010, CARE)
    make("乙法", 2020, CARE, repeals=("甲法",))
    editing.remove(last)
    assert end_of(first) == 2020


def test_a_text_removed_from_between_leaves_its_neighbours_compared():
    make("甲法", 2000)
    between = make("甲法", 2010, CARE)
    last = make("甲法", 2020, RENT.replace("月", "季"))
    editing.remove(between)
    assert Correspondence.objects.get().new.version == last
    assert ClauseChange.objects.get().successor.version == last


def test_what_led_into_a_removed_text_is_certain_no_more():
    """From a statute that nothing but a person's decision ties to it."""
    old = make("甲法", 2000, effective_to=day(2020)).clauses.get()
    other = make("乙法", 2000)
    new = make("乙法", 2020, CARE)
    editing.confirm_correspondence(old, new.clauses.get(), kind="amended")
    assert old.changes.get().is_confirmed
    editing.remove(new)
    assert not old.changes.get().is_confirmed
    assert end_of(other) is None


def test_corrections_add_up():
    version = make("甲法", 2000)
    editing.correct(version, label="一")
    editing.correct(version, document_number="二")
    version.refresh_from_db()
    assert version.corrected == {"label": "", "document_number": ""}


def test_an_undated_text_may_be_later():
    dated, undated = make("甲法", 2000), library.store
    undated = make_statute("甲法", clauses={1: CARE}, promulgated_on=day(2010))
    assert editing.is_later(undated, dated)
