"""Taxes and their rates."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields
from handover.practice.models import Tax


class Taxes(Resource, endpoint="/taxes", target=Tax, ignored={"updated_at": UPDATED}):
    """A tax; its rate was once called its amount, and is in percent either way."""

    name = fields.Text("name")
    rate = fields.FirstOf(fields.Number("rate", places=6), fields.Number("amount", places=6))
    created_at = fields.Instant("created_at")
