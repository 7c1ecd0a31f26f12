"""How the law's pages write days."""

import datetime as dt
import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from statutes.models import Version
from statutes.standing import act_of

register = template.Library()

_DAY = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


@register.filter
def days(value: str | dt.date | None) -> SafeString:
    """A day, or words with days in them: each as <time>, which the style sheet keeps on one line."""
    words = conditional_escape("" if value is None else str(value))
    return mark_safe(_DAY.sub(r"<time>\g<0></time>", words))  # noqa: S308  (escaped above)


@register.filter
def promulgated(version: Version) -> str:
    """2018-10-26 修正; nothing where the day isn't known."""
    return f"{version.promulgated_on} {act_of(version)}" if version.promulgated_on else ""
