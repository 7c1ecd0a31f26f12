"""Names for addresses."""

from django.utils.text import slugify


def slug_in_pinyin(name: str, *, with_others: bool) -> str:
    """``with_others``: also letters and digits that are not Chinese; "" where nothing is left."""
    # Holds fifty megabytes from then on, which no process needs that only shows pages.
    from pypinyin import lazy_pinyin

    errors = (lambda text: text) if with_others else "ignore"
    return slugify("".join(lazy_pinyin(name, errors=errors)))
