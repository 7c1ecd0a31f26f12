"""Links made of the firm's numbers, as people write them."""

import re

from django import template

register = template.Library()


@register.filter
def tel(telephone: str) -> str:
    """The address behind a telephone number; an extension (转 801) is dialled after a pause."""
    number, _, extension = telephone.partition("转")
    digits = re.sub(r"[^\d+]", "", number)
    dialled = re.sub(r"\D", "", extension)
    return f"tel:{digits},{dialled}" if dialled else f"tel:{digits}"


@register.filter
def police_record(number: str) -> str:
    """Where the police answer for a filing: 浙公网安备 33010602000001号."""
    code = re.sub(r"\D", "", number)
    return f"https://beian.mps.gov.cn/#/query/webSearch?code={code}"
