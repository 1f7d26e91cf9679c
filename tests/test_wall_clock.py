"""The right minute on the wall: start and end, also in the nights when clocks are changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Emptying, a_workspace
from handover.core.json import Json
from handover.core.postgres import throwaway_home
from handover.exporting.archive.write import plain
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields import Instant
from handover.importing.engine.values import Draft
from handover.sandbox import Practice, Sandbox
from tests.archive import Record
from tests.moving import CALENDAR, Desk, Moved, a_practice, linked

SYDNEY, LONDON, LORD_HOWE = "Australia/Sydney", "Europe/London", "Australia/Lord_Howe"
#: What Cliniko says of the zone of a place: an identifier, or only the label of a list.
PLACES: dict[str, dict[str, Json]] = {
    SYDNEY: {"time_zone": "Sydney", "time_zone_identifier": SYDNEY},
    LONDON: {"time_zone": "Edinburgh", "time_zone_identifier": None},
    LORD_HOWE: {"time_zone": "Lord Howe", "time_zone_identifier": LORD_HOWE},
}
#: Zone, start and end as Cliniko gives them, and what the clock on the wall showed; by hand.
NIGHTS = (
    # forward: two o'clock becomes three
    (SYDNEY, "2026-10-03T15:30:00Z", "2026-10-03T16:30:00Z", "04 01:30", "04 03:30"),
    (SYDNEY, "2026-10-03T15:59:00Z", "2026-10-03T16:00:00Z", "04 01:59", "04 03:00"),
    (SYDNEY, "2026-10-03T16:00:00Z", "2026-10-03T17:00:00Z", "04 03:00", "04 04:00"),
    (SYDNEY, "2026-10-03T22:00:00Z", "2026-10-03T23:00:00Z", "04 09:00", "04 10:00"),
    (SYDNEY, "2026-10-02T23:00:00Z", "2026-10-03T00:00:00Z", "03 09:00", "03 10:00"),
    # back: three o'clock becomes two, and the hour comes twice
    (SYDNEY, "2026-04-04T15:15:00Z", "2026-04-04T15:45:00Z", "05 02:15", "05 02:45"),
    (SYDNEY, "2026-04-04T16:15:00Z", "2026-04-04T16:45:00Z", "05 02:15", "05 02:45"),
    (SYDNEY, "2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z", "05 02:30", "05 02:30"),
    (SYDNEY, "2026-04-04T15:45:00Z", "2026-04-04T17:00:00Z", "05 02:45", "05 03:00"),
    # forward: one o'clock becomes two
    (LONDON, "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "29 00:30", "29 02:30"),
    (LONDON, "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "29 02:00", "29 02:15"),
    (LONDON, "2026-03-28T09:00:00Z", "2026-03-28T10:00:00Z", "28 09:00", "28 10:00"),
    (LONDON, "2026-03-30T08:00:00Z", "2026-03-30T09:00:00Z", "30 09:00", "30 10:00"),
    # back: two o'clock becomes one
    (LONDON, "2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z", "25 01:15", "25 01:45"),
    (LONDON, "2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z", "25 01:15", "25 01:45"),
    (LONDON, "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z", "25 01:30", "25 02:00"),
    # forward by half an hour: two o'clock becomes half past two
    (LORD_HOWE, "2026-10-03T15:15:00Z", "2026-10-03T15:45:00Z", "04 01:45", "04 02:45"),
    (LORD_HOWE, "2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z", "04 02:30", "04 03:00"),
    # back by half an hour: two o'clock becomes half past one
    (LORD_HOWE, "2026-04-04T14:40:00Z", "2026-04-04T14:55:00Z", "05 01:40", "05 01:55"),
    (LORD_HOWE, "2026-04-04T15:10:00Z", "2026-04-04T15:25:00Z", "05 01:40", "05 01:55"),
    (LORD_HOWE, "2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z", "05 01:45", "05 02:00"),
)
KINDS = {
    "individual_appointments": "appointments",
    "group_appointments": "appointments",
    "unavailable_blocks": "busy_times",
    "availability_blocks": "extra_availabilities",
}


def with_nights() -> tuple[Practice, dict[tuple[str, int], str]]:
    """A practice with these places and nights, and the ids of the records by kind and number."""
    practice = a_practice()
    places = {
        zone: practice.copy("businesses", "1187", business_name=zone, label=zone, **names)
        for zone, names in PLACES.items()
    }
    ids = {}
    for kind in KINDS:
        like = str(practice.records[kind][0]["id"])
        for number, (zone, starts, ends, _, _) in enumerate(NIGHTS):
            place = {"links": places[zone]["links"]}
            record = practice.copy(kind, like, starts_at=starts, ends_at=ends, business=place)
            record.update(archived_at=None, deleted_at=None)
            ids[kind, number] = str(record["id"])
    return practice, ids


@pytest.fixture(scope="session")
def nights(emptying: Emptying) -> Iterator[dict[tuple[str, int], Record]]:
    """Every night as it stands in the export, by kind and number."""
    practice, ids = with_nights()
    with throwaway_home() as home, Sandbox(practice, rate_limit=0) as sandbox:
        with emptying():
            desk = Desk(a_workspace("Nights"), sandbox, home)
            assert desk.move(only=(*CALENDAR, *KINDS)).balanced
            archive = desk.export()
        found = {kind: archive.by_source(table, kind) for kind, table in KINDS.items()}
        yield {(kind, number): found[kind][name] for (kind, number), name in ids.items()}


def on_the_wall(record: Record, name: str) -> str:
    """Day and time that the clock of the place showed."""
    moment = datetime.fromisoformat(record[name])
    assert moment.utcoffset() is not None
    return f"{moment.astimezone(ZoneInfo(record['time_zone'])):%d %H:%M}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_it_begins_and_ends_at_the_minute_that_the_clock_on_the_wall_showed(
    nights: dict[tuple[str, int], Record], kind: str, number: int
) -> None:
    zone, starts, ends, wall_start, wall_end = NIGHTS[number]
    record = nights[kind, number]
    assert record["time_zone"] == zone
    assert (record["starts_at"], record["ends_at"]) == (starts, ends)
    assert on_the_wall(record, "starts_at") == wall_start
    assert on_the_wall(record, "ends_at") == wall_end


def test_all_appointments_of_the_demo_practice_are_in_its_opening_hours(moved: Moved) -> None:
    zones = set()
    for each in moved.archive.lines("appointments"):
        zones.add(each["time_zone"])
        assert "07:00" <= on_the_wall(each, "starts_at")[3:] <= "20:00", each["sources"]
    assert zones == {"Australia/Melbourne", "Australia/Brisbane"}


def test_the_zone_of_an_appointment_is_that_of_its_place(moved: Moved) -> None:
    zones = {str(each["id"]): each["time_zone_identifier"] for each in moved.records["businesses"]}
    here = moved.archive.by_source("appointments", "individual_appointments")
    for there in moved.records["individual_appointments"]:
        assert here[str(there["id"])]["time_zone"] == zones[str(linked(there["business"]))]


# any moment


@given(st.datetimes(timezones=st.timezones()))
def test_any_moment_with_its_offset_comes_out_of_the_export_as_the_same_one(
    moment: datetime,
) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:  # before the first or after the last year there is
        with pytest.raises(BadValue):
            Instant("at").convert(moment.isoformat(), Draft())
        return
    read = Instant("at").convert(moment.isoformat(), Draft())
    assert read == expected
    written = plain(read)
    assert isinstance(written, str)
    assert written.endswith("Z")
    assert datetime.fromisoformat(written) == expected


@given(st.datetimes())
def test_a_moment_without_an_offset_is_never_guessed(moment: datetime) -> None:
    with pytest.raises(BadValue, match="not a moment in time with its zone"):
        Instant("at").convert(moment.isoformat(), Draft())
