"""What is due: worked out of dated facts, in one place.

On a day, an invoice has *charged* its total if it was issued by then, and its *balance* is that
less its allocations until then. An imported invoice that Cliniko calls paid or closed has charged
nothing here, whatever was once said of its balance; of an open one the full amount is due until
somebody tells what is. Drafts and archived invoices charge nothing.

The same sentence stands twice, for rows (`with_balances`) and for reports over all of them
(`CHARGED` and `COUNTS`, pieces of SQL); tests/test_ledger.py holds them to each other.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round
from django.utils import timezone

from handover.billing.models import Allocation, BillingSettings, Debtors, Invoice
from handover.core.money import NOUGHT, MoneyField
from handover.core.zones import identifier
from handover.practice.queries import practice_zone

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_AMOUNT = MoneyField()

#: What an invoice `i` has charged by the day %(as_at)s.
CHARGED = """CASE WHEN i.status = 'draft' OR i.archived_at IS NOT NULL OR i.due = 'nothing'
  OR i.issued_on > %(as_at)s THEN 0 ELSE coalesce(round(i.total_amount, 2), 0) END"""
#: Which allocations `a` of an invoice `i` count on the day %(as_at)s.
COUNTS = "a.dated_on <= %(as_at)s AND (a.credit_id IS NOT NULL OR i.due <> 'nothing')"
#: Whether an invoice `i` is marked as even on the day %(as_at)s and after. The database's triggers
#: keep the marks (migration 0009); without one, an invoice is reckoned.
SETTLED = """EXISTS (SELECT FROM billing_settled s
  WHERE s.invoice_id = i.id AND s.settled_on <= %(as_at)s)"""
#: Likewise, whether invoices have got all of a credit `c`.
SPENT = """EXISTS (SELECT FROM billing_spent s
  WHERE s.credit_id = c.id AND s.spent_on <= %(as_at)s)"""


class Balanced(TypedDict):
    """What `with_balances` adds to an invoice."""

    charged: Decimal
    settled: Decimal
    balance: Decimal


def with_balances(
    invoices: QuerySet[Invoice], as_at: date
) -> "QuerySet[WithAnnotations[Invoice, Balanced]]":
    """Invoices with `charged`, `settled` and `balance` as at a day, in the practice's money."""
    mine = Allocation.objects.filter(invoice=OuterRef("pk"), dated_on__lte=as_at)
    counted = mine.filter(Q(credit__isnull=False) | ~Q(invoice__due=Invoice.Due.NOTHING))
    settled = counted.order_by().values("invoice").annotate(sum=Sum("amount")).values("sum")
    nothing = (
        Q(status=Invoice.Status.DRAFT)
        | Q(archived_at__isnull=False)
        | Q(due=Invoice.Due.NOTHING)
        | Q(issued_on__gt=as_at)
    )
    charged = Case(
        When(nothing, then=Value(NOUGHT)),
        default=Coalesce(Round("total_amount", 2), NOUGHT, output_field=_AMOUNT),
        output_field=_AMOUNT,
    )
    return invoices.annotate(
        charged=charged, settled=Coalesce(Subquery(settled), NOUGHT, output_field=_AMOUNT)
    ).annotate(balance=F("charged") - F("settled"))


def balance_of(invoice: Invoice, as_at: date) -> Decimal:
    """What is due on one invoice as at a day; below nought if more came than was charged."""
    return with_balances(Invoice.objects.filter(pk=invoice.pk), as_at).get().balance


def local_now() -> datetime:
    """What the clock shows where the practice is."""
    zone = identifier(practice_zone())
    return timezone.localtime(timezone=ZoneInfo(zone) if zone else None)


def today() -> date:
    """The day that it is where the practice is: what falls due goes by its own clock."""
    return local_now().date()


def billing_settings(workspace_id: int) -> BillingSettings:
    """How this practice charges; the defaults, which nothing keeps yet, if it has said nothing."""
    found = BillingSettings.objects.filter(workspace_id=workspace_id).first()
    return found or BillingSettings(workspace_id=workspace_id)


def kept_settings(workspace_id: int) -> BillingSettings:
    """The same, for whoever changes it: a row with the defaults is made if there is none."""
    return BillingSettings.objects.get_or_create(workspace_id=workspace_id)[0]


def collected_here(invoices: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Those of the invoices that the practice asks for from here, and no other system."""
    kept = invoices.filter(collected_elsewhere__isnull=True)
    elsewhere = BillingSettings.objects.filter(debtors=Debtors.XERO_CONNECTED)
    if elsewhere.exists():
        kept = kept.exclude(origin=Invoice.Origin.IMPORTED)
    return kept
