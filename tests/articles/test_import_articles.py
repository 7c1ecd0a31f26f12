import json
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from PIL import Image

from articles.models import Article, Author, Category, Firm, ImportRecord, Picture, Revision
from tests.factories import assert_in_order, make_article, make_draft, make_firm

pytestmark = pytest.mark.django_db

ITEM = {
    "id": 874652,
    "url": "https://old.example.com/hf/874652.html",
    "title": "逾期一个月没催收，是好事吗？",
    "category": "金融债务",
    "breadcrumb": ["首页", "金融债务", "正文内容"],
    "published_on": "2025-07-01",
    "published_on_is_known": False,
    "body_html": '<p>正文。</p><p><img alt="图" src="/media/seed/cover.jpg"></p><script>x</script>',
    "closing_notice": "逾期一个月没催收,是好事吗?,本文为旧律师原创,未经授权禁止转载,个案情况不同,建议咨询专业律师制定方案。",
    "qr_caption": "扫描二维码推送至手机访问。",
    "copyright_notice": "版权声明:本文由旧律师事务所结合法律法规原创并发布,除法院案例栏目内容为公开转载,如无特殊声明均为原创,如需转载请附上来源链接。",
    "firm": {"name": "旧律师事务所", "short_name": "旧律师"},
    "related": [{"title_as_shown": "别的"}],
    "related_heading": "相关文章",
    "source_note": "说明",
}


@pytest.fixture
def write(tmp_path):
    def write(data, name="articles.json"):
        path = tmp_path / name
        path.write_text(
            data if isinstance(data, str) else json.dumps(data, ensure_ascii=False),
            encoding="utf-8",
        )
        return path

    return write


def run(*paths, **options):
    out = StringIO()
    call_command("import_articles", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def test_the_firms_item_becomes_a_published_article(write):
    out = run(write(ITEM))
    article = Article.objects.published().get()
    assert (article.pk, article.category.name, article.date_is_known) == (874652, "金融债务", False)
    assert f"{article.published_at:%Y-%m-%d}" == "2025-06-30"  # midnight in Shanghai, as UTC
    assert "script" not in article.body
    assert article.category.slug == "jinrongzhaiwu"
    assert Firm.objects.get().short_name == "旧律师"
    # The notices say what ours say: nothing to override, so they follow the firm's settings.
    assert (article.closing_override, article.notice_override) == ("", "")
    assert "图片缺失：/media/seed/cover.jpg" in out
    assert "新增 1 篇" in out


def test_importing_again_changes_nothing_not_even_what_an_editor_has_changed(write):
    path = write(ITEM)
    run(path)
    Article.objects.update(title="编辑改过的标题")
    before = list(Article.objects.values()), list(Revision.objects.values())
    assert "不变 1 篇" in run(path)
    assert (list(Article.objects.values()), list(Revision.objects.values())) == before


def test_a_notice_of_its_own_is_kept_on_the_article(write):
    run(write({**ITEM, "closing_notice": "本文由{某人}投稿。"}))
    assert Article.objects.get().closing_override == "本文由｛某人｝投稿。"


def test_another_firms_file_is_told(write):
    make_firm()
    assert "本站是“测试律师事务所”" in run(write(ITEM))
    assert Firm.objects.count() == 1


def test_court_cases_get_the_reprint_notice_with_their_source(write):
    run(
        write(
            {
                "title": "案例",
                "category": "法院案例",
                "body_html": "<p>文。</p>",
                "source_name": "某法院",
                "source_url": "https://court.example.com/1",
            }
        )
    )
    article = Article.objects.get()
    assert article.category.notice.name == "公开转载"
    assert (article.source_name, article.source_url) == ("某法院", "https://court.example.com/1")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"colour": "red"}, "不认识的字段：colour"),
        ({"title": ""}, "缺少标题"),
        ({"title": None}, "缺少标题"),
        ({"title": "长" * 201}, "标题超过 200 字"),
        ({"title": 5}, "字段 title 应为文字"),
        ({"category": ""}, "缺少栏目"),
        ({"body_html": "  "}, "缺少正文"),
        ({"id": "874652"}, "编号应为 1 至 1000000000000 的整数：'874652'"),
        ({"id": True}, "编号应为 1 至 1000000000000 的整数：True"),
        ({"id": 0}, "编号应为 1 至 1000000000000 的整数：0"),
        ({"id": 2**63 - 1}, f"编号应为 1 至 1000000000000 的整数：{2**63 - 1}"),
        ({"title": "零\x00"}, "文字中有不能保存的字符"),
        ({"tags": ["\ud800"]}, "文字中有不能保存的字符"),
        ({"tags": 5}, "字段 tags 应为文字的列表"),
        ({"tags": {}}, "字段 tags 应为文字的列表"),
        ({"tags": ["！！！"]}, "标签里没有文字：！！！"),
        ({"tags": ["长" * 41]}, "标签超过 40 字"),
        ({"author": "长" * 41}, "律师姓名超过 40 字"),
        ({"closing_notice": "长" * 301}, "结尾声明超过 300 字"),
        ({"published_on": "0001-01-01"}, "发布日期不合情理"),
        ({"published_on": "2024-W01-1"}, "发布日期不是 YYYY-MM-DD"),
        ({"published_on": "2025/07/01"}, "发布日期不是 YYYY-MM-DD：'2025/07/01'"),
        ({"published_on_is_known": "no"}, "字段 published_on_is_known 应为 true 或 false"),
        ({"tags": "一、二"}, "字段 tags 应为文字的列表"),
        ({"firm": []}, "字段 firm 应为对象"),
        ({"firm": "x"}, "字段 firm 应为对象"),
        ({"source_url": "javascript:alert(1)"}, "来源链接不是网址：javascript:alert(1)"),
    ],
)
def test_a_bad_item_is_refused_with_file_and_item_and_nothing_of_it_is_written(
    write, change, reason
):
    path = write(json.dumps([{**ITEM, **change}]))
    out = StringIO()
    with pytest.raises(CommandError, match="拒绝 1 篇"):
        call_command("import_articles", str(path), stdout=out)
    assert f"{path} 第 1 篇：{reason}" in out.getvalue()
    for model in (Article, Category, Author, Firm, Revision, ImportRecord):
        assert not model.objects.exists(), model


def test_one_bad_item_does_not_stop_the_others(write):
    path = write([{**ITEM, "title": ""}, ITEM, "no object"])
    out = StringIO()
    with pytest.raises(CommandError, match="拒绝 2 篇"):
        call_command("import_articles", str(path), stdout=out)
    assert "第 1 篇：缺少标题" in out.getvalue()
    assert "第 3 篇：不是一个 JSON 对象" in out.getvalue()
    assert Article.objects.get().pk == 874652


def test_an_id_taken_by_another_article_is_refused(write):
    make_article("原来的文章", pk=874652)
    with pytest.raises(CommandError):
        run(write(ITEM))
    assert Article.objects.get().title == "原来的文章"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "第 1 行不是合法的 JSON"), ("\x00\xff", "不是"), ("[" * 100_000, "JSON")],
)
def test_a_file_that_is_no_json_is_refused(write, text, reason):
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_articles", str(write(text)), stdout=out)
    assert reason in out.getvalue()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="拒绝 1 篇"):
        run(tmp_path / "none.json")


def test_the_import_advances_the_id_sequence(write):
    run(write(ITEM))
    assert make_draft().pk > 874652


def test_a_cover_beside_the_file_is_stored_with_its_size(write, tmp_path):
    Image.new("RGB", (1200, 630), "#1f3a4d").save(tmp_path / "cover.webp")
    run(write({**ITEM, "cover": "cover.webp"}))
    article = Article.objects.get()
    assert (article.cover_width, article.cover_height) == (1200, 630)
    assert default_storage.exists(article.cover.name)


def test_a_cover_is_written_anew_under_the_suffix_of_its_format(write, tmp_path):
    """A picture with a script behind it, served as HTML, would run on the site's own address."""
    Image.new("RGB", (9, 9)).save(tmp_path / "c.gif")
    with (tmp_path / "c.gif").open("ab") as file:
        file.write(b"<script>alert(1)</script>")
    (tmp_path / "c.gif").rename(tmp_path / "c.html")
    run(write({**ITEM, "cover": "c.html"}))
    cover = Article.objects.get().cover
    assert cover.name.endswith(".png")
    assert b"script" not in cover.read()
    assert Picture.objects.get().file.name == cover.name


@pytest.mark.parametrize(
    "name", ["gone.webp", "../secret.webp", "text.webp", "x" * 300, "p.tiff", "huge.png"]
)
def test_a_cover_that_cannot_be_used_is_a_warning(write, tmp_path, name):
    (tmp_path / "text.webp").write_text("no picture")
    Image.new("RGB", (9, 9)).save(tmp_path / "p.tiff")
    Image.new("1", (8000, 6000)).save(tmp_path / "huge.png")
    assert "封面" in run(write({**ITEM, "cover": name}))
    assert not Article.objects.get().cover


def test_the_outcome_can_be_read_by_a_program(write):
    (outcome,) = json.loads(run(write(ITEM), json=True))
    assert (outcome["outcome"], outcome["id"]) == ("created", 874652)


def test_the_firms_real_article_shows_its_clauses(shared):
    from django.test import Client

    from statutes import library
    from statutes.importers import excerpt

    for text in excerpt.read():
        library.store(text)
    excerpt.confirm_correspondences()
    run(shared / "seed/article-874652.json")
    article = Article.objects.get()
    assert [
        (str(c.clause), c.resolved_by, f"{c.clause.version.effective_from:%Y}", c.quotation_verdict)
        for c in article.citations.select_related("clause__version__statute")
    ] == [
        ("《民法典》第六百七十五条", "date", "2021", "altered"),
        ("《民法典》第五百一十条", "date", "2021", ""),  # 本法第五百一十条, in its words
        ("《合同法》第一百零七条", "last", "1999", "exact"),
        (
            "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》第二十九条",
            "quotation",
            "2015",
            "exact",
        ),
    ]
    page = Client().get("/hf/874652.html").content.decode()
    places = [
        "当前位置",
        "金融债务",
        "正文内容",
        f"<h1>{article.title}",
        "figcaption",
        "为何逾期一个月仍未催收",
        "相关法条参考",
        "本文引用的法条",
        "现行对应条文是",
        "本文为合飞律师原创",
        "扫描二维码推送至手机访问。",
        "版权声明：本文由浙江合飞律师事务所",
        "本文链接：",
        "http://www.example.com/hf/874652.html</a>",
    ]
    assert_in_order(page, places)
    assert "2025年7月1日" not in page  # the date is not known
