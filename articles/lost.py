"""Who comes to an address where nothing is: articles near its words."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from django.db.models import Q
from django.utils import timezone
from taggit.models import Tag

from articles import terms
from articles.models import Article, Category, Term
from articles.paging import page_in, page_of, page_under
from articles.search import nearest

Kind = Term.Kind
_SHOWN = 6
_LONGEST = 60  # characters of an address that are looked at
_LONGEST_TAG = 10
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Near:
    articles: list[Article]
    tags: list[Tag]  # that the address names
    is_near: bool  # not only the newest


def near_address(path: str) -> Near:
    """What there is for the words of an address: what is under the tags that it names, the
    rarest first, and has titles near to them; else what is in the category that it names; else
    the newest. Eleven queries at most, and those of the search engine."""
    chinese, latin = words_of(path)
    tags = _tags(chinese, latin)
    found: dict[int, Article] = {}
    for tag in tags[:2]:
        term, _ = terms.public_under(terms.name_of(Kind.TAG, tag.pk))
        found |= {one.pk: one for one in page_under(term, None, per_page=_SHOWN).articles}
    words = " ".join(_CHINESE.findall(_path(path)))
    for one in nearest(words, now=timezone.now(), limit=_SHOWN) if words else ():
        found.setdefault(one.pk, one)
    is_near = bool(found)
    if len(found) < _SHOWN:
        category = Category.objects.filter(Q(name__in=chinese) | Q(slug__in=latin)).first()
        page = page_in(category, None, per_page=_SHOWN) if category else None
        is_near |= category is not None
        newest = page or page_of(Article.objects.published().for_list(), None, per_page=_SHOWN)
        for one in newest.articles:
            found.setdefault(one.pk, one)
    return Near(list(found.values())[:_SHOWN], tags, is_near)


def words_of(path: str) -> tuple[set[str], set[str]]:
    """(the Chinese words that may stand in an address: all its runs of characters, and all that is
    in them; its Latin words)."""
    text = _path(path)
    chinese = {
        run[start : start + length]
        for run in _CHINESE.findall(text)
        for length in range(2, _LONGEST_TAG + 1)
        for start in range(len(run) - length + 1)
    }
    return chinese, set(_LATIN.findall(text))


def _path(path: str) -> str:
    return unquote(path, errors="ignore").lower()[-_LONGEST:]


def _tags(chinese: set[str], latin: set[str]) -> list[Tag]:
    """The tags among these words that have public articles, the rarest first. Three queries."""
    tags = Tag.objects.filter(Q(name__in=chinese) | Q(slug__in=latin | chinese))
    by_name = {terms.name_of(Kind.TAG, tag.pk): tag for tag in tags}
    counts = terms.public_counts(by_name)
    return [by_name[name] for name in sorted(counts, key=lambda name: (counts[name], name))]
