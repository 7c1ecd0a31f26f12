"""What clauses became, decided by people in the admin: one by one and many at once."""

import datetime as dt

import pytest

from statutes.models import ClauseChange, Correspondence, Version
from tests.factories import make_statute

LIST = "/admin/statutes/correspondence/"
RENT, RENT_BY_QUARTER = "租金应当按月支付。", "租金应当按季支付。"
OTHER = "保管人应当妥善保管保管物。"


@pytest.fixture
def hop(db) -> Correspondence:
    """An amendment, proposed."""
    make_statute("甲法", clauses={1: RENT}, effective_from=dt.date(2010, 1, 1))
    make_statute(
        "甲法",
        clauses={1: "目的。", 2: RENT_BY_QUARTER, 3: OTHER},
        effective_from=dt.date(2020, 1, 1),
        promulgated_on=dt.date(2019, 1, 1),
    )
    return Correspondence.objects.get()


def ask(client, action: str, *hops: Correspondence):
    """The page that asks before it acts."""
    values = {"action": action, "_selected_action": [hop.pk for hop in hops]}
    return client.post(LIST, values, follow=True)


def act(client, action: str, *hops: Correspondence):
    seen = ask(client, action, *hops).context["seen"]
    values = {"action": action, "_selected_action": [hop.pk for hop in hops], "seen": seen}
    return client.post(LIST, values, follow=True).content.decode()


def edit(client, hop: Correspondence, **values) -> str:
    url = f"{LIST}{hop.pk}/change/"
    form = client.get(url).context["adminform"].form
    held = {name: form[name].value() or "" for name in form.fields}
    return client.post(url, {**held, "decision": "", **values}, follow=True).content.decode()


def test_a_proposal_is_unseen_until_confirmed(admin_client, admin_user, hop, client):
    url = f"/statutes/{hop.old.version.statute.slug}/1/?on=2010-06-01"
    assert "后为" not in client.get(url).content.decode()
    assert not hop.old.at(dt.date(2024, 1, 1))
    assert "已确认 1 条对应关系" in act(admin_client, "accept", hop)
    hop.refresh_from_db()
    assert (hop.status, hop.confirmed_by) == ("confirmed", admin_user)
    assert "后为" in client.get(url).content.decode()
    assert hop.old.at(dt.date(2024, 1, 1)) == hop.new


def test_many_are_shown_before_they_are_decided_and_can_be_reopened(admin_client, hop):
    page = ask(admin_client, "accept", hop).content.decode()
    assert "确认 1 条对应关系？" in page
    assert "<del>月</del><ins>季</ins>" in page
    hop.refresh_from_db()
    assert hop.status == "proposed"
    act(admin_client, "accept", hop)
    assert "已退回待确认 1 条" in act(admin_client, "reopen", hop)
    hop.refresh_from_db()
    assert (hop.status, hop.confirmed_by) == ("proposed", None)
    assert hop.old.at(dt.date(2024, 1, 1)) is None


def test_what_changed_since_it_was_shown_is_shown_again(admin_client, hop):
    page = ask(admin_client, "accept", hop)
    hop.new.text = "租金应当按年支付。"
    hop.new.save()
    values = {"action": "accept", "_selected_action": [hop.pk], "seen": page.context["seen"]}
    again = admin_client.post(LIST, values).content.decode()
    assert "有变动，请重新看过再确认" in again
    hop.refresh_from_db()
    assert hop.status == "proposed"


def test_a_rejected_proposal_leaves_nothing_and_is_not_proposed_again(admin_client, hop):
    act(admin_client, "reject", hop)
    assert ClauseChange.objects.get(clause=hop.old).successor is None
    version = hop.new.version
    make_statute(
        "甲法",
        clauses={1: "目的。", 2: RENT_BY_QUARTER, 3: OTHER, 4: "新。"},
        effective_from=dt.date(2020, 1, 1),
        promulgated_on=dt.date(2019, 1, 1),
        source=Version.Source.OFFICIAL,
    )
    assert version.clauses.count() == 4
    assert list(Correspondence.objects.values_list("status", flat=True)) == ["rejected"]


def test_only_identical_ones_are_accepted_by_that_action(admin_client, hop):
    page = ask(admin_client, "accept_identical", hop).content.decode()
    assert "没有需要确认的" in page
    hop.refresh_from_db()
    assert hop.status == "proposed"


def test_identical_ones_that_somebody_rejected_stay_rejected(admin_client, hop):
    """The action is for what waits."""
    hop.new.text = RENT
    hop.new.save()
    act(admin_client, "reject", hop)
    ask(admin_client, "accept_identical", hop)
    hop.refresh_from_db()
    assert hop.status == "rejected"


def test_another_clause_is_chosen_by_its_number(admin_client, admin_user, hop):
    assert "请选“确认”" in edit(admin_client, hop, became="3")
    assert "请不要改新条文" in edit(admin_client, hop, became="3", decision="rejected")
    edit(admin_client, hop, became="第三条", note="手工", decision="confirmed")
    chosen = Correspondence.objects.get(status="confirmed")
    assert (chosen.old, chosen.new.number, chosen.note) == (hop.old, 3, "手工")
    assert (chosen.confirmed_by, chosen.kind) == (admin_user, "amended")
    assert chosen.score < 0.5
    hop.refresh_from_db()
    assert hop.status == "rejected"  # the pair that the machine proposed
    assert hop.old.at(dt.date(2024, 1, 1)).number == 3


def test_a_clause_that_was_split_has_several(admin_client, hop):
    edit(admin_client, hop, became="2、3", decision="confirmed")
    rows = Correspondence.objects.filter(status="confirmed").order_by("new__number")
    assert [(row.new.number, row.kind) for row in rows] == [(2, "split"), (3, "split")]
    assert ClauseChange.objects.get(clause=hop.old).kind == "split"


def test_none_in_its_place_means_that_it_was_dropped(admin_client, hop):
    edit(admin_client, hop, became="", decision="confirmed")
    row = Correspondence.objects.get(status="confirmed")
    assert (row.new, row.kind) == (None, "dropped")


def test_a_clause_of_another_law_is_chosen_by_its_name(admin_client, hop):
    make_statute("乙法", clauses={7: RENT}, effective_from=dt.date(2015, 1, 1))
    edit(admin_client, hop, became="乙法7", decision="confirmed")
    row = Correspondence.objects.get(status="confirmed")
    assert str(row.new) == "《乙法》第七条"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("9", "没有第九条"), ("什么", "看不懂"), ("丙法3", "库中没有"), ("旧法1", "应晚于")],
)
def test_what_cannot_be_is_not_recorded(admin_client, hop, typed, reason):
    make_statute("旧法", clauses={1: RENT}, effective_from=dt.date(2005, 1, 1))
    assert reason in edit(admin_client, hop, became=typed, decision="confirmed")
    hop.refresh_from_db()
    assert hop.status == "proposed"


def test_a_note_alone_decides_nothing(admin_client, hop):
    edit(admin_client, hop, note="再看")
    hop.refresh_from_db()
    assert (hop.status, hop.note, hop.confirmed_by) == ("proposed", "再看", None)
    edit(admin_client, hop, note="不是", decision="rejected")
    hop.refresh_from_db()
    assert (hop.status, hop.note) == ("rejected", "不是")


def test_words_that_an_import_replaced_meanwhile_are_read_again(admin_client, hop):
    url = f"{LIST}{hop.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    held = {name: form[name].value() or "" for name in form.fields}
    hop.new.text = "租金应当按年支付。"
    hop.new.save()
    page = admin_client.post(url, {**held, "decision": "confirmed"}, follow=True)
    assert "请重新打开再看" in page.content.decode()
    hop.refresh_from_db()
    assert hop.status == "proposed"


def test_what_a_machine_did_not_find_is_not_called_dropped(admin_client, hop):
    make_statute("丁法", clauses={1: RENT}, effective_from=dt.date(2010, 1, 1))
    make_statute("丁法", clauses={1: "丁" * 30 + "。"}, effective_from=dt.date(2020, 1, 1))
    page = admin_client.get(LIST).content.decode()
    assert "未找到对应" in page
    assert '<td class="field-relation">删除' not in page


def test_two_texts_stand_side_by_side(admin_client, hop):
    page = admin_client.get(f"{LIST}{hop.pk}/change/").content.decode()
    assert 'class="side-by-side"' in page
    assert "<del>月</del><ins>季</ins>" in page
    assert " style=" not in page.partition('class="side-by-side"')[2].partition("</table>")[0]
