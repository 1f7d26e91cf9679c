"""What every list can be filtered by, and which rows it hides unless asked."""

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """The type of a filter: it decides which operators are allowed."""

    DATE = "date"
    MOMENT = "date-time"
    NUMBER = "number"
    TEXT = "text"
    YES_NO = "boolean"
    IDS = "array"


ARCHIVED = ("archived_at",)
DELETED = ("archived_at", "deleted_at")
CANCELLED = ("archived_at", "cancelled_at", "deleted_at")


@dataclass(frozen=True)
class Resource:
    """One of Cliniko's lists. ``hides`` are the moments that take a row out of sight."""

    name: str
    filters: dict[str, Kind] = field(default_factory=dict)
    hides: tuple[str, ...] = ()


def _kind(name: str) -> Kind:
    if name.endswith("_at"):
        return Kind.MOMENT
    if name == "id" or name.endswith(("_id", "_code", "_status")):
        return Kind.NUMBER
    return Kind.IDS if name.endswith("_ids") else Kind.TEXT


def _resource(name: str, fields: str = "", hides: tuple[str, ...] = (), **kinds: Kind) -> Resource:
    names = ("id", "created_at", "updated_at", *hides, *fields.split())
    return Resource(name, {each: _kind(each) for each in names} | kinds, hides)


BOOKING = "appointment_type_id business_id practitioner_id repeated_from_id starts_at ends_at"
TEMPLATES = "appointment_confirmation_template_ids appointment_follow_up_template_ids"

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (
        _resource(
            "appointment_types",
            f"category online_payments_mode {TEMPLATES} appointment_reminder_template_ids",
            ARCHIVED,
            show_in_online_bookings=Kind.YES_NO,
        ),
        _resource("appointment_type_billable_items", "appointment_type_id billable_item_id"),
        _resource("appointment_type_products", "appointment_type_id product_id"),
        _resource("attendees", "appointment_id booking_id patient_id patient_case_id", CANCELLED),
        _resource("availability_blocks", "business_id practitioner_id starts_at"),
        _resource("billable_items", "tax_id", ARCHIVED),
        _resource(
            "bookings",
            f"{BOOKING} patient_ids invoice_status treatment_note_status",
            CANCELLED,
            did_not_arrive=Kind.YES_NO,
            email_reminder_sent=Kind.YES_NO,
            sms_reminder_sent=Kind.YES_NO,
        ),
        _resource(
            "businesses", "appointment_type_ids", DELETED, show_in_online_bookings=Kind.YES_NO
        ),
        _resource("communications", "category_code letter_id patient_id type_code", ARCHIVED),
        _resource("concession_prices", "billable_item_id concession_type_id"),
        _resource("concession_types", "", ARCHIVED),
        _resource(
            "contacts", "company_name email first_name last_name occupation type_code", DELETED
        ),
        _resource("daily_availabilities", "business_id practitioner_id"),
        _resource("group_appointments", f"{BOOKING} patient_ids", DELETED),
        _resource(
            "individual_appointments",
            f"{BOOKING} patient_id",
            CANCELLED,
            did_not_arrive=Kind.YES_NO,
        ),
        _resource(
            "invoices",
            "appointment_id attendee_id business_id closed_at original_invoice_id patient_id"
            " practitioner_id",
            DELETED,
            issue_date=Kind.DATE,
            number=Kind.NUMBER,
            status=Kind.NUMBER,
        ),
        _resource("invoice_items", "invoice_id source_item_id", DELETED),
        _resource("medical_alerts", "patient_id", DELETED),
        _resource(
            "patients",
            "email first_name last_name preferred_first_name",
            ARCHIVED,
            old_reference_id=Kind.TEXT,
            accepted_privacy_policy=Kind.YES_NO,
            date_of_birth=Kind.DATE,
        ),
        _resource(
            "patient_attachments",
            "content_type description filename patient_id processed_at user_id",
            ARCHIVED,
            size=Kind.NUMBER,
        ),
        _resource(
            "patient_cases",
            "closed_at name patient_id referral_type",
            ARCHIVED,
            expiry_date=Kind.DATE,
            issue_date=Kind.DATE,
        ),
        _resource("patient_forms", "attendee_id completed_at patient_id", ARCHIVED),
        _resource("patient_form_templates", "", ARCHIVED),
        _resource(
            "practitioners", "user_id", active=Kind.YES_NO, show_in_online_bookings=Kind.YES_NO
        ),
        _resource("practitioner_reference_numbers", "business_id practitioner_id reference_number"),
        _resource("products", "name tax_id", ARCHIVED),
        _resource("product_suppliers", "name"),
        _resource("recalls", "patient_id"),
        _resource("recall_types"),
        _resource("referral_sources", "referral_source_type_id referrer_id", ARCHIVED),
        _resource("referral_source_types", "", ARCHIVED),
        _resource("relationships", "patient_id", ARCHIVED),
        Resource("services"),
        _resource("stock_adjustments", "product_id", ARCHIVED),
        _resource("taxes"),
        _resource(
            "treatment_notes",
            "attendee_id booking_id patient_id practitioner_id treatment_note_template_id",
            DELETED,
            draft=Kind.YES_NO,
        ),
        _resource("treatment_note_templates", "", DELETED),
        _resource(
            "unavailable_blocks",
            "business_id practitioner_id repeated_from_id starts_at ends_at"
            " unavailable_block_type_id",
            DELETED,
        ),
        _resource("unavailable_block_types", "", ARCHIVED),
        _resource("users"),
    )
}

RECALLS = frozenset({"recalls", "recall_types"})

NESTED: dict[tuple[str, str], str] = {
    ("appointments", "invoices"): "appointment_id",
    ("attendees", "invoices"): "attendee_id",
    ("attendees", "patient_forms"): "attendee_id",
    ("businesses", "daily_availabilities"): "business_id",
    ("businesses", "services"): "business_id",
    ("group_appointments", "attendees"): "booking_id",
    ("individual_appointments", "attendees"): "booking_id",
    ("invoices", "invoice_items"): "invoice_id",
    ("patient_cases", "attendees"): "patient_case_id",
    ("patient_cases", "bookings"): "patient_case_id",
    ("patients", "invoices"): "patient_id",
    ("patients", "medical_alerts"): "patient_id",
    ("patients", "patient_attachments"): "patient_id",
    ("patients", "treatment_notes"): "patient_id",
    ("practitioners", "daily_availabilities"): "practitioner_id",
    ("practitioners", "invoices"): "practitioner_id",
    ("practitioners", "practitioner_reference_numbers"): "practitioner_id",
}
"""Lists under another record, by the field that ties their rows to it."""
