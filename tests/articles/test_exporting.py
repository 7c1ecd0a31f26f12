import datetime as dt
import json

import pytest

from articles.exporting import export
from articles.importers import json as importer
from articles.importers import store
from articles.models import Article
from tests.factories import make_article, make_author, make_hidden_articles, make_user

pytestmark = pytest.mark.django_db


def test_what_is_exported_can_be_imported_elsewhere(tmp_path):
    article = make_article(
        "题",
        "<h2>节</h2><p>文。</p>",
        on=dt.date(2024, 5, 6),
        tags=["签", "又一签"],
        author=make_author("测试乙").pk,
        summary="摘",
        closing_override="结尾。",
        date_is_known=False,
    )
    file = tmp_path / "out.json"
    file.write_text(json.dumps(list(export(Article.objects.all()))), encoding="utf-8")
    names = ("title", "body", "summary", "published_at", "date_is_known", "closing_override")
    before = [getattr(article, name) for name in names]
    Article.objects.all().delete()
    (item,) = importer.read(file)
    store.store(item, source="out.json")
    again = Article.objects.get()
    assert [getattr(again, name) for name in names] == before
    assert (again.pk, again.author.name, sorted(again.tags.names())) == (
        article.pk,
        "测试乙",
        ["又一签", "签"],
    )


def test_what_readers_do_not_see_is_left_out(client):
    hidden = make_hidden_articles()
    public = make_article("公开")
    assert [one["title"] for one in export(Article.objects.all())] == ["公开"]
    for role in ("作者", "审核人"):
        client.force_login(make_user(role, role))
        chosen = [one.pk for one in (*hidden.values(), public)]
        response = client.post(
            "/admin/articles/article/", {"action": "export", "_selected_action": chosen}
        )
        found = json.loads(b"".join(response.streaming_content))
        assert [one["title"] for one in found] == ["公开"]


def test_it_costs_the_same_for_many(django_assert_num_queries):
    for _ in range(30):
        make_article(tags=["签"])
    with django_assert_num_queries(2):
        assert len(list(export(Article.objects.all()))) == 30
