"""Referral source types: the ways in which clients find the practice."""

from handover.clients.models import ReferralType
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.engine import Resource, fields

REFERRERS = {
    "Patient": ReferralType.Referrer.CLIENT,
    "Contact": ReferralType.Referrer.CONTACT,
}


class ReferralSourceTypes(
    Resource,
    endpoint="/referral_source_types",
    target=ReferralType,
    include=("archived",),
    ignored={"referrers": "the list of all who could refer", "updated_at": UPDATED},
):
    """A way, and who refers where somebody does."""

    name = fields.Text("name")
    referrer = fields.Choice("referrer_type", REFERRERS, other=ReferralType.Referrer.NOBODY)
    subcategories = fields.Listed("subcategories")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
