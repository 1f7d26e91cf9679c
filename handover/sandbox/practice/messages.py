"""Communications in their three shapes: e-mail, SMS and memo. They are history; nothing is sent."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, Visit, spread
from handover.sandbox.practice.hostile import attack_for
from handover.sandbox.practice.model import link, linked_id, stamp

TYPES = {1: "SMS", 2: "Email", 3: "Phone call", 4: "Other"}
EMAILS = (
    (4, "Appointment Confirmation"), (1, "Appointment Reminder"), (3, "Invoice"),
    (5, "Letter"), (17, "Patient Form"), (14, "Payment Receipt"),
    (16, "Appointment Cancellation"), (9, "Account Statement"), (2, "Patient Reply Forwarded"),
    (48, "Appointment Follow Up Message"), (20, "Online payment request"), (15, "Bulk Email"),
    (18, "Upcoming appointments"), (19, "Completed Patient Form"), (50, "Patient form renewal"),
)  # fmt: skip
TO_STAFF = (
    (6, "Practitioner Appointment Notification"), (41, "Today's appointments for practitioner"),
    (26, "Data export complete notification"), (21, "New user"), (25, "Password changed"),
)  # fmt: skip
TEXTS = (
    (1, "Appointment Reminder", "Reminder: your appointment tomorrow. Reply Y."),
    (7, "SMS Message", "Running 10 min late \u2013 sorry!\nRiverbend"),
    (48, "Appointment Follow Up Message", "How is the knee? " * 12),
    (16, "Appointment Cancellation", "Your appointment was cancelled. 予約 取消"),
)
LETTER, RECEIPT, RECEIVED = 5, 14, 2
ABOUT_MONEY = frozenset({3, RECEIPT, 20})
GREETING = "<p>Dear client,</p><p>see you soon &amp; take care.</p>"
BILL = """<div>Dear client,<br><br>your <b>invoice</b> is attached.</div>\
<div><a href="https://riverbend.example.test/pay">Pay</a></div>"""
WHOLE_PAGE = """<html><head><style>p{color:red}</style></head><body><table><tr><td>\
<img alt="" src="https://track.example.test/o.gif">Hello &ndash; again</td></tr></table>\
</body></html>"""
BODIES = (GREETING, BILL, WHOLE_PAGE, "Plain text of an old message\r\n\r\nRiverbend")


def add_messages(build: Build) -> None:
    """About one for every fourth visit, and some to the staff that concern no client."""
    visits = [visit for visit in build.visits if visit.client is not None]
    bills = {linked_id(row.get("attendee")): str(row["id"]) for row in _invoices(build)}
    for number, visit in enumerate(spread(visits, build.share(3000))):
        sent = min(build.now, visit.starts - timedelta(days=1))
        shape = (_email, _sms, _memo)[number % 3]
        fields = shape(build, number, visit)
        if fields["category_code"] in ABOUT_MONEY and visit.attendee_id in bills:
            fields["invoice"] = build.link("invoices", bills[visit.attendee_id])
        fields["archived_at"] = stamp(build.now) if number % 21 == 11 else None
        if visit.client is not None and number % 33 != 17 and not _is_to_staff(number):
            fields["patient"] = build.link("patients", visit.client.id)
        build.add("communications", sent, fields)


def _invoices(build: Build) -> list[Record]:
    return build.records.get("invoices", [])


def _is_to_staff(number: int) -> bool:
    return number % 60 == 33


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
    staff = _is_to_staff(number)
    kinds = TO_STAFF if staff else EMAILS
    code, category = kinds[number // (60 if staff else 3) % len(kinds)]
    client = f"client{number}@mail.example.test"
    incoming = code == RECEIVED
    fields: Record = {
        **_common(2, 2 if incoming else 1),
        "category_code": code,
        "category": category,
        "content_subject": None if number % 45 == 12 else f"{category} \u2013 Riverbend",
        "content": attack_for(number // 3) or BODIES[number // 3 % len(BODIES)],
        "from": client if incoming else "hello@riverbend.example.test",
        "to": "hello@riverbend.example.test" if incoming or staff else client,
    }
    if not staff:
        fields.update(_ties(build, visit))
    if code == LETTER:
        fields["letter"] = link(f"letters/{build.new_id()}")
    if code == RECEIPT:
        fields["payment"] = link(f"payments/{build.new_id()}")
    return fields


def _sms(build: Build, number: int, visit: Visit) -> Record:
    reply = number % 4 == 0
    code, category, text = TEXTS[number // 3 % len(TEXTS)]
    fields: Record = {
        **_common(1, 2 if reply else 1),
        "category_code": 8 if reply else code,
        "category": "Reply from Patient" if reply else category,
        "content": "Yes 👍" if reply else text,
        "from": "61400111222" if reply else "Riverbend",
        "to": "Riverbend" if reply else "61400111222",
    }
    return fields if number % 5 == 2 else {**fields, **_ties(build, visit)}


def _memo(_build: Build, number: int, _visit: Visit) -> Record:
    text = "Rang about the invoice.\r\nWill call back." if number % 2 else ""
    return {
        **_common((3, 4, 2)[number // 3 % 3], 1 + number % 2),
        "category_code": 12,
        "category": "Memo",
        "confidential": True if number % 9 == 2 else (None if number % 36 == 5 else False),
        "content": attack_for(number // 3 + 4) or text,
        "from": "Reception" if number % 8 else None,
        "to": None if number % 6 == 2 else "Client",
    }
