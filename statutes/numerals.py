"""Chinese numbers and clause numbers: 第一百三十三条之一 ↔ (133, 1).

A clause number is a pair ``(number, branch)``: 之一 is branch 1, a plain clause has branch 0.
Numbers run from 1 to 9999; no statute in force has more than 1,300 clauses.
"""

import re

DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
DIGITS |= {"七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000}

# Characters that may stand in a number, for other modules' patterns.
NUMBER = "[0-9０-９零〇○一二两三四五六七八九十百千]"
# 第一百三十三条之一; for lookups in whole labels, not for search in running text.
CLAUSE_LABEL = re.compile(rf"第\s*({NUMBER}{{1,9}})\s*条(?:\s*之\s*({NUMBER}{{1,3}}))?")
CLAUSE_KEY = re.compile(r"([1-9][0-9]{0,3})(?:-([1-9][0-9]?))?")


def parse_number(text: str) -> int:
    """The value of a Chinese, Arabic or full-width number.

    Digits without units are read by position (一二五四 → 1254), as some texts write them.
    Raises ValueError for anything else, an unknown character included: to skip one would
    turn 十条之一 into 11.
    """
    if text.isdecimal():  # full-width digits too; int() reads them
        return int(text)
    if len(text) > 1 and all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = 0
    digit = None
    last_unit = 10_000
    for char in text:
        if char in DIGITS:
            if digit:  # 零 before a digit is only a spacer; two digits in a row are no number
                raise ValueError(f"not a number: {text!r}")
            digit = DIGITS[char]
        elif char in UNITS:
            unit = UNITS[char]
            if unit >= last_unit:  # 十百 and 百百 are not numbers
                raise ValueError(f"not a number: {text!r}")
            if digit is None and unit != 10:  # only 十 may stand without a digit
                raise ValueError(f"not a number: {text!r}")
            total += (1 if digit is None or digit == 0 else digit) * unit
            last_unit, digit = unit, None
        else:
            raise ValueError(f"not a number: {text!r}")
    if digit is None and total == 0:
        raise ValueError("not a number: empty")
    return total + (digit or 0)


def format_number(value: int) -> str:
    """The number as statutes write it: 10 → 十, 110 → 一百一十, 1005 → 一千零五."""
    if not 0 < value < 10_000:
        raise ValueError(f"out of range: {value}")
    out = ""
    zero_pending = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            out += ("零" if zero_pending else "") + "零一二三四五六七八九"[digit] + name
            zero_pending = False
        elif out and value:
            zero_pending = True
    return out.removeprefix("一") if out.startswith("一十") else out


def clause_label(number: int, branch: int = 0) -> str:
    """(133, 1) → 第一百三十三条之一."""
    return f"第{format_number(number)}条" + (f"之{format_number(branch)}" if branch else "")


def arabic_label(number: int, branch: int = 0) -> str:
    """(133, 1) → 第133条之一: as firms write it without title marks."""
    return f"第{number}条" + (f"之{format_number(branch)}" if branch else "")


def parse_clause_label(text: str) -> tuple[int, int]:
    """第一百三十三条之一 → (133, 1). Raises ValueError where the whole text is not a label."""
    match = CLAUSE_LABEL.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a clause label: {text!r}")
    return parse_number(match[1]), parse_number(match[2]) if match[2] else 0


def clause_key(number: int, branch: int = 0) -> str:
    """The form that stands in addresses: 675, 133-1."""
    return f"{number}-{branch}" if branch else str(number)


def parse_clause_key(key: str) -> tuple[int, int]:
    """133-1 → (133, 1). Raises ValueError for anything but the form in addresses."""
    match = CLAUSE_KEY.fullmatch(key)
    if not match:
        raise ValueError(f"not a clause key: {key!r}")
    return int(match[1]), int(match[2] or 0)
