"""What was chosen is remembered for later runs of the account, and may be thought better of."""

from handover.importing.engine.values import LEFT_OUT
from handover.importing.models import ImportRun, Outcome
from handover.practice.models import Location, Service
from handover.scheduling.models import Appointment
from tests.moving import CALENDAR, Desk
from tests.test_choices import How, choose, most_used, of_record, outcomes


def test_a_later_run_remembers_and_what_is_wanted_after_all_comes_with_its_appointments(
    desk: Desk,
) -> None:
    place = most_used(desk, "businesses", "business")
    there = of_record(desk, "individual_appointments", "business", place)
    choose(desk, "businesses", place, How.IGNORE)
    rehearsed = desk.move(only=CALENDAR, rehearsal=True)
    assert rehearsed.balanced
    assert rehearsed.outcomes("individual_appointments")["skipped"] == len(there)
    desk.move(only=CALENDAR)
    assert outcomes(desk, "businesses", place) == (Outcome.SKIPPED, LEFT_OUT)
    with desk.inside():
        here = Location.objects.create(workspace=desk.workspace, name="Where we are now")
    choose(desk, "businesses", place, How.MATCH, target_id=here.pk)
    done = desk.move(only=CALENDAR)
    assert done.balanced
    with desk.inside():
        booked = Appointment.objects.filter(kind="individual", location=here)
        assert booked.count() == len(there) > 0
    assert LEFT_OUT not in {cause for _, cause in done.causes("individual_appointments")}


def test_what_is_the_same_as_another_new_one_is_so_after_a_rehearsal_and_after_an_undo(
    desk: Desk,
) -> None:
    of, (one, other, *_) = "appointment_types", desk.records["appointment_types"]
    choose(desk, of, one, How.SAME, other_id=str(other["id"]))
    for rehearsal in (True, False, False):
        done = desk.move(only=("appointment_types",), rehearsal=rehearsal)
        assert done.balanced
        told = (Outcome.WAITING if rehearsal else Outcome.MATCHED, "")
        assert outcomes(desk, of, one) == told
    with desk.inside():
        first = ImportRun.objects.filter(rehearsal=False).earliest("pk")
    desk.undo(first)
    with desk.inside():
        assert not Service.objects.exists()
    assert desk.move(only=("appointment_types",)).balanced
    assert outcomes(desk, of, one) == (Outcome.MATCHED, "")
    with desk.inside():
        assert desk.row_of(of, one["id"]) == desk.row_of(of, other["id"])
