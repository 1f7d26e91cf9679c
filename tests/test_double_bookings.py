"""Double bookings: kept as they are, and listed until one of the two has gone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Emptying, a_workspace
from handover.core.postgres import throwaway_home
from handover.importing.models import SourceRecord
from handover.sandbox import Practice, Sandbox
from handover.scheduling.models import Appointment, Status
from tests.archive import Archive, Record
from tests.moving import Desk, Done, a_practice, linked

INDIVIDUAL, GROUP = "individual_appointments", "group_appointments"
LISTS = (INDIVIDUAL, GROUP)
DAY = datetime(2031, 3, 3, tzinfo=UTC)  # years after everything else
#: Of each situation the appointments: from and to in minutes of a day, and what else is special.
SITUATIONS: dict[str, list[tuple[int, int, Record]]] = {
    "by a minute": [(60, 91, {}), (90, 120, {})],
    "end to end": [(60, 90, {}), (90, 120, {})],
    "same start": [(60, 90, {}), (60, 75, {})],
    "three at once": [(60, 120, {}), (70, 80, {}), (75, 130, {})],
    "long before": [(0, 300, {}), (60, 70, {}), (90, 100, {}), (250, 310, {})],
    "a cancelled one": [(60, 90, {"cancelled_at": "2031-01-01T00:00:00Z"}), (60, 90, {})],
    "an archived one": [(60, 90, {"archived_at": "2031-01-01T00:00:00Z"}), (60, 90, {})],
    "another practitioner": [(60, 90, {}), (60, 90, {"practitioner": "another"})],
    "nobody's": [(60, 90, {"practitioner": None}), (60, 90, {"practitioner": None})],
    "a group": [(60, 90, {}), (80, 140, {"kind": GROUP})],
    "a moment": [(60, 60, {}), (50, 70, {}), (70, 70, {})],
    "elsewhere": [(60, 90, {"business": "another"}), (75, 100, {})],
}  # fmt: skip


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Doubled:
    """A practice in whose calendar lies every situation, each on a day of its own."""

    practice: Practice
    ids: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind in LISTS:  # nothing but the situations
            self.practice.records[kind] = self.practice.records[kind][:1]
        for number, (name, appointments) in enumerate(SITUATIONS.items()):
            day = DAY + timedelta(days=number)
            self.ids[name] = [self.book(day, *each) for each in appointments]

    def book(self, day: datetime, since: int, until: int, special: Record) -> tuple[str, str]:
        """One more appointment, like the first of its kind: its type and its id."""
        special = dict(special)
        kind = str(special.pop("kind", INDIVIDUAL))
        like = self.practice.records[INDIVIDUAL][0]
        for name, others in (("practitioner", "practitioners"), ("business", "businesses")):
            mine = like[name]
            if special.get(name) == "another":
                mine = self.another(others, linked(mine))
            special[name] = special[name] and mine if name in special else mine
        if kind == INDIVIDUAL:
            special = {"cancelled_at": None, **special}
        done = self.practice.copy(
            kind,
            str(self.practice.records[kind][0]["id"]),
            starts_at=stamp(day + timedelta(minutes=since)),
            ends_at=stamp(day + timedelta(minutes=until)),
            **{"archived_at": None, "repeated_from": None, **special},
        )
        return kind, str(done["id"])

    def another(self, kind: str, but: str | None) -> Record:
        found = next(each for each in self.practice.records[kind] if str(each["id"]) != but)
        return {"links": found["links"]}


@dataclass(frozen=True)
class Listed:
    """What an import of all situations said."""

    doubled: Doubled
    done: Done
    archive: Archive

    def told(self, name: str) -> list[str]:
        """What is said of each appointment of a situation; "" where nothing is."""
        return [double(self.archive, *each) for each in self.doubled.ids[name]]

    def named(self, name: str) -> list[set[int]]:
        """Which of the situation's others each one names."""
        ids = [f"{kind} {source_id}" for kind, source_id in self.doubled.ids[name]]
        return [{n for n, other in enumerate(ids) if other in told} for told in self.told(name)]


def double(archive: Archive, kind: str, source_id: str) -> str:
    issues = archive.entry(kind, source_id)["issues"]
    return "; ".join(each["reason"] for each in issues if each["code"] == "double booking")


@pytest.fixture(scope="module")
def listed(emptying: Emptying) -> Iterator[Listed]:
    doubled = Doubled(a_practice())
    with throwaway_home() as home, Sandbox(doubled.practice, rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Double"), sandbox, home)
            done = desk.move(only=LISTS)
            archive = desk.export()
        yield Listed(doubled, done, archive)


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("by a minute", [{1}, {0}]),
        ("end to end", [set(), set()]),
        ("same start", [{1}, {0}]),
        ("three at once", [{1}, {0, 2}, {0}]),
        ("long before", [{1}, {0}, {0}, {0}]),
        ("a cancelled one", [set(), set()]),
        ("an archived one", [set(), set()]),
        ("another practitioner", [set(), set()]),
        ("nobody's", [set(), set()]),
        ("a group", [{1}, {0}]),
        ("a moment", [{1}, {0}, set()]),
        ("elsewhere", [{1}, {0}]),
    ],
)
def test_what_takes_the_same_time_of_a_practitioner_names_the_other(
    listed: Listed, name: str, named: list[set[int]]
) -> None:
    assert listed.named(name) == named
    assert [bool(told) for told in listed.told(name)] == [bool(each) for each in named]


def test_it_says_when_on_the_clock_of_the_place(listed: Listed) -> None:
    first, second = listed.doubled.ids["by a minute"]
    place = listed.archive.by_source("appointments", INDIVIDUAL)[first[1]]
    assert place["time_zone"] == "Australia/Melbourne"
    assert double(listed.archive, *first) == (
        f"the same practitioner as individual_appointments {second[1]} from 2031-03-03 12:30 to"
        " 2031-03-03 12:31 (Australia/Melbourne): both are kept"
    )


def test_all_of_them_are_kept_and_the_report_counts_them_by_type(listed: Listed) -> None:
    assert listed.done.balanced
    assert listed.done.outcomes(INDIVIDUAL).keys() == {"created"}
    counts = {
        kind: [each["count"] for each in listed.done.problems(kind)
               if each["cause"] == "double booking"]
        for kind in LISTS
    }  # fmt: skip
    assert counts == {INDIVIDUAL: [16], GROUP: [1]}
    assert {each["field"] for each in listed.done.problems(GROUP)} == {"practitioner"}


# later


@pytest.fixture
def doubled(desk: Desk) -> Doubled:
    return Doubled(desk.practice)


def all_told(desk: Desk) -> dict[tuple[str, str], str]:
    """Everything that the ledger says of double bookings."""
    archive = desk.export()
    found = {name: double(archive, *name) for name in archive.ledger if name[0] in LISTS}
    return {name: told for name, told in found.items() if told}


def test_a_second_import_says_the_same_and_what_was_moved_is_told_of_no_longer(
    desk: Desk, doubled: Doubled
) -> None:
    desk.move(only=LISTS)
    first = all_told(desk)
    again = desk.move(only=LISTS)
    assert all_told(desk) == first
    assert again.outcomes(INDIVIDUAL).keys() == {"unchanged"}
    one, other = doubled.ids["by a minute"]
    group = doubled.ids["a group"][1]
    desk.practice.change(INDIVIDUAL, other[1], starts_at="2031-03-03T01:31:00Z")
    desk.practice.change(GROUP, group[1], practitioner=None)
    desk.move(only=LISTS)
    gone = {one, other, *doubled.ids["a group"]}
    assert all_told(desk) == {name: told for name, told in first.items() if name not in gone}


def test_a_new_one_is_told_of_on_both_and_undoing_takes_that_back(
    desk: Desk, doubled: Doubled
) -> None:
    desk.move(only=LISTS)
    before = all_told(desk)
    kind, free = doubled.ids["end to end"][0]
    new = doubled.book(DAY + timedelta(days=1), 45, 75, {})
    run = desk.move(only=LISTS).run
    assert all_told(desk).keys() == before.keys() | {(kind, free), new}
    desk.undo(run)
    assert all_told(desk) == before


def test_a_rehearsal_foretells_them_and_writes_nothing(desk: Desk, doubled: Doubled) -> None:
    foretold = desk.move(only=LISTS, rehearsal=True)
    assert "double booking" in {cause for _, cause in foretold.causes(INDIVIDUAL)}
    assert all_told(desk) == {}
    assert doubled.ids


def test_one_that_was_booked_here_is_named_as_such_until_it_is_cancelled(
    desk: Desk, doubled: Doubled
) -> None:
    desk.move(only=LISTS)
    _, free = doubled.ids["end to end"][0]
    with desk.inside():
        row = Appointment.objects.get(pk=desk.row_of(INDIVIDUAL, free))
        mine = Appointment.objects.create(
            workspace=desk.workspace, kind="individual", practitioner_id=row.practitioner_id,
            starts_at=row.starts_at, ends_at=row.ends_at, time_zone="No/Where",
        )  # fmt: skip
    desk.move(only=LISTS)
    told = all_told(desk)[INDIVIDUAL, free]
    assert told.startswith(
        "the same practitioner as one that was booked here from 2031-03-04 12:00"
    )
    with desk.inside():
        mine.status = Status.CANCELLED
        mine.save()
    desk.move(only=LISTS)
    assert (INDIVIDUAL, free) not in all_told(desk)


def test_the_end_of_time_and_a_zone_that_is_none_stop_nothing(desk: Desk, doubled: Doubled) -> None:
    last = datetime(9999, 12, 31, 22, tzinfo=UTC)
    ids = [doubled.book(last, 0, 60, {}), doubled.book(last, 30, 90, {})]
    assert desk.move(only=LISTS).balanced
    assert "9999-12-31 22:30 to 9999-12-31 23:00 (UTC)" in all_told(desk)[ids[0]]


def test_other_issues_of_the_same_record_stay(desk: Desk, doubled: Doubled) -> None:
    one, _ = doubled.ids["by a minute"]
    desk.practice.change(INDIVIDUAL, one[1], shoe_size=43)
    for _ in range(2):
        desk.move(only=LISTS)
        with desk.inside():
            record = SourceRecord.objects.get(resource=INDIVIDUAL, source_id=one[1])
        assert [each["code"] for each in record.issues] == ["unknown field", "double booking"]
