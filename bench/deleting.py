"""How long it takes to delete an import, and to reassign, at the size of a large practice.

    python -m bench.deleting [APPOINTMENTS]

Rows and ledger are written as an import would have left them, without the import: a client for
every 30 appointments, one attendance each, a payload of some 1,500 characters each.
"""

# ruff: noqa: PLC0415 - models can be imported once Django is set up, which needs a folder

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.lab import home, machine, say

USUAL = 200_000
PAYLOAD = '{"id": "1", "notes": "' + "x" * 1_500 + '"}'

ROWS = """
INSERT INTO practice_practitioner (id, workspace_id, title, first_name, last_name, display_name,
  profession, description, former)
SELECT n, %(workspace)s, '', 'P' || n, '', '', '', '', true FROM generate_series(1, 2) n;
INSERT INTO clients_client (id, workspace_id, first_name, {client_texts})
SELECT n, %(workspace)s, 'C' || n, {client_empty} FROM generate_series(1, %(clients)s) n;
INSERT INTO scheduling_appointment (id, workspace_id, kind, starts_at, ends_at, time_zone,
  practitioner_id, client_id, status, {appointment_texts})
SELECT n, %(workspace)s, 'individual', now() + n * interval '1 hour', now() + n * interval '1 hour',
  'UTC', 1, 1 + n %% %(clients)s, 'booked', {appointment_empty}
FROM generate_series(1, %(appointments)s) n;
INSERT INTO scheduling_attendance (id, workspace_id, appointment_id, client_id, status,
  {attendance_texts})
SELECT n, %(workspace)s, n, 1 + n %% %(clients)s, 'booked', {attendance_empty}
FROM generate_series(1, %(appointments)s) n;
"""
LEDGER = """
INSERT INTO importing_sourcerecord (workspace_id, run_id, made_by_id, system, account, resource,
  source_id, path, sweep, payload, payload_hash, loaded_hash, outcome, reason, issues, follows,
  target_id, target_revision)
SELECT workspace_id, %(run)s, %(run)s, 'cliniko', 'a', %(resource)s, id, '', 1, %(payload)s || id,
  md5(id::text), md5(id::text), 'created', '', '[]', '', id, 1
FROM {table} WHERE workspace_id = %(workspace)s
"""
GIVEN = {
    "client": {"first_name"},
    "appointment": {"kind", "time_zone", "status"},
    "attendance": {"status"},
}
TABLES = {
    "practitioners": "practice_practitioner",
    "patients": "clients_client",
    "individual_appointments": "scheduling_appointment",
    "attendees": "scheduling_attendance",
}


def main(appointments: int) -> None:
    """Measure once and print."""
    say(machine())
    with home() as folder:
        os.environ |= {"HANDOVER_HOME": str(folder), "DATABASE_URL": ""}
        from handover.cli.setting_up import opened

        with opened():
            _measure(appointments)


def _measure(appointments: int) -> None:
    from django.db import connections

    from handover.accounts.models import Workspace
    from handover.core.tenancy import acting_in
    from handover.importing.corrections import find_reassignment, reassign, undo_reassignment
    from handover.importing.deleting import delete_run
    from handover.importing.models import ImportRun
    from handover.importing.runs import find_run

    place = Workspace.objects.using("owner").create(name="Large", slug="large")
    with acting_in(place.pk):
        run = ImportRun.objects.create(workspace=place, system="cliniko", account="a", state="done")
    numbers: dict[str, int | str] = {"workspace": place.pk, "run": run.pk, "payload": PAYLOAD}
    sizes = {"appointments": appointments, "clients": appointments // 30 + 1}
    with _timed("written"), connections["owner"].cursor() as cursor:
        cursor.execute(_filled(ROWS), {**numbers, **sizes})
        for resource, table in TABLES.items():
            cursor.execute(LEDGER.format(table=table), {**numbers, "resource": resource})
        cursor.execute("ANALYZE")
    with _timed("reassigned: preview"):
        reassign(place, "practitioners", (1, 2), preview=True)
    with _timed("reassigned"):
        number = reassign(place, "practitioners", (1, 2)).number
    with _timed("reassignment undone"):
        undo_reassignment(find_reassignment(number))
    with _timed("deleted: preview"):
        told = delete_run(find_run(run.pk), preview=True)
    with _timed("deleted"):
        delete_run(find_run(run.pk))
    say({each.name: each.removed for each in told if each.removed})


def _filled(statements: str) -> str:
    """The text columns that may not be null, all empty."""
    from handover.clients.models import Client
    from handover.scheduling.models import Appointment, Attendance

    texts = {}
    for name, model in (
        ("client", Client),
        ("appointment", Appointment),
        ("attendance", Attendance),
    ):
        named = [
            str(field.column)
            for field in model._meta.local_concrete_fields
            if field.get_internal_type() in {"TextField", "CharField"}
            and field.column not in GIVEN[name]
        ]
        texts[f"{name}_texts"] = ", ".join(named)
        texts[f"{name}_empty"] = ", ".join("''" for _ in named)
    return statements.format(**texts)


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    say(f"{what}: {time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else USUAL)
