"""Why a file or a row can't be read."""


class Refusal(Exception):
    """A file or row that can't be taken, with the reason in Chinese, for the person who gave it."""
