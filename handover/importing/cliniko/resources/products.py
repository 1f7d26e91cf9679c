"""Products: what is sold from stock, and how much of it there was."""

from handover.importing.cliniko.reasons import UPDATED, comes_next
from handover.importing.cliniko.resources.taxes import Taxes
from handover.importing.engine import Resource, fields
from handover.practice.models import Product

SUPPLIERS = comes_next("product suppliers; the supplier's name is kept")


class Products(
    Resource,
    endpoint="/products",
    target=Product,
    include=("archived",),
    sums={
        "price_ex_tax": "price_excluding_tax",
        "price_including_tax": "price_including_tax",
        "cost_price": "cost_price",
        "stock_level": "stock_level",
    },
    ignored={
        "product_supplier": SUPPLIERS,
        "product_supplier_id": SUPPLIERS,
        "stock_adjustments": comes_next("stock adjustments; the stock level is kept"),
        "updated_at": UPDATED,
    },
):
    """Something from the shelf."""

    name = fields.Text("name")
    code = fields.Text("item_code")
    serial_number = fields.Text("serial_number")
    price_excluding_tax = fields.Money("price_ex_tax")
    price_including_tax = fields.Money("price_including_tax")
    cost_price = fields.Money("cost_price")
    stock_level = fields.Number("stock_level")
    supplier_name = fields.Text("product_supplier_name")
    notes = fields.Text("notes")
    tax = fields.Link("tax", to=Taxes)
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
