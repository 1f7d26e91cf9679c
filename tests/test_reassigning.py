"""People put right later: everything follows to the one who is meant, and back."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from django.db import connection

from conftest import a_workspace
from handover.clinical.models import ProgressNote
from handover.importing.corrections import (
    candidates,
    find_reassignment,
    reassign,
    reassignments,
    undo_reassignment,
)
from handover.importing.engine.errors import StopImport
from handover.importing.engine.relations import links_to
from handover.importing.models import SourceRecord
from handover.practice.models import Location, Practitioner, ProviderNumber, Service
from handover.scheduling.models import Appointment, Availability, BusyTime
from tests.moving import CALENDAR, Desk, linked
from tests.rows import refusal

MUCH = ("treatment_notes", "invoices", "daily_availabilities")
WEEK = ("daily_availabilities", "practitioner_reference_numbers")


def a_practitioner(desk: Desk, name: str = "Robin") -> int:
    with desk.inside():
        return Practitioner.objects.create(workspace=desk.workspace, first_name=name).pk


def links(desk: Desk, row: int, model: type = Practitioner) -> Counter[str]:
    """How many rows of each table lead to a row."""
    with desk.inside():
        return +Counter(
            {
                each.related_model.__name__: each.related_model._default_manager.filter(
                    **{each.field.name: row}
                ).count()
                for each in links_to(model)
            }
        )


def who_left(desk: Desk) -> tuple[str, int]:
    """A former practitioner with much behind them: the number at Cliniko, and the row here."""
    former = {str(each["id"]) for each in desk.records["practitioners"] if not each["active"]}
    booked = Counter(
        linked(each["practitioner"]) for each in desk.records["individual_appointments"]
    )
    name = next(str(each) for each, _ in booked.most_common() if each in former)
    with desk.inside():
        return name, desk.row_of("practitioners", name)


def move_over(desk: Desk, was: int, becomes: int, kind: str = "practitioners") -> int:
    return reassign(desk.workspace, kind, (was, becomes), by="Robin").number


def test_all_that_a_former_practitioner_left_follows_to_who_took_over_and_back(desk: Desk) -> None:
    desk.moved(only=MUCH)
    _, left = who_left(desk)
    before = links(desk, left)
    assert before.keys() >= {"Appointment", "ProgressNote", "Invoice"}
    new = a_practitioner(desk)
    with desk.inside():
        notes = ProgressNote.objects.filter(practitioner_id=left)
        authors = dict(notes.values_list("pk", "author_name"))
        pinned = notes.filter(state="final")[0].pk
        ProgressNote.objects.filter(pk=pinned).update(pinned_at=datetime(2026, 3, 4, tzinfo=UTC))
    export = desk.export()

    preview = reassign(desk.workspace, "practitioners", (left, new), preview=True)
    assert Counter({each.name: each.moved for each in preview.followed}).total() == before.total()
    assert (desk.export().tables, links(desk, new)) == (export.tables, Counter())

    number = move_over(desk, left, new)
    assert (links(desk, left), links(desk, new)) == (Counter(), before)
    with desk.inside():
        assert dict(ProgressNote.objects.filter(practitioner_id=new).values_list(
            "pk", "author_name"
        )) == authors, "who wrote a note stays who wrote it"  # fmt: skip

    again = desk.move(only=MUCH)
    assert again.balanced
    assert again.outcomes("practitioners")["matched"] == 1
    for kind in ("individual_appointments", "treatment_notes", "invoices"):
        assert set(again.outcomes(kind)) <= {"unchanged"}, kind
    assert links(desk, new) == before, "a later import does not turn it back"

    undo_reassignment(find_reassignment(number), by="Robin")
    assert desk.export().tables == export.tables
    assert desk.move(only=MUCH).outcomes("practitioners") == {"unchanged": 9}
    (kept,) = reassignments(desk.workspace)
    assert (kept.by, kept.undone_by, kept.told != []) == ("Robin", "Robin", True)


def test_what_comes_later_comes_to_who_took_over_and_undoing_moves_only_what_was_moved(
    desk: Desk,
) -> None:
    desk.move(only=CALENDAR)
    name, left = who_left(desk)
    new = a_practitioner(desk)
    before = links(desk, left)
    number = move_over(desk, left, new)
    booked = next(
        each
        for each in desk.records["individual_appointments"]
        if linked(each["practitioner"]) == name
    )
    fresh = desk.practice.copy("individual_appointments", str(booked["id"]))
    desk.practice.change("individual_appointments", str(booked["id"]), notes="Changed there")
    done = desk.move(only=CALENDAR)
    assert done.balanced
    assert done.outcomes("individual_appointments")["updated"] == 1
    with desk.inside():
        came = Appointment.objects.get(pk=desk.row_of("individual_appointments", fresh["id"]))
        assert came.practitioner_id == new
        elsewhere = Appointment.objects.filter(practitioner_id=new).exclude(pk=came.pk)[0]
        Appointment.objects.filter(pk=elsewhere.pk).update(practitioner_id=a_practitioner(desk))
    undo_reassignment(find_reassignment(number))
    assert links(desk, new) == {"Appointment": 1}, "what came since stays"
    assert links(desk, left)["Appointment"] == before["Appointment"] - 1, (
        "so does what was moved on"
    )


def test_a_place_that_was_matched_wrongly_gives_back_what_is_not_its_own(desk: Desk) -> None:
    name = str(desk.records["businesses"][0]["business_name"])
    with desk.inside():
        wrong = Location.objects.create(workspace=desk.workspace, name=name, city="Ours").pk
        right = Location.objects.create(workspace=desk.workspace, name="The right one").pk
    done = desk.move(only=(*CALENDAR, *WEEK))
    assert done.outcomes("businesses")["matched"] == 1
    came = links(desk, wrong, Location)
    assert came.keys() >= {"Appointment", "Availability"}
    with desk.inside():
        own = BusyTime.objects.create(
            workspace=desk.workspace, location_id=wrong, starts_at=datetime(2026, 6, 1, tzinfo=UTC),
            ends_at=datetime(2026, 6, 2, tzinfo=UTC),
        )  # fmt: skip
    told = reassign(desk.workspace, "locations", (wrong, right))
    assert not told.everything
    assert links(desk, wrong, Location) == {"BusyTime": 1}, "what staff made there stays there"
    assert links(desk, right, Location) == came
    assert desk.move(only=(*CALENDAR, *WEEK)).outcomes("businesses")["matched"] == 1
    assert links(desk, right, Location) == came
    found = {each.number: each for each in candidates(desk.workspace, "locations")}
    assert (found[wrong].sources, len(found[right].sources)) == ((), 1)
    # what was not edited by people is still the import's own, and goes with it
    assert desk.undo(done.run)["individual_appointments"].edited == ()
    with desk.inside():
        assert list(BusyTime.objects.values_list("pk", flat=True)) == [own.pk]
        assert set(Location.objects.values_list("pk", flat=True)) == {wrong, right}


def test_hours_and_numbers_that_the_other_has_already_are_not_made_twice(desk: Desk) -> None:
    desk.moved(only=WEEK)
    with desk.inside():
        held = ProviderNumber.objects.select_related("practitioner").all()[0]
        left = held.practitioner_id
        day = Availability.objects.filter(practitioner_id=left)[0]
    new = a_practitioner(desk)
    with desk.inside():
        ProviderNumber.objects.create(
            workspace=desk.workspace, practitioner_id=new, location_id=held.location_id,
            type=held.type, number=held.number,
        )  # fmt: skip
        Availability.objects.create(
            workspace=desk.workspace, practitioner_id=new, location_id=day.location_id,
            weekday=day.weekday,
        )  # fmt: skip
    told = reassign(desk.workspace, "practitioners", (left, new))
    doubled = {each.name: each.doubled for each in told.followed if each.doubled}
    assert doubled == {"provider numbers": 1, "availabilities": 1}
    assert links(desk, left) == {"ProviderNumber": 1, "Availability": 1}
    with desk.inside():
        numbers = ProviderNumber.objects.filter(practitioner_id=new)
        assert len(set(numbers.values_list("type", "number", "location"))) == numbers.count()


def test_deleting_the_import_takes_a_placeholder_with_it_and_leaves_what_staff_made(
    desk: Desk,
) -> None:
    empty = desk.export().tables
    done = desk.moved(only=CALENDAR)
    _, left = who_left(desk)
    with desk.inside():
        mine = BusyTime.objects.create(
            workspace=desk.workspace, practitioner_id=left,
            starts_at=datetime(2026, 6, 1, tzinfo=UTC), ends_at=datetime(2026, 6, 2, tzinfo=UTC),
        )  # fmt: skip
    new = a_practitioner(desk)
    number = move_over(desk, left, new)
    desk.undo(done.run)
    assert links(desk, new) == {"BusyTime": 1}
    with desk.inside():
        assert list(Practitioner.objects.values_list("pk", flat=True)) == [new]
        BusyTime.objects.filter(pk=mine.pk).delete()
        Practitioner.objects.filter(pk=new).delete()
        assert set(SourceRecord.objects.values_list("outcome", flat=True)) == {"undone"}
    assert desk.export().tables == empty
    with pytest.raises(StopImport, match=f"reassignment {number} was undone already"):
        undo_reassignment(find_reassignment(number))


def test_what_was_reassigned_twice_is_taken_back_in_order(desk: Desk) -> None:
    desk.moved(only=("practitioners", *WEEK))
    with desk.inside():
        left = ProviderNumber.objects.all()[0].practitioner_id
    new, newer = a_practitioner(desk), a_practitioner(desk, "Sam")
    before = links(desk, left)
    first, second = move_over(desk, left, new), move_over(desk, new, newer)
    assert links(desk, newer) == before
    with pytest.raises(StopImport, match=f"undo reassignment {second} first"):
        undo_reassignment(find_reassignment(first))
    undo_reassignment(find_reassignment(second))
    undo_reassignment(find_reassignment(first))
    assert links(desk, left) == before


def test_nonsense_is_refused_with_a_sentence(desk: Desk) -> None:
    desk.moved(only=("practitioners", "taxes"))
    with desk.inside():
        one = Practitioner.objects.all()[0].pk
        service = Service.objects.create(workspace=desk.workspace, name="Own").pk
    own, other = a_practitioner(desk), a_workspace("Another practice")
    for kind, pair, sentence in (
        ("practitioners", (one, one), f"practitioner {one} stands for itself already"),
        ("practitioners", (one, 4711), "there is no practitioner 4711 in this workspace"),
        ("practitioners", (own, one), f"practitioner {own} did not come from an import"),
        ("services", (service, service + 1), "there is no service"),
        ("clients", (1, 2), "'clients' cannot be reassigned; what can be: locations, "),
    ):
        with pytest.raises(StopImport, match=sentence):
            reassign(desk.workspace, kind, pair)
    with pytest.raises(StopImport, match="nothing was imported into this workspace"):
        reassign(other, "practitioners", (one, own))
    with pytest.raises(StopImport, match="there is no reassignment 4711"):
        find_reassignment(4711)
    assert reassignments(desk.workspace) == []


def test_saying_that_one_reassigns_opens_no_final_note(desk: Desk) -> None:
    desk.moved(only=("treatment_notes",))
    new = a_practitioner(desk)
    with desk.inside(), connection.cursor() as cursor:
        note = ProgressNote.objects.filter(state="final", practitioner__isnull=False)[0]
        cursor.execute("SELECT set_config('app.reassigning', 'on', true)")
        for change in (f"practitioner_id = {new}", "title = 'x'"):
            statement = f"UPDATE clinical_progressnote SET {change} WHERE id = %s"
            assert refusal(statement, note.pk) == "InsufficientPrivilege"
