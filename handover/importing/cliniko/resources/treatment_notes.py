"""Treatment notes: what was written about each client; drafts stay drafts, final ones are locked.

A note is never left out because a client, an appointment, a practitioner or a template that it
names is missing: its content is a copy, and its author stands in it by name.
"""

from handover.clinical.models import ProgressNote
from handover.core.json import JsonObject
from handover.importing.cliniko.content import Content
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.attendees import Attendees
from handover.importing.cliniko.resources.group_appointments import GroupAppointments
from handover.importing.cliniko.resources.individual_appointments import IndividualAppointments
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.practitioners import Practitioners
from handover.importing.cliniko.resources.treatment_note_templates import TreatmentNoteTemplates
from handover.importing.cliniko.written import NoteState, SourcePlace, note_if_nobodys
from handover.importing.engine import Resource, Total, fields
from handover.importing.engine.values import Context, Draft


class TreatmentNotes(
    Resource,
    endpoint="/treatment_notes",
    target=ProgressNote,
    include=("archived",),
    sums={
        "finalized_at": "finalised_at",
        "pinned_at": "pinned_at",
        "created_at": "created_at",
    },
    totals=(Total("Progress notes", by=("state", "author_name")),),
    ignored={"links": "URLs only; where the note is comes from its own one", "updated_at": UPDATED},
):
    """A note, with its author's name as it was when it was written."""

    client = fields.Link("patient", to=Patients, otherwise="attendance")
    appointment = fields.Link(
        "booking", to=(IndividualAppointments, GroupAppointments), otherwise="attendance"
    )
    attendance = fields.Link("attendee", to=Attendees)
    practitioner = fields.Link("practitioner", to=Practitioners)
    template = fields.Link("treatment_note_template", to=TreatmentNoteTemplates)
    title = fields.Text("title")
    document = Content("content")
    state = NoteState("draft", "finalized_at")
    author_name = fields.Text("author_name", note="as it was when the note was written")
    finalised_at = fields.Instant("finalized_at")
    pinned_at = fields.Instant("pinned_at")
    archived_at = Archived()
    source_place = SourcePlace("links.self", "patient")
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """A note that is nobody's is kept, and listed."""
        note_if_nobodys(draft)
