"""The books of one organisation: accounts, tax rates, contacts, invoices, payments.

An independent reading of Xero's rules; nothing here is shared with the client that is tried on it.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Thing = dict[str, Any]
CENT = Decimal("0.01")
GONE = {"DELETED", "VOIDED"}
_MS_DATE = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


class Invalid(Exception):
    """What is wrong with a thing that was sent, in Xero's words."""


def day_of(text: object) -> date:
    """A day as clients write it: ``2026-11-23`` or ``/Date(1795392000000+0000)/``."""
    found = _MS_DATE.fullmatch(str(text))
    if found:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))).date()
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        raise Invalid(f"{text} is not a valid date") from None


def shown_day(day: date) -> str:
    """A day as Xero writes it."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def _rate(name: str, kind: str, percent: str) -> Thing:
    return {
        "Name": name,
        "TaxType": kind,
        "ReportTaxType": kind,
        "Status": "ACTIVE",
        "CanApplyToRevenue": kind != "INPUT",
        "DisplayTaxRate": Decimal(percent),
        "EffectiveRate": Decimal(percent),
        "TaxComponents": [{"Name": "GST", "Rate": Decimal(percent)}],
    }


def _account(code: str, name: str, kind: str, **more: object) -> Thing:
    classes = {"SALES": "REVENUE", "REVENUE": "REVENUE", "EXPENSE": "EXPENSE"}
    return {
        "AccountID": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "Code": code,
        "Name": name,
        "Type": kind,
        "Class": classes.get(kind, "ASSET"),
        "Status": "ACTIVE",
        "EnablePaymentsToAccount": False,
        "TaxType": "EXEMPTOUTPUT" if classes.get(kind) == "REVENUE" else "BASEXCLUDED",
        **more,
    }


@dataclass
class Books:
    """One organisation."""

    name: str
    tenant_id: str
    locked_until: date | None = None
    accounts: list[Thing] = field(
        default_factory=lambda: [
            _account("090", "Business Bank Account", "BANK"),
            _account("200", "Consultations", "SALES"),
            _account("210", "Products", "SALES"),
            _account("260", "Other Revenue", "REVENUE"),
            _account("400", "Advertising", "EXPENSE"),
            _account("610", "Accounts Receivable", "CURRENT", SystemAccount="DEBTORS"),
            _account("885", "Clearing of old debts", "CURRENT", EnablePaymentsToAccount=True),
        ]
    )
    tax_rates: list[Thing] = field(
        default_factory=lambda: [
            _rate("GST on Income", "OUTPUT", "10"),
            _rate("GST Free Income", "EXEMPTOUTPUT", "0"),
            _rate("BAS Excluded", "BASEXCLUDED", "0"),
            _rate("GST on Expenses", "INPUT", "10"),
        ]
    )
    contacts: dict[str, Thing] = field(default_factory=dict)
    invoices: dict[str, Thing] = field(default_factory=dict)

    @property
    def organisation(self) -> Thing:
        """What it says of itself."""
        told: Thing = {
            "OrganisationID": self.tenant_id,
            "Name": self.name,
            "LegalName": self.name,
            "Version": "AU",
            "BaseCurrency": "AUD",
            "CountryCode": "AU",
            "SalesTaxBasis": "CASH",
            "Timezone": "AUSEASTERNSTANDARDTIME",
        }
        if self.locked_until:
            told["PeriodLockDate"] = shown_day(self.locked_until)
        return told

    # contacts

    def save_contact(self, given: Thing) -> Thing:
        """Make a contact, or change the one of this id or number."""
        name = str(given.get("Name") or "").strip()
        known = self._contact_of(given)
        if known is None and not name:
            raise Invalid("The Contact Name must be specified")
        for each in self.contacts.values():
            same = each["Name"].casefold() == name.casefold()
            if same and each["ContactStatus"] == "ACTIVE" and each is not known:
                raise Invalid(
                    f"The contact name {name} is already assigned to another contact."
                    " The contact name must be unique across all active contacts."
                )
        kept = known or {"ContactID": str(uuid.uuid4()), "ContactStatus": "ACTIVE"}
        kept |= given
        self.contacts[kept["ContactID"]] = kept
        return kept

    def _contact_of(self, given: Thing) -> Thing | None:
        if given.get("ContactID"):
            found = self.contacts.get(str(given["ContactID"]))
            if found is None:
                raise Invalid("A Contact must be specified for this type of transaction")
            return found
        number, name = given.get("ContactNumber"), str(given.get("Name") or "").casefold()
        for each in self.contacts.values():
            if number and each.get("ContactNumber") == number:
                return each
            if not number and name and each["Name"].casefold() == name:
                return each
        return None

    # invoices

    def save_invoice(self, given: Thing, *, create: bool) -> Thing:
        """Make an invoice; or change the one of its id or number, which ends as it is sent."""
        known = self._known(given)
        if known is not None and create:
            raise Invalid("Invoice # must be unique.")
        invoice = dict(known or {"InvoiceID": str(uuid.uuid4()), "Payments": []})
        invoice |= {name: value for name, value in given.items() if name not in invoice}
        if known is not None:
            invoice |= given
        self._check(invoice)
        invoice["Contact"] = self._contact_of(given.get("Contact") or {}) or self.save_contact(
            given.get("Contact") or {}
        )
        self._count(invoice)
        self.invoices[invoice["InvoiceID"]] = invoice
        return invoice

    def _known(self, given: Thing) -> Thing | None:
        if given.get("InvoiceID"):
            return self.invoices.get(str(given["InvoiceID"]))
        for each in self.by_numbers([str(given.get("InvoiceNumber"))]):
            if each["Type"] == "ACCREC" and each["Status"] not in GONE:
                return each
        return None

    def by_numbers(self, numbers: list[str]) -> Iterator[Thing]:
        """The invoices of these numbers, whatever became of them."""
        wanted = set(numbers)
        yield from (each for each in self.invoices.values() if each.get("InvoiceNumber") in wanted)

    def _check(self, invoice: Thing) -> None:
        if invoice.get("Type") not in {"ACCREC", "ACCPAY"}:
            raise Invalid("Invoice Type is not valid")
        status = invoice.setdefault("Status", "DRAFT")
        if status not in {"DRAFT", "SUBMITTED", "AUTHORISED"}:
            raise Invalid("Invoice not of valid status for creation")
        day = day_of(invoice.get("Date"))
        if self.locked_until and day <= self.locked_until and status == "AUTHORISED":
            raise Invalid("The document date cannot be before the period lock date.")
        lines = invoice.get("LineItems") or []
        if status == "AUTHORISED" and (not lines or not invoice.get("DueDate")):
            raise Invalid("Authorised invoices need a due date and one line at least")
        for line in lines:
            self._check_line(line, status)

    def _check_line(self, line: Thing, status: str) -> None:
        if not line.get("Description"):
            raise Invalid("Description is mandatory")
        kind, code = line.get("TaxType"), line.get("AccountCode")
        rate = next((each for each in self.tax_rates if each["TaxType"] == kind), None)
        if rate is None or rate["Status"] != "ACTIVE" or not rate["CanApplyToRevenue"]:
            raise Invalid(
                f"The TaxType code '{kind}' does not exist or cannot be used for this type of"
                " transaction."
            )
        active = {each["Code"] for each in self.accounts if each["Status"] == "ACTIVE"}
        if (code or status == "AUTHORISED") and code not in active:
            raise Invalid(f"Account code '{code}' is not a valid code for this document.")

    def _count(self, invoice: Thing) -> None:
        """Work out the sums."""
        total, tax, net = Decimal(0), Decimal(0), Decimal(0)
        inclusive = invoice.get("LineAmountTypes", "Exclusive") == "Inclusive"
        rates = {each["TaxType"]: each["EffectiveRate"] for each in self.tax_rates}
        for line in invoice.get("LineItems") or []:
            amount = Decimal(str(line.get("Quantity", 1))) * Decimal(str(line["UnitAmount"]))
            amount = amount.quantize(CENT, ROUND_HALF_UP)
            rate = Decimal(rates[line["TaxType"]])
            part = amount * rate / ((100 + rate) if inclusive else 100)
            part = part.quantize(CENT, ROUND_HALF_UP)
            tax += part
            net += amount - part if inclusive else amount
            total += amount if inclusive else amount + part
        paid = sum((each["Amount"] for each in invoice["Payments"]), Decimal(0))
        invoice |= {"SubTotal": net, "TotalTax": tax, "Total": total}
        invoice |= {"AmountPaid": paid, "AmountDue": total - paid, "AmountCredited": Decimal(0)}
        if total and total == paid:
            invoice["Status"] = "PAID"

    # payments

    def save_payment(self, given: Thing) -> Thing:
        """Note what was paid on an invoice."""
        invoice = self.invoices.get(str((given.get("Invoice") or {}).get("InvoiceID")))
        code = (given.get("Account") or {}).get("Code")
        account = next((each for each in self.accounts if each["Code"] == code), None)
        amount = Decimal(str(given.get("Amount", 0)))
        if invoice is None or invoice["Status"] != "AUTHORISED":
            raise Invalid("Payments can only be made against Authorised documents")
        if account is None or not (account["Type"] == "BANK" or account["EnablePaymentsToAccount"]):
            raise Invalid("Payments cannot be made to this account")
        if not 0 < amount <= invoice["AmountDue"]:
            raise Invalid("Payment amount exceeds the amount outstanding on this document")
        day_of(given.get("Date"))
        payment = {"PaymentID": str(uuid.uuid4()), "Status": "AUTHORISED", **given}
        payment |= {"Amount": amount}
        invoice["Payments"].append({"PaymentID": payment["PaymentID"], "Amount": amount})
        self._count(invoice)
        return payment

    # what is asked of it to compare with

    def aged(self, as_at: date) -> dict[str, Decimal]:
        """What customers owe, by how many days it is overdue; drafts are not owed yet."""
        names = ("current", "1-30", "31-60", "61-90", "90+")
        found = dict.fromkeys(names, Decimal(0))
        for each in self.invoices.values():
            if each["Type"] == "ACCREC" and each["Status"] == "AUTHORISED":
                late = (as_at - day_of(each["DueDate"])).days
                place = 0 if late <= 0 else min((late - 1) // 30 + 1, 4)
                found[names[place]] += each["AmountDue"]
        return found
