"""Mail: whether the server would take it, and what lies in the outbox."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from handover.config.environment import DEFAULT_MAIL_FROM
from handover.doctor.finding import Finding, ok, problem, warning
from handover.messaging.delivery import waiting_for
from handover.messaging.models import MessageState, OutgoingMessage
from handover.messaging.smtp import greeted

CHECK = "mail"
RECENTLY = timedelta(days=7)
LONG = 3600.0  # seconds


def server() -> Iterator[Finding]:
    """Say hello to the server; nothing is sent."""
    if not settings.EMAIL_HOST:
        do = "Set HANDOVER_MAIL, if people are to be told how imports end."
        yield warning(CHECK, "no mail server is set: messages are kept, and none is sent", do)
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    ending = greeted()
    if ending.error:
        yield problem(CHECK, f"{ending.error} ({where})", "Look at HANDOVER_MAIL and the server.")
    else:
        yield ok(CHECK, f"{where} answers and would take messages")
    if settings.DEFAULT_FROM_EMAIL == DEFAULT_MAIL_FROM:
        do = "Set HANDOVER_MAIL_FROM to an address that the server may send for."
        yield warning(CHECK, f"mail comes from {DEFAULT_MAIL_FROM}, which many refuse", do)


def outbox() -> Iterator[Finding]:
    """What failed lately, and what waits longer than it should."""
    lately = timezone.now() - RECENTLY
    failed = OutgoingMessage.objects.using("owner").filter(
        state=MessageState.FAILED, created_at__gt=lately
    )
    if count := failed.count():
        do = "`handover outbox` says which, and why."
        yield warning(CHECK, f"{count} messages of the last days could not be sent", do)
    if settings.EMAIL_HOST and (seconds := waiting_for()) > LONG:
        do = "See that a worker runs, or send them with `handover outbox --send`."
        yield warning(CHECK, f"a message waits since {seconds / 3600:.0f} hours to be sent", do)
