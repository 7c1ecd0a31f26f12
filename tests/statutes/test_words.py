"""What the law's pages say of a text: by whom it ended, on which day, and whether today still."""

import datetime as dt
import json
import re

import pytest

from statutes.editing import confirm_correspondence
from statutes.models import Correspondence, Statute
from statutes.standing import act_of, cited_as
from tests.factories import make_article, make_statute

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(get):
    """The main part of a page as a reader reads it: its words alone."""

    def read(url: str, status: int = 200) -> str:
        main = re.search(r"<main.*</main>", get(url, status), re.DOTALL)[0]
        return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", "", main, flags=re.DOTALL))

    return read


@pytest.fixture
def company(db):
    """Amended in 2018, revised from 2024, and a text that waits for 2999."""
    texts = (
        ("2013修正", dt.date(2013, 12, 28), dt.date(2014, 3, 1), {1: "目的。", 20: "旧的股东。"}),
        ("2023修订", dt.date(2023, 12, 29), dt.date(2024, 7, 1), {1: "目的。", 20: "新的股东。"}),
        ("2998修正", dt.date(2025, 1, 1), dt.date(2999, 1, 1), {1: "目的。", 20: "将来的股东。"}),
    )
    return [
        make_statute(
            "公司法",
            slug="gongsifa",
            label=label,
            promulgated_on=promulgated_on,
            effective_from=effective_from,
            clauses=clauses,
        )
        for label, promulgated_on, effective_from, clauses in texts
    ]


def test_a_text_that_was_amended_is_not_said_to_have_lost_its_force(read, company):
    for path in ("?on=2015-01-01", "20/?on=2015-01-01", "versions/"):
        page = read(f"/statutes/gongsifa/{path}")
        assert "2014-03-01 起施行，至 2024-06-30 止" in page
        assert "失效" not in page
        assert "废止" not in page


def test_a_text_of_another_day_says_how_it_stands_today(get, company):
    page = get("/statutes/gongsifa/?on=2015-01-01")
    assert "这一文本自 <time>2024-07-01</time> 起已被修改。" in page
    assert '<a class="back" href="/statutes/gongsifa/">看今天的文本</a>' in page
    page = get("/statutes/gongsifa/20/?on=2015-01-01")
    byline = re.search(r'<p class="byline">.*?</p>', page)[0]
    assert re.findall(r'"state state-(\w+)">([^<]+)', byline) == [
        ("in_force", "当日有效"),
        ("amended", "已修改"),
    ]
    assert '<a class="back" href="/statutes/gongsifa/20/">看今天的文本</a>' in page


def test_a_clause_that_no_amendment_touched_says_so_under_an_earlier_day(read, company):
    assert "这一条的条号和文字至今没有变动" in read("/statutes/gongsifa/1/?on=2015-01-01")


def test_a_day_to_come_is_no_certainty(get, read, company):
    page = get("/statutes/gongsifa/?on=2999-02-01")
    assert re.findall(r'"state state-(\w+)">([^<]+)', page) == [
        ("foreseen", "按现有文本，届时有效"),
        ("pending", "尚未施行"),
    ]
    assert "这一文本今天尚未施行，2999-01-01 起施行" in read("/statutes/gongsifa/?on=2999-02-01")
    page = get("/statutes/gongsifa/20/?on=2998-02-01")
    assert 'state-foreseen">按现有文本，届时有效' in page
    assert "当日有效" not in page
    assert "当日有效" not in get("/statutes/?on=9999-12-31")


def test_a_repealed_statutes_text_says_what_replaced_it_under_an_earlier_day(read, civil_code):
    page = read("/statutes/hetongfa/?on=2015-01-01")
    assert "《合同法》已于 2021-01-01 废止，现由《民法典》取代" in page


def test_a_clause_went_with_its_statute(read, civil_code):
    page = read("/statutes/hetongfa/107/")
    assert "该条已随《合同法》于 2021-01-01 废止。现行对应条文是《民法典》第五百七十七条" in page


def test_a_clause_amended_before_the_repeal_went_on_the_day_of_the_repeal(read, company):
    """Its words ceased to be law earlier; 废止 has the day on which the statute ended."""
    first, last = (
        make_statute(
            "破产法", slug="pochanfa", effective_from=dt.date(year, 1, 1), clauses={9: words}
        )
        for year, words in ((2007, "旧的破产。"), (2015, "新的破产。"))
    )
    code = make_statute(
        "企业法典",
        effective_from=dt.date(2025, 1, 1),
        promulgated_on=dt.date(2024, 6, 1),
        clauses={1: "本法典的目的。"},
        repeals=("破产法",),
    )
    last.statute.refresh_from_db()
    assert last.statute.replaced_by == code.statute
    url = "/statutes/pochanfa/9/?on=2008-01-01"
    assert "该条已随《破产法》于 2025-01-01 废止，请以现行规定为准" in read(url)
    confirm_correspondence(first.clauses.get(), last.clauses.get(), kind="amended")
    confirm_correspondence(last.clauses.get(), code.clauses.get(), kind="amended")
    words = "该条已随《破产法》于 2025-01-01 废止。现行对应条文是《企业法典》第一条"
    assert words in read(url)


def test_a_dropped_clause_is_deleted_not_repealed(get, read):
    texts = [
        make_statute("刑法", slug="xingfa", effective_from=dt.date(year, 1, 1), clauses=clauses)
        for year, clauses in ((1997, {1: "目的。", 9: "甲罪。"}), (2015, {1: "目的。", 10: "乙。"}))
    ]
    confirm_correspondence(texts[0].clauses.get(number=9), None, kind="dropped")
    page = read("/statutes/xingfa/9/")
    assert "已删去（自 2015-01-01 起）" in page
    assert "废止" not in page


def test_a_deleted_clause_says_since_which_text_and_offers_no_citation(get, read):
    for year, words in ((1997, "甲罪。"), (2015, "（删去）"), (2021, "（删去）")):
        make_statute(
            "刑法", slug="xingfa", effective_from=dt.date(year, 1, 1), clauses={199: words}
        )
    page = get("/statutes/xingfa/199/")
    assert "2015-01-01 起施行的文本里已没有它的文字，此前的文字见下方" in read(
        "/statutes/xingfa/199/"
    )
    assert "data-copy" not in page


def test_a_clause_deleted_in_every_text_held_has_no_history(read):
    for year in (2015, 2021):
        make_statute(
            "刑法", slug="xingfa", effective_from=dt.date(year, 1, 1), clauses={199: "（删去）"}
        )
    page = read("/statutes/xingfa/199/")
    assert "本站收录的最早文本（2015-01-01 起施行）里已没有它的文字" in page
    assert "历次文本" not in page


@pytest.mark.parametrize(
    ("label", "act"),
    [("", "公布"), ("2018修正", "修正"), ("2023修订", "修订"), ("修正案九后", "修正")],
)
def test_later_texts_are_not_promulgated_anew(company, label, act):
    company[0].label = label
    assert act_of(company[0]) == act


def test_a_page_names_the_day_of_an_amendment_as_one(read, company):
    assert "2023-12-29 修订" in read("/statutes/gongsifa/")
    assert "2013-12-28 修正，2014-03-01 起施行" in read("/statutes/gongsifa/versions/")


def test_what_waits_is_listed_as_waiting_also_beside_a_text_in_force(get, read, company):
    make_statute("别的法", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    page = get("/statutes/?status=pending")
    assert ("/gongsifa/" in page, "别的法" in page) == (True, False)
    assert "现行有效另有文本尚未施行" in read("/statutes/")


def test_every_statute_that_a_text_repeals_is_counted(read, civil_code):
    civil_code.repeals = "中华人民共和国合同法\n中华人民共和国担保法"
    civil_code.save()
    page = read("/statutes/minfadian/")
    assert "取代了 2 部法律" in page
    assert "担保法（本站未收录）" in page


def test_between_promulgation_and_first_day_the_law_is_what_it_replaced(get, read, civil_code):
    civil_code.promulgated_on = dt.date(2020, 5, 28)
    civil_code.save()
    page = read("/statutes/minfadian/?on=2020-06-01")
    assert "最早文本 2020-05-28 公布，自 2021-01-01 起施行，当日尚未施行" in page
    assert '<a href="/statutes/hetongfa/?on=2020-06-01">《合同法》</a>' in get(
        "/statutes/minfadian/?on=2020-06-01"
    )
    assert "后来取代" not in read("/statutes/minfadian/?on=1990-06-01")


def test_a_gap_between_two_texts_is_told_by_its_days(read):
    for first, last in ((2015, dt.date(2017, 11, 4)), (2021, None)):
        make_statute(
            "刑法",
            slug="xingfa",
            effective_from=dt.date(first, 1, 1),
            effective_to=last,
            clauses={1: "一。"},
        )
    page = read("/statutes/xingfa/?on=2019-01-01")
    assert "前一文本施行至 2017-11-03，后一文本自 2021-01-01 起施行" in page


def test_a_year_of_few_digits_stays_a_date_in_every_address(client, get, company):
    get("/statutes/gongsifa/?on=0001-01-01")
    assert "?on=0001-01-01" in get("/statutes/?on=0001-01-01")
    make_statute("古法", slug="gufa", effective_from=dt.date(650, 1, 1), clauses={1: "一。"})
    page = get("/statutes/gufa/?on=0700-01-01")
    assert 'href="1/?on=0700-01-01"' in page
    url = client.get("/statutes/?q=古法1&on=0700-01-01").url
    assert url == "/statutes/gufa/1/?on=0700-01-01"


def test_days_stay_on_one_line(get, company):
    for path in ("", "20/", "versions/", "?on=2015-01-01", "20/?on=2015-01-01", "?on=2001-01-01"):
        main = re.search(r"<main.*</main>", get(f"/statutes/gongsifa/{path}"), re.DOTALL)[0]
        words = re.sub(r"<svg.*?</svg>|<time>[^<]*</time>|<[^>]+>", "", main, flags=re.DOTALL)
        assert re.findall(r"\d{4}-\d\d-\d\d", words) == [], path


def test_the_citation_of_an_earlier_text_names_it(get, company):
    def copied(url: str) -> list[str]:
        return re.findall(r'data-copy="([^"]+)"', get(url))

    assert copied("/statutes/gongsifa/20/?on=2015-01-01") == [
        "《公司法》（2013修正）第二十条",
        "公司法（2013修正）第20条",
    ]
    assert copied("/statutes/gongsifa/20/?on=2999-01-01")[0] == "《公司法》（2998修正）第二十条"
    today = ["《公司法》第二十条", "公司法第20条"]
    assert copied("/statutes/gongsifa/20/") == today
    assert copied("/statutes/gongsifa/20/?on=2025-01-01") == today


def test_a_citation_needs_no_more_than_the_name_where_there_is_one_text(civil_code):
    today = dt.date(2025, 1, 1)
    old = Statute.objects.get(slug="hetongfa").versions.get()
    assert cited_as(old, [old], today=today) == ""  # repealed, but no other text of it is meant
    old.statute.replaced_by = None
    assert cited_as(old, [old], today=today) == "1999-10-01起施行"  # later ones are not held


@pytest.fixture
def constitution(db):
    """A text of unknown days beside one in force."""
    old = make_statute(
        "宪法",
        slug="xianfa",
        effective_from=None,
        promulgated_on=dt.date(1982, 12, 4),
        source_status="历史版本",
        clauses={1: "旧一。", 2: "旧二。"},
    )
    new = make_statute(
        "宪法",
        effective_from=dt.date(2018, 3, 11),
        promulgated_on=dt.date(2018, 3, 11),
        clauses={1: "新一。", 2: "新二。"},
    )
    return old, new


def test_a_text_of_unknown_days_has_an_address_beside_one_in_force(get, constitution):
    old, _ = constitution
    for path in ("", "versions/"):
        assert f'href="/statutes/xianfa/?text={old.pk}"' in get(f"/statutes/xianfa/{path}")
    page = get(f"/statutes/xianfa/?text={old.pk}")
    assert "您正在阅读施行日期待核的文本：1982 年公布" in page
    assert ("旧一。" in page, "新一。" in page) == (True, False)
    assert '现行的是<a href="/statutes/xianfa/">' in page
    assert f'href="2/?text={old.pk}"' in page
    assert '<meta name="robots" content="noindex">' in page
    page = get(old.clauses.get(number=1).get_absolute_url())
    assert '<meta name="robots" content="noindex">' in page
    assert '<blockquote class="clause-text">\n<p id="p1">旧一。' in re.sub("{%.*?%}", "", page)
    assert f'href="/statutes/xianfa/2/?text={old.pk}" rel="next"' in page
    assert "《宪法》（1982年公布）第一条" in page
    assert "旧一。" not in get("/statutes/xianfa/")


def test_an_address_of_a_text_by_id_leads_to_its_day_and_never_elsewhere(
    client, get, constitution, civil_code
):
    _, new = constitution
    for path in ("", "1/"):
        url = f"/statutes/xianfa/{path}"
        assert client.get(f"{url}?text={new.pk}&on=1990-01-01").url == url
        for text in ("x", "999999", "²", str(civil_code.pk)):
            get(f"{url}?text={text}", 404)


def test_the_only_text_of_unknown_days_needs_no_bar(get):
    text = make_statute("甲法", slug="jiafa", effective_from=None, clauses={1: "文。"})
    page = get(text.clauses.get().get_absolute_url())
    assert "您正在阅读" not in page
    assert "noindex" not in page


def test_a_newer_text_of_unknown_days_is_not_said_to_be_displaced(get, constitution):
    newer = make_statute(
        "宪法", effective_from=None, promulgated_on=dt.date(2026, 1, 1), clauses={1: "更新。"}
    )
    page = get(newer.clauses.get().get_absolute_url())
    assert "更新。" in page
    assert "已被取代" not in page
    assert 'state-undated">施行日期待核' in page


def test_each_text_of_a_number_says_how_it_stands(get, company):
    page = get("/statutes/gongsifa/20/")
    assert re.findall(r'"state state-(\w+)">([^<]+)</span></h3>', page) == [
        ("pending", "尚未施行"),
        ("amended", "已被修改"),
    ]


def test_structured_data_speaks_of_today_whatever_day_is_read(get, company, constitution):
    def force(url: str) -> str | None:
        script = re.search(r'<script type="application/ld\+json">(.*?)</script>', get(url))[1]
        return (
            json.loads(script).get("legislationLegalForce", "").removeprefix("https://schema.org/")
        )

    for path in ("", "20/"):
        assert force(f"/statutes/gongsifa/{path}") == "InForce"
        assert force(f"/statutes/gongsifa/{path}?on=2998-01-01") == "InForce"
        assert force(f"/statutes/gongsifa/{path}?on=2015-01-01") == "NotInForce"
        assert force(f"/statutes/gongsifa/{path}?on=2999-01-01") == "NotInForce"
    assert force(f"/statutes/xianfa/?text={constitution[0].pk}") == ""


def test_a_hop_over_a_text_that_came_in_later_is_no_claim_of_what_became(get):
    first, last = (
        make_statute(
            "租约法", slug="zuyuefa", effective_from=dt.date(year, 1, 1), clauses={number: words}
        )
        for year, number, words in ((2010, 2, "租金按月支付。"), (2020, 4, "租金按季支付。"))
    )
    confirm_correspondence(first.clauses.get(), last.clauses.get(), kind="amended")
    url = "/statutes/zuyuefa/4/"
    assert "来源与去向" in get(url)
    make_statute("租约法", effective_from=dt.date(2015, 1, 1), clauses={3: "租金按年支付。"})
    Correspondence.objects.filter(old=first.clauses.get(), new=last.clauses.get()).delete()
    Correspondence.objects.create(
        old=first.clauses.get(), new=last.clauses.get(), kind="amended", status="confirmed"
    )
    assert "来源与去向" not in get(url)
    assert "来源与去向" not in get("/statutes/zuyuefa/2/?on=2010-01-01")


def test_a_clauses_page_costs_at_most_eight_queries_and_a_statutes_nine(
    client, company, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        client.get("/statutes/gongsifa/20/?on=2015-01-01")
    with django_assert_max_num_queries(9):
        client.get("/statutes/gongsifa/?on=2015-01-01")


@pytest.mark.django_db
def test_what_will_repeal_a_law_is_not_the_present_law_yet(client):
    facts = {"slug": "jia", "promulgated_on": dt.date(1999, 1, 1)}
    make_statute("甲法", clauses={1: "旧的规则。"}, effective_from=dt.date(2000, 1, 1), **facts)
    facts["promulgated_on"] = dt.date(2014, 1, 1)
    make_statute(
        "甲法", clauses={1: "另外的一套规则。"}, effective_from=dt.date(2015, 1, 1), **facts
    )
    make_statute(
        "丙法",
        clauses={1: "丙。"},
        source_status="历史版本",
        promulgated_on=dt.date(1990, 1, 1),
        slug="bing",
    )
    make_statute(
        "乙法典",
        clauses={1: "将来的规则。"},
        effective_from=dt.date(2999, 1, 1),
        promulgated_on=dt.date(2020, 1, 1),
        repeals=("甲法", "丙法"),
    )
    for address in (
        "/statutes/jia/1/?on=2001-01-01",
        "/statutes/jia/?on=1990-01-01",
        "/statutes/jia/9/",
        "/statutes/bing/",
        "/statutes/bing/1/",
    ):
        page = client.get(address).content.decode()
        assert "乙法典" not in page, address
        assert "废止" not in page, address
    article = make_article(body="<p>《甲法》第一条</p>", on=dt.date(2001, 5, 1))
    page = client.get(article.get_absolute_url()).content.decode()
    assert '请以现行规定为准：<a href="/statutes/jia/">《甲法》</a>' in page
