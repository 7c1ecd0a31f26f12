"""Tags as editors type them: 逾期，民间借贷、利息. A space belongs to the tag."""

import re

LONGEST = 40
_SEPARATOR = re.compile(r"[,，、；;\n]")


def split_tags(text: str) -> list[str]:
    """Names in the order typed, each once."""
    names = (" ".join(part.split()) for part in _SEPARATOR.split(text))
    return list(dict.fromkeys(name for name in names if name))


def tag_problem(names: list[str]) -> str:
    """Why one of the names can't be a tag, for the editor; "" where all can."""
    for name in names:
        if len(name) > LONGEST:
            return f"标签超过 {LONGEST} 字：{name[:20]}…"
        if not re.search(r"[^\W_]", name):  # nothing for an address to be made of
            return f"标签里没有文字：{name}"
    return ""


def join_tags(tags) -> str:
    return "，".join(sorted(tag.name for tag in tags))
