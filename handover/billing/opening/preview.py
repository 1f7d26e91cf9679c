"""A balance file held against what is known, line by line, before anything is written.

Every line has one state; only those that are `APPLIED` (and, if somebody says so, those that are
`DOUBTED`) change what is due. What is unclear stays as it is, and is listed.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from handover.billing.ageing import words_of
from handover.billing.ledger import with_balances
from handover.billing.models import Invoice, OpeningBalance
from handover.billing.opening.amounts import NoAmount, amount_of
from handover.billing.opening.columns import Columns, Means, number_key
from handover.billing.opening.sheet import Row, Sheet
from handover.clients.models import Client
from handover.clients.search import among
from handover.core.money import CENT, NOUGHT

WORD = re.compile(r"[^\W_]+")


class State(StrEnum):
    """What becomes of a line."""

    CHANGED = "changed"
    SAME = "same"
    CREDIT = "credit"
    DOUBTED = "doubted"
    REFUSED = "refused"
    NO_MATCH = "no match"
    SUM = "sum"


#: What is written, whatever else is chosen.
APPLIED = (State.CHANGED, State.SAME, State.CREDIT)


@dataclass(frozen=True)
class Found:
    """An imported invoice as the preview needs it; `before` is what is due by what is known."""

    pk: int
    number: str
    client: int | None
    name: str
    recipient: str
    total: Decimal
    before: Decimal
    settled: bool
    issued_on: date | None
    archived: bool


@dataclass(frozen=True)
class Line:
    """One line of the file and what becomes of it; `why` says so where it is not plain."""

    line: int
    number: str
    name: str
    told: Decimal | None
    state: State
    why: str = ""
    invoice: Found | None = None
    client: int | None = None

    @property
    def change(self) -> Decimal:
        """By how much more is due once it is applied."""
        return (self.told or NOUGHT) - self.invoice.before if self.invoice else NOUGHT


@dataclass(frozen=True)
class Preview:
    """The whole file: its lines, and the invoices that are open here and stand in none of them."""

    as_at: date
    lines: tuple[Line, ...]
    missing: tuple[Found, ...]
    counts: Counter[State] = field(default_factory=Counter)

    @cached_property
    def told(self) -> Decimal:
        """The control total: all balances that the file tells, whatever becomes of them."""
        return sum((x.told or NOUGHT for x in self.lines if x.state not in _APART), NOUGHT)

    @cached_property
    def credit(self) -> Decimal:
        """All account credit that is applied."""
        return sum((x.told or NOUGHT for x in self.lines if x.state == State.CREDIT), NOUGHT)

    @cached_property
    def own_sum(self) -> Decimal | None:
        """What the file itself says that its balances add up to; None if it does not."""
        return next((x.told for x in self.lines if x.state == State.SUM), None)

    def applied(self, *, doubted: bool) -> list[Line]:
        """The lines that would be written."""
        return [
            x for x in self.lines if x.state in APPLIED or (doubted and x.state == State.DOUBTED)
        ]

    @cached_property
    def before(self) -> Decimal:
        """What is due on the invoices of plain lines, by what is known."""
        return sum((x.invoice.before for x in self.applied(doubted=False) if x.invoice), NOUGHT)

    @cached_property
    def after(self) -> Decimal:
        """What will be due on them."""
        return sum((x.told or NOUGHT for x in self.applied(doubted=False) if x.invoice), NOUGHT)

    @cached_property
    def missing_sum(self) -> Decimal:
        """What is due on invoices that stand in no line."""
        return sum((each.before for each in self.missing), NOUGHT)

    @cached_property
    def digest(self) -> str:
        """Names this preview: another one means that something has changed meanwhile."""
        said = repr([(x.line, x.state, x.told, x.invoice, x.client) for x in self.lines])
        return hashlib.sha256((said + repr(self.missing)).encode()).hexdigest()[:32]


_APART = (State.CREDIT, State.SUM)


def preview(sheet: Sheet, columns: Columns, as_at: date) -> Preview:
    """Hold a sheet against what is known as at a day. The caller acts in the workspace."""
    wanted = {number_key(row.cell(columns.get(Means.NUMBER))) for row in sheet.rows} - {""}
    invoices = _invoices(wanted, as_at) if Means.NUMBER in columns else {}
    later = _told_later(as_at, [each.pk for found in invoices.values() for each in found])
    reading = Reading(columns, as_at, invoices, later, _clients(sheet, columns))
    lines = _without_twins([line for row in sheet.rows for line in reading.lines(row)])
    lines = _with_sum(lines)
    named = {x.invoice.pk for x in lines if x.invoice}
    missing = _open_here(as_at, named) if Means.BALANCE in columns else ()
    return Preview(as_at, tuple(lines), tuple(missing), Counter(x.state for x in lines))


@dataclass(frozen=True)
class Reading:
    """What lines are held against."""

    columns: Columns
    as_at: date
    invoices: dict[str, list[Found]]
    later: dict[int, date]
    clients: dict[tuple[str, ...], list[int]]

    def lines(self, row: Row) -> Iterator[Line]:
        """What one row says: of an invoice, of an account's credit, or of both."""
        number, name = self._cell(row, Means.NUMBER), self._cell(row, Means.NAME)
        told = self._cell(row, Means.BALANCE)
        found = None
        if told and (number or not self._cell(row, Means.CREDIT)):
            line = self._balance(row, number, name, told)
            found = line.invoice
            yield line
        credit = self._cell(row, Means.CREDIT)
        if credit:
            yield from self._credit(row, name, credit, found)

    def _cell(self, row: Row, means: Means) -> str:
        return row.cell(self.columns.get(means))

    def _balance(self, row: Row, number: str, name: str, told: str) -> Line:
        try:
            amount = amount_of(told)
        except NoAmount:
            why = _("“%(told)s” is no amount that can be read.") % {"told": told[:40]}
            return Line(row.line, number, name, None, State.REFUSED, why)
        if not number:
            return Line(row.line, number, name, amount, State.SUM)
        invoice, why = self._chosen(row, number, name)
        if invoice is None:
            return Line(row.line, number, name, amount, State.NO_MATCH, why)
        state, why = self._judged(row, invoice, name, amount)
        return Line(row.line, number, name, amount, state, why, invoice)

    def _chosen(self, row: Row, number: str, name: str) -> tuple[Found | None, str]:
        """The invoice of a number; of several, the one that name and total agree with."""
        found = self.invoices.get(number_key(number), [])
        if len(found) > 1:
            found = [x for x in found if _agrees(name, x) and self._total_agrees(row, x)]
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, _("Several invoices here have this number.")
        return None, _("No imported invoice has this number.")

    def _judged(self, row: Row, invoice: Found, name: str, told: Decimal) -> tuple[State, str]:
        if why := self._refused(invoice, told):
            return State.REFUSED, why
        if why := self._doubt(row, invoice, name, told):
            return State.DOUBTED, why
        return (State.SAME if told == invoice.before else State.CHANGED), ""

    def _refused(self, invoice: Found, told: Decimal) -> str:
        if invoice.archived:
            return _("This invoice was deleted in Cliniko: nothing is due on it.")
        if invoice.settled and told:
            return _("Cliniko calls this invoice paid or closed: nothing is due on it.")
        if invoice.issued_on and invoice.issued_on > self.as_at:
            return _("This invoice was issued after the day of the list.")
        if invoice.pk in self.later:
            day = self.later[invoice.pk]
            return _("Its balance was told as at a later day, %(day)s.") % {
                "day": f"{day:%d %b %Y}"
            }
        return ""

    def _doubt(self, row: Row, invoice: Found, name: str, told: Decimal) -> str:
        if not _agrees(name, invoice):
            return _("Here it is an invoice of %(name)s.") % {"name": invoice.name or "-"}
        if not self._total_agrees(row, invoice):
            return _("Here its total is %(total)s.") % {"total": f"{invoice.total:,.2f}"}
        if not min(NOUGHT, invoice.total) <= told <= max(NOUGHT, invoice.total):
            return _("More than its total, %(total)s.") % {"total": f"{invoice.total:,.2f}"}
        return ""

    def _total_agrees(self, row: Row, invoice: Found) -> bool:
        told = self._cell(row, Means.TOTAL)
        try:
            return not told or amount_of(told) == invoice.total
        except NoAmount:
            return False

    def _credit(self, row: Row, name: str, told: str, invoice: Found | None) -> Iterator[Line]:
        try:
            amount = abs(amount_of(told))  # some programs write credit below nought
        except NoAmount:
            why = _("“%(told)s” is no amount that can be read.") % {"told": told[:40]}
            yield Line(row.line, "", name, None, State.REFUSED, why)
            return
        if not amount:
            return
        client, why = self._client(name, invoice)
        state = State.CREDIT if client else State.NO_MATCH
        if not (name or client):
            state = State.SUM
        yield Line(row.line, "", name, amount, state, why, client=client)

    def _client(self, name: str, invoice: Found | None) -> tuple[int | None, str]:
        if invoice is not None and invoice.client and _agrees(name, invoice):
            return invoice.client, ""
        found = self.clients.get(_words(name), [])
        if len(found) == 1:
            return found[0], ""
        if found:
            return None, _("Several clients have this name.")
        return None, _("No client has this name.")


def _words(name: str) -> tuple[str, ...]:
    """The words of a name in an order of their own: `Lee, Ann` is `Ann Lee`."""
    return tuple(sorted(WORD.findall(name.casefold())))


def _agrees(name: str, invoice: Found) -> bool:
    """Whether a name is that of the client or of whom the invoice names; none agrees with all."""
    told = set(_words(name))
    here = [set(_words(each)) for each in (invoice.name, invoice.recipient) if each]
    return not told or any(told <= each or (each and each <= told) for each in here)


def _invoices(keys: set[str], as_at: date) -> dict[str, list[Found]]:
    """The imported invoices with these numbers, as they are compared."""
    imported = Invoice.objects.filter(origin=Invoice.Origin.IMPORTED)
    numbers = imported.values_list("pk", "number").iterator()
    named = [pk for pk, number in numbers if number_key(number) in keys]
    found = defaultdict(list)
    for each in _found(Invoice.objects.filter(pk__in=among(named)), as_at):
        found[number_key(each.number)].append(each)
    return found


def _open_here(as_at: date, named: set[int]) -> list[Found]:
    """Imported invoices on which something is due, and that no line names."""
    unknown = Invoice.objects.filter(origin=Invoice.Origin.IMPORTED, due=Invoice.Due.NOT_KNOWN)
    rows = _found(unknown.filter(archived_at=None), as_at)
    return [each for each in rows if each.before and each.pk not in named]


def _found(invoices: QuerySet[Invoice], as_at: date) -> Iterator[Found]:
    for each in with_balances(invoices.select_related("client"), as_at).order_by("pk"):
        yield Found(
            pk=each.pk,
            number=each.number,
            client=each.client_id,
            name=str(each.client) if each.client else "",
            recipient=words_of(each),
            total=(each.total_amount or NOUGHT).quantize(CENT),
            before=each.balance.quantize(CENT),
            settled=each.due == Invoice.Due.NOTHING,
            issued_on=each.issued_on,
            archived=each.archived_at is not None,
        )


def _told_later(as_at: date, invoices: list[int]) -> dict[int, date]:
    """Of which of the invoices a balance was told as at a later day, and which day."""
    said = OpeningBalance.objects.filter(
        as_at__gt=as_at, undone_at=None, invoice__in=among(invoices)
    )
    return dict(said.values_list("invoice_id", "as_at"))


def _clients(sheet: Sheet, columns: Columns) -> dict[tuple[str, ...], list[int]]:
    """The clients of each name that the sheet has beside a credit."""
    if Means.CREDIT not in columns:
        return {}
    wanted = {_words(row.cell(columns.get(Means.NAME))) for row in sheet.rows}
    found = defaultdict(list)
    named = Client.objects.filter(merged_at=None).values_list("pk", "first_name", "last_name")
    for number, first, last in named.iterator():
        words = _words(f"{first} {last}")
        if words in wanted:
            found[words].append(number)
    return found


def _without_twins(lines: list[Line]) -> list[Line]:
    """An invoice that stands in several lines is in none of them: nobody knows which one counts."""
    often = Counter(x.invoice.pk for x in lines if x.invoice)
    why = _("This invoice stands in several lines: none of them is taken.")
    return [
        Line(x.line, x.number, x.name, x.told, State.REFUSED, why, x.invoice)
        if x.invoice and often[x.invoice.pk] > 1
        else x
        for x in lines
    ]


def _with_sum(lines: list[Line]) -> list[Line]:
    """The last line without a number is the file's own sum; others are lines that lack theirs."""
    last = max((n for n, x in enumerate(lines) if x.state == State.SUM), default=None)
    why = _("The line has no invoice number.")
    return [
        Line(x.line, x.number, x.name, x.told, State.REFUSED, why)
        if x.state == State.SUM and (number != last or number != len(lines) - 1)
        else x
        for number, x in enumerate(lines)
    ]
