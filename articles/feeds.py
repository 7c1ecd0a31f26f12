"""Atom feeds of the newest articles with their full text: of the site, a category, a tag, a lawyer.
Answers carry an ETag: who asks again for what has not changed is told so."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import conditional_page, require_safe

from articles import terms
from articles.kept import the_firm
from articles.lists import Kind, shown, the_tag
from articles.models import Article, Author, Category
from articles.page_versions import HOME
from articles.paging import page_in, page_of, page_under
from articles.slots import fill_slots
from statutes.atom import Feed
from statutes.cacheable import cacheable, showing


@cacheable()
@conditional_page
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    articles = page_of(Article.objects.published().for_list(), None).articles
    return _feed("", articles, HOME, path=reverse("home"), feed_path=reverse("feed"))


@cacheable()
@conditional_page
@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Category, slug=slug)
    return _feed(
        found.name,
        page_in(found, None).articles,
        *(terms.name_of(Kind.CATEGORY, one.pk) for one in (found, *found.children.all())),
        path=found.get_absolute_url(),
        feed_path=reverse("category_feed", args=[slug]),
        subtitle=found.description,
    )


@cacheable()
@conditional_page
@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    found = the_tag(slug)
    name = terms.name_of(Kind.TAG, found.pk)
    term, _ = terms.public_under(name)
    return _feed(
        found.name,
        shown(page_under(term, None)).articles,
        name,
        path=reverse("tag", args=[slug]),
        feed_path=reverse("tag_feed", args=[slug]),
        subtitle=f"关于“{found.name}”的文章",
    )


@cacheable()
@conditional_page
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Author, slug=slug)
    articles = Article.objects.published().filter(author=found).for_list()
    return _feed(
        f"{found.name}律师",
        shown(page_of(articles, None)).articles,
        terms.name_of(Kind.AUTHOR, found.pk),
        path=found.get_absolute_url(),
        feed_path=reverse("author_feed", args=[slug]),
        subtitle=f"{found.name}律师的文章",
    )


def _feed(
    title: str,
    articles: Sequence[Article],
    *names: str,
    path: str,
    feed_path: str,
    subtitle: str = "",
) -> HttpResponse:
    """``articles`` are those of a list; what a list does not show is read here. ``names``: what it
    shows, as ``page_versions`` has them. Three queries."""
    firm = the_firm()
    name = firm.short_name or "律文"
    feed = Feed(
        f"{title} · {name}" if title else name,
        path=path,
        feed_path=feed_path,
        subtitle=subtitle or firm.tagline,
        author=firm.name or name,
    )
    full = Article.objects.published().filter(pk__in=[one.pk for one in articles])
    for one in full.select_related("category", "author").prefetch_related("tags").newest_first():
        feed.add(
            one.title,
            path=one.get_absolute_url(),
            guid=one.get_absolute_url(),
            published=one.published_at,
            updated=one.changed_at,
            summary=one.excerpt,
            content=fill_slots(one.rendered, {}),
            author=one.signed_by,
            categories=[one.category.name, *(tag.name for tag in one.tags.all())],
        )
    return showing(feed.response(), *names)
