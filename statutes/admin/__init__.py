"""The law in the admin. Nobody edits a clause: texts come in whole, and people decide beside them."""

from statutes.admin.correspondence import CorrespondenceAdmin
from statutes.admin.lay_words import LayWordAdmin
from statutes.admin.texts import ClauseAdmin, StatuteAdmin, VersionAdmin

__all__ = ["ClauseAdmin", "CorrespondenceAdmin", "LayWordAdmin", "StatuteAdmin", "VersionAdmin"]
