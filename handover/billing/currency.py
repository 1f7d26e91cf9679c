"""Money as people read it, with the sign that the practice has chosen for it."""

from decimal import Decimal

from handover.accounts.models import PracticeDetails
from handover.core.tenancy import remembered


def currency() -> str:
    """The sign of the practice's money. The caller acts in the workspace."""

    def ask() -> str:
        found = PracticeDetails.objects.exclude(currency_symbol="")
        return found.values_list("currency_symbol", flat=True).first() or "$"

    return remembered("currency", (PracticeDetails,), ask)


def money(amount: Decimal | None, symbol: str) -> str:
    """An amount with its sign: `$1,234.50`; below nought a minus stands before it."""
    if amount is None:
        return "-"
    return f"{'−' if amount < 0 else ''}{symbol}{abs(amount):,.2f}"  # noqa: RUF001  # a minus
