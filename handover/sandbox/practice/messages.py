"""Communications in their three shapes: e-mail, SMS and memo. They are history; nothing is sent."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, Visit
from handover.sandbox.practice.model import link, stamp

TYPES = {1: "SMS", 2: "Email", 3: "Phone call", 4: "Other"}
EMAILS = (
    (4, "Appointment Confirmation"), (1, "Appointment Reminder"), (3, "Invoice"),
    (5, "Letter"), (17, "Patient Form"), (14, "Payment Receipt"),
)  # fmt: skip


def add_messages(build: Build) -> None:
    """About as many communications as the practice's extent, on the first visits of the list."""
    visits = [visit for visit in build.visits if visit.client is not None]
    wanted = min(build.extent, len(visits))
    step = max(1, len(visits) // max(1, wanted))
    for number, visit in enumerate(visits[::step][:wanted]):
        sent = min(build.now, visit.starts - timedelta(days=1))
        shape = (_email, _sms, _memo)[number % 3]
        fields = shape(build, number, visit)
        fields["archived_at"] = stamp(build.now) if number % 21 == 11 else None
        if visit.client is not None and number % 33 != 17:
            fields["patient"] = build.link("patients", visit.client.id)
        build.add("communications", sent, fields)


def _common(kind: int, direction: int) -> Record:
    return {
        "type": TYPES[kind],
        "type_code": kind,
        "direction_code": direction,
        "direction_description": "Sent" if direction == 1 else "Received",
    }


def _ties(build: Build, visit: Visit) -> Record:
    return {
        "attendee": build.link("attendees", visit.attendee_id),
        "booking": build.link("bookings", visit.booking_id),
    }


def _email(build: Build, number: int, visit: Visit) -> Record:
    code, category = EMAILS[number // 3 % len(EMAILS)]
    fields: Record = {
        **_common(2, 1),
        "category_code": code,
        "category": category,
        "content_subject": f"{category} \u2013 Riverbend",
        "content": "<p>Dear client,</p><p>see you soon &amp; take care.</p>",
        "from": "hello@riverbend.example.test",
        "to": f"client{number}@mail.example.test",
        **_ties(build, visit),
    }
    if code == 5:
        fields["letter"] = link(f"letters/{build.new_id()}")
    if code == 14:
        fields["payment"] = link(f"payments/{build.new_id()}")
    return fields


def _sms(build: Build, number: int, visit: Visit) -> Record:
    reply = number % 4 == 0
    fields: Record = {
        **_common(1, 2 if reply else 1),
        "category_code": 8 if reply else 1,
        "category": "Reply from Patient" if reply else "Appointment Reminder",
        "content": "Yes 👍" if reply else "Reminder: your appointment tomorrow. Reply Y.",
        "content_subject": None,
        "from": "61400111222" if reply else "Riverbend",
        "to": "Riverbend" if reply else "61400111222",
    }
    return fields if number % 5 == 2 else {**fields, **_ties(build, visit)}


def _memo(_build: Build, number: int, _visit: Visit) -> Record:
    return {
        **_common((3, 4, 2)[number // 3 % 3], 1 + number % 2),
        "category_code": 12,
        "category": "Memo",
        "confidential": number % 9 == 2,
        "content": "Rang about the invoice.\r\nWill call back." if number % 2 else "",
        "from": "Reception",
        "to": None if number % 6 == 2 else "Client",
    }
