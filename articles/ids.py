"""Ids as they come in from outside. Pure."""


def id_in(text: str) -> int | None:
    """The id that a query or a form gives; None for anything that no database could hold as one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
