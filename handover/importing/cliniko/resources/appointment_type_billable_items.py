"""What is charged for by itself when an appointment of some type is booked."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.billable_items import BillableItems
from handover.importing.engine import Resource, fields
from handover.practice.models import ServiceItem


class AppointmentTypeBillableItems(
    Resource,
    endpoint="/appointment_type_billable_items",
    target=ServiceItem,
    sums={"quantity": "quantity", "discounted_amount": "discounted_amount"},
    ignored={"updated_at": UPDATED},
):
    """A billable item of a service."""

    service = fields.Link("appointment_type", to=AppointmentTypes, required=True)
    billable_item = fields.Link("billable_item", to=BillableItems, required=True)
    quantity = fields.Number("quantity")
    discount_percentage = fields.Number("discount_percentage", places=6)
    discounted_amount = fields.Money("discounted_amount")
    discount_is_monetary = fields.Flag("is_monetary_discount")
    created_at = fields.Instant("created_at")
