"""The command: files, folders and lists of files, reported and repeated."""

import csv
import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command

from statutes.models import ClauseChange, Correspondence, Statute, Version
from tests.factories import make_article, make_statute

FIRST = "试验条例\n第一章　总则\n第一条　为了试验。\n第二条　借款人应当按照约定返还借款。\n"


def run(*args, **options) -> list[dict]:
    out = io.StringIO()
    call_command("import_statutes", *args, json=True, stdout=out, stderr=io.StringIO(), **options)
    return json.loads(out.getvalue())


@pytest.fixture
def folder(tmp_path):
    """A list of two texts of one statute, and of one that they replace."""
    (tmp_path / "a.txt").write_text(FIRST, encoding="utf-8")
    second = FIRST.replace("返还借款", "返还借款并支付利息") + "第三条　新增。\n"
    (tmp_path / "b.md").write_text(second, encoding="gb18030")
    (tmp_path / "old.txt").write_text("旧办法\n第一条　为了试验。\n", encoding="utf-8")
    rows = [
        ["a.txt", "试验条例", "", "试例", "2010-01-01", "2010-05-01", "2", "旧办法"],
        ["b.md", "试验条例", "2020修正", "", "2020-01-01", "2020-05-01", "3", ""],
        ["old.txt", "旧办法", "", "", "1999-01-01", "1999-05-01", "1", ""],
        ["none.txt", "没有的", "", "", "", "", "", ""],
        ["a.txt", "错日期", "", "", "2010-13-01", "", "", ""],
    ]
    write_list(tmp_path, rows)
    return tmp_path


def write_list(folder, rows):
    names = "file title version_label aliases promulgated_on effective_from clauses replaces"
    with (folder / "list.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([names.split(), *rows])


@pytest.mark.django_db
def test_a_list_is_imported_row_by_row_and_refusals_name_their_line(folder):
    report = run(manifest=folder / "list.csv")
    assert [(row["where"], row["outcome"]) for row in report] == [
        ("list.csv:2", "created"),
        ("list.csv:3", "created"),
        ("list.csv:4", "created"),
        ("list.csv:5", "refused"),
        ("list.csv:6", "refused"),
    ]
    assert report[0] | {"warnings": None} == {
        "title": "试验条例",
        "where": "list.csv:2",
        "effective_from": "2010-05-01",
        "clauses": 2,
        "branches": 0,
        "headings": 1,
        "warnings": None,
        "outcome": "created",
        "reasons": [],
    }
    assert report[3]["reasons"] == ["打不开文件：No such file or directory"]
    assert report[4]["reasons"] == ["promulgated_on 不是日期：2010-13-01（应写成 2021-01-01）"]
    assert list(Version.objects.values_list("effective_from", "effective_to")) == [
        (dt.date(2010, 5, 1), dt.date(2020, 5, 1)),
        (dt.date(2020, 5, 1), None),
        (dt.date(1999, 5, 1), dt.date(2010, 5, 1)),
    ]


@pytest.mark.django_db
def test_a_second_run_changes_nothing(folder):
    run(manifest=folder / "list.csv")
    before = list(Version.objects.values()), list(Correspondence.objects.values())
    assert [row["outcome"] for row in run(manifest=folder / "list.csv")][:3] == ["unchanged"] * 3
    assert (list(Version.objects.values()), list(Correspondence.objects.values())) == before


@pytest.mark.django_db
def test_what_a_text_repeals_ends_with_it_whichever_came_first(folder):
    run(manifest=folder / "list.csv")
    old = Statute.objects.get(title="旧办法")
    assert old.replaced_by == Statute.objects.get(title="试验条例")
    change = ClauseChange.objects.filter(clause__version__statute=old).first()
    assert (change.on, change.kind, change.is_confirmed) == (dt.date(2010, 5, 1), "repealed", True)


@pytest.mark.django_db
def test_a_changed_text_is_refused_and_replaced_on_request_with_its_citations(folder):
    run(folder / "a.txt")
    statute = Statute.objects.get()
    assert statute.as_of(dt.date(2024, 1, 1)) is None  # the file states no day
    row = ["a.txt", "试验条例", "", "试例", "2010-01-01", "2010-05-01", "", ""]
    Statute.objects.all().delete()
    write_list(folder, [row])
    run(manifest=folder / "list.csv")
    article = make_article(body="<p>《试验条例》第二条</p>")
    cited = article.citations.get().clause
    (folder / "a.txt").write_text(FIRST.replace("返还", "归还"), encoding="utf-8")
    (refused,) = run(manifest=folder / "list.csv")
    assert refused["outcome"] == "refused"
    assert refused["reasons"] == [
        "同一版本与库中不同，确认后用 --replace 替换；第二条文字不同：款人应当按照约定“返”→“归”还借款。"
    ]
    (replaced,) = run(manifest=folder / "list.csv", replace=True)
    assert replaced["outcome"] == "replaced"
    assert replaced["reasons"] == ["第二条文字不同：款人应当按照约定“返”→“归”还借款。"]
    cited.refresh_from_db()
    assert cited.text == "借款人应当按照约定归还借款。"
    assert article.citations.get().clause == cited


@pytest.mark.django_db
def test_a_replacement_that_loses_a_cited_clause_is_refused(folder):
    row = ["a.txt", "试验条例", "", "试例", "2010-01-01", "2010-05-01", "", ""]
    write_list(folder, [row])
    run(manifest=folder / "list.csv")
    make_article(body="<p>《试验条例》第二条</p>")
    (folder / "a.txt").write_text("试验条例\n第一条　为了试验。\n", encoding="utf-8")
    (refused,) = run(manifest=folder / "list.csv", replace=True)
    assert refused["reasons"] == ["第二条已被文章引用，而新的文字里没有，不能替换"]
    assert Version.objects.get().clauses.count() == 2


@pytest.mark.django_db
def test_a_folder_is_read_file_by_file(folder):
    report = run(folder)
    assert [(row["where"], row["title"]) for row in report] == [
        ("a.txt", "试验条例"),
        ("b.md", "试验条例"),
        ("old.txt", "旧办法"),
    ]


@pytest.mark.django_db
def test_without_json_the_end_is_a_sentence_and_refusals_fail(folder):
    out = io.StringIO()
    with pytest.raises(CommandError, match="有 2 份没有导入"):
        call_command("import_statutes", manifest=folder / "list.csv", stdout=out)
    assert "文本：新增 3，拒绝 2" in out.getvalue()


@pytest.mark.django_db
def test_a_list_without_its_columns_is_refused(tmp_path):
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="清单缺少列：file、title"):
        call_command("import_statutes", manifest=tmp_path / "list.csv")


@pytest.mark.django_db
def test_two_texts_for_one_day_are_refused():
    make_statute(
        "甲法",
        clauses={1: "一。"},
        effective_from=dt.date(2010, 1, 1),
        effective_to=dt.date(2020, 1, 1),
    )
    with pytest.raises(AssertionError, match="重叠"):
        make_statute(
            "甲法",
            clauses={1: "二。"},
            effective_from=dt.date(2015, 1, 1),
            promulgated_on=dt.date(2014, 1, 1),
        )


@pytest.mark.shared
@pytest.mark.django_db
def test_every_text_of_the_real_list_has_its_counts(shared):
    path = shared / "data/statutes/manifest.csv"
    report = run(manifest=path)
    with path.open(encoding="utf-8", newline="") as file:
        wanted = [
            (row["title"], row["effective_from"], int(row["clauses"]), int(row["branches"]))
            for row in csv.DictReader(file)
        ]
    found = [(r["title"], r["effective_from"], r["clauses"], r["branches"]) for r in report]
    assert found == wanted
    assert {row["outcome"] for row in report} == {"created"}
    (loans,) = [row for row in report if row["effective_from"] == "2020-08-20"]
    assert "是引用，不是新的一条" in loans["warnings"][0]
    contract, lending = "中华人民共和国合同法", loans["title"]
    assert [
        successor(contract, "1999-10-01", 107),
        successor(contract, "1999-10-01", 206),
        successor(contract, "1999-10-01", 114),
        successor(lending, "2015-09-01", 26),  # over two hops
        successor(lending, "2015-09-01", 29),
    ] == [
        ("2021-01-01", 577),
        ("2021-01-01", 675),
        ("2021-01-01", 585),
        ("2021-01-01", 25),
        ("2021-01-01", 28),
    ]


def successor(title: str, begins: str, number: int) -> tuple[str, int]:
    """What the clause is proposed to have become, and since when."""
    change = ClauseChange.objects.filter(
        clause__version__statute__title=title,
        clause__version__effective_from=begins,
        clause__number=number,
        clause__branch=0,
    ).latest("on")
    return change.on.isoformat(), change.successor.number


@pytest.mark.django_db
def test_the_array_says_that_a_list_cannot_be_read(tmp_path):
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    (report,) = run(manifest=tmp_path / "list.csv")
    assert (report["where"], report["outcome"], report["reasons"]) == (
        "list.csv",
        "refused",
        ["清单缺少列：file、title"],
    )


@pytest.mark.django_db
def test_a_list_reaches_no_file_outside_its_folder(folder):
    inside = folder / "inside"
    inside.mkdir()
    write_list(inside, [["../a.txt", "试验条例", "", "", "", "", "", ""]])
    (report,) = run(manifest=inside / "list.csv")
    assert report["reasons"] == ["文件不在清单所在的文件夹里：../a.txt"]


@pytest.mark.django_db
def test_a_folder_without_files_says_so(tmp_path):
    (report,) = run(tmp_path)
    assert report["reasons"] == ["文件夹里没有可读的文件（.docx、.txt、.md、.html）"]


@pytest.mark.django_db
def test_pages_of_a_folder_are_read(tmp_path):
    page = "<h1>试验条例</h1><p>第一条　甲。</p><p>第二条　乙。</p>"
    (tmp_path / "a.htm").write_text(page, encoding="utf-8")
    (report,) = run(tmp_path)
    assert (report["title"], report["clauses"]) == ("试验条例", 2)


@pytest.mark.django_db
def test_the_parts_of_a_code_are_one_text_whatever_their_names(tmp_path):
    (tmp_path / "a.md").write_text("# 试验法典\n# 合同编\n第三条 丙。\n", encoding="utf-8")
    (tmp_path / "b.md").write_text(
        "# 试验法典\n# 总则编\n第一条 甲。\n第二条 乙。\n", encoding="utf-8"
    )
    (report,) = run(tmp_path)
    assert (report["title"], report["clauses"], report["headings"]) == ("试验法典", 3, 2)
    assert report["warnings"] == ["条号相接的 2 个文件合为一部：b.md、a.md"]
    (stored,) = Version.objects.all()
    assert stored.is_complete
