"""The editors' side of the library: upload, preview, confirm; dates; correspondences; checking."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import strip_tags

from statutes import editing, periods
from statutes.models import ClauseChange, Statute, Version
from tests.factories import make_article, make_statute
from tests.statutes.test_documents import OFFICIAL, word_file

ADD = "/admin/statutes/version/add/"
TITLE = "最高人民法院关于审理试验纠纷案件适用法律若干问题的规定"


def upload(client, data: bytes, name: str = "a.docx"):
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), "pasted": ""})


def confirm(client, page, **changes):
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items()}
    values.pop("replace", None)
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
    names += ("repeals", "checked_against", "checked_on", "words")
    held = {name: getattr(version, name) or "" for name in names}
    url = f"/admin/statutes/version/{version.pk}/change/"
    held["seen"] = client.get(url).context["adminform"].form["seen"].value()
    return client.post(url, {**held, **values}, follow=True)


def test_who_checked_a_text_is_recorded_and_shown_to_readers(admin_client, admin_user, client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    change(admin_client, version, checked_against="国家法律法规数据库", checked_on="2026-11-20")
    version.refresh_from_db()
    assert (version.checked_by, version.checked_on) == (admin_user, dt.date(2026, 11, 20))
    address = version.statute.get_absolute_url()
    page = strip_tags(client.get(address).content.decode())
    assert (
        "本站编辑于 2026-11-20 对照国家法律法规数据库核对" in page
    )  # the login's name is nobody's
    admin_user.last_name, admin_user.first_name = "王", "小明"
    admin_user.save()
    assert "王小明于 2026-11-20" in strip_tags(client.get(address).content.decode())


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


def test_the_lists_cost_a_few_queries(admin_client, django_assert_max_num_queries):
    make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    make_statute("甲法", clauses={1: "二。"}, effective_from=dt.date(2020, 1, 1))
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


def staff(django_user_model, *permissions: str):
    user = django_user_model.objects.create_user("staff", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def test_who_may_only_add_overrules_nothing_that_is_held(client, django_user_model):
    make_statute(TITLE, clauses={1: "旧。"}, effective_from=dt.date(2024, 3, 1))
    client.force_login(staff(django_user_model, "add_version", "view_version"))
    page = upload(client, word_file(OFFICIAL))
    refused = confirm(client, page, source=Version.Source.OFFICIAL)
    assert "选择一个有效的选项" in refused.content.decode()  # it can't be called official
    refused = confirm(client, page, source=Version.Source.MANIFEST, replace="on")
    assert (
        "您只能新增" in refused.content.decode() or "同一版本与库中不同" in refused.content.decode()
    )
    assert Version.objects.get().clauses.get().text == "旧。"
    Version.objects.update(source=Version.Source.WHEEL)
    refused = confirm(client, page, source=Version.Source.MANIFEST)
    assert "您只能新增" in refused.content.decode()
    assert Version.objects.get().clauses.get().text == "旧。"


def test_the_preview_says_which_other_laws_would_end(admin_client):
    make_statute("旧规定", clauses={1: "旧。"}, effective_from=dt.date(2010, 1, 1), label="旧版")
    text = "某省试验条例\n（2019年6月1日通过）\n第一条 甲。\n第二条 本条例自2020年1月1日起施行。《旧规定》同时废止。"
    page = admin_client.post(ADD, {"pasted": text})
    words = page.content.decode()
    assert "《旧规定》的“旧版”文本（2010-01-01 起施行）将自 2020-01-01 起由这一份取代" in words


def test_a_repeal_read_wrongly_is_taken_back_with_all_that_followed(admin_client):
    old = make_statute("旧规定", clauses={1: "旧。"}, effective_from=dt.date(2010, 1, 1))
    new = make_statute(
        "新规定", clauses={1: "新。"}, effective_from=dt.date(2020, 1, 1), repeals=("旧规定",)
    )
    old.refresh_from_db()
    assert old.effective_to == dt.date(2020, 1, 1)
    assert "写明废止本法" in replacement_page(admin_client, old).content.decode()
    page = change(admin_client, new, repeals="").content.decode()
    assert "《旧规定》（2010-01-01 起施行）的失效日期由 2020-01-01 改为 无" in page
    old.refresh_from_db()
    assert (old.effective_to, old.statute.replaced_by) == (None, None)
    make_statute(
        "新规定", clauses={1: "新。"}, effective_from=dt.date(2020, 1, 1), repeals=("旧规定",)
    )
    assert Statute.objects.get(title="旧规定").as_of(dt.date(2024, 1, 1)) == old


def replacement_page(client, version: Version):
    """The answer to clearing what replaced a text's statute."""
    statute = version.statute
    alias = statute.aliases.get()
    return client.post(
        f"/admin/statutes/statute/{statute.pk}/change/",
        {
            "title": statute.title,
            "slug": statute.slug,
            "kind": statute.kind,
            "replaced_by": "",
            "aliases-TOTAL_FORMS": 1,
            "aliases-INITIAL_FORMS": 1,
            "aliases-0-id": alias.pk,
            "aliases-0-statute": statute.pk,
            "aliases-0-name": alias.name,
        },
        follow=True,
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"effective_from": "1998-01-01"}, "施行日期早于公布日期"),
        ({"checked_against": "官网", "checked_on": "2999-01-01"}, "核对日期不能晚于今天"),
        ({"effective_to": "2000-01-01"}, "失效日期应晚于施行日期"),
        ({"label": "坏\ufffe"}, "控制字符或无效字符"),
    ],
)
def test_what_cannot_be_true_of_a_text_is_refused(admin_client, values, reason):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    page = change(admin_client, version, **values).content.decode()
    assert reason in page
    version.refresh_from_db()
    assert (version.effective_from, version.checked_on) == (dt.date(2010, 1, 1), None)


def test_a_moved_day_says_what_it_moved_of_others(admin_client):
    make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1), label="旧")
    new = make_statute(
        "甲法",
        clauses={1: "二。"},
        effective_from=dt.date(2020, 1, 1),
        promulgated_on=dt.date(2018, 1, 1),
    )
    page = change(admin_client, new, effective_from="2019-01-01").content.decode()
    assert "《甲法》（旧）的失效日期由 2020-01-01 改为 2019-01-01" in page


def test_words_that_were_replaced_meanwhile_are_not_certified(admin_client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    read = version.words
    version.clauses.get().delete()
    page = change(admin_client, version, checked_against="官网", words=read).content.decode()
    assert "核对没有记录" in page
    version.refresh_from_db()
    assert version.checked_on is None


def test_a_forged_depth_breaks_nothing(admin_client):
    page = upload(admin_client, word_file(OFFICIAL))
    assert confirm(admin_client, page, content="9" * 5000 + " 第一条 甲。").status_code == 200
    assert not Version.objects.exists()


def test_the_texts_words_can_be_read_and_its_page_is_linked(admin_client):
    version = make_statute("甲法", clauses={1: "一句。"}, effective_from=dt.date(2010, 1, 1))
    page = admin_client.get(f"/admin/statutes/version/{version.pk}/change/").content.decode()
    assert "<strong>第一条</strong>　一句。" in page
    assert "在站点上查看" in page
    shown = admin_client.get("/admin/statutes/version/?dated=no").content.decode()
    assert "上传法律文本" in shown
    assert "甲法" not in shown.partition('id="result_list"')[2]


def delete(client, version: Version) -> str:
    url = f"/admin/statutes/version/{version.pk}/delete/"
    asked = client.get(url).content.decode()
    return asked + client.post(url, {"post": "yes"}, follow=True).content.decode()


def test_a_text_that_came_in_by_mistake_goes_with_all_that_it_ended(admin_client):
    old = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1), label="旧")
    other = make_statute("旧规定", clauses={1: "旧。"}, effective_from=dt.date(2011, 1, 1))
    wrong = make_statute(
        "甲法",
        clauses={1: "二。"},
        effective_from=dt.date(2020, 1, 1),
        repeals=("旧规定",),
    )
    page = delete(admin_client, wrong)
    assert "1 条；由它终止的文本将恢复" in page
    assert "《甲法》（旧）的失效日期由 2020-01-01 改为 无" in page
    for version in (old, other):
        version.refresh_from_db()
        assert version.effective_to is None
        assert not version.clauses.get().changes.exists()
    assert other.statute.replaced_by is None
    assert Version.objects.count() == 2


def test_a_text_between_two_leaves_no_gap(admin_client):
    first, between, last = (
        make_statute("甲法", clauses={1: words}, effective_from=dt.date(year, 1, 1))
        for year, words in ((2010, "一。"), (2015, "二。"), (2020, "三。"))
    )
    editing.confirm_correspondence(first.clauses.get(), between.clauses.get(), kind="amended")
    assert "人工确认或否定过的新旧条文对应 1 条" in delete(admin_client, between)
    first.refresh_from_db()
    assert first.effective_to == last.effective_from


def test_a_text_that_an_article_cites_stays(admin_client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    make_article(body="<p>《甲法》第一条</p>")
    assert "无法删除 版本" in delete(admin_client, version)
    assert Version.objects.count() == 1
    with pytest.raises(periods.Refused, match="已被文章引用"):
        editing.remove(version)
    statute = f"/admin/statutes/statute/{version.statute_id}/delete/"
    assert admin_client.post(statute, {"post": "yes"}).status_code == 403


def test_who_may_only_add_ends_no_other_text(client, django_user_model):
    held = make_statute("旧规定", clauses={1: "旧。"}, effective_from=dt.date(2010, 1, 1))
    client.force_login(staff(django_user_model, "add_version"))
    text = "某省试验条例\n（2019年6月1日通过）\n第一条 甲。\n第二条 本条例自2020年1月1日起施行。"
    page = client.post(ADD, {"pasted": text + "《旧规定》同时废止。"})
    refused = confirm(client, page)
    assert "会改变旧规定（2010-01-01 起施行）的失效日期" in refused.content.decode()
    held.refresh_from_db()
    assert held.effective_to is None
    page = client.post(ADD, {"pasted": text})
    assert confirm(client, page).status_code == 200  # and back to where it may be
    assert Version.objects.count() == 2


def test_two_who_edit_one_text_lose_nothing(admin_client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    url = f"/admin/statutes/version/{version.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    shown = {name: form[name].value() or "" for name in form.fields}
    change(admin_client, version, label="2010修正")
    page = admin_client.post(url, {**shown, "checked_against": "官网"}).content.decode()
    assert "别人改过这一版本" in page
    version.refresh_from_db()
    assert (version.label, version.checked_on) == ("2010修正", None)


def test_a_refused_change_takes_the_check_along(admin_client):
    make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    version = make_statute("甲法", clauses={1: "二。"}, effective_from=dt.date(2020, 1, 1))
    change(admin_client, version, checked_against="官网", effective_from="2010-01-01")
    version.refresh_from_db()
    assert (version.effective_from, version.checked_on) == (dt.date(2020, 1, 1), None)


def test_a_text_moves_past_the_next_without_its_end_in_the_way(admin_client):
    version = make_statute(
        "甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1), promulgated_on=None
    )
    other = make_statute("甲法", clauses={1: "二。"}, effective_from=dt.date(2020, 1, 1))
    version.refresh_from_db()
    change(admin_client, version, effective_from="2022-01-01")
    for text in (version, other):
        text.refresh_from_db()
    assert (version.effective_to, other.effective_to) == (None, dt.date(2022, 1, 1))


def test_two_names_with_one_key_are_refused(admin_client):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2010, 1, 1))
    statute = version.statute
    values = {"title": statute.title, "slug": statute.slug, "kind": statute.kind}
    values |= {"aliases-TOTAL_FORMS": 2, "aliases-INITIAL_FORMS": 0}
    values |= {"aliases-0-name": "乙规", "aliases-1-name": "乙　规"}
    page = admin_client.post(f"/admin/statutes/statute/{statute.pk}/change/", values)
    assert "有两个别名相同" in page.content.decode()
