"""Notes and forms of a whole move, each test named after what people complain about elsewhere."""

from collections import Counter

import pytest

from handover.accounts.models import PracticeDetails, Workspace
from handover.clinical.models import ProgressNote
from handover.clinical.queries import address_at_source
from handover.core import html
from handover.sandbox.practice.hostile import ATTACKS
from tests.archive import Record
from tests.moving import Desk, Moved, linked

NOTES = ("treatment_notes",)
NOWHERE: Record = {"links": {"self": "https://x/v1/y/404"}}
GONE: Record = {"id": None}  # a client whom Cliniko no longer lists


def questions(record: Record) -> list[Record]:
    content = record["content"] or {"sections": []}
    return [each for part in content["sections"] for each in part.get("questions", [])]


def items(record: Record) -> list[Record]:
    document = record["document"] or {"sections": []}
    return [each for part in document["sections"] for each in part["items"]]


def notes(moved: Moved) -> list[tuple[Record, Record]]:
    """Every note at the source, with the one here."""
    here = moved.archive.by_source("progress_notes", "treatment_notes")
    return [(each, here[str(each["id"])]) for each in moved.records["treatment_notes"]]


def who(moved: Moved, record: Record) -> str:
    """Whose it is: a client who was merged into another one is that one."""
    merged = {
        str(each["id"]): linked(each.get("merged_with_patient"))
        for each in moved.records["patients"]
    }
    found = str(linked(record["patient"]))
    while merged.get(found):
        found = str(merged[found])
    return found


def test_lost_notes_there_are_as_many_for_each_client_and_status(moved: Moved) -> None:
    clients = moved.archive.by_source("clients", "patients")
    there = Counter(
        (clients.get(who(moved, each), GONE)["id"], "draft" if each["draft"] else "final",
         each["archived_at"] is not None)
        for each in moved.records["treatment_notes"]
    )  # fmt: skip
    here = Counter(
        (each["client"], each["state"], each["archived_at"] is not None)
        for each in moved.archive.lines("progress_notes")
    )
    assert here == there
    assert len({state for _, state, _ in here}) == 2


def test_parts_of_a_note_lost_every_question_of_every_type_is_there(moved: Moved) -> None:
    ours = {"radiobuttons": "multiple_choice", "bodycharts": "body_charts", "scale": "unknown"}
    seen = set[str]()
    for there, here in notes(moved):
        kinds = [each["kind"] for each in items(here) if each["kind"] != "statement"]
        assert kinds == [ours.get(each["type"], each["type"]) for each in questions(there)]
        seen |= set(kinds)
    known = {"text", "paragraph", "date", "checkboxes", "multiple_choice", "body_charts"}
    assert seen == known | {"unknown"}


@pytest.mark.parametrize(
    ("table", "kind"),
    [("progress_notes", "treatment_notes"), ("client_forms", "patient_forms")],
)
def test_parts_of_a_note_lost_a_question_of_a_new_type_is_kept_whole_and_listed(
    moved: Moved, table: str, kind: str
) -> None:
    here, count = moved.archive.by_source(table, kind), 0
    for there in moved.records[kind]:
        new = [each for each in questions(there) if each["type"] == "scale"]
        kept = [each for each in items(here[str(there["id"])]) if each["kind"] == "unknown"]
        assert [{"name": each["label"], "type": each["type"], **each["kept"]} for each in kept] == [
            {key: value for key, value in each.items() if key != "required"} for each in new
        ]
        told = [field for field, code in moved.archive.issues(kind, there["id"])
                if code == "unknown value"]  # fmt: skip
        assert len(told) == len(new)
        count += len(new)
    assert count


def test_parts_of_a_note_lost_section_descriptions_are_statements(moved: Moved) -> None:
    for table, kind in (
        ("progress_notes", "treatment_notes"),
        ("note_templates", "treatment_note_templates"),
        ("client_forms", "patient_forms"),
        ("form_templates", "patient_form_templates"),
    ):
        here, count = moved.archive.by_source(table, kind), 0
        for record in moved.records[kind]:
            sections = (record["content"] or {"sections": []})["sections"]
            told = [each["description"] for each in sections if each.get("description")]
            ours = [each for each in items(here[str(record["id"])]) if each["kind"] == "statement"]
            assert [each["html"] for each in ours] == [
                html.clean(each) if each in ATTACKS else each for each in told
            ]
            count += len(told)
        assert count, kind


def test_parts_of_a_note_lost_other_answers_and_dates_are_there(moved: Moved) -> None:
    others = days = 0
    for there, here in notes(moved):
        asked = [each for each in items(here) if each["kind"] != "statement"]
        for question, item in zip(questions(there), asked, strict=True):
            if question["type"] == "date":
                assert item.get("day") == question.get("answer")
                days += "day" in item
            if question.get("other", {}).get("selected"):
                assert item["other"]["chosen"] is True
                assert item["other"].get("text") == question["other"].get("value")
                others += "text" in item["other"]
    assert min(others, days) > 2


def test_the_template_link_is_not_lost(moved: Moved) -> None:
    templates = moved.archive.by_source("note_templates", "treatment_note_templates")
    count = 0
    for there, here in notes(moved):
        named = linked(there.get("treatment_note_template"))
        here_too = templates.get(named) if named else None  # some were deleted at the source
        assert here["template"] == (here_too["id"] if here_too else None)
        count += named is not None
    assert count > 5


def test_a_service_knows_the_template_that_its_notes_begin_with(moved: Moved) -> None:
    templates = moved.archive.by_source("note_templates", "treatment_note_templates")
    services = moved.archive.by_source("services", "appointment_types")
    there = {
        services[str(each["id"])]["id"]: [templates[named]["id"]]
        for each in moved.records["appointment_types"]
        if (named := linked(each.get("treatment_note_template")))
    }
    parts = moved.archive.parts("service_note_templates", "service")
    here = {service: [each["template"] for each in rows] for service, rows in parts.items()}
    assert here == there
    assert len(here) > 1


def test_notes_of_archived_clients_and_of_staff_who_left_come_with_their_author(
    moved: Moved,
) -> None:
    practitioners = moved.archive.by_source("practitioners", "practitioners")
    left = unlinked = 0
    for there, here in notes(moved):
        assert here["author_name"] == (there["author_name"] or "")
        named = linked(there.get("practitioner"))
        assert here["practitioner"] == (practitioners[named]["id"] if named else None)
        left += bool(named and practitioners[named]["former"])
        unlinked += bool(here["author_name"] and not named)
    assert left
    assert unlinked, "an author is known by name alone where the source names no practitioner"


def test_a_note_is_linked_to_its_appointment(moved: Moved) -> None:
    appointments = moved.archive.by_source("appointments", "individual_appointments")
    appointments |= moved.archive.by_source("appointments", "group_appointments")
    attendances = moved.archive.by_source("attendances", "attendees")
    count = 0
    for there, here in notes(moved):
        booking, attendee = linked(there.get("booking")), linked(there.get("attendee"))
        assert here["appointment"] == (appointments[booking]["id"] if booking else None)
        assert here["attendance"] == (attendances[attendee]["id"] if attendee else None)
        count += booking is not None
    assert count > 5


def test_times_and_pins_are_those_of_the_source(moved: Moved) -> None:
    for there, here in notes(moved):
        assert here["finalised_at"] == there["finalized_at"]
        assert here["pinned_at"] == there["pinned_at"]
        assert here["created_at"] == there["created_at"]
    assert any(here["pinned_at"] for _, here in notes(moved))


def test_forms_keep_their_state_signatures_and_appointment(moved: Moved) -> None:
    here = moved.archive.by_source("client_forms", "patient_forms")
    appointments = moved.archive.by_source("appointments", "individual_appointments")
    appointments |= moved.archive.by_source("appointments", "group_appointments")
    signed = 0
    for there in moved.records["patient_forms"]:
        form = here[str(there["id"])]
        for ours, theirs in (
            ("completed_at", "completed_at"),
            ("edited_at", "edited_at"),
            ("restricted_to_practitioner", "restricted_to_practitioner"),
            ("email_to_client_on_completion", "email_to_patient_on_completion"),
        ):
            assert form[ours] == there[theirs]
        booking = linked(there.get("booking"))
        assert form["appointment"] == (appointments[booking]["id"] if booking else None)
        in_content = [each["signature_id"] for each in questions(there) if "signature_id" in each]
        if there["content"] is not None:
            assert form["signature_ids"] == in_content
        signed += len(form["signature_ids"])
    assert signed > 5


def test_the_public_link_to_a_form_is_nowhere_in_the_archive(moved: Moved) -> None:
    secrets = [str(each["url"]) for each in moved.records["patient_forms"]]
    text = (moved.archive.folder / "client_forms.ndjson").read_text(encoding="utf-8")
    assert secrets
    assert not [each for each in secrets if each in text or each.rsplit("/", 1)[1] in text]


# what is missing at the source


@pytest.mark.parametrize(
    "gone", [{"patient": None}, {"patient": {"links": {"self": "https://x/v1/patients/404"}}}]
)
def test_a_note_whose_client_is_gone_is_kept_and_listed(desk: Desk, gone: Record) -> None:
    loose = next(each for each in desk.records["treatment_notes"] if not each.get("attendee"))
    desk.practice.change("treatment_notes", loose["id"], **gone)
    done = desk.move(only=NOTES)
    assert done.balanced
    archive = desk.export()
    note = archive.by_source("progress_notes", "treatment_notes")[str(loose["id"])]
    assert (note["client"], note["title"]) == (None, loose["title"])
    assert {name for name, _ in archive.issues("treatment_notes", loose["id"])} == {"client"}


def test_a_note_that_names_only_an_attendee_lands_on_the_appointment(desk: Desk) -> None:
    seen = next(each for each in desk.records["treatment_notes"] if each.get("attendee"))
    whole = desk.moved(only=NOTES)
    before = desk.export().by_source("progress_notes", "treatment_notes")[str(seen["id"])]
    desk.undo(whole.run)
    desk.practice.change("treatment_notes", seen["id"], booking=None, patient=None)
    done = desk.move(only=NOTES)
    assert done.balanced
    archive = desk.export()
    note = archive.by_source("progress_notes", "treatment_notes")[str(seen["id"])]
    for name in ("appointment", "client"):
        assert note[name] == before[name] is not None
    assert {name for name, _ in archive.issues("treatment_notes", seen["id"])} == {
        "appointment",
        "client",
    }


def test_a_note_whose_practitioner_template_and_appointment_are_gone_is_kept(desk: Desk) -> None:
    seen = next(
        each for each in desk.records["treatment_notes"]
        if each.get("attendee") and each.get("treatment_note_template")
    )  # fmt: skip
    links = ("practitioner", "treatment_note_template", "booking", "attendee")
    desk.practice.change("treatment_notes", seen["id"], **{each: dict(NOWHERE) for each in links})
    done = desk.move(only=NOTES)
    assert done.balanced
    archive = desk.export()
    note = archive.by_source("progress_notes", "treatment_notes")[str(seen["id"])]
    ours = ("practitioner", "template", "appointment", "attendance")
    assert {note[each] for each in ours} == {None}
    assert note["author_name"] == seen["author_name"]
    told = {name for name, _ in archive.issues("treatment_notes", seen["id"])}
    assert told == set(ours)


@pytest.mark.parametrize(
    ("names", "address"),
    [
        (["sample"], "https://sample.au1.cliniko.com/patients/1/treatment_notes/2"),
        ([], ""),
        (["one", "two"], ""),
        (["evil.example/"], ""),
    ],
)
def test_what_stayed_in_cliniko_can_be_opened_there_where_its_place_is_certain(
    in_workspace: Workspace, names: list[str], address: str
) -> None:
    for name in names:
        PracticeDetails.objects.create(workspace_id=in_workspace.pk, subdomain=name)
    place = "au1.cliniko.com/patients/1/treatment_notes/2"
    note = ProgressNote(workspace_id=in_workspace.pk, source_place=place)
    assert address_at_source(note) == address
    assert address_at_source(ProgressNote(workspace_id=in_workspace.pk)) == ""
