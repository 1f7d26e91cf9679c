"""Recall types: why clients are asked to come back.

Cliniko has them since 2026, not on every account, and their fields are not all known.
"""

from handover.clients.models import RecallType
from handover.importing.cliniko.readings import Archived, Rest
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields


class RecallTypes(
    Resource,
    endpoint="/recall_types",
    target=RecallType,
    optional=True,
    ignored={"updated_at": UPDATED},
):
    """A reason; what else Cliniko says of it is kept in the details."""

    name = fields.Text("name")
    details = Rest()
    archived_at = Archived()
    created_at = fields.Instant("created_at")
