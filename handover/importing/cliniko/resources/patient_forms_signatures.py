"""Signatures on patient forms: Cliniko has no list of them, each is asked for by its own number."""

from handover.clinical.models import FormSignature
from handover.importing.cliniko.drawings import DrawnSize, DrawnSum, DrawnType, enclosed
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.patient_forms import PatientForms
from handover.importing.cliniko.resources.users import Users
from handover.importing.cliniko.written import signatures_of
from handover.importing.engine import PARENT, Enclosed, HangsOn, Resource, fields


class PatientFormsSignatures(
    Resource,
    endpoint="/patient_forms/{patient_form_id}/signatures/{id}",
    target=FormSignature,
    single=True,
    per=HangsOn(PatientForms, names=signatures_of),
    contents=Enclosed("image", enclosed),
    ignored={"updated_at": UPDATED},
):
    """One signature, as it was drawn."""

    form = fields.Link(PARENT, to=PatientForms, required=True)
    signer = fields.Link("user", to=Users)
    number = fields.Text("id", note="what the form's content names it by")
    declared_type = DrawnType("image")
    declared_size = DrawnSize("image")
    declared_sha256 = DrawnSum("image")
    created_at = fields.Instant("created_at")
