"""An account that names no zone: the one that is given with the import counts."""

import pytest

from handover.importing import runs
from tests.moving import Desk

ONLY = ("individual_appointments",)


@pytest.fixture
def placeless(desk: Desk) -> Desk:
    """An account in which nothing says in which zone it lies."""
    for kind in ("businesses", "users"):
        for each in desk.records[kind]:
            nothing = {"time_zone": None, "time_zone_identifier": None}
            desk.practice.change(kind, str(each["id"]), **nothing)
    account = desk.practice.settings["account"]
    assert isinstance(account, dict)
    desk.practice.settings["account"] = account | {"time_zone": None}
    return desk


def test_a_zone_that_is_given_counts_where_cliniko_names_none(placeless: Desk) -> None:
    run = runs.start(
        placeless.home,
        placeless.workspace,
        placeless.key(),
        only=ONLY,
        rehearsal=False,
        time_zone="Australia/Perth",
    )
    done = placeless.go_on(run)
    assert (done.balanced, done.run.time_zone) == (True, "Australia/Perth")
    archive = placeless.export()
    assert {each["time_zone"] for each in archive.lines("locations")} == {"Australia/Perth"}
    assert {each["time_zone"] for each in archive.lines("appointments")} == {"Australia/Perth"}


def test_a_place_that_names_its_zone_keeps_it(desk: Desk) -> None:
    zones = {each["time_zone_identifier"] for each in desk.records["businesses"]}
    assert "Africa/Lagos" not in zones
    run = runs.start(
        desk.home,
        desk.workspace,
        desk.key(),
        only=("businesses",),
        rehearsal=False,
        time_zone="Africa/Lagos",
    )
    desk.go_on(run)
    assert {each["time_zone"] for each in desk.export().lines("locations")} == zones
