"""Who comes to an address where nothing is: articles near its words."""

import re
from urllib.parse import unquote

from django.db.models import Q
from taggit.models import Tag

from articles import terms
from articles.models import Article, Category, Term
from articles.paging import page_in, page_of, page_under

Kind = Term.Kind
_SHOWN = 6
_LONGEST = 60  # characters of an address that are looked at
_LONGEST_TAG = 10
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def near_address(path: str) -> tuple[list[Article], list[Tag]]:
    """(articles, tags) for the words of an address: what is under the tag or category that it
    names, the rarest first; else the newest. Seven queries at most."""
    chinese, latin = words_of(path)
    tags = _tags(chinese, latin)
    found: dict[int, Article] = {}
    for tag in tags[:2]:
        term, _ = terms.public_under(terms.name_of(Kind.TAG, tag.pk))
        found |= {one.pk: one for one in page_under(term, None, per_page=_SHOWN).articles}
    if len(found) < _SHOWN:
        category = Category.objects.filter(Q(name__in=chinese) | Q(slug__in=latin)).first()
        page = page_in(category, None, per_page=_SHOWN) if category else None
        newest = page or page_of(Article.objects.published().for_list(), None, per_page=_SHOWN)
        for one in newest.articles:
            found.setdefault(one.pk, one)
    return list(found.values())[:_SHOWN], tags


def words_of(path: str) -> tuple[set[str], set[str]]:
    """(the Chinese words that may stand in an address: all its runs of characters, and all that is
    in them; its Latin words)."""
    text = unquote(path, errors="ignore").lower()[-_LONGEST:]
    chinese = {
        run[start : start + length]
        for run in _CHINESE.findall(text)
        for length in range(2, _LONGEST_TAG + 1)
        for start in range(len(run) - length + 1)
    }
    return chinese, set(_LATIN.findall(text))


def _tags(chinese: set[str], latin: set[str]) -> list[Tag]:
    """The tags among these words that have public articles, the rarest first. Three queries."""
    tags = Tag.objects.filter(Q(name__in=chinese) | Q(slug__in=latin | chinese))
    by_name = {terms.name_of(Kind.TAG, tag.pk): tag for tag in tags}
    counts = terms.public_counts(by_name)
    return [by_name[name] for name in sorted(counts, key=lambda name: (counts[name], name))]
