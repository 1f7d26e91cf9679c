"""An amount in parts that add up to it, to the cent."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal, localcontext

from handover.core.money import CENT, NOUGHT


def split(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """`total`, in whole cents, in as many parts as there are weights: by largest remainder.

    No part is a cent or more away from its share, and a part without weight gets nothing. Where
    none has any, all have the same. `ValueError` if there are no weights, if one is below nought,
    or if `total` is no number of cents.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights are nought or more, and there is one at least")
    if total != total.quantize(CENT):
        raise ValueError("what is split is a number of cents")
    with localcontext(prec=60):
        parts = _in_cents(int(abs(total) / CENT), weights)
        return [(part if total >= 0 else -part) * CENT for part in parts]


def _in_cents(cents: int, weights: Sequence[Decimal]) -> list[int]:
    heavy = sum(weights, NOUGHT)
    if not heavy:
        weights, heavy = [Decimal(1)] * len(weights), Decimal(len(weights))
    shares = [cents * weight / heavy for weight in weights]
    parts = [int(share.to_integral_value(ROUND_FLOOR)) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda each: parts[each] - shares[each])
    for each in by_remainder[: cents - sum(parts)]:
        parts[each] += 1
    return parts
