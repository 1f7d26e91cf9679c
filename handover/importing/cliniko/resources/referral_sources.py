"""Referral sources: how one patient found the practice.

Cliniko addresses each by its patient; in the list it has an id of its own all the same.
"""

from handover.clients.models import ReferralSource
from handover.core.json import JsonObject
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.contacts import Contacts
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.cliniko.resources.referral_source_types import ReferralSourceTypes
from handover.importing.engine import Resource, fields
from handover.importing.engine.fields.field import shown
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import UNKNOWN_VALUE, Context, Draft

REFERRERS = {"referring_client", "referring_contact"}


class ReferralSources(
    Resource,
    endpoint="/referral_sources",
    target=ReferralSource,
    include=("archived",),
    ignored={
        "referrer_type": "the referrer's link tells clients from contacts",
        "updated_at": UPDATED,
    },
):
    """How a client came, and who sent them."""

    client = fields.Link("patient", to=Patients, required=True)
    type = fields.Link("referral_source_type", to=ReferralSourceTypes)
    subcategory = fields.Text("subcategory")
    referring_client = fields.Link("referrer", to=Patients, where_path="patients")
    referring_contact = fields.Link("referrer", to=Contacts, where_path="contacts")
    notes = fields.Text("notes")
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")

    @classmethod
    def finish(cls, draft: Draft, record: JsonObject, context: Context) -> None:
        """A referrer of a third kind would match neither link: it is not passed over in silence."""
        url = lookup(record, "referrer.links.self") or record.get("referrer")
        if isinstance(url, str) and url and not REFERRERS & draft.refs.keys():
            draft.note("referrer", UNKNOWN_VALUE, f"neither client nor contact: {shown(url)}")
