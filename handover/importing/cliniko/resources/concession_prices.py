"""Concession prices: what one billable item costs for one concession type."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.billable_items import BillableItems
from handover.importing.cliniko.resources.concession_types import ConcessionTypes
from handover.importing.engine import Resource, fields
from handover.practice.models import ConcessionPrice


class ConcessionPrices(
    Resource,
    endpoint="/concession_prices",
    target=ConcessionPrice,
    sums={"price": "price"},
    ignored={"updated_at": UPDATED},
):
    """A price between an item and a concession."""

    billable_item = fields.Link("billable_item", to=BillableItems, required=True)
    concession_type = fields.Link("concession_type", to=ConcessionTypes, required=True)
    price = fields.Money("price")
    created_at = fields.Instant("created_at")
