"""The firm's own settings, and what readers see of them."""

import datetime as dt
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from articles import workflow
from articles.admin.firm import MOST_SECTIONS, number
from articles.models import Firm, Picture
from articles.templatetags.contact import police_record, tel
from tests.factories import (
    assert_in_order,
    image_bytes,
    make_article,
    make_category,
    make_firm,
    make_hidden_articles,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/firm/"
ICP, POLICE = "浙ICP备12345678号-1", "浙公网安备 33010602000001号"


@pytest.fixture
def firm():
    return make_firm()


def form(firm: Firm, **changes) -> dict:
    """What the browser sends of the firm as it stands."""
    names = [
        field.name for field in Firm._meta.fields if field.editable and field.name != "wechat_qr"
    ]
    values = {name: getattr(firm, name) for name in names if name != "id"}
    values["home_sections"] = [one.pk for one in firm.home_sections.all()]
    # A box that is not ticked is not sent.
    return {name: value for name, value in {**values, **changes}.items() if value is not False}


def save(admin_client, firm: Firm, **changes) -> str:
    """The page that comes back: of the errors, or of the row."""
    url = f"{LIST}{firm.pk}/change/"
    return admin_client.post(url, form(firm, **changes), follow=True).content.decode()


def kept_code(firm: Firm) -> bytes:
    firm.refresh_from_db()
    with firm.wechat_qr.storage.open(firm.wechat_qr.name) as file:
        return file.read()


def picture(kind="PNG", size=(60, 60), *, name="", **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name or f"qr.{kind.lower()}", image_bytes(kind, size, **options))


class TestSettings:
    def test_the_list_leads_to_the_one_row_or_to_making_it(self, admin_client):
        assert admin_client.get(LIST).url == f"{LIST}add/"
        firm = make_firm()
        assert admin_client.get(LIST).url == f"{LIST}{firm.pk}/change/"

    def test_the_list_is_closed_to_those_without_the_permission(self, client, django_user_model):
        make_firm()
        client.force_login(django_user_model.objects.create_user("甲", is_staff=True))
        assert client.get(LIST).status_code == 403

    def test_every_field_is_in_the_form(self, admin_client, firm):
        shown = admin_client.get(f"{LIST}{firm.pk}/change/").context["adminform"].form.fields
        editable = {one.name for one in Firm._meta.fields if one.editable} - {"id"}
        assert set(shown) == editable | {"home_sections"}

    def test_a_change_is_kept_with_the_names_of_its_fields(self, admin_client, firm):
        category = make_category()
        save(admin_client, firm, telephone="0571-88888888", home_sections=[category.pk])
        message = LogEntry.objects.get().get_change_message()
        assert ("电话" in message, "首页栏目" in message, "地址" in message) == (True, True, False)

    def test_no_more_sections_than_the_home_page_can_bear(self, admin_client, firm):
        chosen = [make_category(f"栏目{n}").pk for n in range(MOST_SECTIONS + 1)]
        assert "首页最多放 6 个栏目" in save(admin_client, firm, home_sections=chosen)
        save(admin_client, firm, home_sections=chosen[1:])
        assert firm.home_sections.count() == MOST_SECTIONS


class TestNumbers:
    @pytest.mark.parametrize(
        ("name", "written", "kept"),
        [
            ("telephone", "0571-88888888", "0571-88888888"),
            ("telephone", " ０５７１－88888888 ", "0571-88888888"),
            ("telephone", "+86 571 8888 8888 转 801", "+86 571 8888 8888 转 801"),
            ("telephone", "（0571）88888888转801", "(0571)88888888转801"),
            ("telephone", "400—800—1234", "400-800-1234"),
            ("telephone", "", ""),
            ("icp_number", ICP, ICP),
            ("icp_number", "浙icp备 12345678 号－1", ICP),
            ("icp_number", "沪ICP备2021012345号", "沪ICP备2021012345号"),
            ("icp_number", "京ICP证030173号", "京ICP证030173号"),
            ("police_number", POLICE, POLICE),
            ("police_number", "浙公网安备33010602000001", "浙公网安备33010602000001"),
        ],
    )
    def test_is_taken_as_people_write_it(self, admin_client, firm, name, written, kept):
        save(admin_client, firm, **{name: written})
        firm.refresh_from_db()
        assert getattr(firm, name) == kept
        assert number(name, kept) == kept

    @pytest.mark.parametrize(
        ("name", "written", "reason"),
        [
            ("telephone", "打电话给前台", "电话只写一个号码"),
            ("telephone", "0571-88888888、88888889", "电话只写一个号码"),
            ("telephone", "0571-88888888 转", "电话只写一个号码"),
            ("telephone", "--", "电话只写一个号码"),
            ("icp_number", "12345678", "ICP 备案号写作"),
            ("icp_number", "浙ICP备号", "ICP 备案号写作"),
            ("police_number", "33010602000001", "公安备案号写作"),
            ("police_number", '浙公网安备 1" onclick', "公安备案号写作"),
        ],
    )
    def test_that_is_none_is_refused_with_an_example(
        self, admin_client, firm, name, written, reason
    ):
        before = getattr(firm, name)
        assert reason in save(admin_client, firm, **{name: written})
        firm.refresh_from_db()
        assert getattr(firm, name) == before

    @pytest.mark.parametrize(
        ("telephone", "address"),
        [
            ("0571-88888888", "tel:057188888888"),
            ("+86 571 8888 8888", "tel:+8657188888888"),
            ("0571-88888888 转 801", "tel:057188888888,801"),
        ],
    )
    def test_a_telephone_is_dialled_by_its_digits(self, telephone, address):
        assert tel(telephone) == address

    def test_a_police_number_leads_to_its_record(self):
        address = "https://beian.mps.gov.cn/#/query/webSearch?code=33010602000001"
        assert police_record(POLICE) == address


class TestWechatCode:
    @pytest.mark.parametrize(
        ("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp")]
    )
    def test_is_kept_as_what_it_is_under_a_name_of_chance(self, admin_client, firm, kind, suffix):
        long = "我们律所的微信二维码" * 20
        save(admin_client, firm, wechat_qr=picture(kind, name=f"{long}.gif"))
        assert Image.open(io.BytesIO(kept_code(firm))).format == kind
        assert firm.wechat_qr.name.startswith("firm/")
        assert firm.wechat_qr.name.endswith(f".{suffix}")
        assert "微信" not in firm.wechat_qr.name
        assert (firm.wechat_qr_width, firm.wechat_qr_height) == (60, 60)

    def test_nothing_that_hid_in_it_stays(self, admin_client, firm):
        exif = Image.Exif()
        exif[0x010E] = "secret place"
        file = picture("JPEG", exif=exif, comment=b"secret words", icc_profile=b"secret profile")
        file.file.seek(0, io.SEEK_END)
        file.write(b"<script>secret</script>")
        file.seek(0)
        save(admin_client, firm, wechat_qr=file)
        kept = kept_code(firm)
        assert kept
        assert b"secret" not in kept

    def test_a_code_without_a_background_gets_a_white_one(self, admin_client, firm):
        save(admin_client, firm, wechat_qr=picture(size=(9, 9), mode="RGBA"))
        shown = Image.open(io.BytesIO(kept_code(firm))).convert("RGB")
        assert shown.getpixel((4, 4)) == (255, 255, 255)

    @pytest.mark.parametrize(
        ("file", "reason"),
        [
            (("qr.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "不是可用的图片"),
            (("qr.png", b"<?xml version='1.0'?><SVG/>"), "不是可用的图片"),
            (("qr.png", b"no picture"), "不是可用的图片"),
            (("qr.png", b"\x89PNG\r\n\x1a\n torn"), "不是可用的图片"),
            (("qr.png", b"x" * 15_000_001), "超过 15 MB"),
        ],
    )
    def test_what_is_none_is_refused_with_the_reason(self, admin_client, firm, file, reason):
        page = save(admin_client, firm, wechat_qr=SimpleUploadedFile(*file))
        assert reason in page
        firm.refresh_from_db()
        assert not firm.wechat_qr

    @pytest.mark.parametrize(
        ("file", "reason"),
        [
            (picture("BMP"), "只收 JPEG、PNG、WebP 和 GIF"),
            (picture(size=(8000, 6000), mode="1"), "百万像素，请先缩小"),
        ],
        ids=["bmp", "bomb"],
    )
    def test_of_another_kind_or_too_large_is_refused(self, admin_client, firm, file, reason):
        file.seek(0)
        assert reason in save(admin_client, firm, wechat_qr=file)

    def test_is_no_picture_of_the_library_where_somebody_could_delete_it(self, admin_client, firm):
        save(admin_client, firm, wechat_qr=picture())
        assert kept_code(firm)
        assert not Picture.objects.exists()

    def test_saving_without_a_new_one_keeps_it_and_the_box_takes_it_away(self, admin_client, firm):
        save(admin_client, firm, wechat_qr=picture())
        firm.refresh_from_db()
        name = firm.wechat_qr.name
        save(admin_client, firm, telephone="0571-2222")
        firm.refresh_from_db()
        assert firm.wechat_qr.name == name
        save(admin_client, firm, **{"wechat_qr-clear": "on"})
        firm.refresh_from_db()
        assert (firm.wechat_qr.name, firm.wechat_qr_width) == ("", None)

    def test_a_code_that_was_replaced_or_taken_away_leaves_no_file(
        self, admin_client, firm, django_capture_on_commit_callbacks
    ):
        def code(**changes) -> str:
            with django_capture_on_commit_callbacks(execute=True):
                save(admin_client, firm, **changes)
            firm.refresh_from_db()
            return firm.wechat_qr.name

        first = code(wechat_qr=picture())
        second = code(wechat_qr=picture(size=(70, 70)))
        assert not default_storage.exists(first)
        assert default_storage.exists(second)
        assert code(**{"wechat_qr-clear": "on"}) == ""
        assert not default_storage.exists(second)


class TestFooter:
    def test_everything_that_is_set_stands_in_the_footer_of_every_page(
        self, get, admin_client, firm
    ):
        save(
            admin_client,
            firm,
            telephone="0571-88888888 转 801",
            office_hours="周一至周五",
            address="杭州市示范路 1 号",
            licence_number="3133",
            wechat_name="示范",
            icp_number=ICP,
            police_number=POLICE,
            footer_notice="仅供参考。",
            wechat_qr=picture(size=(60, 50)),
        )
        pieces = [
            "<footer",
            firm.name,
            'href="tel:057188888888,801">0571-88888888 转 801</a>',
            "周一至周五",
            "杭州市示范路 1 号",
            "3133",
            'width="60" height="50"',
            "微信：示范",
            "仅供参考。",
            f'<a href="https://beian.miit.gov.cn/" rel="noopener noreferrer nofollow">{ICP}</a>',
            '<a href="https://beian.mps.gov.cn/#/query/webSearch?code=33010602000001" '
            f'rel="noopener noreferrer nofollow">{POLICE}</a>',
        ]
        for url, status in (("/", 200), (make_article().get_absolute_url(), 200), ("/x", 404)):
            assert_in_order(get(url, status), pieces)

    def test_what_is_not_set_leaves_no_gap(self, get):
        Firm.objects.create(name="所", short_name="所", footer_notice="")
        footer = get("/").split("<footer")[1]
        for words in ("电话", "办公", "地址", "许可证", "微信", "beian", "<figure", "<p></p>"):
            assert words not in footer

    def test_a_site_without_its_firm_still_opens(self, get):
        assert "不构成对具体案件的法律意见" in get("/").split("<footer")[1]


class TestHomeSections:
    @pytest.fixture
    def sections(self, firm):
        """债务 before 家事, by their order; a child's article; each with more than is shown."""
        parent, other = make_category("债务"), make_category("家事")
        parent.order, other.order = 1, 2
        parent.save()
        other.save()
        child = make_category("借贷", parent=parent)
        for n in range(1, 5):
            make_article(f"债务{n}", category=parent.pk, on=dt.date(2025, 1, n))
            make_article(f"家事{n}", category=other.pk, on=dt.date(2025, 2, n))
        make_article("借贷五", category=child.pk, on=dt.date(2025, 1, 5))
        firm.home_section_size = 3
        firm.save()
        firm.home_sections.set([other, parent])
        return [parent, other]

    def shown(self, response) -> dict[str, list[str]]:
        return {
            category.name: [article.title for article in articles]
            for category, articles in response.context["sections"]
        }

    def test_each_shows_its_newest_in_the_order_of_the_categories(self, client, sections):
        response = client.get("/")
        assert self.shown(response) == {
            "债务": ["借贷五", "债务4", "债务3"],
            "家事": ["家事4", "家事3", "家事2"],
        }
        more = f'<a href="{sections[0].get_absolute_url()}" aria-label="更多：债务">更多</a>'
        assert_in_order(response.content.decode(), ["债务</h2>", more, "家事</h2>", "最新文章"])

    def test_an_article_of_a_child_stands_in_both_where_both_are_chosen(
        self, client, firm, sections
    ):
        firm.home_sections.set([sections[0], make_category("借贷", parent=sections[0])])
        assert self.shown(client.get("/"))["借贷"] == ["借贷五"]
        assert self.shown(client.get("/"))["债务"][0] == "借贷五"

    def test_only_the_first_page_has_them(self, client, sections):
        page = client.get("/?after=1740000000000000-1")
        assert self.shown(page) == {}
        assert 'class="sections"' not in page.content.decode()

    def test_a_section_of_nothing_that_readers_may_see_is_left_out(self, client, firm, sections):
        hidden = make_category("暗处")
        make_hidden_articles(category=hidden.pk)
        firm.home_sections.add(hidden, make_category("空处"))
        response = client.get("/")
        assert list(self.shown(response)) == ["债务", "家事"]
        assert "秘密" not in response.content.decode()

    def test_what_is_hidden_takes_no_place_in_a_section(self, client, sections):
        make_hidden_articles(category=sections[0].pk)
        response = client.get("/")
        assert self.shown(response)["债务"] == ["借贷五", "债务4", "债务3"]
        assert "秘密" not in response.content.decode()

    def test_without_sections_the_home_page_is_as_ever(self, client, firm):
        make_article()
        response = client.get("/")
        assert response.context["sections"] == []
        assert 'class="sections"' not in response.content.decode()

    def test_costs_two_queries_for_the_choice_and_one_for_each(
        self, client, firm, sections, django_assert_num_queries
    ):
        beneath = 2  # one of the sections has another one under it
        with django_assert_num_queries(5 + 2 + beneath):
            client.get("/")
        for n in range(4):
            category = make_category(f"栏目{n}")
            make_article(category=category.pk)
            firm.home_sections.add(category)
        with django_assert_num_queries(5 + MOST_SECTIONS + beneath):
            client.get("/")


class TestSwitches:
    def test_qr_and_related_articles_can_be_left_out(self, client, firm):
        article = make_article("主文")
        make_article("同栏目")
        page = client.get(article.get_absolute_url()).content.decode()
        assert ('class="qr"' in page, "主文的相关文章" in page) == (True, True)
        Firm.objects.update(shows_qr=False, shows_related=False)
        page = client.get(article.get_absolute_url()).content.decode()
        assert ('class="qr"' in page, "主文的相关文章" in page) == (False, False)

    def test_related_articles_cost_no_query_beyond_the_pages_own(
        self, client, firm, django_assert_num_queries
    ):
        url = make_article().get_absolute_url()
        with django_assert_num_queries(4):
            client.get(url)
        Firm.objects.update(shows_related=False)
        with django_assert_num_queries(4):
            client.get(url)


class TestWithdrawn:
    """The address of an article that the firm has taken down."""

    @pytest.fixture
    def article(self, firm):
        article = make_article("秘密题", "<p>秘密文。</p>", category=make_category("秘密栏").pk)
        workflow.withdraw(article, by=None)
        return article

    @pytest.mark.parametrize("query", ["", "?x=1"])
    def test_says_that_it_is_gone_and_where_to_go(self, client, article, query):
        response = client.get(article.get_absolute_url() + query)
        assert response.status_code == 410
        page = response.content.decode().split("<main")[1].split("</main")[0]
        assert_in_order(
            page, ["已撤下", "法律和司法实践在变", 'href="/"', "/statutes/", "tel:05711"]
        )
        assert '<meta name="robots" content="noindex">' in response.content.decode()
        assert not response.cookies

    def test_nothing_of_it_shows(self, client, article):
        response = client.get(article.get_absolute_url())
        assert "秘密题" not in response.content.decode()
        assert "秘密文" not in response.content.decode()
        # The menu names every category; beside it none stands.
        assert "秘密栏" not in response.content.decode().split("<main")[1]

    def test_is_cached_as_every_other_page(self, client, article):
        other = client.get(make_article().get_absolute_url())
        response = client.get(article.get_absolute_url())
        for header in ("Cache-Control", "Content-Security-Policy"):
            assert response.get(header) == other.get(header)
        assert "Cookie" not in response.get("Vary", "")

    def test_head_says_the_same(self, client, article):
        response = client.head(article.get_absolute_url())
        assert (response.status_code, response.content) == (410, b"")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_every_other_method_is_refused(self, client, article, method):
        response = getattr(client, method)(article.get_absolute_url())
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")

    def test_published_again_it_is_back(self, client, article):
        workflow.publish(article, by=None)
        assert client.get(article.get_absolute_url()).status_code == 200

    def test_what_was_never_public_is_not_said_to_be_gone(self, client):
        hidden = make_hidden_articles()
        for state in ("draft", "scheduled"):
            for method in (client.get, client.head):
                assert method(hidden[state].get_absolute_url()).status_code == 404
        workflow.cancel_schedule(hidden["scheduled"], by=None)
        assert client.get(hidden["scheduled"].get_absolute_url()).status_code == 404

    @override_settings(ALLOWED_HOSTS=["*"])
    def test_its_links_never_come_from_the_host_header(self, client, article):
        page = client.get(article.get_absolute_url(), headers={"host": "evil.example"})
        assert b"evil" not in page.content
