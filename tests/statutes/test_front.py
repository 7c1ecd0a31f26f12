"""What stands before the first clause, in the shapes that publishers give it."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statutes.importers import document, text
from statutes.importers.days import commencements, days, folded, stated_day
from statutes.models import Statute

TITLE = "中华人民共和国试验法"
ENACTED = "（2020年5月28日第十三届全国人民代表大会第三次会议通过）"
LAW = "第一条　为了试验，制定本法。\n第二条　本法自1995年1月1日起施行。"


def read(words: str):
    return document.statute_text([text.lines_of_text(words)])


def day(value: str | None) -> dt.date | None:
    return value and dt.date.fromisoformat(value)


def test_a_day_in_any_form():
    forms = "２０２０年５月２８日 二〇二〇年五月二十八日 2020-05-28 2020/5/28 2020.5.28"
    assert days(folded(forms)) == [dt.date(2020, 5, 28)] * 5
    assert stated_day("20200528") == dt.date(2020, 5, 28)
    assert stated_day("2020年13月1日") is None
    assert commencements("自2021年1月1日起施行，2022年1月1日公布") == [dt.date(2021, 1, 1)]


@pytest.mark.parametrize(
    "history",
    [
        # One history, broken where a width breaks it.
        "（1994年7月5日第八届全国人民代表大会常务委员会第八次会议\n通过　根据2018年12月29日第十三届全国人民代表大会常务委员\n会第七次会议《关于修改〈中华人民共和国试验法〉的决定》修正）",
        "（1994年7月5日第八届全国人民代表大会常务委员会第八次会议通过\n根据2018\n年12月29日第十三届全国人民代表大会常务委员会第七次会议《关于修改〈中华人民共和国试验法〉的决定》修正）",
        "1994年7月5日第八届全国人民代表大会常务委员会第八次会议通过\n根据2018年12月29日第十三届全国人民代表大会常务委员会第七次会议\n《关于修改〈中华人民共和国试验法〉的决定》第二次修正",
        "(1994-07-05通过 2018-12-29修正)",
    ],
)
def test_a_history_in_any_shape_gives_the_day_of_the_last_amendment(history):
    found = read(f"{TITLE}\n{history}\n{LAW}")
    assert (found.title, found.label, found.promulgated_on, found.effective_from) == (
        TITLE,
        "2018修正",
        dt.date(2018, 12, 29),
        None,
    )
    assert found.preamble == ""


@pytest.mark.parametrize(
    "history",
    [
        "（1994年7月5日某会通过　2018年修正）",
        "（1994年7月5日某会通过　二〇一八年十二月修订）",
        "1994年7月5日某会通过\n2018年12月29日某会通过的《关于修改某法\n的若干规定》",
        "（1994年7月5日某会通过）\n2018年12月29日的文本",
    ],
)
def test_what_a_history_leaves_open_stays_open(history):
    found = read(f"{TITLE}\n{history}\n{LAW}")
    assert (found.promulgated_on, found.effective_from) in [
        (None, None),
        (dt.date(2018, 12, 29), None),  # read whole
    ]


def test_an_event_that_is_broken_inside_a_title_is_read_whole():
    history = "1997年3月14日第八届全国人民代表大会第五次会议修订\n2020年12月26日某会第二十四次会议通过的《中华人民\n共和国试验法修正案（二）》"
    found = read(f"{TITLE}\n{history}\n{LAW}")
    assert (found.label, found.promulgated_on) == ("2020修正", dt.date(2020, 12, 26))


@pytest.mark.parametrize(
    "site",
    [
        "2020-06-02",
        "2020年6月2日",
        "2020年06月02日 15:30:00",
        "发布时间：2020-06-02 10:00 来源：某网",
    ],
)
def test_the_day_of_a_page_is_no_day_of_its_text(site):
    found = read(f"{TITLE}\n{site}\n{ENACTED}\n第一条　甲。\n第二条　本法自2021年1月1日起施行。")
    assert (found.promulgated_on, found.effective_from) == (day("2020-05-28"), day("2021-01-01"))


def test_a_later_day_that_says_nothing_leaves_the_days_empty():
    history = (
        "（1994年7月5日第八届全国人民代表大会常务委员会第八次会议通过　2018年12月29日第七次会议）"
    )
    found = read(f"{TITLE}\n{history}\n{LAW}")
    assert (found.promulgated_on, found.effective_from, found.label) == (None, None, "")


@pytest.mark.parametrize("mark", ["（2018修正）", "（修正）", "(2018年修订)"])
def test_a_text_marked_as_amended_never_takes_its_day_from_its_last_clause(mark):
    found = read(f"{TITLE}{mark}\n{LAW}")
    assert (found.title, found.promulgated_on, found.effective_from) == (TITLE, None, None)
    # Nor from fields that give the day of the first text.
    found = read(f"{TITLE}{mark}\n【公布日期】1994-07-05\n【施行日期】1995-01-01\n{LAW}")
    assert (found.promulgated_on, found.effective_from) == (None, None)


@pytest.mark.parametrize(
    ("fields", "promulgated", "effective", "number"),
    [
        (
            "【法宝引证码】CLI.1.1\n【发布部门】全国人大常委会\n【发文字号】中华人民共和国主席令第48号\n"
            "【发布日期】2020.10.17\n【实施日期】2021.06.01\n【时效性】现行有效\n【效力级别】法律",
            "2020-10-17",
            "2021-06-01",
            "主席令第48号",
        ),
        (
            "制定机关：全国人大常委会\n公布日期：2020-10-17\n施行日期：2021/6/1\n时效性：有效",
            "2020-10-17",
            "2021-06-01",
            "",
        ),
        (
            "| 公布日期 | 2020-10-17 |\n| 施行日期 | 2021-06-01 |",
            "2020-10-17",
            "2021-06-01",
            "",
        ),
        (
            "文　　号：主席令第48号 公布日期：2020-10-17 执行日期：2021-06-01\n时 效 性：有效",
            "2020-10-17",
            "2021-06-01",
            "主席令第48号",
        ),
        ("【颁布时间】20201017\n【实施时间】\n2021-06-01", "2020-10-17", "2021-06-01", ""),
    ],
)
def test_fields_of_publishers(fields, promulgated, effective, number):
    found = read(f"{TITLE}\n{fields}\n{TITLE}\n第一章 总则\n{LAW}")
    assert (found.title, found.document_number) == (TITLE, number)
    assert (found.promulgated_on, found.effective_from) == (day(promulgated), day(effective))
    assert found.preamble == ""


def test_the_day_of_a_web_page_is_not_the_laws():
    found = read(
        "标题：试验管理条例\n发文机关：国务院\n发文字号：国令第750号\n成文日期：2022年03月29日\n发布日期：2022年04月01日\n"
        "中华人民共和国国务院令\n第750号\n《试验管理条例》已经2022年3月9日国务院第171次常务会议通过，现予公布，自2022年5月1日起施行。\n"
        "总理　某某\n2022年3月29日\n试验管理条例\n第一条　为了试验，制定本条例。\n第二条　本条例自2022年5月1日起施行。"
    )
    assert (found.title, found.issuer, found.kind, found.document_number) == (
        "试验管理条例",
        "国务院",
        Statute.Kind.REGULATION,
        "国务院令第750号",
    )
    assert (found.promulgated_on, found.effective_from) == (day("2022-03-29"), day("2022-05-01"))


@pytest.mark.parametrize(
    "remark",
    [
        "*注：本篇法规已被《关于修改〈试验法〉的决定》（发布日期：2023年6月29日，实施日期：2023年6月29日）修改",
        "【失效依据】本篇法规已被2023年5月28日发布的《另法》废止",
        "编者注：2023年5月28日修正的文本见本站。",
    ],
)
def test_a_remark_of_an_editor_gives_no_day(remark):
    found = read(f"{TITLE}\n{remark}\n{ENACTED}\n第一条　甲。\n第二条　本法自2021年1月1日起施行。")
    assert (found.promulgated_on, found.effective_from) == (day("2020-05-28"), day("2021-01-01"))
    assert found.preamble == ""
    assert found.warnings == [f"已移走编者注：{remark}"]


@pytest.mark.parametrize(
    ("decree", "number", "promulgated"),
    [
        ("（2011年1月8日 国务院令第588号）", "国务院令第588号", "2011-01-08"),
        ("（2015年3月4日国家试验总局令第12号公布）", "国家试验总局令第12号", "2015-03-04"),
        ("中华人民共和国公安部令\n第九号\n2015年3月4日", "公安部令第九号", "2015-03-04"),
    ],
)
def test_numbers_of_decrees(decree, number, promulgated):
    found = read(f"试验管理办法\n{decree}\n第一条　甲。\n第二条　乙。")
    assert (found.title, found.document_number, found.promulgated_on) == (
        "试验管理办法",
        number,
        day(promulgated),
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("《某某试验守则》", "某某试验守则"),
        ("国家试验发展纲要", "国家试验发展纲要"),
        ("最高人民法院关于试验问题的答复", "最高人民法院关于试验问题的答复"),
        ("中华人民共和国试验法（全文）", TITLE),
        ("中华人民共和国试验法_20201017", TITLE),
        ("中华人民共和国试验法 - 某某网", TITLE),
        ("中华人民共和国企业试验法（试行）", "中华人民共和国企业试验法（试行）"),
        ("## 中华人民共和国试验法\n### 第一章 总则", TITLE),
        ("---\ntitle: 试验法\n---\n# 中华人民共和国试验法", TITLE),
        ('+++\ntitle = "中华人民共和国试验法"\n+++', TITLE),
        ("[TOC]\n中华人民共和国试验法", TITLE),
        ("《中华人民共和国试验法》释义\n中华人民共和国试验法", TITLE),
        ("【文件来源】某库\n中华人民共和国试验法", TITLE),
        ("首页 > 法律\n中华人民共和国试验法", TITLE),
        ("2024年2月1日 施行\n某某试验规定", "某某试验规定"),
        ("某某关于适用试验法\n若干问题的解释", "某某关于适用试验法若干问题的解释"),
        (
            "最高人民法院　最高人民检察院\n公安部　司法部\n关于试验案件的意见",
            "最高人民法院、最高人民检察院、公安部、司法部关于试验案件的意见",
        ),
        # A sentence is no title, whatever it ends with.
        ("某某试验解释\n为了试验，根据某某法及有关法律的规定", "某某试验解释"),
        ("某某试验办法\n目录\n第一章 总则\n第一条 甲\n第二条 乙\n第一章 总则", "某某试验办法"),
    ],
)
def test_titles_in_more_shapes(head, title):
    assert read(f"{head}\n第一条 甲，试验。\n第二条 乙，试验。").title == title


def test_a_sentence_with_a_day_and_a_verb_is_no_history():
    body = (
        "1982年3月8日某某会议通过的《试验办法》继续有效。\n2019年9月2日某某会议通过了《试验公约》，予以批准。\n"
        "2020年1月1日起，下列事项停止执行：\n本决定自1983年9月10日起施行。"
    )
    found = read(
        f"全国人民代表大会常务委员会关于试验的决定\n（1983年9月2日第六届全国人民代表大会常务委员会第二次会议通过）\n{body}"
    )
    assert found.body == body
    assert (found.promulgated_on, found.effective_from) == (day("1983-09-02"), day("1983-09-10"))


def test_a_preamble_that_tells_of_another_text_is_kept():
    preamble = (
        "2012年8月31日某某会议通过了《关于修改〈试验法〉的决定》，为正确适用，现就有关问题解释："
    )
    found = read(f"最高人民法院关于试验的解释\n{preamble}\n第一条　甲。\n第二条　乙。")
    assert (found.preamble, found.promulgated_on) == (preamble, None)


def test_a_preamble_broken_at_a_width_is_put_together():
    found = read(
        "某某试验解释\n为正确审理试验案件，根据某某关于审理试验案件若干问题的规定\n以及有关法律，结合实践，制定本解释。\n第一条 甲。\n第二条 乙。"
    )
    assert found.title == "某某试验解释"
    assert found.preamble == (
        "为正确审理试验案件，根据某某关于审理试验案件若干问题的规定以及有关法律，结合实践，制定本解释。"
    )


def test_title_and_history_on_one_line():
    found = read(f"{TITLE}{ENACTED}\n第一条 甲。\n第二条 本法自2021年1月1日起施行。")
    assert (found.title, found.promulgated_on, found.effective_from) == (
        TITLE,
        day("2020-05-28"),
        day("2021-01-01"),
    )


def test_number_history_and_preamble_on_one_line():
    preamble = "为正确审理试验案件，制定本解释。"
    found = read(
        f"# 最高人民法院关于试验的解释\n> 法释〔2009〕21号 （2009年12月21日最高人民法院审判委员会第1480次会议通过 "
        f"2009年12月28日最高人民法院公告公布 自2010年1月1日起施行） {preamble}\n第一条 甲。\n第二条 乙。"
    )
    assert (found.document_number, found.promulgated_on, found.effective_from, found.preamble) == (
        "法释〔2009〕21号",
        day("2009-12-28"),
        day("2010-01-01"),
        preamble,
    )


def test_a_page_flattened_to_one_line():
    found = read(
        f"{TITLE}-某某新闻网\n{TITLE}{TITLE}{ENACTED}目录第一章 总则第二章 附则第一章 总则第一条 甲。第二章 附则第二条 本法自2021年1月1日起施行。"
    )
    assert (found.title, found.promulgated_on, found.effective_from, found.preamble) == (
        TITLE,
        day("2020-05-28"),
        day("2021-01-01"),
        "",
    )
    assert [clause.headings[-1][1] for clause in found.clauses] == ["第一章 总则", "第二章 附则"]


def test_a_notice_that_passes_a_text_on():
    found = read(
        "最高人民法院 最高人民检察院印发《关于办理试验案件若干问题的意见》的通知\n法发〔2020〕1号\n各省高级人民法院、人民检察院：\n"
        "现将《关于办理试验案件若干问题的意见》印发给你们，请遵照执行。\n最高人民法院 最高人民检察院\n2020年3月2日\n"
        "关于办理试验案件若干问题的意见\n为依法惩治犯罪，制定本意见。\n第一条 甲。\n第二条 乙。"
    )
    assert (found.title, found.document_number, found.promulgated_on, found.preamble) == (
        "最高人民法院、最高人民检察院关于办理试验案件若干问题的意见",
        "法发〔2020〕1号",
        day("2020-03-02"),
        "为依法惩治犯罪，制定本意见。",
    )


def test_a_decision_with_the_law_it_amends_is_the_decision():
    found = read(
        "某会关于修改《试验法》的决定\n（2023年9月1日第十四届全国人民代表大会常务委员会第五次会议通过）\n会议决定作如下修改：\n"
        "一、将第二条修改为：“应当公开。”\n二、删去第三条。\n本决定自2024年1月1日起施行。\n试验法\n（2000年3月15日某会通过　根据2023年9月1日某会《决定》修正）\n"
        "第一条 甲。\n第二条 应当公开。\n第三条 本法自2000年7月1日起施行。"
    )
    assert [clause.text for clause in found.clauses] == [
        "将第二条修改为：“应当公开。”",
        "删去第三条。",
    ]
    assert (found.promulgated_on, found.effective_from) == (day("2023-09-01"), day("2024-01-01"))


def test_of_two_texts_the_longer_has_its_own_title_and_day():
    second = "".join(f"\n第{n}条　为了试验活动的公开和公平，规定试验的方法。" for n in "一二三四五")
    found = read(
        f"{TITLE}\n{ENACTED}\n第一条　甲。\n第二条　乙。\n中华人民共和国检验法\n（2001年5月28日第九届全国人民代表大会第四次会议通过　根据2021年5月28日第十三届全国人民代表大会常务委员会第二十八次会议《关于修改〈中华人民共和国检验法〉等八部法律的决定》修正）{second}"
    )
    assert (found.title, found.promulgated_on) == ("中华人民共和国检验法", day("2021-05-28"))


def test_a_text_that_begins_in_its_middle_is_not_complete():
    assert read(f"{TITLE}\n第一条 甲。\n第二条 乙。").is_complete
    assert not read(f"{TITLE}\n第三条 甲。\n第四条 乙。").is_complete


FRAGMENTS = st.sampled_from(
    [
        *"（）()《》【】:：。，、\n\n\n第号令年月日条",
        "2020年1月1日",
        "2021-01-01",
        "通过",
        "修正",
        "公布",
        "施行",
        "自",
        "根据",
        "【发布日期】",
        "实施日期：",
        "文号",
        "中华人民共和国",
        "最高人民法院",
        "关于",
        "试验法",
        "解释",
        "目录",
        "第一章 总则",
        "第一条 ",
        "现予公布",
        "主席令",
        "注：",
        "# ",
        "---",
        "+++",
        "{{",
        "}}",
        "|",
        "==",
        "<td>",
        "</tr>",
    ]
)


@given(st.lists(FRAGMENTS, max_size=80).map("".join))
@settings(max_examples=300, deadline=None)
def test_nothing_before_the_law_crashes_its_reader(words):
    read(words)


def test_who_made_a_law_is_said_by_its_first_act():
    words = (
        "中华人民共和国试验法\n（1991年4月9日第七届全国人民代表大会第四次会议通过　根据2023年9月1日"
        "第十四届全国人民代表大会常务委员会第五次会议《关于修改〈中华人民共和国试验法〉的决定》修正）\n"
        "第一条　为了试验。\n第二条　试验自愿。"
    )
    assert document.statute_text([text.lines_of_text(words)]).issuer == "全国人民代表大会"


def written(value: dt.date, form: str) -> str:
    if form == "wide":
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    plain = f"{value.year}年{value.month}月{value.day}日"
    return (
        plain.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        if form == "full"
        else plain
    )


@given(
    amendments=st.lists(
        st.dates(dt.date(2000, 1, 1), dt.date(2024, 1, 1)), max_size=3, unique=True
    ).map(sorted),
    first=st.dates(dt.date(1985, 1, 1), dt.date(1999, 1, 1)),
    form=st.sampled_from(["plain", "wide", "full"]),
    width=st.integers(12, 60),
    is_bracketed=st.booleans(),
    site=st.sampled_from(
        ["", "2024-05-06\n", "2024年5月6日\n", "来源：某网 发布时间：2024-05-06\n"]
    ),
)
@settings(max_examples=300, deadline=None)
def test_a_history_broken_anywhere_gives_the_right_days_or_none(
    amendments, first, form, width, is_bracketed, site
):
    events = [f"{written(first, form)}第七届全国人民代表大会常务委员会第十四次会议通过"]
    events += [
        f"根据{written(one, form)}第十届全国人民代表大会常务委员会第十次会议《关于修改〈{TITLE}〉的决定》第一次修正"
        for one in amendments
    ]
    history = f"（{'　'.join(events)}）" if is_bracketed else "\n".join(events)
    rows = [
        row[start : start + width]
        for row in history.split("\n")
        for start in range(0, len(row), width)
    ]
    own = first + dt.timedelta(days=100)
    law = f"第一条　甲。\n第二条　本法自{written(own, 'plain')}起施行。"
    found = read("\n".join([TITLE, *site.split("\n")[:1], *rows, law]))
    assert found.title == TITLE
    assert found.promulgated_on in (amendments[-1] if amendments else first, None)
    assert found.effective_from in (None if amendments else own, None)
