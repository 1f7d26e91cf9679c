"""A practice with everything that no practice should have, each thing in a record of its own."""

from dataclasses import dataclass, field

import msgspec

from handover.sandbox import Practice, Sandbox
from tests.archive import Record
from tests.moving import a_practice, linked

LONG = "Ärger über Öl. " * 14_000  # 200 kB and more
NUL = "before\x00after"
#: Half of a character: no text holds it, but JSON can spell it.
HALF = msgspec.Raw(b'"before\\ud800after"')

CLIENTS: dict[str, Record] = {
    "no dates": {"date_of_birth": "", "archived_at": "", "merged_at": ""},
    "a date of another country": {"date_of_birth": "31/12/1980"},
    "a day that never was": {"date_of_birth": "2001-02-30"},
    "a far birth date": {"date_of_birth": "9999-12-31"},
    "an early birth date": {"date_of_birth": "0001-01-01"},
    "a date as number": {"date_of_birth": 19801231},
    "an unknown reminder": {"reminder_type": "Carrier pigeon"},
    "a flag in words": {"accepted_privacy_policy": "perhaps"},
    "an unknown field": {"shoe_size": 43},
    "a NUL": {"last_name": NUL, "notes": NUL, "custom_fields": {"sections": [{"value": NUL}]}},
    "half a character": {"last_name": HALF, "notes": HALF, "custom_fields": {"a": HALF}},
    "a long text": {"notes": LONG},
    "a long name": {"last_name": LONG, "email": LONG},
    "an object for a text": {"first_name": {"given": "Ann"}, "notes": ["a", "b"]},
    "a number for a text": {"first_name": 12.50},
    "phones that are none": {
        "patient_phone_numbers": ["0400", {"phone_type": "Pager", "number": "1"}, {"number": None}]
    },
    "a list that is none": {"patient_phone_numbers": "0400 000 000"},
    "a zone of no earth": {"time_zone": "Mars/Olympus"},
    "a country too long": {"country_code": "AUS"},
    "a broken link": {"referring_doctor": {"links": {"self": "https://x/contacts/"}}},
    "a link to nobody": {"referring_doctor": {"links": {"self": "https://x/v1/contacts/42"}}},
    "an empty link": {"referring_doctor": {}, "concession_type": None},
    "merged with nobody": {"merged_with_patient": {"links": {"self": "https://x/v1/patients/1"}}},
    "huge numbers": {
        "custom_fields": {"n": msgspec.Raw(b"1e200000"), "m": msgspec.Raw(b"7" * 300)}
    },
    "many digits": {
        "custom_fields": {"n": [msgspec.Raw(b"0.1000000000000000000001"), msgspec.Raw(b"1.50")]},
        "pronouns": {"n": msgspec.Raw(b"12345678901234567.89"), "m": msgspec.Raw(b"1e9000")},
    },
    "markup for a text": {"address_1": "<script>alert(1)</script>", "title": "=cmd|' /C calc'"},
}
APPOINTMENTS: dict[str, Record] = {
    "ends before it starts": {
        "starts_at": "2026-01-05T02:00:00Z", "ends_at": "2026-01-05T01:00:00Z",
    },
    "has no end": {"starts_at": "2026-01-05T02:00:00Z", "ends_at": ""},
    "has an end without a zone": {
        "starts_at": "2026-01-05T02:00:00Z", "ends_at": "2026-01-05T03:00:00",
    },
    "is in the year 9999": {
        "starts_at": "9999-12-31T22:00:00Z", "ends_at": "9999-12-31T23:00:00Z",
    },
    "is in the year 1": {"starts_at": "0001-01-01T00:00:00Z", "ends_at": "0001-01-01T01:00:00Z"},
    "has an unknown reason": {
        "cancelled_at": "2026-01-01T00:00:00Z", "cancellation_reason": 999,
        "cancellation_reason_description": "",
    },
    "has flags in words": {"patient_arrived": "maybe", "did_not_arrive": None, "cancelled_at": ""},
    "names nobody": {
        "patient": None, "practitioner": {}, "business": None, "appointment_type": None,
        "patient_name": None,
    },
    "names nobody who exists": {
        "patient": {"links": {"self": "https://x/v1/patients/1"}},
        "practitioner": {"links": {"self": "https://x/v1/practitioners/1"}},
        "business": {"links": {"self": "https://x/v1/businesses/1"}},
        "appointment_type": {"links": {"self": "https://x/v1/appointment_types/1"}},
    },
    "repeats itself": {"repeated_from": "itself"},
    "repeats hugely": {"repeat_rule": {"n": msgspec.Raw(b"1e200000")}},
    "has a NUL": {"notes": NUL, "patient_name": NUL, "cancellation_note": NUL},
    "has half a character": {"notes": HALF},
    "has a long note": {"notes": LONG},
    "has an unknown field": {"room": "2", "\x00": "x"},
}  # fmt: skip
WITHOUT_START: dict[str, Record] = {
    "has no start": {"starts_at": ""},
    "has a start without a zone": {"starts_at": "2026-01-05T02:00:00"},
    "has a start of another country": {"starts_at": "05/01/2026 2:00 pm"},
    "starts after the end of time": {"starts_at": "9999-12-31T23:30:00-05:00"},
}
GROUPS: dict[str, Record] = {
    "has too many places": {"max_attendees": 10**12},
    "has places beyond all bounds": {"max_attendees": msgspec.Raw(b"9" * 400)},
    "has half a place": {"max_attendees": 1.5},
    "has fewer than no places": {"max_attendees": -1},
}
ATTENDEES: dict[str, Record] = {
    "has a count too large": {"sent_email_reminders_count": 10**30},
    "has a count in words": {"sent_sms_reminders_count": "many"},
    "came in words": {"arrived": "yes", "cancelled_at": None},
}
PRICES: dict[str, Record] = {
    "in text": {"price": "57.50"},
    "as a number": {"price": 57.5},
    "with more digits than a float has": {"price": msgspec.Raw(b"1234567890.123456")},
    "that is none": {"price": "free"},
    "that is too large": {"price": "1e30"},
    "below nought": {"price": "-5.25"},
    "that is empty": {"price": ""},
}


@dataclass
class Odd:
    """The practice, and the ids of its odd records by what is odd about them."""

    practice: Practice
    ids: dict[str, str] = field(default_factory=dict)

    def add(self, resource: str, like: str, oddities: dict[str, Record]) -> None:
        """Records like a good one, each with one thing wrong."""
        for name, fields in oddities.items():
            record = self.practice.copy(resource, like, **fields)
            if fields.get("repeated_from") == "itself":
                record["repeated_from"] = {"links": record["links"]}
            assert name not in self.ids
            self.ids[name] = str(record["id"])


def odd_practice() -> Odd:
    """A demo practice with all of them."""
    odd = Odd(a_practice())
    records = odd.practice.records
    patient = str(records["patients"][-1]["id"])
    odd.add("patients", patient, CLIENTS)
    one = next(
        str(each["id"])
        for each in records["individual_appointments"]
        if linked(each.get("patient")) == "75335" and not each["cancelled_at"]
    )
    odd.add("individual_appointments", one, APPOINTMENTS | WITHOUT_START)
    odd.add("group_appointments", str(records["group_appointments"][0]["id"]), GROUPS)
    odd.add("attendees", str(records["attendees"][0]["id"]), ATTENDEES)
    odd.add("billable_items", str(records["billable_items"][0]["id"]), PRICES)
    ring = [odd.practice.copy("patients", patient) for _ in range(2)]
    for number, each in enumerate(ring):
        each["merged_with_patient"] = {"links": ring[1 - number]["links"]}
        odd.ids[f"merged in a ring, {number}"] = str(each["id"])
    return odd


def spoil(sandbox: Sandbox, resource: str, number: int, raw: bytes) -> None:
    """Serve these bytes in place of one record; the practice must not be edited afterwards."""
    sandbox._tables[resource]._encoded[number] = raw
