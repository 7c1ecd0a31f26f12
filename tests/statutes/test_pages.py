"""The library's pages for readers: finding, reading through time, comparing."""

import datetime as dt
import json
import re

import pytest
from django.core.management import call_command

from statutes.editing import confirm_correspondence
from statutes.models import Correspondence, RenderedVersion
from statutes.rendering import DAY, rendered, write
from tests.factories import make_statute

pytestmark = pytest.mark.django_db


@pytest.fixture
def rent():
    """Three texts of one statute: amended, then renumbered; and one waiting for its day."""
    texts = (
        (2010, {1: "目的。", 2: "租金应当按月支付给出租人。", 3: "附则。"}, ""),
        (2015, {1: "目的。", 2: "租金应当按季支付给出租人。", 3: "（删去）"}, "2014修正"),
        (
            2020,
            {1: "目的。", 2: "新设的一条，与原来无关。", 5: "租金应当按季支付给出租人。"},
            "2019修订",
        ),
        (2099, {1: "将来的目的。"}, "2098修订"),
    )
    return [
        make_statute(
            "租赁法",
            slug="zulinfa",
            label=label,
            effective_from=dt.date(year, 1, 1),
            promulgated_on=dt.date(year - 1, 1, 1),
            clauses=clauses,
            document_number=f"法释〔{year}〕1号",
            aliases=("租法",),
        )
        for year, clauses, label in texts
    ]


def get(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return re.sub("</?time>", "", response.content.decode())  # days as a reader reads them


def data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


@pytest.mark.parametrize(
    "typed", ["租赁", "租法", "《租赁法》", "法释〔2015〕1号", "法释[2015]1号", "租赁法第9条"]
)
def test_a_statute_is_found_by_title_alias_and_document_number(client, rent, typed):
    make_statute("别的法", clauses={1: "一。"})
    page = get(client, f"/statutes/?q={typed}")
    assert ('href="/statutes/zulinfa/"' in page, "别的法" in page) == (True, False)


@pytest.mark.parametrize(
    "typed", ["租法2", "租赁法第二条", "《租赁法》第2条", "租赁法 第 2 条第一款"]
)
def test_a_typed_clause_leads_to_it(client, rent, typed):
    response = client.get("/statutes/", {"q": typed})
    assert (response.status_code, response["Location"]) == (302, "/statutes/zulinfa/2/")


@pytest.mark.parametrize(
    "typed", ["第" * 10_000, "甲\x00乙", "%_%", "\x1b[0m", "租" * 500, "'\"<script>"]
)
def test_hostile_words_are_answered(client, rent, typed):
    page = client.get("/statutes/", {"q": typed}).content.decode()
    assert "没有找到符合条件的法律" in page
    assert "<script>" not in page.split("<main")[1].split('type="search"')[1].split(">")[0]


def test_the_library_is_filtered_by_kind_and_state(client, rent):
    make_statute("某解释", clauses={1: "一。"}, kind="judicial_interpretation")
    assert "某解释" not in get(client, "/statutes/?kind=law")
    page = get(client, "/statutes/?status=undated")
    assert ("某解释" in page, "/zulinfa/" in page) == (True, False)
    assert "没有找到" in get(client, "/statutes/?status=none")


def test_the_library_costs_a_few_queries(client, rent, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/statutes/?q=租赁法第九条")


def test_a_statute_shows_its_texts_on_a_line_of_time(client, rent):
    page = get(client, "/statutes/zulinfa/")
    bars = re.findall(r'class="bar bar-(\w+)( is-shown)?"', page)
    assert bars == [("amended", ""), ("amended", ""), ("in_force", " is-shown"), ("pending", "")]
    assert 'href="/statutes/zulinfa/?on=2015-01-01" aria-label="2014修正：' in page


def test_the_text_of_a_day_keeps_its_day_in_every_link(client, rent):
    page = get(client, "/statutes/zulinfa/?on=2015-09-01")
    assert "您正在阅读 2015-09-01 的法律" in page
    assert 'href="2/?on=2015-09-01"' in page
    assert '<meta name="robots" content="noindex">' in page
    assert DAY not in page
    assert 'href="2/"' in get(client, "/statutes/zulinfa/")


def test_a_text_is_rendered_when_stored_and_again_when_its_renderer_is_old(rent):
    version = rent[0]
    assert RenderedVersion.objects.filter(version=version).exists()
    RenderedVersion.objects.filter(version=version).update(renderer=0, html="旧")
    assert "租金" in rendered(version).html
    assert write(version).contents == ""


def test_markup_in_a_text_is_shown_as_text(client):
    make_statute(
        "甲法", slug="jiafa", clauses={1: "<b>一</b> & <day>"}, effective_from=dt.date(2020, 1, 1)
    )
    assert "&lt;b&gt;一&lt;/b&gt; &amp; &lt;day&gt;" in get(client, "/statutes/jiafa/")


def test_a_clause_shows_the_words_that_changed(client, rent):
    page = get(client, "/statutes/zulinfa/2/?on=2015-09-01")
    assert "<del>月</del><ins>季</ins>" in page
    assert "这一条号下原来是另一条规定" in page


def test_a_deleted_clause_has_its_page(client, rent):
    page = get(client, "/statutes/zulinfa/3/?on=2015-09-01")
    assert "本条已删去，条号保留。" in page
    assert "<del>附则。</del>" in page


def test_what_a_clause_became_is_shown_where_its_words_are_the_same(client, rent):
    page = get(client, "/statutes/zulinfa/5/")
    assert "来源与去向" in page
    assert 'href="/statutes/zulinfa/2/?on=2015-01-01"' in page


def test_a_proposal_with_other_words_is_never_shown(client, rent):
    hop = Correspondence.objects.get(old__version=rent[0], old__number=2)
    assert hop.status == "proposed"
    url = "/statutes/zulinfa/2/?on=2010-09-01"
    assert "来源与去向" not in get(client, url)
    confirm_correspondence(hop.old, hop.new, kind="amended")
    assert "来源与去向" in get(client, url)


def test_a_deleted_clause_is_not_said_to_be_in_force(client, rent):
    page = get(client, "/statutes/zulinfa/3/?on=2016-01-01")
    assert '<span class="state state-deleted">已删去</span>' in page
    assert "NotInForce" in json.dumps(data(page))


def test_a_text_that_ended_with_nothing_behind_it_is_not_called_repealed(client):
    make_statute(
        "甲条例",
        slug="jiatiaoli",
        clauses={1: "一。"},
        effective_from=dt.date(2004, 1, 1),
        effective_to=dt.date(2011, 1, 1),
    )
    for path in ("", "1/"):
        page = get(client, f"/statutes/jiatiaoli/{path}")
        assert '<span class="state state-ended">非现行文本</span>' in page
        assert "之后的规定本站尚未收录" in page
        assert "已废止" not in page
    assert "非现行文本" in get(client, "/statutes/")
    assert "之后的规定尚未收录" in get(client, "/statutes/jiatiaoli/?on=2020-01-01")


@pytest.mark.parametrize("path", ["", "1/", "?on=2021-01-01", "1/?on=2098-01-01"])
def test_a_text_in_force_says_what_takes_its_place_and_when(client, rent, path):
    assert '2099-01-01 起由<a href="/statutes/zulinfa/?on=2099-01-01">' in get(
        client, f"/statutes/zulinfa/{path}"
    )


def test_a_text_whose_end_is_stated_with_nothing_behind_it_says_so(client):
    make_statute(
        "甲法",
        slug="jiafa",
        clauses={1: "一。"},
        effective_from=dt.date(2020, 1, 1),
        effective_to=dt.date(2099, 1, 1),
    )
    assert "2099-01-01 起不再是现行文本。" in get(client, "/statutes/jiafa/")


@pytest.mark.parametrize(
    "typed", ["主席令第十五号", "主席令15号", "主席令第15号", "中华人民共和国主席令第十五号"]
)
def test_an_order_is_found_by_its_number_in_either_numerals(client, typed):
    make_statute(
        "甲法",
        clauses={1: "一。"},
        effective_from=dt.date(2020, 1, 1),
        document_number="主席令第十五号",
    )
    assert "甲法" in get(client, f"/statutes/?q={typed}")


def test_a_clause_can_be_cited_in_two_styles(client, rent):
    page = get(client, "/statutes/zulinfa/2/")
    assert re.findall(r'data-copy="([^"]+)"', page) == ["《租赁法》第二条", "租赁法第2条"]


def test_structured_data_claims_only_what_is_certain(client, rent):
    statute = data(get(client, "/statutes/zulinfa/"))
    assert statute["legislationLegalForce"] == "https://schema.org/InForce"
    assert (statute["legislationDateVersion"], statute["legislationIdentifier"]) == (
        "2020-01-01",
        "法释〔2020〕1号",
    )
    clause = data(get(client, "/statutes/zulinfa/2/?on=2010-09-01"))
    assert clause["legislationLegalForce"] == "https://schema.org/NotInForce"
    assert clause["isPartOf"]["name"] == "租赁法"
    make_statute("待核法", slug="daihe", clauses={1: "一。"})
    assert "legislationLegalForce" not in data(get(client, "/statutes/daihe/"))


def test_versions_newest_first_with_ways_to_compare(client, rent):
    page = get(client, "/statutes/zulinfa/versions/")
    links = re.findall(r'compare/\?from=([\d-]+)&amp;to=([\d-]+)"', page)
    assert links == [
        ("2020-01-01", "2099-01-01"),
        ("2015-01-01", "2020-01-01"),
        ("2010-01-01", "2015-01-01"),
    ]


def headings(page: str) -> list[str]:
    """Of the changes on a page that compares, in their order, without their links."""
    return [re.sub("<[^>]+>", "", h) for h in re.findall(r"<h3>(.*?)</h3>", page, re.DOTALL)]


MACHINE = " 系统比对，未经人工核对"


def test_two_texts_are_compared_changes_first_and_the_rest_folded(client, rent):
    page = get(client, "/statutes/zulinfa/compare/?from=2010-01-01&to=2015-01-01")
    assert re.findall(r'<a href="#(\w+)">', page) == ["amended", "dropped", "unchanged"]
    assert '<details class="contents"><summary>未变的 1 条</summary>' in page
    assert "<del>月</del><ins>季</ins>" in page
    assert headings(page) == ["第二条" + MACHINE, "第三条"]  # （删去） says so itself
    page = get(client, "/statutes/zulinfa/compare/?from=2015-01-01&to=2020-01-01")
    moved = re.search(r'id="renumbered">(.*?)</ul>', page)[1]
    assert re.sub("<[^>]+>", "", moved) == "第二条 → 第五条"  # the very same words
    assert '<a href="/statutes/zulinfa/2/?on=2015-01-01">第二条</a> → ' in moved


def test_the_changes_of_a_long_comparison_are_jumped_to(client):
    for year, words in ((2010, "按月付给出租人"), (2020, "按季付给出租人")):
        make_statute(
            "租赁法",
            slug="zulinfa",
            effective_from=dt.date(year, 1, 1),
            clauses={number: f"第{number}种租金{words}。" for number in range(1, 6)},
        )
    page = get(client, "/statutes/zulinfa/compare/")
    assert re.findall(r'<a href="#(amended-\d)">(第.条)', page) == [
        (f"amended-{n}", f"第{'一二三四五'[n - 1]}条") for n in range(1, 6)
    ]
    assert all(f'id="amended-{n}"' in page for n in range(1, 6))


@pytest.fixture
def lease():
    """Three texts: the second clause moves and changes its words twice."""
    texts = (
        (2010, {1: "目的。", 2: "承租人应当按照约定的期限支付租金，逾期的支付违约金。"}),
        (
            2015,
            {
                1: "目的。",
                2: "本法适用于房屋租赁。",
                3: "承租人应当按照约定的期限支付租金，逾期的应当支付违约金。",
            },
        ),
        (
            2020,
            {
                1: "目的。",
                2: "本法适用于房屋租赁。",
                3: "出租人应当登记备案。",
                4: "承租人应当按照合同约定的期限支付租金，逾期的应当支付违约金。",
            },
        ),
    )
    return [
        make_statute("租约法", slug="zuyuefa", effective_from=dt.date(year, 1, 1), clauses=clauses)
        for year, clauses in texts
    ]


def test_a_proposal_sets_two_texts_side_by_side_and_says_that_it_is_one(
    client, lease, django_assert_max_num_queries
):
    near, far = ("/statutes/zuyuefa/compare/", "/statutes/zuyuefa/compare/?from=2010-01-01")
    with django_assert_max_num_queries(8):
        page = get(client, near)
    assert headings(page) == ["旧第三条与新第四条" + MACHINE, "第三条"]
    assert "不表示后者就是前者的修改" in page
    assert "→" not in page
    assert headings(get(client, far))[0] == "旧第二条与新第四条" + MACHINE
    first = Correspondence.objects.get(old__number=2, new__number=3)
    confirm_correspondence(first.old, first.new, kind=first.kind)
    assert MACHINE in headings(get(client, far))[0]  # over two hops, one of them only proposed
    second = Correspondence.objects.get(old__number=3, new__number=4)
    confirm_correspondence(second.old, second.new, kind=second.kind)
    page = get(client, far)
    assert headings(page)[0] == "第二条 → 第四条"
    assert "系统比对" not in page
    assert "<ins>合同</ins>" in page


def test_the_later_text_is_the_new_one_in_whichever_order_they_are_asked_for(client, rent):
    there, back = (
        get(client, f"/statutes/zulinfa/compare/?from={one}&to={two}")
        for one, two in (("2010-01-01", "2015-01-01"), ("2015-01-01", "2010-01-01"))
    )
    assert "<del>月</del><ins>季</ins>" in back
    assert there == back


def test_an_equal_number_alone_is_a_machines_word_too(client, rent):
    Correspondence.objects.all().delete()
    page = get(client, "/statutes/zulinfa/compare/?from=2010-01-01&to=2015-01-01")
    assert headings(page) == ["第二条" + MACHINE, "第三条"]


def test_what_was_rejected_is_set_side_by_side_by_no_other_way(client):
    """Neither by its number and like words, nor by its very words; also over a text in between."""
    texts = [
        make_statute("租约法", slug="zuyuefa", effective_from=dt.date(year, 1, 1), clauses=clauses)
        for year, clauses in (
            (2010, {1: "目的。", 2: "租金应当按月支付给出租人。", 3: "押金不超过一个月的租金。"}),
            (2015, {1: "目的。", 2: "租金应当按季支付给出租人。", 4: "押金不超过一个月的租金。"}),
            (2020, {1: "目的。", 2: "租金应当按季支付给出租人。", 4: "押金不超过一个月的租金。"}),
        )
    ]
    near, far = (f"/statutes/zuyuefa/compare/?from=2010-01-01&to={y}-01-01" for y in (2015, 2020))
    back = "/statutes/zuyuefa/compare/?from=2015-01-01&to=2010-01-01"
    assert 'id="amended"' in get(client, near)
    assert 'id="renumbered"' in get(client, near)
    Correspondence.objects.all().delete()
    for old, new in ((2, 2), (3, 4)):
        Correspondence.objects.create(
            old=texts[0].clauses.get(number=old),
            new=texts[1].clauses.get(number=new),
            kind="amended",
            status="rejected",
        )
    for url in (near, far, back):
        page = get(client, url)
        assert re.findall(r'<a href="#(\w+)">', page)[:3] == ["added", "dropped", "unchanged"], url
        assert len(headings(page)) == 4


def test_a_comparison_with_an_incomplete_text_says_what_that_means(client):
    for year, is_complete in ((2010, True), (2020, False)):
        make_statute(
            "甲法",
            slug="jiafa",
            effective_from=dt.date(year, 1, 1),
            is_complete=is_complete,
            clauses={1: "一。", 2: "二。"} if is_complete else {1: "一。"},
        )
    assert "没有找到可能只是没有收录" in get(client, "/statutes/jiafa/compare/")


def test_a_rejected_proposal_sets_nothing_side_by_side(client, lease):
    Correspondence.objects.update(status=Correspondence.Status.REJECTED)
    page = get(client, "/statutes/zuyuefa/compare/")
    assert "第三条与" not in page.replace("旧", "")
    assert "第四条" in headings(page)


@pytest.mark.parametrize(
    ("query", "status"),
    [("?from=x", 400), ("?from=1999-01-01", 404), ("?to=999999", 404), ("?from=2010-13-45", 400)],
)
def test_a_malformed_comparison_is_refused_kindly(client, rent, query, status):
    get(client, f"/statutes/zulinfa/compare/{query}", status)


def test_a_single_text_has_nothing_to_compare(client):
    make_statute("甲法", slug="jiafa", clauses={1: "一。"}, effective_from=dt.date(2020, 1, 1))
    assert "没有可比较的" in get(client, "/statutes/jiafa/compare/")


def test_the_feed_tells_what_came_in(client, rent):
    response = client.get("/statutes/feed/")
    assert response["Content-Type"].startswith("application/atom+xml")
    titles = re.findall(r"<title>(收录.*?)</title>", response.content.decode())
    assert titles[0] == "收录《租赁法》（2098修订）"
    assert len(titles) == 4


def test_as_of_and_at(rent):
    for version in rent:
        version.refresh_from_db()  # each got its end when the next came in
    first, second, third, _ = rent
    statute = first.statute
    assert [statute.as_of(dt.date(year, 6, 1)) for year in (2009, 2012, 2024)] == [
        None,
        first,
        third,
    ]
    clause = second.clauses.get(number=2)
    assert clause.at(dt.date(2024, 1, 1)) == third.clauses.get(number=5)
    assert clause.at(dt.date(2012, 1, 1)) is None
    assert first.clauses.get(number=1).at(dt.date(2024, 1, 1)) == third.clauses.get(number=1)


def test_rebuilding_changes_nothing_that_a_person_decided(rent):
    hop = Correspondence.objects.get(old__version=rent[0], old__number=2)
    confirm_correspondence(hop.old, hop.new, kind="amended")
    before = sorted(Correspondence.objects.values_list("old", "new", "kind", "status"), key=str)
    call_command("rebuild_statutes", verbosity=0)
    after = sorted(Correspondence.objects.values_list("old", "new", "kind", "status"), key=str)
    assert after == before


def test_the_line_of_time_has_words_for_today_and_for_the_day_read(client, rent):
    page = get(client, "/statutes/zulinfa/?on=2012-05-01")
    assert re.findall(r'<text class="(\w+-word)"[^>]*>([^<]+)', page) == [
        ("today-word", "今天"),
        ("day-word", "所选日期 2012-05-01"),
    ]
    assert re.findall(r'<li class="legend-(\w+)">', page) == [
        "in_force",
        "pending",
        "amended",
        "shown",
    ]
