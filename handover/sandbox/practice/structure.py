"""The skeleton of the practice: locations, users, practitioners and their numbers."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta
from zoneinfo import ZoneInfo

from handover.sandbox.jsontypes import Record
from handover.sandbox.practice.build import Build, Business, Practitioner
from handover.sandbox.practice.model import link

LOCATIONS = (
    ("Riverbend Physio Melbourne", "Melbourne", "Australia/Melbourne", "VIC", "3000", "Melbourne"),
    ("Riverbend Physio Richmond", "Richmond", "Australia/Melbourne", "VIC", "3121", "Melbourne"),
    ("Riverbend Allied Health Brisbane", "Brisbane City", "Australia/Brisbane", "QLD", "4000",
     "Brisbane"),
)  # fmt: skip
PRACTITIONERS = (
    ("Ms", "Harriet", "Okafor", "Physiotherapist", None),
    ("Mr", "Liam", "O'Donnell", "Physiotherapist", None),
    ("Dr", "Zoë", "Papadopoulos", "Podiatrist", None),
    ("", "Minh", "Trần", "Exercise physiologist", None),
    ("Mrs", "Grace", "Whitfield", "Occupational therapist", None),
    ("Mr", "Sunil", "Rao", "Physiotherapist", None),
    ("Ms", "Erin", "Blackwood", "Remedial massage", 540),
    ("Mr", "Tom", "Fairweather", "Physiotherapist", 240),
    ("Ms", "Erin", "Black", "Osteopath", 60),
)
OTHER_USERS = (
    ("Ms", "Margaret", "Riverbend", "administrator", "owner"),
    ("", "Jess", "Nolan", "receptionist", "reception"),
    ("Mr", "Pavel", "Novák", "bookkeeper", "accounts"),
)
ACCOUNT_AGE = timedelta(days=7 * 365)


def phone(kind: str, number: str) -> Record:
    """A phone number with Cliniko's normalised twin (country code, digits only)."""
    digits = "".join(letter for letter in number if letter.isdigit())
    return {
        "phone_type": kind,
        "number": number,
        "normalized_number": "61" + digits.removeprefix("0"),
    }


def add_owner(build: Build) -> None:
    """The one user that even an empty account has."""
    _add_user(build, "2411", OTHER_USERS[0])
    build.users["administrator"] = "2411"


def add_structure(build: Build) -> None:
    """Locations, then everybody who signs in, then the practitioners among them."""
    add_owner(build)
    for number, place in enumerate(LOCATIONS):
        _add_business(build, number, place)
    for person in OTHER_USERS[1:]:
        user_id = build.new_id()
        _add_user(build, user_id, person)
        build.users[person[3]] = user_id
    for number, (title, first, last, designation, left) in enumerate(PRACTITIONERS):
        _add_practitioner(build, number, (title, first, last), designation, left)
    build.users["practitioner"] = build.practitioners[0].user_id
    _add_reference_numbers(build)


def _add_business(build: Build, number: int, place: tuple[str, ...]) -> None:
    name, city, zone, state, post_code, label = place
    identity = str(1187 + number) if number == 0 else build.new_id()
    build.businesses.append(Business(identity, name, ZoneInfo(zone)))
    fields: Record = {
        "business_name": name,
        "display_name": name.removeprefix("Riverbend "),
        "label": name,
        "address_1": f"{12 + number} Bridge Road",
        "address_2": (None, "", "Level 2")[number],
        "city": city,
        "state": state,
        "post_code": post_code,
        "country": "Australia",
        "country_code": "AU",
        "time_zone": label,
        "time_zone_identifier": zone,
        "business_registration_name": "ABN",
        "business_registration_value": "51 824 753 556",
        "website_address": "https://riverbend.example.test",
        "contact_information": "03 9000 0000\r\nhello@riverbend.example.test",
        "additional_information": "Enter from the lane.\nLift on the left.",
        "additional_invoice_information": "Payment within 14 days.",
        "email_reply_to": "hello@riverbend.example.test",
        "appointment_reminders_enabled": True,
        "show_in_online_bookings": number < 2,
        "appointment_type_ids": [],
        "appointments": link(f"businesses/{identity}/appointments"),
        "practitioners": link(f"businesses/{identity}/practitioners"),
        "archived_at": None,
        "deleted_at": None,
    }
    build.add("businesses", build.start - ACCOUNT_AGE, fields, record_id=identity)


def _add_user(
    build: Build,
    user_id: str,
    person: tuple[str, str, str, str, str],
    *,
    zone: str = "Melbourne",
    active: bool = True,
) -> None:
    title, first, last, role, mailbox = person
    fields: Record = {
        "title": title or None,
        "first_name": first,
        "last_name": last,
        "email": f"{mailbox}@riverbend.example.test",
        "role": role,
        "active": active,
        "user_active": active,
        "phone_numbers": [phone("Mobile", f"0400 000 {len(build.users):03d}")],
        "time_zone": zone,
        "time_zone_identifier": f"Australia/{zone}",
    }
    build.add("users", build.start - ACCOUNT_AGE, fields, record_id=user_id)


def _add_practitioner(
    build: Build, number: int, name: tuple[str, str, str], designation: str, left: int | None
) -> None:
    title, first, last = name
    identity, user_id = (str(3301), str(2412)) if number == 0 else (build.new_id(), build.new_id())
    mailbox = f"{first}.{last}".lower().replace("'", "").replace("ë", "e").replace("ầ", "a")
    zone = "Brisbane" if number in {4, 5} else "Melbourne"
    person = (title, first, last, "practitioner", mailbox)
    _add_user(build, user_id, person, zone=zone, active=left is None)
    last_day = None if left is None else build.today - timedelta(days=left)
    build.practitioners.append(Practitioner(identity, user_id, f"{first} {last}", number, last_day))
    fields: Record = {
        "title": title or None,
        "first_name": first,
        "last_name": last,
        "display_name": f"{title} {first} {last}".strip(),
        "label": f"{title} {first} {last}".strip(),
        "designation": designation,
        "description": f"<p><b>{first}</b> works with runners &amp; walkers.</p>",
        "active": left is None,
        "show_in_online_bookings": left is None and number != 3,
        "user": link(f"users/{user_id}"),
        "appointments": link(f"practitioners/{identity}/appointments"),
        "appointment_types": link(f"practitioners/{identity}/appointment_types"),
        "invoices": link(f"practitioners/{identity}/invoices"),
        "practitioner_reference_numbers": link(
            f"practitioners/{identity}/practitioner_reference_numbers"
        ),
    }
    build.add("practitioners", build.start - timedelta(days=400 - number), fields,
              record_id=identity)  # fmt: skip


def _add_reference_numbers(build: Build) -> None:
    for person in build.practitioners:
        for number, place in enumerate(build.businesses):
            if (person.number + number) % 2:
                continue
            fields: Record = {
                "name": "Provider number",
                "reference_number": f"{2_400_000 + person.number * 137 + number}{'ABCDE'[number]}",
                "practitioner": link(f"practitioners/{person.id}"),
                "business": link(f"businesses/{place.id}"),
            }
            build.add("practitioner_reference_numbers", build.start, fields)
    numberless: Record = {
        "name": "",
        "reference_number": "AHPRA PHY0001234567",
        "practitioner": link(f"practitioners/{build.practitioners[0].id}"),
    }
    build.add("practitioner_reference_numbers", build.start, numberless)
