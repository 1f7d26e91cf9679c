"""What pages ask for: each thing is written down, and a worker is nudged.

A page opens no secret and waits for no other machine. The caller acts in the workspace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from handover.billing.ledger import today
from handover.xero.due import Owed, due, sums
from handover.xero.jobs import nudge
from handover.xero.models import XeroConnection, XeroErrand, XeroInvoice, XeroPush
from handover.xero.outbox import LEFT
from handover.xero.problems import XeroProblem

OPEN = (XeroPush.State.QUEUED, XeroPush.State.WORKING, XeroPush.State.ATTENTION)
State = XeroInvoice.State


class Changed(XeroProblem):
    """What is due is not what was shown when it was decided."""


def ask(workspace_id: int, kind: XeroErrand.Kind, by: str) -> XeroErrand:
    """Have a worker do something; what waits already is asked once."""
    waiting = XeroErrand.objects.filter(kind=kind, state=XeroErrand.State.WAITING).first()
    made = waiting or XeroErrand.objects.create(workspace_id=workspace_id, kind=kind, asked_by=by)
    nudge(workspace_id)
    return made


def waiting() -> XeroErrand | None:
    """What a worker is at, or will be."""
    return XeroErrand.objects.filter(state=XeroErrand.State.WAITING).order_by("pk").first()


def latest() -> XeroErrand | None:
    """What was asked for last."""
    return XeroErrand.objects.order_by("-pk").first()


def open_push() -> XeroPush | None:
    """The push that is not over; there is one at most."""
    return XeroPush.objects.filter(state__in=OPEN).first()


@dataclass(frozen=True)
class Choices:
    """What somebody decided of a push, and what they were shown when they did."""

    status: str
    mode: str
    count: int
    total: Decimal


def to_send(tenant: str) -> list[Owed]:
    """What is due and not in this organisation by us; what was refused there is among it."""
    gone = XeroInvoice.objects.filter(tenant_id=tenant).exclude(state__in=LEFT)
    unsent = (State.WAITING, State.SENDING)
    kept = gone.exclude(state__in=unsent, push__state=XeroPush.State.STOPPED)
    there = set(kept.values_list("invoice", flat=True))
    return [each for each in due(today()) if each.pk not in there]


def begin_push(connection: XeroConnection, choices: Choices, by: str) -> XeroPush:
    """Put what is due into the outbox. Raises `Changed`, and `XeroProblem` if it may not be."""
    now = XeroConnection.objects.select_for_update().get(pk=connection.pk)
    if open_push() is not None:
        raise XeroProblem("Something is being sent already: wait until it is over, or stop it")
    if not (now.is_connected and now.is_mapped) or not now.probe:
        raise XeroProblem("Connect, choose the accounts and look in Xero first")
    if choices.mode == XeroPush.Mode.FULL and not now.clearing_code:
        raise XeroProblem("Choose a clearing account first")
    owed = to_send(now.tenant_id)
    found = sums(owed)
    if (found.count, found.total) != (choices.count, choices.total):
        raise Changed("What is due has changed since this page was opened: look at it once more")
    push = XeroPush.objects.create(
        workspace_id=now.workspace_id,
        tenant_id=now.tenant_id,
        tenant_name=now.tenant_name,
        status=choices.status,
        mode=choices.mode,
        as_at=today(),
        expected_count=found.count,
        expected_total=found.total,
        asked_by=by,
        **_chosen(now),
    )
    fill(push, owed)
    nudge(now.workspace_id)
    return push


def _chosen(connection: XeroConnection) -> dict[str, object]:
    """What is entered where, as it is now: a push keeps to it."""
    used = set(connection.taxes.values())
    return {
        "currency": connection.currency,
        "account_code": connection.account_code,
        "clearing_code": connection.clearing_code,
        "taxes": connection.taxes,
        "tax_rates": [each for each in connection.tax_rates if each["TaxType"] in used],
    }


def fill(push: XeroPush, owed: Sequence[Owed]) -> None:
    """A row of the outbox for each invoice: what another push has left is taken over."""
    before = {
        row.invoice_id: row
        for row in XeroInvoice.objects.filter(
            tenant_id=push.tenant_id, invoice__in=[each.pk for each in owed]
        )
    }
    for each in owed:
        row = before.get(each.pk) or XeroInvoice(
            workspace_id=push.workspace_id, invoice_id=each.pk, tenant_id=push.tenant_id
        )
        row.push, row.number, row.amount = push, each.number, each.balance
        row.state, row.message, row.checked = State.WAITING, "", False
        if row.pk:
            row.save()
        else:
            before[each.pk] = row
    new = [row for row in before.values() if row.pk is None]
    XeroInvoice.objects.bulk_create(new, batch_size=1000)


def stop(push: XeroPush) -> None:
    """End a push where it is: what is in Xero stays there, and nothing more is sent."""
    XeroPush.objects.filter(pk=push.pk, state__in=OPEN).update(
        state=XeroPush.State.STOPPED, waits_until=None
    )


def go_on(push: XeroPush) -> None:
    """Carry on a push that needed attention or was stopped, by what is chosen now."""
    now = XeroConnection.objects.select_for_update().get()
    if not (now.is_connected and now.is_mapped and now.tenant_id == push.tenant_id):
        raise XeroProblem(f"Connect with {push.tenant_name} and choose the accounts first")
    other = open_push()
    if other is not None and other.pk != push.pk:
        raise XeroProblem("Something else is being sent: wait until it is over, or stop it")
    found = XeroPush.objects.filter(pk=push.pk).exclude(state=XeroPush.State.DONE)
    chosen = _chosen(now)
    found.update(state=XeroPush.State.QUEUED, waits_until=None, tries=0, message="", **chosen)
    nudge(push.workspace_id)
