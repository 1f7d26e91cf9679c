"""Appointment types: what can be booked, with its length, price and look."""

from handover.clinical.models import ServiceNoteTemplate
from handover.importing.cliniko.readings import OneRow
from handover.importing.cliniko.reasons import UPDATED, listed_at, replaced_by
from handover.importing.cliniko.resources.treatment_note_templates import TreatmentNoteTemplates
from handover.importing.engine import Resource, Same, fields
from handover.practice.models import Service

MESSAGES = "Cliniko gives the numbers of message templates, but not the templates"


class AppointmentTypes(
    Resource,
    endpoint="/appointment_types",
    target=Service,
    include=("archived",),
    match=(Same("name"),),
    sums={"deposit_price": "deposit_price"},
    ignored={
        "appointment_type_billable_items": "a list of its own: /appointment_type_billable_items",
        "appointment_type_products": "a list of its own: /appointment_type_products",
        "billable_item": replaced_by("appointment_type_billable_items"),
        "product": replaced_by("appointment_type_products"),
        "practitioners": listed_at("/services"),
        "appointment_confirmation_template_ids": MESSAGES,
        "appointment_follow_up_template_ids": MESSAGES,
        "appointment_reminder_template_ids": MESSAGES,
        "updated_at": UPDATED,
    },
):
    """A service; one with more than one place is for groups."""

    name = fields.Text("name")
    category = fields.Text("category")
    description = fields.Text("description")
    duration_minutes = fields.Integer("duration_in_minutes")
    max_clients = fields.Integer("max_attendees", empty=1, least=1)
    colour = fields.Text("color")
    note_template = OneRow(
        "treatment_note_template",
        into=ServiceNoteTemplate,
        template=fields.Link("links.self", to=TreatmentNoteTemplates, required=True),
    )
    telehealth = fields.Flag("telehealth_enabled")
    show_in_online_bookings = fields.Flag("show_in_online_bookings")
    online_bookings_lead_time_hours = fields.Integer("online_bookings_lead_time_hours")
    online_payments_enabled = fields.Flag("online_payments_enabled")
    online_payments_mode = fields.Text("online_payments_mode")
    deposit_price = fields.Money("deposit_price")
    add_deposit_to_account_credit = fields.Flag("add_deposit_to_account_credit")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
