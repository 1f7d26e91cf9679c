"""Which products are charged for when an appointment of some type is booked."""

from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.appointment_types import AppointmentTypes
from handover.importing.cliniko.resources.products import Products
from handover.importing.engine import Resource, fields
from handover.practice.models import ServiceItem


class AppointmentTypeProducts(
    Resource,
    endpoint="/appointment_type_products",
    target=ServiceItem,
    sums={"quantity": "quantity", "discounted_amount": "discounted_amount"},
    ignored={"updated_at": UPDATED},
):
    """A product of a service."""

    service = fields.Link("appointment_type", to=AppointmentTypes, required=True)
    product = fields.Link("product", to=Products, required=True)
    quantity = fields.Number("quantity")
    discount_percentage = fields.Number("discount_percentage", places=6)
    discounted_amount = fields.Money("discounted_amount")
    discount_is_monetary = fields.Flag("is_monetary_discount")
    created_at = fields.Instant("created_at")
