import pytest
from hypothesis import given
from hypothesis import strategies as st

from statutes.numerals import (
    clause_key,
    clause_label,
    format_number,
    parse_clause_key,
    parse_clause_label,
    parse_number,
)


@given(st.integers(1, 9999))
def test_numbers_survive_the_round_trip(value):
    assert parse_number(format_number(value)) == value


@given(st.integers(1, 2000), st.integers(0, 30))
def test_clause_labels_and_keys_survive_the_round_trip(number, branch):
    assert parse_clause_label(clause_label(number, branch)) == (number, branch)
    assert parse_clause_key(clause_key(number, branch)) == (number, branch)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("一十五", 15),
        ("二十", 20),
        ("一百", 100),
        ("一百一十", 110),
        ("一百零五", 105),
        ("一千零七十九", 1079),
        ("一千〇七十九", 1079),
        ("一千二百六十", 1260),
        ("一二五四", 1254),
        ("两百", 200),
        ("675", 675),
        ("６７５", 675),
    ],
)
def test_numbers_as_texts_write_them(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "甲", "百十", "十十", "一百二百", "二三十", "百", "十条之一"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@pytest.mark.parametrize("key", ["0", "675-0", "07", "675-", "-1", "675/1", "６７５"])
def test_what_is_no_address_is_refused(key):
    with pytest.raises(ValueError, match="not a clause key"):
        parse_clause_key(key)


def test_a_branch_may_have_two_characters():
    assert parse_clause_label("第一百二十条之十一") == (120, 11)
