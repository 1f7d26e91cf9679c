"""What a report keeps as names and codes, said to people: in their language, with their words.

A report is kept for ever, and read by whoever comes. So nothing that is only said is kept: types,
causes and attributes are kept by their names, sentences as the numbers that are in them. Texts of
the program that were kept as they are, in plain English, are what gettext knows them by.
"""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as later
from django.utils.translation import gettext_noop as marked

HOUR, MINUTE = 3600, 60

#: The lists of the sources. Who says *patient* reads it so: "client" is our plain word for that.
TYPES = {
    "appointment_type_billable_items": later("Appointment type billable items"),
    "appointment_type_products": later("Appointment type products"),
    "appointment_types": later("Appointment types"),
    "attendees": later("Attendees"),
    "availability_blocks": later("Availability blocks"),
    "billable_items": later("Billable items"),
    "businesses": later("Businesses"),
    "communications": later("Communications"),
    "concession_prices": later("Concession prices"),
    "concession_types": later("Concession types"),
    "contacts": later("Contacts"),
    "daily_availabilities": later("Daily availabilities"),
    "group_appointments": later("Group appointments"),
    "individual_appointments": later("Individual appointments"),
    "invoice_items": later("Invoice items"),
    "invoices": later("Invoices"),
    "medical_alerts": later("Medical alerts"),
    "patient_attachments": later("Client attachments"),
    "patient_cases": later("Client cases"),
    "patient_cases_patient_attachments": later("Client cases client attachments"),
    "patient_form_templates": later("Client form templates"),
    "patient_forms": later("Client forms"),
    "patient_forms_signatures": later("Client forms signatures"),
    "patients": later("Clients"),
    "practitioner_reference_numbers": later("Practitioner reference numbers"),
    "practitioners": later("Practitioners"),
    "product_suppliers": later("Product suppliers"),
    "products": later("Products"),
    "recall_types": later("Recall types"),
    "recalls": later("Recalls"),
    "referral_source_types": later("Referral source types"),
    "referral_sources": later("Referral sources"),
    "relationships": later("Relationships"),
    "services": later("Services"),
    "settings": later("Settings"),
    "stock_adjustments": later("Stock adjustments"),
    "taxes": later("Taxes"),
    "treatment_note_templates": later("Treatment note templates"),
    "treatment_notes": later("Treatment notes"),
    "unavailable_block_types": later("Unavailable block types"),
    "unavailable_blocks": later("Unavailable blocks"),
    "users": later("Users"),
    "documents": later("Documents"),
}
#: Why something is among what is to be known, as issues and outcomes have it in their code.
CAUSES = frozenset(
    {
        marked("ambiguous match"),
        marked("assumed"),
        marked("bad value"),
        marked("balance not known"),
        marked("choice not kept"),
        marked("cleaned"),
        marked("conflict"),
        marked("content missing"),
        marked("contradiction"),
        marked("disagrees"),
        marked("double booking"),
        marked("followed a merge"),
        marked("image cannot be read"),
        marked("left out"),
        marked("left out by choice"),
        marked("link leads nowhere"),
        marked("matched by name only"),
        marked("may be here already"),
        marked("no client"),
        marked("no id"),
        marked("not placed"),
        marked("not processed"),
        marked("rejected"),
        marked("rounded"),
        marked("same name, not matched"),
        marked("same number, not matched"),
        marked("size differs"),
        marked("skipped"),
        marked("taken from a linked record"),
        marked("unknown field"),
        marked("unknown value"),
    }
)
#: What people chose for single records.
CHOICES = frozenset(
    {marked("match"), marked("create"), marked("activity"), marked("same"), marked("ignore")}
)
#: What control totals are of, and by.
TOTALS = frozenset(
    {
        marked("Appointments"),
        marked("Attendances"),
        marked("Progress notes"),
        marked("Invoices"),
        marked("Files"),
        marked("Communications"),
        marked("Month"),
        marked("Practitioner"),
        marked("Status"),
        marked("State"),
        marked("Author name"),
        marked("Channel"),
        marked("Direction"),
        marked("Total amount"),
        marked("Declared size"),
    }
)


def type_name(name: str) -> str:
    """A list of a source, by the name that people know; `patient_forms` is *Client forms*."""
    return str(TYPES[name]) if name in TYPES else attribute(name)


def attribute(name: str) -> str:
    """A name of the program in words, such as an attribute of a row."""
    return again(name.replace("_", " ").capitalize())


def cause(code: str) -> str:
    """What equal issues have in common, or an outcome."""
    return again(code)


def again(text: str) -> str:
    """A text of the program that was kept in plain English; "" stays "" (gettext knows better)."""
    return gettext(text) if text else ""


def duration(seconds: int) -> str:
    """A duration as people say it, rounded up a little."""
    if seconds < MINUTE:
        return gettext("less than a minute")
    if seconds < 2 * HOUR:
        minutes = -(-seconds // MINUTE)
        told = ngettext("%(count)d minute", "%(count)d minutes", minutes)
        return told % {"count": minutes}
    return gettext("%(count)s hours") % {"count": f"{seconds / HOUR:.1f}"}
