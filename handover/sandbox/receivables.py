"""What is still owed to the simulated practice, as Cliniko would print it; its API does not tell.

Each open invoice has been paid in part or not at all, by a rule over its number: so the list is the
same each time, and what an import shows can be held against it. Open credits stand as they are.
"""

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handover.sandbox.jsontypes import Json, Record

OPEN, OPEN_CREDIT = 10, 40
ENDS = (0, 30, 60, 90)
HEADINGS = ("Invoice #", "Issue date", "Patient", "Invoice total", "Outstanding")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Receivable:
    """One open invoice; `outstanding` may be nought: then nobody at Cliniko has closed it yet."""

    number: int
    issued: date
    name: str
    total: Decimal
    outstanding: Decimal


@dataclass(frozen=True)
class Aged:
    """How many invoices are owed, how much, and by age: current, to 30, to 60, to 90, beyond."""

    number: int
    total: Decimal
    buckets: tuple[Decimal, ...]


def receivables(records: dict[str, list[Record]], as_at: date) -> list[Receivable]:
    """The open invoices that were issued by a day, in the order of their numbers."""
    names = {
        str(row["id"]): f"{row.get('first_name') or ''} {row.get('last_name') or ''}".strip()
        for row in records["patients"]
    }
    found = [
        _receivable(row, names)
        for row in records["invoices"]
        if row["status"] in {OPEN, OPEN_CREDIT} and not row["archived_at"]
    ]
    by_then = (each for each in found if each.issued <= as_at)
    return sorted(by_then, key=lambda each: each.number)


def _receivable(row: Record, names: dict[str, str]) -> Receivable:
    number, total = int(str(row["number"])), Decimal(str(row["total_amount"])).quantize(CENT)
    issued = date.fromisoformat(str(row["issue_date"]))
    return Receivable(number, issued, _name(row.get("patient"), names), total, _left(number, total))


def _left(number: int, total: Decimal) -> Decimal:
    if total <= 0:
        return total
    if number % 11 == 0:
        return Decimal(0)
    if number % 3 == 0:
        return total - (total / 3).quantize(CENT)
    return total


def _name(relation: Json, names: dict[str, str]) -> str:
    if not isinstance(relation, dict) or not isinstance(relation["links"], dict):
        return ""
    return names.get(str(relation["links"]["self"]).rsplit("/", 1)[1], "")


def aged(rows: list[Receivable], as_at: date, *, full: bool) -> Aged:
    """The list by age, from the day of issue; `full`: as if nothing had been paid in part."""
    buckets = [Decimal(0)] * (len(ENDS) + 1)
    number = 0
    for row in rows:
        amount = row.total if full else row.outstanding
        days = (as_at - row.issued).days
        buckets[sum(days > end for end in ENDS)] += amount
        number += amount != 0
    return Aged(number, sum(buckets, Decimal(0)), tuple(buckets))


def as_csv(rows: list[Receivable]) -> bytes:
    """The list as a bookkeeper would export it: what is outstanding, and its sum below."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Aged receivables", "", "", "", ""])
    writer.writerow(HEADINGS)
    owed = [row for row in rows if row.outstanding]
    for row in owed:
        day = row.issued.strftime("%d/%m/%Y")
        writer.writerow([row.number, day, row.name, _money(row.total), _money(row.outstanding)])
    writer.writerow(["", "", "", "", _money(sum((row.outstanding for row in owed), Decimal(0)))])
    return out.getvalue().encode("utf-8-sig")


def _money(amount: Decimal) -> str:
    return f"(${-amount:,.2f})" if amount < 0 else f"${amount:,.2f}"
