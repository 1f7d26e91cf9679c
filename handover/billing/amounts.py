"""What a line charges, and what lines come to. Each amount of a line is rounded to the cent, half a
cent up, and a total is the sum of what its lines say: so the paper adds up as anybody would add it.

With prices that include tax, the tax is what it is of the line's total; with prices that do not, it
is put on top. A line that charges 110.00 with 10 % in it says the same either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from handover.billing.models import BillingSettings
from handover.core.money import CENT

NOUGHT = Decimal("0.00")
HUNDRED = Decimal(100)
TaxMode = BillingSettings.TaxMode


@dataclass(frozen=True)
class Price:
    """What a line is worked out of: amounts in money, `rate` and a discount of it in percent."""

    unit_price: Decimal
    quantity: Decimal = Decimal(1)
    rate: Decimal = NOUGHT
    discount: Decimal = NOUGHT
    discount_is_percent: bool = True


@dataclass(frozen=True)
class Amounts:
    """What a line or an invoice comes to, to the cent: `net` and `tax` add up to `total`."""

    net: Decimal
    tax: Decimal
    total: Decimal
    discount: Decimal


def cents(amount: Decimal) -> Decimal:
    """An amount to the cent; half a cent counts as one."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line_amounts(price: Price, mode: str) -> Amounts:
    """What one line comes to; a discount never takes more than there is."""
    full = cents(price.unit_price * price.quantity)
    off = full * price.discount / HUNDRED if price.discount_is_percent else price.discount
    discount = min(cents(off), full)
    left, rate = full - discount, price.rate
    if mode == TaxMode.TAX_INCLUSIVE:
        tax = cents(left * rate / (HUNDRED + rate))
        return Amounts(left - tax, tax, left, discount)
    tax = cents(left * rate / HUNDRED) if mode == TaxMode.TAX_EXCLUSIVE else NOUGHT
    return Amounts(left, tax, left + tax, discount)


def added_up(lines: Iterable[Amounts]) -> Amounts:
    """What lines come to together."""
    net, tax, total, discount = NOUGHT, NOUGHT, NOUGHT, NOUGHT
    for each in lines:
        net, tax = net + each.net, tax + each.tax
        total, discount = total + each.total, discount + each.discount
    return Amounts(net, tax, total, discount)
