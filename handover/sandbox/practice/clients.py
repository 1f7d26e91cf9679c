"""The clients, plain ones and the odd ones every real practice has."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import date, timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build, Client
from handover.sandbox.practice.custom_fields import filled_custom_fields
from handover.sandbox.practice.model import API, link, stamp
from handover.sandbox.practice.services import ROSTER
from handover.sandbox.practice.structure import phone

SEXES = ("Female", "Male", "Intersex", "Prefer not to say")
THEY = {
    "nominative": "they",
    "accusative": "them",
    "pronominal_possessive": "their",
    "predicative_possessive": "theirs",
    "reflexive": "themself",
}


def add_clients(build: Build) -> None:
    """All clients, oldest first, so that those known at a given day are the front of the list."""
    rng = build.rng
    spread = int((build.now - build.start).total_seconds()) // 60
    ages = sorted(
        (rng.randint(-spread, 0) if rng.random() < 0.4 else rng.randint(0, spread - 1440))
        for _ in range(build.client_count)
    )
    for number, minutes in enumerate(ages):
        created = build.start + timedelta(minutes=minutes)
        place = rng.choices((0, 1, 2), (5, 3, 3))[0]
        staff = [n for n in range(9) if place in ROSTER[n].values()]
        identity = str(75_335 + number * 7) if number < 5 else build.new_id()
        name = (build.pick(words.FIRST_NAMES), build.pick(words.LAST_NAMES))
        client = Client(identity, " ".join(name), created, place, build.pick(staff), None)
        fields = _patient(build, client, name, number)
        client.record = build.add(
            "patients", created, fields, record_id=identity, updated=build.moment(created)
        )
        build.clients.append(client)
    _make_namesakes(build)
    _merge(build)
    _forget_one(build)


def _patient(build: Build, client: Client, name: tuple[str, str], number: int) -> Record:
    first, last = name
    title = build.pick(("Ms", "Mr", "Mrs", "Dr", "", None))
    fields: Record = {
        "title": title,
        "first_name": first,
        "last_name": last,
        "preferred_first_name": build.maybe(8, first[:3] + "y"),
        "label": f"{first} {last}",
        "date_of_birth": _birth_date(build),
        **_identity(build),
        **_address(build, client),
        **_contact(build, number),
        **_administration(build, client, number),
        "archived_at": _archived(build, number),
        "deleted_at": "" if number % 97 == 0 else None,
        "merged_at": None,
    }
    for name_, path in (
        ("appointments", "patients/{}/appointments"),
        ("attendees", "attendees?q%5B%5D=patient_id%3A%3D{}"),
        ("invoices", "patients/{}/invoices"),
        ("medical_alerts", "patients/{}/medical_alerts"),
        ("patient_attachments", "patients/{}/patient_attachments"),
        ("relationships", "relationships?q%5B%5D=patient_id%3A%3D{}"),
    ):
        fields[name_] = link(path.format(client.id))
    if number % 34 == 22:
        fields["deleted_at"] = fields["archived_at"]
    return {**fields, **_relations(build, number)}


def _archived(build: Build, number: int) -> Json:
    if number % 17 == 5:
        return stamp(build.moment(build.now - timedelta(days=200)))
    return "" if number % 41 == 0 else None


def _birth_date(build: Build) -> Json:
    if build.chance(3):
        return None
    days = build.rng.randint(3 * 365, 94 * 365)
    return (build.today - timedelta(days=days)).isoformat()


def _identity(build: Build) -> Record:
    sex = build.pick(SEXES[: 4 if build.chance(6) else 2])
    return {
        "sex": sex,
        "gender": sex if build.chance(40) else None,
        "gender_identity": build.maybe(5, "Non-binary"),
        "pronouns": {**THEY} if build.chance(4) else None,
        "occupation": build.maybe(50, build.pick(words.OCCUPATIONS)),
        "emergency_contact": build.maybe(30, "Sam (partner) 0400 111 222"),
    }


def _address(build: Build, client: Client) -> Record:
    city, state, post_code = build.pick(words.SUBURBS[client.business])
    known = build.chance(90)
    return {
        "address_1": f"{build.rng.randint(1, 400)} {build.pick(words.STREETS)}" if known else "",
        "address_2": build.maybe(10, f"Unit {build.rng.randint(1, 60)}"),
        "address_3": build.maybe(2, "c/o Reception"),
        "city": city if known else None,
        "state": state if known else "",
        "post_code": post_code if known else None,
        "country": "Australia",
        "country_code": "AU",
        "time_zone": str(build.businesses[client.business].zone) if build.chance(15) else None,
    }


def _contact(build: Build, number: int) -> Record:
    phones: list[Json] = []
    if build.chance(92):
        phones.append(phone("Mobile", f"04{build.rng.randint(10, 99)} {number % 1000:03d} 555"))
    if build.chance(15):
        phones.append(phone("Home", f"(03) 9555 {number % 10_000:04d}"))
    if build.chance(3):
        phones.append(phone("Work", f"03 9555 {number % 10_000:04d} ext. 12"))
    email = f"client{number}@mail.example.test" if build.chance(80) else None
    return {
        "patient_phone_numbers": phones,
        "email": email,
        "invoice_email": f"accounts{number}@mail.example.test" if build.chance(5) else None,
        "reminder_type": build.pick(("None", "SMS", "Email", "SMS & Email")),
        "receives_confirmation_emails": build.chance(85),
        "receives_cancellation_emails": build.chance(85),
        "accepted_privacy_policy": build.pick((True, True, True, False, None)),
        "accepted_email_marketing": build.chance(30),
        "accepted_sms_marketing": build.chance(20),
    }


def _administration(build: Build, client: Client, number: int) -> Record:
    return {
        "medicare": f"{2000000000 + number * 11}" if build.chance(40) else None,
        "medicare_reference_number": "1" if build.chance(35) else "",
        "dva_card_number": f"V{'SX'[number % 2]}{1000 + number % 9000}"
        if number % 53 == 3
        else None,
        "invoice_default_to": build.maybe(4, f"Parent of {client.name}"),
        "invoice_extra_information": build.maybe(
            4, f"Claim {9000 + number}\r\nCase manager: Ms Lee"
        ),
        "old_reference_id": f"OLD-{number:05d}" if number % 3 == 0 else None,
        "notes": build.maybe(20, "Likes <early> appointments & tea.\nSecond line."),
        "appointment_notes": build.maybe(15, build.pick(words.CLINIC_NOTES)),
        "referral_source": build.maybe(20, "Google"),
        "custom_fields": filled_custom_fields(build) if build.chance(30) else None,
    }


def _relations(build: Build, number: int) -> Record:
    relations: Record = {}
    if number % 9 == 2:
        kind = build.records["concession_types"][number % 3]
        relations["concession_type"] = link(f"concession_types/{kind['id']}")
    if number % 4 == 1:
        doctors = build.records["contacts"]
        relations["referring_doctor"] = link(f"contacts/{doctors[number % len(doctors)]['id']}")
    elif number % 31 == 0:
        relations["referring_doctor"] = {}
    return relations


def _make_namesakes(build: Build) -> None:
    """Three pairs of different people with one name and one date of birth."""
    step = build.client_count // 4
    for number in range(1, 4) if step else ():
        one, other = build.clients[number * step - 1], build.clients[number * step - 2]
        if one.record is None or other.record is None:
            continue
        born = date(1980 + number, 5, 17).isoformat()
        one.record["date_of_birth"] = other.record["date_of_birth"] = born
        for key in ("first_name", "last_name", "label"):
            other.record[key] = one.record[key]
        other.name = one.name


def _merge(build: Build) -> None:
    """Six clients merged into others; the first into one that was merged on itself later."""
    count = min(6, build.client_count // 8)
    losers = build.clients[8 : 8 + count]
    winners = [*losers[1:2], *build.clients[20 : 20 + count - 1]]
    for number, (loser, winner) in enumerate(zip(losers, winners, strict=False)):
        if loser.record is None:
            continue
        merged = stamp(build.now - timedelta(days=100 - number))
        loser.record["archived_at"] = loser.record["merged_at"] = merged
        loser.record["updated_at"] = merged
        loser.record["merged_with_patient"] = {"links": {"self": f"{API}/patients/{winner.id}"}}


def _forget_one(build: Build) -> None:
    """One client was deleted for good; appointments still name them."""
    created = build.start - timedelta(days=30)
    gone = Client(build.new_id(), "Deleted Patient", created, 0, 0, None)
    build.clients.insert(0, gone)
