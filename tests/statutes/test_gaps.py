import pytest

from statutes.gaps import lacking


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([1, 2, 3, 5], "本站收录的文本不完整，缺第四条；未收录的条文不等于不存在。"),
        (
            [1, 2, 3, 4, 5, 6, 9, 11],
            "本站收录的文本不完整，缺第七条至第八条、第十条；未收录的条文不等于不存在。",
        ),
        (
            [25, 27, 28],
            "本站只收录了其中部分条文：第二十五条、第二十七条至第二十八条；未列出的条文不等于不存在。",
        ),
        ([1, 2], "本站只收录了其中部分条文：第一条至第二条；未列出的条文不等于不存在。"),
        ([], "本站只收录了其中一部分，未收录的不等于不存在。"),
    ],
)
def test_what_is_lacking_is_named_or_else_what_there_is(numbers, words):
    assert lacking(numbers) == words


def test_a_long_list_is_cut():
    assert lacking(range(1, 100, 2)).count("条、") == 9
    assert "第十九条 等；" in lacking(range(1, 100, 2))
