"""Readers of statute texts. One protocol: each module's ``read(path)`` yields
``library.StatuteText``, one a version; what can't be read is yielded too, with its ``refusal``."""
