"""What is sent to Xero, as JSON: values in, values out.

No clinical text leaves: a line says which invoice it is of and nothing of what was done. Names of
services and products tell of diagnoses, so none is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from handover.billing.splitting import split

LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE, LONGEST_NUMBER = 255, 255, 50, 255
Body = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of an invoice of ours: the name of its tax, and its amount with it."""

    tax: str
    amount: Decimal


@dataclass(frozen=True)
class Charge:
    """An invoice as it goes to Xero. `amount` is due, `paid` was paid before (or 0)."""

    number: str
    reference: str
    contact_id: str
    issued_on: date
    due_on: date
    amount: Decimal
    paid: Decimal
    lines: Sequence[Line]


@dataclass(frozen=True)
class Entry:
    """Where things are entered, and as what."""

    account_code: str
    taxes: Mapping[str, str]
    currency: str
    status: str
    full: bool

    def of(self, charge: Charge) -> Body:
        """The invoice."""
        return {
            "Type": "ACCREC",
            "InvoiceNumber": charge.number,
            "Reference": charge.reference,
            "Contact": {"ContactID": charge.contact_id},
            "Date": charge.issued_on.isoformat(),
            "DueDate": max(charge.due_on, charge.issued_on).isoformat(),
            "LineAmountTypes": "Inclusive",
            "CurrencyCode": self.currency,
            "Status": self.status,
            "SentToContact": True,
            "LineItems": [
                {
                    "Description": words,
                    "Quantity": 1,
                    "UnitAmount": amount,
                    "AccountCode": self.account_code,
                    "TaxType": kind,
                }
                for words, kind, amount in self.parts(charge)
            ],
        }

    def parts(self, charge: Charge) -> list[tuple[str, str, Decimal]]:
        """Its lines: what each says, its tax type, its amount. They add up to the cent."""
        if self.full:
            return self._all_lines(charge)
        weights = dict[str, Decimal]()
        for line in charge.lines:
            kind = self.taxes.get(line.tax, self.taxes[""])
            weights[kind] = weights.get(kind, Decimal(0)) + line.amount
        heavy = {kind: weight for kind, weight in weights.items() if weight > 0}
        heavy = heavy or {self.taxes[""]: Decimal(1)}
        words = f"Balance of invoice {charge.number}"
        parts = zip(heavy, split(charge.amount, list(heavy.values())), strict=True)
        return [(words, kind, amount) for kind, amount in parts if amount]

    def _all_lines(self, charge: Charge) -> list[tuple[str, str, Decimal]]:
        total = charge.amount + charge.paid
        lines = [each for each in charge.lines if each.amount > 0] or [Line("", total)]
        amounts = split(total, [each.amount for each in lines])
        return [
            (
                f"Invoice {charge.number}, line {number}",
                self.taxes.get(line.tax, self.taxes[""]),
                amount,
            )
            for number, (line, amount) in enumerate(zip(lines, amounts, strict=True), 1)
            if amount
        ]


def payment(invoice_id: str, amount: Decimal, code: str, on: date, reference: str) -> Body:
    """What was paid before, to the clearing account."""
    return {
        "Invoice": {"InvoiceID": invoice_id},
        "Account": {"Code": code},
        "Date": on.isoformat(),
        "Amount": amount,
        "Reference": reference,
    }


@dataclass(frozen=True)
class Payer:
    """Somebody who owes: no more of them than an invoice needs."""

    number: str
    pk: int
    name: str
    email: str = ""
    phone: str = ""

    def body(self, name: str) -> Body:
        """A new contact, under a name that is free."""
        told: Body = {"ContactNumber": self.number, "Name": name[:LONGEST_NAME]}
        if self.email and len(self.email) <= LONGEST_EMAIL:
            told["EmailAddress"] = self.email
        if self.phone:
            told["Phones"] = [{"PhoneType": "DEFAULT", "PhoneNumber": self.phone[:LONGEST_PHONE]}]
        return told
