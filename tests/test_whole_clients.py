"""A whole account: every field of its clients, as read from the export alone."""

from tests.archive import Links
from tests.moving import Moved, linked

CLIENT_TEXTS = {
    "title": "title",
    "first_name": "first_name",
    "last_name": "last_name",
    "preferred_first_name": "preferred_name",
    "sex": "sex",
    "gender_identity": "gender_identity",
    "occupation": "occupation",
    "email": "email",
    "address_1": "address_1",
    "address_2": "address_2",
    "address_3": "address_3",
    "city": "city",
    "state": "state",
    "post_code": "post_code",
    "country": "country",
    "country_code": "country_code",
    "time_zone": "time_zone",
    "emergency_contact": "emergency_contact",
    "medicare": "medicare_number",
    "medicare_reference_number": "medicare_reference_number",
    "dva_card_number": "dva_number",
    "invoice_default_to": "invoice_recipient",
    "invoice_email": "invoice_email",
    "invoice_extra_information": "invoice_extra_information",
    "notes": "notes",
    "appointment_notes": "alerts",
    "referral_source": "referral_source_text",
    "old_reference_id": "old_reference_id",
}
CONSENTS = {
    "accepted_privacy_policy": "privacy_policy_accepted",
    "accepted_email_marketing": "email_marketing_accepted",
    "accepted_sms_marketing": "sms_marketing_accepted",
    "receives_confirmation_emails": "receives_confirmation_emails",
    "receives_cancellation_emails": "receives_cancellation_emails",
}
REMINDERS = {"None": "none", "SMS": "sms", "Email": "email", "SMS & Email": "sms_and_email"}


def test_names_and_all_other_texts_of_clients_are_as_they_were(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        for there, here in CLIENT_TEXTS.items():
            assert client[here] == (patient[there] or ""), (patient["id"], there)


def test_dates_and_consents_of_clients_are_as_they_were_and_none_is_invented(
    moved: Moved,
) -> None:
    clients = moved.archive.by_source("clients", "patients")
    unasked = 0
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert client["birth_date"] == (patient["date_of_birth"] or None)
        assert client["created_at"] == patient["created_at"]
        assert client["archived_at"] == (patient["archived_at"] or patient["deleted_at"] or None)
        assert client["merged_at"] == (patient["merged_at"] or None)
        assert client["reminder_preference"] == REMINDERS[str(patient["reminder_type"])]
        for there, here in CONSENTS.items():
            assert client[here] is patient[there], (patient["id"], there)
            unasked += patient[there] is None
    assert unasked > 0, "the practice should have a consent that nobody asked for"


def test_phone_numbers_of_clients_keep_their_kind_and_order(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    phones = moved.archive.parts("client_phones", "client")
    several = 0
    for patient in moved.records["patients"]:
        here = phones.get(clients[str(patient["id"])]["id"], [])
        there = patient["patient_phone_numbers"]
        assert isinstance(there, list)
        told = [(p["type"], p["number"], p["normalized_number"]) for p in here]
        assert told == [
            (str(p["phone_type"]).lower(), p["number"], p["normalized_number"])
            for p in there
            if isinstance(p, dict)
        ]
        several += len(told) > 1
    assert several > 0


def test_custom_fields_and_pronouns_are_kept_whole(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert client["custom_fields"] == patient["custom_fields"]
        assert client["pronouns"] == patient["pronouns"]
    assert any(each["custom_fields"] for each in clients.values())


def test_links_of_clients_lead_where_they_led(moved: Moved, links: Links) -> None:
    clients = moved.archive.by_source("clients", "patients")
    for patient in moved.records["patients"]:
        client = clients[str(patient["id"])]
        assert links(client, "concession_type") == linked(patient.get("concession_type"))
        assert links(client, "referring_doctor") == linked(patient.get("referring_doctor"))
        assert links(client, "merged_into") == linked(patient.get("merged_with_patient"))
