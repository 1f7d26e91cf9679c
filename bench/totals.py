"""Control totals of a large practice: how long it takes to add up both sides.

`python -m bench.totals`: 200,000 appointments in the ledger and as rows, put there by SQL.
"""

# ruff: noqa: PLC0415 - models are there only after set-up

import os
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import django
from django.db import connection, connections

from bench.lab import laboratory, machine, say

if TYPE_CHECKING:
    from handover.accounts.models import Workspace

APPOINTMENTS, PRACTITIONERS = 200_000, 20
PAYLOAD = """'{"id":"' || n || '","starts_at":"' || to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    || '","ends_at":"' || to_char(at + interval '30 min', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    || '","practitioner":{"links":{"self":"https://api.au1.cliniko.com/v1/practitioners/'
    || who || '"}},"business":{"links":{"self":"https://api.au1.cliniko.com/v1/businesses/1"}},'
    || '"notes":"' || repeat('as it came ', 120) || '"}'"""
LEDGER = (
    "INSERT INTO importing_sourcerecord (workspace_id, run_id, system, account, resource,"
    " source_id, path, sweep, payload, payload_hash, loaded_hash, outcome, reason, issues, follows,"
    " target_id, target_revision, made_by_id) SELECT %(w)s, %(r)s, 'cliniko', 'a', "
)
REST = "'', '', 'created', '', '[]', '', n, 1, %(r)s"
FILL = (
    (
        f"{LEDGER} 'practitioners', n, '/practitioners', 1, '{{}}', {REST}"
        " FROM generate_series(1, %(p)s) n"
    ),
    (
        f"{LEDGER} 'individual_appointments', n, '/individual_appointments', 1, {PAYLOAD}, {REST}"  # noqa: S608  # our own words
        " FROM (SELECT n, timestamp '2016-01-01' + n * interval '26 min' AS at,"
        " n %% %(p)s + 1 AS who FROM generate_series(1, %(n)s) n) x"
    ),
    "ANALYZE",
)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "handover.config.settings"
    with laboratory() as (_, server):
        django.setup()
        from handover.config import database

        database.use(server.owner_url, server.app_url)
        _measure()
        connections.close_all()


def _measure() -> None:
    from handover.accounts.models import Workspace
    from handover.core.tenancy import acting_in
    from handover.importing.cliniko.resources.individual_appointments import (
        IndividualAppointments,
    )
    from handover.importing.engine.adding import add_up
    from handover.importing.engine.scope import Scope
    from handover.importing.models import ImportRun

    place = Workspace.objects.using("owner").create(name="Large", slug="large")
    with acting_in(place.pk):
        run = ImportRun.objects.create(workspace_id=place.pk, system="cliniko", account="a")
        _rows(place)
        with connection.cursor() as cursor:
            for each in FILL:
                cursor.execute(
                    each, {"w": place.pk, "r": run.pk, "n": APPOINTMENTS, "p": PRACTITIONERS}
                )
    say(machine())
    for _ in range(3):
        begun, spent = time.monotonic(), time.process_time()
        with acting_in(place.pk):
            added = add_up(Scope(run, IndividualAppointments.spec))
        (total,) = added.totals
        assert total.agrees
        say(
            f"{APPOINTMENTS:,} appointments, {len(total.groups):,} groups:"
            f" {time.monotonic() - begun:.1f} s, of which {time.process_time() - spent:.1f} s ours"
        )


def _rows(place: "Workspace") -> None:
    from handover.practice.models import Location, Practitioner
    from handover.scheduling.models import Appointment

    rooms = Location.objects.create(
        workspace_id=place.pk, name="Rooms", time_zone="Australia/Sydney"
    )
    people = [
        Practitioner.objects.create(workspace_id=place.pk, display_name=f"Person {n}")
        for n in range(1, PRACTITIONERS + 1)
    ]
    first, apart = datetime(2016, 1, 1, tzinfo=UTC), timedelta(minutes=26)
    Appointment.objects.bulk_create(
        (
            Appointment(
                workspace_id=place.pk,
                kind="individual",
                starts_at=first + n * apart,
                ends_at=first + n * apart + timedelta(minutes=30),
                time_zone=rooms.time_zone,
                practitioner_id=people[n % PRACTITIONERS].pk,
                location_id=rooms.pk,
            )
            for n in range(1, APPOINTMENTS + 1)
        ),
        batch_size=1000,
    )


if __name__ == "__main__":
    main()
