"""Stock adjustments: why there was more or less of a product."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.products import Products
from handover.importing.cliniko.resources.users import Users
from handover.importing.engine import Resource, fields
from handover.practice.models import StockAdjustment

Type = StockAdjustment.Type
TYPES = {
    "Stock Purchase": Type.STOCK_PURCHASE,
    "Returned": Type.RETURNED,
    "Damaged": Type.DAMAGED,
    "Out of Date": Type.OUT_OF_DATE,
    "Item Sold": Type.ITEM_SOLD,
    "Correction": Type.CORRECTION,
    "Other": Type.OTHER,
}


class StockAdjustments(
    Resource,
    endpoint="/stock_adjustments",
    target=StockAdjustment,
    include=("archived",),
    sums={"quantity": "quantity"},
    ignored={"updated_at": UPDATED},
):
    """A change of what is in stock; the products' own levels have it in them already."""

    product = fields.Link("product", to=Products, required=True)
    type = fields.Choice("adjustment_type", TYPES, other=Type.UNKNOWN)
    source_type = fields.Text("adjustment_type")
    quantity = fields.Number("quantity")
    notes = fields.FirstOf(
        fields.Text("notes"), fields.Text("comment"), note="its older name is comment"
    )
    adjusted_by = fields.Link("user", to=Users)
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
