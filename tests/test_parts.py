"""Long lists are read by parts, the coming weeks first; the parts are all of the list."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from conftest import Emptying, a_workspace
from handover.accounts.models import Workspace
from handover.core.postgres import throwaway_home
from handover.core.tenancy import acting_in
from handover.importing import runs
from handover.importing.engine.order import Weeks
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, SourceRecord, Step
from handover.sandbox import Fault, Practice, Sandbox, build_practice
from handover.scheduling.models import Appointment, Attendance
from tests.archive import Archive, Record
from tests.moving import CALENDAR, Desk, Done, copied

APPOINTMENTS = "individual_appointments"
ONE_PAGE = 1
TIMES = ("coming", "recent", "earlier", "later")


@cache
def _todays_practice() -> Practice:
    return build_practice(clients=30, appointments=250, today=datetime.now(UTC).date())


def todays_practice() -> Practice:
    return copied(_todays_practice())


@pytest.fixture
def busy(workspace: Workspace, home: Path) -> Iterator[Desk]:
    """A practice that is at work today, of whose lists those of two pages are cut."""
    with Sandbox(todays_practice(), rate_limit=0) as sandbox:
        yield Desk(workspace, sandbox, home, worth_cutting=ONE_PAGE)


@pytest.fixture(scope="module")
def undisturbed(emptying: Emptying) -> Iterator[Archive]:
    """The same practice, read whole."""
    with throwaway_home() as folder, Sandbox(todays_practice(), rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Undisturbed"), sandbox, folder)
            assert desk.move(only=CALENDAR).balanced
            archive = desk.export()
        yield archive


def go_on(desk: Desk, run: ImportRun, progress: Progress) -> Done:
    """Carry on, with somebody who hears of progress."""
    report = runs.go_on(replace(desk.office, progress=progress), runs.find_run(run.pk))
    return Done(runs.find_run(run.pk), report)


def steps(run: ImportRun, resource: str = APPOINTMENTS) -> dict[str, Step]:
    with acting_in(run.workspace_id):
        return {each.part: each for each in Step.objects.filter(run=run, resource=resource)}


def by_time(desk: Desk) -> dict[str, list[Record]]:
    """The individual appointments of a practice, by the part that each is in."""
    weeks = Weeks.around(datetime.now(UTC), "UTC")
    day = timedelta(days=1)  # whatever the practice's zone is
    found: dict[str, list[Record]] = {name: [] for name in TIMES}
    for place, each in enumerate(desk.records[APPOINTMENTS]):
        starts = datetime.fromisoformat(str(each["starts_at"]))
        if weeks.today + day <= starts < weeks.coming_end - day:
            found["coming"].append(each)
        elif starts < weeks.recent - day and place > 150:  # not on the page that is read twice
            found["earlier"].append(each)
    return found


def shift(desk: Desk, record: Record, days: int) -> None:
    """Somebody moves an appointment by some days."""
    moved = {
        key: (datetime.fromisoformat(str(record[key])) + timedelta(days=days)).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        for key in ("starts_at", "ends_at")
    }
    desk.practice.change(APPOINTMENTS, str(record["id"]), **moved)


def on_page(hook: Callable[[Step], None]) -> Progress:
    return Progress(on_page=lambda step, _count: hook(step))


def same(archive: Archive, other: Archive) -> bool:
    return archive.tables == other.tables


def is_all_here(desk: Desk) -> bool:
    """Whether every appointment of the practice is here, at the time that it has there."""
    here = desk.export().by_source("appointments", APPOINTMENTS)
    return {name: each["starts_at"] for name, each in here.items()} == {
        str(each["id"]): each["starts_at"] for each in desk.records[APPOINTMENTS]
    }


def test_what_is_read_by_parts_is_all_that_is_there(busy: Desk, undisturbed: Archive) -> None:
    done = busy.move(only=CALENDAR)
    assert (done.report.state, done.balanced) == ("done", True)
    found = steps(done.run)
    assert set(found) == {"", *TIMES, "moved"}
    assert {each.state for each in found.values()} == {"read"}
    assert sum(found[part].total or 0 for part in TIMES) == found[""].total
    assert same(busy.export(), undisturbed)
    assert found[""].sweep_total == len(busy.records[APPOINTMENTS])
    assert found[""].requests == 2, "its first page twice: to learn its length, and at the end"
    assert done.report.requests == busy.sandbox.stats.total


def test_a_short_list_is_not_cut(busy: Desk) -> None:
    whole = replace(busy, worth_cutting=3)
    done = whole.move(only=(APPOINTMENTS,))
    assert set(steps(done.run)) == {""}
    pages = -(-len(busy.records[APPOINTMENTS]) // 100)
    assert busy.sandbox.stats.requests(f"/{APPOINTMENTS}") == pages
    assert pages in {2, 3}


def test_an_appointment_that_moves_into_a_part_that_was_read_is_not_missed(busy: Desk) -> None:
    late = by_time(busy)["earlier"][0]
    hooked: list[Step] = []

    def hook(step: Step) -> None:
        if step.part == "recent" and not hooked:
            hooked.append(step)
            shift(busy, late, 1 + (datetime.now(UTC) - _starts(late)).days + 7)

    done = go_on(busy, busy.begin(only=CALENDAR), on_page(hook))
    assert hooked
    assert (done.report.state, done.balanced) == ("done", True)
    assert is_all_here(busy)
    assert steps(done.run)[""].requests == 2, "it came with what has moved: no whole reading"


def _starts(record: Record) -> datetime:
    return datetime.fromisoformat(str(record["starts_at"]))


@pytest.mark.parametrize("seed", [1, 2])
def test_people_who_go_on_rescheduling_lose_nothing(busy: Desk, seed: int) -> None:
    chance = random.Random(seed)
    pages: list[str] = []

    def hook(step: Step) -> None:
        if step.resource == APPOINTMENTS and len(pages) < 9:
            pages.append(step.part)
            for each in chance.sample(busy.records[APPOINTMENTS], 3):
                shift(busy, each, chance.choice((-400, -100, -30, 20, 200)))
            busy.practice.copy(APPOINTMENTS, str(each["id"]))
            if chance.random() < 0.5:
                gone = chance.choice(busy.records[APPOINTMENTS])
                busy.practice.remove(APPOINTMENTS, str(gone["id"]))

    done = go_on(busy, busy.begin(only=(APPOINTMENTS,)), on_page(hook))
    assert len(pages) == 9
    assert done.balanced
    there = {str(each["id"]): each["starts_at"] for each in busy.records[APPOINTMENTS]}
    assert there.keys() <= busy.export().by_source("appointments", APPOINTMENTS).keys()
    assert busy.move(only=(APPOINTMENTS,)).balanced
    here = busy.export().by_source("appointments", APPOINTMENTS)
    assert {name: here[name]["starts_at"] for name in there} == there, "the last word of each"


def test_a_row_that_changes_in_silence_makes_the_list_be_read_whole(busy: Desk) -> None:
    late = by_time(busy)["earlier"][0]

    def hook(step: Step) -> None:
        if step.part == "recent":  # no time of change: nothing tells of it but the total
            late["starts_at"] = late["ends_at"] = datetime.now(UTC).strftime("%Y-%m-%dT23:59:59Z")
            busy.sandbox.touch()

    done = go_on(busy, busy.begin(only=(APPOINTMENTS,)), on_page(hook))
    assert done.balanced
    assert is_all_here(busy)
    assert steps(done.run)[""].requests > 2


def test_a_reading_that_stops_between_parts_goes_on_there(busy: Desk, undisturbed: Archive) -> None:
    run = busy.begin(only=CALENDAR)

    def stop(step: Step) -> None:
        if step.resource == APPOINTMENTS and (step.part or not stops):
            raise KeyboardInterrupt

    stops = 0
    while stops < 20:
        try:
            done = go_on(busy, run, on_page(stop))
        except KeyboardInterrupt:
            stops += 1
        else:
            break
    assert 3 < stops < 20
    assert (done.report.state, done.balanced) == ("done", True)
    assert set(steps(run)) == {"", *TIMES, "moved"}
    assert same(busy.export(), undisturbed)


def test_filters_that_are_refused_cost_only_time(busy: Desk, undisturbed: Archive) -> None:
    busy.sandbox.faults = [Fault(status=400, path=f"/{APPOINTMENTS}", after=1, times=5)]
    done = busy.move(only=CALENDAR)
    assert (done.report.state, done.balanced) == ("done", True)
    assert same(busy.export(), undisturbed)
    assert done.run.calendar_ready_at is not None


def test_a_right_that_is_lost_between_parts_is_told_once(busy: Desk) -> None:
    busy.sandbox.faults = [Fault("forbidden", path=f"/{APPOINTMENTS}", after=2)]
    done = busy.move(only=(APPOINTMENTS,))
    line = done.line(APPOINTMENTS)
    assert line["lists"] == {f"/{APPOINTMENTS}": "not_permitted"}
    assert len(set(line["messages"])) == 1
    assert not done.balanced


def test_the_calendar_is_ready_before_its_history_is_there(busy: Desk) -> None:
    coming = {str(each["id"]) for each in by_time(busy)["coming"]}
    attended = {
        str(each["id"])
        for each in busy.records["attendees"]
        if str(each["booking"]["links"]["self"]).rsplit("/", 1)[1] in coming
    }
    early: dict[str, set[str]] = {}

    def look(run: ImportRun) -> None:
        with acting_in(run.workspace_id):
            loaded = SourceRecord.objects.filter(run=run, target_id__isnull=False)
            for name, model in ((APPOINTMENTS, Appointment), ("attendees", Attendance)):
                rows = set(model._default_manager.values_list("pk", flat=True))
                found = loaded.filter(resource=name, target_id__in=rows)
                early[name] = set(found.values_list("source_id", flat=True))

    done = go_on(busy, busy.begin(), Progress(on_calendar=look))
    assert done.balanced
    assert coming, "some days have three, some six: whichever day the tests are run on"
    assert coming <= early[APPOINTMENTS]
    assert attended <= early["attendees"]
    assert done.run.calendar_ready_at
    assert done.run.created_at
    with acting_in(done.run.workspace_id):
        notes = SourceRecord.objects.filter(run=done.run, resource="treatment_notes").order_by("pk")
        first_note = notes.values_list("pk", flat=True)[0]
        history = SourceRecord.objects.filter(
            run=done.run, resource=APPOINTMENTS, pk__gt=first_note
        )
        assert not history.exists(), "notes come after the whole calendar"
    assert done.told["calendar_ready"] == pytest.approx(
        (done.run.calendar_ready_at - done.run.created_at).total_seconds(), abs=0.1
    )


def test_weeks_begin_at_midnight_where_the_practice_is() -> None:
    late_sunday = datetime(2026, 10, 3, 15, 0, tzinfo=UTC)  # 1:00 on the 4th in Sydney
    weeks = Weeks.around(late_sunday, "Australia/Sydney")
    assert weeks.today == datetime(2026, 10, 3, 14, 0, tzinfo=UTC)
    assert weeks.coming_end == datetime(2026, 10, 31, 13, 0, tzinfo=UTC), "summer time began"
    assert weeks.are_coming(weeks.today)
    assert not weeks.are_coming(weeks.coming_end)
