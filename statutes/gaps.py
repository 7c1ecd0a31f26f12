"""Which clauses of a text the library lacks, in words. Pure: numbers of 条 in, words out.

A statute never skips a number: what was deleted keeps its own. So a number that is missing below
the last one held is missing in the library.
"""

from collections.abc import Collection

from statutes.numerals import clause_label

_MOST = 10  # runs that a reader is told

Run = tuple[int, int]  # the first and the last number


def lacking(numbers: Collection[int]) -> str:
    """What is missing of an incomplete text, or where that would be most of it, what there is."""
    if not numbers:
        return "本站只收录了其中一部分，未收录的不等于不存在。"
    held = set(numbers)
    missing = set(range(1, max(held))) - held
    gaps = _runs(missing)
    if missing and len(missing) < len(held) and len(gaps) <= _MOST:
        return f"本站收录的文本不完整，缺{_words(gaps)}；未收录的条文不等于不存在。"
    return f"本站只收录了其中部分条文：{_words(_runs(held))}；未列出的条文不等于不存在。"


def _runs(numbers: Collection[int]) -> list[Run]:
    runs: list[Run] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _words(runs: list[Run]) -> str:
    """第一条、第三条至第五条."""
    parts = [
        clause_label(first) + (f"至{clause_label(last)}" if last > first else "")
        for first, last in runs[:_MOST]
    ]
    return "、".join(parts) + (" 等" if len(runs) > _MOST else "")
