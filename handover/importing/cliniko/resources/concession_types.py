"""Concession types: pensioner, student and the like."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields
from handover.practice.models import ConcessionType


class ConcessionTypes(
    Resource,
    endpoint="/concession_types",
    target=ConcessionType,
    include=("archived",),
    ignored={"updated_at": UPDATED},
):
    """A group of clients with prices of their own."""

    name = fields.Text("name")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
