"""A large workspace, written by sets, as an import would have left it.

place = large_workspace(Sizes(50_000, 500_000, 300_000))
"""
# ruff: noqa: PLC0415, S608 - models can be imported once Django is set up; tables are our own

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model

    from handover.accounts.models import Workspace

FIRST = ("Olivia", "Noah", "Amelia", "Jack", "Zoë", "Łukasz", "Mary-Jane", "Nguyen", "Ann", "Raj",
         "Siobhán", "Wei", "Tāne", "Fatima", "Giulia", "Henry")  # fmt: skip
LAST = ("Smith", "O'Brien", "van der Meer", "Nguyen", "Jones-Smith", "Papadopoulos", "Singh",
        "d'Arcy", "Żółty", "McDonald", "Lee", "Wang", "Brown", "Taylor", "Kelly",
        "Walker")  # fmt: skip

#: What a note holds: as much as most, of the kinds that most hold.
DOCUMENT = {
    "version": 1,
    "sections": [
        {"name": name, "items": [
            {"kind": "paragraph", "label": "Found", "html": "<div>Pain on <b>load</b></div>" * 6},
            {"kind": "checkboxes", "label": "Tests", "options": [
                {"label": f"Test {number}", "chosen": number % 2 == 0} for number in range(5)]},
            {"kind": "text", "label": "Pain out of ten", "answer": "7"},
        ]}
        for name in ("Subjective", "Objective", "Plan")
    ],
}  # fmt: skip

ROWS = """
INSERT INTO practice_practitioner ({practitioner})
SELECT {practitioner_values} FROM generate_series(1, 20) n;
INSERT INTO practice_location ({location})
SELECT {location_values} FROM generate_series(1, 3) n;
INSERT INTO practice_service ({service})
SELECT {service_values} FROM generate_series(1, 40) n;
INSERT INTO clients_client ({client})
SELECT {client_values} FROM generate_series(1, %(clients)s) n;
INSERT INTO clients_clientphone ({phone})
SELECT {phone_values} FROM generate_series(1, %(clients)s * 3 / 2) n;
INSERT INTO clients_tag (id, workspace_id, name)
SELECT n, %(workspace)s, 'Tag ' || n FROM generate_series(1, 20) n;
INSERT INTO clients_clienttag (workspace_id, client_id, tag_id)
SELECT %(workspace)s, n, 1 + n / 4 %% 20 FROM generate_series(4, %(clients)s, 4) n;
INSERT INTO clients_medicalalert (workspace_id, client_id, name)
SELECT %(workspace)s, n, 'Alert ' || n FROM generate_series(10, %(clients)s, 10) n;
INSERT INTO clients_case ({case})
SELECT {case_values} FROM generate_series(1, %(clients)s / 3) n;
INSERT INTO scheduling_appointment ({appointment})
SELECT {appointment_values} FROM generate_series(1, %(appointments)s) n;
INSERT INTO scheduling_attendance ({attendance})
SELECT {attendance_values} FROM generate_series(1, %(appointments)s) n;
INSERT INTO clinical_progressnote ({note})
SELECT {note_values} FROM generate_series(1, %(notes)s) n;
INSERT INTO clinical_clientform ({form})
SELECT {form_values} FROM generate_series(1, %(clients)s / 2) n;
INSERT INTO files_file ({file})
SELECT {file_values} FROM generate_series(1, %(clients)s / 2) n;
INSERT INTO billing_invoice ({invoice})
SELECT {invoice_values} FROM generate_series(1, %(appointments)s / 2) n;
INSERT INTO importing_importrun ({run}) SELECT {run_values} FROM generate_series(1, 1) n;
"""
#: What stands in columns that are not simply empty: SQL over the number `n`.
ONE_OF = "1 + (n * 7919::bigint) %% %(clients)s"
#: Twenty practitioners see ten clients each on five days of every week: a thousand appointments.
SLOT = "(n / 1000 * 7 + n / 200 %% 5) * interval '1 day' + n / 20 %% 10 * interval '45 minutes'"
GIVEN: dict[str, dict[str, str]] = {
    "practitioner": {"id": "n", "last_name": "'Practitioner ' || n", "former": "false"},
    "location": {"id": "n", "name": "'Location ' || n", "time_zone": "'Australia/Perth'"},
    "service": {"id": "n", "name": "'Service ' || n"},
    "client": {
        "id": "n",
        "first_name": f"(%(first)s::text[])[1 + n %% {len(FIRST)}] || ' ' || n / 997",
        "last_name": f"(%(last)s::text[])[1 + (n / 16) %% {len(LAST)}]",
        "birth_date": "date '1930-01-01' + n %% 33000",
        "email": "'person' || n || '@mail.example'",
        "old_reference_id": "'R' || n",
        "archived_at": "CASE WHEN n %% 6 = 0 THEN now() END",
    },
    "phone": {
        "client_id": "1 + n %% %(clients)s",
        "number": "'04' || lpad((n * 7919::bigint %% 100000000)::text, 8, '0')",
        "position": "n / %(clients)s",
    },
    "case": {"client_id": "n * 3", "name": "'Case ' || n", "max_sessions": "10"},
    "appointment": {
        "id": "n",
        "kind": "'individual'",
        "starts_at": f"timestamptz '2017-01-02 00:00Z' + {SLOT}",
        "ends_at": f"timestamptz '2017-01-02 00:45Z' + {SLOT}",
        "time_zone": "'Australia/Perth'",
        "practitioner_id": "1 + n %% 20",
        "location_id": "1 + n %% 3",
        "service_id": "1 + n %% 40",
        "client_id": ONE_OF,
        "status": "'booked'",
    },
    "attendance": {"appointment_id": "n", "client_id": ONE_OF, "status": "'arrived'"},
    "note": {
        "client_id": ONE_OF,
        "appointment_id": "CASE WHEN n <= %(appointments)s THEN n END",
        "practitioner_id": "1 + n %% 20",
        "state": "CASE WHEN n %% 9 = 0 THEN 'draft' ELSE 'final' END",
        "title": "'Treatment note'",
        "author_name": "'Practitioner ' || 1 + n %% 20",
        "document": "%(document)s::jsonb",
        "created_at": f"timestamptz '2017-01-02 01:00Z' + {SLOT}",
    },
    "form": {
        "client_id": ONE_OF,
        "name": "'Intake ' || n",
        "document": "%(document)s::jsonb",
    },
    "file": {"client_id": ONE_OF, "name": "'Letter ' || n || '.pdf'", "state": "'waiting'"},
    "invoice": {
        "client_id": ONE_OF,
        "practitioner_id": "1 + n %% 20",
        "number": "n::text",
        "issued_on": "date '2017-01-02' + n / 100",
        "total_amount": "90",
        "status": "'paid'",
    },
    "run": {"id": "n", "system": "'cliniko'", "state": "'completed'"},
    "record": {
        "run_id": "1",
        "system": "'cliniko'",
        "resource": "''",
        "source_id": "'7' || id",
        "payload": """'{"id": "7' || id || '", "created_at": "2020-01-02T03:04:05Z"}'""",
        "outcome": "'created'",
        "target_id": "id",
        "target_revision": "1",
    },
}
#: What the ledger has of them: the list's name at the source, and the table that it became.
LEDGER = {
    "patients": "clients_client",
    "individual_appointments": "scheduling_appointment",
    "attendees": "scheduling_attendance",
    "treatment_notes": "clinical_progressnote",
    "invoices": "billing_invoice",
}


@dataclass(frozen=True)
class Sizes:
    """How much there is."""

    clients: int
    appointments: int
    notes: int


def large_workspace(sizes: Sizes) -> "Workspace":
    """The workspace of this size: as it is, if it is there already; else it is made."""
    from handover.accounts.models import Workspace

    found = Workspace.objects.using("owner").filter(slug="large").first()
    if found is None:
        found = Workspace.objects.using("owner").create(name="Large", slug="large")
        _fill(found.pk, sizes)
    return found


def _fill(workspace: int, sizes: Sizes) -> None:
    from django.db import connections

    numbers = {
        "workspace": workspace, "first": list(FIRST), "last": list(LAST),
        "document": json.dumps(DOCUMENT), **vars(sizes),
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for statement in [*_statements().split(";\n"), *_ledger()]:
            if statement.strip():
                cursor.execute(statement, numbers)
        for model in _models().values():
            table = model._meta.db_table
            cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        cursor.execute("VACUUM ANALYZE")


def _models() -> "dict[str, type[Model]]":
    from handover.billing.models import Invoice
    from handover.clients.models import Case, Client, ClientPhone
    from handover.clinical.models import ClientForm, ProgressNote
    from handover.files.models import File
    from handover.importing.models import ImportRun, SourceRecord
    from handover.practice.models import Location, Practitioner, Service
    from handover.scheduling.models import Appointment, Attendance

    return {
        "practitioner": Practitioner, "location": Location, "service": Service, "client": Client,
        "phone": ClientPhone, "case": Case, "appointment": Appointment, "attendance": Attendance,
        "note": ProgressNote, "form": ClientForm, "file": File, "invoice": Invoice,
        "run": ImportRun, "record": SourceRecord,
    }  # fmt: skip


def _statements() -> str:
    """`ROWS` with all columns that may not be null: what is not given is empty."""
    told = {}
    for name, model in _models().items():
        values = defaults(model) | quoted(GIVEN[name])
        told[name] = ", ".join(values)
        told[f"{name}_values"] = ", ".join(values.values())
    return ROWS.format(**told)


def _ledger() -> Iterator[str]:
    """A record of the source for each row, as an import keeps it."""
    values = defaults(_models()["record"]) | quoted(GIVEN["record"])
    for resource, table in LEDGER.items():
        told = ", ".join((values | {'"resource"': f"'{resource}'"}).values())
        yield f"INSERT INTO importing_sourcerecord ({', '.join(values)}) SELECT {told} FROM {table}"


def defaults(model: "type[Model]") -> dict[str, str]:
    """What Django gives where nobody says anything, as SQL, by the column."""
    found = {'"workspace_id"': "%(workspace)s"}
    for field in model._meta.local_concrete_fields:
        has_own = field.primary_key or field.is_relation or field.has_db_default()
        if not field.null and not has_own:
            found[f'"{field.column}"'] = _literal(field.get_default())
    return found


def quoted(values: dict[str, str]) -> dict[str, str]:
    return {f'"{name}"': value for name, value in values.items()}


def _literal(value: object) -> str:
    if isinstance(value, list | dict):
        return f"'{json.dumps(value)}'"
    return "''" if value is None else f"'{value}'"
