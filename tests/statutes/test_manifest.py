"""The list's reader: which files it may read, and what it adds to them."""

import csv
import datetime as dt

import pytest

from statutes import library
from statutes.importers import manifest
from statutes.models import Version
from statutes.outline import headings_of

TEXT = "# 试验法\n\n## 第一章　总则\n\n第一条　为了试验。\n\n第二条　试验自愿。\n"


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def read(folder, *files, **columns):
    """What the list of one row for each of ``files`` gives."""
    rows = [{"file": name, "title": "试验法"} | columns for name in files]
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return list(manifest.read(folder / "list.csv"))


@pytest.fixture
def folder(tmp_path):
    """The list's folder, with a text in it and one beside it."""
    folder = tmp_path / "lists"
    (folder / "texts").mkdir(parents=True)
    write(folder / "a.md", TEXT)
    write(folder / "texts/b.md", TEXT)
    write(tmp_path / "secret.md", TEXT)
    return folder


def test_a_file_outside_the_folder_of_the_list_is_not_read(folder):
    (folder / "link.md").symlink_to(folder.parent / "secret.md")
    (folder / "up").symlink_to(folder.parent, target_is_directory=True)
    absolute = str(folder.parent / "secret.md")
    names = ["../secret.md", "texts/../../secret.md", absolute, "link.md", "up/secret.md"]
    texts = read(folder, *names, "a.md;../secret.md")
    assert [text.refusal for text in texts] == [
        *(f"文件不在清单所在的文件夹里：{name}" for name in names),
        "文件不在清单所在的文件夹里：../secret.md",
    ]


def test_links_in_a_circle_and_names_that_are_none_are_refused(folder):
    (folder / "circle.md").symlink_to(folder / "circle.md")
    circle, nul = read(folder, "circle.md", "a\0.md")
    assert circle.refusal.startswith(("文件名不对：", "打不开文件："))
    assert nul.refusal == "文件名不对：'a\\x00.md'"


def test_files_below_the_folder_are_read_also_through_links_within_it(folder):
    (folder / "same.md").symlink_to(folder / "a.md")
    texts = read(folder, "a.md", "./a.md", "texts/b.md", "texts/../a.md", "same.md")
    assert [(text.refusal, len(text.clauses)) for text in texts] == [("", 2)] * 5


def test_a_list_reached_through_a_link_reads_its_files(folder):
    (folder.parent / "linked").symlink_to(folder, target_is_directory=True)
    (text,) = read(folder.parent / "linked", "a.md")
    assert (text.refusal, len(text.clauses)) == ("", 2)


def code(folder, *names, title="试验法典"):
    """A code in a file for each 编, as its collector keeps it."""
    for number, name in enumerate(names, start=1):
        history = "2020年5月28日 第十三届全国人民代表大会第三次会议通过"
        chapter = "" if name == "附则" else "## 第一章  一般规定\n\n"
        clause = f"第{'一二三四五'[number - 1]}条 {name}。"
        write(
            folder / f"{number}.md",
            f"# 中华人民共和国{title}\n\n# {name}\n\n{history}\n\n<!-- INFO END -->\n\n{chapter}{clause}\n",
        )
    return ";".join(f"{number}.md" for number in range(1, len(names) + 1))


def test_the_parts_of_a_code_in_several_files_are_numbered_in_the_order_of_the_files(folder):
    (text,) = read(folder, code(folder, "总则", "物权编", "合同编", "附则"))
    assert headings_of(text.clauses) == [
        (1, "第一编 总则"),
        (3, "第一章 一般规定"),
        (1, "第二编 物权"),
        (3, "第一章 一般规定"),
        (1, "第三编 合同"),
        (3, "第一章 一般规定"),
        (1, "附则"),
    ]
    assert text.warnings[-1] == "编的序号按文件次序补上：第一编 总则、第二编 物权、第三编 合同"


def test_parts_that_never_had_numbers_stay_as_they_are(folder):
    (text,) = read(folder, code(folder, "总则", "分则", "附则"))
    assert [words for level, words in headings_of(text.clauses) if level == 1] == [
        "总则",
        "分则",
        "附则",
    ]


@pytest.mark.django_db
def test_the_same_list_read_again_changes_nothing(folder):
    names = code(folder, "总则", "物权编", "附则")
    days = {"promulgated_on": "2020-05-28", "effective_from": "2021-01-01"}
    for expected in (library.CREATED, library.UNCHANGED):
        (text,) = read(folder, names, **days)
        assert library.store(text).outcome == expected
    version = Version.objects.get()
    assert version.effective_from == dt.date(2021, 1, 1)
    assert list(version.headings.filter(level=1).values_list("text", flat=True)) == [
        "第一编 总则",
        "第二编 物权",
        "附则",
    ]


@pytest.mark.shared
def test_the_civil_code_has_its_seven_parts(shared):
    texts = manifest.read(shared / "data/statutes/manifest.csv")
    (text,) = [text for text in texts if text.title == "中华人民共和国民法典"]
    assert [words for level, words in headings_of(text.clauses) if level == 1] == [
        "第一编 总则",
        "第二编 物权",
        "第三编 合同",
        "第四编 人格权",
        "第五编 婚姻家庭",
        "第六编 继承",
        "第七编 侵权责任",
        "附则",
    ]


def test_who_made_a_law_is_not_who_amended_it_last(folder):
    (text,) = read(
        folder, "a.md", title="中华人民共和国婚姻法", issuer="全国人民代表大会常务委员会"
    )
    assert text.issuer == "全国人民代表大会"
