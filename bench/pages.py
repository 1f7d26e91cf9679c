"""How long pages take to make in a large workspace, and how many questions they ask the database.

    python -m bench.pages [--clients 50000] [--appointments 500000] [--notes 300000] [--times 60]

Rows are written by sets, as an import would have left them. Each page is asked for `--times` times
through the whole stack of Django (session, permissions, audit log, templates), with other words and
other clients each time; printed are the middle, p95 and the most in milliseconds, and the queries.
To measure another page: a line in `PAGES`, which gives an address for each number of a try.
"""

# ruff: noqa: PLC0415, S608 - models can be imported once Django is set up; tables are our own

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.lab import home, machine, say

if TYPE_CHECKING:
    from django.test import Client as Browser

    from handover.accounts.models import Workspace

LIMIT = 100  # milliseconds, p95
ROLES = ("owner", "practitioner")
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
INSERT INTO clients_client ({client})
SELECT {client_values} FROM generate_series(1, %(clients)s) n;
INSERT INTO clients_clientphone ({phone})
SELECT {phone_values} FROM generate_series(1, %(clients)s * 3 / 2) n;
INSERT INTO clients_tag (workspace_id, name)
SELECT %(workspace)s, 'Tag ' || n FROM generate_series(1, 20) n;
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
"""
#: What stands in columns that are not simply empty: SQL over the number `n`.
ONE_OF = "1 + (n * 7919::bigint) %% %(clients)s"
GIVEN: dict[str, dict[str, str]] = {
    "practitioner": {"id": "n", "last_name": "'Practitioner ' || n", "former": "false"},
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
        "starts_at": "timestamptz '2021-01-04 00:00Z' + n * interval '6 minutes'",
        "ends_at": "timestamptz '2021-01-04 00:30Z' + n * interval '6 minutes'",
        "time_zone": "'Australia/Perth'",
        "practitioner_id": "1 + n %% 20",
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
    },
}


@dataclass(frozen=True)
class Sizes:
    """How much there is."""

    clients: int
    appointments: int
    notes: int


def _words(number: int, sizes: Sizes) -> str:
    """What a receptionist types, one kind after the other, in different states of being typed."""
    draw = random.Random(number)
    whole = draw.choice((
        f"{draw.choice(LAST)}".replace("'", ""),
        f"{draw.choice(FIRST)} {draw.choice(LAST)}",
        f"0{400_000_000 + draw.randrange(99_999_999)}",
        f"{1 + draw.randrange(28)}/{1 + draw.randrange(12)}/19{40 + draw.randrange(60)}",
        f"person{1 + draw.randrange(sizes.clients)}@mail.example",
        f"R{1 + draw.randrange(sizes.clients)}",
        "sm", "o", "a l", "tag",
    ))  # fmt: skip
    return whole if number % 2 else whole[: max(1, len(whole) * 2 // 3)]


def _client(number: int, sizes: Sizes) -> int:
    return 1 + random.Random(number).randrange(sizes.clients)


def _own_client(number: int, sizes: Sizes) -> int:
    """A client of the first practitioner: with them is every twentieth appointment."""
    return 1 + (20 * (1 + number) * 7919) % sizes.clients


#: Each page: its name, who asks, and the address of a try.
PAGES: tuple[tuple[str, str, Callable[[int, Sizes], str]], ...] = (
    ("clients, first page", "owner", lambda _n, _s: "/clients/"),
    ("clients, a page further on", "owner", lambda n, s: f"/clients/?after={_client(n, s)}"),
    ("clients, added last", "owner", lambda _n, _s: "/clients/?sort=newest"),
    ("clients, of a tag", "owner", lambda n, _s: f"/clients/?tag={1 + n % 20}"),
    ("clients, archived", "owner", lambda _n, _s: "/clients/?show=archived"),
    ("client search", "owner", lambda n, s: f"/clients/?q={_words(n, s)}"),
    ("client search, own clients", "practitioner", lambda n, s: f"/clients/?q={_words(n, s)}"),
    ("clients, own clients", "practitioner", lambda _n, _s: "/clients/"),
    ("client page", "owner", lambda n, s: f"/clients/{_client(n, s)}/"),
    ("client page, cases", "owner", lambda n, s: f"/clients/{_client(n, s)}/cases/"),
    ("notes of a client", "owner", lambda n, s: f"/clients/{_client(n, s)}/notes/"),
    ("notes, own clients", "practitioner", lambda n, s: f"/clients/{_own_client(n, s)}/notes/"),
    ("files of a client", "owner", lambda n, s: f"/clients/{_client(n, s)}/files/"),
    ("client page, messages", "owner", lambda n, s: f"/clients/{_client(n, s)}/communications/"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--appointments", type=int, default=500_000)
    parser.add_argument("--notes", type=int, default=300_000)
    parser.add_argument("--times", type=int, default=60)
    options = parser.parse_args()
    sizes = Sizes(options.clients, options.appointments, options.notes)
    with home() as folder:
        os.environ |= {"HANDOVER_HOME": str(folder), "DATABASE_URL": ""}
        from handover.cli.setting_up import opened

        with opened():
            _measure(sizes, options.times)
    say(machine())


def _measure(sizes: Sizes, times: int) -> None:
    from handover.accounts.models import Workspace
    from handover.core.tenancy import acting_in

    place = Workspace.objects.using("owner").create(name="Large", slug="large")
    browsers = {role: _person(place, role) for role in ROLES}
    begun = time.monotonic()
    _fill(place.pk, sizes)
    say(f"{sizes} written in {time.monotonic() - begun:.0f} s")
    with acting_in(place.pk):
        _give_clients(place.pk)
    say(f"{'page':<30} {'median':>8} {'p95':>8} {'most':>8}  queries")
    for name, role, address in PAGES:
        _ask(name, browsers[role], [address(number, sizes) for number in range(times)])


def _person(place: "Workspace", role: str) -> "Browser":
    from handover.accounts.models import Role
    from tests.people import a_person

    limited = role == "practitioner"
    browser = a_person(place, Role(role), own_clients_only=limited).browser
    browser.defaults["SERVER_NAME"] = "localhost"
    return browser


def _give_clients(workspace: int) -> None:
    """Make the practitioner among the people the first one of the calendar."""
    from handover.accounts.models import User
    from handover.practice.models import Practitioner

    who = User.objects.get(role="practitioner")
    Practitioner.objects.filter(workspace_id=workspace, last_name="Practitioner 1").update(user=who)


def _fill(workspace: int, sizes: Sizes) -> None:
    from django.db import connections

    numbers = {
        "workspace": workspace, "first": list(FIRST), "last": list(LAST),
        "document": json.dumps(DOCUMENT), **vars(sizes),
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        for statement in _statements().split(";\n"):
            if statement.strip():
                cursor.execute(statement, numbers)
        for table in ("clients_client", "practice_practitioner", "scheduling_appointment"):
            cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        cursor.execute("VACUUM ANALYZE")


def _statements() -> str:
    """`ROWS` with all columns that may not be null: what is not given is empty."""
    from handover.clients.models import Case, Client, ClientPhone
    from handover.clinical.models import ProgressNote
    from handover.practice.models import Practitioner
    from handover.scheduling.models import Appointment, Attendance

    models = {
        "practitioner": Practitioner, "client": Client, "phone": ClientPhone, "case": Case,
        "appointment": Appointment, "attendance": Attendance, "note": ProgressNote,
    }  # fmt: skip
    told = {}
    for name, model in models.items():
        values = {"workspace_id": "%(workspace)s"}
        for field in model._meta.local_concrete_fields:
            if field.get_internal_type() in {"TextField", "CharField"}:
                values[str(field.column)] = "''"
        values |= GIVEN[name]
        told[name] = ", ".join(values)
        told[f"{name}_values"] = ", ".join(values.values())
    return ROWS.format(**told)


def _ask(name: str, browser: "Browser", addresses: list[str]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    took, queries = [], set()
    browser.get(addresses[0])  # the first one of a page compiles its template
    for address in addresses:
        begun = time.perf_counter()
        answer = browser.get(address)
        took.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, (address, answer.status_code)
    for address in addresses[:10]:
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        queries.add(len(asked))
    p95 = statistics.quantiles(took, n=20)[-1]
    over = "  OVER" if p95 > LIMIT else ""
    spread = f"{min(queries)}" if len(queries) == 1 else f"{min(queries)} to {max(queries)}"
    say(f"{name:<30} {statistics.median(took):>8.1f} {p95:>8.1f} {max(took):>8.1f}  {spread}{over}")


if __name__ == "__main__":
    main()
