"""Sending the rows of a push: carried on from wherever it stands, by whichever worker.

Look up every number; find or make the payers; send by fifties; pay what is to be paid; ask Xero
what is due on all of it, and compare. An invoice is created (PUT), never updated: with POST, a
number that is there already would overwrite somebody's invoice.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from handover.billing.models import Invoice
from handover.billing.payers import payer_key
from handover.core.tenancy import acting_in
from handover.core.worker import leaving
from handover.xero import outbox
from handover.xero.bodies import LONGEST_NUMBER, Entry, payment
from handover.xero.client import AT_A_TIME, LOOKED_UP, Row, XeroClient
from handover.xero.models import XeroInvoice, XeroPush
from handover.xero.payers import Matching, words_of
from handover.xero.problems import Interrupted, Refused, Unsure

State = XeroInvoice.State
GONE = {"DELETED", "VOIDED"}
THERE = "An invoice of this number is in Xero already, and it is not from here."
CHANGED = (
    "In Xero, {what} is not as it was when you chose it. Nothing more was sent: look at the"
    " accounts and tax rates, then go on."
)


@dataclass
class Push:
    """One push at work; `halt` says whether to stop where it is."""

    push: XeroPush
    client: XeroClient
    halt: Callable[[], bool] = field(default=leaving.is_set)

    def carry_on(self) -> None:
        """Do what is left. Raises what the client raises; it may be called again after any end."""
        self._compare_with_what_was_chosen()
        self._look_after_what_was_on_its_way()
        self._look_up_numbers()
        contacts = self._contacts()
        while self._go_on() and outbox.anything_waits(self.push):
            if rows := outbox.claim(self.push, AT_A_TIME):
                self._send(rows, contacts)
        self._pay()
        self._compare_totals()

    def _go_on(self) -> bool:
        with acting_in(self.push.workspace_id):
            self.push.refresh_from_db()
        if self.halt():
            raise Interrupted
        return self.push.state == XeroPush.State.WORKING

    # before

    def _compare_with_what_was_chosen(self) -> None:
        """A tax rate that was changed since makes another amount of what was agreed."""
        rates = {each["TaxType"]: each for each in self.client.rows("TaxRates")}
        for chosen in self.push.tax_rates:
            now = rates.get(chosen["TaxType"])
            if not now or now["Status"] != "ACTIVE" or _rate(now) != _rate(chosen):
                raise Refused(CHANGED.format(what=f"the tax rate {chosen['Name']}"))
        accounts = {each.get("Code"): each for each in self.client.rows("Accounts")}
        for code in filter(None, (self.push.account_code, self.push.clearing_code)):
            if accounts.get(code, {}).get("Status") != "ACTIVE":
                raise Refused(CHANGED.format(what=f"the account {code}"))

    def _look_after_what_was_on_its_way(self) -> None:
        """What somebody was sending who died, or heard no answer."""
        with acting_in(self.push.workspace_id):
            rows = outbox.rows_in(self.push, State.SENDING)
        self._settle(rows)

    def _settle(self, rows: Sequence[XeroInvoice]) -> None:
        """Find out of rows on their way which have arrived; the others wait again."""
        if rows:
            found = self._ours(rows)
            outbox.arrived([(row, found[row.pk]) for row in rows if row.pk in found])
            lost = [row for row in rows if row.pk not in found]
            outbox.put(lost, State.WAITING, self.push.workspace_id)

    def _ours(self, rows: Sequence[XeroInvoice]) -> dict[int, str]:
        """Which of these are in Xero by us: their ids there, by row."""
        theirs = self._by_number(rows)
        return {
            row.pk: str(each["InvoiceID"])
            for row in rows
            for each in theirs.get(row.number, ())
            if each.get("Reference") == row.reference
        }

    def _by_number(self, rows: Iterable[XeroInvoice]) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for each in self.client.by("Invoices", "InvoiceNumbers", [row.number for row in rows]):
            if each["Type"] == "ACCREC" and each["Status"] not in GONE:
                found.setdefault(str(each["InvoiceNumber"]), []).append(each)
        return found

    def _look_up_numbers(self) -> None:
        """Which numbers are taken, before anything is sent under one."""
        with acting_in(self.push.workspace_id):
            waiting = outbox.rows_in(self.push, State.WAITING)
            nameless = [row for row in waiting if not _can_be_asked_for(row.number)]
            outbox.refuse(nameless, outbox.NO_NUMBER)
        rows = [row for row in waiting if row not in nameless and not row.checked]
        for start in range(0, len(rows), LOOKED_UP):
            self._look_up(rows[start : start + LOOKED_UP])

    def _look_up(self, rows: Sequence[XeroInvoice]) -> None:
        taken = self._by_number(rows)
        ours = [
            (row, str(each["InvoiceID"]))
            for row in rows
            for each in taken.get(row.number, ())
            if each.get("Reference") == row.reference
        ]
        outbox.arrived(ours)
        known = {row.pk for row, _ in ours}
        theirs = [row for row in rows if row.number in taken and row.pk not in known]
        with acting_in(self.push.workspace_id):
            outbox.refuse(theirs, THERE, State.THERE)
            checked = XeroInvoice.objects.filter(pk__in=[row.pk for row in rows])
            checked.update(checked=True)

    def _contacts(self) -> dict[int, str]:
        """The contact of each invoice that waits; those without one are refused."""
        workspace_id = self.push.workspace_id
        with acting_in(workspace_id):
            rows = outbox.rows_in(self.push, State.WAITING)
            invoices = Invoice.objects.in_bulk([row.invoice_id for row in rows])
        whose = {pk: payer_key(each.contact_id, each.client_id) for pk, each in invoices.items()}
        matching = Matching(self.client, workspace_id)
        matching.match(key for key in whose.values() if key)
        with acting_in(workspace_id):
            for row in rows:
                key = whose[row.invoice_id]
                if invoices[row.invoice_id].issued_on is None:
                    outbox.refuse([row], outbox.NO_DAY)
                elif key not in matching.ids:
                    outbox.refuse([row], matching.why_not(key) or outbox.NOBODY)
        return {pk: matching.ids[key] for pk, key in whose.items() if key in matching.ids}

    # sending

    def _send(self, rows: Sequence[XeroInvoice], contacts: dict[int, str]) -> None:
        """Send rows that were claimed. After a silence it is looked what has arrived."""
        with acting_in(self.push.workspace_id):
            bodies = [self._entry.of(each) for each in outbox.charges(self.push, rows, contacts)]
        try:
            answers = self.client.create("Invoices", bodies, _key("invoices", rows))
        except Unsure:
            self._settle(rows)
            raise
        good = [
            (row, str(answer["InvoiceID"]))
            for row, answer in zip(rows, answers, strict=True)
            if not words_of(answer)
        ]
        outbox.arrived(good)
        arrived = {row.pk for row, _ in good}
        self._look_at_refused(
            [(row, words_of(a)) for row, a in zip(rows, answers, strict=True)], arrived
        )

    def _look_at_refused(self, rows: Sequence[tuple[XeroInvoice, str]], arrived: set[int]) -> None:
        """One that is refused as its number is taken may be there by us: an answer was lost."""
        bad = [(row, why) for row, why in rows if row.pk not in arrived]
        if not bad:
            return
        found = self._ours([row for row, _ in bad])
        outbox.arrived([(row, found[row.pk]) for row, _ in bad if row.pk in found])
        with acting_in(self.push.workspace_id):
            for row, why in bad:
                if row.pk not in found:
                    outbox.refuse([row], why)

    @property
    def _entry(self) -> Entry:
        push = self.push
        full = push.mode == XeroPush.Mode.FULL
        return Entry(push.account_code, push.taxes, push.currency, push.status, full)

    # payments to the clearing account

    def _pay(self) -> None:
        with acting_in(self.push.workspace_id):
            rows = outbox.rows_in(self.push, State.PAYING)
        self._settle_payments(rows)
        while self._go_on():
            with acting_in(self.push.workspace_id):
                rows = outbox.rows_in(self.push, State.INVOICED)[:AT_A_TIME]
            if not rows:
                return
            outbox.put(rows, State.PAYING, self.push.workspace_id)
            self._pay_these(rows)

    def _pay_these(self, rows: Sequence[XeroInvoice]) -> None:
        push = self.push
        bodies = [
            payment(row.xero_id, row.paid, push.clearing_code, push.as_at, row.reference)
            for row in rows
        ]
        try:
            answers = self.client.create("Payments", bodies, _key("payments", rows))
        except Unsure:
            self._settle_payments(rows)
            raise
        told = list(zip(rows, map(words_of, answers), strict=True))
        outbox.put([row for row, wrong in told if not wrong], State.SENT, push.workspace_id)
        for row, wrong in told:
            if wrong:
                outbox.put([row], State.UNPAID, push.workspace_id, wrong)

    def _settle_payments(self, rows: Sequence[XeroInvoice]) -> None:
        """Of payments on their way, find out which have arrived; the others are sent again."""
        paid = {str(each["InvoiceID"]) for each in self._by_id(rows) if each.get("AmountPaid")}
        done = [row for row in rows if row.xero_id in paid]
        outbox.put(done, State.SENT, self.push.workspace_id)
        lost = [row for row in rows if row.xero_id not in paid]
        outbox.put(lost, State.INVOICED, self.push.workspace_id)

    def _by_id(self, rows: Sequence[XeroInvoice]) -> list[Row]:
        return list(self.client.by("Invoices", "IDs", [row.xero_id for row in rows]))

    # afterwards

    def _compare_totals(self) -> None:
        """Ask Xero what is due on all that was sent, invoice by invoice."""
        with acting_in(self.push.workspace_id):
            rows = outbox.rows_in(self.push, *outbox.ARRIVED)
        due = {str(e["InvoiceID"]): e for e in self._by_id(rows) if e["Status"] not in GONE}
        for row in rows:
            found = due.get(row.xero_id)
            row.due_there = None if found is None else Decimal(found["AmountDue"])
        push = self.push
        with acting_in(push.workspace_id):
            XeroInvoice.objects.bulk_update(rows, ["due_there"], batch_size=outbox.A_BATCH)
            push.refresh_from_db()
            if push.state != XeroPush.State.WORKING:
                return
            push.xero_count = len(due)
            push.xero_total = sum((row.due_there or Decimal(0) for row in rows), Decimal(0))
            push.agrees = all(row.due_there == row.amount for row in rows)
            push.state, push.message = XeroPush.State.DONE, ""
            push.waits_until, push.finished_at = None, timezone.now()
            push.save()


def note_wait(push: XeroPush, seconds: float) -> None:
    """Say on the push until when it waits."""
    until = timezone.now() + timedelta(seconds=seconds)
    with acting_in(push.workspace_id):
        XeroPush.objects.filter(pk=push.pk).update(waits_until=until)


def _rate(row: Row) -> Decimal:
    return Decimal(str(row.get("EffectiveRate", row.get("DisplayTaxRate", 0))))


def _can_be_asked_for(number: str) -> bool:
    """A comma would make two numbers of it."""
    return bool(number.strip()) and "," not in number and len(number) <= LONGEST_NUMBER


def _key(what: str, rows: Sequence[XeroInvoice]) -> str:
    """The same for the same rows, and another one when what was refused is tried again."""
    told = "|".join(f"{row.mark}{row.tries}" for row in rows)
    return f"{what}-{hashlib.sha256(told.encode()).hexdigest()[:40]}"
