"""Who owes an invoice: the contact that it is made out to, else the client; and their account.

This is the one place that says it of a row; `ageing` says it of all rows at once, in SQL.

A payer's *unapplied credit* is what came from them, or was credited, and no invoice has got.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from handover.billing.ledger import Balanced, collected_here, with_balances
from handover.billing.models import Allocation, Credit, Invoice
from handover.clients.models import Client, Contact
from handover.clients.search import among
from handover.core.money import NOUGHT, MoneyField

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

#: As at this day every fact counts.
EVER = date.max
FAR_AHEAD = date(9999, 1, 1)


class Left(TypedDict):
    """What `with_left` adds to a credit."""

    given: Decimal
    left: Decimal


class Kind(StrEnum):
    """What a payer is: a row, or only the words that stand on invoices."""

    CONTACT = "contact"
    CLIENT = "client"
    WORDS = "invoice"


class PayerKey(NamedTuple):
    """A payer by number, where no row is read.

    `number` is the contact's, the client's, or that of the first invoice with these `words`.
    """

    kind: Kind
    number: int
    words: str = ""


@dataclass(frozen=True)
class Payer:
    """A client or a contact as a row; one of the two."""

    client: Client | None = None
    contact: Contact | None = None

    def __str__(self) -> str:
        return str(self.contact or self.client)

    @property
    def row(self) -> Client | Contact:
        """The row of the one that it is."""
        found = self.contact or self.client
        assert found is not None  # noqa: S101  # one of the two is there
        return found

    @property
    def key(self) -> PayerKey:
        """The same by its number."""
        return PayerKey(Kind.CONTACT if self.contact is not None else Kind.CLIENT, self.row.pk)

    @property
    def workspace_id(self) -> int:
        """Whose they are."""
        return self.row.workspace_id


#: What `payer_of` reads of an invoice.
PAYERS = ("client", "contact")


def payer_of(invoice: Invoice) -> Payer | None:
    """Who owes an invoice, as a row; None where nobody knows."""
    if invoice.contact is not None:
        return Payer(contact=invoice.contact)
    return Payer(client=invoice.client) if invoice.client is not None else None


def payer_key(contact: int | None, client: int | None) -> PayerKey | None:
    """The same by the numbers that a row has of the two."""
    if contact is not None:
        return PayerKey(Kind.CONTACT, contact)
    return PayerKey(Kind.CLIENT, client) if client is not None else None


def invoices_of_payer(payer: Payer) -> QuerySet[Invoice]:
    """All that a payer was charged, drafts and archived ones left out."""
    found = Invoice.objects.exclude(status=Invoice.Status.DRAFT).filter(archived_at=None)
    if payer.contact is not None:
        return found.filter(contact=payer.contact)
    return found.filter(client=payer.client, contact=None)


def credits_of(payer: Payer) -> QuerySet[Credit]:
    """What came from a payer, was credited, written off or paid back."""
    return Credit.objects.filter(client=payer.client, contact=payer.contact)


def open_invoices(payer: Payer) -> "QuerySet[WithAnnotations[Invoice, Balanced]]":
    """What a payer still has to pay here, by all that is known, the oldest first."""
    found = with_balances(collected_here(invoices_of_payer(payer)), EVER)
    return found.filter(balance__gt=NOUGHT).order_by(Coalesce("issued_on", FAR_AHEAD), "pk")


def owed_by(payer: Payer, as_at: date = EVER) -> Decimal:
    """What a payer owes on all their invoices; below nought if more came than was charged."""
    found = with_balances(collected_here(invoices_of_payer(payer)), as_at)
    return found.aggregate(sum=Sum("balance"))["sum"] or NOUGHT


def unapplied_of(payer: Payer, as_at: date = EVER) -> Decimal:
    """The credit of a payer that no invoice has got."""
    came = credits_of(payer).filter(dated_on__lte=as_at).aggregate(sum=Sum("amount"))["sum"]
    given = Allocation.objects.filter(
        credit__client=payer.client, credit__contact=payer.contact, dated_on__lte=as_at
    ).aggregate(sum=Sum("amount"))["sum"]
    return (came or NOUGHT) - (given or NOUGHT)


def with_left(rows: QuerySet[Credit]) -> "QuerySet[WithAnnotations[Credit, Left]]":
    """Credits with `given`, what invoices have got of each, and what is `left` of it."""
    given = Allocation.objects.filter(credit=OuterRef("pk")).order_by().values("credit")
    sums = given.annotate(sum=Sum("amount")).values("sum")
    found = rows.annotate(
        given=Coalesce(Subquery(sums), NOUGHT, output_field=MoneyField()),
    )
    return found.annotate(left=F("amount") - F("given"))


def last_credit(payer: Payer) -> int:
    """A number that goes up with each payment or credit of a payer: what a form was made from."""
    return credits_of(payer).order_by("-pk").values_list("pk", flat=True).first() or 0


def hold(payer: Payer) -> None:
    """Let nobody else settle anything with this payer until the end of the transaction."""
    row = payer.row
    list(type(row)._default_manager.select_for_update(no_key=True).filter(pk=row.pk))


def hold_clients(numbers: Iterable[int]) -> None:
    """The same of many clients, by their numbers: before any invoice is held."""
    found = Client.objects.select_for_update(no_key=True).filter(pk__in=among(set(numbers)))
    list(found.order_by("pk").values_list("pk", flat=True))
