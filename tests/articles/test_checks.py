"""What an editor is told after a save. No number or name below is a real person's."""

import datetime as dt
import unicodedata

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from articles.checks import (
    card_numbers,
    check,
    heading_problems,
    identity_numbers,
    party_names,
    personal_data,
    pictures_without_words,
    telephone_numbers,
    unfinished,
)
from articles.markup import parse
from tests.factories import make_article, make_category, make_hidden_articles

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def check_body(body: str, category_name: str = "金融债务", **more) -> list[str]:
    return check({"body": body}, category_name=category_name, at=NOW, **more)


# Numbers.


@pytest.mark.parametrize(
    "text",
    [
        "身份证号码339999190001011234。",
        "公民身份号码：１１９９９９１９９９１２３１０００８，",
        "（身份证号：339999 19000101 1269）",
        "身份证号339999-19000101-1250",
        "身份证号339999198802290014",
        "身份证339999190001011277、住址略",
        "旧身份证号339999000101123。",
    ],
)
def test_an_unmasked_identity_number_is_found(text):
    assert [message[:9] for message in personal_data(text)] == ["没有隐去的身份证号"]


@pytest.mark.parametrize(
    "text",
    [
        "手机13800138000。",
        "电话：138 0013 8000，",
        "电话：138-0013-8000，",
        "微信同号1380 013 8000",
        "联系电话+86 13800138000",
        "电话：１３８００１３８０００。",
        "联系电话0571-88888888，",
        "电话(010)88888888",
        "电话：（0571）8888888",
        "传真0571—88888888-801",
        "13800138000@example.com",
    ],
)
def test_an_unmasked_telephone_number_is_found(text):
    assert [message[:9] for message in personal_data(text)] == ["没有隐去的电话号码"]


@pytest.mark.parametrize(
    "text",
    [
        "尾号0009的账户6222000000000009。",
        "卡号6222 0000 0000 0000 129",
        "卡号6222-0000-0000-0009，",
        "卡号 4000 0000 0000 0002 ",
        "工行卡9558800000000000018",
        "卡号622200000000000009",
    ],
)
def test_an_unmasked_card_number_is_found(text):
    assert [message[:9] for message in personal_data(text)] == ["没有隐去的银行卡号"]


@pytest.mark.parametrize(
    "text",
    [
        "身份证号3399**********1234",
        "身份证号339999190001011235",  # the last digit is wrong
        "身份证号339999190013011234",  # no such month
        "统一社会信用代码91339999MA27XXXX3K",
        "统一社会信用代码913399990000000013",  # passes the test of a card
        "统一社会信用代码913399991900010112",
        "注册号339999000012345",
        "电话138****8000",
        "电话138XXXX8000",
        "电话0571-8888****",
        "客服12368、95588、400-800-8820",
        "案号（2020）浙01民终1234号",
        "（2019）最高法民申13800号",
        "法释〔2020〕17号",
        "借款13800138000元",
        "共计13800138000.00元",
        "人民币13800138000",
        "注册资本13800138000 万元",
        "第13800138000号商标",
        "1380013800",
        "113800138000",
        "2020-01-01至2021-12-31",
        "20200101123000",
        "利率为3.85%，计3850.00元",
        "6222 **** **** 0009",
        "卡号6222000000000008",  # fails Luhn's test
        "6222 0000 0000",
        "1000 2000 3000 4000",
        "不动产权证第0012345号",
        "执业证号13301200000000009",
        "文件20200101-88888888",
        "0571-2020",
        "ZL201380013800138000X",
        "3.13800138000",
    ],
)
def test_other_numbers_are_no_personal_data(text):
    assert personal_data(text) == []


def test_a_number_is_told_once_and_masked():
    text = "身份证号339999190001011234，复印件上的339999190001011234同前。"

    assert personal_data(text) == ["没有隐去的身份证号 1 个：339*************34"]


def test_a_kind_is_one_message_with_five_examples_and_the_count():
    text = "、".join(f"1380013800{last}" for last in range(7))

    (message,) = personal_data(text)

    assert (
        message
        == "没有隐去的电话号码 7 个：" + "、".join(f"138******0{last}" for last in range(5)) + "等"
    )


def test_each_kind_of_number_is_found_by_its_own_function():
    assert identity_numbers("号339999190001011234。") == ["339999190001011234"]
    assert card_numbers("号6222 0000 0000 0009。") == ["6222 0000 0000 0009"]
    assert telephone_numbers("号138 0013 8000。") == ["138 0013 8000"]


# Names.


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("原告：王小测，女，1980年出生。", ["王小测"]),
        ("原告李测试，男。", ["李测试"]),
        ("被告人赵测因涉嫌盗窃被拘留。", ["赵测"]),
        ("上诉人（原审被告）：欧阳测试，男。", ["欧阳测试"]),
        ("被上诉人(原审原告)司马测，女。", ["司马测"]),
        ("被告一：周测文，住杭州。", ["周测文"]),
        ("原告王小测与被告李测试民间借贷纠纷一案", ["王小测", "李测试"]),
        ("原告王小测诉被告李测试离婚纠纷", ["王小测", "李测试"]),
        ("原告王小测、李测试、赵测及第三人孙测文", ["王小测", "李测试", "赵测", "孙测文"]),
        ("原告王某、李测试共同诉称", ["李测试"]),
        ("再审申请人 吴测文（一审原告），", ["吴测文"]),
        ("被申请人郑测文", ["郑测文"]),
        ("第三人冯测\n", ["冯测"]),
        ("被害人陈测文陈述", []),
        ("被害人陈测文、证人", ["陈测文"]),
        ("自诉人褚和平，", ["褚和平"]),
        ("申请执行人蒋测与被执行人沈测文执行一案", ["蒋测", "沈测文"]),
        ("异议人韩测；", ["韩测"]),
        ("原审原告杨测（身份信息略）", ["杨测"]),
        ("附带民事诉讼原告人朱测文。", ["朱测文"]),
        ("原告于洋，", ["于洋"]),
        ("被告人张李测文，", ["张李测文"]),
        ("被告人秦测文犯盗窃罪", ["秦测文"]),
        ("被告许测文辩称", ["许测文"]),
        ("原告何测文的诉讼请求", ["何测文"]),
        ("被告吕测文向原告借款", ["吕测文"]),
        ("被告施测于2020年1月", ["施测"]),
        ("被告曹测系", ["曹测"]),
    ],
)
def test_a_party_by_name_is_found(text, names):
    assert party_names(_nfkc(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "原告认为被告违约。",
        "被告辩称，合同无效。",
        "原告王府井公司诉称",
        "原告方、被告方均到庭",
        "原告方与被告方，",
        "被告于2020年1月还款",
        "被告于同日、次日",
        "原告于庭后，",
        "原告于一审、二审",
        "原告：王某，女",
        "被告人李某某，男",
        "被告张××，",
        "被告赵X、孙*，",
        "被告钱○○，",
        "原告王某甲、王某乙，",
        "原告王某1、王某2，",
        "被害人陈述、被告人供述",
        "被告陈述，",
        "上诉人高度、",
        "被告任职，",
        "被告曾经，",
        "被告单方、",
        "申请人申请、",
        "被告应诉、答辩",
        "第三人民法院，",
        "被告人民政府，",
        "被告安康医院，",
        "被告金华（集团）有限公司，",
        "被告康师（杭州）食品有限公司",
        "原告高新公司、",
        "被告周大测银行，",
        "原告的委托代理人王测文律师",
        "审判长王测文，",
        "法定代表人：李测试，",
        "证人张测文，",
        "被告本人，",
        "原告夫妇、",
        "原告和被告，",
        "被告知，",
        "被告尚欠、",
        "被告余款、",
        "被告石家庄，",
        "被告人许可，",
        "被告付清、",
        "原告全家，",
        "原告张测文化公司，",
        "被告方某，",
        "原告代表，",
        "被告向法院，",
        "罪犯安置、",
    ],
)
def test_what_is_no_name_or_masked_is_left_alone(text):
    assert party_names(_nfkc(text)) == []


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def test_names_are_one_message():
    assert personal_data("原告王小测与被告李测试一案，原告王小测称") == [
        "可能没有隐去的当事人姓名 2 个：王小测、李测试"
    ]


# Headings and pictures.


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("<h2>一</h2><h3>（一）</h3><h4>1</h4><h2>二</h2>", []),
        ("<p>没有标题</p>", []),
        ("<h3>甲</h3>", ["标题“甲”是三级标题，是第一个标题：应为二级标题"]),
        ("<h2>甲</h2><h4>乙</h4>", ["标题“乙”是四级标题，直接跟在二级标题后面：应为三级标题"]),
        ("<h2>甲</h2><h2> <br></h2><h3></h3>", ["空的标题 2 个：第 2 个标题、第 3 个标题"]),
        ("<h2>甲</h2><h3><strong>乙</strong></h3>", []),
    ],
)
def test_headings_go_down_a_level_at_a_time_and_have_words(body, problems):
    assert heading_problems(parse(body)) == problems


def test_pictures_without_words_are_named_by_their_place():
    tokens = parse(
        '<img src="/media/a.jpg" alt="借条"><img src="/media/%E5%9B%BE.png" alt=" "><img>'
    )

    assert pictures_without_words(tokens) == [
        "没有说明文字的图片 2 张：第 2 张图片（图.png）、第 3 张图片（没有地址）"
    ]


# Links.


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "地址没有写完"),
        ("http://", "地址没有写完"),
        ("https:", "地址没有写完"),
        ("mailto:", "地址没有写完"),
        ("http://http://a.example.com", "地址写了两个 http"),
        ("http://https//a.example.com", "地址写了两个 http"),
        ("ｈｔｔｐ://a.example.com", "地址里有全角字符"),
        ("http：//a.example.com", "地址里有全角字符"),
        ("http://a。example.com/", "地址里有全角字符"),
        ("https://a.example.com/x。", "地址末尾多了标点"),
        ("https://a.example.com/x）", "地址末尾多了标点"),
        ("https://a.example.com/x y", "地址里有空格"),
        ("www.example.com", "地址前面缺 https://"),
        ("court.gov.cn/x", "地址前面缺 https://"),
        ("https://a.example.com/", ""),
        ("https://a.example.com/民法典（2020年）", ""),
        ("http://a.example.com?url=http://b.example.com", ""),
        ("tel:0571 88888888", ""),
        ("mailto:a@example.com", ""),
        ("/hf/1.html", ""),
        ("2.html", ""),
        ("#s1", ""),
    ],
)
def test_an_address_that_is_not_finished_says_why(address, reason):
    assert unfinished(address) == reason


def test_a_link_without_an_address_is_told(db):
    assert check_body('<p><a rel="noopener">点这里</a><a></a><a href="#s9">下文</a></p>') == [
        "链接“点这里”（空）：地址没有写完"
    ]


def test_links_to_articles_that_readers_can_not_see_are_told(db):
    seen = make_article()
    hidden = make_hidden_articles()
    body = "".join(
        f'<a href="{article.get_absolute_url()}">{name}</a>'
        for name, article in {"seen": seen, **hidden}.items()
    )

    warnings = check_body(
        body + '<a href="http://www.example.com/hf/99999999999999999999.html">x</a>'
    )

    assert warnings == [
        f"链接“{name}”（/hf/{hidden[name].pk}.html）：文章没有发布，读者打不开"
        for name in ("draft", "scheduled", "withdrawn")
    ] + ["链接“x”（http://www.example.com/hf/99999999999999999999.html）：文章没有发布，读者打不开"]


def test_a_scheduled_article_is_there_at_its_hour(db):
    article = make_article(on=dt.date(2027, 1, 1))
    content = {"body": f'<a href="{article.get_absolute_url()}#s1">下期</a>'}
    later = dt.datetime(2027, 1, 1, 9, tzinfo=dt.UTC)

    assert check(content, category_name="", at=later) == []
    assert len(check(content, category_name="", at=NOW)) == 1


def test_links_to_the_law_lead_to_a_statute_and_a_clause(civil_code):
    good = [
        "/statutes/",
        "/statutes/minfadian/",
        "/statutes/minfadian/675/",
        "/statutes/hetongfa/107/",
    ]
    good += ["/statutes/minfadian/versions/", "/statutes/minfadian/compare/?from=1"]
    good += ["/statutes/minfadian/675"]
    bad = {
        "/statutes/wu/": "法条库没有这部法律",
        "/statutes/minfadian/9999/": "法条库没有这一条",
        "/statutes/hetongfa/675/": "法条库没有这一条",
        "/statutes/minfadian/0/": "本站没有这个页面",
    }
    body = "".join(f'<a href="{address}">法条</a>' for address in [*good, *bad])

    assert check_body(body) == [
        f"链接“法条”（{address}）：{reason}" for address, reason in bad.items()
    ]


def test_links_to_lists_files_and_other_pages_are_checked(db):
    category = make_category()
    make_article(tags=["借条"])
    default_storage.save("pictures/图.jpg", ContentFile(b"x"))
    good = ["/", category.get_absolute_url(), "/tag/%E5%80%9F%E6%9D%A1/", "/tag/借条"]
    good += ["/media/pictures/%E5%9B%BE.jpg", "https://elsewhere.example.net/hf/1.html", "../"]
    good += ["mailto:a@example.com", "http://["]
    bad = {
        "/category/wu/": "没有这个栏目",
        "/tag/没有/": "没有这个标签的文章",
        "/media/pictures/no.jpg": "没有这个文件",
        "/media/../../etc/passwd": "本站没有这个页面",
        "/media/%2e%2e/x": "没有这个文件",
        "/old/show.asp?id=1": "本站没有这个页面",
        "//www.example.com/x": "本站没有这个页面",
        "https://WWW.example.com/x": "本站没有这个页面",
        "/admin/articles/article/1/change/": "是编辑台的地址，读者打不开",
        "/preview/abc/": "是预览链接，过期就打不开",
    }
    body = "".join(f'<a href="{address}">字</a>' for address in [*good, *bad])

    assert check_body(body) == [
        f"链接“字”（{address}）：{reason}" for address, reason in bad.items()
    ]


def test_many_links_take_a_query_for_each_kind_of_page(civil_code, django_assert_num_queries):
    addresses = [f"/hf/{number}.html" for number in range(1, 60)]
    addresses += [f"/statutes/minfadian/{number}/" for number in range(1, 400)]
    addresses += ["/statutes/a/", "/statutes/b/versions/", "/category/a/", "/tag/a/"]
    body = "".join(f'<a href="{address}">字</a>' for address in addresses)

    with django_assert_num_queries(5):
        check_body(body)
    with django_assert_num_queries(0):
        check_body('<p><a href="https://elsewhere.example.net/">外站</a></p>')


# The whole.


def test_personal_data_is_looked_for_in_reprints_only():
    body = "<p>原告：<b>王小</b>测，手机13800138000。</p>"
    warnings = ["没有隐去的电话号码 1 个：138******00", "可能没有隐去的当事人姓名 1 个：王小测"]

    assert check_body(body) == []
    assert check_body(body, "法院案例") == warnings
    assert check_body(body, "民事案例", parent_name="法院案例") == warnings


def test_the_title_the_summary_and_the_words_of_pictures_are_looked_at_too():
    content = {
        "title": "原告王小测与某公司合同纠纷案",
        "summary": "被告李测试，",
        "seo_title": "被告赵测文，",
        "body": '<img src="/media/a.jpg" alt="被告人孙测文，">',
    }

    assert check(content, category_name="法院案例", at=NOW) == [
        "可能没有隐去的当事人姓名 4 个：王小测、李测试、赵测文、孙测文"
    ]


def test_an_empty_content_has_nothing_to_tell():
    assert check({}, category_name="法院案例", at=NOW) == []
