"""Posting what waits, and noting what has become of it.

The e-mail is posted in the transaction that says so in the follow-up; the outbox then asks once
more (`asking.still_wanted`) before it goes. What was sent stands among the client's communications.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from handover.accounts.models import User
from handover.billing.ledger import balance_of, today
from handover.billing.models import Invoice
from handover.communications.operations import keep_sent
from handover.core.tenancy import acting_in
from handover.followups import links
from handover.followups.asking import give_up, held, is_open, key_of, settings_of, why_not
from handover.followups.attaching import key_of_test
from handover.followups.letters import READ, Draft, Letter, draft_of, written
from handover.followups.models import FollowUp, Reason, State
from handover.followups.planning import MOST, plan
from handover.followups.recipients import first_address
from handover.followups.variables import practice_name
from handover.followups.writing import BadTemplate
from handover.messaging.delivery import was_too_old
from handover.messaging.models import MessageState, OutgoingMessage
from handover.messaging.outbox import post

CATEGORY = "Follow-up"
#: A rule waits for so long after somebody was asked for the same invoice.
AFTER_ANOTHER = timedelta(hours=20)

log = logging.getLogger(__name__)


def plan_all(workspaces: Iterable[int]) -> int:
    """Note what the rules of these practices come to today, where it is time for it; how many."""
    return _each(workspaces, _planned)


def post_waiting(workspaces: Iterable[int]) -> int:
    """Post what waits in these practices; how many. What a person asked for goes at any hour."""
    return _each(workspaces, lambda each: sum(_posted(each, pk) for pk in _waiting(each)))


def follow_outbox(workspaces: Iterable[int]) -> int:
    """Note what the outbox has made of what was posted; how many have come to an end."""
    return _each(workspaces, _followed)


def send_test(
    member: User, draft: Draft, invoice: Invoice, link: str, *, with_pdf: bool = False
) -> str:
    """Post an e-mail to whoever asks for it; returns their address. Raises `BadTemplate`."""
    letter = written(draft, invoice, link)
    to = member.account.email if member.account else member.email
    key = key_of_test(invoice, with_pdf=with_pdf)
    subject = f"[Test] {letter.subject}"
    _post(member.workspace_id, letter, to=to, subject=subject, key=key, reply_to="")
    return to


def _each(workspaces: Iterable[int], work: Callable[[int], int]) -> int:
    """Do it in each practice; the trouble of one is not that of the others."""
    done = 0
    for workspace_id in workspaces:
        try:
            done += work(workspace_id)
        except Exception as problem:
            if connection.in_atomic_block:
                raise
            log.warning("follow-ups of workspace %s: %s", workspace_id, type(problem).__name__)
    return done


def _planned(workspace_id: int) -> int:
    with acting_in(workspace_id):
        return plan(workspace_id, today()) if is_open(settings_of(workspace_id)) else 0


def _waiting(workspace_id: int) -> list[int]:
    with acting_in(workspace_id):
        found = FollowUp.objects.filter(state=State.WAITING)
        if not is_open(settings_of(workspace_id)):
            found = found.filter(rule=None)
        return list(found.order_by("pk").values_list("pk", flat=True)[:MOST])


def _posted(workspace_id: int, pk: int) -> int:
    """Post one, unless another process is at it or it is not wanted any more."""
    try:
        with acting_in(workspace_id):
            rows = FollowUp.objects.select_for_update(skip_locked=True, of=("self",))
            found = rows.select_related("rule", "template", "asked_by")
            follow_up = found.filter(pk=pk, state=State.WAITING).first()
            return int(follow_up is not None and _written_and_posted(follow_up))
    except Exception as problem:  # the others have their turn; it waits for its next
        if connection.in_atomic_block:
            raise
        log.warning("follow-up %s was not posted: %s", pk, type(problem).__name__)
        return 0


def _written_and_posted(follow_up: FollowUp) -> bool:
    held(follow_up.invoice_id)
    invoice = Invoice.objects.select_related(*READ).get(pk=follow_up.invoice_id)
    why = why_not(follow_up, today()) or _asked_lately(follow_up)
    if why:
        give_up(follow_up, why)
        return False
    draft = draft_of(follow_up.template)
    try:
        link = links.opened(invoice, follow_up.asked_by) if draft.wants_link() else ""
        letter = written(draft, invoice, link)
    except BadTemplate:
        give_up(follow_up, Reason.TEMPLATE)
        return False
    if not letter.to.address:
        follow_up.state, follow_up.reason = State.TO_CALL, Reason.NO_ADDRESS
        follow_up.save(update_fields=["state", "reason"])
        return False
    follow_up.state, follow_up.to = State.POSTED, letter.to.address
    follow_up.amount = balance_of(invoice, today())
    follow_up.save(update_fields=["state", "to", "amount"])
    told = (follow_up.template.reply_to, settings_of(follow_up.workspace_id).reply_to)
    place = invoice.location.email if invoice.location else ""
    reply_to = first_address(*told, place)
    to, key = letter.to.address, key_of(follow_up)
    return _post(follow_up.workspace_id, letter, to=to, subject="", key=key, reply_to=reply_to)


def _asked_lately(follow_up: FollowUp) -> Reason:
    """Whether somebody has asked for the same invoice, so that a rule need not today."""
    if follow_up.rule is None:
        return Reason.NONE
    others = FollowUp.objects.filter(invoice=follow_up.invoice_id).exclude(pk=follow_up.pk)
    lately = others.filter(state=State.SENT, done_at__gt=timezone.now() - AFTER_ANOTHER)
    under_way = others.filter(state=State.POSTED)
    return Reason.ASKED_TODAY if lately.exists() or under_way.exists() else Reason.NONE


def _post(
    workspace_id: int, letter: Letter, *, to: str, subject: str, key: str, reply_to: str
) -> bool:
    return post(
        workspace_id,
        to=to,
        subject=subject or letter.subject,
        text=letter.text,
        html=letter.html,
        key=key,
        from_name=practice_name(workspace_id),
        reply_to=reply_to,
        about_client=True,
    )


def _followed(workspace_id: int) -> int:
    with acting_in(workspace_id):
        rows = FollowUp.objects.select_for_update(skip_locked=True, of=("self",))
        posted = rows.filter(state=State.POSTED).select_related("invoice").order_by("pk")
        waiting = {key_of(each): each for each in posted[:MOST]}
        ended = OutgoingMessage.objects.filter(
            key__in=waiting, state__in=(MessageState.SENT, MessageState.FAILED)
        )
        for message in ended:
            _end(waiting[message.key], message)
        return len(ended)


def _end(follow_up: FollowUp, message: OutgoingMessage) -> None:
    if message.state == MessageState.FAILED:
        give_up(follow_up, Reason.UNSENT if was_too_old(message) else Reason.REFUSED)
    else:
        _tell(follow_up, message)
        follow_up.state, follow_up.done_at = State.SENT, message.sent_at
        follow_up.save(update_fields=["state", "done_at"])
    # the address of the invoice in it is for who got it, and nobody else
    message.text, message.html = links.without(message.text), ""
    message.save(update_fields=["text", "html"])


def _tell(follow_up: FollowUp, message: OutgoingMessage) -> None:
    """Put what was sent among the communications of the client."""
    content = links.without(message.text)
    if message.enclosed:
        content += f"\n[{message.enclosed}]\n"
    keep_sent(message, follow_up.invoice, category=CATEGORY, content=content)
