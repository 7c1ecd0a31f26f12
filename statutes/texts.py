"""Comparing texts of law: what counts as the same words."""

import hashlib
import re
import unicodedata

_FOLD = str.maketrans(
    {
        **dict.fromkeys("“”„‟＂「」『』〝〞", '"'),
        **dict.fromkeys("‘’‚‛＇", "'"),
        **dict.fromkeys("〔［【", "["),
        **dict.fromkeys("〕］】", "]"),
        **dict.fromkeys("〈﹤", "<"),
        **dict.fromkeys("〉﹥", ">"),
        "—": "-",
        "－": "-",
        "〇": "零",
        "○": "零",
    }
)
_PUNCTUATION = re.compile(r"[^\w%‰]|_")


def normalise(text: str) -> str:
    """NFKC, without spaces and format characters, quotation marks and brackets in one form.

    Formatting alone never counts as a change of law.
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)
    return "".join(
        char
        for char in folded
        if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc")
    )


def words_only(text: str) -> str:
    """The normalised text without its punctuation."""
    return _PUNCTUATION.sub("", normalise(text))


def text_hash(text: str) -> str:
    """SHA-256 (hex) of the normalised text: equal for two clauses with the same words."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def alias_key(name: str) -> str:
    """The form under which names of statutes are looked up.

    Inner title marks are equal in all their typographies, and 中华人民共和国 never tells one
    statute from another.
    """
    key = normalise(name).replace("《", "<").replace("》", ">")
    return key.replace("中华人民共和国", "")
