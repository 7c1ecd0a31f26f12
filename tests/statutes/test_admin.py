"""The editors' side of the library: upload, preview, confirm; dates; correspondences; checking."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from statutes.models import ClauseChange, Correspondence, Version
from tests.factories import make_statute
from tests.statutes.test_documents import OFFICIAL, word_file

ADD = "/admin/statutes/version/add/"
TITLE = "最高人民法院关于审理试验纠纷案件适用法律若干问题的规定"


def upload(client, data: bytes, name: str = "a.docx"):
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), "pasted": ""})


def confirm(client, page, **changes):
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    values.pop("replace")
    return client.post(ADD, {**values, **changes}, follow=True)


def test_a_word_file_is_previewed_and_stored_only_when_confirmed(admin_client):
    page = upload(admin_client, word_file(OFFICIAL))
    assert "读出 <strong>2</strong> 条" in page.content.decode()
    assert Version.objects.count() == 0
    done = confirm(admin_client, page, aliases="试验规定；试验解释")
    assert f"《{TITLE}》已入库。" in done.content.decode()
    version = Version.objects.get()
    assert (version.source, version.effective_from, version.promulgated_on) == (
        Version.Source.OFFICIAL,
        dt.date(2024, 3, 1),
        dt.date(2024, 2, 20),
    )
    names = set(version.statute.aliases.values_list("name", flat=True))
    assert names == {TITLE, "试验规定", "试验解释"}
    assert version.clauses.count() == 2
    assert LogEntry.objects.get().object_id == str(version.pk)


def test_pasted_text_with_warnings(admin_client):
    page = admin_client.post(ADD, {"pasted": "试验条例\n第一条 甲。\n第三条 乙"})
    words = page.content.decode()
    assert "第 3 行：缺第二条" in words
    assert "可能不完整" in words
    confirm(admin_client, page, effective_from="2020-05-01")
    assert Version.objects.get().source == Version.Source.MANIFEST


@pytest.mark.parametrize(
    ("data", "reason"), [(b"\xd0\xcf\x11\xe0" * 9, "旧版 Word"), (b"", "submitted|空|选择文件")]
)
def test_what_cannot_be_read_is_refused_on_the_form(admin_client, data, reason):
    words = upload(admin_client, data, "a.doc").content.decode()
    assert any(part in words for part in reason.split("|"))
    assert Version.objects.count() == 0


def test_another_text_for_the_same_day_is_refused_with_the_differences(admin_client):
    make_statute(
        TITLE,
        clauses={1: "旧。"},
        effective_from=dt.date(2024, 3, 1),
        source=Version.Source.OFFICIAL,
    )
    page = upload(admin_client, word_file(OFFICIAL))
    Version.objects.update(checked_against="官网", checked_on=dt.date(2024, 4, 1))
    refused = confirm(admin_client, page)
    assert "请勾选“替换”" in refused.content.decode()
    assert "第一条文字不同：“旧”→“甲”" in refused.content.decode()
    assert Version.objects.get().clauses.get().text == "旧。"
    confirm(admin_client, refused, replace="on")
    version = Version.objects.get()
    assert version.clauses.first().text == "甲。"
    # The check was one of the words that went.
    assert (version.checked_against, version.checked_on) == ("", None)


def test_the_preview_says_which_text_would_end(admin_client):
    make_statute(TITLE, clauses={1: "旧。"}, effective_from=dt.date(2010, 1, 1), label="旧版")
    page = upload(admin_client, word_file(OFFICIAL)).content.decode()
    assert "的“旧版”文本（2010-01-01 起施行）将自 2024-03-01 起由这一份取代" in page


def test_a_file_without_any_words_of_law_is_refused_at_once(admin_client):
    page = upload(admin_client, b"\x81\x30\x81\x30" * 500, "a.png")
    assert "这不是文本文件" in page.content.decode()


def change(client, version: Version, **values):
    names = ("label", "document_number", "promulgated_on", "effective_from", "effective_to")
    names += ("checked_against", "checked_on")
    held = {name: getattr(version, name) or "" for name in names}
    url = f"/admin/statutes/version/{version.pk}/change/"
    return client.post(url, {**held, **values}, follow=True)


def test_who_checked_a_text_is_recorded_and_shown_to_readers(admin_client, admin_user, client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    change(admin_client, version, checked_against="国家法律法规数据库", checked_on="2026-11-20")
    version.refresh_from_db()
    assert (version.checked_by, version.checked_on) == (admin_user, dt.date(2026, 11, 20))
    page = client.get(version.statute.get_absolute_url()).content.decode()
    assert "admin于 2026-11-20 对照国家法律法规数据库核对" in page


def test_a_day_can_be_given_to_a_text_that_had_none_but_not_another_texts_day(admin_client):
    held = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    undated = make_statute("甲法", clauses={1: "二。"}, promulgated_on=dt.date(2009, 1, 1))
    refused = change(admin_client, undated, effective_from="2020-01-01")
    assert "2020-01-01 起施行的另一文本已在库中" in refused.content.decode()
    change(admin_client, undated, effective_from="2010-01-01")
    undated.refresh_from_db()
    assert (undated.effective_from, undated.effective_to) == (
        dt.date(2010, 1, 1),
        held.effective_from,
    )
    assert ClauseChange.objects.get(clause__version=undated).on == dt.date(2020, 1, 1)


@pytest.fixture
def hop(db) -> Correspondence:
    """An amendment, proposed."""
    make_statute("甲法", clauses={1: "租金应当按月支付。"}, effective_from=dt.date(2010, 1, 1))
    make_statute(
        "甲法",
        clauses={1: "目的。", 2: "租金应当按季支付。"},
        effective_from=dt.date(2020, 1, 1),
        promulgated_on=dt.date(2019, 1, 1),
    )
    return Correspondence.objects.get()


def act(client, action: str, hop: Correspondence):
    url = "/admin/statutes/correspondence/"
    return client.post(url, {"action": action, "_selected_action": [hop.pk]}, follow=True)


def test_a_proposal_is_unseen_until_confirmed(admin_client, admin_user, hop, client):
    url = f"/statutes/{hop.old.version.statute.slug}/1/?on=2010-06-01"
    assert "后为" not in client.get(url).content.decode()
    assert not hop.old.at(dt.date(2024, 1, 1))
    assert "已确认 1 条对应关系" in act(admin_client, "accept", hop).content.decode()
    hop.refresh_from_db()
    assert (hop.status, hop.confirmed_by) == ("confirmed", admin_user)
    assert "后为" in client.get(url).content.decode()
    assert hop.old.at(dt.date(2024, 1, 1)) == hop.new


def test_a_rejected_proposal_leaves_nothing_and_is_not_proposed_again(admin_client, hop):
    act(admin_client, "reject", hop)
    assert ClauseChange.objects.get(clause=hop.old).successor is None
    version = hop.new.version
    make_statute(
        "甲法",
        clauses={1: "目的。", 2: "租金应当按季支付。", 3: "新。"},
        effective_from=dt.date(2020, 1, 1),
        promulgated_on=dt.date(2019, 1, 1),
        source=Version.Source.OFFICIAL,
    )
    assert version.clauses.count() == 3
    assert list(Correspondence.objects.values_list("status", flat=True)) == ["rejected"]


def test_only_identical_ones_are_accepted_by_that_action(admin_client, hop):
    assert "已确认 0 条" in act(admin_client, "accept_identical", hop).content.decode()


def test_another_clause_can_be_chosen_instead(admin_client, hop):
    other = hop.new.version.clauses.get(number=1)
    url = f"/admin/statutes/correspondence/{hop.pk}/change/"
    page = admin_client.get(url).content.decode()
    assert "<del>月</del>" in page or "<del>按月" in page
    values = {"new": other.pk, "kind": "amended", "note": "手工"}
    page = admin_client.post(url, {**values, "decision": ""}).content.decode()
    assert "请选择确认或否定" in page
    admin_client.post(url, {**values, "decision": "confirmed"})
    hop.refresh_from_db()
    assert (hop.new, hop.status, hop.note) == (other, "confirmed", "手工")


def test_a_note_alone_decides_nothing(admin_client, hop):
    url = f"/admin/statutes/correspondence/{hop.pk}/change/"
    admin_client.post(url, {"new": hop.new_id, "kind": hop.kind, "note": "再看", "decision": ""})
    hop.refresh_from_db()
    assert (hop.status, hop.note, hop.confirmed_by) == ("proposed", "再看", None)
    admin_client.post(
        url, {"new": hop.new_id, "kind": hop.kind, "note": "不是", "decision": "rejected"}
    )
    hop.refresh_from_db()
    assert hop.status == "rejected"


def test_what_cannot_be_is_not_recorded(admin_client, hop):
    url = f"/admin/statutes/correspondence/{hop.pk}/change/"
    earlier = hop.old.version.clauses.first()
    for values, reason in (
        ({"new": earlier.pk, "kind": "amended"}, "应晚于"),
        ({"new": "", "kind": "amended"}, "关系应是"),
        ({"new": hop.new_id, "kind": "dropped"}, "不能是"),
    ):
        page = admin_client.post(url, {**values, "note": "", "decision": "confirmed"})
        assert reason in page.content.decode()
    hop.refresh_from_db()
    assert hop.status == "proposed"


def test_the_lists_cost_a_few_queries(admin_client, hop, django_assert_max_num_queries):
    for name in ("version", "correspondence", "statute"):
        with django_assert_max_num_queries(12):
            assert admin_client.get(f"/admin/statutes/{name}/").status_code == 200


def test_who_may_not_add_may_not_upload(client, django_user_model):
    user = django_user_model.objects.create_user("staff", is_staff=True)
    client.force_login(user)
    assert client.get(ADD).status_code == 403


def test_what_is_confirmed_is_what_was_previewed(admin_client):
    page = admin_client.post(
        ADD, {"pasted": "试验条例\n第一条 标记为&lt;b&gt;的。\n第二条 &lt;!-- 乙。\n第三条 丙。"}
    )
    confirm(admin_client, page)
    texts = Version.objects.get().clauses.values_list("text", flat=True)
    assert list(texts) == ["标记为<b>的。", "<!-- 乙。", "丙。"]
