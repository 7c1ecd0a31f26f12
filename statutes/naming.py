"""Which words of a text name a law, of which version, and which only look like it. Pure.

Reads text that ``texts.fold`` has folded.
"""

import re
from typing import NamedTuple

from statutes.names import Names
from statutes.texts import alias_key

LONGEST_TITLE = 120
_BEFORE = 30  # characters before a name that may tell whose law it is, and of when
# The only white space inside of citations; bounded, since unbounded it costs its square.
_S = r" {0,3}\n? {0,3}"

_DAY = (
    rf"(?P<year>(?:19|20)[0-9]{{2}}){_S}年?{_S}(?:(?P<month>[0-9]{{1,2}}){_S}月)?(?:[0-9]{{1,2}}{_S}日)?"
    r"(?P<time>第[一二三四五]次)?"
)
# A year beside the name, with what may stand between: 2018年《, 2005年修订的《, (2013年修正)《
_YEAR_BEFORE = re.compile(
    rf"{_DAY}{_S}(?:修[正订改]|公布|颁布|制定|施行|实施|通过|版)?{_S}(?:后?的)?{_S}\)?{_S}$"
)
# 79年刑法, 97刑法, and what came before a year's amendment: 2017年修订前的
_SHORT_YEAR_BEFORE = re.compile(r"(?<![0-9.年月第号-])(?P<year>[0-9]{2})年?(?:版|的)?$")
_BEFORE_YEAR = re.compile(
    rf"(?P<year>(?:19|20)[0-9]{{2}}){_S}年?{_S}(?:第[一二三四五]次)?{_S}(?:修[正订改]|施行|实施|公布){_S}(?:之前|以前|前){_S}的?{_S}$"
)
_YEAR_IN_NOTE = re.compile(_DAY)
_DOCUMENT_NUMBER = re.compile(
    r"(?:法释|法发|法办|法|高检发释字|高检发|高检会|公通字|国发|国办发|国税发|财税|人社部发|劳部发)"
    r" {0,3}[\[(] {0,3}[0-9]{4} {0,3}[\])] {0,3}第? {0,3}[0-9]+ {0,3}号"
    r"|(?:主席令|国务院令|部令|总局令) {0,3}第? {0,3}[0-9零一二三四五六七八九十百]+ {0,3}号"
)
_NUMBER_ALONE = re.compile(
    r"(?:法释|法发|高检发释字)[ ]?[\[(][0-9]{4}[\])][ ]?[0-9]{1,4}[ ]?号(?:《?文件》?|文)?$"
)
_OLD = re.compile(
    r"(?:年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:之前|以前|前)的?|(?:原来|以前|之前)的|(?:(?<![中平高草还复])原|旧|老)的?|修[正订]前的?|已(?:经)?(?:被)?(?:废止|失效)的?|废止前的?)[ ]?$"
)
_NEW = re.compile(r"(?:(?<![创革更])新(?:修[正订]的?|颁布的?)?|修[正订]后的?)[ ]?$")
_OLD_OR_NEW_NAME = re.compile(r"^(?P<old>原|旧|老)|^(?P<new>新)")
CODE_PARTS = "总则|物权|合同|人格权|婚姻家庭|继承|侵权责任"  # of 民法典, each with 编 behind it
# 民法典·合同编, 民法典婚姻家庭编
_PART_OF_TITLE = re.compile(
    r"(?P<law>.{1,20}?法典|.{1,20}?法(?=[·•・]))[ ·•・.-]{0,2}(?:第[一二三四五六七]编)?[ ]?"
    rf"(?:{CODE_PARTS}|分则)编?$"
)
_DRAFT = re.compile(r"草案|[一二三四]审稿|征求意见稿|送审稿|建议稿|审议稿")

# Endings by which a title in 《》 is taken for a statute's, whether or not the library holds it…
_LAW_ENDING = re.compile(
    r"(?:法|法典|条例|解释|细则|通则|总则|修正案|纪要)(?:\(.{1,20}\)|[一二三四五六七八九1-9])?$|^宪法$"
)
# …and those that others use as well, so that the title must say that it is a state body's.
_RULE_ENDING = re.compile(r"(?:规定|办法|规则|决定|批复|意见|决议|规程)(?:\(.{1,20}\))?$")
_NOTICE_ENDING = re.compile(r"(?:通知|通告|公告|答复|复函|指引|答问|指南)(?:\(.{1,20}\))?$")
_OF_STATE = re.compile(
    r"人民法院|人民检察院|国务院|全国|中华人民共和国|[省市区县州](?!场|政)|关于|部|委|总局|实施|暂行|试行"
)
_STATE_BEFORE = re.compile(
    r"(?:法院|检察院|国务院|[^内]部|总局|委员会|[省市]|政府|银行|监会|[部院委局府行会高]的?)(?:[颁发公印]布?发?的?)?[ ]?$"
)
# An institution's own rules, by their titles or by whose they are: 公司《彩礼规定》.
_OWN_RULES = re.compile(
    r"员工|公司(?!法)|考勤|奖惩|绩效|薪酬|手册|内部|业主|规约|用户|会员|小区|章程|集团|仲裁规则"
    r"|岗位|宿舍|报销|本院|我院|我司|日记|小说|教材|讲义|之道|(?:合同|协议|条款|方案|判决|裁定)(?:\(.*\))?$|[书说看做想方]法$"
)
_INSTITUTION = re.compile(
    r"(?:公司|集团|企业|单位|学校|大学|附件|我校|本院|医院|平台|协会|商会|小区|村|工厂|本厂|店|我司|甲方|乙方)"
    r"(?:内部|自行)?(?:制定|发布)?的?[ ]?$"
)
# Fields of law and books, no statutes.
_NO_STATUTE = {"商法", "行政法", "经济法", "国际法", "程序法", "实体法", "民商法"}
_NO_STATUTE |= {
    "司法",
    "立法",
    "执法",
    "守法",
    "普法",
    "民法学",
    "法",
    "债法",
    "合同编",
    "国际私法",
}
# What a text calls a law that it has named before; where it has not, nobody knows which.
GENERIC = {"条例", "规定", "解释", "办法", "细则", "规则", "决定", "意见", "通知", "批复", "纪要"}
# Whose law it is, where it is not the PRC's of today: before the name or in the note behind it.
_COUNTRY = (
    r"(?:(?<!中华人民)共和国|联邦|欧盟|欧洲|台湾(?!同胞)|台湾地区|港澳台"
    r"|加州|纽约州|得州|加利福尼亚州?|特拉华州?|路易斯安那州?|魁北克|苏格兰|民国(?:时期)?|旧中国|国民政府"
    r"|伪满|清末|大清|苏联|意大利|瑞士|奥地利|俄罗斯|荷兰|西班牙|葡萄牙|日本|越南|印度|巴西|加拿大|澳大利亚"
    r"|新西兰|新加坡|马来西亚|埃塞俄比亚|埃及|阿根廷|智利|土耳其|希腊|波兰|匈牙利|比利时|丹麦|瑞典|挪威|芬兰"
    r"|乌克兰|以色列|伊朗|菲律宾|印度尼西亚|印尼|柬埔寨|老挝|缅甸|蒙古|朝鲜|哈萨克斯坦|墨西哥|罗马)"
)
_FOREIGN = re.compile(
    rf"(?:(?<![我本中全和])国|香港|澳门|特别行政区|{_COUNTRY})"
    r"(?:现行|普通|统一|联邦|标准|示范|模范|债务|商|旧|新|时期|[0-9]{4}年(?:修[正订])?){0,3}的?[ “]?$"
)
_FOREIGN_NAME = re.compile(
    r"(?:香港|澳门)(?!特别行政区(?:基本|维护|驻军)|基本法|国安法|驻军法)|"
    rf"(?!中国|全国|我国|国|外国|爱国)[一-龥]{{1,4}}国(?![家务有际旗歌徽防籍库债土]|民(?![法商事刑]))|{_COUNTRY}"
)
_OF_INTERPRETATION = re.compile(r"(?:解释|规定|批复|意见)(?:\(.{1,2}\)|[一二三四五六七八九1-9])?$")
_FOREIGN_LAW = re.compile(
    rf"(?:(?<![我中全本和])国|香港|澳门|{_COUNTRY})[一-龥0-9]{{0,10}}(?:法|法典|条例)[》”]?[ ]?$"
)
# What may stand before a bare name that could be the tail of a longer one.
_BOUNDARY = re.compile(
    r"(?:^|[^一-龥]|依照|根据|依据|按照|适用|违反|参照|比照|遵照|遵循|援引|引用|触犯|符合|构成|认定|结合|参见|参考"
    r"|对照|包括|认为|属于|涉及|涉嫌|规定|明确|体现|修改|制定|颁布|公布|施行|实施|执行|遵守|上述|前述|我国"
    r"|中国|现行|有关|相关|特别是|其中|包含|援用|准用|查阅|本案|[依按据照见系属原旧新老年版后前时了的与和及"
    r"或而但即如在是为于从由以对将把被因则又也都就还且并其此这那该看查读成找叫])$"
)
# Before a bare name that no library knows: only what can't be part of a name.
_STRONG_BOUNDARY = re.compile(
    r"[^一-龥]|[了按在见看照]|依照|根据|依据|按照|适用|违反|参照|比照|援引|引用|触犯|符合|规定的|认为|以及|或者|我国|现行"
    r"|[和与及]|应当|有关|其中|属于|是指|构成"
)
_BARE_STATUTE = re.compile(
    r"(?:[一-龥]{1,24}(?:法|法典|条例|实施细则|司法解释|法解释)|(?:九民|八民|金融审判|破产审判)[一-龥]{0,6}纪要)(?:\([一二三四五六七八九]\)|[一二三四五六七八九])?$"
)
_NO_BARE_STATUTE = re.compile(
    r"(?:^[新旧原老]法|[方做说看办书违非合依司执守立用宪做手语想兵枪]法|公约|合同|协议)$"
)
_PRONOUN = re.compile(
    r"(?P<which>该|同|本|上述|前述|前引|此|这部|这一)"
    r"(?P<noun>法律|法典|法|条例|司法解释|解释|规定|办法|细则|规则|纪要|通则|意见|决定|批复)$"
)
_NOUN_ENDINGS = {
    "法律": r"法典?$|通则$|总则$|典$",
    "法典": r"法典$",
    "法": r"法典?$|通则$|总则$|典$",
    "司法解释": r"解释|规定|批复",
}
DEFINED = re.compile(
    r"(?:以下|下|后文|下文|本文)?(?:均|一律|统|合|简)?(?:简称|统称|合称|下称|称为|称)(?:为|作)?:? ?"
    r"[《“\"<]?(?P<name>[^《》“”\"<>(),，;。\n]{1,30})[》”\">]?"
)


class Named(NamedTuple):
    """A law as a text names it. ``title`` is the name by which it can be looked up, ``written``
    what stands in the text (该法), ``selector`` what the text says of the version, as in
    ``references.Reference``."""

    start: int
    end: int
    title: str
    key: str
    is_known: bool
    selector: str = ""
    written: str = ""

    def at(self, start: int, end: int, written: str) -> "Named":
        return self._replace(start=start, end=end, written=written)


def closing(text: str, start: int) -> int | None:
    """The end of the title whose 《 stands at ``start``, or None where it never closes.

    《》 may nest: 《…适用<民法典>…》 or, as people type it, 《…适用《民法典》…》.
    """
    depth = 0
    for index in range(start, min(len(text), start + LONGEST_TITLE)):
        char = text[index]
        if char == "《":
            depth += 1
        elif char == "》":
            depth -= 1
            if depth == 0:
                return index + 1
        elif char == "\n" and text[index - 1 : index] == "\n":
            return None
    return None


def selector_before(text: str, start: int) -> str:
    before = text[max(0, start - _BEFORE) : start]
    if told := _BEFORE_YEAR.search(before):
        return f"before {told['year']}"
    if _OLD.search(before):
        return "old"
    if told := _SHORT_YEAR_BEFORE.search(before):
        return ("19" if told["year"] > "49" else "20") + told["year"]
    if _NEW.search(before):
        return "new"
    return _year(_YEAR_BEFORE.search(before))


def selector_in(note: str) -> str:
    """What a note in brackets says: (法释[2015]18号), (2018修正), (1980年)."""
    if number := _DOCUMENT_NUMBER.search(note):
        return number[0]
    return _year(_YEAR_IN_NOTE.search(note))


def _year(match: re.Match | None) -> str:
    if match is None:
        return ""
    if match["time"]:
        return match["year"] + match["time"]
    return match["year"] + (f"-{int(match['month'])}" if match["month"] else "")


def is_foreign(text: str, start: int) -> bool:
    return bool(_FOREIGN.search(text[max(0, start - _BEFORE) : start]))


def is_foreign_law(text: str, end: int) -> bool:
    """Whether another country's law ends there: 日本民法典第709条."""
    return bool(_FOREIGN_LAW.search(text, max(0, end - 20), end))


def is_refused(note: str) -> bool:
    """Whether the note behind a name says that it is a draft, or another country's."""
    return bool(_DRAFT.search(note) or _FOREIGN.search(note))


def titled(text: str, start: int, end: int, names: Names) -> Named | None:
    """What the title in 《》 from ``start`` to ``end`` names; None where it is no statute of ours."""
    title = " ".join(text[start + 1 : end - 1].split())
    selector = selector_before(text, start)
    key = alias_key(title)
    if key not in names:
        title, key, told = _without_additions(title, key, names)
        selector = told or selector
    is_known = key in names
    if is_foreign(text, start) or _DRAFT.search(title):
        return None
    if not is_known and _FOREIGN_NAME.match(title):
        return None
    if not _is_statute(text, start, title, key, is_known=is_known):
        return None
    return Named(start, end, title, key, is_known, selector, title)


def _without_additions(title: str, key: str, names: Names) -> tuple[str, str, str]:
    """《公司法(2018修正)》, 《新公司法》, 《民法典·合同编》: (title, its key, selector)."""
    if title.endswith(")") and (opening := title.rfind("(")) > 0:
        told = selector_in(title[opening:])
        shorter = title[:opening].strip()
        if told and (alias_key(shorter) in names or not key.endswith("年)")):
            return shorter, alias_key(shorter), told
    if (match := _PART_OF_TITLE.match(title)) and alias_key(match["law"]) in names:
        return match["law"], alias_key(match["law"]), ""
    if (match := _OLD_OR_NEW_NAME.match(title)) and alias_key(title[1:]) in names:
        return title[1:], alias_key(title[1:]), "old" if match["old"] else "new"
    return title, key, ""


def _is_statute(text: str, start: int, title: str, key: str, *, is_known: bool) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    is_law = bool(_LAW_ENDING.search(title))
    if _INSTITUTION.search(before) and not (is_law and not title.endswith(("细则", "总则"))):
        return False
    if is_known or key in GENERIC:
        return True
    if key in _NO_STATUTE or _OWN_RULES.search(title):
        return False
    if is_law:
        return True
    is_of_state = bool(_OF_STATE.search(title) or _STATE_BEFORE.search(before))
    if _RULE_ENDING.search(title):
        return is_of_state or len(title) > 4
    return bool(_NOTICE_ENDING.search(title)) and bool(
        re.search("关于|人民法院|人民检察院|国务院", title)
    )


def is_law_title(title: str) -> bool:
    """Whether a title that no library knows, and that no number follows, is worth a note."""
    if alias_key(title) in GENERIC:
        return False
    if _NOTICE_ENDING.search(title) or re.search(r"(?:批复|决定|规程|意见)(?:\(.*\))?$", title):
        return title.startswith(("最高人民", "国务院", "全国人民"))
    return True


def bare_before(text: str, end: int, names: Names, defined: Names) -> Named | None:
    """The known name without 《》 that ends at ``end``; ``defined`` are this text's own, which win."""
    for known in (defined, names):
        start = known.before(text, end)
        if start is None:
            continue
        key = text[start:end]
        if text[max(0, start - 7) : start] == "中华人民共和国":
            start -= 7
        elif known is names and not _may_begin(text, start, key, names):
            return None
        if is_foreign(text, start):
            return None
        selector = selector_before(text, start)
        if (match := _OLD_OR_NEW_NAME.match(key)) and key[1:] in names:
            key, selector = key[1:], "old" if match["old"] else "new"
        return Named(start, end, key, key, True, selector, text[start:end])
    return None


def _may_begin(text: str, start: int, key: str, names: Names) -> bool:
    """Whether a bare name can begin here, and is not the tail of another: 劳动合同法."""
    if key == "同法":
        return False
    if _OF_INTERPRETATION.search(key) and text[start - 1 : start] in ("法", "典", "编", "例"):
        return False  # 公司法时间效力规定 is another than 民法典时间效力规定
    before = text[max(0, start - 6) : start]
    return not names.may_go_on(key) or bool(_BOUNDARY.search(before))


def with_its_law(text: str, law: Named, names: Names) -> Named | None:
    """《民法典》继承编的解释(一): the title before the name of an interpretation belongs to it, so
    that behind another law it is another one."""
    opening = text.rfind("《", max(0, law.start - 30), law.start)
    if (
        opening < 0
        or text[law.start - 1 : law.start] != "》"
        or not _OF_INTERPRETATION.search(law.key)
    ):
        return law
    key = alias_key(text[opening + 1 : law.start - 1]) + law.key
    if key not in names:
        return None
    return law._replace(start=opening, title=key, key=key, written=text[opening : law.end])


def unknown_before(text: str, end: int) -> Named | None:
    """A statute's name by its shape alone: 浙江省物业管理条例第十条."""
    window = max(0, end - 28)
    begin = window
    for match in _STRONG_BOUNDARY.finditer(text, window, end - 1):
        begin = match.end() if text[match.start()] not in "()" else begin
    if text[begin : begin + 1] == "年":  # 1944年刑法典
        begin += 1
    title = text[begin:end]
    if text[begin - 2 : begin] == "人民" and title.startswith("共和国"):
        return None
    if not _BARE_STATUTE.fullmatch(title) or _NO_BARE_STATUTE.search(title):
        return None
    key = alias_key(title)
    if key in _NO_STATUTE or _OWN_RULES.search(title) or is_foreign(text, begin):
        return None
    if _FOREIGN_NAME.match(title) or re.match(r"[该本同此其]|上述|前述", title):
        return None
    return Named(begin, end, title, key, False, selector_before(text, begin), title)


def pronoun_before(text: str, end: int) -> re.Match | None:
    """该法, 同法, 本解释 …, with ``which`` and ``noun``; never the tail of 合同法."""
    match = _PRONOUN.search(text[max(0, end - 8) : end])
    if match and match["which"] == "同":
        before = text[: end - len(match[0])][-1:]
        return None if before == "合" else match
    return match


def fits(title: str, noun: str) -> bool:
    """Whether 该解释 can mean a law of this title."""
    return bool(re.search(_NOUN_ENDINGS.get(noun, noun), title))


def document_number_before(text: str, end: int) -> Named | None:
    begin = max(0, end - 30)
    match = _NUMBER_ALONE.search(text[begin:end])
    if match is None:
        return None
    start = begin + match.start()
    title = text[start:end].removesuffix("文")
    return Named(start, end, title, alias_key(title), False, written=title)
