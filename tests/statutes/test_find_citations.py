import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*args, stdin=None, monkeypatch=None):
    out, err = io.StringIO(), io.StringIO()
    if stdin is not None:
        raw = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("find_citations", *map(str, args), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def written(tmp_path):
    def write(text, name="text.txt"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_file_read_by_people(civil_code, written):
    out, _ = run(
        written("《合同法》第一百零七条，《民法典》第九百条，《刑法》第一条。"),
        "--on",
        "2025-01-01",
    )
    assert [line.split("　")[0] for line in out.splitlines()] == [
        "《合同法》第一百零七条",
        "《民法典》第九百条",
        "《刑法》第一条",
    ]
    first, second, third = out.splitlines()
    assert "已废止" in first
    assert "今 《民法典》第五百七十七条" in first
    assert "没有这一条" in second
    assert "本库没有这部法律" in third


def test_a_file_as_json(civil_code, written):
    out, _ = run(written("《民法典》第577条"), "--json", "--on", "2025-01-01")
    (row,) = json.loads(out)
    assert (row["statute"], row["number"], row["state"]) == (
        "中华人民共和国民法典",
        577,
        "in_force",
    )


def test_the_date_decides_what_is_in_force(civil_code, written):
    file = written("《合同法》第一百零七条")
    states = [
        json.loads(run(file, "--json", "--on", day)[0])[0]["state"]
        for day in ("2019-05-05", "2020-12-31", "2021-01-01")
    ]
    assert states == ["in_force", "in_force", "repealed"]


@pytest.mark.parametrize("args", [[], ["-"]])
def test_standard_input(civil_code, monkeypatch, args):
    out, _ = run(*args, "--json", stdin="\ufeff《民法典》第577条".encode(), monkeypatch=monkeypatch)
    assert json.loads(out)[0]["start"] == 0


def test_html_is_read_by_its_words(civil_code, written):
    source = "<p>《民法典》第<b>577</b>条</p><script>《民法典》第675条</script><p>另一段。</p>"
    rows = json.loads(run(written(source), "--html", "--json")[0])
    assert [row["number"] for row in rows] == [577]
    (row,) = rows
    assert row["exact"] == "《民法典》第577条"


def test_without_html_tags_are_text(civil_code, written):
    rows = json.loads(run(written("<p>《民法典》第577条</p>"), "--json")[0])
    assert rows[0]["start"] == 3


def test_lines_of_json_each_with_its_day(civil_code, monkeypatch):
    lines = [
        {"id": 1, "text": "《合同法》第一百零七条", "on": "2019-05-05"},
        {"id": "b", "text": "《合同法》第一百零七条"},
        {"id": None, "text": "没有引用"},
    ]
    source = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n"
    out, _ = run("--jsonl", "--on", "2025-01-01", stdin=source, monkeypatch=monkeypatch)
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["id"], [one["state"] for one in row["citations"]]) for row in rows] == [
        (1, ["in_force"]),
        ("b", ["repealed"]),
        (None, []),
    ]


@pytest.mark.parametrize(
    "line",
    [
        r'{"id": 1, "text": "《民法典》第1条\ud800"}',
        "{",
        "[]",
        '"x"',
        '{"id": 1}',
        '{"id": 1, "text": 5}',
        '{"id":1,"text":"x","on":"gestern"}',
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(civil_code, monkeypatch, line):
    out = io.StringIO()
    err = io.StringIO()
    good = '{"id": 2, "text": "《民法典》第577条"}'
    source = io.TextIOWrapper(io.BytesIO(f"{line}\n{good}\n".encode()))
    monkeypatch.setattr(sys, "stdin", source)
    with pytest.raises(CommandError) as refused:
        call_command("find_citations", "--jsonl", stdout=out, stderr=err)
    assert refused.value.returncode == 2
    assert "第 1 行不能读" in err.getvalue()
    assert [json.loads(row)["id"] for row in out.getvalue().splitlines()] == [2]


@pytest.mark.parametrize(
    "args", [["--on", "morgen"], ["--json", "--jsonl"], ["nicht/da.txt"], ["--colour"]]
)
def test_bad_arguments_end_with_2(civil_code, args):
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 2 or "Error" in str(refused.value)


@pytest.mark.parametrize("form", [[], ["--jsonl"]])
def test_a_file_that_is_not_utf8_is_refused(civil_code, written, form):
    with pytest.raises(CommandError, match="不是 UTF-8") as refused:
        run(written("《民法典》第577条".encode("gb18030")), *form)
    assert refused.value.returncode == 2


def test_an_empty_text_and_an_empty_library_say_so(db, written):
    out, _ = run(written("没有引用。"))
    assert out == "没有找到引用的法条。\n法条库是空的：请先运行 import_statutes。\n"
    assert run(written("没有引用。"), "--json")[0] == "[]\n"
