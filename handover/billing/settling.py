"""What lessens a debt: payments, credits given to invoices, credit notes, write-offs, refunds.

Facts are added and never changed; a mistake is taken back by a row that says the opposite. Whoever
settles holds the payer first, then the invoices by their numbers: of two who do it at once the
second sees what the first has done, and is refused what is not due any more. What is refused is
taken back as a whole, whatever its caller then does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from handover.accounts.models import User
from handover.billing.amounts import cents
from handover.billing.ledger import Balanced, collected_here, today, with_balances
from handover.billing.models import Allocation, Credit, Invoice
from handover.billing.numbering import take_credit_number
from handover.billing.payers import (
    EVER,
    Left,
    Payer,
    credits_of,
    hold,
    last_credit,
    open_invoices,
    payer_of,
    unapplied_of,
    with_left,
)
from handover.core.money import NOUGHT
from handover.core.tenancy.changing import Refused
from handover.practice.models import Location

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Kind, Status = Credit.Kind, Invoice.Status


@dataclass(frozen=True)
class Money:
    """What came, or is credited: how much, when, how, and who wrote it down."""

    amount: Decimal
    by: User | None
    dated_on: date | None = None
    method: str = ""
    note: str = ""
    location: Location | None = None


@transaction.atomic
def pay(
    payer: Payer,
    money: Money,
    among: Mapping[int, Decimal] | None = None,
    *,
    seen: int | None = None,
) -> Credit:
    """Write down a payment and give it to invoices; what they do not take is unapplied credit.

    `among` says how much for which invoice; without it, the oldest open ones get theirs first.
    `seen` is `last_credit` as the form was made: it refuses to be sent twice. Raises `Refused`.
    """
    _hold(payer, seen)
    amount = _positive(money.amount)
    shares = {each: _positive(share) for each, share in (among or {}).items() if share}
    if sum(shares.values(), NOUGHT) > amount:
        raise Refused(_("More is given to invoices than was paid."))
    if among is None:
        shares = _oldest_first(payer, amount)
    credit = _credit(Kind.PAYMENT, payer, money, amount)
    _give(credit, shares, money.by)
    return credit


@transaction.atomic
def account_credit(
    payer: Payer,
    money: Money,
    *,
    use: bool = False,
    brought: bool = False,
    seen: int | None = None,
) -> Credit:
    """Credit a payer's account: a credit note on no invoice. Raises `Refused`.

    With `use` their open invoices get it at once, the oldest first; the rest is unapplied credit.
    `brought`: they had it before the move, so it is no credit note of ours and has no number.
    """
    _hold(payer, seen)
    amount = _positive(money.amount)
    shares = _oldest_first(payer, amount) if use else {}
    _lock(list(shares))  # before the numbers, as every credit note does
    number = "" if brought else take_credit_number(payer.workspace_id)
    credit = _credit(Kind.ACCOUNT_CREDIT, payer, money, amount, number)
    _give(credit, shares, money.by)
    return credit


@transaction.atomic
def apply_credit(payer: Payer, by: User | None, only: Invoice | None = None) -> dict[int, Decimal]:
    """Give a payer's unapplied credit to their open invoices (or one), the oldest first.

    Returns how much each invoice got. Raises `Refused` if there is no credit, or nothing due.
    """
    hold(payer)
    left = unapplied_of(payer)
    wanted = open_invoices(payer)
    wanted = wanted.filter(pk=only.pk) if only is not None else wanted
    due = {each.pk: each.balance for each in wanted}
    if left <= 0 or not due:
        raise Refused(_("There is no credit to use, or nothing that it could pay."))
    got: dict[int, Decimal] = {}
    for credit in _with_something_left(payer):
        shares = _shared(min(left, credit.left), due)
        _give(credit, shares, by, since=today())
        for number, share in shares.items():
            got[number] = got.get(number, NOUGHT) + share
            due[number], left = due[number] - share, left - share
    return got


def _with_something_left(payer: Payer) -> "Iterable[WithAnnotations[Credit, Left]]":
    usable = credits_of(payer).filter(reverses=None, reversals=None).exclude(kind=Kind.REFUND)
    return with_left(usable).filter(left__gt=NOUGHT).order_by("dated_on", "pk")


@transaction.atomic
def credit_note(invoice: Invoice, money: Money, *, seen: int | None = None) -> Credit:
    """Credit some of what an invoice charged. Raises `Refused` beyond what it charged.

    Where the invoice was paid already, that much of its payments becomes unapplied credit again.
    """
    payer = _payer(invoice)
    _hold(payer, seen)
    (now,) = _held([invoice.pk])
    amount = _positive(money.amount)
    noted = Allocation.objects.filter(invoice=now, credit__kind=Kind.CREDIT_NOTE)
    before = noted.aggregate(sum=Sum("amount"))["sum"] or NOUGHT
    if amount > now.charged - before:
        raise Refused(_("This is more than the invoice charges."))
    over = amount - max(now.balance, NOUGHT)
    if over > 0:
        _release(now, over, money.by, money.dated_on or today())
    number = take_credit_number(payer.workspace_id)
    credit = _credit(Kind.CREDIT_NOTE, payer, money, amount, number)
    _give(credit, {now.pk: amount}, money.by)
    return credit


@transaction.atomic
def write_off(invoice: Invoice, money: Money, *, seen: int | None = None) -> Credit:
    """Give up what is still due on an invoice, or some of it. Raises `Refused`."""
    payer = _payer(invoice)
    _hold(payer, seen)
    credit = _credit(Kind.WRITE_OFF, payer, money, _positive(money.amount))
    _give(credit, {invoice.pk: credit.amount}, money.by)
    return credit


@transaction.atomic
def refund(payer: Payer, money: Money, *, seen: int | None = None) -> Credit:
    """Write down that unapplied credit was paid back. Raises `Refused` if there is less of it."""
    _hold(payer, seen)
    amount = _positive(money.amount)
    if amount > unapplied_of(payer):
        raise Refused(_("They have less credit than this: take back what it paid first."))
    return _credit(Kind.REFUND, payer, money, -amount)


@transaction.atomic
def take_back(
    credit: Credit, by: User | None, note: str = "", *, dated_on: date | None = None
) -> Credit:
    """Say the opposite of a payment or credit, today unless told a day. Raises `Refused`."""
    payer = Payer(client=credit.client, contact=credit.contact)
    hold(payer)
    if credit.reverses_id or credit.reversals.exists():
        raise Refused(_("This was taken back already."))
    given = credit.allocations.values("invoice").annotate(sum=Sum("amount"))
    shares = {each["invoice"]: -each["sum"] for each in given if each["sum"]}
    left = credit.amount + sum(shares.values(), NOUGHT)
    if left > unapplied_of(payer):
        raise Refused(_("Some of it was paid back to them: take the refund back first."))
    told = Money(-credit.amount, by, dated_on, credit.method, note, credit.location)
    opposite = _credit(credit.kind, payer, told, -credit.amount, reverses=credit)
    _lock(list(shares))
    _allocate(opposite, shares, by, opposite.dated_on)
    return opposite


def _hold(payer: Payer, seen: int | None) -> None:
    """Hold a payer; `seen` is `last_credit` as the form was made: none is taken twice."""
    hold(payer)
    if seen is not None and last_credit(payer) != seen:
        raise Refused(_("A payment or credit was written down since you opened this: look again."))


def _payer(invoice: Invoice) -> Payer:
    payer = payer_of(invoice)
    if payer is None:
        raise Refused(_("It is not known who owes this invoice."))
    return payer


def _positive(amount: Decimal) -> Decimal:
    if amount <= 0 or amount != cents(amount):
        raise Refused(_("Write an amount above nought, in dollars and cents."))
    return cents(amount)


def _credit(
    kind: str,
    payer: Payer,
    money: Money,
    amount: Decimal,
    number: str = "",
    *,
    reverses: Credit | None = None,
) -> Credit:
    day = money.dated_on or today()
    if day > today():
        raise Refused(_("This day is in the future."))
    return Credit.objects.create(
        workspace_id=payer.workspace_id,
        kind=kind,
        number=number,
        client=payer.client,
        contact=payer.contact,
        dated_on=day,
        amount=amount,
        method=money.method,
        note=money.note,
        location=money.location,
        made_by=money.by,
        reverses=reverses,
    )


def _oldest_first(payer: Payer, amount: Decimal) -> dict[int, Decimal]:
    return _shared(amount, {each.pk: each.balance for each in open_invoices(payer)})


def _shared(amount: Decimal, due: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """So much for each, in their order, until nothing is left."""
    shares = {}
    for number, balance in due.items():
        share = min(amount, balance)
        if share > 0:
            shares[number], amount = share, amount - share
    return shares


def _give(
    credit: Credit, shares: Mapping[int, Decimal], by: User | None, since: date | None = None
) -> None:
    """Give some of a credit to invoices of its payer, never more than is due on each."""
    payer = Payer(client=credit.client, contact=credit.contact)
    for invoice in _held(list(shares)):
        if payer_of(invoice) != payer:
            raise Refused(_("This invoice is somebody else's to pay."))
        if shares[invoice.pk] > invoice.balance:
            told = _("On invoice %(number)s %(due)s is due, and not more: somebody may have paid.")
            due = f"{max(invoice.balance, NOUGHT):,.2f}"
            raise Refused(told % {"number": invoice.number, "due": due})
    _allocate(credit, shares, by, since or credit.dated_on)


def _release(invoice: Invoice, amount: Decimal, by: User | None, since: date) -> None:
    """Take so much of what credits gave to an invoice back to them, the latest first."""
    given = Allocation.objects.filter(
        invoice=invoice, credit__isnull=False, credit__reverses=None, credit__reversals=None
    )
    sums = (
        given.values("credit").annotate(sum=Sum("amount"), day=Max("dated_on")).order_by("-credit")
    )
    for each in sums.exclude(credit__kind__in=(Kind.CREDIT_NOTE, Kind.WRITE_OFF)):
        share = min(amount, each["sum"])
        if share > 0:
            day = max(since, each["day"])
            _allocate(Credit.objects.get(pk=each["credit"]), {invoice.pk: -share}, by, day)
            amount -= share
    if amount > 0 and given.filter(credit__kind=Kind.WRITE_OFF).exists():
        # no money came for it: released, it would be credit that could be paid out
        raise Refused(_("Part of it was written off: take the write-off back first."))
    if amount > 0:
        raise Refused(
            _(
                "Part of it was paid before the move: credit what is due here, and the rest on"
                " their account."
            )
        )


def _allocate(credit: Credit, shares: Mapping[int, Decimal], by: User | None, since: date) -> None:
    """Write it down, from a day on, yet not before an invoice was issued; say where each stands."""
    issued = dict(Invoice.objects.filter(pk__in=shares).values_list("pk", "issued_on"))
    for number, share in shares.items():
        Allocation.objects.create(
            workspace_id=credit.workspace_id,
            invoice_id=number,
            credit=credit,
            dated_on=max(since, issued[number] or since),
            amount=share,
            made_by=by,
        )
    restate(list(shares))


def _lock(numbers: list[int]) -> None:
    list(Invoice.objects.select_for_update().filter(pk__in=numbers).order_by("pk"))


def _held(numbers: list[int]) -> "list[WithAnnotations[Invoice, Balanced]]":
    """Open or paid invoices, held until the end of the transaction, with their balances.

    Raises `Refused` for what nobody can pay here.
    """
    _lock(numbers)
    # asked once they are held: what was paid while we waited counts
    found = list(with_balances(Invoice.objects.filter(pk__in=numbers), EVER).order_by("pk"))
    here = set(collected_here(Invoice.objects.filter(pk__in=numbers)).values_list("pk", flat=True))
    for each in found:
        if each.status == Status.DRAFT or each.archived_at:
            raise Refused(_("This is a draft or archived: nothing is due on it."))
        if each.pk not in here:
            raise Refused(_("This invoice is collected in another system: write it down there."))
    if len(found) != len(set(numbers)):
        raise Refused(_("There is no such invoice."))
    return found


def restate(numbers: list[int]) -> None:
    """Say of invoices made here whether they are paid, as the ledger has it."""
    made = Invoice.objects.filter(
        pk__in=numbers, origin=Invoice.Origin.HERE, status__in=(Status.OPEN, Status.PAID)
    )
    for each in with_balances(made, EVER):
        status = Status.OPEN if each.balance > 0 else Status.PAID
        if status != each.status:
            Invoice.objects.filter(pk=each.pk).update(status=status)
