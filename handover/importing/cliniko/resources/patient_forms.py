"""Patient forms: filled in, or waiting to be. Their signatures' images come as files."""

from handover.clinical.models import ClientForm
from handover.core.json import JsonObject
from handover.importing.cliniko.content import Content
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.businesses import Businesses
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.written import SignatureIds, note_if_nobodys
from handover.importing.engine import Resource, fields
from handover.importing.engine.values import Context, Draft


class PatientForms(
    Resource,
    endpoint="/patient_forms",
    target=ClientForm,
    include=("archived",),
    sums={"completed_at": "completed_at", "created_at": "created_at"},
    ignored={
        "updated_at": UPDATED,
        "url": "a link that opens the form for anybody who has it, and closes with the account",
    },
):
    """A form for one client; a completed one says when."""

    client = fields.Link("patient", to=Patients, otherwise="attendance")
    appointment = fields.Link(
        "booking", to=(IndividualAppointments, GroupAppointments), otherwise="attendance"
    )
    attendance = fields.Link("attendee", to=Attendees)
    location = fields.Link("business", to=Businesses)
    name = fields.Text("name")
    document = Content("content")
    signature_ids = SignatureIds("signatures")
    completed_at = fields.Instant("completed_at")
    edited_at = fields.Instant("edited_at")
    restricted_to_practitioner = fields.Flag("restricted_to_practitioner")
    email_to_client_on_completion = fields.Flag("email_to_patient_on_completion")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """A form that is nobody's is kept, and listed."""
        note_if_nobodys(draft)
