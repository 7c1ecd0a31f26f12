"""Addresses of pages, worked out once each: reverse() costs more than all else that is said of one."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=20_000)
def path_of(name: str, *args: object) -> str:
    return reverse(name, args=args)
