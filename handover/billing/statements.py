"""What a payer is told of their account: what is outstanding, or all that happened in a time.

Both end with the same sum as the ledger's: what is owed, less the credit that no invoice has got.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from handover.billing.ledger import collected_here, with_balances
from handover.billing.models import Allocation, Credit, Invoice
from handover.billing.payers import (
    Payer,
    credits_of,
    invoices_of_payer,
    owed_by,
    unapplied_of,
)
from handover.core.money import NOUGHT


@dataclass(frozen=True)
class Entry:
    """One thing that happened: what was charged, or, below nought, what lessened it.

    `balance` is what was owed after it; of an outstanding invoice, what is due on it.
    """

    day: date | None
    what: str
    about: str
    amount: Decimal
    balance: Decimal
    due_on: date | None = None


@dataclass(frozen=True)
class Statement:
    """A payer's account as at a day; with `since`, what happened from that day on."""

    payer: Payer
    as_at: date
    since: date | None
    entries: tuple[Entry, ...]
    before: Decimal
    owed: Decimal
    unapplied: Decimal

    @property
    def balance(self) -> Decimal:
        """What there is to pay in all; below nought it is theirs."""
        return self.owed - self.unapplied


def outstanding(payer: Payer, as_at: date) -> Statement:
    """The invoices on which something is due, as at a day."""
    found = with_balances(collected_here(invoices_of_payer(payer)), as_at)
    rows = found.exclude(balance=NOUGHT).order_by("issued_on", "pk")
    entries = tuple(
        Entry(
            each.issued_on,
            "invoice",
            each.number,
            each.charged,
            each.balance,
            each.due_on,
        )
        for each in rows
    )
    return _statement(payer, as_at, None, entries, NOUGHT)


def activity(payer: Payer, since: date, as_at: date) -> Statement:
    """All that was charged and all that came, from one day to another."""
    eve = since - timedelta(1)
    before = owed_by(payer, eve) - unapplied_of(payer, eve)
    # what has no day was charged before any
    events = [each for each in _events(payer, as_at) if each.day and each.day >= since]
    balance, entries = before, []
    for each in sorted(events, key=lambda each: (each.day or since, each.what != "invoice")):
        balance += each.amount
        entries.append(Entry(each.day, each.what, each.about, each.amount, balance, each.due_on))
    return _statement(payer, as_at, since, tuple(entries), before)


def _statement(
    payer: Payer, as_at: date, since: date | None, entries: tuple[Entry, ...], before: Decimal
) -> Statement:
    owed, unapplied = owed_by(payer, as_at), unapplied_of(payer, as_at)
    return Statement(payer, as_at, since, entries, before, owed, unapplied)


def _events(payer: Payer, as_at: date) -> list[Entry]:
    invoices = collected_here(invoices_of_payer(payer))
    charged = with_balances(invoices, as_at).exclude(charged=NOUGHT)
    events = [
        Entry(each.issued_on, "invoice", each.number, each.charged, NOUGHT, each.due_on)
        for each in charged
    ]
    events += [
        Entry(each.dated_on, _kind(each), each.number or each.method, -each.amount, NOUGHT)
        for each in credits_of(payer).filter(dated_on__lte=as_at)
    ]
    return [*events, *_told(invoices, as_at), *_given_elsewhere(payer, invoices, as_at)]


def _told(invoices: QuerySet[Invoice], as_at: date) -> Iterator[Entry]:
    """What was said to be due on imported invoices, as a difference to what was known."""
    found = Allocation.objects.filter(opening__isnull=False, invoice__in=invoices)
    found = found.filter(dated_on__lte=as_at).exclude(invoice__due=Invoice.Due.NOTHING)
    for each in found.select_related("invoice"):
        yield Entry(each.dated_on, "opening", each.invoice.number, -each.amount, NOUGHT)


def _given_elsewhere(payer: Payer, invoices: QuerySet[Invoice], as_at: date) -> Iterator[Entry]:
    """What of their credits invoices have got that another system collects by now."""
    found = Allocation.objects.filter(credit__client=payer.client, credit__contact=payer.contact)
    found = found.filter(dated_on__lte=as_at).exclude(invoice__in=invoices)
    for each in found.select_related("invoice"):
        yield Entry(each.dated_on, "elsewhere", each.invoice.number, each.amount, NOUGHT)


def _kind(credit: Credit) -> str:
    return "taken_back" if credit.reverses_id else credit.kind
