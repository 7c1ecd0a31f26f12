"""Home, lists, articles, and what machines read of them."""

from django.conf import settings
from django.urls import path, re_path

from articles import feeds, lists, search_pages, sitemaps, views

_ARTICLE = f"{settings.ARTICLE_PREFIX}/<int:pk>"

urlpatterns = [
    path("", lists.home, name="home"),
    path("favicon.ico", views.favicon),
    path("robots.txt", sitemaps.robots),
    path(f"{_ARTICLE}.html", views.article, name="article"),
    path(f"{_ARTICLE}.json", views.article_json, name="article_json"),
    path(f"{_ARTICLE}.md", views.article_markdown, name="article_markdown"),
    path(f"{_ARTICLE}.png", views.article_card, name="article_card"),
    path(f"{_ARTICLE}.svg", views.article_qr, name="article_qr"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("category/<slug:slug>/", lists.category, name="category"),
    path("category/<slug:slug>/feed/", feeds.category, name="category_feed"),
    # Tag slugs are Unicode; <slug:> is ASCII only.
    path("tag/<str:slug>/", lists.tag, name="tag"),
    path("tag/<str:slug>/feed/", feeds.tag, name="tag_feed"),
    path("author/<slug:slug>/", lists.author, name="author"),
    path("author/<slug:slug>/feed/", feeds.author, name="author_feed"),
    path("archive/", lists.archive, name="archive"),
    re_path(r"^archive/(?P<year>[12]\d{3})/$", lists.archive_year, name="archive_year"),
    re_path(
        r"^archive/(?P<year>[12]\d{3})/(?P<month>1[0-2]|0?[1-9])/$",
        lists.archive_month,
        name="archive_month",
    ),
    path("search/", search_pages.search_page, name="search"),
    path("opensearch.xml", search_pages.opensearch, name="opensearch"),
    path("feed/", feeds.site, name="feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-lists.xml", sitemaps.lists, name="sitemap_lists"),
    path("sitemap-statutes.xml", sitemaps.statutes, name="sitemap_statutes"),
    path("sitemap-articles-<int:number>.xml", sitemaps.articles, name="sitemap_articles"),
]
if settings.INDEXNOW_KEY:
    urlpatterns.append(path(f"{settings.INDEXNOW_KEY}.txt", views.indexnow_key))
# The last one: any address of an earlier site that ends in an article's id.
urlpatterns.append(
    re_path(r"^(?P<path>.*?)(?<!\d)(?P<pk>\d{1,18})\.html$", views.old_address, name="old_address")
)
