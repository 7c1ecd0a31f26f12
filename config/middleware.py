"""What only the desk needs: who asks. Public pages read no session, so that one page is every
reader's."""

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

DESK = "/admin/"  # config/urls.py


class _AtTheDesk:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(DESK):
            return super().__call__(request)
        return self.get_response(request)


class Sessions(_AtTheDesk, SessionMiddleware):
    pass


class Authentication(_AtTheDesk, AuthenticationMiddleware):
    pass


class Messages(_AtTheDesk, MessageMiddleware):
    pass
