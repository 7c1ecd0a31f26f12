"""Articles as JSON: one object, or a list of them, in the form of the firm's own export."""

import json
from collections.abc import Iterator
from pathlib import Path

from articles.importers.store import Item, ItemError

# What the old page showed and Luwen computes: accepted, and ignored.
_IGNORED = {"url", "breadcrumb", "related", "related_heading", "qr_caption", "source_note"}
_TEXTS = {
    "title": "title",
    "category": "category",
    "body_html": "body",
    "summary": "summary",
    "author": "author",
    "cover": "cover",
    "source_name": "source_name",
    "source_url": "source_url",
    "closing_notice": "closing",
    "copyright_notice": "notice",
}
_KNOWN = {*_TEXTS, *_IGNORED, "id", "tags", "published_on", "published_on_is_known", "firm"}


def read(path: Path) -> Iterator[Item | ItemError]:
    """The file's items; an unusable one comes out as its error. Raises ItemError for the file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ItemError(f"读不了文件：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ItemError("不是 UTF-8 文本") from error
    except json.JSONDecodeError as error:
        raise ItemError(f"第 {error.lineno} 行不是合法的 JSON：{error.msg}") from error
    except RecursionError as error:
        raise ItemError("JSON 嵌套过深") from error
    except ValueError as error:  # a number of thousands of digits
        raise ItemError(f"不是合法的 JSON：{error}") from error
    for entry in data if isinstance(data, list) else [data]:
        try:
            yield _item(entry, path)
        except ItemError as error:
            yield error


def _item(entry: object, path: Path) -> Item:
    if not isinstance(entry, dict):
        raise ItemError("不是一个 JSON 对象")
    if unknown := sorted(set(entry) - _KNOWN):
        raise ItemError(f"不认识的字段：{'、'.join(unknown)}")
    values = {}
    for name, target in _TEXTS.items():
        value = entry.get(name)
        if value is not None and not isinstance(value, str):
            raise ItemError(f"字段 {name} 应为文字")
        values[target] = (value or "").strip()
    tags = entry.get("tags")
    tags = [] if tags is None else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ItemError("字段 tags 应为文字的列表")
    firm = entry.get("firm")
    firm = {} if firm is None else firm
    if not isinstance(firm, dict) or not all(isinstance(value, str) for value in firm.values()):
        raise ItemError("字段 firm 应为对象")
    return Item(
        **values,
        pk=entry.get("id"),
        tags=tags,
        published_on=entry.get("published_on"),
        date_is_known=entry.get("published_on_is_known", True),
        firm=firm,
        folder=path.parent,
        digest_of=json.dumps(entry, sort_keys=True),
    )
