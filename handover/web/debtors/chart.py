"""The chart of a report: a bar for each bucket, drawn by the template as plain SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEIGHT, WIDTH, STEP, FLOOR = 130, 72, 100, 155  # in the units of the drawing


@dataclass(frozen=True)
class Bar:
    """One bar: where it begins and ends, and its share of the longest one, from 0 to 1."""

    name: str
    amount: Decimal
    share: Decimal
    x: int

    @property
    def height(self) -> int:
        """Of the bar; what is below nought has none, the number above it says so."""
        return int(self.share * HEIGHT)

    @property
    def y(self) -> int:
        """Where the bar begins, from above."""
        return FLOOR - self.height

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + WIDTH // 2

    @property
    def above(self) -> int:
        """Where its amount stands."""
        return self.y - 6


def bars_of(amounts: Sequence[Decimal], names: Sequence[str]) -> list[Bar]:
    """A bar for each amount, in their order."""
    most = max([*amounts, Decimal(0)]) or Decimal(1)
    return [
        Bar(name, amount, max(amount, Decimal(0)) / most, number * STEP + (STEP - WIDTH) // 2)
        for number, (name, amount) in enumerate(zip(names, amounts, strict=True))
    ]
