"""What the arguments of commands have in common."""

import datetime as dt
from argparse import ArgumentTypeError


def day(value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise ArgumentTypeError(f"不是日期：{value}（写作 2027-01-01）") from error
