"""Readers of statute texts: each module's ``read(path)`` yields ``library.StatuteText``."""
