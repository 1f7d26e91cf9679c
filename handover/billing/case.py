"""Where the practice's debtors are collected, and what each of the three cases means for them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from handover.billing.ledger import kept_settings, today, with_balances
from handover.billing.models import BillingSettings, Debtors, Invoice

#: What each of the three cases means for the invoices that come.
MEANS = {
    Debtors.XERO_CONNECTED: _(
        "Your debtors are in Xero already. Imported invoices are history here: not in aged debtors,"
        " never asked for, and never sent to Xero a second time."
    ),
    Debtors.XERO: _(
        "What is outstanding can be brought into Xero once, with original numbers, dates and the"
        " amounts that are due. Until it is sent, it is collected here."
    ),
    Debtors.HERE: _(
        "Open invoices are collected in this workspace, with follow-ups and a report by age. Their"
        " full amount counts until you say what was paid."
    ),
}


@dataclass(frozen=True)
class Outstanding:
    """What is due on imported invoices by what is known today; `sent` of it is in Xero by us."""

    invoices: int
    amount: Decimal
    sent: int
    sent_amount: Decimal

    @property
    def here(self) -> int:
        """How many of them are collected here, unless Xero has them all."""
        return self.invoices - self.sent

    @property
    def here_amount(self) -> Decimal:
        """What is due on those."""
        return self.amount - self.sent_amount


def outstanding() -> Outstanding:
    """What the choice is about. The caller acts in the workspace."""
    unknown = Invoice.objects.filter(origin=Invoice.Origin.IMPORTED, due=Invoice.Due.NOT_KNOWN)
    owing = with_balances(unknown, today()).exclude(balance=Decimal(0))
    sent = Q(collected_elsewhere__isnull=False)
    found = owing.aggregate(
        invoices=Count("pk"),
        amount=Sum("balance", default=Decimal(0)),
        sent=Count("pk", filter=sent),
        sent_amount=Sum("balance", filter=sent, default=Decimal(0)),
    )
    return Outstanding(**found)


def cases() -> list[tuple[str, str, str]]:
    """Each case: its value, what it is called, and what it means."""
    return [(each.value, str(each.label), str(means)) for each, means in MEANS.items()]


def chosen() -> Debtors:
    """The case of the practice. The caller acts in the workspace."""
    told = BillingSettings.objects.values_list("debtors", flat=True).first()
    return Debtors(told or Debtors.UNKNOWN)


def choose(workspace_id: int, debtors: str) -> bool:
    """Say where debtors are collected; whether that is another case than before."""
    kept = kept_settings(workspace_id)
    if kept.debtors == debtors:
        return False
    kept.debtors = debtors
    kept.save(update_fields=["debtors"])
    return True
