"""Practices that are owed money: their invoices, rules, and the time of the day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from handover.accounts.models import Workspace
from handover.billing.ledger import today
from handover.billing.models import Allocation, Credit, Invoice
from handover.clients.models import Client
from handover.followups import sweeps
from handover.followups.asking import settings_of
from handover.followups.models import EmailTemplate, FollowUp, FollowUpRule
from handover.messaging.delivery import deliver_due
from handover.messaging.models import OutgoingMessage

BODY = "Hello {{Patient.FirstName}}, please pay {{Invoice.AmountDue}}."
numbers = count(1)


def a_debtor(workspace: Workspace, name: str = "Ann", **more: Any) -> Client:  # noqa: ANN401  # columns
    told = {"first_name": name, "email": f"{name.lower()}@home.example"} | more
    return Client.objects.create(workspace_id=workspace.pk, **told)


def an_invoice(client: Client, overdue: int = 7, total: str = "100.00", **more: Any) -> Invoice:  # noqa: ANN401
    """Made here, open, and due so many days ago."""
    due_on = today() - timedelta(overdue)
    told = {
        "origin": Invoice.Origin.HERE,
        "status": Invoice.Status.OPEN,
        "due": Invoice.Due.LEDGER,
        "issued_on": due_on - timedelta(14),
        "due_on": due_on,
        "total_amount": Decimal(total),
        "number": f"INV-{next(numbers):04}",
        "client": client,
    }
    return Invoice.objects.create(workspace_id=client.workspace_id, **(told | more))


def imported(client: Client, overdue: int = 7, **more: Any) -> Invoice:  # noqa: ANN401
    told = {"origin": Invoice.Origin.IMPORTED, "due": Invoice.Due.NOT_KNOWN}
    return an_invoice(client, overdue, **(told | more))


def pay(invoice: Invoice, amount: str) -> None:
    of = {"workspace_id": invoice.workspace_id, "dated_on": today(), "amount": Decimal(amount)}
    credit = Credit.objects.create(**of, client=invoice.client, kind=Credit.Kind.PAYMENT)
    Allocation.objects.create(**of, invoice=invoice, credit=credit)


def a_template(workspace: Workspace, **more: Any) -> EmailTemplate:  # noqa: ANN401
    told = {"name": "Reminder", "subject": "Invoice {{Invoice.Number}}", "body": BODY} | more
    return EmailTemplate.objects.create(workspace_id=workspace.pk, **told)


def a_rule(workspace: Workspace, days: int = 7, **more: Any) -> FollowUpRule:  # noqa: ANN401
    """Switched on a year ago."""
    since: date = today() - timedelta(365)
    told = {"days": days, "active": True, "since": since} | more
    if "template" not in told:
        told["template"] = a_template(workspace)
    return FollowUpRule.objects.create(workspace_id=workspace.pk, **told)


def at_any_hour(workspace: Workspace) -> None:
    """Write to people by day and night: no test knows when it is run."""
    how = settings_of(workspace.pk)
    how.from_hour, how.until_hour, how.weekends = 0, 24, True
    how.save()


def rounds() -> None:
    """What workers do, once."""
    sweeps.plan_by_rules()
    sweeps.post_waiting()
    deliver_due()
    sweeps.follow_outbox()


def states() -> list[tuple[str, str]]:
    """Of every follow-up its state and reason."""
    return list(FollowUp.objects.using("owner").order_by("pk").values_list("state", "reason"))


def letters() -> list[OutgoingMessage]:
    return list(OutgoingMessage.objects.using("owner").order_by("pk"))


@contextmanager
def nothing_else_changes() -> Iterator[None]:
    """The outbox has as many letters afterwards."""
    before = len(letters())
    yield
    assert len(letters()) == before
