import datetime as dt
import re
from xml.etree import ElementTree

import pytest

from tests.factories import make_statute

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(get):
    """A page with its days as a reader reads them."""
    return lambda *args: re.sub("</?time>", "", get(*args))


@pytest.fixture
def trademark(db):
    make_statute(
        "商标法",
        slug="shangbiaofa",
        effective_from=dt.date(2019, 11, 1),
        promulgated_on=dt.date(2019, 4, 23),
        clauses={1: "旧的第一条。", 2: "旧的第二条。"},
    )
    return make_statute(
        "商标法",
        effective_from=dt.date(2999, 1, 1),
        promulgated_on=dt.date(2026, 6, 26),
        clauses={1: "新的第一条。"},
    )


def test_the_library_lists_statutes_by_kind_with_their_standing(get, civil_code, trademark):
    page = get("/statutes/")
    assert page.index("民法典") < page.index('state-in_force">现行有效')
    assert page.index(">合同法</a>") < page.index(">已废止</span>")


def test_a_statute_shows_todays_text_not_the_pending_one(get, trademark):
    page = get("/statutes/shangbiaofa/")
    assert "旧的第一条" in page
    assert "新的第一条" not in page
    assert "新的第一条" in get("/statutes/shangbiaofa/?on=2999-01-01")


def test_the_law_of_a_day_says_which_day(get, trademark):
    page = get("/statutes/shangbiaofa/1/?on=2020-01-01")
    assert "您正在阅读 2020-01-01 的法律" in page
    assert "当日有效" in page


def test_a_day_that_we_hold_no_text_of_gets_no_other_text(get, trademark):
    page = get("/statutes/shangbiaofa/?on=2001-01-01")
    assert "最早文本自 2019-11-01 起施行" in page
    assert "第一条" not in page
    absent = get("/statutes/shangbiaofa/1/?on=2001-01-01", 404)
    assert "最早文本自 2019-11-01 起施行" in absent
    assert 'href="/statutes/shangbiaofa/1/"' in absent


def test_a_day_after_the_repeal_is_told_as_such(get, civil_code):
    assert "该法已于 2021-01-01 废止" in get("/statutes/hetongfa/?on=2022-01-01")
    absent = get("/statutes/hetongfa/107/?on=2022-01-01", 404)
    assert "该法已于 2021-01-01 废止" in absent
    assert "现行的《民法典》" in absent


def test_a_number_that_the_statute_does_not_have_is_told_as_such(get, trademark):
    words = "本站收录的文本没有这一条，最后一条是第二条。"
    assert words in get("/statutes/shangbiaofa/99/", 404)
    assert "其他日期的文本里有" in get("/statutes/shangbiaofa/2/?on=2999-01-01", 404)


def test_a_text_of_unknown_days_is_shown_as_no_days_law(get):
    make_statute("甲法", slug="jiafa", effective_from=None, clauses={1: "文。"})
    assert "没有收录那一天的文本" in get("/statutes/jiafa/1/?on=2015-01-01", 404)
    assert "文。" not in get("/statutes/jiafa/?on=2015-01-01")
    assert "文。" in get("/statutes/jiafa/1/")


@pytest.mark.parametrize(
    ("status", "words"),
    [("已废止", "来源注明已废止"), ("历史版本", "已有更新文本"), ("", "施行日期待核")],
)
def test_what_the_source_says_of_an_undated_text_is_not_kept_back(get, status, words):
    make_statute(
        "甲法", slug="jiafa", effective_from=None, source_status=status, clauses={1: "文。"}
    )
    page = get("/statutes/jiafa/1/")
    assert words in page
    assert f'<span class="state state-undated">{words}</span>' in page


@pytest.mark.parametrize("on", ["2020-13-01", "yesterday", "2020", "<script>"])
def test_a_day_that_is_none_gets_a_clear_answer(get, trademark, on):
    page = get(f"/statutes/shangbiaofa/?on={on}", 400)
    assert "2015-09-01 这样的形式" in page
    assert "<script>" not in page


def test_a_repealed_statute_says_so_and_names_what_replaced_it(get, civil_code):
    page = get("/statutes/hetongfa/")
    assert "已废止" in page
    assert 'href="/statutes/minfadian/"' in page


def test_a_clauses_page_shows_text_place_standing_and_neighbours(get, civil_code):
    page = get("/statutes/minfadian/577/")
    assert "应当承担继续履行" in page
    assert 'href="/statutes/minfadian/510/' in page
    assert 'href="/statutes/minfadian/675/' in page
    repealed = get("/statutes/hetongfa/107/")
    assert "现行对应条文是" in repealed
    assert "《民法典》第五百七十七条" in repealed


def test_a_text_of_unknown_days_is_not_shown_as_the_newest_beside_one_in_force(get):
    make_statute(
        "甲法",
        slug="jiafa",
        effective_from=None,
        promulgated_on=dt.date(1990, 1, 1),
        clauses={1: "旧一。", 5: "旧五。"},
    )
    make_statute("甲法", effective_from=dt.date(2020, 1, 1), clauses={1: "新一。"})
    assert "新一。" in get("/statutes/jiafa/1/")
    page = get("/statutes/jiafa/5/")
    assert "新旧条文待比对" in page
    assert "state-undated" not in page


def test_an_excerpt_is_never_said_to_lack_a_clause(get):
    for year, number in ((2015, 29), (2021, 25)):
        make_statute(
            "甲规定",
            slug="jia",
            is_complete=False,
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year, 1, 1),
            clauses={number: "文。"},
        )
    page = get("/statutes/jia/25/?on=2016-01-01", 404)
    assert "没有收录不等于不存在" in page


def test_a_pending_clauses_address_is_its_own_day(trademark):
    assert trademark.clauses.get().get_absolute_url() == "/statutes/shangbiaofa/1/?on=2999-01-01"


def test_a_branch_has_its_own_address(get):
    make_statute(
        "刑法",
        slug="xingfa",
        effective_from=dt.date(2020, 1, 1),
        clauses={133: "主条。", "133-1": "之一条。"},
    )
    assert "之一条" in get("/statutes/xingfa/133-1/")
    assert "第一百三十三条之一" in get("/statutes/xingfa/133-1/")
    get("/statutes/xingfa/133-2/", 404)
    get("/statutes/xingfa/0/", 404)
    get("/statutes/xingfa/x/", 404)


def test_an_excerpt_and_a_doubtful_date_are_said(get):
    make_statute("甲法", slug="jiafa", effective_from=None, is_complete=False, clauses={1: "文。"})
    page = get("/statutes/jiafa/")
    assert "部分条文" in page
    assert "尚未核实" in page
    assert "施行日期待核" in get("/statutes/jiafa/1/")


def test_a_text_without_clauses_is_shown_whole(get):
    make_statute(
        "某决定",
        slug="jueding",
        effective_from=dt.date(2020, 1, 1),
        clauses={},
        body="第一段。\n第二段。",
    )
    assert "第二段。" in get("/statutes/jueding/")


def test_a_long_statute_costs_a_few_queries(client, django_assert_max_num_queries):
    chapters = [((3, f"第{n}章"),) for n in range(20)]
    from statutes.library import StatuteText, store
    from statutes.models import Version
    from statutes.outline import ClauseText

    store(
        StatuteText(
            title="长法",
            kind="law",
            source=Version.Source.MANIFEST,
            slug="changfa",
            effective_from=dt.date(2020, 1, 1),
            clauses=[ClauseText(n + 1, 0, "文。", chapters[n // 10]) for n in range(200)],
        )
    )
    with django_assert_max_num_queries(9):
        page = client.get("/statutes/changfa/").content.decode()
    assert page.count('class="clause"') == 200
    assert page.count('class="law-heading"') == 20


def test_the_library_of_a_day_lists_what_was_law_then(get, client, civil_code):
    page = get("/statutes/?on=2015-09-01")
    assert "您正在阅读 2015-09-01 的法律" in page
    assert page.count("当日有效</span>") == 1  # 合同法
    assert 'href="/statutes/hetongfa/?on=2015-09-01"' in page
    assert page.count("未收录当日文本</span>") == 1
    assert ">民法典</a>" not in get("/statutes/?on=2015-09-01&status=in_force")
    assert client.get("/statutes/?q=合同法107&on=2015-09-01").url == (
        "/statutes/hetongfa/107/?on=2015-09-01"
    )
    get("/statutes/?on=2015-02-30", 400)


def test_a_check_outlives_the_account_of_who_made_it(get, civil_code, django_user_model):
    civil_code.checked_by = django_user_model.objects.create_user(
        "zhang", last_name="张", first_name="三"
    )
    civil_code.checked_on, civil_code.checked_against = dt.date(2026, 1, 5), "公报"
    civil_code.save()
    assert "张三于 2026-01-05 对照公报核对" in get("/statutes/minfadian/675/")
    civil_code.checked_by.delete()
    assert "本站编辑于 2026-01-05 对照公报核对" in get("/statutes/minfadian/675/")


def test_a_text_says_which_of_its_parts_are_not_held(get):
    make_statute(
        "宪法",
        slug="xianfa",
        kind="constitution",
        effective_from=dt.date(2018, 3, 11),
        is_complete=False,
        clauses={1: "一。", 2: "二。", 4: "四。"},
    )
    page = get("/statutes/xianfa/")
    assert "序言尚未收录。" in page
    assert "缺第三条；" in page
    make_statute(
        "某法", slug="moufa", clauses={1: "一。", 3: "三。"}, effective_from=dt.date(2020, 1, 1)
    )
    assert "尚未收录" not in get("/statutes/moufa/")


@pytest.mark.parametrize("noise", ["\x0b", "\x1f", "\ufffe", "\uffff"])
def test_no_character_in_a_label_breaks_the_feed(client, noise):
    version = make_statute("甲法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    version.label = f"2018{noise}修正"
    version.statute.title = f"甲{noise}法"
    version.save()
    version.statute.save()
    feed = ElementTree.fromstring(client.get("/statutes/feed/").content)  # noqa: S314  (ours)
    (title,) = feed.findall("{*}entry/{*}title")
    assert title.text == "收录《甲法》（2018修正）"
