"""What an editor writes of an article: the keys and values of ``Revision.content``."""

from articles.markup import parse
from articles.models import Article, Author, Category
from articles.rendering import clean
from articles.tags import split_tags, tag_problem

# Kept as the model's own fields have them.
PLAIN = (
    "title",
    "summary",
    "cover",
    "date_is_known",
    "source_name",
    "source_url",
    "closing_override",
    "notice_override",
    "seo_title",
    "seo_description",
    "noindex",
    "body",
)
# Category and author are kept by id (null for none), tags as a list of names, the cover as a name
# in the storage.
FIELDS = (*PLAIN, "category", "author", "tags")


def complete(content: dict) -> dict:
    """Every field, empty where it isn't given, the body clean. ValueError for an unknown field."""
    unknown = set(content) - set(FIELDS)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    empty = {name: Article._meta.get_field(name).get_default() for name in PLAIN}
    full = {**empty, "category": None, "author": None, "tags": [], **content}
    if isinstance(full["tags"], str):
        full["tags"] = split_tags(full["tags"])
    full["cover"] = str(full["cover"] or "")
    full["body"] = clean(full["body"])  # drafts too: an editor opens them in the page
    return full


def is_same(one: dict, other: dict) -> bool:
    """Whether two complete contents say the same. White space between tags is the editor's own."""
    return _folded(one) == _folded(other)


def _folded(content: dict) -> dict:
    parts = (token.raw.strip() for token in parse(content["body"]))
    return {**content, "body": [part for part in parts if part]}


def newest_content(article: Article) -> dict:
    """What an editor goes on writing: the newest revision's content. One query."""
    revision = article.revisions.first()
    return complete(revision.content if revision else {})


def problem(content: dict) -> str:
    """Why it can't be published, for the editor; "" where it can. At most two queries."""
    if not content["title"].strip():
        return "没有标题"
    if not Category.objects.filter(pk=content["category"]).exists():
        return "没有栏目"
    if content["author"] and not Author.objects.filter(pk=content["author"]).exists():
        return "所署律师已不存在"
    return tag_problem(content["tags"])
