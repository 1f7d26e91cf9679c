"""The rows of a push, from state to state. Each step is one short transaction of its own.

A row that is on its way may have arrived: whoever finds one looks in Xero before sending it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from handover.billing.ledger import today, with_balances
from handover.billing.models import CollectedElsewhere, Invoice, InvoiceItem
from handover.core.money import CENT, NOUGHT
from handover.core.tenancy import acting_in
from handover.xero.bodies import Charge, Line
from handover.xero.due import due
from handover.xero.models import SYSTEM, XeroInvoice, XeroPush

State = XeroInvoice.State
#: In these an invoice is in Xero, by us.
ARRIVED = (State.INVOICED, State.PAYING, State.SENT, State.UNPAID)
#: These may be tried again by another push.
LEFT = (State.THERE, State.REFUSED, State.LEFT_OUT)
A_BATCH = 500
NO_NUMBER = "It has no number that Xero could know it by."
NO_DAY = "It has no date of issue."
NOBODY = "It is made out to nobody."
PAID_MEANWHILE = "{paid} of it was paid here while it was sent: enter that payment in Xero, too."


def rows_in(push: XeroPush, *states: State) -> list[XeroInvoice]:
    """The rows of a push in these states, oldest first; the caller acts in the workspace."""
    return list(XeroInvoice.objects.filter(push=push, state__in=states).order_by("pk"))


def counted(push: XeroPush) -> dict[str, tuple[int, Decimal]]:
    """How many rows are in each state, and their sum; the caller acts in the workspace."""
    rows = XeroInvoice.objects.filter(push=push).order_by().values_list("state")
    found = rows.annotate(n=Count("pk"), s=Sum("amount"))
    return {state: (count, Decimal(amount or 0)) for state, count, amount in found}


def refuse(rows: Sequence[XeroInvoice], why: str, state: State = State.REFUSED) -> None:
    """End these rows, with the reason."""
    for row in rows:
        row.state, row.message, row.tries = state, why, row.tries + 1
    XeroInvoice.objects.bulk_update(rows, ["state", "message", "tries"], batch_size=A_BATCH)


def anything_waits(push: XeroPush) -> bool:
    """Whether there is anything left to claim."""
    with acting_in(push.workspace_id):
        return XeroInvoice.objects.filter(push=push, state=State.WAITING).exists()


def claim(push: XeroPush, most: int) -> list[XeroInvoice]:
    """Take rows to send; what is due on each is asked once more, and fixed with it.

    What was paid meanwhile, or is collected elsewhere by now, is left out.
    """
    with acting_in(push.workspace_id):
        waiting = XeroInvoice.objects.select_for_update(of=("self",)).filter(
            push=push, state=State.WAITING
        )
        rows = list(waiting.order_by("pk")[:most])
        owed = {each.pk: each.balance for each in due(today(), [r.invoice_id for r in rows])}
        for row in rows:
            balance = owed.get(row.invoice_id, NOUGHT)
            if balance <= 0:
                row.state = State.LEFT_OUT
            else:
                row.state, row.amount = State.SENDING, balance
        XeroInvoice.objects.bulk_update(rows, ["state", "amount"])
        return [row for row in rows if row.state == State.SENDING]


def lines_of(invoices: Iterable[int]) -> dict[int, list[Line]]:
    """The lines of these invoices, in order: their taxes and amounts, and nothing else of them."""
    lines: dict[int, list[Line]] = {}
    found = InvoiceItem.objects.filter(invoice__in=list(invoices), archived_at=None)
    told = found.order_by("invoice", "position", "pk")
    for invoice, tax, amount in told.values_list("invoice", "tax_name", "total_including_tax"):
        lines.setdefault(invoice, []).append(Line(tax, Decimal(amount or 0)))
    return lines


def charges(
    push: XeroPush, rows: Sequence[XeroInvoice], contacts: Mapping[int, str]
) -> list[Charge]:
    """These rows as they go to Xero; `contacts` by invoice. The caller acts in the workspace."""
    invoices = Invoice.objects.in_bulk([row.invoice_id for row in rows])
    lines = lines_of(invoices)
    full = push.mode == XeroPush.Mode.FULL
    made = []
    for row in rows:
        invoice = invoices[row.invoice_id]
        day: date = invoice.issued_on or push.as_at
        total = Decimal(invoice.total_amount or 0).quantize(CENT)
        row.paid = max(total - row.amount, NOUGHT) if full else NOUGHT
        made.append(
            Charge(
                number=row.number,
                reference=row.reference,
                contact_id=contacts[row.invoice_id],
                issued_on=day,
                due_on=invoice.due_on or day,
                amount=row.amount,
                paid=row.paid,
                lines=lines.get(row.invoice_id, []),
            )
        )
    if full:
        XeroInvoice.objects.bulk_update(rows, ["paid"])
    return made


def arrived(rows: Sequence[tuple[XeroInvoice, str]]) -> None:
    """These are in Xero, under these ids: nobody is asked for them from here any more."""
    if not rows:
        return
    workspace_id = rows[0][0].workspace_id
    with acting_in(workspace_id):
        _take_off_what_was_paid_meanwhile([row for row, _ in rows])
        CollectedElsewhere.objects.bulk_create(
            [
                CollectedElsewhere(
                    workspace_id=workspace_id,
                    invoice_id=row.invoice_id,
                    system=SYSTEM,
                    reference=number,
                )
                for row, number in rows
            ],
            ignore_conflicts=True,
        )
        for row, number in rows:
            row.xero_id = number
            row.state = State.INVOICED if row.paid > 0 else State.SENT
        known = [row for row, _ in rows]
        fields = ["xero_id", "state", "message", "amount"]
        XeroInvoice.objects.bulk_update(known, fields, batch_size=A_BATCH)


def _take_off_what_was_paid_meanwhile(rows: Sequence[XeroInvoice]) -> None:
    """What came here while an invoice was on its way is not due, and Xero asks for it all the same.

    From here on nothing can be paid on it here. The comparison at the end then shows it.
    """
    invoices = Invoice.objects.filter(pk__in=[row.invoice_id for row in rows])
    list(invoices.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    due_now = dict(with_balances(invoices, today()).values_list("pk", "balance"))
    for row in rows:
        left = max(Decimal(due_now[row.invoice_id] or 0).quantize(CENT), NOUGHT)
        row.message = PAID_MEANWHILE.format(paid=row.amount - left) if left < row.amount else ""
        row.amount = min(row.amount, left)


def put(rows: Iterable[XeroInvoice], state: State, workspace_id: int, why: str = "") -> None:
    """Say of these rows that they are in another state."""
    numbers = [row.pk for row in rows]
    with acting_in(workspace_id):
        XeroInvoice.objects.filter(pk__in=numbers).update(state=state, message=why)
