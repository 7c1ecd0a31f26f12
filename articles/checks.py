"""What an editor should look at again in a content that was just saved. Nothing is refused.

The functions that take words or tokens are pure; only ``broken_links`` asks the database.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from articles.importers.store import REPRINT_CATEGORY
from articles.markup import HEADINGS, Token, parse, plain
from articles.models import Article, Category
from statutes.models import Clause, Statute

_MOST_EXAMPLES = 5


def check(
    content: dict, *, category_name: str, parent_name: str = "", at: dt.datetime
) -> list[str]:
    """Warnings in plain Chinese. ``at``: the moment at which links must lead somewhere.

    ``parent_name``: of the category above, "" for none. A query for each kind of page that is
    linked to, five at most.
    """
    body = content.get("body") or ""
    tokens = parse(body)
    warnings = [*broken_links(tokens, at=at), *pictures_without_words(tokens)]
    warnings += heading_problems(tokens)
    if REPRINT_CATEGORY in (category_name, parent_name):
        seen = [content.get(name) or "" for name in ("title", "summary")]
        seen += [content.get(name) or "" for name in ("seo_title", "seo_description")]
        seen += [token.attributes.get("alt", "") for token in tokens if token.name == "img"]
        warnings += personal_data("\n".join([*seen, plain(body)]))
    return warnings


def _listed(what: str, found: list[str], unit: str) -> list[str]:
    """One message for one kind, with its first examples; none where nothing was found."""
    if not found:
        return []
    more = "等" if len(found) > _MOST_EXAMPLES else ""
    return [f"{what} {len(found)} {unit}：{'、'.join(found[:_MOST_EXAMPLES])}{more}"]


# Links.

_WIDE = re.compile(r"[\uff01-\uff5e\u3000-\u3002]")
_WIDE_END = re.compile(r"[。，、；：！？》」”’]$|^[^（]*）$")
_LARGEST_ID = 2**63 - 1


def links(tokens: list[Token]) -> list[tuple[str, str]]:
    """(words, address) of every link in its order; the address is "" where it has none."""
    found = []
    for index, token in enumerate(tokens):
        if token.name != "a" or token.kind != "start":
            continue
        words = ""
        for inner in tokens[index + 1 :]:
            if inner.name == "a":
                break
            words += inner.text or inner.attributes.get("alt", "")
        found.append((" ".join(words.split()), token.attributes.get("href", "").strip()))
    # An <a> without both is the remains of a bookmark.
    return [link for link in found if any(link)]


def unfinished(address: str) -> str:
    """Why an address can't be meant so; "" where it can. Pure."""
    if not address or re.fullmatch(r"(?i)(https?|mailto|tel):?/*", address):
        return "地址没有写完"
    if re.match(r"(?i)(https?://){2}|https?://https?(?:[:/]|$)", address):
        return "地址写了两个 http"
    host = re.match(r"[^/]*//[^/?#]*|[^/?#]*", address)[0]
    if _WIDE.search(host):
        return "地址里有全角字符"
    if _WIDE_END.search(address):
        return "地址末尾多了标点"
    if re.search(r"\s", address) and not address.startswith("tel:"):
        return "地址里有空格"
    if re.match(r"(?i)www\.|[\w-]+(\.[\w-]+)*\.(com|cn|net|org|gov)(/|$)", address):
        return "地址前面缺 https://"
    return ""


def broken_links(tokens: list[Token], *, at: dt.datetime) -> list[str]:
    found = list(dict.fromkeys(links(tokens)))
    reasons = {address: unfinished(address) for _, address in found}
    asked: dict[_Lookup, dict[str, tuple]] = defaultdict(dict)
    for address in [address for address, reason in reasons.items() if not reason]:
        path = _own_path(address)
        if path is None or path.startswith(settings.STATIC_URL):
            continue
        if path.startswith(settings.MEDIA_URL):
            reasons[address] = "" if _is_stored(path) else "没有这个文件"
        elif (match := _resolved(path)) is None:
            reasons[address] = "本站没有这个页面"
        elif match.route.startswith("admin/"):
            reasons[address] = "是编辑台的地址，读者打不开"
        elif match.view_name == "preview":
            reasons[address] = "是预览链接，过期就打不开"
        elif match.view_name in _LOOKUPS:
            asked[_LOOKUPS[match.view_name]][address] = tuple(match.kwargs.values())
    for (reason, lookup), keys in asked.items():
        there = lookup(set(keys.values()), at)
        reasons |= {address: reason for address, key in keys.items() if key not in there}
    return [
        f"链接“{words or '（没有文字）'}”（{address or '空'}）：{reasons[address]}"
        for words, address in found
        if reasons[address]
    ]


def _own_path(address: str) -> str | None:
    """The path on this site, as a browser on an article's page takes it; None: elsewhere, or on
    the page itself."""
    if address.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(settings.SITE_URL + reverse("article", args=[1]), address))
    except ValueError:  # an address like http://[
        return None
    is_ours = parts.scheme in ("http", "https")
    is_ours = is_ours and parts.netloc.lower() == urlsplit(settings.SITE_URL).netloc.lower()
    return (unquote(parts.path) or "/") if is_ours else None


def _is_stored(path: str) -> bool:
    try:
        return default_storage.exists(path.removeprefix(settings.MEDIA_URL))
    except (SuspiciousFileOperation, ValueError, OSError):
        return False


def _resolved(path: str) -> ResolverMatch | None:
    for candidate in (path, path + "/"):  # readers are sent on to the slash
        try:
            return resolve(candidate)
        except Resolver404:
            continue
    return None


# The keys of pages, as their addresses name them, which of them are there for a reader. One query.


def _articles(keys: set[tuple], at: dt.datetime) -> set[tuple]:
    ids = [pk for (pk,) in keys if pk <= _LARGEST_ID]
    return set(Article.objects.published(at).filter(pk__in=ids).values_list("pk"))


def _categories(keys: set[tuple], at: dt.datetime) -> set[tuple]:
    slugs = [slug for (slug,) in keys]
    return set(Category.objects.filter(slug__in=slugs).values_list("slug"))


def _tags(keys: set[tuple], at: dt.datetime) -> set[tuple]:
    """A tag of nothing published is no page."""
    slugs = [slug for (slug,) in keys if "\x00" not in slug]  # PostgreSQL refuses it as text
    tagged = Article.objects.published(at).filter(tagged__tag__slug__in=slugs)
    return set(tagged.order_by().values_list("tagged__tag__slug").distinct())


def _statutes(keys: set[tuple], at: dt.datetime) -> set[tuple]:
    slugs = [slug for (slug,) in keys]
    return set(Statute.objects.filter(slug__in=slugs).values_list("slug"))


def _clauses(keys: set[tuple], at: dt.datetime) -> set[tuple]:
    """In whichever text of the statute: an old clause has its page too."""
    found = Clause.objects.filter(
        version__statute__slug__in={slug for slug, _ in keys},
        number__in={number for _, (number, _) in keys},
    ).values_list("version__statute__slug", "number", "branch")
    return {(slug, (number, branch)) for slug, number, branch in found.order_by()}


_Lookup = tuple[str, Callable[[set[tuple], dt.datetime], set[tuple]]]
_LOOKUPS: dict[str, _Lookup] = {
    "article": ("文章没有发布，读者打不开", _articles),
    "category": ("没有这个栏目", _categories),
    "tag": ("没有这个标签的文章", _tags),
    **dict.fromkeys(
        ("statutes:statute", "statutes:versions", "statutes:compare"),
        ("法条库没有这部法律", _statutes),
    ),
    "statutes:clause": ("法条库没有这一条", _clauses),
}


# Pictures and headings.


def pictures_without_words(tokens: list[Token]) -> list[str]:
    pictures = [token.attributes for token in tokens if token.name == "img"]
    found = [
        f"第 {place} 张图片（{PurePosixPath(unquote(picture.get('src', ''))).name or '没有地址'}）"
        for place, picture in enumerate(pictures, start=1)
        if not picture.get("alt", "").strip()
    ]
    return _listed("没有说明文字的图片", found, "张")


_LEVELS = {2: "二级标题", 3: "三级标题", 4: "四级标题"}


def heading_problems(tokens: list[Token]) -> list[str]:
    """Skipped levels and empty headings: the contents beside an article are made of them."""
    problems, last, empty = [], 1, []
    for place, (level, words) in enumerate(_headings(tokens), start=1):
        if not words:
            empty.append(f"第 {place} 个标题")
            continue
        if level > last + 1:
            before = f"直接跟在{_LEVELS[last]}后面" if last > 1 else "是第一个标题"
            problems.append(f"标题“{words}”是{_LEVELS[level]}，{before}：应为{_LEVELS[last + 1]}")
        last = level
    return [*problems, *_listed("空的标题", empty, "个")]


def _headings(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for index, token in enumerate(tokens):
        if token.name not in HEADINGS or token.kind != "start":
            continue
        words = ""
        for inner in tokens[index + 1 :]:
            if inner.name == token.name:
                break
            words += inner.text or inner.attributes.get("alt", "")
        yield int(token.name[1]), " ".join(words.split())


# Personal data, which a court masks before it publishes (最高人民法院《关于人民法院在互联网公布
# 裁判文书的规定》, 2016, arts. 8 and 10), and a reprint must not bring back.


def personal_data(text: str) -> list[str]:
    """Warnings of what is not masked. Pure; no message repeats a whole number."""
    text = unicodedata.normalize("NFKC", text)
    messages = []
    for what, find in _NUMBERS.items():
        found = find(text)
        for number in found:  # no part of it is another number too
            text = text.replace(number, "\x00")
        numbers = [_masked(number) for number in dict.fromkeys(map(_digits, found))]
        messages += _listed(f"没有隐去的{what}", numbers, "个")
    names = list(dict.fromkeys(party_names(text)))
    return [*messages, *_listed("可能没有隐去的当事人姓名", names, "个")]


def _digits(number: str) -> str:
    return re.sub(r"[^\dX]", "", number.upper())


def _masked(digits: str) -> str:
    return digits[:3] + "*" * (len(digits) - 5) + digits[-2:]


_ALONE = r"(?<![\dA-Za-z.])", r"(?![\dA-Za-z]|\.\d)"
_GAP = r"[ \-‐‑–—]?"
# What follows says that it is money.
_NO_AMOUNT = r"(?!\s*(?:余?[元万亿]|人民币))"
_IDENTITY = re.compile(rf"{_ALONE[0]}[1-8]\d{{5}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx]{_ALONE[1]}")
_OLD_IDENTITY = re.compile(rf"{_ALONE[0]}[1-8]\d{{14}}{_ALONE[1]}")
_CARD = re.compile(rf"{_ALONE[0]}\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?{_ALONE[1]}")
_MOBILE = re.compile(
    rf"(?<![\dA-Za-z.¥$第币])(?:\+?86{_GAP})?"
    rf"1[3-9]\d(?:{_GAP}\d{{4}}{_GAP}|\d{_GAP}\d{{3}}{_GAP})\d{{4}}{_ALONE[1]}{_NO_AMOUNT}"
)
_AREA = r"0(?:10|2\d|[3-9]\d\d)"
_LANDLINE = re.compile(
    rf"(?<![\dA-Za-z.])(?:\({_AREA}\)[ -]?|{_AREA}[ \-‐‑–—]{{1,2}})[2-8]\d{{6,7}}{_ALONE[1]}"
)


def identity_numbers(text: str) -> list[str]:
    """18 digits whose last one is right (GB 11643), and 15 as they were until 1999."""
    found = [number for number in _IDENTITY.findall(text) if _is_identity(_digits(number))]
    return found + [
        number
        for number in _OLD_IDENTITY.findall(text)
        if _is_province(number) and _is_birthday("19" + number[6:12])
    ]


def _is_identity(number: str) -> bool:
    weighted = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17]))
    return (
        _is_province(number)
        and _is_birthday(number[6:14])
        and "10X98765432"[weighted % 11] == number[17]
    )


def _is_province(number: str) -> bool:
    return number[:2] in {
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63"),
        *("64", "65", "71", "81", "82", "83"),
    }


def _is_birthday(day: str) -> bool:
    try:
        return dt.date(int(day[:4]), int(day[4:6]), int(day[6:])).year >= 1900
    except ValueError:
        return False


def card_numbers(text: str) -> list[str]:
    """Those of a bank's card: 16 to 19 digits that pass Luhn's test (ISO/IEC 7812)."""
    return [number for number in _CARD.findall(text) if _is_card(_digits(number))]


def _is_card(number: str) -> bool:
    # 18 digits that begin otherwise are a unified social credit code (91…, 51…) or a person's.
    if number[0] not in "34569" or (len(number) == 18 and number[0] != "6"):
        return False
    twice = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in twice) % 10 == 0


def telephone_numbers(text: str) -> list[str]:
    return _MOBILE.findall(text) + _LANDLINE.findall(text)


_NUMBERS: dict[str, Callable[[str], list[str]]] = {
    "身份证号": identity_numbers,
    "银行卡号": card_numbers,
    "电话号码": telephone_numbers,
}

# The commonest; left out where the character is mostly another word behind a role (应, 经, 向, 全).
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余"
    "杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅付方白邹孟熊秦邱江尹薛闫阎段雷侯龙"
    "史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤倪温康施牛樊葛邢安齐易乔伍庞颜庄聂章鲁岳翟殷詹申"
    "欧耿关兰焦俞左柳甘祝包宁柯阮单裴舒翁丘霍涂符季凌骆盛屠娄蓝游柴童冉苗蒲褚纪路管娜岑"
)
_COMPOUND = "欧阳|上官|司马|诸葛|司徒|东方|独孤|南宫|夏侯|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|端木|轩辕|呼延|澹台|淳于|单于|闻人|申屠"
# No given name has them: they make a word of what only looks like a surname.
_NO_NAME = (
    "某的了是不未已其在把被或等对从该此各均都也又再而但则须你您他她它们这那"
    "称辩诉讼请求提认欠付还借贷款债额订签罪案院审判决驳撤拒违赔偿损失购卖租售住驾伤死亡"
    "公司厂店局部所社村县市区镇乡校处组队馆站与及因为以将应就分别"
)
# Words that begin with a surname.
_NO_PERSONS = re.compile(
    "方面|方才|方可|于[同当次本该前后昨今每上下一二三四五六七八九十事法何是此另庭诉审]|"
    "曾[经于向多任用]|任[职何意期由一]|高[度额于价速]|余[款下额欠]|程序|金[额融钱]|钱[款财]|石材|"
    "田地|江[边苏西]|范围|常[年住]|万[元一]|严[重格]|马[上路]|夏[天季]|安[全排装置徽]|白[天]|施[工救暴]|"
    "温[室州]|路[过边]|许[可诺多]|童年|章程|左[侧手右]|包[括含]|管理|单[方独位]|申[请报明]|陈[述情]|"
    "武[器汉]|康复|关[于联押]|付[清出]|石家庄|金华|徐州|郑州|兰州|黄[石山]|唐山|宁[波夏愿]|"
    "盛怒|符合|季度|纪[检委律]|游[客泳]|甘愿|易[于燃]|成[立]|庄园|齐[全]|祝[贺愿]|顾[客问]|"
    "周[边围]|史[料]|何[时处种]|汤[药]|孙[子女]|胡[乱]|毛[利重]|段[落]|雷[同]|龙[头]|"
    "时任|连带|左右|万余|陆续|明知"
)
_GIVEN = rf"[^\W\d_A-Za-z{_NO_NAME}]"
_NAME = rf"(?:(?:{_COMPOUND})|[{_SURNAMES}][{_SURNAMES}]?){_GIVEN}{{1,2}}?"
# How the cause of a case begins, which follows the last name: 与被告张三民间借贷纠纷一案.
_CAUSES = (
    "民间借贷|借款|金融|信用卡|保证|担保|追偿|买卖|租赁|承揽|运输|委托|服务|物业|保险|合同|合伙|建设工程|装饰|"
    "离婚|婚约|同居|抚养|赡养|探望|变更|继承|遗嘱|分家|法定|房屋|土地|相邻|排除|返还|确认|劳动|劳务|工伤|追索|"
    "机动车|交通|健康权|身体权|生命权|名誉|侵权|侵害|提供|著作|商标|专利|股权|股东|公司|不当得利|执行|申请|"
    "故意|过失|盗窃|诈骗|抢劫|危险|非法|涉嫌|行政"
)
# What may follow a name: little, so that 原告方面认为 or 被告高度 are none. A firm's brackets
# (万某（杭州）有限公司) do not.
_FOLLOWS = (
    r"(?=\s*(?:[,。;:!?、)》”’\n]|\.(?!\w)|$|[男女诉与和及因犯系]|\d{4}年|于[\d本判]|"
    r"\((?![^)]{0,20}\)[^,。;、\s]{0,20}?(?:公司|合伙|集团|中心|银行|厂|店))|"
    r"(?:共同)?(?:辩称|诉称|述称)|不服|的(?:诉讼|辩|委托|上诉|再审|起诉|申诉|行为|其[他余])|向(?:本院|一审|原审|法院|原告|被告)|"
    r"(?:自愿|当庭)?(?:到庭|委托|提起|提出)|经(?:本院|传票)|[在自未]|利用|实施|收受|违反|位于|购买|一案|等[\d二三四五六七八九十]{0,2}人|"
    rf"(?:{_CAUSES})[^,。;\n]{{0,20}}(?:纠纷|一案|罪)))"
)
_ITEM = re.compile(
    rf"(?P<name>{_NAME}){_FOLLOWS}|[{_SURNAMES}][某×xX*○Ⅹ]{{1,3}}[甲乙丙丁戊\d]{{0,2}}"
)
_ROLE = re.compile(
    r"(?:原告人?|被告人?|上诉人|申请人|第三人|被害人|受害人|自诉人|执行人|异议人|申诉人|答辩人|"
    r"案外人|嫌疑人|罪犯)(?:\([^()\n]{1,30}\))?(?:[一二三四五六七八九十\d]{0,2}\s*:)?[ ]*"
)
_AND = re.compile(r"\s*[、和与及]\s*")


def party_names(text: str) -> list[str]:
    """Names of natural persons that stand unmasked behind their role in a case, in NFKC."""
    names = []
    for role in _ROLE.finditer(text):
        place = role.end()
        while item := _ITEM.match(text, place):
            name = item["name"]
            if name and _NO_PERSONS.match(name):
                break
            names += [name] if name else []
            joined = _AND.match(text, item.end())
            if joined is None:
                break
            place = joined.end()
    return names
