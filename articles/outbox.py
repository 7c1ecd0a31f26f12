"""What must leave the house: written with what causes it, sent by ``manage.py deliver``."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from articles import pings
from articles.models import Outbox

MAIL = "mail"
# After this many tries nobody tries again by himself.
MOST_ATTEMPTS = 8


def mail(to: Iterable[AbstractBaseUser], subject: str, body: str) -> None:
    """One row for each person who has an address; nothing leaves the house here."""
    addresses = {user.email for user in to if user.is_active and user.email}
    Outbox.objects.bulk_create(
        Outbox(kind=MAIL, payload={"to": address, "subject": subject, "body": body})
        for address in sorted(addresses)
    )


def deliver(progress: Callable[[Iterable], Iterable] = iter) -> tuple[int, int]:
    """Send what waits and is due, the oldest first: (how many went, how many did not). Mails wait
    until there is a server for them: ``can_mail``.

    Each row is locked while it is sent, so that two deliveries never send it twice; a failure is
    kept on its row and tried again by the next delivery, MOST_ATTEMPTS times in all.
    """
    went = failed = 0
    waiting = Outbox.objects.filter(delivered_at=None, attempts__lt=MOST_ATTEMPTS)
    waiting = waiting.filter(Q(due_at=None) | Q(due_at__lte=timezone.now()))
    if not can_mail():
        waiting = waiting.exclude(kind=MAIL)
    for pk in progress(list(waiting.order_by("pk").values_list("pk", flat=True))):
        match _send(pk):
            case True:
                went += 1
            case False:
                failed += 1
    return went, failed


def can_mail() -> bool:
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")


@transaction.atomic
def _send(pk: int) -> bool | None:
    """None: another delivery has it."""
    locked = Outbox.objects.select_for_update(skip_locked=connection.features.has_select_for_update)
    row = locked.filter(pk=pk, delivered_at=None).first()
    if row is None:
        return None
    row.attempts += 1
    try:
        _SENDERS[row.kind](row.payload)
    except Exception as error:  # whatever it is, the others must go out
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
    else:
        row.delivered_at, row.last_error = timezone.now(), ""
    row.save(update_fields=["attempts", "last_error", "delivered_at"])
    return row.delivered_at is not None


def _send_mail(payload: dict) -> None:
    message = EmailMessage(
        payload["subject"], payload["body"], settings.DEFAULT_FROM_EMAIL, [payload["to"]]
    )
    message.send()


_SENDERS = {MAIL: _send_mail, pings.INDEXNOW: pings.send_indexnow, pings.BAIDU: pings.send_baidu}
