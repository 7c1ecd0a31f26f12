"""Titles of statutes as files give them, and what a title tells: whether it is whole, its label. Pure."""

import re

# What the last word of a title may be. One that is 关于 something ends with the name of a document:
# 关于适用公司法 is only the first line of one.
_DOCUMENT = (
    "规定|解释|办法|细则|规则|决定|决议|修正案|批复|意见|通知|纪要|安排|答复|复函|解答|问答|方案|公告|议案"
    "|指引|指南|规程|措施|要点|声明|守则|章程|准则|制度|标准|纲要|公约|协定|条约|议定书"
)
_STATUTE = "法|法典|条例|通则|总则|宪法|规范"
_KIND_IN_BRACKETS = r"(?:[（(][^（()）]{1,20}[）)])?$"
_END = re.compile(rf"(?:{_DOCUMENT}|{_STATUTE}){_KIND_IN_BRACKETS}")
_ABOUT_END = re.compile(rf"(?:{_DOCUMENT}){_KIND_IN_BRACKETS}")
_ORGAN = (
    r"(?:中华人民共和国)?(?:最高人民(?:法院|检察院)|全国人民代表大会(?:常务委员会)?|国务院(?!关于)[一-龥]{2,8}(?:局|办公室)|国务院|中央军事委员会|公安部|司法部"
    r"|国家安全部|民政部|财政部|商务部|教育部|自然资源部|生态环境部|住房和城乡建设部|人力资源和?社会保障部"
    r"|国家[一-龥]{2,12}(?:总局|局|委员会|署)|中国[一-龥]{2,8}(?:银行|委员会|协会))"
)
_ORGANS = re.compile(rf"{_ORGAN}(?:[\s、,，]{{0,6}}{_ORGAN}){{0,5}}")
# （2018修正）, as publishers add it, is no part of a title; （一） and （试行） are.
_LABEL = re.compile(
    r"[（(](?:(?P<year>\d{4})年?)?(?:第[一二三四五六七八九十]{1,2}次)?(?P<verb>修[订正]|最新)[^（()）]{0,6}[）)]$"
)
# Not a 修正案's: its year tells it from the others.
_YEAR = re.compile(r"(?<=[法例定释则议案复见知要排])(?<!修正案)[（(]\d{4}年?[）)]$")
_PAGE = re.compile(r"^\d{1,4}[-_.、]?(?=\D)")
# What sites put behind the title of a page: 全文, a day, their own name.
_SITE = re.compile(r"[（(【\[]?(?:全文|最新版?|正式版|文字版)[）)】\]]?$|[_-]?(?:19|20)\d{6}$")
_SITE_NAME = re.compile(
    r"\s?(?:\||_|\s[-–—]\s).{2,20}$|[-–—][^-–—]{2,14}(?:网|网站|公报|百科|文库|图书馆|数据库)$"
)
_TWICE = re.compile(r"(.{4,80})\1")
_NOT_IN_TITLE = re.compile(
    r"[,，。:：;；!?！？]|^(?:为|根据|依照|按照|经|附|第[零〇一二三四五六七八九十百\d]{1,8}\s?[条條章编節节号])|\[TOC\]|\s>\s|>>|»|›|首页",
    re.IGNORECASE,
)


def is_organ(text: str) -> bool:
    """Whether a line only names who issues: the first line of a title, or who announces."""
    return bool(_ORGANS.fullmatch(text.strip()))


def is_whole(title: str) -> bool:
    """Whether a tidied title ends as titles do."""
    if (
        is_organ(title)
        or title.count("《") != title.count("》")
        or title[:1] in tuple("》、的和及与")
    ):
        return False
    return bool((_ABOUT_END if "关于" in title else _END).search(title))


def may_hold(text: str) -> bool:
    """Whether a line may be one of a title's lines."""
    return len(text) <= 80 and not _NOT_IN_TITLE.search(text)


def without_site(title: str) -> str:
    """中华人民共和国某法 - 某网 → 中华人民共和国某法."""
    match = _SITE_NAME.search(title)
    return title[: match.start()] if match and is_whole(tidy(title[: match.start()])) else title


def tidy(title: str) -> str:
    """A title without what publishers and sites add to it."""
    title = without_site(title)
    title = _PAGE.sub("", re.sub(r"\s+", "", title))
    for pattern in (_SITE, _LABEL, _YEAR, _SITE):
        title = pattern.sub("", title)
    title = _TWICE.fullmatch(title)[1] if _TWICE.fullmatch(title) else title
    if title.startswith("《") and title.endswith("》") and title.count("《") == 1:
        title = title[1:-1]
    return title.translate(str.maketrans("()〈〉<>", "（）《》《》"))


def joined(lines: list[str]) -> str:
    """A title over several lines, with 、 between those who issue it together."""
    organs: list[str] = []
    rest = list(lines)
    while rest and is_organ(rest[0]):
        organs += rest.pop(0).split()
    if rest:
        # 最高人民法院 最高人民检察院关于…: the last of them stands before the words.
        first = rest[0].split()
        while len(first) > 1 and is_organ(first[0]):
            organs.append(first.pop(0))
            rest[0] = "".join(first)
    words = "".join(rest)
    # 中华人民共和国最高人民检察院 over 最高人民检察院 is one body.
    full = [name for name in organs if name.startswith("中华人民共和国")]
    short = "".join([*(name for name in organs if name not in full), words[:40]])
    organs = [
        name
        for name in organs
        if not (name in full and name.removeprefix("中华人民共和国") in short)
    ]
    separated = "、".join(organs)
    if organs and re.match(_ORGAN, words):
        separated += "、"
    return tidy(separated + words)


def label_of(title: str) -> tuple[str, int | None]:
    """The label that a publisher set behind a title, and its year: （2018修正） → 2018修正."""
    match = _LABEL.search(re.sub(r"\s+", "", title))
    if not match or match["verb"] == "最新":
        return "", None
    year = int(match["year"]) if match["year"] else None
    return (f"{year}{match['verb']}" if year else "", year)


def is_labelled(title: str) -> bool:
    """Whether a publisher marks the text as an amended one."""
    match = _LABEL.search(re.sub(r"\s+", "", title))
    return bool(match and match["verb"] != "最新")
