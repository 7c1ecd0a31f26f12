"""Closing sentences, copyright notices, notices about the law: text with a few named variables."""

import string
from collections.abc import Collection
from functools import lru_cache

# name: what editors are told it stands for
VARIABLES = {
    "title": "文章标题",
    "firm": "律所全称",
    "firm_short": "律所简称",
    "author": "律师姓名",
    "source": "转载来源",
    "url": "文章链接",
}

# Of the firm's notices about the law that an article cites.
LAW_VARIABLES = {
    "count": "有变动的引用处数",
    "since": "最早的变动日期",
    "checked": "核对日期",
    "firm": "律所全称",
    "firm_short": "律所简称",
}

# The name of the notice that reprints start with (articles/migrations/0002_copyright_notices.py).
REPRINT = "公开转载"


class NoticeError(ValueError):
    """A notice that can't be filled in; the message is for the editor."""


@lru_cache(maxsize=1_000)
def _is_valid(template: str, variables: frozenset[str]) -> bool:
    try:
        check_notice(template, variables)
    except NoticeError:
        return False
    return True


def check_notice(
    template: str, variables: Collection[str] = VARIABLES, *, required: Collection[str] = ()
) -> None:
    """Raises NoticeError for braces that don't match, for variables that don't exist, and where a
    required one is missing."""
    try:
        fields = [part[1:] for part in string.Formatter().parse(template) if part[1] is not None]
    except ValueError as error:
        raise NoticeError("花括号不成对") from error
    for name, layout, conversion in fields:
        if name not in variables:
            raise NoticeError(f"没有变量 {{{name}}}，可用的是：{'、'.join(variables)}")
        if layout or conversion:  # {title:>9999999} would fill the memory
            raise NoticeError(f"变量 {{{name}}} 里只能写名称")
    if missing := set(required) - {name for name, _, _ in fields}:
        raise NoticeError(f"里面要有变量 {'、'.join(f'{{{name}}}' for name in sorted(missing))}")


def fill_notice(
    template: str, values: dict[str, str], variables: Collection[str] = VARIABLES
) -> str:
    """The notice with its variables replaced; a missing value becomes "".

    Values are put in as they are, so that a title with braces stays a title. A template that
    was never valid is shown as it stands rather than breaking the page.
    """
    if not _is_valid(template, frozenset(variables)):
        return template
    return template.format_map({name: values.get(name, "") for name in variables})
