"""Relationships between patients."""

from handover.clients.models import Relationship
from handover.importing.cliniko.reasons import UPDATED
from handover.importing.cliniko.resources.patients import Patients
from handover.importing.engine import Resource, fields

RELATIONS = {
    10: Relationship.Relation.PARENT,
    20: Relationship.Relation.CHILD,
    30: Relationship.Relation.SIBLING,
    40: Relationship.Relation.SPOUSE,
    50: Relationship.Relation.PARTNER,
    60: Relationship.Relation.RELATIVE,
    70: Relationship.Relation.OTHER,
}


class Relationships(
    Resource,
    endpoint="/relationships",
    target=Relationship,
    include=("archived",),
    ignored={"relation_description": "the relation again, in words", "updated_at": UPDATED},
):
    """What one client is to another."""

    client = fields.Link("patient", to=Patients, required=True)
    related_client = fields.Link("related_patient", to=Patients, required=True)
    relation = fields.Choice(
        "relation",
        RELATIONS,
        other=Relationship.Relation.OTHER,
        note="assumed: what the related patient is to the patient",
    )
    archived_at = fields.Instant("archived_at")
    created_at = fields.Instant("created_at")
