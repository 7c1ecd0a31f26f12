import datetime as dt

from statutes.timeline import Mark, Period, draw

TODAY = dt.date(2026, 1, 1)


def period(begins: int | None, ends: int | None, state: str, **fields) -> Period:
    day = {year: dt.date(year, 1, 1) for year in (begins, ends) if year}
    return Period("名", "话", state, day.get(begins), day.get(ends), **fields)


TEXTS = [
    period(2010, 2015, "amended"),
    period(2018, 2024, "amended", is_shown=True),
    period(2024, None, "in_force"),
]


def test_nothing_is_drawn_where_no_text_has_its_days():
    assert draw([period(None, None, "undated")], today=TODAY) is None


def test_today_has_its_word_and_a_day_read_stands_below_it_in_its_place():
    drawing = draw(TEXTS, today=TODAY, day=dt.date(2019, 1, 1))
    today, read = drawing.marks
    assert (today.text, today.row, today.is_today) == ("今天", 0, True)
    assert (read.text, read.row, read.is_today) == ("所选日期 2019-01-01", 1, False)
    second = drawing.bars[1]
    assert second.x < read.x < second.x + second.width


def test_the_day_read_moves_nothing():
    plain, marked = draw(TEXTS, today=TODAY), draw(TEXTS, today=TODAY, day=dt.date(2012, 5, 6))
    assert plain.bars == marked.bars
    assert marked.top == plain.top + 16


def test_a_day_beyond_the_texts_stands_at_the_edge():
    before = draw(TEXTS, today=TODAY, day=dt.date(1, 1, 1)).marks[1]
    assert before == Mark(0.0, "start", 1, "所选日期 0001-01-01", is_today=False)
    after = draw(TEXTS, today=TODAY, day=dt.date(9999, 12, 31)).marks[1]
    assert draw(TEXTS, today=TODAY).marks[0].x < after.x < 100


def test_today_asked_for_is_marked_once():
    assert [mark.text for mark in draw(TEXTS, today=TODAY, day=TODAY).marks] == ["今天"]


def test_the_legend_names_what_is_drawn_and_no_more():
    assert draw(TEXTS, today=TODAY).legend == (
        ("in_force", "现行"),
        ("amended", "已被修改"),
        ("gap", "未收录的时段"),
        ("shown", "粗框为本页文本"),
    )
    assert draw([period(2024, None, "in_force")], today=TODAY).legend == (("in_force", "现行"),)
