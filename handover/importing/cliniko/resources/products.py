"""Products: what is sold from stock, and how much of it there was."""

from handover.core.json import JsonObject
from handover.importing.cliniko.reasons import UPDATED, listed_at
from handover.importing.cliniko.resources.product_suppliers import ProductSuppliers
from handover.importing.cliniko.resources.taxes import Taxes
from handover.importing.engine import Resource, fields
from handover.importing.engine.values import Draft
from handover.practice.models import Product


class SupplierLink(fields.Link):
    """The supplier: Cliniko gives a link, or the plain id, or both."""

    def __init__(self) -> None:
        super().__init__("product_supplier", to=ProductSuppliers)
        self.sources = ("product_supplier", "product_supplier_id")

    def fill(self, payload: JsonObject, draft: Draft) -> None:
        """Take the plain id where there is no link."""
        given = (payload.get(source) for source in self.sources)
        super().fill({self.sources[0]: next((each for each in given if each), None)}, draft)


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
        "stock_adjustments": listed_at("/stock_adjustments"),
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
    supplier = SupplierLink()
    supplier_name = fields.Text("product_supplier_name")
    notes = fields.Text("notes")
    tax = fields.Link("tax", to=Taxes)
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
