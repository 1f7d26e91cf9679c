"""Patient attachments: files about a patient. Their bytes are fetched last."""

import re

from handover.core.json import Json
from handover.files.models import File
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.users import Users
from handover.importing.cliniko.urgency import coming_first
from handover.importing.engine import Contents, Resource, Total, fields
from handover.importing.engine.values import Draft

LARGEST = 2**63 - 1
_FULL_EXPORT = re.compile(r"full[\W_]*(patient[\W_]*)?export", re.IGNORECASE)


class FullExport(fields.Flag):
    """Whether a file is a whole patient record that Cliniko was asked to export.

    Cliniko lists it among the attachments, and nothing but its name tells it from them.
    """

    words = "yes where the name says so: Cliniko gives no other sign"

    def __init__(self) -> None:
        super().__init__("filename", unknown=False)

    @property
    def reads_as(self) -> str:
        """Only what is looked at."""
        return self.words

    def convert(self, value: Json, draft: Draft) -> object:  # noqa: ARG002  # as fields have it
        """Look for Cliniko's words, however they are joined."""
        return isinstance(value, str) and bool(_FULL_EXPORT.search(value))


class PatientAttachments(
    Resource,
    endpoint="/patient_attachments",
    target=File,
    include=("archived",),
    contents=Contents("/patient_attachments/{id}/content", first=coming_first),
    sums={"size": "declared_size"},
    totals=(Total("Files", of="declared_size"),),
    ignored={"content": "where the bytes are: the same path for each", "updated_at": UPDATED},
):
    """A file about a patient: what Cliniko says of it, apart from its bytes."""

    client = fields.Link("patient", to=Patients, required=True)
    name = fields.Text("filename")
    description = fields.Text("description")
    uploader = fields.Link("user", to=Users)
    declared_type = fields.Text("content_type", note="as declared; what it is, the bytes tell")
    declared_size = fields.Integer("size", most=LARGEST)
    processed = fields.Flag("processing_completed", unknown=None)
    processed_at = fields.Instant("processed_at")
    pinned_at = fields.Instant("pinned_at")
    archived_at = fields.Instant("archived_at")
    is_full_export = FullExport()
    created_at = fields.Instant("created_at")
