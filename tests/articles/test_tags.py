from articles.tags import split_tags


def test_tags_split_on_commas_of_all_kinds_but_not_on_spaces():
    assert split_tags("逾期，民间借贷、利息；LPR 利率, 逾期\n 担保 ") == [
        "逾期",
        "民间借贷",
        "利息",
        "LPR 利率",
        "担保",
    ]
    assert split_tags(" ，、 ") == []
