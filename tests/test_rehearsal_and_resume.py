"""Rehearsals, which write nothing, and imports that stop and go on."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connections

from handover.core.tenancy import WorkspaceOwned
from handover.exporting.archive.write import INTERNAL
from handover.importing import runs
from handover.importing.cliniko.problems import KeyRefused
from handover.importing.engine.errors import StopImport
from handover.importing.engine.lease import only_one
from handover.sandbox import Fault, Sandbox, empty_practice
from tests.archive import Archive
from tests.moving import CALENDAR, Desk, Moved, a_practice


def rows() -> dict[str, int]:
    """How many rows each table of a practice has, whatever workspace they belong to."""
    models = (each for each in apps.get_models() if issubclass(each, WorkspaceOwned))
    return {
        each._meta.db_table: each._default_manager.using("owner").count()
        for each in models
        if each._meta.app_label not in INTERNAL
    }


def without_requests(done_types: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    """What a report says of each type, but for what it cost."""
    left_out = {"requests", "seconds"}
    return {
        name: {key: value for key, value in line.items() if key not in left_out}
        for name, line in done_types.items()
    }


@pytest.fixture
def other_sandbox() -> Iterator[Sandbox]:
    """A second sandbox with the same practice."""
    with Sandbox(a_practice(), rate_limit=0) as sandbox:
        yield sandbox


# rehearsals


def test_a_rehearsal_counts_everything_and_writes_nothing(desk: Desk, moved: Moved) -> None:
    done = desk.moved(only=CALENDAR, rehearsal=True)
    assert set(rows().values()) == {0}
    assert (done.report.state, done.balanced, done.report.rehearsal) == ("rehearsed", True, True)
    real = {name: moved.report["types"][name] for name in done.told["types"]}
    assert without_requests(done.told["types"]) == without_requests(real)
    assert set(desk.export().outcomes()) == {"waiting"}


def test_loading_a_rehearsal_reads_no_list_again_but_for_what_has_changed(
    desk: Desk, moved: Moved
) -> None:
    run = desk.moved(only=CALENDAR, rehearsal=True).run
    asked = desk.sandbox.stats
    client = str(desk.records["patients"][0]["id"])
    desk.practice.change("patients", client, occupation="Changed since the rehearsal")
    runs.load_rehearsed(run)
    done = desk.go_on(run)
    assert (done.report.state, done.balanced) == ("done", True)
    more = {
        path: count
        for path in desk.sandbox.stats.by_path
        if (count := desk.sandbox.stats.requests(path) - asked.requests(path))
    }
    assert more["/individual_appointments"] == 2, "of three pages: what has changed, and a look"
    assert set(more.values()) == {1, 2}
    archive = desk.export()
    assert archive.by_source("clients", "patients")[client]["occupation"] == (
        "Changed since the rehearsal"
    )
    assert moved.differs(archive) == {"clients"}


def test_a_rehearsal_on_top_of_an_import_foretells_what_would_change(desk: Desk) -> None:
    desk.moved(only=("medical_alerts",))
    before, rows_before = desk.export().tables, rows()
    desk.practice.change("patients", "75335", first_name="Changed there")
    desk.practice.copy("patients", "75342")
    foretold = desk.move(only=("medical_alerts",), rehearsal=True)
    assert foretold.outcomes("patients") == {"created": 1, "updated": 1, "unchanged": 39}
    assert (desk.export().tables, rows()) == (before, rows_before)
    real = desk.move(only=("medical_alerts",))
    assert real.outcomes("patients") == {"created": 1, "updated": 1, "unchanged": 39}


def test_a_rehearsal_leaves_what_is_known_of_earlier_imports_alone(desk: Desk) -> None:
    first = desk.moved(only=("medical_alerts",))
    before = desk.export().tables
    desk.practice.change("patients", "75335", first_name="Changed there")
    rehearsal = desk.move(only=("medical_alerts",), rehearsal=True)
    desk.undo(rehearsal.run)
    assert desk.export().tables == before
    assert desk.undo(first.run)["patients"].removed == 40
    assert desk.export().counts["clients"] == 0


# stopping and going on


def test_an_import_whose_key_is_refused_half_way_says_so_and_keeps_what_came(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("expired_key", after=15)]
    run = desk.begin()
    with pytest.raises(KeyRefused, match="make a new key and enter it here; the import then goes"):
        desk.go_on(run)
    stopped = runs.find_run(run.pk)
    assert stopped.state == "needs_attention"
    assert stopped.message.startswith("Cliniko does not accept this key.")
    assert len(desk.export().ledger) > 50


def kept_pages(archive: Archive) -> set[str]:
    """The lists of which something was kept."""
    return {kind for kind, _ in archive.ledger}


def test_it_goes_on_where_it_stopped_and_ends_like_an_undisturbed_one(
    desk: Desk, moved: Moved
) -> None:
    desk.sandbox.faults = [Fault("expired_key", after=20)]
    run = desk.begin()
    with pytest.raises(KeyRefused):
        desk.go_on(run)
    desk.sandbox.faults = []
    kept, asked = kept_pages(desk.export()), desk.sandbox.stats
    assert "settings" in kept
    assert "attendees" not in kept
    done = desk.go_on(run, desk.key())
    assert (done.report.state, done.balanced) == ("done", True)
    assert desk.export().files == moved.archive.files
    for name in kept - {"settings", "practitioners"}:  # settings tell whose account it is
        path = f"/{name}"
        assert desk.sandbox.stats.requests(path) == asked.requests(path), path


def test_a_list_goes_on_with_the_page_it_stopped_at(desk: Desk, moved: Moved) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/attendees", after=1)]
    run = desk.begin(only=CALENDAR)
    with pytest.raises(KeyRefused):
        desk.go_on(run)
    desk.sandbox.faults = []
    asked = desk.sandbox.stats.by_path["/attendees"][200]
    assert asked == 1
    assert desk.go_on(run).balanced
    assert desk.sandbox.stats.by_path["/attendees"][200] == 3, "the first page was kept"
    assert moved.differs(desk.export()) == set()


def test_it_may_stop_again_and_again(desk: Desk, moved: Moved) -> None:
    run = desk.begin(only=CALENDAR)
    for after in (4, 7, 7):
        desk.sandbox.faults = [Fault("expired_key", after=after)]
        with pytest.raises(KeyRefused):
            desk.go_on(run)
    desk.sandbox.faults = []
    assert desk.go_on(run).balanced
    assert moved.differs(desk.export()) == set()


def test_the_report_counts_the_requests_of_all_attempts(desk: Desk) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/patients")]
    run = desk.begin(only=("patients",))
    with pytest.raises(KeyRefused):
        desk.go_on(run)
    desk.sandbox.faults = []
    done = desk.go_on(run)
    refused = desk.sandbox.stats.with_status(401)
    assert done.report.requests == desk.sandbox.stats.total - refused == 7


def test_a_key_of_another_account_is_not_mixed_in(desk: Desk, other_sandbox: Sandbox) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/patients")]
    run = desk.begin(only=("patients",))
    with pytest.raises(KeyRefused):
        desk.go_on(run)
    other = Sandbox(empty_practice(), rate_limit=0)
    account = dict(other.practice.settings["account"])  # type: ignore[arg-type]  # an object, as built
    other.practice.settings["account"] = {**account, "id": "4711", "subdomain": "another"}
    with other, pytest.raises(StopImport, match="this key opens another Cliniko account"):
        runs.go_on(Desk(desk.workspace, other, desk.home).office, runs.find_run(run.pk))
    assert desk.export().counts["clients"] == 0


def test_a_finished_import_cannot_be_carried_on(desk: Desk) -> None:
    done = desk.moved(only=("taxes",))
    with pytest.raises(StopImport, match=rf"import {done.run.pk} is over \(done\)"):
        desk.go_on(done.run)


def test_an_import_without_its_key_asks_for_one(desk: Desk) -> None:
    run = desk.begin(only=("taxes",))
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE importing_importrun SET sealed_key = ''")
    with pytest.raises(StopImport, match=f"the key of import {run.pk} is no longer kept; give it"):
        desk.go_on(run)
    assert desk.go_on(run, desk.key()).balanced


def test_only_one_process_at_a_time_works_in_a_workspace(desk: Desk) -> None:
    run = desk.begin()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4817331, %s)", [run.workspace_id])
        with (
            pytest.raises(StopImport, match="another import or undo is at work in this workspace"),
            only_one(runs.find_run(run.pk), patience=0),
        ):
            pass
        cursor.execute("SELECT pg_advisory_unlock(4817331, %s)", [run.workspace_id])
