"""Articles for measuring: as many as it takes, the same each time, ~1,500 characters each.

Half of them are sentences of a small grammar about the troubles that people have with the law, so
that words follow each other as they do in such texts; half are characters drawn as often as
frequent and rare ones are, so that there are as many pairs as in a large library. Words of known
frequency are strewn in.
"""

import random
from bisect import bisect
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from articles import generated_text

LENGTH = 1_500  # characters of a text, about
# Each stands in one article of so many.
STREWN = {
    "失信被执行人": 3,
    "夫妻共同债务": 8,
    "竞业限制": 20,
    "建设工程价款": 60,
    "居住权": 150,
    "表见代理": 400,
    "情势变更": 1_500,
    "股权代持": 5_000,
    "保理合同": 20_000,
    "海难救助": 100_000,
}
_STOPS = "，，，，。。；、"


class Text(NamedTuple):
    title: str
    paragraphs: list[str]

    @property
    def rendered(self) -> str:
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)

    @property
    def words(self) -> str:
        """Where a term is found if it is anywhere."""
        return "\n".join((self.title, *self.paragraphs))


@cache
def _characters() -> tuple[str, list[float]]:
    """The 3,755 characters that GB 2312 calls frequent, with weights that fall as a language's do."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    chars = [pair.decode("gb2312") for pair in rows if pair < b"\xd7\xfa"]
    random.Random(1).shuffle(chars)  # noqa: S311  (the same each time)
    return "".join(chars), list(accumulate(1 / (rank + 12) for rank in range(len(chars))))


def text(number: int) -> Text:
    dice = random.Random(number)  # noqa: S311
    title = generated_text.title(dice)
    pieces = _sentences(dice) if number % 2 else _drawn(dice)
    for word, often in STREWN.items():
        if not dice.randrange(often):
            pieces.insert(dice.randrange(len(pieces)), f"{word}。")
    size = -(-len(pieces) // 12)
    paragraphs = ["".join(pieces[start : start + size]) for start in range(0, len(pieces), size)]
    return Text(title, paragraphs)


def _sentences(dice: random.Random) -> list[str]:
    pieces, length = [], 0
    while length < LENGTH:
        pieces.append(generated_text.sentence(dice))
        length += len(pieces[-1])
    return pieces


def _drawn(dice: random.Random) -> list[str]:
    chars, weights = _characters()
    drawn = "".join(
        [
            chars[bisect(weights, dice.random() * weights[-1], 0, len(chars) - 1)]
            for _ in range(LENGTH)
        ]
    )
    pieces, start = [], 0
    while start < LENGTH:
        end = start + dice.randint(3, 15)
        pieces.append(drawn[start:end] + dice.choice(_STOPS))
        start = end
    return pieces


def terms(count: int) -> list[str]:
    """As many different terms of two to six characters: those that are strewn in, those of the
    grammar, from which nearly half of the articles are made, and others cut out of articles."""
    dice = random.Random(2)  # noqa: S311
    found = [
        *STREWN,
        "合同",
        "法院",
        "律师",
        "证据",
        "押金",
        "违约金",
        "逾期利息",
        "聊天记录",
        "诉讼时效",
        "劳动合同",
    ]
    found += ["保险公司", "转账凭证", "举证责任", "公证处", "借款本金"]
    while len(found) < count:
        words = text(dice.randrange(4_000)).words
        length, start = dice.randint(2, 6), dice.randrange(len(words))
        term = words[start : start + length]
        if len(term) == length and term.isalnum() and term not in found:
            found.append(term)
    return found[:count]
