"""Appointment types with what they cost, who offers them where, and the weekly roster."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import AppointmentKind, Build
from handover.sandbox.practice.model import link, stamp

KINDS = (
    ("Initial consultation", 60, 1, 10, "Consultations", "#3FA9F5", 0),
    ("Standard consultation", 30, 1, 50, "Consultations", "#7AC943", 1),
    ("Long consultation", 45, 1, 15, "Consultations", "#FF931E", 2),
    ("Telehealth review", 30, 1, 7, "Telehealth", "#FF7BAC", 3),
    ("NDIS assessment", 90, 1, 5, "NDIS", "#BDCCD4", 4),
    ("Report writing", 60, 1, 2, "Non-face-to-face", "#999", 5),
    ("Clinical Pilates", 55, 6, 0, "Classes", "#29B6B6", 6),
    ("Hydrotherapy group", 45, 10, 0, "Classes", "#3F51B5", 7),
    ("Remedial massage", 60, 1, 8, None, "#A1887F", 8),
    ("Intro offer 2023", 20, 1, 10, "", "#E91E63", None),
)
ROSTER: tuple[dict[int, int], ...] = (
    {0: 0, 1: 0, 2: 0, 3: 0},
    {0: 1, 1: 0, 2: 1, 3: 0, 4: 1},
    {1: 1, 3: 1, 4: 0},
    {0: 0, 2: 0, 4: 0, 5: 1},
    {0: 2, 1: 2, 2: 2, 3: 2, 4: 2},
    {0: 2, 2: 2, 4: 2},
    {1: 0, 2: 0, 4: 0},
    {0: 1, 1: 1, 3: 1, 4: 1},
    {2: 0, 3: 1, 4: 1},
)
"""For each practitioner, weekday (0 = Monday) to the number of the location."""

HOURS = (("08:00", "12:30", "13:15", "18:00"), ("09:00", "13:00", "13:30", "17:00"),
         ("11:00", "14:00", "14:30", "20:00"))  # fmt: skip


def hours(practitioner: int, weekday: int) -> tuple[str, str, str, str]:
    """Start, lunch, after lunch and end of a working day, in local time."""
    return HOURS[(practitioner + weekday) % len(HOURS)]


def add_services(build: Build) -> None:
    """Appointment types, their items and products, the offers and the roster."""
    for number, kind in enumerate(KINDS):
        _add_kind(build, number, kind)
    _add_offers(build)
    for person in build.practitioners:
        _add_roster(build, person.number)
    _add_extra_availability(build)


def _add_kind(
    build: Build, number: int, kind: tuple[str, int, int, int, str | None, str, int | None]
) -> None:
    name, minutes, places, weight, category, color, item = kind
    identity = build.new_id()
    retired = item is None
    item_id = None if item is None else str(build.records["billable_items"][item]["id"])
    until = build.today - timedelta(days=700) if retired else None
    build.kinds.append(AppointmentKind(identity, name, minutes, places, weight, item_id, until))
    fields = _payments(number)
    fields |= {
        "name": name,
        "category": category,
        "color": color,
        "description": None if number else "For new clients & new conditions.",
        "duration_in_minutes": minutes,
        "max_attendees": places,
        "telehealth_enabled": name.startswith("Telehealth"),
        "show_in_online_bookings": number < 3,
        "online_bookings_lead_time_hours": 24 if number == 0 else None,
        **_message_templates(number),
        "appointment_type_billable_items": _filtered(
            "appointment_type_billable_items", "appointment_type_id", identity
        ),
        "appointment_type_products": _filtered(
            "appointment_type_products", "appointment_type_id", identity
        ),
        "practitioners": link(f"appointment_types/{identity}/practitioners"),
        "archived_at": stamp(build.now - timedelta(days=690)) if retired else None,
    }
    if item_id is not None:
        fields["billable_item"] = link(f"billable_items/{item_id}")
    if number == 2:
        fields["product"] = link(f"products/{build.records['products'][1]['id']}")
    build.add("appointment_types", build.start - timedelta(days=500 - number), fields,
              record_id=identity)  # fmt: skip
    _add_kind_items(build, identity, item_id, with_product=number == 2)


def _payments(number: int) -> Record:
    return {
        "online_payments_enabled": number == 0,
        "online_payments_mode": "deposit_required" if number == 0 else None,
        "deposit_price": "50.0" if number == 0 else None,
        "add_deposit_to_account_credit": number == 0,
    }


def _message_templates(number: int) -> Record:
    return {
        "appointment_confirmation_template_ids": ["88001"] if number < 3 else [],
        "appointment_follow_up_template_ids": [],
        "appointment_reminder_template_ids": ["88002", "88003"] if number < 3 else None,
    }


def _filtered(resource: str, field: str, identity: str) -> Record:
    return link(f"{resource}?q%5B%5D={field}%3A%3D{identity}")


def _add_kind_items(build: Build, kind_id: str, item_id: str | None, *, with_product: bool) -> None:
    shared: Record = {
        "appointment_type": link(f"appointment_types/{kind_id}"),
        "quantity": "1.0",
        "discount_percentage": None,
        "discounted_amount": None,
        "is_monetary_discount": False,
    }
    if item_id is not None:
        item: Record = {**shared, "billable_item": link(f"billable_items/{item_id}")}
        if with_product:
            item.update({"discount_percentage": "8.4746", "discounted_amount": "10.0"})
            item["is_monetary_discount"] = True
        build.add("appointment_type_billable_items", build.start, item)
    if with_product:
        product = str(build.records["products"][1]["id"])
        discount: Record = {"discount_percentage": "10.0", "discounted_amount": "1.0"}
        fields: Record = {**shared, **discount, "product": link(f"products/{product}")}
        build.add("appointment_type_products", build.start, fields)


def _add_offers(build: Build) -> None:
    live = [kind for kind in build.kinds if kind.until is None]
    for person in build.practitioners:
        places = sorted(set(ROSTER[person.number].values()))
        build.practitioner_businesses[person.id] = [build.businesses[n].id for n in places]
        build.practitioner_types[person.id] = [
            kind.id for n, kind in enumerate(live) if n < 4 or (n + person.number) % 2
        ]
    for place in build.businesses:
        offered: list[Json] = []
        for kind in live:
            staff: list[Json] = [
                link(f"practitioners/{person.id}")
                for person in build.practitioners
                if person.left is None
                and place.id in build.practitioner_businesses[person.id]
                and kind.id in build.practitioner_types[person.id]
            ]
            if staff:
                offered.append(kind.id)
                build.records.setdefault("services", []).append(
                    {
                        "business": link(f"businesses/{place.id}"),
                        "appointment_type": link(f"appointment_types/{kind.id}"),
                        "practitioners": staff,
                    }
                )
        record = next(r for r in build.records["businesses"] if r["id"] == place.id)
        record["appointment_type_ids"] = offered
    for record, person in zip(build.records["practitioners"], build.practitioners, strict=True):
        if person.number != 3:
            record["default_appointment_type"] = link(f"appointment_types/{build.kinds[1].id}")


def _add_roster(build: Build, number: int) -> None:
    person = build.practitioners[number]
    for weekday, place_number in ROSTER[number].items():
        place = build.businesses[place_number]
        start, lunch, after, end = hours(number, weekday)
        zone = str(place.zone)
        fields: Record = {
            "day_of_week": (weekday + 1) % 7,
            "availabilities": [
                {"starts_at": start, "ends_at": lunch},
                {"starts_at": after, "ends_at": end},
            ],
            "business": link(f"businesses/{place.id}"),
            "practitioner": link(f"practitioners/{person.id}"),
            "time_zone": zone.rsplit("/", 1)[-1],
            "time_zone_identifier": zone,
        }
        if person.left is not None and weekday % 2:
            fields["availabilities"] = []
        build.add("daily_availabilities", build.start - timedelta(days=300), fields)


def _add_extra_availability(build: Build) -> None:
    for number, rule in enumerate((None, {}, _weekly(6))):
        starts = build.now.replace(hour=22) + timedelta(days=3 + number)
        fields: Record = {
            "starts_at": stamp(starts),
            "ends_at": stamp(starts + timedelta(hours=3)),
            "repeat_rule": rule,
            "business": link(f"businesses/{build.businesses[number].id}"),
            "practitioner": link(f"practitioners/{build.practitioners[number].id}"),
        }
        build.add("availability_blocks", build.now - timedelta(days=9 - number), fields)


def _weekly(times: int) -> Json:
    return {"repeat_type": "Weekly", "number_of_repeats": times, "repeating_interval": 1}
