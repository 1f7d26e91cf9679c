"""Treatment notes and their templates, old and new in style."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build, Visit
from handover.sandbox.practice.model import stamp

TESTS = ("McMurray", "Lachman", "Straight leg raise")
SIDES = ("Left", "Right", "Both")
OLD_HTML = "<div>Walking better</div><div><br></div><div>Stairs &lt; 1 flight</div>"
NEW_HTML = (
    "<h2>Plan</h2><p>Walking <b>better</b>, <i>less</i> <u>pain</u>.</p>"
    '<ul><li>Calf raises</li><li>Bridge</li></ul><blockquote>"It clicks"</blockquote>'
    '<p><a href="https://riverbend.example.test/plan?a=1&amp;b=2">Plan</a></p>'
)


def add_notes(build: Build) -> None:
    """Templates, then about one note for every second visit, up to the practice's extent."""
    templates = _add_templates(build)
    seen = [visit for visit in build.visits if visit.arrived and visit.client is not None]
    wanted = min(build.extent, len(seen))
    step = max(1, len(seen) // max(1, wanted))
    for number, visit in enumerate(seen[::step][:wanted]):
        _add_note(build, number, visit, templates[number % len(templates)])
    _add_loose_notes(build, templates)


def _question(name: str, kind: str, **more: Json) -> Json:
    question: Json = {"name": name, "type": kind, **more}
    return question


def _choices(names: tuple[str, ...], chosen: int | None = None) -> list[Json]:
    return [
        {"value": name, "selected": True} if number == chosen else {"value": name}
        for number, name in enumerate(names)
    ]


def _template_content() -> Record:
    yes: Json = {"enabled": True}
    no: Json = {"enabled": False}
    subjective: Json = {
        "name": "Subjective",
        "questions": [
            _question("Complaint", "text"),
            _question("Progress", "paragraph", answer="<p>Since last time:</p>"),
            _question("Onset", "date"),
        ],
    }
    objective: Json = {
        "name": "Objective",
        "description": "<div>Range of motion: <b>active</b> first.</div>",
        "questions": [
            _question("Tests", "checkboxes", answers=_choices(TESTS), other=yes),
            _question("Side", "radiobuttons", answers=_choices(SIDES), other=no),
            _question("Remark", "text"),
            _question("Remark", "text"),
            _question("Chart", "bodycharts"),
        ],
    }
    return {"sections": [subjective, objective]}


def _add_templates(build: Build) -> list[str]:
    made = []
    for number, name in enumerate(("Standard consultation", "Initial assessment", "Old SOAP")):
        gone = stamp(build.moment()) if number == 2 else None
        fields: Record = {
            "name": name,
            "content": _template_content(),
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
    for kind, template in zip(build.records["appointment_types"], made, strict=False):
        kind["treatment_note_template"] = build.link("treatment_note_templates", template)
    return made


def _filled(build: Build, number: int) -> Record:
    other: Record = {"enabled": True}
    if number % 5 == 0:
        other.update({"selected": True, "value": "Thessaly"})
    onset = build.moment().date().isoformat()
    subjective: Json = {
        "name": "Subjective",
        "questions": [
            _question("Complaint", "text", answer=build.pick(words.COMPLAINTS)),
            _question("Progress", "paragraph", answer=(OLD_HTML, NEW_HTML)[number % 2]),
            _question("Onset", "date", **({"answer": onset} if number % 3 else {})),
        ],
    }
    objective: Record = {
        "questions": [
            _question("Tests", "checkboxes", answers=_choices(TESTS, number % 4), other=other),
            _question(
                "Side",
                "radiobuttons",
                answers=_choices(SIDES, number % 3),
                other={"enabled": False},
            ),
            _question("Remark", "text", answer="First remark"),
            _question("Remark", "text", **({"answer": "Second < remark"} if number % 2 else {})),
        ],
    }
    if number % 3:
        objective["name"] = "Objective"
        objective["description"] = "<div>Range of motion: <b>active</b> first.</div>"
    questions = objective["questions"]
    if number % 4 == 0 and isinstance(questions, list):
        charts: list[Json] = [build.new_id() for _ in range(1 + number % 2)]
        questions.append(_question("Chart", "bodycharts", body_chart_ids=charts))
    return {"sections": [subjective, objective]}


def _add_note(build: Build, number: int, visit: Visit, template: str) -> None:
    draft = number % 9 == 4
    person = build.practitioners[visit.practitioner]
    written = visit.ends + timedelta(minutes=build.rng.randint(1, 90))
    gone = stamp(build.now) if number % 23 == 7 else None
    fields: Record = {
        "title": "Standard consultation" if number % 6 else "Initial assessment & plan",
        "draft": draft,
        "finalized_at": None if draft else stamp(min(written, build.now)),
        "pinned_at": stamp(min(written, build.now)) if number % 19 == 2 else None,
        "author_name": person.name,
        "content": None if number % 29 == 13 else _filled(build, number),
        "archived_at": gone,
        "deleted_at": gone,
        "patient": build.link("patients", visit.client.id if visit.client else ""),
        "practitioner": build.link("practitioners", person.id),
        "booking": build.link("bookings", visit.booking_id),
        "attendee": build.link("attendees", visit.attendee_id),
    }
    if number % 4:
        fields["treatment_note_template"] = build.link("treatment_note_templates", template)
    build.add("treatment_notes", min(visit.ends, build.now), fields, updated=written)
    for record in (visit.attendee, visit.booking):
        if gone is None and "treatment_note_status" in record:
            record["treatment_note_status"] = 10 if draft else 90


def _add_loose_notes(build: Build, templates: list[str]) -> None:
    """Notes without an appointment: one by somebody who left, one whose template is gone."""
    former = build.practitioners[-1]
    for number, client in enumerate(build.clients[1:6]):
        created = build.moment(build.now - timedelta(days=400), build.now - timedelta(days=90))
        fields: Record = {
            "title": "Phone call",
            "draft": number == 4,
            "finalized_at": None if number == 4 else stamp(created),
            "pinned_at": None,
            "author_name": former.name,
            "content": {
                "sections": [{"questions": [_question("Notes", "paragraph", answer=OLD_HTML)]}]
            },
            "archived_at": None,
            "deleted_at": None,
            "patient": build.link("patients", client.id),
            "practitioner": build.link("practitioners", former.id),
        }
        if number == 3:
            fields["treatment_note_template"] = build.link("treatment_note_templates", templates[2])
        build.add("treatment_notes", created, fields)
