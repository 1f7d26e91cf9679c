"""Patients: the people who are cared for; active, archived and merged into others.

Cliniko says "nothing" as null, as "" and by leaving the key out; a consent that was never asked
for stays "not asked".
"""

from handover.clients.models import Client, ClientPhone
from handover.core.json import JsonObject
from handover.importing.cliniko.readings import ASSUMED, Archived, Zone, phone_rows
from handover.importing.cliniko.reasons import LABEL, UPDATED, listed_at
from handover.importing.cliniko.resources.concession_types import ConcessionTypes
from handover.importing.cliniko.resources.contacts import Contacts
from handover.importing.engine import Resource, fields
from handover.importing.engine.values import Draft

REMINDERS = {
    "None": Client.ReminderPreference.NONE,
    "SMS": Client.ReminderPreference.SMS,
    "Email": Client.ReminderPreference.EMAIL,
    "SMS & Email": Client.ReminderPreference.SMS_AND_EMAIL,
}


class GenderIdentity(fields.Text):
    """How a client identifies.

    Cliniko's older gender counts only where neither of the two that replaced it was filled in:
    otherwise it merely repeats the sex, and nobody said it of their identity.
    """

    words = "text; the older gender only where neither identity nor sex is filled in"

    def __init__(self) -> None:
        super().__init__("gender_identity", "gender", "sex")

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the identity, else the older gender."""
        identity = super().read(payload, draft)
        if identity or payload.get("sex") or payload.get("gender") in (None, ""):
            return identity
        draft.note(self.name, ASSUMED, "taken from Cliniko's older field for gender")
        return self.convert(payload["gender"], draft)


class Patients(
    Resource,
    endpoint="/patients",
    target=Client,
    include=("archived",),
    follow="merged_with_patient",
    alike=("birth_date", "first_name", "last_name"),
    ignored={
        "label": LABEL,
        "appointments": listed_at("/individual_appointments"),
        "attendees": listed_at("/attendees"),
        "invoices": listed_at("/invoices"),
        "latest_booking": "the newest of the appointments, which come as records of their own",
        "medical_alerts": listed_at("/medical_alerts"),
        "patient_attachments": listed_at("/patient_attachments"),
        "relationships": listed_at("/relationships"),
        "updated_at": UPDATED,
    },
):
    """A client."""

    # who they are
    title = fields.Text("title")
    first_name = fields.Text("first_name")
    last_name = fields.Text("last_name")
    preferred_name = fields.Text("preferred_first_name")
    pronouns = fields.Whole("pronouns")
    sex = fields.Text("sex")
    gender_identity = GenderIdentity()
    birth_date = fields.Date("date_of_birth")
    occupation = fields.Text("occupation")

    # how to reach them
    email = fields.Text("email")
    phones = phone_rows("patient_phone_numbers", into=ClientPhone)
    address_1 = fields.Text("address_1")
    address_2 = fields.Text("address_2")
    address_3 = fields.Text("address_3")
    city = fields.Text("city")
    state = fields.Text("state")
    post_code = fields.Text("post_code")
    country = fields.Text("country")
    country_code = fields.Text("country_code", longest=2)
    time_zone = Zone("time_zone")
    emergency_contact = fields.Text("emergency_contact")

    # what they agreed to
    privacy_policy_accepted = fields.Flag("accepted_privacy_policy")
    email_marketing_accepted = fields.Flag("accepted_email_marketing")
    sms_marketing_accepted = fields.Flag("accepted_sms_marketing")
    receives_confirmation_emails = fields.Flag("receives_confirmation_emails")
    receives_cancellation_emails = fields.Flag("receives_cancellation_emails")
    reminder_preference = fields.Choice(
        "reminder_type", REMINDERS, other=Client.ReminderPreference.NOT_SET
    )

    # who pays
    medicare_number = fields.Text("medicare")
    medicare_reference_number = fields.Text("medicare_reference_number")
    dva_number = fields.Text("dva_card_number")
    concession_type = fields.Link("concession_type", to=ConcessionTypes)
    invoice_recipient = fields.Text("invoice_default_to")
    invoice_email = fields.Text("invoice_email")
    invoice_extra_information = fields.Text("invoice_extra_information")

    # what the team should know
    notes = fields.Text("notes")
    alerts = fields.Text("appointment_notes", note="Cliniko shows them on every appointment")
    referral_source_text = fields.Text("referral_source")
    referring_doctor = fields.Link("referring_doctor", to=Contacts)
    custom_fields = fields.Whole("custom_fields")
    old_reference_id = fields.Text("old_reference_id")

    # where the record stands
    archived_at = Archived()
    merged_at = fields.Instant("merged_at")
    merged_into = fields.Link("merged_with_patient", to="patients", deferred=True, follow=False)
    created_at = fields.Instant("created_at")
