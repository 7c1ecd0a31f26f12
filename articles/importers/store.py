"""Imported articles enter here: ``store``, one item at a time, the whole of it or nothing."""

import datetime as dt
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone

from articles import images, notices, workflow
from articles.models import Article, Author, Category, CopyrightNotice, Firm, ImportRecord
from articles.tags import split_tags, tag_problem
from statutes.pinyin import slug_in_pinyin

CREATED, UNCHANGED = "created", "unchanged"
# A reprint, by the firm's own words: 除法院案例栏目内容为公开转载.
REPRINT_CATEGORY = "法院案例"


class ItemError(Exception):
    """An item, or a file, that is refused; the message says why in plain Chinese."""


@dataclass
class Item:
    """One article as an importer read it. Texts are "" where the file has none."""

    title: str
    category: str
    body: str
    summary: str = ""
    author: str = ""
    cover: str = ""  # a path beside the file
    source_name: str = ""
    source_url: str = ""
    closing: str = ""
    notice: str = ""
    pk: int | None = None
    tags: list[str] = field(default_factory=list)
    published_on: str | None = None  # YYYY-MM-DD, in Shanghai
    date_is_known: bool = True
    firm: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()
    digest_of: str = ""  # the item as it was in the file


@dataclass
class Stored:
    outcome: str
    article: Article
    warnings: list[str] = field(default_factory=list)


@transaction.atomic
def store(item: Item, *, source: str, today: dt.date | None = None) -> Stored:
    """Write and publish one article. An item that was imported before changes nothing, also
    where an editor has since changed the article.

    ``source`` names the file, for the record. Raises ItemError; then nothing of it is written.
    """
    day = _check(item, today or timezone.localdate())
    digest = hashlib.sha256(item.digest_of.encode()).hexdigest()
    if record := ImportRecord.objects.select_related("article").filter(digest=digest).first():
        return Stored(UNCHANGED, record.article)
    if item.pk is not None and (taken := Article.objects.filter(pk=item.pk).first()):
        raise ItemError(f"编号 {item.pk} 已被文章“{taken.title}”占用，未改动")
    warnings: list[str] = []
    firm = _firm(item, warnings)
    category = _category(item.category)
    content = {
        "title": item.title,
        "body": item.body,
        "summary": item.summary,
        "category": category.pk,
        "author": _author(item.author).pk if item.author else None,
        "tags": split_tags("、".join(item.tags)),
        "source_name": item.source_name,
        "source_url": item.source_url,
        "date_is_known": item.date_is_known,
        "cover": _cover(item, warnings),
        **_overrides(item, category, firm),
    }
    article = workflow.create(content, by=None, pk=item.pk, comment=f"导入自 {source}"[:200])
    warnings += workflow.publish(
        article, by=None, at=timezone.make_aware(dt.datetime.combine(day, dt.time()))
    )
    ImportRecord.objects.create(article=article, source=source[:300], digest=digest)
    return Stored(CREATED, article, warnings)


# The longest that each text may be, and what it is called.
_LENGTHS = {
    "title": (Article, "title", "标题"),
    "category": (Category, "name", "栏目"),
    "author": (Author, "name", "律师姓名"),
    "summary": (Article, "summary", "摘要"),
    "source_name": (Article, "source_name", "来源"),
    "source_url": (Article, "source_url", "来源链接"),
    "closing": (Article, "closing_override", "结尾声明"),
    "notice": (Article, "notice_override", "版权声明"),
}
_LARGEST_ID = 10**12
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FIRST_DAY = dt.date(1949, 10, 1)


def _check(item: Item, today: dt.date) -> dt.date:
    """The item's date of publication. Raises ItemError."""
    for name, words in (("title", "标题"), ("category", "栏目"), ("body", "正文")):
        if not getattr(item, name):
            raise ItemError(f"缺少{words}")
    texts = [*item.tags, *item.firm.keys(), *item.firm.values(), item.body, item.cover]
    texts += [getattr(item, name) for name in _LENGTHS]
    if any(_UNSTORABLE.search(text) for text in texts):
        raise ItemError("文字中有不能保存的字符（空字符或残缺的编码）")
    for name, (model, field_name, words) in _LENGTHS.items():
        longest = model._meta.get_field(field_name).max_length
        if len(getattr(item, name)) > longest:
            raise ItemError(f"{words}超过 {longest} 字")
    if problem := tag_problem(split_tags("、".join(item.tags))):
        raise ItemError(problem)
    for key, longest in (("name", 80), ("short_name", 40)):
        if len(item.firm.get(key, "")) > longest:
            raise ItemError(f"律所名称超过 {longest} 字")
    if item.pk is not None and (
        not isinstance(item.pk, int) or isinstance(item.pk, bool) or not 0 < item.pk <= _LARGEST_ID
    ):
        raise ItemError(f"编号应为 1 至 {_LARGEST_ID} 的整数：{item.pk!r}")
    if not isinstance(item.date_is_known, bool):
        raise ItemError("字段 published_on_is_known 应为 true 或 false")
    if item.source_url:
        try:
            URLValidator(schemes=["http", "https"])(item.source_url)
        except ValidationError as error:
            raise ItemError(f"来源链接不是网址：{item.source_url}") from error
    if item.published_on is None:
        return today
    try:
        day = dt.datetime.strptime(item.published_on, "%Y-%m-%d").date()  # noqa: DTZ007  (a date)
    except (TypeError, ValueError) as error:
        raise ItemError(f"发布日期不是 YYYY-MM-DD：{item.published_on!r}") from error
    if not _FIRST_DAY <= day <= today + dt.timedelta(days=3660):
        raise ItemError(f"发布日期不合情理：{day}")
    return day


def _firm(item: Item, warnings: list[str]) -> Firm | None:
    """The site's firm; the first import into an empty site brings its own."""
    firm = Firm.objects.first()
    name = item.firm.get("name", "")
    if firm is None and name:
        return Firm.objects.create(name=name, short_name=item.firm.get("short_name") or name)
    if firm and name and firm.name != name:
        warnings.append(f"文件中的律所是“{name}”，本站是“{firm.name}”，声明按本站显示")
    return firm


def _category(name: str) -> Category:
    category = Category.objects.select_related("notice").filter(name=name).first()
    if category is None:
        category = new_category(name)
        category.save()
    return category


def new_category(name: str) -> Category:
    """An unsaved category, with a slug and, for the reprints, their notice."""
    category = Category(name=name, slug=free_slug(Category, name, prefix="c"))
    if name == REPRINT_CATEGORY:
        reprint = CopyrightNotice.objects.filter(name=notices.REPRINT).first()
        category.notice_id = reprint.pk if reprint else None
    return category


def _author(name: str) -> Author:
    author = Author.objects.filter(name=name).first()
    return author or Author.objects.create(name=name, slug=free_slug(Author, name, prefix="a"))


def free_slug(model, name: str, *, prefix: str) -> str:
    """The name in pinyin; where that is taken or empty, prefix and a free number."""
    slug = slug_in_pinyin(name, with_others=True)[:60]
    if slug and not model.objects.filter(slug=slug).exists():
        return slug
    number = (model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    while model.objects.filter(slug=f"{prefix}{number}").exists():
        number += 1
    return f"{prefix}{number}"


def _cover(item: Item, warnings: list[str]) -> str:
    """The cover's name in the storage, or "". A cover that can't be used is a warning."""
    if not item.cover:
        return ""
    try:
        path = (item.folder / item.cover).resolve()
        if not path.is_relative_to(item.folder.resolve()) or not path.is_file():
            raise FileNotFoundError
        if path.stat().st_size > images.MOST_BYTES:
            raise images.PictureError("文件太大")
        return images.store(path.read_bytes(), name=path.name, by=None).file.name
    except images.PictureError as error:
        warnings.append(f"封面没有导入：{item.cover[:100]}：{error}")
    except (OSError, ValueError):
        warnings.append(f"封面缺失：{item.cover[:100]}")
    return ""


def _overrides(item: Item, category: Category, firm: Firm | None) -> dict[str, str]:
    """The file's own closing and notice, where they say something else than ours would."""
    ours = category.notice
    names = {"name": firm.name, "short_name": firm.short_name} if firm else {}
    names |= item.firm
    values = {
        "title": item.title,
        "firm": names.get("name", ""),
        "firm_short": names.get("short_name", ""),
        "author": item.author,
        "source": item.source_name,
    }
    overrides = {}
    for field_name, theirs, template in (
        ("closing_override", item.closing, ours.closing),
        ("notice_override", item.notice, ours.notice),
    ):
        if theirs and _fold(theirs) != _fold(notices.fill_notice(template, values)):
            overrides[field_name] = theirs.replace("{", "｛").replace("}", "｝")
    return overrides


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
