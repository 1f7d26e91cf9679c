"""Patient forms with every kind of question, their templates and their signatures."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from datetime import datetime, timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build, Visit
from handover.sandbox.practice.clients import THEY
from handover.sandbox.practice.model import link, stamp

CONDITIONS = ("Asthma", "Diabetes", "None of these")
POLICY = "<div>We keep your records for 7 years. <b>You may ask for a copy.</b></div>"
SIGNATURE = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI0"
    "MCIgaGVpZ2h0PSIyMCI+PHBhdGggZD0iTTIgMTAgTDM4IDEwIiBzdHJva2U9ImJsYWNrIi8+PC9zdmc+"
)


def add_forms(build: Build) -> None:
    """Templates, then forms: filled in, waiting, edited, archived, restricted."""
    _add_templates(build)
    visits = [v for v in build.visits if v.client is not None and v.client.record is not None]
    wanted = min(build.extent // 2, len(visits))
    step = max(1, len(visits) // max(1, wanted))
    for number, visit in enumerate(visits[::step][:wanted]):
        _add_form(build, number, visit)


def _question(name: str, kind: str, *, required: bool = False, **more: Json) -> Json:
    question: Json = {"name": name, "type": kind, "required": required, **more}
    return question


def _template_content() -> Record:
    answers: list[Json] = [{"value": value} for value in CONDITIONS]
    return {
        "sections": [
            {
                "name": "About you",
                "description": "<div>Please answer <b>everything</b>.</div>",
                "questions": [
                    _question("Reason", "text", required=True),
                    _question("Conditions", "checkboxes", answers=answers, other={"enabled": True}),
                    _question("Since when?", "date"),
                ],
            },
            {
                "name": "Consent",
                "description": POLICY,
                "questions": [_question("I agree", "signature", required=True)],
            },
        ]
    }


def _add_templates(build: Build) -> None:
    for number, name in enumerate(("New client form", "COVID-19 screening", "Privacy policy")):
        fields: Record = {
            "name": name,
            "content": None if number == 2 else _template_content(),
            "email_to_patient_on_completion": number == 0,
            "restricted_to_practitioner": False,
            "archived_at": stamp(build.moment()) if number == 1 else None,
        }
        build.add("patient_form_templates", build.start, fields)


def _identity_section(number: int) -> Json:
    contact: list[Json] = [{"number": "0400 123 456", "phone_type": "Mobile"}]
    full_name: Record = {"title": "Ms", "first_name": "Sam", "last_name": "O'Sample"}
    address: Record = {
        "address_1": "1 Swan Street", "city": "Richmond", "state": "VIC", "post_code": "3121",
        "country_code": "AU",
    }  # fmt: skip
    options: list[Json] = ["Female", "Male", "Other"]
    questions = [
        _question("Your name", "full_name", required=True, patient_field_connection="full_name",
                  options={"title_enabled": True}, answer=full_name),
        _question("Address", "address", patient_field_connection="address", answer=address),
        _question("Phones", "phone", patient_field_connection="phone", answer=contact),
        _question("Pronouns", "pronouns", patient_field_connection="pronouns", answer={**THEY}),
        _question("Sex", "select", patient_field_connection="sex", options=options,
                  other={"enabled": True, "label": "Other"}, answer="Female"),
        _question("E-mail", "text", patient_field_connection="email", answer="sam@example.test"),
    ]  # fmt: skip
    if number == 0:
        questions.append(_question("Pain today", "scale", answer=7, maximum=10))
    return {"name": "About you", "questions": questions}


def _medical_section(build: Build, number: int) -> Json:
    answers: list[Json] = [
        {"value": value, "selected": True} if order == number % 4 else {"value": value}
        for order, value in enumerate(CONDITIONS)
    ]
    other: Json = {"enabled": True, "selected": True, "value": "Hay fever"}
    smoker: list[Json] = [{"value": "Yes"}, {"value": "No", "selected": True}]
    reason: Record = {} if number % 6 == 5 else {"answer": build.pick(words.COMPLAINTS)}
    return {
        "name": "Medical history",
        "description": "<div>Tick what applies.</div>",
        "questions": [
            _question("Reason", "text", required=True, **reason),
            _question("Tell us more", "paragraph", answer="<div>It hurts on stairs</div>"),
            _question("Since when?", "date", answer="2025-02-27"),
            _question("Conditions", "checkboxes", answers=answers, other=other),
            _question("Smoker?", "radiobuttons", answers=smoker),
        ],
    }


def _add_form(build: Build, number: int, visit: Visit) -> None:
    identity = build.new_id()
    created = build.moment(build.start)
    done = number % 5 != 4
    consent: Record = {"name": "I agree", "type": "signature", "required": True}
    signatures: Json = None
    if done:
        signature = _add_signature(build, identity, number, created + timedelta(minutes=9))
        consent["signature_id"] = signature
        signatures = link(f"patient_forms/{identity}/signatures/{signature}")
    sections: list[Json] = [_medical_section(build, number)]
    if number % 2 == 0:
        sections.insert(0, _identity_section(number))
    sections.append({"name": "Consent", "description": POLICY, "questions": [consent]})
    finished = stamp(min(created + timedelta(minutes=10), build.now))
    fields: Record = {
        "name": "New client form" if number % 4 else "COVID-19 screening",
        "content": None if number == 9 else {"sections": sections},
        "completed_at": finished if done else None,
        "edited_at": finished if number % 8 == 1 else None,
        "url": f"https://riverbend.au1.cliniko.com/f/{build.token()}",
        "restricted_to_practitioner": number % 11 == 3,
        "email_to_patient_on_completion": number % 3 == 0,
        "signatures": [signatures] if number % 6 == 2 and signatures else signatures,
        "archived_at": stamp(build.now) if number % 15 == 8 else None,
        "patient": build.link("patients", visit.client.id if visit.client else ""),
        "business": build.link("businesses", build.businesses[visit.business].id),
    }
    if number % 3:
        fields["attendee"] = build.link("attendees", visit.attendee_id)
        fields["booking"] = build.link("bookings", visit.booking_id)
    build.add("patient_forms", created, fields, record_id=identity)


def _add_signature(build: Build, form_id: str, number: int, signed: datetime) -> str:
    fields: Record = {"image": SIGNATURE, "patient_form": link(f"patient_forms/{form_id}")}
    if number % 7 == 6:
        fields["user"] = link(f"users/{build.users['receptionist']}")
    record = build.add("signatures", min(signed, build.now), fields)
    record["links"] = link(f"patient_forms/{form_id}/signatures/{record['id']}")["links"]
    return str(record["id"])
