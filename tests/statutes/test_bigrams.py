"""Text as pairs of characters, and what was typed as words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statutes.bigrams import LONGEST, MOST_WORDS, codes, fold, numbers, pairs, parse, quoted


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("民間借貸", "民间借贷"),
        ("ＬＰＲ　４倍", "lpr 4倍"),
        ("著作權法", "著作权法"),
        ("ＡbC①", "abc1"),
        ("", ""),
    ],
)
def test_forms_of_a_character_are_one(typed, found):
    assert fold(typed) == found


@given(st.text())
def test_a_text_keeps_its_length_and_is_folded_once(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_pairs_stand_side_by_side_and_never_across_a_mark():
    assert pairs("借款，利息 LPR4倍") == {"借款", "利息", "LP", "PR", "R4", "4倍"}


@given(st.text(alphabet=st.characters(categories=("Lo", "Ll", "Nd")), min_size=2, max_size=30))
def test_a_word_has_no_pair_that_its_text_has_not(text):
    folded = fold(text)
    for start in range(len(folded) - 1):
        assert codes(pairs(folded[start : start + 4])) <= codes(pairs(folded))


def test_pairs_are_different_numbers_of_32_bits():
    chars = [chr(code) for code in range(0x4E00, 0x4E00 + 60)]
    every = [first + second for first in chars for second in chars]
    made = numbers(every)
    assert len(set(made)) == len(every)
    assert all(-(1 << 31) <= number < 1 << 31 for number in made)
    assert numbers(["借"]) != numbers(["借款"])


def test_characters_beyond_sixteen_bits_have_numbers():
    assert len(codes(["𬭚𬭛", "借𬭚", "𬭛借"])) == 3


class TestParse:
    def test_words_phrases_and_marks(self):
        query = parse('租房  押金 "没有 归还" “夫妻共同债务” 押金 ？')
        assert query.words == ("租房", "押金", "没有 归还", "夫妻共同债务")
        assert not query.is_cut

    def test_a_single_character_is_a_letter(self):
        assert parse("税 合同").letters == {"税"}
        assert parse("税 合同").pairs == {"合同"}

    @pytest.mark.parametrize("typed", ["", "   ", "？！", '""', "\x00\x01", "%_*", "“”", "\ud800"])
    def test_nothing_to_look_for(self, typed):
        assert parse(typed).words == ()

    def test_what_is_too_long_is_cut_and_says_so(self):
        query = parse("借款 " * 1_000)
        assert query.is_cut
        assert len(query.text) <= LONGEST
        assert len(parse(" ".join(f"词{n}" for n in range(50))).words) == MOST_WORDS

    def test_control_characters_part_words(self):
        assert parse("借款\x00利息\x1b\u202e违约").words == ("借款", "利息", "违约")

    def test_without_a_word(self):
        query = parse('押金 "不 退" 房东')
        assert query.without("押金").words == ("不 退", "房东")
        assert parse(query.without("押金").text).words == ("不 退", "房东")

    @given(st.text(max_size=400))
    def test_it_never_fails(self, typed):
        query = parse(typed)
        assert all(word == fold(word) for word in query.words)
        assert parse(query.text).words == query.words or len(query.text) == LONGEST

    def test_ten_thousand_characters_take_milliseconds(self):
        parse("")  # the table of forms is made once
        start = time.process_time()
        parse("".join(map(chr, range(0x4E00, 0x4E00 + 10_000))))
        assert time.process_time() - start < 0.05


def test_what_is_quoted_is_told_apart():
    phrases, rest = quoted('标题 “夫妻 债务” "违约" 二')
    assert phrases.split() == ["夫妻", "债务", "违约"]
    assert rest.split() == ["标题", "二"]
