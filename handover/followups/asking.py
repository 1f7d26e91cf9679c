"""Whether somebody is to be asked for an invoice: looked at when it is planned, when it is posted,
and once more when the e-mail goes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from handover.billing.ledger import Balanced, collected_here, local_now, today, with_balances
from handover.billing.models import Invoice
from handover.billing.payers import Payer
from handover.followups.days import may_go_at, opens_at
from handover.followups.models import FollowUp, FollowUpRule, FollowUpSettings, Reason, State
from handover.followups.recipients import RECIPIENTS, Recipient, opted_out, recipient_of
from handover.messaging.models import OutgoingMessage
from handover.messaging.withholding import Answer

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

KIND = "follow-up"
#: What a rule asks for goes in this time, or not at all: a weekend and the days of a step fit in.
WAITS = timedelta(days=7)


def key_of(follow_up: FollowUp) -> str:
    """What its message goes by in the outbox: there is one for each."""
    return f"{KIND}/{follow_up.pk}"


def settings_of(workspace_id: int) -> FollowUpSettings:
    """How this practice follows up; the defaults, which nothing keeps yet, if nobody said."""
    found = FollowUpSettings.objects.filter(workspace_id=workspace_id).first()
    return found or FollowUpSettings(workspace_id=workspace_id)


def kept_settings(workspace_id: int) -> FollowUpSettings:
    """The same, for whoever changes it: a row with the defaults is made if there is none."""
    return FollowUpSettings.objects.get_or_create(workspace_id=workspace_id)[0]


def held(invoice_id: int) -> None:
    """Hold an invoice for this transaction: a payment comes before it or after it."""
    Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)


@dataclass(frozen=True)
class Look:
    """One invoice: who is asked for it, what is due, and why nobody is, if nobody is."""

    invoice: Invoice
    recipient: Recipient
    balance: Decimal
    reason: Reason


def look_at(invoices: QuerySet[Invoice], day: date) -> list[Look]:
    """Whether these may be asked for, each by itself; four questions, however many they are."""
    here = set(collected_here(invoices).values_list("pk", flat=True))
    rows = list(with_balances(invoices.select_related(*RECIPIENTS), day))
    asked = [(row, recipient_of(row)) for row in rows]
    alone = opted_out(recipient.payer for _row, recipient in asked)

    def why(row: "WithAnnotations[Invoice, Balanced]", payer: Payer | None) -> Reason:
        left = payer is not None and payer.key in alone
        return _reason(row, here=row.pk in here, alone=left)

    return [Look(row, to, row.balance, why(row, to.payer)) for row, to in asked]


def _reason(row: "WithAnnotations[Invoice, Balanced]", *, here: bool, alone: bool) -> Reason:
    if not here:
        return Reason.ELSEWHERE
    if row.client is not None and row.client.archived_at:
        return Reason.ARCHIVED
    if row.balance <= 0:
        return Reason.PAID
    return Reason.OPTED_OUT if alone else Reason.NONE


def why_not(follow_up: FollowUp, day: date) -> Reason:
    """Why nobody is to be asked for it any more; `Reason.NONE` if somebody is."""
    (look,) = look_at(Invoice.objects.filter(pk=follow_up.invoice_id), day)
    if look.reason or follow_up.rule is None:
        return look.reason
    if follow_up.created_at is not None and follow_up.created_at < timezone.now() - WAITS:
        return Reason.OUT_OF_HOURS
    return _of_rule(follow_up.rule, look.invoice, look.balance)


def _of_rule(rule: FollowUpRule, invoice: Invoice, balance: Decimal) -> Reason:
    """What a rule asks beside: a person may ask for anything that is due."""
    if not rule.active:
        return Reason.SWITCHED_OFF
    if balance < rule.minimum:
        return Reason.UNDER_MINIMUM
    imported = invoice.origin == Invoice.Origin.IMPORTED
    if imported and settings_of(rule.workspace_id).imported_since is None:
        return Reason.IMPORTED
    return Reason.NONE


def give_up(follow_up: FollowUp, reason: Reason) -> None:
    """Say that it was not sent, and why."""
    follow_up.state, follow_up.reason = State.NOT_SENT, reason
    follow_up.done_at = timezone.now()
    follow_up.save(update_fields=["state", "reason", "done_at"])


def is_open(how: FollowUpSettings) -> bool:
    """Whether it is a time at which the practice has people written to; asked in its workspace."""
    return may_go_at(local_now(), how.from_hour, how.until_hour, weekends=how.weekends)


def still_wanted(message: OutgoingMessage) -> Answer:
    """What the outbox asks before a follow-up goes: whether it is still to go, and at this hour."""
    number = message.key.rpartition("/")[2]
    found = FollowUp.objects.select_for_update(of=("self",)).select_related("rule")
    follow_up = found.filter(pk=number).first()
    if follow_up is None or follow_up.state != State.POSTED:
        return Answer(str(Reason.STOPPED.label))
    why = _held_and_asked(follow_up)
    if why:
        give_up(follow_up, why)
        return Answer(str(why.label))
    return Answer(not_before=None if follow_up.rule is None else _next_opening(follow_up))


def _next_opening(follow_up: FollowUp) -> datetime | None:
    """When a rule may write again; None if it may now. What a person asked for goes at any hour."""
    how = settings_of(follow_up.workspace_id)
    if is_open(how):
        return None
    now = local_now()
    # never: asked again tomorrow, somebody may have changed the hours
    at = opens_at(now, how.from_hour, how.until_hour, weekends=how.weekends)
    return at or now + timedelta(days=1)


def _held_and_asked(follow_up: FollowUp) -> Reason:
    held(follow_up.invoice_id)
    return why_not(follow_up, today())
