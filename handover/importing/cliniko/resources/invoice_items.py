"""Invoice items: the lines of invoices, with their prices, discounts and taxes as issued."""

from handover.billing.models import InvoiceItem
from handover.importing.cliniko.readings import Archived
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.billable_items import BillableItems
from handover.importing.cliniko.resources.invoices import Invoices
from handover.importing.cliniko.resources.products import Products
from handover.importing.engine import Resource, fields


class InvoiceItems(
    Resource,
    endpoint="/invoice_items",
    target=InvoiceItem,
    include=("archived",),
    sums={
        "quantity": "quantity",
        "discounted_amount": "discounted_amount",
        "net_price": "net_price",
        "tax_amount": "tax_amount",
        "total_including_tax": "total_including_tax",
    },
    ignored={"updated_at": UPDATED},
):
    """One line of an invoice; never worked out anew."""

    invoice = fields.Link("invoice", to=Invoices, required=True)
    name = fields.Text("name")
    code = fields.Text("code")
    unit_price = fields.Issued("unit_price")
    quantity = fields.Issued("quantity")
    discount_percentage = fields.Issued("discount_percentage")
    discounted_amount = fields.Issued("discounted_amount")
    discount_is_monetary = fields.Flag("is_monetary_discount")
    net_price = fields.Issued("net_price")
    tax_name = fields.Text("tax_name")
    tax_rate = fields.Issued("tax_rate")
    tax_amount = fields.Issued("tax_amount")
    total_including_tax = fields.Issued("total_including_tax")
    concession_type_name = fields.Text("concession_type_name")
    billable_item = fields.Link("billable_item", to=BillableItems)
    product = fields.Link("product", to=Products)
    archived_at = Archived()
    created_at = fields.Instant("created_at")
