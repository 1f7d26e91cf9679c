"""Unavailable block types: why practitioners are not available."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields
from handover.scheduling.models import BusyTimeType


class UnavailableBlockTypes(
    Resource,
    endpoint="/unavailable_block_types",
    target=BusyTimeType,
    include=("archived",),
    ignored={"updated_at": UPDATED},
):
    """A reason, with its colour and usual length."""

    name = fields.Text("name")
    colour = fields.Text("color")
    duration_minutes = fields.Integer("duration_in_minutes")
    system_controlled = fields.Flag("system_controlled")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
