"""What came into the library, for those who follow the law."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from statutes.atom import Feed
from statutes.models import Version

_NEWEST = 50


@require_safe
def library_feed(request: HttpRequest) -> HttpResponse:
    feed = Feed(
        "法条库更新",
        path=reverse("statutes:list"),
        feed_path=reverse("statutes:feed"),
        subtitle="新收录的法律、司法解释与行政法规",
        author="法条库",
    )
    newest = Version.objects.select_related("statute").defer(*Version.LONG)
    for version in newest.order_by("-added_at", "-pk")[:_NEWEST]:
        label = f"（{version.label}）" if version.label else ""
        feed.add(
            f"收录《{version.statute.short_title}》{label}",
            path=version.get_absolute_url(),
            guid=f"{version.statute.get_absolute_url()}#version-{version.pk}",
            published=version.added_at,
            updated=version.added_at,
            summary=f"{version.period}。" + ("" if version.is_complete else "只收录部分条文。"),
        )
    return feed.response(only_grows=True)
