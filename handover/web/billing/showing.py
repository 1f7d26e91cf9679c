"""Invoices as lists show them: where each stands, in words and a colour."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as later

from handover.billing.ledger import Balanced
from handover.billing.models import Invoice
from handover.billing.queries import AWAITING, CREDIT, DRAFT, OVERDUE, PAID, standing_of
from handover.web.marks import Mark, marks_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

STANDINGS: dict[str, tuple[str | Promise, str]] = {
    DRAFT: (later("Draft"), "secondary"),
    AWAITING: (later("Awaiting payment"), "yellow"),
    OVERDUE: (later("Overdue"), "red"),
    PAID: (later("Paid"), "green"),
    CREDIT: (later("In credit"), "azure"),
    Invoice.Status.CLOSED: (later("Closed"), "secondary"),
}


@dataclass(frozen=True)
class Shown:
    """One line of a list. `unsure`: it is imported, and nobody has told what is still due on it."""

    invoice: Invoice
    words: str | Promise
    colour: str
    balance: Decimal
    unsure: bool
    mark: Mark | None

    @property
    def pk(self) -> int:
        """The invoice's number among rows."""
        return self.invoice.pk


def shown(rows: "Iterable[WithAnnotations[Invoice, Balanced]]", today: date) -> list[Shown]:
    """Invoices with their balances, as a list shows them; two questions for all of them."""
    invoices = list(rows)
    marks = marks_of(invoices)
    return [show(each, today, marks.get(each.pk)) for each in invoices]


def show(invoice: "WithAnnotations[Invoice, Balanced]", today: date, mark: Mark | None) -> Shown:
    """One invoice with its balance."""
    standing = standing_of(invoice, today)
    words, colour = STANDINGS.get(standing, (later("Not known"), "secondary"))
    unsure = not invoice.balance_known and not invoice.settled and invoice.balance > 0
    return Shown(invoice, words, colour, invoice.balance, unsure, mark)
