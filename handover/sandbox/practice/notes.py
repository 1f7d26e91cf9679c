"""Treatment notes and their templates."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit, spread
from handover.sandbox.practice.model import stamp
from handover.sandbox.practice.note_content import (
    OLD_HTML,
    filled,
    paragraphs_only,
    question,
    statements_only,
    template_content,
)

TEMPLATES = ("Standard consultation", "Initial assessment", "Old SOAP", "Phone call", "Class note")
ARCHIVED = 2
TITLES = ("Initial assessment & plan", *("Standard consultation",) * 5)


def add_notes(build: Build) -> None:
    """Templates, then a note for about every second visit."""
    templates = _add_templates(build)
    seen = [visit for visit in build.visits if visit.arrived and visit.client is not None]
    for number, visit in enumerate(spread(seen, build.share(6000))):
        _add_note(build, number, visit, templates[number % len(templates)])
    _add_loose_notes(build, templates)


def _add_templates(build: Build) -> list[str]:
    made = []
    contents = {3: paragraphs_only(), 4: statements_only()}
    for number, name in enumerate(TEMPLATES):
        gone = stamp(build.moment()) if number == ARCHIVED else None
        fields: Record = {
            "name": name,
            "content": contents.get(number, template_content()),
            "print_settings": {
                "include_patient_address": number == 0,
                "include_patient_dob": True,
                "include_patient_medicare": None,
                "include_patient_occupation": False,
                "include_patient_reference_number": False,
                "title": name if number else None,
            },
            "archived_at": gone,
            "deleted_at": gone,
        }
        made.append(str(build.add("treatment_note_templates", build.start, fields)["id"]))
    kinds = build.records["appointment_types"]
    for kind, template in zip(kinds, made[: ARCHIVED + 1], strict=False):
        kind["treatment_note_template"] = build.link("treatment_note_templates", template)
    return made


def _author(build: Build, number: int, visit: Visit) -> str | None:
    """As it was on the day: names change, and some are not known any more."""
    name = build.practitioners[visit.practitioner].name
    if number % 53 == 20:
        return None if number % 2 else ""
    return f"{name.split()[0]} Lindqvist" if number % 17 == 3 else name


def _add_note(build: Build, number: int, visit: Visit, template: str) -> None:
    draft = number % 9 == 4
    written = min(build.now, visit.ends + timedelta(minutes=build.rng.randint(1, 90)))
    gone = stamp(build.now) if number % 23 == 7 else None
    fields: Record = {
        "title": TITLES[number % len(TITLES)],
        "draft": draft,
        "finalized_at": None if draft else stamp(written),
        "pinned_at": stamp(written) if number % 19 == 2 else None,
        "author_name": _author(build, number, visit),
        "content": filled(build, number, age=build.now - written),
        "archived_at": gone,
        "deleted_at": gone,
        **_relations(build, number, visit, template),
    }
    build.add("treatment_notes", min(visit.ends, build.now), fields, updated=written)
    for record in (visit.attendee, visit.booking):
        if gone is None and "attendee" in fields and "treatment_note_status" in record:
            record["treatment_note_status"] = 10 if draft else 90


def _relations(build: Build, number: int, visit: Visit, template: str) -> Record:
    """Links, each of which is missing now and then; one in so many templates was deleted."""
    relations: Record = {"patient": build.link("patients", visit.client.id if visit.client else "")}
    if number % 37 != 9:
        person = build.practitioners[visit.practitioner]
        relations["practitioner"] = build.link("practitioners", person.id)
    if number % 31 != 6:
        relations["booking"] = build.link("bookings", visit.booking_id)
    if number % 31 not in {6, 16}:
        relations["attendee"] = build.link("attendees", visit.attendee_id)
    if number % 41 == 11:
        template = build.new_id()
    if number % 4:
        relations["treatment_note_template"] = build.link("treatment_note_templates", template)
    return relations


def _add_loose_notes(build: Build, templates: list[str]) -> None:
    """Notes without an appointment, by somebody who left; the template of one is archived."""
    former = build.practitioners[-1]
    for number, client in enumerate(build.clients[1:6]):
        created = build.moment(build.now - timedelta(days=400), build.now - timedelta(days=90))
        answered: Json = {"questions": [question("Notes", "paragraph", answer=OLD_HTML)]}
        fields: Record = {
            "title": "Phone call",
            "draft": number == 4,
            "finalized_at": None if number == 4 else stamp(created),
            "pinned_at": None,
            "author_name": former.name,
            "content": {"sections": [answered]},
            "archived_at": None,
            "deleted_at": None,
            "patient": build.link("patients", client.id),
            "practitioner": build.link("practitioners", former.id),
        }
        if number == 3:
            old = templates[ARCHIVED]
            fields["treatment_note_template"] = build.link("treatment_note_templates", old)
        build.add("treatment_notes", created, fields)
