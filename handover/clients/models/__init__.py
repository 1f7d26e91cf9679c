"""Clients and the people and things around them."""

from handover.clients.models.cases import Case
from handover.clients.models.client import Client, ClientContact, ClientPhone
from handover.clients.models.contact import Contact, ContactPhone
from handover.clients.models.records import MedicalAlert, Recall, RecallType, Relationship
from handover.clients.models.referral import ReferralSource, ReferralType

__all__ = [
    "Case",
    "Client",
    "ClientContact",
    "ClientPhone",
    "Contact",
    "ContactPhone",
    "MedicalAlert",
    "Recall",
    "RecallType",
    "ReferralSource",
    "ReferralType",
    "Relationship",
]
