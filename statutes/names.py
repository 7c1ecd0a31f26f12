"""The names under which texts cite a statute: those that rules derive from its title, and the
dictionary in which a name is looked up from its right end. Pure.

Derived names are looked up exactly; one that fits several statutes is ambiguous, never guessed.
"""

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from statutes.texts import alias_key

# What lawyers call the statutes with long names; key forms.
_SHORT = {
    "民事诉讼法": ("民诉法", "民诉"),
    "刑事诉讼法": ("刑诉法", "刑诉"),
    "行政诉讼法": ("行诉法", "行诉"),
    "消费者权益保护法": ("消法", "消保法"),
    "个人信息保护法": ("个保法", "个信法"),
    "治安管理处罚法": ("治安处罚法", "治安法"),
    "道路交通安全法": ("道交法", "交通安全法", "交法"),
    "侵权责任法": ("侵权法",),
    "劳动争议调解仲裁法": ("调解仲裁法", "劳动仲裁法"),
    "未成年人保护法": ("未保法",),
    "妇女权益保障法": ("妇保法",),
    "反电信网络诈骗法": ("反诈法",),
    "反不正当竞争法": ("反法",),
    "企业破产法": ("破产法",),
    "农村土地承包法": ("土地承包法",),
    "海事诉讼特别程序法": ("海诉法",),
    "涉外民事关系法律适用法": ("法律适用法",),
    "香港特别行政区基本法": ("香港基本法",),
    "香港特别行政区维护国家安全法": ("香港国安法",),
    "澳门特别行政区基本法": ("澳门基本法",),
}
# Names of laws that other laws' names end with, beyond those that the library holds: 合同法 behind
# 劳动 is another law.
_LONGER = [
    "劳动合同法",
    "经济合同法",
    "技术合同法",
    "涉外经济合同法",
    "社会保险法",
    "军人保险法",
    "劳动争议调解仲裁法",
    "农村土地承包经营纠纷调解仲裁法",
    "海事诉讼特别程序法",
    "治安管理处罚法",
    "行政处罚法",
    "企业破产法",
    "商业银行法",
    "中国人民银行法",
    "国家赔偿法",
    "证券投资基金法",
    "农业机械化促进法",
    "个人所得税法",
    "企业所得税法",
    "网络安全法",
    "数据安全法",
    "食品安全法",
    "农产品质量安全法",
    "特种设备安全法",
    "安全生产法",
    "国家安全法",
    "生物安全法",
    "核安全法",
    "反间谍法",
    "道路交通安全法",
    "海上交通安全法",
    "民办教育促进法",
    "就业促进法",
    "中小企业促进法",
    "清洁生产促进法",
    "电影产业促进法",
    "义务教育法",
    "高等教育法",
    "职业教育法",
    "家庭教育促进法",
    "学前教育法",
    "爱国主义教育法",
    "国防教育法",
    "外商投资企业法",
    "全民所有制工业企业法",
    "乡镇企业法",
    "合伙企业法",
    "个人独资企业法",
    "中外合资经营企业法",
    "中外合作经营企业法",
    "外资企业法",
    "人民法院组织法",
    "人民检察院组织法",
    "村民委员会组织法",
    "城市居民委员会组织法",
    "国务院组织法",
    "工会法",
    "外商投资法",
    "台湾同胞投资保护法",
    "城市房地产管理法",
    "土地管理法",
    "海域使用管理法",
    "药品管理法",
    "疫苗管理法",
    "税收征收管理法",
    "出境入境管理法",
    "境外非政府组织境内活动管理法",
    "枪支管理法",
    "消费者权益保护法",
    "个人信息保护法",
    "未成年人保护法",
    "环境保护法",
    "海洋环境保护法",
    "野生动物保护法",
    "文物保护法",
    "劳动保护法",
    "英雄烈士保护法",
    "军人地位和权益保障法",
    "妇女权益保障法",
    "老年人权益保障法",
    "残疾人保障法",
    "退役军人保障法",
    "刑事诉讼法",
    "民事诉讼法",
    "行政诉讼法",
]
# Names of a field of law, which several laws bear: nobody can say which is meant.
OF_SEVERAL = {"诉讼法", "民法"}
# One-letter names, only before §.
BEFORE_SECTION_SIGN = {"民": "民法典", "公": "公司法", "九民": "全国法院民商事审判工作会议纪要"}

_ISSUER = r"(?:最高人民法院|最高人民检察院|公安部|司法部|国务院|[、,和与及])*(?:印发)?(?:关于|对)"
_ISSUED_BY = re.compile(
    "^(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会(?:常务委员会)?|[、,和])+(?=关于)"
)
_ISSUERS = {"最高人民法院": "最高法", "最高人民检察院": "最高检"}
_NUMBERED = re.compile(r"(?P<words>.*?)(?:\((?P<number>[一二三四五六七八九十]{1,2})\))?$")
_OF_A_LAW = re.compile(
    rf"{_ISSUER}(?:贯彻执行|执行|适用|审理|贯彻)(?:<(?P<marked>[^<>]{{2,30}})>|(?P<plain>(?!法律)[^<>]{{1,20}}(?:法典|法(?!律))))"
    r"(?P<part>[^<>]{0,8}?)(?:有关|若干|的|具体应用|问题|适用|法律|等|意见)*(?P<kind>解释|规定|意见|批复)$"
)
_HEARING = re.compile(
    rf"{_ISSUER}(?:审理|办理|处理|执行|适用|确定|规范|依法|妥善|涉|惩治|对)*(?P<matter>[^<>]{{2,40}}?)"
    r"(?:案件|纠纷|民事|刑事|行政|罪犯|工作|具体|适用|应用|法律|有关|若干|问题|的|等)*"
    r"(?P<kind>解释|规定|意见|批复)$"
)
_DIGITS = {char: str(index) for index, char in enumerate("一二三四五六七八九", start=1)} | {
    "十": "10"
}
# What may be left out of the matter, one after the other: 建设工程施工合同 → 建设工程施工 → 建设工程.
_TAILS = ("纠纷", "合同", "施工", "赔偿", "损害")
_SHORT_MATTER = {
    "建设工程": "建工",
    "人身损害": "人损",
    "道路交通事故": "交通事故",
    "商品房买卖": "商品房",
}
# Matters that are shorter than what they name, so that they name something else too.
_TOO_SHORT = {
    "民",
    "刑",
    "公",
    "合同",
    "民事",
    "刑事",
    "行政",
    "执行",
    "买卖",
    "损害",
    "人身",
    "建设",
}


@lru_cache(maxsize=20_000)
def names_of(title: str) -> tuple[str, ...]:
    """The keys (``alias_key``) that ``title`` itself gives a statute, its own first."""
    key = alias_key(title)
    names = [key, *_SHORT.get(key, ())]
    if _ISSUED_BY.match(key):
        names.append(_ISSUED_BY.sub("", key))
        for full, short in _ISSUERS.items():
            if full in key:
                names.append(key.replace(full, short))
    names += [re.sub("[<>]", "", name) for name in names if "<" in name]  # without inner marks
    numbered = _NUMBERED.match(key)
    words, number = numbered["words"], numbered["number"]
    if match := _OF_A_LAW.match(words):
        if match["part"]:  # as left where HTML swallowed <民法典>: 关于适用婚姻家庭编的解释
            names.append(re.sub("<[^<>]{0,60}>", "", key))
        law = match["marked"] or match["plain"]
        names += _of_interpretation(law, match["part"], match["kind"], number)
    elif match := _HEARING.match(words):
        names += _of_matter(match["matter"], match["kind"], number)
    names += [name.replace("问题的", "问题") for name in names if "问题的" in name]
    return tuple(dict.fromkeys(name for name in names if len(name) > 1))


def _of_interpretation(law: str, part: str, kind: str, number: str | None) -> list[str]:
    """民法典婚姻家庭编解释（一）, 婚姻家庭编解释一, 民法典婚姻家庭编司法解释（一）…"""
    laws = [law, *_SHORT.get(law, ())]
    part = part.removeprefix("有关")
    bases = [one + part for one in laws]
    if part:
        bases += [part, part.removesuffix("制度")] if not part.endswith("编") else [part]
        bases += [one + part.removesuffix("制度") for one in laws if part.endswith("制度")]
        bases += [base.replace("编通则", "通则编") for base in bases if "编通则" in base]
        bases += [base.replace("编通则", "通则") for base in bases if base.endswith("编通则")]
    kinds = {
        "解释": ("解释", "司法解释", "的解释", "若干解释"),
        "规定": ("规定", "司法解释", "的规定"),
    }
    return _numbered(bases, kinds.get(kind, (kind,)), number)


def _of_matter(matter: str, kind: str, number: str | None) -> list[str]:
    """民间借贷规定, 民间借贷司法解释, 建设工程施工合同解释（一）…"""
    bases = [matter, matter.removeprefix("涉"), f"{matter.removesuffix('纠纷')}案件"]
    for tail in _TAILS:
        bases += [base.removesuffix(tail) for base in bases if base.endswith(tail)]
    bases += [_SHORT_MATTER[base] for base in bases if base in _SHORT_MATTER]
    bases = [base for base in dict.fromkeys(bases) if base not in _TOO_SHORT and len(base) > 1]
    kinds = {"解释": ("解释", "司法解释"), "规定": ("规定", "司法解释")}
    return _numbered(bases, kinds.get(kind, (kind,)), number)


def _numbered(bases: Iterable[str], kinds: Iterable[str], number: str | None) -> list[str]:
    """With the number in each way of writing it, and without: then it is for the day to tell
    whether one of several is meant."""
    marks = [""]
    if number:
        marks += [f"({number})", number]
        marks += [f"({_DIGITS[number]})", _DIGITS[number]] if number in _DIGITS else []
    return [base + kind + mark for base in bases for kind in kinds for mark in marks]


_OF_INTERPRETATION = re.compile(r"法?(?:的|若干)?(?:司法)?(?:解释|规定|批复|意见).{0,4}$")


class Names:
    """Known names, found by the end at which they stand in a text."""

    def __init__(self, keys: Iterable[str] = ()):
        self._keys: set[str] = set()
        self._lengths: dict[str, list[int]] = {}
        for key in keys:
            self.add(key)

    def add(self, key: str) -> None:
        if len(key) < 2 or key in self._keys:
            return
        self._keys.add(key)
        lengths = self._lengths.setdefault(key[-2:], [])
        if len(key) not in lengths:
            lengths.append(len(key))
            lengths.sort(reverse=True)

    @cached_property
    def _shorter(self) -> set[str]:
        """The names of laws that another law's name ends with."""
        laws = [name for name in self._keys if name.endswith(("法", "条例"))]
        return {
            name[index:]
            for name in (*_LONGER, *laws)
            for index in range(1, len(name) - 1)
            if name[index:] in self._keys and name[:index] not in ("新", "旧", "原", "老")
        }

    def may_go_on(self, key: str) -> bool:
        """Whether the name may be the tail of another law's: 合同法 behind 劳动."""
        law = _OF_INTERPRETATION.sub("", key)
        return law in self._shorter or f"{law}法" in self._shorter

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def before(self, text: str, end: int) -> int | None:
        """Where the longest name that ends at ``end`` begins. ``text`` is folded."""
        for length in self._lengths.get(text[max(0, end - 2) : end], ()):
            if length <= end and text[end - length : end] in self._keys:
                return end - length
        return None
