"""What would be sent: the invoices on which something is due, and the taxes that are in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from handover.billing.ledger import collected_here, with_balances
from handover.billing.models import Invoice, InvoiceItem
from handover.core.money import CENT, NOUGHT


@dataclass(frozen=True)
class Owed:
    """An invoice, and what is due on it, in cents."""

    pk: int
    number: str
    balance: Decimal


@dataclass(frozen=True)
class Sums:
    """How many invoices there are, and what is due on them together."""

    count: int
    total: Decimal


def due(as_at: date, among: Sequence[int] | None = None) -> list[Owed]:
    """What is collected here and due; imported history first among equals, by number of the row.

    A balance of nought or below is nothing that anybody owes: such invoices are left out.
    """
    chosen = collected_here(Invoice.objects.exclude(due=Invoice.Due.NOTHING))
    if among is not None:
        chosen = chosen.filter(pk__in=among)
    found = with_balances(chosen, as_at).filter(balance__gte=CENT).order_by("pk")
    return [
        Owed(pk, number, Decimal(balance).quantize(CENT))
        for pk, number, balance in found.values_list("pk", "number", "balance")
    ]


def sums(owed: Iterable[Owed]) -> Sums:
    """How many they are, and their sum."""
    balances = [each.balance for each in owed]
    return Sums(len(balances), sum(balances, NOUGHT))


def taxes_in(invoices: Sequence[int]) -> dict[str, tuple[int, Decimal]]:
    """The names of taxes in these invoices, with how many lines have them and their amount.

    An invoice without lines is without tax, as far as anybody knows: "" is always there.
    """
    lines = InvoiceItem.objects.filter(invoice__in=invoices, archived_at=None)
    found = lines.values_list("tax_name").annotate(n=Count("pk"), s=Sum("total_including_tax"))
    told = {name: (count, Decimal(amount or 0)) for name, count, amount in found.order_by()}
    return {"": (0, NOUGHT)} | dict(sorted(told.items()))
