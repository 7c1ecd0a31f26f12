"""The editors' desk: what is written, what it cites, and who signs it."""

from articles.admin.articles import ArticleAdmin
from articles.admin.citations import CitationAdmin
from articles.admin.firm import AuthorAdmin, CategoryAdmin, CopyrightNoticeAdmin, FirmAdmin
from articles.admin.outbox import OutboxAdmin
from articles.admin.people import AccountAdmin, OurGroupAdmin
from articles.admin.pictures import PictureAdmin
from articles.admin.redirects import RedirectAdmin

__all__ = [
    "AccountAdmin",
    "ArticleAdmin",
    "AuthorAdmin",
    "CategoryAdmin",
    "CitationAdmin",
    "CopyrightNoticeAdmin",
    "FirmAdmin",
    "OurGroupAdmin",
    "OutboxAdmin",
    "PictureAdmin",
    "RedirectAdmin",
]
