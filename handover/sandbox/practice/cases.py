"""Patient cases: referrals with their sessions."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit
from handover.sandbox.practice.model import link, stamp

NAMES = ("Knee rehab", "EPC 2025", "TAC claim 12/3456", "DVA D904", "Post-op shoulder", "NDIS plan")


def add_cases(build: Build) -> None:
    """Open, closed, expired and archived cases, each with some of its client's visits."""
    by_client: dict[str, list[Visit]] = {}
    for visit in build.visits:
        if visit.client is not None and visit.client.record is not None:
            by_client.setdefault(visit.client.id, []).append(visit)
    for number, (client_id, visits) in enumerate(by_client.items()):
        if number >= build.extent // 3:
            break
        _add_case(build, number, client_id, visits[: 1 + number % 6])
        if number % 7 == 2:
            _add_case(build, number + 1, client_id, visits[6:8])


def _add_case(build: Build, number: int, client_id: str, visits: list[Visit]) -> None:
    identity = build.new_id()
    created = build.moment()
    closed = stamp(build.moment(created)) if number % 4 == 1 else None
    attendees: list[Json] = [visit.attendee_id for visit in visits]
    fields: Record = {
        "name": NAMES[number % len(NAMES)],
        "issue_date": created.date().isoformat() if number % 5 else None,
        "expiry_date": (created + timedelta(days=365)).date().isoformat() if number % 3 else None,
        "referral": number % 2 == 0,
        "referral_type": ("medicare", "dva", None)[number % 3],
        "max_sessions": 5 if number % 3 == 0 else None,
        "max_invoiceable_amount": "1250.0" if number % 6 == 2 else None,
        "include_cancelled_attendees": number % 7 == 0,
        "include_dna_attendees": number % 7 == 1,
        "closed": closed is not None,
        "closed_at": closed,
        "notes": "Send report after session 5" if number % 4 == 0 else "",
        "attendee_ids": attendees,
        "archived_at": stamp(build.now) if number % 14 == 5 else None,
        "patient": build.link("patients", client_id),
        "attendees": link(f"patient_cases/{identity}/attendees"),
        "bookings": link(f"patient_cases/{identity}/bookings"),
        "invoices": link(f"patient_cases/{identity}/invoices"),
        "patient_attachments": link(f"patient_cases/{identity}/patient_attachments"),
    }
    if number % 2 == 0:
        contacts = build.records["contacts"]
        fields["contact"] = link(f"contacts/{contacts[number % len(contacts)]['id']}")
    build.add("patient_cases", created, fields, record_id=identity)
    for visit in visits:
        own = build.link("patient_cases", identity)
        visit.attendee["patient_case"] = own
        if "max_attendees" not in visit.booking:
            visit.booking["patient_case"] = own
