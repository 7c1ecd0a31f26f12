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
_WHO = [
    "债权人",
    "债务人",
    "借款人",
    "出借人",
    "保证人",
    "房东",
    "租客",
    "买受人",
    "出卖人",
    "用人单位",
    "劳动者",
    "公司",
    "股东",
    "丈夫",
    "妻子",
    "继承人",
    "保险公司",
    "承运人",
    "医院",
    "患者",
    "物业公司",
    "业主",
    "施工方",
    "发包人",
    "当事人",
    "邻居",
    "平台",
    "商家",
    "消费者",
    "法定代表人",
]
_DID = [
    "拒绝归还",
    "已经转移",
    "没有按时支付",
    "隐瞒了",
    "擅自变更",
    "要求解除",
    "提出异议于",
    "申请保全",
    "放弃了",
    "重新约定",
    "书面确认",
    "口头承诺",
    "提前终止",
    "无法证明",
    "收到了",
    "签署了",
    "主张抵销",
    "起诉请求返还",
    "依法追讨",
    "逾期交付",
]
_WHAT = [
    "借款本金",
    "逾期利息",
    "违约金",
    "定金",
    "押金",
    "货款",
    "工程款",
    "劳动合同",
    "租赁合同",
    "买卖合同",
    "房屋产权",
    "股权转让款",
    "抚养费",
    "彩礼",
    "遗产",
    "保险金",
    "工伤待遇",
    "加班工资",
    "经济补偿",
    "担保责任",
    "抵押权登记",
    "商标使用费",
    "运费",
    "医疗费用",
    "共同财产",
]
_WHEN = [
    "去年年底",
    "合同到期以后",
    "收到通知的第二天",
    "开庭之前",
    "判决生效后",
    "离婚诉讼期间",
    "签字当日",
    "交房前一个月",
    "公司注销以前",
    "三年之内",
    "诉讼时效届满前",
    "疫情期间",
]
_WHERE = [
    "在当地法院",
    "在微信里",
    "在调解书上",
    "在公证处",
    "在仲裁庭",
    "在派出所",
    "在合同附件中",
    "在银行柜台",
]
_THEN = [
    "因此",
    "不过",
    "与此同时",
    "需要注意的是",
    "按照规定",
    "换句话说",
    "更麻烦的是",
    "律师认为",
    "实践中",
    "反过来说",
]
_SAY = [
    "这一点应当有证据支持",
    "法院一般不会支持",
    "可以要求对方承担责任",
    "建议先发一份律师函",
    "最好保留聊天记录和转账凭证",
    "不要急着签字",
    "要看双方当时怎么约定",
    "举证责任在主张的一方",
    "超过部分不受保护",
    "仍然可以协商解决",
]
_ASK = [
    "怎么办",
    "要赔多少钱",
    "能不能要回来",
    "会不会坐牢",
    "要准备什么证据",
    "多久能立案",
    "由谁承担",
    "算不算违约",
]
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
    title = f"{dice.choice(_WHO)}{dice.choice(_DID)}{dice.choice(_WHAT)}{dice.choice(_ASK)}"
    pieces = _sentences(dice) if number % 2 else _drawn(dice)
    for word, often in STREWN.items():
        if not dice.randrange(often):
            pieces.insert(dice.randrange(len(pieces)), f"{word}。")
    size = -(-len(pieces) // 12)
    paragraphs = ["".join(pieces[start : start + size]) for start in range(0, len(pieces), size)]
    return Text(title, paragraphs)


def _sentences(dice: random.Random) -> list[str]:
    pieces, length = [], 0
    pick = dice.choice
    while length < LENGTH:
        piece = f"{pick(_WHEN)}，{pick(_WHO)}{pick(_WHERE)}{pick(_DID)}{pick(_WHAT)}，{pick(_THEN)}，{pick(_SAY)}。"
        pieces.append(piece)
        length += len(piece)
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
