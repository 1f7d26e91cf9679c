"""Product suppliers: whom the practice buys from."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields
from handover.practice.models import ProductSupplier


class ProductSuppliers(
    Resource,
    endpoint="/product_suppliers",
    target=ProductSupplier,
    ignored={"updated_at": UPDATED},
):
    """A supplier."""

    name = fields.Text("name")
    created_at = fields.Instant("created_at")
