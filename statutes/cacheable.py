"""What a view says of its page, so that the page may be kept: which parts of a query make another
page of it, and what it shows. Whoever keeps pages reads it off the answer."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

LIBRARY = "law"  # any text of the library


def cacheable(*query_keys: str) -> Callable:
    """Of a view whose page depends on its address, of the query on these keys alone, and on the day
    in Shanghai; on nobody's cookie. What it shows: see ``showing``."""

    def marked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.query_keys = query_keys
            return response

        return inner

    return marked


def showing(response: HttpResponse, *names: str) -> HttpResponse:
    """The page, valid until one of these changes. One of which nothing is said is not kept."""
    response.depends_on = frozenset(names)
    return response


def law_name(statute_id: int) -> str:
    """What the library says of a statute: its texts, their days, what their clauses became."""
    return f"law:{statute_id}"


def statute_name(statute_id: int) -> str:
    """What stands on a statute's pages beside the law: which articles cite it."""
    return f"statute:{statute_id}"
