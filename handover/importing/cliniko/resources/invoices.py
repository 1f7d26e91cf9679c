"""Invoices: what was charged, as it was issued. Cliniko gives no payments and no balances."""

from handover.billing.models import Invoice
from handover.core.json import JsonObject
from handover.importing.cliniko.readings import Archived, CodeAndWords, Nowhere
from handover.importing.cliniko.reasons import PAYMENTS, UPDATED, listed_at
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.values import Context, Draft

Due, Method, Status = Invoice.Due, Invoice.CalculationMethod, Invoice.Status
STATUSES = {
    10: ("Open", Status.OPEN),
    20: ("Paid", Status.PAID),
    30: ("Closed", Status.CLOSED),
    40: ("Open credit", Status.OPEN_CREDIT),
}
METHODS = {
    1: ("Legacy", Method.LEGACY),
    2: ("Tax exclusive", Method.TAX_EXCLUSIVE),
    3: ("Tax inclusive", Method.TAX_INCLUSIVE),
}
#: Nothing is due on what is paid or closed. Of the others nobody knows: there are no payments.
DUES = {
    10: ("Open", Due.NOT_KNOWN),
    20: ("Paid", Due.NOTHING),
    30: ("Closed", Due.NOTHING),
    40: ("Open credit", Due.NOT_KNOWN),
}
NOT_KNOWN = "balance not known"


class Invoices(
    Resource,
    endpoint="/invoices",
    target=Invoice,
    include=("archived",),
    sums={
        "net_amount": "net_amount",
        "tax_amount": "tax_amount",
        "total_amount": "total_amount",
        "discounted_amount": "discounted_amount",
    },
    sums_by="status",
    totals=(Total("Invoices", by=("status",), of="total_amount"),),
    ignored={
        "invoice_items": listed_at("/invoice_items"),
        "online_payment_url": PAYMENTS,
        "reversed_invoices": "each of them names the invoice that it reverses",
        "updated_at": UPDATED,
    },
):
    """An invoice, under its own number."""

    origin = fields.Constant(Invoice.Origin.IMPORTED)
    number = fields.Text("number")
    issued_on = fields.Date("issue_date")
    recipient = fields.Text("invoice_to")
    extra_information = fields.Text("patient_extra_information")
    notes = fields.Text("notes")

    status = CodeAndWords("status", "status_description", STATUSES, other=Status.UNKNOWN)
    source_status = fields.FirstOf(fields.Text("status_description"), fields.Text("status"))
    due = CodeAndWords(
        "status",
        "status_description",
        DUES,
        other=Due.NOT_KNOWN,
        note="Cliniko's API gives no payments",
    )
    closed_at = fields.Instant("closed_at")

    net_amount = fields.Issued("net_amount")
    tax_amount = fields.Issued("tax_amount")
    total_amount = fields.Issued("total_amount")
    discounted_amount = fields.Issued("discounted_amount")
    calculation_method = CodeAndWords(
        "calculation_method", "calculation_method_description", METHODS, other=Method.UNKNOWN
    )

    client = fields.Link("patient", to=Patients)
    practitioner = fields.Link("practitioner", to=Practitioners)
    location = fields.Link("business", to=Businesses)
    appointment = fields.Link("appointment", to=(IndividualAppointments, GroupAppointments))
    attendance = fields.Link("attendee", to=Attendees)
    original_invoice = fields.Link("original_invoice", to="invoices", deferred=True)
    source_signature_id = Nowhere("signature")
    archived_at = Archived()
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """What is still due on an open invoice is told to nobody: the report says so."""
        if draft.values["due"] == Due.NOT_KNOWN:
            reason = "Cliniko's API gives no payments: how much of it is still due is not known"
            draft.note("due", NOT_KNOWN, reason)
