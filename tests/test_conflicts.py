"""What was changed here and in Cliniko since the import: taken, kept or asked, field by field."""

from datetime import UTC, datetime

from handover.clients.models import Client, ClientPhone
from handover.clinical.models import ProgressNote
from handover.core.json import Json
from handover.importing import runs
from handover.importing.corrections import (
    OURS,
    THEIRS,
    Settled,
    Wanted,
    conflicts_of,
    settle_conflicts,
)
from handover.importing.models import Conflict, SourceRecord
from handover.scheduling.models import Appointment
from tests.archive import Record
from tests.moving import CLIENTS, Desk, Done, linked

ONE, TWO = "75335", "75342"
NUMBER: Json = {"phone_type": "Work", "number": "02 9999 0001", "normalized_number": "61299990001"}


def client(desk: Desk, name: str = ONE) -> Client:
    with desk.inside():
        return Client.objects.get(pk=desk.row_of("patients", name))


def edit(desk: Desk, name: str = ONE, **values: object) -> None:
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", name)).update(**values)


def asked(desk: Desk, done: Done, **wanted: str) -> dict[tuple[str, str], tuple[object, ...]]:
    """What is open, by record and field: before, here, at the source."""
    return {
        (each.source_id, each.field): (each.base, each.ours, each.theirs)
        for each in conflicts_of(done.run, Wanted(**wanted))
    }


def settle(done: Done, how: Conflict.How, **wanted: str) -> Settled:
    return settle_conflicts(done.run, Wanted(**wanted), how, by="Robin")


def test_staff_corrected_a_phone_number_and_cliniko_the_address_both_stay(desk: Desk) -> None:
    desk.moved(only=CLIENTS)
    with desk.inside():
        row = desk.row_of("patients", ONE)
        ClientPhone.objects.filter(client_id=row).delete()
        ClientPhone.objects.create(workspace=desk.workspace, client_id=row, number="0400 here")
    desk.practice.change("patients", ONE, address_1="9 New Street", occupation="Baker")
    done = desk.move(only=CLIENTS)
    assert done.balanced
    assert done.outcomes("patients") == {"updated": 1, "unchanged": 39}
    assert asked(desk, done) == {}
    now = client(desk)
    assert (now.address_1, now.occupation) == ("9 New Street", "Baker")
    with desk.inside():
        assert [each.number for each in now.phones.all()] == ["0400 here"]
    told = desk.undo(done.run)
    assert told["patients"].removed == 0
    assert client(desk).address_1 != "9 New Street", "the later import's own part is taken back"
    with desk.inside():
        assert [each.number for each in now.phones.all()] == ["0400 here"]


def worked_on_by_both(desk: Desk) -> tuple[Record, Done]:
    """Two clients whom staff and Cliniko have both changed; the first as it was, and the import."""
    before = dict(desk.practice.find("patients", ONE))
    desk.moved(only=CLIENTS)
    edit(desk, occupation="Here", notes="Here", email="here@example.org", city="Here")
    edit(desk, TWO, occupation="Here")
    there = {"occupation": "There", "notes": "There", "email": "there@example.org"}
    desk.practice.change("patients", ONE, **there, post_code="9999", medicare="1")
    desk.practice.change("patients", TWO, occupation="There")
    return before, desk.move(only=CLIENTS)


def test_what_both_changed_is_listed_field_by_field_and_settled_one_by_one(desk: Desk) -> None:
    before, done = worked_on_by_both(desk)
    open_ones = asked(desk, done)
    assert {field for name, field in open_ones if name == ONE} == {
        "occupation", "notes", "email", "city", "post_code",
    }, "half of an address is none: city and post code are asked together"  # fmt: skip
    emails = (before["email"] or "", "here@example.org", "there@example.org")
    assert open_ones[ONE, "email"] == emails
    assert client(desk).medicare_number == "1", "what only Cliniko has changed is taken"
    assert asked(desk, done, resource="contacts") == {}

    assert settle(done, THEIRS, source_id=ONE, field="email").count == 1
    assert settle(done, OURS, source_id=ONE, field="notes").count == 1
    assert settle(done, THEIRS, source_id=ONE, field="city").count == 2
    now = client(desk)
    assert (now.email, now.notes) == ("there@example.org", "Here")
    assert (now.city, now.post_code) == (before["city"], "9999")
    assert set(asked(desk, done)) == {(ONE, "occupation"), (TWO, "occupation")}
    with desk.inside():
        kept = Conflict.objects.get(field="notes")
        record = SourceRecord.objects.get(resource="patients", source_id=ONE)
    assert (kept.how, kept.settled_by, kept.settled_at is None) == ("ours", "Robin", False)
    assert [each["field"] for each in record.issues] == ["occupation"]


def test_what_was_kept_is_not_asked_again_until_cliniko_changes_it_again(desk: Desk) -> None:
    before, done = worked_on_by_both(desk)
    settle(done, OURS, source_id=ONE, field="notes")
    settle(done, THEIRS, source_id=ONE)
    settle(done, OURS)
    again = desk.move(only=CLIENTS)
    assert (asked(desk, again), again.outcomes("patients")) == ({}, {"unchanged": 40})
    desk.practice.change("patients", ONE, notes="There, again")
    third = desk.move(only=CLIENTS)
    assert asked(desk, third) == {(ONE, "notes"): ("There", "Here", "There, again")}
    desk.undo(third.run)
    assert (asked(desk, third), client(desk).notes) == ({}, "Here"), "it leaves no question behind"
    assert before["notes"] != "Here"


def test_undoing_a_catch_up_gives_back_what_was_here_before_its_questions(desk: Desk) -> None:
    before, done = worked_on_by_both(desk)
    settle(done, THEIRS, source_id=ONE)
    assert client(desk).notes == "There"
    desk.undo(done.run)
    now = client(desk)
    assert (now.email, now.notes, now.city) == ("here@example.org", "Here", "Here")
    assert now.medicare_number == (before["medicare"] or ""), "what it alone had brought goes"
    with desk.inside():
        assert Conflict.objects.count() == 0


def test_what_was_changed_here_once_more_is_not_taken_over_by_an_old_answer(desk: Desk) -> None:
    _, done = worked_on_by_both(desk)
    edit(desk, TWO, occupation="Here, once more")
    left = settle(done, THEIRS, source_id=TWO).left
    assert [(each.source_id, why) for each, why in left] == [
        (TWO, "it was changed here once more since: look at it again")
    ]
    assert client(desk, TWO).occupation == "Here, once more"
    assert asked(desk, done)[TWO, "occupation"][1] == "Here, once more"
    assert settle(done, THEIRS, source_id=TWO).count == 1
    assert client(desk, TWO).occupation == "There"
    with desk.inside():
        Client.objects.filter(pk=desk.row_of("patients", ONE)).update(occupation="There")
    assert settle(done, THEIRS, source_id=ONE, field="occupation").count == 1, "it is so already"


def test_an_open_question_stays_open_until_it_is_answered_or_answers_itself(desk: Desk) -> None:
    desk.moved(only=CLIENTS)
    edit(desk, occupation="Here")
    desk.practice.change("patients", ONE, occupation="There", patient_phone_numbers=[NUMBER])
    with desk.inside():
        row = desk.row_of("patients", ONE)
        ClientPhone.objects.create(workspace=desk.workspace, client_id=row, number="0400 here")
    rehearsed = desk.move(only=CLIENTS, rehearsal=True)
    assert ("occupation", "conflict") in rehearsed.causes("patients")
    assert asked(desk, rehearsed) == {}, "a rehearsal asks nobody"
    second = desk.move(only=CLIENTS)
    assert {field for _, field in asked(desk, second)} == {"occupation", "phones"}
    desk.practice.change("patients", ONE, occupation="There, later")
    third = desk.move(only=CLIENTS)
    assert asked(desk, third)[ONE, "occupation"] == ("There", "Here", "There, later")
    assert (ONE, "phones") in asked(desk, third), "it was asked before, and still is"
    assert settle(third, THEIRS, field="phones").count == 1
    with desk.inside():
        phones = ClientPhone.objects.filter(client_id=row).values_list("type", "number")
        assert list(phones) == [("work", "02 9999 0001")]
    desk.undo(third.run)
    assert asked(desk, second)[ONE, "occupation"][2] == "There", "the older question is open again"
    desk.practice.change("patients", ONE, occupation="Here")
    last = desk.move(only=CLIENTS)
    assert asked(desk, last) == {}, "both say the same by now"
    assert last.problems("patients") == []


def test_a_link_that_was_put_right_here_is_asked_like_any_field(desk: Desk) -> None:
    lists = ("individual_appointments",)
    desk.moved(only=lists)
    booked = desk.records["individual_appointments"][0]
    name, before = str(booked["id"]), linked(booked["practitioner"])
    others = [each for each in desk.records["practitioners"] if str(each["id"]) != before]
    mine, theirs = others[:2]
    with desk.inside():
        row = desk.row_of("individual_appointments", name)
        ours = desk.row_of("practitioners", mine["id"])
        Appointment.objects.filter(pk=row).update(practitioner_id=ours)
        second = desk.row_of("practitioners", theirs["id"])
    url = f"{desk.sandbox.url}/practitioners/{theirs['id']}"
    desk.practice.change(
        "individual_appointments", name, practitioner={"links": {"self": url}}, notes="From there"
    )
    done = desk.move(only=lists)
    found = asked(desk, done, resource="individual_appointments")
    assert found[name, "practitioner"][1:] == (ours, second)
    with desk.inside():
        assert Appointment.objects.get(pk=row).notes == "From there"
    settle(done, THEIRS)
    with desk.inside():
        assert Appointment.objects.get(pk=row).practitioner_id == second


def test_a_final_note_that_somebody_pinned_takes_nothing_and_says_so(desk: Desk) -> None:
    lists = ("treatment_notes",)
    desk.moved(only=lists)
    final = next(str(each["id"]) for each in desk.records["treatment_notes"] if not each["draft"])
    draft = next(str(each["id"]) for each in desk.records["treatment_notes"] if each["draft"])
    with desk.inside():
        pinned = ProgressNote.objects.filter(pk=desk.row_of("treatment_notes", final))
        pinned.update(pinned_at=datetime(2026, 3, 4, tzinfo=UTC))
        written = ProgressNote.objects.filter(pk=desk.row_of("treatment_notes", draft))
        written.update(title="Written on here")
        was = pinned.get().title
    for name in (final, draft):
        desk.practice.change("treatment_notes", name, title="Changed in Cliniko")
    done = desk.move(only=lists)
    found = {(each.source_id, each.field): each.locked for each in conflicts_of(done.run, Wanted())}
    assert found == {(final, "title"): True, (draft, "title"): False}
    told = settle(done, THEIRS)
    assert told.count == 1
    assert [(each.source_id, why) for each, why in told.left] == [
        (final, "it is final, and takes nothing any more: keep ours, and write an addendum")
    ]
    with desk.inside():
        assert (pinned.get().title, written.get().title) == (was, "Changed in Cliniko")
    assert settle(done, OURS).count == 1
    assert runs.find_run(done.run.pk).state == "done"
