"""Balances that are told, written as dated facts; and taken back by facts that say the opposite."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.accounts.models import User
from handover.billing.ledger import balance_of
from handover.billing.models import (
    Allocation,
    BalanceFile,
    Credit,
    Invoice,
    OpeningBalance,
    OpeningCredit,
)
from handover.billing.opening.columns import Columns, Means
from handover.billing.opening.preview import Found, Line, Preview, State, preview
from handover.billing.opening.sheet import sheet_of, text_of
from handover.billing.payers import Payer, hold_clients
from handover.billing.settling import Money, account_credit
from handover.billing.settling import take_back as take_back_credit
from handover.clients.models import Client
from handover.clients.search import among
from handover.core.tenancy.changing import Refused

BATCH = 2_000


@dataclass(frozen=True)
class Undone:
    """What came of undoing: balances and credits that were taken back, and what stays.

    `kept` are the numbers of invoices (and of clients) with which something has happened since.
    """

    balances: int
    credited: int
    kept: tuple[str, ...]


def bring(
    workspace_id: int, name: str, content: bytes, as_at: date, by: User | None
) -> BalanceFile:
    """Keep a file as it came; nothing is due by it yet. Raises `CannotRead`."""
    text = text_of(content)
    sheet_of(text)
    return BalanceFile.objects.create(
        workspace_id=workspace_id,
        name=name[:200],
        content=text,
        sha256=hashlib.sha256(content).hexdigest(),
        as_at=as_at,
        made_by=by,
    )


def columns_of(file: BalanceFile) -> Columns:
    """What was chosen that the columns of a file mean; empty before anybody has."""
    told = file.columns if isinstance(file.columns, dict) else {}
    return {Means(name): int(str(column)) for name, column in told.items()}


def preview_of(file: BalanceFile) -> Preview:
    """The file held against what is known by now."""
    return preview(sheet_of(file.content), columns_of(file), file.as_at)


@transaction.atomic
def apply(
    file: BalanceFile, by: User | None, *, digest: str, doubted: bool, missing_paid: bool
) -> Preview:
    """Write all of it or nothing. Raises `Refused` if it is not what was looked at any more.

    `doubted`: lines whose name or amount does not agree, too. `missing_paid`: nothing is due on the
    invoices that are open here and stand in no line.
    """
    file = BalanceFile.objects.select_for_update().get(pk=file.pk)
    if file.applied_at:
        raise Refused(_("This list was applied already."))
    first = preview_of(file)
    hold_clients(line.client for line in first.lines if line.state == State.CREDIT and line.client)
    _hold([*(x.invoice.pk for x in first.lines if x.invoice), *(x.pk for x in first.missing)])
    now = preview_of(file)
    if now.digest != digest:
        raise Refused(_("Something has changed since you looked at it: look again, please."))
    lines = now.applied(doubted=doubted)
    _write(by, _told(file, by, lines, now.missing if missing_paid else ()))
    for line in lines:
        if line.state == State.CREDIT:
            _give_credit(file, by, line)
    file.applied_at = timezone.now()
    file.save(update_fields=["applied_at"])
    return now


def _hold(invoices: Iterable[int]) -> None:
    """Nobody else says anything of these invoices until this transaction is over."""
    list(
        Invoice.objects.select_for_update()
        .filter(pk__in=among(set(invoices)))
        .order_by("pk")
        .only("pk")
    )


def _told(
    file: BalanceFile, by: User | None, lines: Sequence[Line], paid: Sequence[Found]
) -> list[OpeningBalance]:
    of = {"workspace_id": file.workspace_id, "file": file, "as_at": file.as_at, "made_by": by}
    found = [
        OpeningBalance(
            **of, invoice_id=x.invoice.pk, line=x.line, before=x.invoice.before, amount=x.told
        )
        for x in lines
        if x.invoice and x.told is not None
    ]
    note = "stands in no line of the list"
    return found + [
        OpeningBalance(**of, invoice_id=x.pk, before=x.before, amount=Decimal(0), note=note)
        for x in paid
    ]


def _write(by: User | None, told: list[OpeningBalance]) -> None:
    OpeningBalance.objects.bulk_create(told, batch_size=BATCH)
    Allocation.objects.bulk_create(
        [
            _allocation(each, each.before - each.amount, by)
            for each in told
            if each.before != each.amount
        ],
        batch_size=BATCH,
    )


def _allocation(said: OpeningBalance, amount: Decimal, by: User | None) -> Allocation:
    return Allocation(
        workspace_id=said.workspace_id,
        invoice_id=said.invoice_id,
        opening=said,
        dated_on=said.as_at,
        amount=amount,
        made_by=by,
    )


def _give_credit(file: BalanceFile, by: User | None, line: Line) -> None:
    assert line.told is not None and line.client is not None  # noqa: PT018, S101  # for mypy alone
    payer = Payer(client=Client.objects.get(pk=line.client))
    told = Money(line.told, by, file.as_at, note=f"{file.name}, line {line.line}")
    credit = account_credit(payer, told, brought=True)
    OpeningCredit.objects.create(
        workspace_id=file.workspace_id, file=file, line=line.line, credit=credit
    )


def facts_since(said: Iterable[OpeningBalance]) -> set[int]:
    """The invoices of these balances that got a payment, or another balance, since they were told.

    Rows are written while their invoice is held, so of two the later one has the higher number.
    """
    moved = {each.invoice_id: each.pk for each in said if each.before != each.amount}
    told = Allocation.objects.filter(opening__in=among(moved.values()))
    own = dict(told.values_list("invoice_id", "pk"))
    among_them = {"invoice__in": among(moved)}
    paid = Allocation.objects.filter(**among_them, credit__isnull=False)
    found = {number for number, pk in paid.values_list("invoice_id", "pk") if pk > own[number]}
    again = OpeningBalance.objects.filter(**among_them, undone_at=None)
    return found | {n for n, pk in again.values_list("invoice_id", "pk") if pk > moved[n]}


@transaction.atomic
def undo(file: BalanceFile, by: User | None) -> Undone:
    """Take back what a file told, but for invoices and credits that were used since.

    Raises `Refused` if it was undone already, or was never applied.
    """
    file = BalanceFile.objects.select_for_update().get(pk=file.pk)
    if file.undone_at or not file.applied_at:
        raise Refused(_("There is nothing to be taken back."))
    said = list(file.balances.filter(undone_at=None).select_related("invoice").order_by("pk"))
    hold_clients(file.credits.values_list("credit__client", flat=True))
    _hold(each.invoice_id for each in said)
    used = facts_since(said)
    free = [each for each in said if each.invoice_id not in used]
    _take_back(free, by)
    credited, kept = _take_credits_back(file, by)
    file.undone_at, file.undone_by = timezone.now(), by
    file.save(update_fields=["undone_at", "undone_by"])
    numbers = [each.invoice.number for each in said if each.invoice_id in used]
    return Undone(len(free), credited, (*numbers, *kept))


def _take_back(said: list[OpeningBalance], by: User | None) -> None:
    moved = [each for each in said if each.before != each.amount]
    Allocation.objects.bulk_create(
        [_allocation(each, each.amount - each.before, by) for each in moved], batch_size=BATCH
    )
    OpeningBalance.objects.filter(pk__in=among(each.pk for each in said)).update(
        undone_at=timezone.now()
    )


def _take_credits_back(file: BalanceFile, by: User | None) -> tuple[int, list[str]]:
    """Credits that nobody has used are taken back; returns how many, and whose stay."""
    taken, kept = 0, []
    for each in file.credits.select_related("credit__client").order_by("pk"):
        if each.credit.reversals.exists():
            continue
        if _taken_back(each.credit, by, file.name):
            taken += 1
        else:
            kept.append(str(each.credit.client))
    return taken, kept


def _taken_back(credit: Credit, by: User | None, note: str) -> bool:
    if credit.allocations.exists():
        return False
    try:
        take_back_credit(credit, by, note, dated_on=credit.dated_on)
    except Refused:  # it was paid back to them
        return False
    return True


@transaction.atomic
def tell(
    invoice: Invoice, amount: Decimal, as_at: date, by: User | None, note: str = ""
) -> OpeningBalance:
    """Say by hand what is still due on an imported invoice as at a day. Raises `Refused`."""
    _hold([invoice.pk])
    invoice.refresh_from_db()
    _check(invoice, amount, as_at)
    said = OpeningBalance(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        as_at=as_at,
        before=balance_of(invoice, as_at),
        amount=amount,
        note=note,
        made_by=by,
    )
    said.save()
    if said.before != said.amount:
        _allocation(said, said.before - said.amount, by).save()
    return said


@transaction.atomic
def take_back(said: OpeningBalance, by: User | None) -> None:
    """Take back what was told of one invoice. Raises `Refused` if something has happened since."""
    _hold([said.invoice_id])
    said.refresh_from_db()
    if said.undone_at:
        raise Refused(_("This was taken back already."))
    if facts_since([said]):
        raise Refused(_("Something has happened to this invoice since: say its balance anew."))
    _take_back([said], by)


def _check(invoice: Invoice, amount: Decimal, as_at: date) -> None:
    if invoice.origin != Invoice.Origin.IMPORTED:
        raise Refused(_("What is due on an invoice made here is what its payments say."))
    if invoice.due == Invoice.Due.NOTHING or invoice.archived_at:
        raise Refused(_("Nothing is due on this invoice, as Cliniko has it."))
    if invoice.issued_on and invoice.issued_on > as_at:
        raise Refused(_("The invoice was issued after this day."))
    total = invoice.total_amount or Decimal(0)
    if not min(Decimal(0), total) <= amount <= max(Decimal(0), total):
        raise Refused(
            _("No more can be due than its total, %(total)s.") % {"total": f"{total:,.2f}"}
        )
    later = invoice.opening_balances.filter(undone_at=None, as_at__gt=as_at)
    if later.exists():
        raise Refused(_("Its balance was told as at a later day already."))
