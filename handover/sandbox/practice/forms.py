"""Patient forms, their templates and their signatures."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Visit, spread
from handover.sandbox.practice.form_content import (
    POLICY,
    connected_template,
    question,
    sections_of,
    template_content,
)
from handover.sandbox.practice.model import link, stamp
from handover.sandbox.practice.stored import DOT

TEMPLATES = ("New client form", "COVID-19 screening", "Privacy policy", "Your details")


@dataclass(frozen=True)
class _Signed:
    """The consent at the end of a form: its questions, and links to the signatures."""

    questions: list[Json]
    links: list[Json]


def add_forms(build: Build) -> None:
    """Templates, then forms: filled in, waiting, edited, archived, restricted."""
    _add_templates(build)
    visits = [v for v in build.visits if v.client is not None and v.client.record is not None]
    for number, visit in enumerate(spread(visits, build.share(900, least=12))):
        _add_form(build, number, visit)


def _add_templates(build: Build) -> None:
    contents = {2: None, 3: connected_template()}
    for number, name in enumerate(TEMPLATES):
        fields: Record = {
            "name": name,
            "content": contents.get(number, template_content()),
            "email_to_patient_on_completion": number == 0,
            "restricted_to_practitioner": number == 3,
            "archived_at": stamp(build.moment()) if number == 1 else None,
        }
        build.add("patient_form_templates", build.start, fields)


def _add_form(build: Build, number: int, visit: Visit) -> None:
    identity = build.new_id()
    created = build.moment(build.start)
    done = number % 5 != 4
    finished = min(created + timedelta(minutes=10), build.now)
    signed = _sign(build, identity, number, finished if done else None)
    sections = sections_of(build, number, visit.client)
    sections.append({"name": "Consent", "description": POLICY, "questions": signed.questions})
    fields: Record = {
        "name": "New client form" if number % 4 else "COVID-19 screening",
        "content": None if number % 90 == 9 else {"sections": sections},
        "completed_at": stamp(finished) if done else None,
        "edited_at": stamp(finished) if number % 8 == 1 else None,
        "url": f"https://riverbend.au1.cliniko.com/f/{build.token()}",
        "restricted_to_practitioner": number % 11 == 3,
        "email_to_patient_on_completion": number % 3 == 0,
        "signatures": _as_told(signed.links, number),
        "archived_at": stamp(build.now) if number % 15 == 8 else None,
        "patient": build.link("patients", visit.client.id if visit.client else ""),
    }
    if number % 20 != 13:
        fields["business"] = build.link("businesses", build.businesses[visit.business].id)
    if number % 3:
        fields["attendee"] = build.link("attendees", visit.attendee_id)
        fields["booking"] = build.link("bookings", visit.booking_id)
    build.add("patient_forms", created, fields, record_id=identity)


def _as_told(links: list[Json], number: int) -> Json:
    """One link, or a list of them: both have been met. Of two, always a list."""
    if len(links) > 1 or (links and number % 6 == 2):
        return list(links)
    return links[0] if links else None


def _sign(build: Build, form_id: str, number: int, signed: datetime | None) -> _Signed:
    """Signed by the client, and at times by a guardian or a member of staff too."""
    names = ("I agree", "Guardian") if number % 12 == 6 else ("I agree",)
    made = _Signed([], [])
    for order, name in enumerate(names):
        given: Record = {}
        if signed is not None:
            signature = _add_signature(build, form_id, (number, order), signed)
            given["signature_id"] = signature
            made.links.append(link(f"patient_forms/{form_id}/signatures/{signature}"))
        made.questions.append(question(name, "signature", required=order == 0, **given))
    return made


def _add_signature(build: Build, form_id: str, turn: tuple[int, int], signed: datetime) -> str:
    number, order = turn
    fields: Record = {
        "image": _image(number, order),
        "patient_form": link(f"patient_forms/{form_id}"),
    }
    if number % 7 == 6:
        fields["user"] = link(f"users/{build.users['receptionist']}")
    record = build.add("signatures", signed, fields)
    record["links"] = link(f"patient_forms/{form_id}/signatures/{record['id']}")["links"]
    return str(record["id"])


def _image(number: int, order: int) -> str:
    """Data URIs in the forms that exist; a few drawings carry a script."""
    script = "<script>document.title='ran'</script>" if number % 100 == 10 else ""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
        f'<path d="M2 {number % 19} L38 {order + number // 19}" stroke="black"/>{script}</svg>'
    )
    if number % 40 == 20:
        return f"data:image/png;base64,{b64encode(DOT).decode()}"
    if number % 9 == 5:
        return f"data:image/svg+xml;utf8,{quote(drawing)}"
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"
