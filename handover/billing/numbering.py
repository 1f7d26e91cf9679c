"""Numbers of invoices and credit notes: given once, one after the other, without a gap.

A number is taken in the transaction that uses it, with the settings held until its end: who comes
second waits, and what is taken back gives its number back. The first one goes on after the largest
number that was imported. A number that an imported invoice has already is passed over.
"""

from dataclasses import dataclass

from django.db import connection

from handover.billing.ledger import kept_settings
from handover.billing.models import BillingSettings, Invoice

#: What stands before the digits at the end of numbers, how many bear it, and the largest of them.
SERIES = r"""
SELECT prefix, count(*), max(digits::bigint), max(length(digits)), bool_or(digits LIKE '0%%')
FROM (
  SELECT substring(number from '^(.*?)[0-9]{1,15}$') AS prefix,
    substring(number from '([0-9]{1,15})$') AS digits
  FROM billing_invoice WHERE workspace_id = %s AND origin = 'imported'
) AS numbers
WHERE digits IS NOT NULL AND prefix IS NOT NULL AND length(prefix) <= 20
GROUP BY prefix ORDER BY count(*) DESC, prefix
"""


@dataclass(frozen=True)
class Series:
    """Numbers that begin alike: the largest, and to how many digits noughts fill them."""

    prefix: str
    largest: int
    digits: int


def imported_series(workspace_id: int) -> list[Series]:
    """The series of the imported invoices' numbers, the one with most invoices first."""
    with connection.cursor() as cursor:
        cursor.execute(SERIES, [workspace_id])
        return [
            Series(prefix, largest, width if filled else 1)
            for prefix, _count, largest, width, filled in cursor.fetchall()
        ]


def proposed(settings: BillingSettings) -> Series:
    """Where numbers go on, if nobody says otherwise: `largest` is the last one that is taken."""
    if settings.next_number is not None:
        return Series(settings.prefix, settings.next_number - 1, settings.digits)
    found = imported_series(settings.workspace_id)
    if settings.prefix:
        found = [each for each in found if each.prefix == settings.prefix]
    return found[0] if found else Series(settings.prefix, 0, settings.digits)


def take_number(workspace_id: int) -> str:
    """The next invoice's number; call it in the transaction that writes it down."""
    settings = _held(workspace_id)
    series = proposed(settings)
    settings.prefix, settings.digits = series.prefix, series.digits
    number = series.largest + 1
    if _is_taken(_written(series, number)):  # by an import that came later: go on after that
        known = (each.largest for each in imported_series(workspace_id) if _alike(each, series))
        number = max([series.largest, *known]) + 1
    while _is_taken(told := _written(series, number)):
        number += 1
    settings.next_number = number + 1
    settings.save(update_fields=("prefix", "digits", "next_number"))
    return told


def _alike(one: Series, other: Series) -> bool:
    return one.prefix == other.prefix


def _written(series: Series, number: int) -> str:
    return f"{series.prefix}{number:0{series.digits}d}"


def take_credit_number(workspace_id: int) -> str:
    """The next credit note's number; call it in the transaction that writes it down."""
    settings = _held(workspace_id)
    number = settings.next_credit_number
    settings.next_credit_number = number + 1
    settings.save(update_fields=("next_credit_number",))
    return f"{settings.credit_prefix}{number}"


def _held(workspace_id: int) -> BillingSettings:
    made = kept_settings(workspace_id)
    return BillingSettings.objects.select_for_update().get(pk=made.pk)


def _is_taken(number: str) -> bool:
    return Invoice.objects.filter(number=number).exists()
