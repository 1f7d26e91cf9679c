"""Contacts: doctors, third-party payers and others around the clients."""

from handover.clients.models import Contact, ContactPhone
from handover.importing.cliniko.readings import Archived, phone_rows
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields

TYPES = {
    "Standard": Contact.Type.STANDARD,
    "Doctor": Contact.Type.DOCTOR,
    "3rd Party Payer": Contact.Type.THIRD_PARTY_PAYER,
}
DOCTOR_TYPES = {
    "general_practitioner": Contact.DoctorType.GENERAL_PRACTITIONER,
    "specialist": Contact.DoctorType.SPECIALIST,
}


class Contacts(
    Resource,
    endpoint="/contacts",
    target=Contact,
    include=("archived",),
    ignored={"type_code": "the type again, as a number", "updated_at": UPDATED},
):
    """Somebody who is written to, billed or named as referrer."""

    type = fields.Choice("type", TYPES, other=Contact.Type.STANDARD)
    doctor_type = fields.Choice("doctor_type", DOCTOR_TYPES, other=Contact.DoctorType.UNKNOWN)
    title = fields.Text("title")
    first_name = fields.Text("first_name")
    last_name = fields.Text("last_name")
    preferred_name = fields.Text("preferred_name")
    company_name = fields.Text("company_name")
    occupation = fields.Text("occupation")
    provider_number = fields.Text("provider_number")
    email = fields.Text("email")
    phones = phone_rows("phone_numbers", into=ContactPhone)
    address_1 = fields.Text("address_1")
    address_2 = fields.Text("address_2")
    address_3 = fields.Text("address_3")
    city = fields.Text("city")
    state = fields.Text("state")
    post_code = fields.Text("post_code")
    country = fields.Text("country")
    country_code = fields.Text("country_code", longest=2)
    notes = fields.Text("notes")
    archived_at = Archived()
    created_at = fields.Instant("created_at")
