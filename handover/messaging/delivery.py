"""Delivering what is in the outbox: once each, again after what time mends, and not for ever.

A message is marked as being sent, and that is committed, before the server hears of it. Whoever
dies before the outcome is noted leaves it so, and nobody knows whether it went: when its time is
up it is sent once more, under the same Message-ID, by which mail programs know it again. The same
is done with a connection that breaks off after the text was given, as SMTP has it.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from handover.core.tenancy import acting_in
from handover.messaging.enclosing import enclosed
from handover.messaging.models import OPEN, MessageState, OutgoingMessage
from handover.messaging.smtp import Ending, send
from handover.messaging.withholding import asked

#: Longer than any conversation with a server takes, at 30 seconds for each of its answers.
LEASE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
#: News that is older is none; time in which it was held back does not count.
GIVES_UP_AFTER = timedelta(days=3)
MOST = 200  # messages at a time
TOO_OLD = "it waited for more than three days and was not sent"
NOT_MADE = "what was to go with it could not be made"

log = logging.getLogger(__name__)


def deliver_due() -> int:
    """Send what is due, and return how many messages went: a sweep, for any number of processes.

    Without HANDOVER_MAIL messages are kept. It cannot be called within a transaction: what it
    notes must be there for others to see before a server is spoken to.
    """
    if not settings.EMAIL_HOST:
        return 0
    if connection.in_atomic_block:
        raise RuntimeError("deliver_due was called within a transaction")
    sent = 0
    for workspace_id, pk in _due():
        message = _claimed(workspace_id, pk)
        if message is None:
            continue
        ending = _sent(message)
        _note(message, ending)
        sent += ending.state == MessageState.SENT
        if ending.of_server:
            break  # the others would fare the same; each sweep tries it with the next one
    return sent


def waiting_for() -> float:
    """For how many seconds the oldest message has waited that is due; 0 if none is."""
    due = OutgoingMessage.objects.using("owner").filter(state__in=OPEN)
    oldest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    return 0.0 if oldest is None else max(0.0, (timezone.now() - oldest).total_seconds())


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 4, 16, 64 minutes, then four hours."""
    return min(FIRST_PAUSE * int(4 ** min(attempts - 1, 9)), LONGEST_PAUSE)


def was_too_old(message: OutgoingMessage) -> bool:
    """Whether it failed because its time was up, and not because a server refused it."""
    return message.state == MessageState.FAILED and message.last_error == TOO_OLD


def _due() -> list[tuple[int, int]]:
    found = OutgoingMessage.objects.using("owner").filter(
        state__in=OPEN, next_attempt_at__lte=timezone.now()
    )
    return list(found.order_by("next_attempt_at", "pk").values_list("workspace_id", "pk")[:MOST])


def _claimed(workspace_id: int, pk: int) -> OutgoingMessage | None:
    """The message, marked as being sent; None if another has it, too old, or not to go now."""
    now = timezone.now()
    with acting_in(workspace_id):
        free = OutgoingMessage.objects.select_for_update(skip_locked=True)
        message = free.filter(pk=pk, state__in=OPEN, next_attempt_at__lte=now).first()
        if message is None:
            return None
        if _is_too_old(message, now):
            message.state, message.last_error = MessageState.FAILED, TOO_OLD
            message.save()
            return None
        answer = asked(message)
        if answer.why:
            message.state, message.last_error = MessageState.WITHDRAWN, answer.why
        elif answer.not_before and answer.not_before > now:
            message.state, message.next_attempt_at = MessageState.WAITING, answer.not_before
            message.held += answer.not_before - now
        if message.state == MessageState.WITHDRAWN or message.next_attempt_at > now:
            message.save()
            return None
        message.state, message.attempts = MessageState.SENDING, message.attempts + 1
        message.next_attempt_at = now + LEASE
        message.save()
        return message


def _sent(message: OutgoingMessage) -> Ending:
    """Send it with what goes along; without that it does not go."""
    try:
        along = enclosed(message)
    except Exception as problem:  # it says nothing about the next message
        if connection.in_atomic_block:
            raise
        log.warning("message %s: enclosing failed: %s", message.pk, type(problem).__name__)
        return Ending(MessageState.WAITING, NOT_MADE)
    message.enclosed = along.told
    return send(message, along.files)


def _note(message: OutgoingMessage, ending: Ending) -> None:
    """Keep the outcome, unless the message's time was up and another process took it over."""
    now = timezone.now()
    with acting_in(message.workspace_id):
        OutgoingMessage.objects.filter(pk=message.pk, attempts=message.attempts).update(
            state=ending.state,
            last_error=ending.error,
            enclosed=message.enclosed,
            sent_at=now if ending.state == MessageState.SENT else None,
            next_attempt_at=now + pause_after(message.attempts),
        )


def _is_too_old(message: OutgoingMessage, now: datetime) -> bool:
    before = now - GIVES_UP_AFTER - message.held
    return message.created_at is not None and message.created_at < before
