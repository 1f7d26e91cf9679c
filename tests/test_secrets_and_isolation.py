"""The key stays a secret, and workspaces know nothing of one another."""

import base64
import logging

import pytest
from django.db import connections

from conftest import a_workspace
from handover.core.encryption import CannotOpen
from handover.importing import runs
from handover.importing.cliniko.problems import KeyRefused
from handover.importing.engine.errors import StopImport
from handover.importing.models import ImportRun
from handover.sandbox import Fault
from tests.moving import CALENDAR, Desk, Moved


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        texts = []
        for name in names:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{name}\" t")
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def forms_of(key: str) -> list[str]:
    """The key as it is, without its ending, and as it travels."""
    body = key.rpartition("-")[0]
    return [key, body, base64.b64encode(f"{key}:".encode()).decode().rstrip("=")]


def test_the_key_is_nowhere_in_database_report_export_log_or_output(
    desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    desk.sandbox.faults = [Fault("reset", every=9), Fault("expired_key", path="/attendees")]
    run = desk.begin(only=CALENDAR)
    with pytest.raises(KeyRefused) as stop:
        desk.go_on(run)
    stored = everything_stored()
    assert "Papadopoulos" in stored, "the import should have begun"
    desk.sandbox.faults = []
    done = desk.go_on(run)
    archive = desk.export()
    output = capfd.readouterr()
    everywhere = {
        "while it runs": stored,
        "afterwards": everything_stored(),
        "report": str(done.told),
        "export": str(archive.files),
        "log": caplog.text,
        "output": output.out + output.err,
        "problem": f"{stop.value!r} {stop.value} {stop.value.__cause__!r}",
        "run": repr(vars(runs.find_run(run.pk))),
        "office": repr(desk.office),
    }
    assert caplog.text
    for form in forms_of(desk.sandbox.key):
        for place, text in everywhere.items():
            assert form not in text, place


def test_no_name_or_birth_date_of_a_client_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="handover")
    desk.sandbox.faults = [
        Fault("truncated", path="/patients", times=1),
        Fault(status=503, path="/attendees", every=2, retry="bare"),
    ]
    desk.move(only=CALENDAR)
    assert "attempt 1 of 8" in caplog.text
    for patient in desk.records["patients"]:
        for name in ("last_name", "email", "date_of_birth"):
            if len(str(patient[name] or "")) > 3:
                assert str(patient[name]) not in caplog.text


def test_the_sealed_key_opens_for_its_run_alone_and_is_forgotten_when_that_is_done(
    desk: Desk,
) -> None:
    desk.sandbox.faults = [Fault("expired_key", path="/taxes")]
    run, other = desk.begin(only=("taxes",)), desk.begin(only=("taxes",))
    assert run.sealed_key.startswith("v2:")
    assert run.sealed_key != other.sealed_key
    with pytest.raises(KeyRefused):
        desk.go_on(run)
    stopped = runs.find_run(run.pk)
    assert stopped.sealed_key == run.sealed_key, "it is needed to go on"
    assert stopped.key_hint == f"…{desk.sandbox.key.rpartition('-')[0][-4:]}"
    ImportRun.objects.using("owner").filter(pk=run.pk).update(sealed_key=other.sealed_key)
    with pytest.raises(CannotOpen, match="a stored secret cannot be opened"):
        desk.go_on(run)
    ImportRun.objects.using("owner").filter(pk=run.pk).update(sealed_key=stopped.sealed_key)
    desk.sandbox.faults = []
    desk.go_on(run)
    assert runs.find_run(run.pk).sealed_key == ""
    assert runs.find_run(other.pk).sealed_key == other.sealed_key


# two workspaces, one account


def test_two_workspaces_import_one_account_and_neither_touches_the_other(
    desk: Desk, moved: Moved
) -> None:
    other = Desk(a_workspace("Other practice"), desk.sandbox, desk.home)
    first, second = desk.move(only=CALENDAR), other.move(only=("patients",))
    assert second.outcomes("patients") == {"created": 40}
    assert moved.differs(desk.export()) == set()
    before = other.export()
    assert before.counts["clients"] == 40
    assert before.counts["appointments"] == 0
    desk.undo(first.run)
    assert sum(desk.export().counts.values()) == 0
    assert other.export().files == before.files
    assert other.move(only=("patients",)).outcomes("patients") == {"unchanged": 40}


def test_a_run_belongs_to_its_workspace(desk: Desk) -> None:
    other = a_workspace("Other practice")
    run = desk.begin(only=("taxes",))
    with desk.inside():
        assert ImportRun.objects.filter(pk=run.pk).exists()
    with Desk(other, desk.sandbox, desk.home).inside():
        assert not ImportRun.objects.filter(pk=run.pk).exists()


def test_a_workspace_is_found_by_its_name_and_never_made_by_accident(desk: Desk) -> None:
    assert runs.find_workspace("test PRACTICE") == desk.workspace
    with pytest.raises(StopImport) as refusal:
        runs.find_workspace("Nowhere")
    assert str(refusal.value) == (
        "there is no workspace 'Nowhere' (there are: Test practice);"
        " `handover import --create` makes it"
    )
    with pytest.raises(StopImport, match="cannot be the name of a workspace: it has no letter"):
        runs.find_workspace("!!!", create=True)
    made = runs.find_workspace("Nowhere", create=True)
    assert runs.find_workspace("nowhere", create=True) == made
