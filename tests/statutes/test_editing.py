"""What people put right and decide: it stands, and everything that follows from it is made anew."""

import datetime as dt
import threading

import pytest
from django.db import connection

from statutes import editing, library, periods
from statutes.incoming import StatuteText
from statutes.library import library_changed, store
from statutes.models import Clause, Correspondence, Statute, Version
from statutes.outline import ClauseText
from tests.factories import make_statute

RENT = "租金应当按月支付给出租人，逾期支付的应当支付违约金。"
CARE = "保管人应当妥善保管保管物，不得擅自改变保管的场所。"
Status = Correspondence.Status


def text(year: int = 2020, words: str = RENT, **facts) -> StatuteText:
    held = {
        "title": "甲法",
        "kind": "law",
        "source": Version.Source.WHEEL,
        "promulgated_on": dt.date(year - 1, 6, 1),
        "effective_from": dt.date(year, 1, 1),
        "clauses": [ClauseText(1, 0, words)],
    }
    return StatuteText(**{**held, **facts})


@pytest.mark.django_db
@pytest.mark.parametrize("words", [RENT, RENT.replace("月", "季")])
def test_what_a_person_put_right_stands_when_the_source_comes_again(words):
    version = store(text()).version
    editing.correct(version, effective_from=dt.date(2020, 3, 1), label="2019修正")
    outcome = store(text(words=words, label="2019"), replace=True)
    version = Version.objects.get()
    assert (version.effective_from, version.label) == (dt.date(2020, 3, 1), "2019修正")
    assert version.clauses.get().text == words
    assert "施行日期以人工更正为准：库中 2020-03-01，文件 2020-01-01" in outcome.reasons
    higher = store(text(words=words, source=Version.Source.MANIFEST))
    assert higher.outcome == library.COMPLETED
    assert Version.objects.get().effective_from == dt.date(2020, 3, 1)


@pytest.mark.django_db
def test_a_day_that_was_taken_back_is_not_filled_again():
    version = store(text()).version
    editing.correct(version, effective_from=None)
    assert store(text()).outcome == library.UNCHANGED
    assert Version.objects.get().effective_from is None


@pytest.mark.django_db
def test_a_day_that_moves_there_and_back_leaves_nothing_behind():
    first, second = (make_text(year, words) for year, words in ((2010, RENT), (2020, CARE)))
    rows = list(Correspondence.objects.values_list("old", "new", "kind"))
    assert rows == [(first.clauses.get().pk, None, "dropped")]
    editing.correct(second, effective_from=dt.date(2005, 1, 1))
    moved = Correspondence.objects.values_list("old__version", flat=True)
    assert list(moved) == [second.pk]
    editing.correct(second, effective_from=dt.date(2020, 1, 1))
    assert list(Correspondence.objects.values_list("old", "new", "kind")) == rows


def make_text(year: int, words: str, title: str = "甲法", **facts) -> Version:
    return make_statute(
        title,
        clauses={1: words},
        effective_from=dt.date(year, 1, 1),
        promulgated_on=dt.date(year, 1, 1),
        **facts,
    )


@pytest.mark.django_db
def test_a_repeal_is_proposed_no_more_once_it_is_taken_back():
    old = make_text(2010, RENT)
    new = make_text(2020, RENT.replace("月", "季"), "乙法", repeals=("甲法",))
    assert Correspondence.objects.get().new.version == new
    editing.correct(new, repeals="")
    assert not Correspondence.objects.exists()
    old.refresh_from_db()
    assert old.effective_to is None
    assert not old.clauses.get().changes.exists()


@pytest.mark.django_db
def test_the_day_of_a_repeal_that_was_taken_back_and_given_anew_counts():
    old = make_text(2010, RENT)
    new = make_text(2020, CARE, "乙法", repeals=("甲法",))
    editing.correct(new, effective_from=None)
    editing.correct(new, effective_from=dt.date(2022, 1, 1))
    old.refresh_from_db()
    assert old.effective_to == dt.date(2022, 1, 1)


@pytest.mark.django_db
def test_an_end_that_a_person_stated_is_moved_by_nobody():
    old = make_text(2010, RENT)
    new = make_text(2020, CARE, "乙法", repeals=("甲法",))
    old.refresh_from_db()
    editing.correct(old, effective_to=dt.date(2019, 1, 1))
    editing.correct(new, effective_from=dt.date(2022, 1, 1))
    old.refresh_from_db()
    assert old.effective_to == dt.date(2019, 1, 1)


@pytest.mark.django_db
def test_a_decision_finds_the_proposal_that_an_import_made_anew(admin_user):
    make_text(2010, RENT)
    make_text(2020, RENT.replace("月", "季"))
    read = list(Correspondence.objects.select_related("old", "new"))
    for version in Version.objects.all():
        library.derive(version)  # the same proposal, with another id
    assert editing.decide(read, status=Status.CONFIRMED, by=admin_user) == 1
    assert Correspondence.objects.get().status == Status.CONFIRMED


@pytest.mark.django_db
def test_a_decision_on_words_that_were_replaced_is_not_recorded(admin_user):
    make_text(2010, RENT)
    new = make_text(2020, RENT.replace("月", "季"))
    read = list(Correspondence.objects.select_related("old", "new"))
    store(
        text(2020, RENT.replace("月", "年"), source=new.source, promulgated_on=None), replace=True
    )
    assert editing.decide(read, status=Status.CONFIRMED, by=admin_user) == 0
    assert Correspondence.objects.get().status == Status.PROPOSED
    with pytest.raises(periods.Refused, match="重新打开"):
        editing.choose(read[0], [read[0].new], kind="amended", words=read[0].words, by=admin_user)


@pytest.mark.django_db
def test_all_statutes_whose_changes_were_made_anew_are_told(admin_user):
    """A citation of 甲法 depends on what its successor's clauses became."""
    old = make_text(2000, RENT)
    make_text(2010, RENT.replace("月", "季"), "乙法", repeals=("甲法",))
    make_text(2020, RENT.replace("月", "年"), "乙法")
    heard: set[int] = set()

    def listen(sender, statute_ids, **kwargs):
        heard.update(statute_ids)

    hop = Correspondence.objects.get(old__version__effective_from=dt.date(2010, 1, 1))
    library_changed.connect(listen)
    try:
        editing.decide([hop], status=Status.CONFIRMED, by=admin_user)
    finally:
        library_changed.disconnect(listen)
    assert old.statute_id in heard
    heard.clear()
    library_changed.connect(listen)
    try:
        into = Correspondence.objects.get(old__version=old)
        editing.decide([into], status=Status.CONFIRMED, by=admin_user)
    finally:
        library_changed.disconnect(listen)
    assert {old.statute_id, into.new.version.statute_id} <= heard


@pytest.mark.django_db
def test_clearing_what_replaced_a_statute_is_followed():
    old = make_text(2010, RENT, effective_to=dt.date(2020, 1, 1))
    make_text(2020, RENT.replace("月", "季"), "乙法")
    statute = old.statute
    statute.replaced_by = Statute.objects.get(title="乙法")
    statute.save()
    editing.follow_replacement(statute)
    assert Correspondence.objects.count() == 1
    statute.replaced_by = None
    statute.save()
    editing.follow_replacement(statute)
    assert Correspondence.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_decisions_and_imports_at_once_lose_nothing(admin_user):
    """Two writers, each with its own connection; the one that waits reads behind the lock."""
    if connection.vendor == "sqlite":
        pytest.skip("writers of SQLite's in-memory test database turn each other away")
    make_text(2010, RENT)
    make_text(2020, RENT.replace("月", "季"))
    failures = []

    def rebuild():
        try:
            for _ in range(8):
                with library.library_lock():
                    for version in Version.objects.select_related("statute"):
                        library.derive(version)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=rebuild)
    writer.start()
    decided = []
    for status in (Status.CONFIRMED, Status.PROPOSED) * 4 + (Status.CONFIRMED,):
        read = list(Correspondence.objects.select_related("old", "new"))
        decided.append(editing.decide(read, status=status, by=admin_user))
    writer.join()
    assert failures == []
    assert decided == [1] * 9
    assert Correspondence.objects.get().status == Status.CONFIRMED
    assert Clause.objects.first().at(dt.date(2024, 1, 1)) == Clause.objects.last()


@pytest.mark.django_db
def test_what_is_decided_is_not_proposed_again(admin_user):
    make_text(2010, RENT)
    make_text(2020, RENT.replace("月", "季"))
    hop = Correspondence.objects.select_related("old", "new").get()
    editing.choose(hop, [], kind="", words=hop.words, by=admin_user)
    decided = set(Correspondence.objects.values_list("new", "status"))
    assert decided == {(hop.new_id, "rejected"), (None, "confirmed")}
    for version in Version.objects.all():
        library.derive(version)
    assert set(Correspondence.objects.values_list("new", "status")) == decided


@pytest.mark.django_db
def test_a_text_whose_day_was_wrong_keeps_its_words_beside_the_text_of_that_day():
    """A came with the day of B and was put right; then B arrives, then A's source comes again."""
    a = store(text(2010, RENT, effective_from=dt.date(2020, 1, 1))).version
    editing.correct(a, effective_from=dt.date(2010, 1, 1))
    b = store(text(2020, CARE)).version
    assert a != b
    for words, year, version in ((RENT, 2010, a), (CARE, 2020, b)):
        again = store(text(year, words, effective_from=dt.date(2020, 1, 1)))
        assert (again.outcome, again.version) == (library.UNCHANGED, version)
    assert a.clauses.get().text == RENT
    assert b.clauses.get().text == CARE


@pytest.mark.django_db
def test_both_days_put_right_and_the_source_comes_again():
    version = store(text()).version
    days = {"promulgated_on": dt.date(2019, 7, 1), "effective_from": dt.date(2020, 3, 1)}
    editing.correct(version, **days)
    assert store(text()).outcome == library.UNCHANGED
    assert Version.objects.count() == 1


@pytest.mark.django_db
def test_a_day_taken_back_leaves_the_text_before_it_open():
    first, second = make_text(2010, RENT), make_text(2020, CARE)
    editing.correct(second, effective_from=None)
    first.refresh_from_db()
    assert first.effective_to is None
    editing.correct(second, effective_from=dt.date(2022, 1, 1))
    first.refresh_from_db()
    assert first.effective_to == dt.date(2022, 1, 1)


@pytest.mark.django_db
def test_the_only_text_of_a_statute_can_be_removed_and_what_it_repealed_goes_on():
    old = make_text(2000, RENT)
    only = make_text(2010, CARE, "乙法", repeals=("甲法",))
    editing.correct(only, effective_from=None)
    editing.remove(only)
    old.refresh_from_db()
    assert (old.effective_to, old.statute.replaced_by) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("years", [(2000, 2010), (2010, 2000)])
def test_the_order_of_imports_does_not_decide_what_is_law(years):
    make_text(2021, CARE, "乙法", repeals=("甲法",))
    make_text(2023, CARE, "丙法", repeals=("甲法",))
    for year in years:
        make_text(year, f"{RENT}{year}")
    ends = Version.objects.filter(statute__title="甲法").order_by("effective_from")
    assert [text.effective_to.year for text in ends] == [2010, 2021]
    assert ends[0].statute.replaced_by.title == "乙法"


@pytest.mark.django_db
def test_an_end_that_a_person_took_away_does_not_hold_up_a_later_repeal():
    old = make_text(2000, RENT, effective_to=dt.date(2005, 1, 1))
    editing.correct(old, effective_to=None)
    old.refresh_from_db()
    assert old.effective_to is None
    make_text(2020, CARE, "乙法", repeals=("甲法",))
    old.refresh_from_db()
    assert old.effective_to == dt.date(2020, 1, 1)


@pytest.mark.django_db
def test_what_one_says_excludes_its_contrary(admin_user):
    make_text(2010, RENT)
    new = make_text(2020, RENT.replace("月", "季"))
    hop = Correspondence.objects.select_related("old", "new").get()
    again = [hop.new, hop.new]
    editing.choose(hop, again, kind="amended", words=hop.words, by=admin_user)
    assert Correspondence.objects.get().kind == "amended"  # twice the same is one
    drop = Correspondence.objects.create(old=hop.old, kind="dropped", beside=new)
    assert editing.decide([drop], status=Status.CONFIRMED, by=admin_user) == 0
    hop.refresh_from_db()
    editing.choose(hop, [], kind="", words=hop.words, by=admin_user)
    hop.refresh_from_db()
    assert hop.status == Status.REJECTED
    assert hop.old.changes.get().kind == "dropped"


@pytest.mark.django_db
def test_a_note_outlives_a_proposal_made_anew():
    make_text(2010, RENT)
    make_text(2020, RENT.replace("月", "季"))
    Correspondence.objects.update(note="再看")
    for version in Version.objects.all():
        library.derive(version)
    assert Correspondence.objects.get().note == "再看"


@pytest.mark.django_db
def test_a_rejection_goes_with_the_words_that_were_read(admin_user):
    make_text(2010, RENT)
    new = make_text(2020, RENT.replace("月", "季"))
    hop = Correspondence.objects.select_related("old", "new").get()
    editing.decide([hop], status=Status.REJECTED, by=admin_user)
    store(
        text(2020, RENT.replace("月", "日"), source=new.source, promulgated_on=None), replace=True
    )
    assert Correspondence.objects.get().status == Status.PROPOSED


@pytest.mark.django_db
def test_a_check_goes_with_the_preamble_that_was_read():
    version = store(text(preamble="为了甲。")).version
    Version.objects.update(checked_on=dt.date(2024, 1, 1), checked_against="官网")
    words = version.words
    store(text(preamble="为了乙。", source=Version.Source.MANIFEST))
    version.refresh_from_db()
    assert (version.checked_on, version.words != words) == (None, True)
