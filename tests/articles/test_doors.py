"""Every way by which somebody might see what they must not: drafts, scheduled and withdrawn
articles of others, at each door of the desk and of the site."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from articles import images, workflow, working_copies
from articles.models import Article, Citation
from tests.factories import image_bytes, make_article, make_draft, make_user

pytestmark = pytest.mark.django_db

SECRET = "绝密"
BODY = f"<p>{SECRET}：《民法典》第675条。</p>"


@pytest.fixture(params=["draft", "in_review", "scheduled", "withdrawn", "next_draft"])
def secret(request, civil_code) -> Article:
    """An article of somebody else that an author must see nothing of; of ``next_draft`` the draft
    beside what is public."""
    picture = images.store(image_bytes(), name=f"{SECRET}.png", by=make_user("owner", "作者"))
    body = BODY + f'<p><img src="{images.address(picture.file.name)}" alt="{SECRET}"></p>'
    match request.param:
        case "draft" | "in_review" as state:
            article = make_draft(SECRET, body, tags=[SECRET])
            if state == "in_review":
                workflow.submit(article, by=None)
        case "scheduled":
            article = make_draft(SECRET, body, tags=[SECRET])
            later = timezone.now() + dt.timedelta(days=3)
            workflow.publish(article, by=None, at=later)
        case "withdrawn":
            article = make_article(SECRET, body, tags=[SECRET])
            workflow.withdraw(article, by=None)
        case _:
            article = make_article("公开", "<p>公开。</p>")
            content = {"title": SECRET, "body": body, "tags": [SECRET]}
            held = workflow.newest_content(article)
            workflow.save_draft(article, {**held, **content}, by=None)
    reviewer = make_user("reviewer", "审核人")
    working_copies.keep(
        article, reviewer, {"title": SECRET, "body": body}, read_version=0, at=timezone.now()
    )
    return Article.objects.get(pk=article.pk)


def doors(article: Article) -> list[str]:
    base = f"/admin/articles/article/{article.pk}/"
    revisions = [one.pk for one in article.revisions.all()]
    citations = Citation.objects.filter(article=article)
    return [
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/?is=draft",
        "/admin/articles/article/?is=withdrawn",
        f"/admin/articles/article/?q={SECRET}",
        f"/admin/articles/article/?q={article.pk}",
        f"{base}change/",
        f"{base}change/?copy=1",
        f"{base}history/",
        f"{base}compare/?from={revisions[-1]}&to={revisions[0]}",
        f"{base}preview/",
        f"{base}preview/?revision={revisions[0]}",
        f"{base}wechat/",
        "/admin/articles/citation/",
        f"/admin/articles/citation/?article={article.pk}",
        *(f"/admin/articles/citation/{one.pk}/change/" for one in citations),
        "/admin/articles/picture/",
        f"/admin/articles/picture/?q={SECRET}",
        f"/admin/articles/picture/{article.pictures.get().pk}/change/",
        "/admin/articles/picture/choose/",
        f"/admin/articles/picture/choose/?q={SECRET}",
        "/admin/articles/outbox/",
        "/admin/articles/article/?q=“675条”",
        # The site itself.
        "/",
        *(
            f"/search/?q={typed}"
            for typed in ("675条", "绝", "密", "675条 宇宙", "绝对机密的文章吗")
        ),
        "/search/?q=675条&sort=newest",
        "/search/?q=675条&year=2025",
        article.get_absolute_url(),
        f"/tag/{SECRET}/",
        article.category.get_absolute_url(),
        "/statutes/minfadian/675/",
        "/preview/forged/",
        *(article.get_absolute_url().replace("html", form) for form in ("json", "md", "png")),
        f"/post/{article.pk}.html",
        f"/post/{SECRET}/",
        "/feed/",
        f"{article.category.get_absolute_url()}feed/",
        f"/tag/{SECRET}/feed/",
        "/archive/",
        f"/archive/{timezone.localdate().year}/",
        f"/archive/{timezone.localdate():%Y/%m}/",
        "/sitemap.xml",
        "/sitemap-lists.xml",
        "/sitemap-articles-0.xml",
        neighbour().get_absolute_url(),
        f"{neighbour().get_absolute_url().removesuffix('html')}json",
    ]


def neighbour() -> Article:
    """A public article that shares everything with it."""
    found = Article.objects.filter(title="旁边的").first()
    return found or make_article("旁边的", "<p>《民法典》第675条。</p>", tags=["普通"])


def shown(response) -> str:
    """What a page says, without what was asked for in its own address."""
    page = response.content.decode("utf-8", "replace")
    return page.replace(f"?q={SECRET}", "").replace(f'value="{SECRET}"', "")


@pytest.mark.parametrize("role", ["作者", "站务", ""])
def test_nothing_of_it_is_seen_by_who_is_not_concerned(client, secret, role):
    client.force_login(make_user("stranger", *filter(None, [role])))
    for url in doors(secret):
        response = client.get(url, follow=True)
        page = shown(response).replace(f"/tag/{SECRET}/", "").replace(f"/post/{SECRET}/", "")
        assert SECRET not in page, url
        for frame in re.findall(r'src="(/preview/[^"]*)"', page):
            assert SECRET not in shown(client.get(frame)), url
    chosen = {"action": "export", "_selected_action": [secret.pk]}
    response = client.post("/admin/articles/article/", chosen)
    if response.streaming:
        titles = [one["title"] for one in json.loads(b"".join(response.streaming_content))]
        assert SECRET not in titles


def test_an_article_is_either_published_or_hidden(secret):
    make_article("公开的")
    now = timezone.now()
    for moment in (now, now - dt.timedelta(days=40), now + dt.timedelta(days=4)):
        public, hidden = Article.objects.published(moment), Article.objects.hidden(moment)
        assert not public.filter(pk__in=hidden).exists()
        assert public.count() + hidden.count() == Article.objects.count()
    cited = Citation.objects.in_published()
    assert not cited.filter(article__in=Article.objects.hidden()).exists()


def test_nothing_of_it_is_seen_by_readers(client, secret):
    for url in doors(secret):
        response = client.get(url)
        if url.startswith("/admin/"):
            assert response.status_code in (302, 403), url
        page = shown(response).replace(f"/tag/{SECRET}/", "").replace(f"/post/{SECRET}/", "")
        assert SECRET not in page, url


def test_no_file_for_machines_names_its_address(client, secret):
    """Not even that there is something is told."""
    if secret.is_public():
        pytest.skip("its address is public, only the next draft is not")
    address = secret.get_absolute_url()
    for url in doors(secret):
        if url != address and not url.startswith("/admin/"):
            assert address not in shown(client.get(url)), url


@pytest.mark.parametrize("role", ["作者", "站务", ""])
def test_nothing_of_it_is_changed_by_who_is_not_concerned(client, secret, role):
    client.force_login(make_user("stranger", *filter(None, [role])))
    before = Article.objects.values().get(pk=secret.pk)
    saves = secret.revisions.count()
    base = f"/admin/articles/article/{secret.pk}/"
    values = {"title": "改", "version": secret.lock_version, "read_version": secret.lock_version}
    values |= {"category": secret.category_id, "typed": "1", "revision": secret.revisions.last().pk}
    for door in ("change/", "autosave/", "restore/", "do/", "delete/"):
        response = client.post(base + door, {**values, "_do": "submit"})
        assert response.status_code in (302, 403, 404), door
    assert Article.objects.values().get(pk=secret.pk) == before
    assert secret.revisions.count() == saves
    picture = secret.pictures.get()
    client.post(f"/admin/articles/picture/{picture.pk}/delete/", {"post": "yes"})
    assert secret.pictures.get() == picture


def test_who_reviews_sees_it_all(client, secret):
    client.force_login(make_user("second", "审核人"))
    for url in doors(secret)[6:7] + doors(secret)[8:11]:
        assert client.get(url).status_code == 200, url
    assert SECRET in client.get(doors(secret)[6]).content.decode()
