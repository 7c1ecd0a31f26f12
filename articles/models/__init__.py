"""The writing: the firm, articles and their history, pictures, what articles cite, what they
are found under, and what leaves the house."""

from articles.models.article import (
    Article,
    ImportRecord,
    Revision,
    TaggedArticle,
    WorkingCopy,
    is_own,
    sees_all,
)
from articles.models.citation import (
    SAME_CLAUSE,
    Citation,
    CitationQuerySet,
    Health,
    MonthlyLetter,
    QueueCount,
    Verdict,
)
from articles.models.firm import Author, Category, CopyrightNotice, Firm
from articles.models.outbox import Outbox
from articles.models.page import PageVersion
from articles.models.picture import Picture
from articles.models.search import SearchEntry
from articles.models.term import Posting, Related, Term

__all__ = [
    "SAME_CLAUSE",
    "Article",
    "Author",
    "Category",
    "Citation",
    "CitationQuerySet",
    "CopyrightNotice",
    "Firm",
    "Health",
    "ImportRecord",
    "MonthlyLetter",
    "Outbox",
    "PageVersion",
    "Picture",
    "Posting",
    "QueueCount",
    "Related",
    "Revision",
    "SearchEntry",
    "TaggedArticle",
    "Term",
    "Verdict",
    "WorkingCopy",
    "is_own",
    "sees_all",
]
