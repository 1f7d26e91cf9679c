"""Recalls: days on which clients are to be asked to come back.

Cliniko has them since 2026, not on every account, and their fields are not all known.
"""

from handover.clients.models import Recall
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.recall_types import RecallTypes
from handover.importing.engine import Resource, fields


class Recalls(
    Resource,
    endpoint="/recalls",
    target=Recall,
    optional=True,
    ignored={"updated_at": UPDATED},
):
    """A day to ask a client back; nobody is asked by the import."""

    client = fields.Link("patient", to=Patients, required=True)
    type = fields.Link("recall_type", to=RecallTypes)
    recall_on = fields.Date("recall_at")
    recalled_at = fields.Instant("recalled_at")
    notes = fields.Text("notes")
    archived_at = Archived()
    created_at = fields.Instant("created_at")
