"""The systems that records come from: each with its resources, and its name for people."""

from collections.abc import Mapping

from handover.importing.cliniko import resources as cliniko
from handover.importing.documents import resources as documents
from handover.importing.engine import Resource

CLINIKO, DOCUMENTS = "cliniko", "documents"
#: In this order reports show them.
RESOURCES: Mapping[str, tuple[type[Resource], ...]] = {
    CLINIKO: cliniko.RESOURCES,
    DOCUMENTS: documents.RESOURCES,
}
ALL = tuple(each for resources in RESOURCES.values() for each in resources)
#: What stands above the numbers of a source.
HELD_BY: Mapping[str, str] = {CLINIKO: "In Cliniko", DOCUMENTS: "Handed over"}
