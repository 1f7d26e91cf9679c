"""The shapes of an appointment and of an attendee, as Cliniko gives them."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit
from handover.sandbox.practice.model import link, stamp

REASON_TEXTS = {
    10: "Feeling Better", 20: "Condition Worse", 30: "Sick", 31: "COVID-19 related", 40: "Away",
    50: "Other", 60: "Work",
}  # fmt: skip


def individual_fields(build: Build, visit: Visit, first: str | None, rule: Record | None) -> Record:
    """An individual appointment; ``first`` is the id of the one it repeats, ``rule`` how."""
    identity = visit.booking_id
    client = visit.client
    notes = _appointment_notes(build)
    fields: Record = {
        "starts_at": stamp(visit.starts),
        "ends_at": stamp(visit.ends),
        "notes": notes,
        "patient_name": client.name if client else None,
        "has_patient_appointment_notes": bool(notes),
        "patient_arrived": visit.arrived is True,
        "did_not_arrive": visit.arrived is False,
        "invoice_status": None,
        "treatment_note_status": None,
        "email_reminder_sent": visit.arrived is not None,
        "sms_reminder_sent": False,
        "online_booking_policy_accepted": None,
        "booking_ip_address": None,
        "telehealth_url": f"https://riverbend.au1.cliniko.com/telehealth/join/{identity[-9:]}",
        **_series(visit, rule),
        **_cancellation(visit, None),
        "archived_at": visit.archived_at,
        "deleted_at": visit.archived_at,
        "created_at": visit.created_at,
        "updated_at": visit.updated_at,
        **_relations(build, visit, "individual_appointments"),
    }
    if client is not None:
        fields["patient"] = build.link("patients", client.id)
    if first is not None:
        fields["repeated_from"] = build.link("individual_appointments", first)
    if build.rng.random() < 0.12:
        fields["online_booking_policy_accepted"] = True
        fields["booking_ip_address"] = f"203.0.113.{build.rng.randint(1, 254)}"
    return fields


def group_fields(
    build: Build, visits: list[Visit], number: int, first: str | None, rule: Record | None
) -> Record:
    """A group appointment, the ``number``-th; who comes is told by its attendees.

    ``first`` is the id of the class that it repeats, ``rule`` how it is repeated itself.
    """
    visit = visits[0]
    identity = visit.booking_id
    gone = visit.updated_at if number % 9 == 4 else None
    later = link(f"group_appointments?q[]=repeated_from_id:={identity}")
    origin: Record = {}
    if first is not None:
        origin["repeated_from"] = build.link("group_appointments", first)
    present: list[Json] = [one.client.id for one in visits if one.client and not one.archived_at]
    return {
        "starts_at": stamp(visit.starts),
        "ends_at": stamp(visit.ends),
        "notes": "Room 2, bring a towel" if number % 5 == 1 else None,
        "max_attendees": build.kinds[visit.kind].places,
        "patient_ids": present,
        "repeat_rule": rule or {},
        "repeats": later if rule else None,
        **origin,
        "telehealth_url": f"https://riverbend.au1.cliniko.com/telehealth/join/{identity[-9:]}",
        "archived_at": gone,
        "deleted_at": gone,
        "created_at": visit.created_at,
        "updated_at": visit.updated_at,
        **_relations(build, visit, "group_appointments"),
    }


def attendee_fields(build: Build, visit: Visit) -> Record:
    """One person at an appointment: arrival, cancellation and reminders are kept here."""
    identity = visit.attendee_id
    code = f"{int(identity) * 7919 % 10**12:012d}"
    fields: Record = {
        "arrived": visit.arrived,
        "notes": "Brought X-rays" if build.rng.random() < 0.03 else None,
        "invoice_status": None,
        "treatment_note_status": None,
        "booking_ip_address": visit.booking.get("booking_ip_address"),
        "online_booking_policy_accepted": visit.booking.get("online_booking_policy_accepted"),
        "cancellation_url": f"https://riverbend.au1.cliniko.com/bookings/cancel/{code}",
        "telehealth_url": f"https://riverbend.au1.cliniko.com/telehealth/{code}",
        "email_reminder_sent": visit.arrived is not None,
        "sms_reminder_sent": False,
        "sent_email_reminders_count": 1 if visit.arrived is not None else 0,
        "sent_email_follow_ups_count": 0,
        "sent_sms_reminders_count": 0,
        "sent_sms_follow_ups_count": 0 if visit.booking.get("booking_ip_address") else None,
        **_cancellation(visit, ""),
        "archived_at": visit.archived_at,
        "deleted_at": visit.archived_at,
        "created_at": visit.created_at,
        "updated_at": visit.updated_at,
        "booking": build.link("bookings", visit.booking_id),
        "invoices": link(f"attendees/{identity}/invoices"),
        "patient_forms": link(f"attendees/{identity}/patient_forms"),
    }
    if visit.client is not None:
        fields["patient"] = build.link("patients", visit.client.id)
    return fields


def _series(visit: Visit, rule: Record | None) -> Record:
    later = link(f"individual_appointments?q[]=repeated_from_id:={visit.booking_id}")
    return {
        "repeat_rule": rule or ({} if visit.arrived else None),
        "repeats": later if rule else None,
    }


def _relations(build: Build, visit: Visit, resource: str) -> Record:
    return {
        "appointment_type": build.link("appointment_types", build.kinds[visit.kind].id),
        "business": build.link("businesses", build.businesses[visit.business].id),
        "practitioner": build.link("practitioners", build.practitioners[visit.practitioner].id),
        "attendees": link(f"{resource}/{visit.booking_id}/attendees"),
        "conflicts": link(f"{resource}/{visit.booking_id}/conflicts"),
    }


def _cancellation(visit: Visit, none: str | None) -> Record:
    if visit.reason is None:
        return {
            "cancelled_at": None,
            "cancellation_reason": None,
            "cancellation_reason_description": none,
            "cancellation_note": None,
        }
    return {
        "cancelled_at": visit.cancelled_at,
        "cancellation_reason": visit.reason,
        "cancellation_reason_description": REASON_TEXTS[visit.reason],
        "cancellation_note": "Rang at 7 am" if visit.reason in {30, 50} else "",
    }


def _appointment_notes(build: Build) -> Json:
    dice = build.rng.random()
    if dice < 0.1:
        return "Review exercises, <b>not</b> HTML here"
    return "" if dice < 0.15 else None
