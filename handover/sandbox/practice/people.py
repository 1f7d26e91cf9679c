"""Everybody around the clients: contacts, family, alerts, referral sources and recalls."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build, Client
from handover.sandbox.practice.model import link, stamp
from handover.sandbox.practice.structure import phone

CONTACT_TYPES = (("Standard", 0), ("Doctor", 1), ("3rd Party Payer", 2))
RELATIONS = {
    10: "Parent", 20: "Child", 30: "Sibling", 40: "Spouse", 50: "Partner", 60: "Relative",
    70: "Other",
}  # fmt: skip
INVERSE = {10: 20, 20: 10}


def add_contacts(build: Build) -> None:
    """Doctors, payers and others, before the clients, who name them."""
    for number in range(max(12, min(90, build.client_count // 12))):
        kind, code = CONTACT_TYPES[(1, 1, 2, 0)[number % 4]]
        build.add("contacts", build.moment(), _contact(build, number, kind, code))
    build.records["contacts"].sort(key=lambda record: str(record["created_at"]))


def _contact(build: Build, number: int, kind: str, code: int) -> Record:
    payer = code == 2
    phones: list[Json] = [phone("Work", f"03 9{number:03d} 1234"), phone("Fax", "03 9000 4321")]
    gone = stamp(build.moment(build.now - timedelta(days=300))) if number % 11 == 4 else None
    doctor_type = ("general_practitioner", "specialist", None)[number % 3] if code == 1 else None
    return {
        "type": kind,
        "type_code": code,
        "title": "Dr" if code == 1 else None,
        "first_name": None if payer else build.pick(words.FIRST_NAMES),
        "last_name": "" if payer else build.pick(words.LAST_NAMES),
        "preferred_name": "Bernie" if number % 8 == 1 else None,
        "company_name": f"Insurer {number} Pty Ltd" if payer else build.maybe(50, "Swan St Clinic"),
        "occupation": "GP" if code == 1 else None,
        "doctor_type": doctor_type,
        "provider_number": f"{300_000 + number}AB" if code == 1 else None,
        "email": f"contact{number}@doctors.example.test" if number % 3 else None,
        "phone_numbers": phones[: number % 3],
        "address_1": f"{number + 1} Collins Street",
        "address_2": "Suite 4" if number % 5 == 0 else None,
        "address_3": "" if number % 6 else "Medical Centre",
        "city": "Melbourne",
        "state": "VIC",
        "post_code": "3000",
        "country": "Australia",
        "country_code": "AU",
        "notes": build.maybe(20, "Fax reports only"),
        "archived_at": gone,
        "deleted_at": gone,
    }


def add_relatives(build: Build) -> None:
    """Relationships; some are listed from both sides, some from one only."""
    people = _living(build)
    for number in range(min(len(people) // 3, 150)):
        one, other = people[number * 2], people[number * 2 + 1]
        relation = tuple(RELATIONS)[number % len(RELATIONS)]
        _relate(
            build, one, other, relation, archived_at=stamp(build.now) if number % 12 == 7 else None
        )
        if number % 2:
            _relate(build, other, one, INVERSE.get(relation, relation), archived_at=None)


def _relate(build: Build, one: Client, other: Client, relation: int, *, archived_at: Json) -> None:
    fields: Record = {
        "relation": relation,
        "relation_description": RELATIONS[relation],
        "patient": link(f"patients/{one.id}"),
        "related_patient": link(f"patients/{other.id}"),
        "archived_at": archived_at,
    }
    build.add("relationships", build.moment(), fields)


def add_alerts(build: Build) -> None:
    """Medical alerts: a line of text each."""
    for number, client in enumerate(_living(build)):
        if number % 8 == 3:
            gone = stamp(build.now) if number % 80 == 19 else None
            fields: Record = {
                "name": build.pick(words.ALERTS),
                "patient": link(f"patients/{client.id}"),
                "archived_at": gone,
                "deleted_at": gone,
            }
            build.add("medical_alerts", build.moment(), fields)


def add_referral_sources(build: Build) -> None:
    """Where clients heard of the practice: one record a client, addressed through the client."""
    kinds = [
        _referral_type(build, "Doctor", "Contact", []),
        _referral_type(build, "Friend or family", "Patient", []),
        _referral_type(build, "Internet", None, ["Google", "Instagram", "Our site"]),
        _referral_type(build, "Yellow Pages", None, []),
    ]
    build.records["referral_source_types"][-1]["archived_at"] = stamp(build.moment())
    people = _living(build)
    for number, client in enumerate(people):
        if number % 4:
            continue
        turn = number // 4 % 4
        fields: Record = {
            "referral_source_type": link(f"referral_source_types/{kinds[turn]}"),
            "referrer_type": ("Contact", "Patient", None, None)[turn],
            "referrer": None,
            "subcategory": "Google" if turn == 2 else None,
            "notes": build.maybe(10, "Saw the van"),
            "patient": link(f"patients/{client.id}"),
            "archived_at": stamp(build.now) if number % 40 == 24 else None,
        }
        if turn == 0:
            fields["referrer"] = link(f"contacts/{build.pick(build.records['contacts'])['id']}")
        elif turn == 1:
            fields["referrer"] = link(f"patients/{people[(number + 9) % len(people)].id}")
        record = build.add("referral_sources", build.moment(client.created), fields)
        record["links"] = link(f"patients/{client.id}/referral_source")["links"]


def _referral_type(
    build: Build, name: str, referrer_type: str | None, subcategories: list[Json]
) -> str:
    referrers = {"Contact": link("contacts"), "Patient": link("patients")}
    fields: Record = {
        "name": name,
        "referrer_type": referrer_type,
        "subcategories": subcategories,
        "referrers": referrers.get(referrer_type or ""),
        "archived_at": None,
    }
    return str(build.add("referral_source_types", build.start, fields)["id"])


def add_recalls(build: Build) -> None:
    """Recalls and their types (new in 2026; the server can be told not to have them)."""
    kinds = [
        str(build.add("recall_types", build.start, {"name": name})["id"])
        for name in ("Return visit", "Return visit (soon)")
    ]
    for number, client in enumerate(_living(build)):
        if number % 15 != 4:
            continue
        due = build.today + timedelta(days=build.rng.randint(-120, 180))
        fields: Record = {
            "recall_at": due.isoformat(),
            "notes": build.maybe(40, "Six-month review"),
            "patient": link(f"patients/{client.id}"),
            "recall_type": link(f"recall_types/{kinds[number % 2]}"),
        }
        build.add("recalls", build.moment(client.created), fields)


def _living(build: Build) -> list[Client]:
    return [client for client in build.clients if client.record is not None]
