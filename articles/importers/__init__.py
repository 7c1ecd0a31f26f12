"""Readers of other systems' articles: each module's ``read(path)`` yields ``store.Item``."""
