"""Clients and the people and things around them."""

from handover.clients.models.cases import Case
from handover.clients.models.client import Client, ClientContact, ClientPhone
from handover.clients.models.contact import Contact, ContactPhone
from handover.clients.models.records import MedicalAlert, Recall, RecallType, Relationship
from handover.clients.models.referral import ReferralSource, ReferralType
from handover.clients.models.search import SearchKey, Thing
from handover.clients.models.tags import ClientTag, Tag

__all__ = [
    "Case",
    "Client",
    "ClientContact",
    "ClientPhone",
    "ClientTag",
    "Contact",
    "ContactPhone",
    "MedicalAlert",
    "Recall",
    "RecallType",
    "ReferralSource",
    "ReferralType",
    "Relationship",
    "SearchKey",
    "Tag",
    "Thing",
]
