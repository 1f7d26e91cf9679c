"""Patient form templates: what a form asks. Cliniko does not say which form came from which."""

from handover.clinical.models import FormTemplate
from handover.importing.cliniko.content import Content
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields


class PatientFormTemplates(
    Resource,
    endpoint="/patient_form_templates",
    target=FormTemplate,
    include=("archived",),
    sums={"created_at": "created_at"},
    ignored={"updated_at": UPDATED},
):
    """A template; its section descriptions become statements."""

    name = fields.Text("name")
    document = Content("content")
    email_to_client_on_completion = fields.Flag("email_to_patient_on_completion")
    restricted_to_practitioner = fields.Flag("restricted_to_practitioner")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
