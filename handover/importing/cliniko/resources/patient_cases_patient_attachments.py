"""Which attachments belong to which case: Cliniko says so in a list of each case alone."""

from handover.files.models import CaseFile
from handover.importing.cliniko.resources.patient_attachments import PatientAttachments
from handover.importing.cliniko.resources.patient_cases import PatientCases
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import PARENT, HangsOn, Resource, Same, Shared, fields

AGAIN = "read with the attachment itself: /patient_attachments"

READ_THERE = (
    *("archived_at", "content", "content_type", "created_at", "description", "filename"),
    *("patient", "pinned_at", "processed_at", "processing_completed", "size", "updated_at", "user"),
)


class PatientCasesPatientAttachments(
    Resource,
    endpoint="/patient_cases/{patient_case_id}/patient_attachments",
    target=CaseFile,
    include=("archived",),
    per=HangsOn(PatientCases, shares=Shared("patient", Patients, PatientAttachments)),
    match=(Same("case", "file"),),
    ignored=dict.fromkeys(READ_THERE, AGAIN),
):
    """One attachment in one case."""

    case = fields.Link(PARENT, to=PatientCases, required=True)
    file = fields.Link("id", to=PatientAttachments, required=True)
