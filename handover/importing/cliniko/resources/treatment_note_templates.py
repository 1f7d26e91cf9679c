"""Treatment note templates: what a note begins with; archived ones too, for notes name them."""

from handover.clinical.models import NoteTemplate
from handover.importing.cliniko.content import Content
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields


class TreatmentNoteTemplates(
    Resource,
    endpoint="/treatment_note_templates",
    target=NoteTemplate,
    include=("archived",),
    sums={"created_at": "created_at"},
    ignored={"updated_at": UPDATED},
):
    """A template with its default answers, and what is printed above a note made from it."""

    name = fields.Text("name")
    document = Content("content")
    print_settings = fields.Whole("print_settings")
    archived_at = Archived()
    created_at = fields.Instant("created_at")
