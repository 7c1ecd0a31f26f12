"""Tags as editors type them: 逾期，民间借贷、利息. A space belongs to the tag."""

import re

_SEPARATOR = re.compile(r"[,，、；;\n]")


def split_tags(text: str) -> list[str]:
    """Names in the order typed, each once."""
    names = (" ".join(part.split()) for part in _SEPARATOR.split(text))
    return list(dict.fromkeys(name for name in names if name))


def join_tags(tags) -> str:
    return "，".join(sorted(tag.name for tag in tags))
