"""What can stand in the gaps of an e-mail, by the names that people know from Cliniko."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as later

from handover.accounts.models import PracticeDetails, Workspace
from handover.billing.currency import currency, money
from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.core.tenancy import remembered
from handover.followups.models import EmailTemplate
from handover.followups.recipients import Recipient
from handover.followups.writing import Gaps, Values
from handover.practice.models import Location, Practitioner

Kind = EmailTemplate.Kind
PATIENT = (
    *("FirstName", "LastName", "FullName", "FullNameWithTitle", "PreferredName", "Title"),
    *("Email", "Address"),
)
NAMES: Mapping[str, tuple[str, ...]] = {
    "Patient": PATIENT,
    "Recipient": ("FirstName", "FullName", "Email"),
    "Contact": ("FirstName", "LastName", "FullName", "Title", "CompanyName", "Email"),
    "Practitioner": ("FirstName", "LastName", "FullName", "Title"),
    "Business": ("Name", "Email", "Website", "Address"),
    "Practice": ("Name",),
    "Invoice": (
        *("Number", "IssueDate", "DueDate", "Total", "AmountPaid", "AmountDue", "DaysOverdue"),
        "Link",
    ),
}
WORDS = {
    "Patient": later("Client"),
    "Recipient": later("Who gets the e-mail"),
    "Contact": later("Contact"),
    "Practitioner": later("Practitioner"),
    "Business": later("Location"),
    "Practice": later("Practice"),
    "Invoice": later("Invoice"),
}
#: Kinds of e-mails that are about an invoice.
WITH_INVOICE = {Kind.INVOICE, Kind.PAYMENT}


def gaps(kind: str) -> Gaps:
    """The names that an e-mail of this kind may have, by their group."""
    return {
        group: frozenset(names)
        for group, names in NAMES.items()
        if group != "Invoice" or kind in WITH_INVOICE
    } | {"Client": frozenset(PATIENT)}


def values_of(
    invoice: Invoice, to: Recipient, *, balance: Decimal, today: date, link: str
) -> dict[str, Values]:
    """What the gaps hold for one invoice; nothing of what it is for, and nothing of health."""
    client, patient = invoice.client, _patient(invoice.client)
    groups: dict[str, Mapping[str, object]] = {
        "Patient": patient,
        "Client": patient,
        "Recipient": _recipient(to),
        "Contact": _contact(invoice.contact or (client.send_invoices_to if client else None)),
        "Practitioner": _practitioner(invoice.practitioner),
        "Business": _location(invoice.location),
        "Practice": {"Name": practice_name(invoice.workspace_id)},
        "Invoice": _invoice(invoice, balance, today) | {"Link": link},
    }
    unknown = frozenset() if invoice.due_on else frozenset({"DaysOverdue"})
    return {
        name: Values(name, known, unknown if name == "Invoice" else frozenset())
        for name, known in groups.items()
    }


def practice_name(workspace_id: int) -> str:
    """What the practice calls itself, else its workspace."""

    def ask() -> str:
        told = PracticeDetails.objects.exclude(name="").values_list("name", flat=True).first()
        return told or Workspace.objects.get(pk=workspace_id).name

    return remembered("practice name", (PracticeDetails, Workspace), ask)


def _invoice(invoice: Invoice, balance: Decimal, today: date) -> dict[str, object]:
    total = round(invoice.total_amount or Decimal(0), 2)
    symbol = currency()
    late = (today - invoice.due_on).days if invoice.due_on else 0
    return {
        "Number": invoice.number,
        "IssueDate": _day(invoice.issued_on),
        "DueDate": _day(invoice.due_on),
        "Total": money(total, symbol),
        "AmountPaid": money(total - balance, symbol),
        "AmountDue": money(balance, symbol),
        "DaysOverdue": max(0, late),
    }


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _patient(client: Client | None) -> dict[str, object]:
    if client is None:
        return dict.fromkeys(PATIENT, "")
    full = f"{client.first_name} {client.last_name}".strip()
    address = (client.address_1, client.address_2, client.city, client.state, client.post_code)
    return {
        "FirstName": client.first_name,
        "LastName": client.last_name,
        "FullName": full,
        "FullNameWithTitle": f"{client.title} {full}".strip(),
        "PreferredName": client.preferred_name or client.first_name,
        "Title": client.title,
        "Email": client.email,
        "Address": ", ".join(each for each in address if each),
    }


def _recipient(to: Recipient) -> dict[str, object]:
    first = to.payer.row.first_name if to.payer else ""
    return {"FirstName": first, "FullName": to.name, "Email": to.address}


def _contact(contact: Contact | None) -> dict[str, object]:
    if contact is None:
        return dict.fromkeys(NAMES["Contact"], "")
    return {
        "FirstName": contact.first_name,
        "LastName": contact.last_name,
        "FullName": str(contact),
        "Title": contact.title,
        "CompanyName": contact.company_name,
        "Email": contact.email,
    }


def _practitioner(practitioner: Practitioner | None) -> dict[str, object]:
    if practitioner is None:
        return dict.fromkeys(NAMES["Practitioner"], "")
    return {
        "FirstName": practitioner.first_name,
        "LastName": practitioner.last_name,
        "FullName": str(practitioner),
        "Title": practitioner.title,
    }


def _location(location: Location | None) -> dict[str, object]:
    if location is None:
        return dict.fromkeys(NAMES["Business"], "")
    address = (location.address_1, location.address_2, location.city, location.state)
    return {
        "Name": location.display_name or location.name,
        "Email": location.email,
        "Website": location.website,
        "Address": ", ".join(each for each in (*address, location.post_code) if each),
    }
