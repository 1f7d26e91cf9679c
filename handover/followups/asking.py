"""Whether somebody is to be asked for an invoice: looked at when it is planned, when it is posted,
and once more when the e-mail goes."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from handover.billing.ledger import balance_of, collected_here, today
from handover.billing.models import Invoice
from handover.followups.models import FollowUp, FollowUpRule, FollowUpSettings, Reason, State
from handover.followups.payers import opted_out, payer_of
from handover.messaging.models import OutgoingMessage

KIND = "follow-up"


def key_of(follow_up: FollowUp) -> str:
    """What its message goes by in the outbox: there is one for each."""
    return f"{KIND}/{follow_up.pk}"


def settings_of(workspace_id: int) -> FollowUpSettings:
    """How this practice follows up; a row with the defaults is made if there is none."""
    return FollowUpSettings.objects.get_or_create(workspace_id=workspace_id)[0]


def held(invoice_id: int) -> Invoice:
    """An invoice, held for this transaction: a payment comes before it or after it."""
    found = Invoice.objects.select_for_update(of=("self",))
    return found.get(pk=invoice_id)


def why_not(follow_up: FollowUp, invoice: Invoice, day: date) -> Reason:
    """Why nobody is to be asked for it any more; `Reason.NONE` if somebody is."""
    if not collected_here(Invoice.objects.filter(pk=invoice.pk)).exists():
        return Reason.ELSEWHERE
    if invoice.client is not None and invoice.client.archived_at:
        return Reason.ARCHIVED
    balance = balance_of(invoice, day)
    if balance <= 0:
        return Reason.PAID
    if opted_out(payer_of(invoice)):
        return Reason.OPTED_OUT
    return _of_rule(follow_up.rule, invoice, balance) if follow_up.rule else Reason.NONE


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


def still_wanted(message: OutgoingMessage) -> str:
    """What the outbox asks before a follow-up goes: why it is not to go; "" if it is."""
    number = message.key.rpartition("/")[2]
    found = FollowUp.objects.select_for_update(of=("self",)).select_related("rule")
    follow_up = found.filter(pk=number).first()
    if follow_up is None or follow_up.state != State.POSTED:
        return str(Reason.STOPPED.label)
    why = why_not(follow_up, held(follow_up.invoice_id), today())
    if why:
        give_up(follow_up, why)
    return str(why.label)
