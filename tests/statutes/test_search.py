"""The library's search box: a year picks a text, a clause that isn't there is told as such."""

import datetime as dt
import re

import pytest

from statutes.catalogue import by_kind, in_order
from tests.factories import make_statute

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db):
    texts = (
        ("2013修正", dt.date(2013, 12, 28), dt.date(2014, 3, 1), {1: "目的。", 20: "旧的股东。"}),
        ("2018修正", dt.date(2018, 10, 26), dt.date(2018, 10, 26), {1: "目的。", 20: "股东。"}),
        ("2023修订", dt.date(2023, 12, 29), dt.date(2024, 7, 1), {1: "目的。", 20: "新的股东。"}),
    )
    return [
        make_statute(
            "中华人民共和国公司法",
            slug="gongsifa",
            label=label,
            promulgated_on=promulgated_on,
            effective_from=effective_from,
            clauses=clauses,
        )
        for label, promulgated_on, effective_from, clauses in texts
    ]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("公司法2018第20条", "20/?on=2018-10-26"),
        ("《公司法》（2018修正）第二十条", "20/?on=2018-10-26"),
        ("公司法（2018修正）第20条", "20/?on=2018-10-26"),
        ("2018年公司法第20条", "20/?on=2018-10-26"),
        ("公司法2018年修正第20条", "20/?on=2018-10-26"),
        ("公司法2014第20条", "20/?on=2014-03-01"),  # in force from that year
        ("公司法2023第20条", "20/"),  # the text of today
        ("公司法2018", "?on=2018-10-26"),
        ("公司法（2018修正）", "?on=2018-10-26"),
        ("《公司法》2018", "?on=2018-10-26"),
        ("公司法20", "20/"),
    ],
)
def test_a_year_picks_the_text_of_that_year(client, company, typed, address):
    response = client.get("/statutes/", {"q": typed})
    assert (response.status_code, response["Location"]) == (302, f"/statutes/gongsifa/{address}")


def note(page: str) -> str:
    return re.search(r'class="search-note" role="status">(.*?)</p>', page)[1]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("公司法1300", "《公司法》没有第一千三百条，最后一条是第二十条。"),
        ("公司法第5条", "本站收录的《公司法》文本没有第五条。"),
        ("公司法2018第300条", "《公司法》（2018修正）没有第三百条，最后一条是第二十条。"),
        ("公司法2005第1条", "《公司法》2005 年的文本，本站没有收录。"),
    ],
)
def test_what_is_not_there_is_told_and_the_statute_offered(get, company, typed, words):
    page = get(f"/statutes/?q={typed}")
    assert note(page) == words
    assert 'href="/statutes/gongsifa/"' in page


def test_several_texts_of_one_year_are_left_to_the_reader(get):
    for label, day in (("2020年8月修正", dt.date(2020, 8, 20)), ("2020年第二次修正", None)):
        make_statute(
            "民间借贷规定",
            slug="minjianjiedai",
            label=label,
            promulgated_on=day or dt.date(2020, 12, 29),
            effective_from=day or dt.date(2021, 1, 1),
            clauses={25: "利率。"},
        )
    assert note(get("/statutes/?q=民间借贷规定2020第25条")) == (
        "《民间借贷规定》2020 年有 2 个文本："
        ' <a href="/statutes/minjianjiedai/25/?on=2020-08-20">2020年8月修正</a>'
        ' <a href="/statutes/minjianjiedai/25/">2020年第二次修正</a>'
    )


def test_the_year_of_a_label_names_one_of_two(client):
    test_several_texts_of_one_year_are_left_to_the_reader(
        lambda url: client.get(url).content.decode()
    )
    url = client.get("/statutes/", {"q": "民间借贷规定（2020年第二次修正）第25条"}).url
    assert url == "/statutes/minjianjiedai/25/"


def test_a_number_that_may_be_a_year_is_a_clause_where_the_statute_has_it(client):
    make_statute("长法", slug="changfa", clauses={1: "一。", 1999: "文。"})
    assert client.get("/statutes/", {"q": "长法1999"}).url == "/statutes/changfa/1999/"


def test_an_excerpt_is_not_said_to_lack_a_clause(get):
    make_statute(
        "甲法", clauses={25: "文。"}, is_complete=False, effective_from=dt.date(2020, 1, 1)
    )
    assert "没有收录不等于不存在" in note(get("/statutes/?q=甲法1"))


def test_a_title_with_a_year_and_a_document_number_keep_their_meaning(client, get, company):
    make_statute("宪法修正案（2018年）", slug="xiuzheng", clauses={32: "文。"})
    make_statute(
        "甲规定",
        slug="jia",
        clauses={1: "文。"},
        effective_from=dt.date(2021, 1, 1),
        document_number="法释〔2020〕17号",
    )
    assert (
        client.get("/statutes/", {"q": "宪法修正案（2018年）第32条"}).url
        == "/statutes/xiuzheng/32/"
    )
    assert 'href="/statutes/jia/"' in get("/statutes/?q=法释〔2020〕17")


def test_the_search_box_says_what_it_does_not_search(get, company):
    assert "不检索条文里的文字" in get("/statutes/")


def test_a_search_costs_a_few_queries(client, company, django_assert_max_num_queries):
    for typed in ("公司法2005第1条", "法释〔2020〕17", "公司法1300", "2018年公司法第20条"):
        with django_assert_max_num_queries(8):
            client.get("/statutes/", {"q": typed})


def test_what_was_named_exactly_comes_before_what_contains_the_name(get):
    for title, slug in (("核安全法", "longer"), ("安全法典", "code"), ("安全法", "exact")):
        make_statute(title, slug=slug, clauses={1: "一。"})
    page = get("/statutes/?q=安全法")
    assert re.findall(r'<a href="/statutes/(\w+)/">', page) == ["exact", "code", "longer"]


def test_the_codes_come_first_then_what_the_congress_made_then_by_sound():
    titles = {
        "中华人民共和国保险法": "全国人民代表大会常务委员会",
        "中华人民共和国安全生产法": "全国人民代表大会常务委员会",
        "中华人民共和国刑法": "全国人民代表大会",
        "中华人民共和国公司法": "全国人民代表大会常务委员会",
        "中华人民共和国民法典": "全国人民代表大会",
        "中华人民共和国监察法": "全国人民代表大会",
    }
    statutes = [
        make_statute(title, issuer=issuer, clauses={1: "一。"}).statute
        for title, issuer in titles.items()
    ]
    statutes.append(
        make_statute("某解释", kind="judicial_interpretation", clauses={1: "一。"}).statute
    )
    assert [
        (kind, [s.short_title for s in group]) for kind, group in by_kind(in_order(statutes))
    ] == [
        ("法律", ["民法典", "监察法", "刑法", "安全生产法", "保险法", "公司法"]),
        ("司法解释", ["某解释"]),
    ]
