"""Aged debtors: who owes what as at a day, and for how long.

One statement over the ledger's dated facts (`ledger.CHARGED`, `ledger.COUNTS`): so a report as at
a day is the ledger as at that day, whatever came since. What is marked as even by that day is left
out unread (`ledger.SETTLED`, `ledger.SPENT`): most of what a practice charged. An invoice is in
one bucket, by the days from when it was due (or issued) to the day of the report. What is below
nought, such as an open credit, lessens the bucket of its own day. What no invoice has got of a
credit stands apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as later

from handover.billing.ledger import CHARGED, COUNTS, SETTLED, SPENT
from handover.billing.models import BillingSettings, Debtors, Invoice
from handover.billing.payers import Kind, PayerKey
from handover.billing.queries import Limits
from handover.core.money import NOUGHT

#: The last day of each bucket but the last one: so many days after an invoice was due.
LAST_DAYS = (0, 30, 60, 90)
BUCKETS = len(LAST_DAYS) + 1


class By(TextChoices):
    """From when on an invoice grows old; one that was never said to be due, from its issue."""

    DUE = "due", later("Due date")
    ISSUED = "issued", later("Invoice date")


@dataclass(frozen=True)
class Asked:
    """What a report is asked for: of one location or practitioner, if they are given.

    `elsewhere`: with invoices that were sent to another system, too. `limits`: of these alone.
    """

    as_at: date
    by: By = By.DUE
    location: int | None = None
    practitioner: int | None = None
    elsewhere: bool = True
    limits: Limits | None = None

    @property
    def whole(self) -> bool:
        """Whether credits can be told: they belong to a payer, to no place and no practitioner."""
        return not (self.location or self.practitioner)


@dataclass(frozen=True)
class Aged:
    """One payer's line: what they owe by bucket, `elsewhere` of it collected by another system.

    `unapplied` is credit that no invoice has got.
    """

    payer: PayerKey
    buckets: tuple[Decimal, ...]
    invoices: int
    elsewhere: Decimal
    unapplied: Decimal
    oldest: date | None

    @property
    def total(self) -> Decimal:
        """All buckets together."""
        return sum(self.buckets, NOUGHT)


@dataclass(frozen=True)
class Debt:
    """One invoice on which something is due. `days` after it was due; below one, not yet."""

    invoice: int
    number: str
    issued_on: date | None
    due_on: date | None
    charged: Decimal
    balance: Decimal
    days: int
    elsewhere: bool
    client: int | None
    imported: bool

    @property
    def bucket(self) -> int:
        """In which of the buckets it is, from 0."""
        return sum(self.days > last for last in LAST_DAYS)


@dataclass(frozen=True)
class Report:
    """All payers who owe or have credit, who owes most first, and the sums of them all."""

    asked: Asked
    rows: tuple[Aged, ...]
    totals: Aged


# What is asked in each statement. %(among)s and the like are values, never text of a person.
_WORDS = r"btrim(split_part(replace(i.recipient, E'\r', ''), E'\n', 1))"
_DAYS = {
    By.DUE: "coalesce(%(as_at)s::date - coalesce(i.due_on, i.issued_on), 0)",
    By.ISSUED: "coalesce(%(as_at)s::date - i.issued_on, 0)",
}
_ELSEWHERE = "i.id IN (SELECT e.invoice_id FROM billing_collectedelsewhere e)"
_WITHIN = """(i.client_id = ANY(%(clients)s)
  OR i.client_id IS NULL AND i.practitioner_id = ANY(%(practitioners)s))"""
_DUE = """due AS (
  SELECT i.id, i.number, i.issued_on, i.due_on, i.contact_id AS contact,
    CASE WHEN i.contact_id IS NULL THEN i.client_id END AS client, i.client_id,
    CASE WHEN i.contact_id IS NULL AND i.client_id IS NULL THEN {words} END AS words,
    {days} AS days, {charged} AS charged,
    {charged} - coalesce(sum(a.amount), 0) AS balance,
    {elsewhere} AS elsewhere, i.origin = 'imported' AS imported
  FROM billing_invoice i
  LEFT JOIN billing_allocation a ON a.invoice_id = i.id AND {counts}
  WHERE {among}
  GROUP BY i.id
)"""
_OWED = """owed AS (
  SELECT CASE WHEN contact IS NOT NULL THEN 'contact' WHEN client IS NOT NULL THEN 'client'
      ELSE 'invoice' END AS kind,
    coalesce(contact, client, min(id)) AS number, coalesce(words, '') AS words,
    {buckets}, count(*) AS invoices,
    coalesce(sum(balance) FILTER (WHERE elsewhere), 0) AS elsewhere,
    min(coalesce(due_on, issued_on)) AS oldest
  FROM due WHERE balance <> 0 GROUP BY contact, client, words
)"""
_CREDIT = """unspent AS (
  SELECT * FROM billing_credit c WHERE {of} AND NOT {spent}
), moved AS (
  SELECT contact_id, client_id, amount FROM unspent WHERE dated_on <= %(as_at)s
  UNION ALL
  SELECT c.contact_id, c.client_id, -a.amount
  FROM billing_allocation a JOIN unspent c ON c.id = a.credit_id WHERE a.dated_on <= %(as_at)s
), unapplied AS (
  SELECT CASE WHEN contact_id IS NULL THEN 'client' ELSE 'contact' END AS kind,
    coalesce(contact_id, client_id) AS number, sum(amount) AS rest
  FROM moved GROUP BY contact_id, client_id HAVING sum(amount) <> 0
)"""


def aged_debtors(asked: Asked) -> Report:
    """Who owes what as at a day. The caller acts in the workspace."""
    named = ", ".join(f"o.b{number}" for number in range(BUCKETS))
    statement = (
        f"WITH {_due(asked)}, {_OWED.format(buckets=_sums())},"  # noqa: S608  # pieces of ours
        f" {_CREDIT.format(of=_whose_credit(asked), spent=SPENT)}"
        " SELECT coalesce(o.kind, u.kind), coalesce(o.number, u.number), coalesce(o.words, ''),"
        f" {named}, coalesce(o.invoices, 0), coalesce(o.elsewhere, 0), coalesce(u.rest, 0),"
        " o.oldest"
        " FROM owed o FULL JOIN unapplied u ON u.kind = o.kind AND u.number = o.number"
    )
    rows = [_aged(row) for row in _asked(statement, _values(asked))]
    rows.sort(key=lambda row: (-row.total, row.payer.kind, row.payer.number))
    return Report(asked, tuple(rows), _together(rows))


def debts_of(asked: Asked, payer: PayerKey) -> list[Debt]:
    """The invoices on which a payer owes, the oldest first."""
    statement = (
        f"WITH {_due(asked, _of(payer))}"  # noqa: S608
        " SELECT id, number, issued_on, due_on, charged, balance, days, elsewhere, client_id,"
        " imported"
        " FROM due WHERE balance <> 0 ORDER BY days DESC, issued_on, id"
    )
    return [Debt(*row) for row in _asked(statement, _values(asked) | _whose(payer))]


def unapplied_of(asked: Asked, payer: PayerKey) -> Decimal:
    """The credit of a payer that no invoice has got by the day of the report."""
    if payer.kind == Kind.WORDS or not asked.whole or _is_hidden(asked, payer):
        return NOUGHT
    column = f"{payer.kind}_id"
    statement = (
        "SELECT coalesce(sum(c.amount - coalesce((SELECT sum(a.amount) FROM billing_allocation a"  # noqa: S608
        " WHERE a.credit_id = c.id AND a.dated_on <= %(as_at)s), 0)), 0) FROM billing_credit c"
        f" WHERE c.{column} = %(payer)s AND c.dated_on <= %(as_at)s"
    )
    return Decimal(_asked(statement, _values(asked) | _whose(payer))[0][0])


def _is_hidden(asked: Asked, payer: PayerKey) -> bool:
    if asked.limits is None:
        return False
    return payer.kind != Kind.CLIENT or payer.number not in asked.limits.clients


def words_of(invoice: Invoice) -> str:
    """Who stands on an invoice, as payers are told apart by it: its first line."""
    return invoice.recipient.replace("\r", "").split("\n")[0].strip(" ")


def _due(asked: Asked, more: str = "") -> str:
    among = [
        "(%(history)s OR i.origin <> 'imported')",
        f"(%(elsewhere)s OR NOT {_ELSEWHERE})",
        f"NOT {SETTLED}",
    ]
    among += ["i.location_id = %(location)s"] if asked.location else []
    among += ["i.practitioner_id = %(practitioner)s"] if asked.practitioner else []
    among += [_WITHIN] if asked.limits is not None else []
    among += [more] if more else []
    return _DUE.format(
        words=_WORDS,
        days=_DAYS[asked.by],
        charged=CHARGED,
        counts=COUNTS,
        elsewhere=_ELSEWHERE,
        among=" AND ".join(among),
    )


def _of(payer: PayerKey) -> str:
    if payer.kind == Kind.CONTACT:
        return "i.contact_id = %(payer)s"
    nobody = "i.contact_id IS NULL AND i.client_id"
    return (
        f"{nobody} = %(payer)s"
        if payer.kind == Kind.CLIENT
        else f"{nobody} IS NULL AND {_WORDS} = %(words)s"
    )


def _whose_credit(asked: Asked) -> str:
    if not asked.whole:
        return "FALSE"
    return "TRUE" if asked.limits is None else "c.client_id = ANY(%(clients)s)"


def _sums() -> str:
    edges = [None, *LAST_DAYS, None]
    found = []
    for number in range(BUCKETS):
        first, last = edges[number], edges[number + 1]
        within = [f"days > {first}"] if first is not None else []
        within += [f"days <= {last}"] if last is not None else []
        test = " AND ".join(within)
        found.append(f"coalesce(sum(balance) FILTER (WHERE {test}), 0) AS b{number}")
    return ", ".join(found)


def _values(asked: Asked) -> dict[str, Any]:
    in_xero = BillingSettings.objects.filter(debtors=Debtors.XERO_CONNECTED).exists()
    return {
        "as_at": asked.as_at,
        "history": not in_xero,
        "elsewhere": asked.elsewhere,
        "location": asked.location,
        "practitioner": asked.practitioner,
        "clients": list(asked.limits.clients) if asked.limits else [],
        "practitioners": list(asked.limits.practitioners) if asked.limits else [],
    }


def _whose(payer: PayerKey) -> dict[str, Any]:
    return {"payer": payer.number, "words": payer.words}


def _asked(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _aged(row: Sequence[Any]) -> Aged:
    kind, number, words, *rest = row
    buckets, (invoices, elsewhere, unapplied, oldest) = rest[:BUCKETS], rest[BUCKETS:]
    given = tuple(each or NOUGHT for each in buckets)
    return Aged(PayerKey(Kind(kind), number, words), given, invoices, elsewhere, unapplied, oldest)


def _together(rows: Sequence[Aged]) -> Aged:
    columns = zip(*(row.buckets for row in rows), strict=True) if rows else [()] * BUCKETS
    return Aged(
        PayerKey(Kind.WORDS, 0),
        tuple(sum(each, NOUGHT) for each in columns),
        sum(row.invoices for row in rows),
        sum((row.elsewhere for row in rows), NOUGHT),
        sum((row.unapplied for row in rows), NOUGHT),
        min((row.oldest for row in rows if row.oldest), default=None),
    )
