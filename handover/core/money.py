"""Money in the database: exact decimals, never binary fractions."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

CENT = Decimal("0.01")
NOUGHT = Decimal(0)

if TYPE_CHECKING:
    _Decimal = models.DecimalField[Any, Any]
else:
    _Decimal = models.DecimalField  # generic for the type checker alone


class MoneyField(_Decimal):
    """An amount with up to six decimals: unit prices come with more than two, and none is cut."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Django's own options
        options.setdefault("max_digits", 18)
        options.setdefault("decimal_places", 6)
        super().__init__(**options)


class IssuedAmount(MoneyField):
    """An amount as it was issued, with up to twelve decimals.

    Prices without tax are worked back from those with it, and come with many; what was issued is
    not rounded afterwards.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        options.setdefault("max_digits", 24)
        options.setdefault("decimal_places", 12)
        options.setdefault("null", True)
        super().__init__(**options)
