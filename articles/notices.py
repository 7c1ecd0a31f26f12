"""Closing sentences and copyright notices: text with a few named variables."""

import string

# name: what editors are told it stands for
VARIABLES = {
    "title": "文章标题",
    "firm": "律所全称",
    "firm_short": "律所简称",
    "author": "律师姓名",
    "source": "转载来源",
    "url": "文章链接",
}

# The name of the notice that reprints start with (articles/migrations/0002_copyright_notices.py).
REPRINT = "公开转载"


class NoticeError(ValueError):
    """A notice that can't be filled in; the message is for the editor."""


def check_notice(template: str) -> None:
    """Raises NoticeError for braces that don't match and for variables that don't exist."""
    try:
        fields = [part[1:] for part in string.Formatter().parse(template) if part[1] is not None]
    except ValueError as error:
        raise NoticeError("花括号不成对") from error
    for name, layout, conversion in fields:
        if name not in VARIABLES:
            raise NoticeError(f"没有变量 {{{name}}}，可用的是：{'、'.join(VARIABLES)}")
        if layout or conversion:  # {title:>9999999} would fill the memory
            raise NoticeError(f"变量 {{{name}}} 里只能写名称")


def fill_notice(template: str, values: dict[str, str]) -> str:
    """The notice with its variables replaced; a missing value becomes "".

    Values are put in as they are, so that a title with braces stays a title. A template that
    was never valid is shown as it stands rather than breaking the page.
    """
    try:
        check_notice(template)
    except NoticeError:
        return template
    return template.format_map({name: values.get(name, "") for name in VARIABLES})
