"""Billable items: the price list."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.taxes import Taxes
from handover.importing.engine import Resource, fields
from handover.practice.models import BillableItem

TYPES = {
    "Service": BillableItem.Type.SERVICE,
    "Product": BillableItem.Type.PRODUCT,
    "Other": BillableItem.Type.OTHER,
}


class BillableItems(
    Resource,
    endpoint="/billable_items",
    target=BillableItem,
    include=("archived",),
    sums={"price": "price"},
    ignored={"updated_at": UPDATED},
):
    """A line of the price list."""

    name = fields.Text("name")
    code = fields.Text("item_code")
    type = fields.Choice("item_type", TYPES, other=BillableItem.Type.OTHER)
    price = fields.Money("price")
    tax = fields.Link("tax", to=Taxes)
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
