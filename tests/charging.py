"""Invoices and money as tests need them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handover.accounts.models import Workspace
from handover.billing import operations as billing
from handover.billing.amounts import Price
from handover.billing.ledger import today
from handover.billing.models import Credit, Invoice
from handover.billing.payers import EVER, Payer
from handover.clients.models import Client
from handover.core.tenancy import acting_in


def line(amount: str, name: str = "Visit", **more: object) -> billing.Line:
    return billing.Line(name, Price(Decimal(amount)), **more)  # type: ignore[arg-type]  # any of its fields


def money(amount: str, on: date | None = None) -> billing.Money:
    return billing.Money(Decimal(amount), None, on, "EFTPOS")


@dataclass(frozen=True)
class Desk:
    """A client who is charged, in a workspace that the test acts in."""

    workspace: Workspace
    client: Client

    @property
    def payer(self) -> Payer:
        return Payer(client=self.client)

    def draft(self, *amounts: str) -> Invoice:
        made = billing.begin(self.workspace.pk, billing.Head(self.client))
        return billing.add(made.pk, [line(each) for each in amounts])

    def charge(self, amount: str = "100.00", on: date | None = None) -> Invoice:
        """A final invoice; issued on another day than today if that is told."""
        draft = self.draft(amount)
        day = on or today()
        Invoice.objects.filter(pk=draft.pk).update(issued_on=day, due_on=day)
        return billing.finalise(draft.pk, Invoice.objects.get(pk=draft.pk).revision)

    def imported(self, number: str, total: str = "100.00", **more: object) -> Invoice:
        told: dict[str, object] = {"status": "open", "issued_on": date(2026, 1, 5)}
        return Invoice.objects.create(
            workspace_id=self.workspace.pk,
            origin="imported",
            client=self.client,
            number=number,
            total_amount=Decimal(total),
            **(told | more),
        )

    def pay(self, amount: str, among: dict[int, Decimal] | None = None) -> Credit:
        return billing.pay(self.payer, money(amount), among)


def a_desk(workspace: Workspace) -> Desk:
    with acting_in(workspace.pk):
        client = Client.objects.create(workspace_id=workspace.pk, first_name="Ann", last_name="Lee")
    return Desk(workspace, client)


def at_once(deeds: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=each) for each in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


__all__ = ["EVER", "Desk", "a_desk", "at_once", "line", "money"]
