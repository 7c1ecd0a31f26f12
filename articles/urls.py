"""Home, lists and articles."""

from django.conf import settings
from django.urls import path

from articles import views

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon),
    path(f"{settings.ARTICLE_PREFIX}/<int:pk>.html", views.article, name="article"),
    path("preview/<str:token>/", views.preview, name="preview"),
    path("category/<slug:slug>/", views.category, name="category"),
    # Tag slugs are Unicode; <slug:> is ASCII only.
    path("tag/<str:slug>/", views.tag, name="tag"),
]
