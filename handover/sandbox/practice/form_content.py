"""What is asked and answered in patient forms."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from functools import cache

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice import vocabulary as words
from handover.sandbox.practice.build import Build, Client
from handover.sandbox.practice.clients import THEY
from handover.sandbox.practice.hostile import attack_for

CONDITIONS = ("Asthma", "Diabetes", "None of these")
POLICY = "<div>We keep your records for 7 years. <b>You may ask for a copy.</b></div>"
STORIES = (
    "<div>It hurts on stairs</div>", "Since the fall in May.\nWorse at night <3 h of sleep",
    "<p>See <i>referral</i></p>", "None",
)  # fmt: skip


def question(name: str, kind: str, *, required: bool = False, **more: Json) -> Json:
    """A question as it stands in a section of a form."""
    made: Json = {"name": name, "type": kind, "required": required, **more}
    return made


def template_content() -> Record:
    """A template that asks before it is signed."""
    answers: list[Json] = [{"value": value} for value in CONDITIONS]
    return {
        "sections": [
            {
                "name": "About you",
                "description": "<div>Please answer <b>everything</b>.</div>",
                "questions": [
                    question("Reason", "text", required=True),
                    question("Conditions", "checkboxes", answers=answers, other={"enabled": True}),
                    question("Since when?", "date"),
                ],
            },
            {
                "name": "Consent",
                "description": POLICY,
                "questions": [question("I agree", "signature", required=True)],
            },
        ]
    }


def connected_template() -> Record:
    """A template of what is carried over to the client's own record."""
    questions: list[Json] = [
        {key: value for key, value in asked.items() if key not in {"options", "other"}}
        for asked in _connected(None, 0)
    ]
    return {"sections": [{"name": "About you", "questions": questions}]}


def sections_of(build: Build, number: int, client: Client | None) -> list[Json]:
    """The sections before the signature; ``number % 5 == 4`` is a form that nobody has begun."""
    begun = number % 5 != 4
    sections = [_medical(build, number, begun=begun)]
    if number % 2 == 0:
        questions: list[Json] = [*_connected(client if begun else None, number)]
        sections.insert(0, {"name": "About you", "questions": questions})
    if number % 9 == 5:
        sections.append({"description": attack_for(number) or POLICY})
    if number % 50 == 0 and begun:
        scale = question("Pain today", "scale", answer=7, maximum=10)
        sections.append({"questions": [scale]})
    return sections


def _connected(client: Client | None, number: int) -> list[Record]:
    """Questions tied to the client's own fields; answered when there is a client."""
    answers = _answers(client, number) if client else {}
    options: list[Json] = ["Female", "Male", "Other"]
    asked: tuple[tuple[str, str, str, Record], ...] = (
        ("Your name", "full_name", "full_name",
         {"options": {"title_enabled": True, "preferred_first_name_enabled": number % 4 == 0}}),
        ("Address", "address", "address", {}),
        ("Phones", "phone", "phone", {}),
        ("Pronouns", "pronouns", "pronouns", {}),
        ("Sex", "select", "sex",
         {"options": options, "other": {"enabled": True, "label": "Other"}}),
        ("Gender identity", "select", "gender_identity",
         {"options": ["Woman", "Man", "Non-binary"], "other": {"enabled": True}}),
        ("E-mail", "text", "email", {}),
        ("Date of birth", "date", "date_of_birth", {}),
    )  # fmt: skip
    return [
        {
            "name": name,
            "type": kind,
            "required": kind == "full_name",
            "patient_field_connection": field,
            **more,
            **({"answer": answers[field]} if field in answers else {}),
        }
        for name, kind, field, more in asked
    ]


def _answers(client: Client, number: int) -> Record:
    first, _, last = client.name.partition(" ")
    name: Record = {"first_name": first, "last_name": last}
    if number % 4 == 0:
        name.update({"title": "Ms", "preferred_first_name": first[:3]})
    mobile: Json = {"number": f"0400 {number % 1000:03d} 456", "phone_type": "Mobile"}
    home: Json = {"number": "03 9000 0000", "phone_type": "Home"}
    answers: Record = {
        "full_name": name,
        "address": {
            "address_1": "1 Swan Street", "city": "Richmond", "state": "VIC", "post_code": "3121",
            "country_code": "AU",
        },
        "phone": [mobile, home] if number % 3 == 0 else [mobile],
        "pronouns": {**THEY},
        "sex": "Female",
        "gender_identity": "Genderfluid" if number % 12 == 0 else "Woman",
        "email": "sam@example.test",
    }  # fmt: skip
    if number % 3:
        answers["date_of_birth"] = "1984-02-29"
    return answers


def _medical(build: Build, number: int, *, begun: bool) -> Json:
    reason: Record = {}
    if begun and number % 6 != 5:
        reason["answer"] = build.pick(words.COMPLAINTS)
    told: Record = {"answer": attack_for(number) or STORIES[number % 4]} if begun else {}
    since: Record = {"answer": "2025-02-27"} if begun else {}
    return {
        "name": "Medical history",
        "description": "<div>Tick what applies.</div>",
        "questions": [
            question("Reason", "text", required=True, **reason),
            question("Tell us more", "paragraph", required=False, **told),
            question("Since when?", "date", required=False, **since),
            _conditions(number % 4 if begun else None),
            _smoker(begun=begun),
        ],
    }


@cache
def _conditions(chosen: int | None) -> Json:
    answers: list[Json] = [
        {"value": value, "selected": True} if order == chosen else {"value": value}
        for order, value in enumerate(CONDITIONS)
    ]
    other: Record = {"enabled": True}
    if chosen is not None:
        other.update({"selected": True, "value": "Hay fever"})
    return question("Conditions", "checkboxes", answers=answers, other=other)


@cache
def _smoker(*, begun: bool) -> Json:
    no: Json = {"value": "No", "selected": True} if begun else {"value": "No"}
    return question("Smoker?", "radiobuttons", answers=[{"value": "Yes"}, no])
