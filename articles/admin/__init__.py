"""The editors' desk: what is written, what it cites, and who signs it."""

from articles.admin.citations import CitationAdmin
from articles.admin.desk import (
    ArticleAdmin,
    AuthorAdmin,
    CategoryAdmin,
    CopyrightNoticeAdmin,
    FirmAdmin,
)

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "CategoryAdmin",
    "CitationAdmin",
    "CopyrightNoticeAdmin",
    "FirmAdmin",
]
