"""Which invoices somebody sees, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from handover.accounts.models import User
from handover.billing.ledger import Balanced, with_balances
from handover.billing.models import NO_DAY, Invoice
from handover.billing.payers import EVER
from handover.core.money import NOUGHT
from handover.scheduling.queries import clients_of, practitioners_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

Status, Due = Invoice.Status, Invoice.Due
DRAFT, AWAITING, OVERDUE, PAID, CREDIT = "draft", "awaiting", "overdue", "paid", "credit"

#: What is paid or closed owes nothing, wherever it was made.
MAY_OWE = (Status.OPEN, Status.UNKNOWN, Status.OPEN_CREDIT)


def invoices_of(user: User) -> QuerySet[Invoice]:
    """The invoices of the workspace that somebody may see.

    Who is limited to their own clients sees the invoices about those, and of invoices that are
    about no client, those in their own name.
    """
    found = Invoice.objects.filter(workspace_id=user.workspace_id)
    if not user.own_clients_only:
        return found
    return found.filter(Q(client__in=clients_of(user)) | Q(client=None, practitioner__user=user))


@dataclass(frozen=True)
class Limits:
    """Which invoices `invoices_of` leaves to somebody who is limited, in numbers: for reports.

    Those about these `clients`, and those about no client in the name of these `practitioners`.
    """

    clients: tuple[int, ...]
    practitioners: tuple[int, ...] = ()


def limits_of(user: User) -> Limits | None:
    """What somebody is limited to; None for who sees all invoices."""
    if not user.own_clients_only:
        return None
    clients = clients_of(user).values_list("pk", flat=True)
    return Limits(tuple(clients), tuple(practitioners_of(user)))


def standing_of(invoice: "WithAnnotations[Invoice, Balanced]", today: date) -> str:
    """Where an invoice stands today: one of the names above, or what its source says of it."""
    if invoice.status == Status.DRAFT:
        return DRAFT
    if invoice.due == Due.NOTHING and not invoice.balance:
        return PAID if invoice.status == Status.PAID else invoice.status
    if invoice.balance <= 0:
        return CREDIT if invoice.balance < 0 else PAID
    falls_due = invoice.due_on or invoice.issued_on
    return OVERDUE if falls_due is not None and falls_due < today else AWAITING


def standing_so(
    invoices: "QuerySet[WithAnnotations[Invoice, Balanced]]", standing: str, today: date
) -> "QuerySet[WithAnnotations[Invoice, Balanced]]":
    """Those of the invoices that stand so; all of them for ""."""
    issued = invoices.exclude(status=Status.DRAFT)
    # the index by status leaves few whose balance has to be worked out
    owing = invoices.filter(status__in=MAY_OWE, balance__gt=NOUGHT, archived_at=None)
    owing = owing.alias(falls_due=Coalesce("due_on", "issued_on", NO_DAY))
    found: Mapping[str, QuerySet[WithAnnotations[Invoice, Balanced]]] = {
        DRAFT: invoices.filter(status=Status.DRAFT),
        AWAITING: owing.filter(Q(falls_due__gte=today) | Q(falls_due=NO_DAY)),
        OVERDUE: owing.filter(falls_due__lt=today).exclude(falls_due=NO_DAY),
        PAID: issued.filter(balance=NOUGHT, archived_at=None),
        CREDIT: issued.filter(balance__lt=NOUGHT, archived_at=None),
    }
    return found.get(standing, invoices)


def in_order(
    invoices: QuerySet[Invoice],
) -> "QuerySet[WithAnnotations[Invoice, Balanced]]":
    """With their balances, and with the `day` that lists of them go by."""
    found = with_balances(invoices, EVER)
    return found.annotate(day=Coalesce(F("issued_on"), NO_DAY))
