"""Cases: what a case lists and what its attendances say, held against each other."""

from handover.clients.models import Case
from handover.core.json import Json
from handover.importing.models import SourceRecord
from tests.archive import Record
from tests.moving import Desk, Done, Moved, linked

LISTS = ("patient_cases", "attendees")


def a_case(desk: Desk, *, attendees: int) -> Record:
    """A case of the practice with so many attendees."""
    cases = desk.records["patient_cases"]
    return next(each for each in cases if len(each["attendee_ids"]) == attendees)


def tell_apart(desk: Desk, attendee: str, case: Record | None) -> None:
    """Have an attendee name another case, or none."""
    named = {"links": case["links"]} if case else None
    desk.practice.change("attendees", attendee, patient_case=named)


def disagreements(done: Done) -> list[Record]:
    problems = done.problems("patient_cases")
    return [each for each in problems if each["cause"] == "disagrees"]


def test_attendances_are_the_same_from_both_sides(moved: Moved) -> None:
    cases = moved.archive.by_source("cases", "patient_cases")
    attendances = moved.archive.by_source("attendances", "attendees")
    several = 0
    for case in moved.records["patient_cases"]:
        mine = cases[str(case["id"])]["id"]
        here = {name for name, each in attendances.items() if each["case"] == mine}
        assert here == set(map(str, case["attendee_ids"]))
        several += len(here) > 1
    assert disagreements(moved.done) == []
    assert several > 3


def test_an_attendance_that_only_the_case_lists_is_told_of(desk: Desk) -> None:
    case = a_case(desk, attendees=2)
    lost = str(case["attendee_ids"][0])
    tell_apart(desk, lost, None)
    done = desk.move(only=LISTS)
    assert done.balanced
    (problem,) = disagreements(done)
    assert (problem["field"], problem["count"]) == ("attendances", 1)
    assert problem["example_id"] == case["id"]
    assert problem["example"] == (
        f"it lists attendees {lost}, which do not name it: they are not linked"
    )


def test_an_attendance_that_the_case_does_not_list_is_told_of_and_linked(desk: Desk) -> None:
    case = a_case(desk, attendees=2)
    kept, lost = case["attendee_ids"]
    desk.practice.change("patient_cases", str(case["id"]), attendee_ids=[kept])
    (problem,) = disagreements(desk.move(only=LISTS))
    assert lost in problem["example"]
    with desk.inside():
        row = Case.objects.get(pk=desk.row_of("patient_cases", case["id"]))
        assert row.attendances.filter(pk=desk.row_of("attendees", lost)).exists()


def test_an_attendance_of_another_case_is_told_of_on_both(desk: Desk) -> None:
    one, other = a_case(desk, attendees=2), a_case(desk, attendees=3)
    tell_apart(desk, str(one["attendee_ids"][0]), other)
    (problem,) = disagreements(desk.move(only=LISTS))
    assert problem["count"] == 2


def test_a_list_that_is_none_is_told_of_and_nothing_said_is_no_contradiction(desk: Desk) -> None:
    names = [str(each["id"]) for each in desk.records["patient_cases"][:3]]
    odd: tuple[Json, ...] = ("all of them", None, [None, "1/2"])
    for name, listed in zip(names, odd, strict=True):
        desk.practice.change("patient_cases", name, attendee_ids=listed)
    desk.move(only=LISTS)
    archive = desk.export()
    found = [
        ("attendances", "disagrees") in archive.issues("patient_cases", each) for each in names
    ]
    assert found == [True, False, True]


def test_what_agrees_again_at_the_next_import_is_no_longer_told_of(desk: Desk) -> None:
    case = a_case(desk, attendees=2)
    lost = str(case["attendee_ids"][0])
    tell_apart(desk, lost, None)
    desk.move(only=LISTS)
    assert len(disagreements(desk.move(only=LISTS))) == 1, "still so"
    tell_apart(desk, lost, case)
    assert disagreements(desk.move(only=LISTS)) == []


def test_attendances_that_were_not_read_contradict_nothing(desk: Desk) -> None:
    assert disagreements(desk.move(only=("patient_cases",))) == []


def test_a_case_keeps_its_limits_dates_referral_and_referrer(moved: Moved) -> None:
    cases = moved.archive.by_source("cases", "patient_cases")
    contacts = moved.archive.by_source("contacts", "contacts")
    referred = 0
    for case in moved.records["patient_cases"]:
        here = cases[str(case["id"])]
        contact = linked(case.get("contact"))
        assert here["referrer"] == (contacts[contact]["id"] if contact else None)
        assert here["max_sessions"] == case["max_sessions"]
        assert here["closed_at"] == case["closed_at"]
        referred += bool(contact)
    assert referred > 0


def test_undo_takes_cases_and_what_was_noted_with_them(desk: Desk) -> None:
    done = desk.move(only=LISTS)
    desk.undo(done.run)
    with desk.inside():
        assert not Case.objects.exists()
        outcomes = SourceRecord.objects.filter(resource="patient_cases").values_list(
            "outcome", flat=True
        )
        assert set(outcomes) == {"undone"}
