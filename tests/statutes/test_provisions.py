import pytest

from statutes.provisions import Provision, read_chain, skip_chain


def seen(text, **options):
    """Each as (number, branch, number_end, branch_end, 款, 款 to, 项, 项 to), nothing left out at
    the end, and the words that were not read."""
    found, end = read_chain(text, 0, **options)
    rows = [
        (
            one.number,
            one.branch,
            one.number_end,
            one.branch_end,
            one.paragraph,
            one.paragraph_end,
            one.item,
            one.item_end,
        )
        for one in found
    ]
    return [_short(row) for row in rows], text[end:]


def _short(row):
    while row and row[-1] in (None, 0):
        row = row[:-1]
    return row


def pin(number, paragraph=None, item=None, paragraph_end=None, item_end=None):
    return _short((number, 0, None, None, paragraph, paragraph_end, item, item_end))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第五百七十七条", [(577,)]),
        ("第577条", [(577,)]),
        ("第 39 条", [(39,)]),
        ("第一二五四条", [(1254,)]),
        ("第一千零七十九条第三款第(二)项", [pin(1079, 3, 2)]),
        ("第1079条第3款第2项", [pin(1079, 3, 2)]),
        ("第四十条第一项", [pin(40, None, 1)]),
        ("第一百三十三条之一", [(133, 1)]),
        ("第一百二十条之十一", [(120, 11)]),
        # Lists and units that are shared.
        ("第577条、第584条和第585条", [(577,), (584,), (585,)]),
        ("第26、28条", [(26,), (28,)]),
        ("第十、十八、二十六条", [(10,), (18,), (26,)]),
        ("第三十七条第一、三款", [pin(37, 1), pin(37, 3)]),
        ("第二十条第(五)、第(六)项", [pin(20, None, 5), pin(20, None, 6)]),
        (
            "第六十七条第三款、第七十二条第一款、第三款、第七十三条第二款",
            [pin(67, 3), pin(72, 1), pin(72, 3), pin(73, 2)],
        ),
        # Ranges, both ends included.
        ("第579条至第582条", [(579, 0, 582)]),
        ("第五百七十七至五百八十条", [(577, 0, 580)]),
        ("第186-187条", [(186, 0, 187)]),
        ("第44条~第47条", [(44, 0, 47)]),
        ("第二百一十三条至第二百一十九条之一", [(213, 0, 219, 1)]),
        ("第二十条第一款至第三款", [pin(20, 1, paragraph_end=3)]),
        ("第二十条第(一)至(五)项", [pin(20, None, 1, item_end=5)]),
        ("第577条、第579条至第582条", [(577,), (579, 0, 582)]),
    ],
)
def test_what_a_chain_of_numbers_names(text, expected):
    assert seen(text + "的规定") == (expected, "的规定")


@pytest.mark.parametrize(
    "text", ["第三人", "第二审", "第百十条", "第一项诉讼请求", "第十四届", "第一款产品", "第条"]
)
def test_what_is_no_clause(text):
    assert seen(text)[0] == []


def test_a_descending_range_names_its_two_ends():
    assert seen("第582条至第579条")[0] == [(582,), (579,)]


def test_of_14_1_nobody_knows_whether_it_is_a_range_or_a_branch():
    assert seen("第14-1条")[0] == []


def test_a_bare_paragraph_belongs_to_the_clause_before_it():
    before = Provision(0, 0, 72, paragraph=1)
    assert seen("第三款", inherited=before)[0] == [pin(72, 3)]
    assert seen("第三款")[0] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§509", [(509,)]),
        ("§509、§510", [(509,), (510,)]),
        ("§§509, 510", [(509,), (510,)]),
        ("§509、510元", [(509,)]),
        ("§509至512、§520", [(509, 0, 512), (520,)]),
        ("§509-§512", [(509, 0, 512)]),
        ("§14-1", []),
    ],
)
def test_the_section_sign_is_di_and_tiao_in_one(text, expected):
    assert seen(text, needs_unit=False)[0] == expected


def test_the_section_sign_needs_a_name_before_it():
    assert seen("§509")[0] == []


def test_a_chain_is_skipped_whole_whatever_it_names():
    text = "第六条、第七条约定"
    assert text[skip_chain(text, 0) :] == "约定"
    assert skip_chain("第三人", 0) == 1
