"""What is due as files that Xero imports: for practices whose Xero no program may ask.

Sales invoices as CSV, in Xero's own form, 500 invoices a file. A file says no more than what the
connection would send: whose, how much, with which tax; not what was done.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handover.billing.ledger import today
from handover.billing.models import CollectedElsewhere, Invoice
from handover.billing.payers import PayerKey, payer_key
from handover.core.money import NOUGHT
from handover.core.spreadsheet import Cell, as_csv
from handover.xero import outbox
from handover.xero.bodies import Charge, Entry, Payer
from handover.xero.due import Owed, due, sums
from handover.xero.models import SYSTEM
from handover.xero.payers import payers
from handover.xero.problems import XeroProblem

A_FILE = 500  # invoices: Xero takes no more at once
BY_FILE = "file"  # the reference of what went there in a file
COLUMNS = (
    *("*ContactName", "EmailAddress", "POAddressLine1", "POAddressLine2", "POAddressLine3"),
    *("POAddressLine4", "POCity", "PORegion", "POPostalCode", "POCountry", "*InvoiceNumber"),
    *("Reference", "*InvoiceDate", "*DueDate", "Total", "InventoryItemCode", "*Description"),
    *("*Quantity", "*UnitAmount", "Discount", "*AccountCode", "*TaxType", "TaxAmount"),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2", "Currency"),
    "BrandingTheme",
)


@dataclass(frozen=True)
class Wanted:
    """What somebody chose: the account's code, and the name of a tax rate for each tax of ours."""

    account_code: str
    taxes: Mapping[str, str]


def xero_files(workspace_id: int, wanted: Wanted) -> tuple[str, bytes]:
    """The name and bytes of a CSV, or of a ZIP of several. The caller acts in the workspace.

    Raises `XeroProblem` if there is nothing to write.
    """
    owed = due(today())
    parts = [
        as_csv(COLUMNS, _rows(workspace_id, owed[start : start + A_FILE], wanted), mark=False)
        for start in range(0, len(owed), A_FILE)
    ]
    if not parts:
        raise XeroProblem("Nothing is due that could be written")
    if len(parts) == 1:
        return "xero-invoices.csv", parts[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(parts, 1):
            archive.writestr(f"xero-invoices-{number}-of-{len(parts)}.csv", part)
    return "xero-invoices.zip", packed.getvalue()


def _rows(workspace_id: int, owed: Sequence[Owed], wanted: Wanted) -> Iterator[list[Cell]]:
    invoices = Invoice.objects.in_bulk([each.pk for each in owed])
    keys = {pk: payer_key(each.contact_id, each.client_id) for pk, each in invoices.items()}
    people = payers(workspace_id, (key for key in keys.values() if key))
    names = _names(people)
    entry = Entry(wanted.account_code, wanted.taxes, "", "", full=False)
    lines = outbox.lines_of(invoices)
    for each in owed:
        invoice, key = invoices[each.pk], keys[each.pk]
        day = invoice.issued_on or today()
        charge = Charge(
            number=each.number or f"row {each.pk}",
            reference="Handover",
            contact_id="",
            issued_on=day,
            due_on=max(invoice.due_on or day, day),
            amount=each.balance,
            paid=NOUGHT,
            lines=lines.get(each.pk, []),
        )
        name = names[key] if key in names else invoice.recipient.partition("\n")[0] or "Unknown"
        email = people[key].email if key in people else ""
        for words, tax, amount in entry.parts(charge):
            yield _row(charge, (name, email), (words, tax, amount), wanted.account_code)


def _row(
    charge: Charge, whose: tuple[str, str], line: tuple[str, str, Decimal], code: str
) -> list[Cell]:
    told: dict[str, Cell] = {
        "*ContactName": whose[0],
        "EmailAddress": whose[1],
        "*InvoiceNumber": charge.number,
        "Reference": charge.reference,
        "*InvoiceDate": _day(charge.issued_on),
        "*DueDate": _day(charge.due_on),
        "*Description": line[0],
        "*Quantity": 1,
        "*UnitAmount": line[2],
        "*AccountCode": code,
        "*TaxType": line[1],
    }
    return [told.get(column, "") for column in COLUMNS]


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _names(people: Mapping[PayerKey, Payer]) -> dict[PayerKey, str]:
    """A name for each: Xero takes those of one name for one, so a second one gets its number."""
    used, found = set[str](), dict[PayerKey, str]()
    for key in sorted(people):
        name = people[key].name
        if name.casefold() in used:
            name = f"{name} ({people[key].pk})"
        used.add(name.casefold())
        found[key] = name
    return found


def say_they_are_there(workspace_id: int, count: int, total: Decimal) -> None:
    """What is due is collected in Xero from now on: the files were taken in there.

    Raises `XeroProblem` if it is not so many with such a sum: then it is not what was in the files.
    """
    owed = due(today())
    found = sums(owed)
    if (found.count, found.total) != (count, total):
        raise XeroProblem("What is due has changed since this page was opened: look once more")
    CollectedElsewhere.objects.bulk_create(
        CollectedElsewhere(
            workspace_id=workspace_id, invoice_id=each.pk, system=SYSTEM, reference=BY_FILE
        )
        for each in owed
    )


def take_back() -> int:
    """What went there in files is collected here after all; how many. The caller acts in it."""
    count, _ = CollectedElsewhere.objects.filter(system=SYSTEM, reference=BY_FILE).delete()
    return count


def there_by_file() -> int:
    """How many invoices are collected in Xero because files were taken in there."""
    return CollectedElsewhere.objects.filter(system=SYSTEM, reference=BY_FILE).count()
