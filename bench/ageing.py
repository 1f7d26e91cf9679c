"""How long aged debtors take in a workspace with 200,000 invoices.

    python -m bench.ageing [--invoices 200000] [--clients 20000] [--times 9] [--folder FOLDER]

A tenth of the invoices is imported and paid, a tenth imported and open, half of those corrected by
a balance file; of those made here most are paid by a payment each, the rest in part or not at all.
Printed are milliseconds by the clock, the middle and the worst, and in the middle what processors
worked for it, ours and the database's: other work on the machine changes that less. The report is
to take less than a second, its drill-down less than 100 ms.
"""

# ruff: noqa: PLC0415, S608 - models can be imported once Django is set up; tables are our own

import argparse
import os
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.lab import home, machine, middle, say
from bench.large import defaults, quoted

if TYPE_CHECKING:
    from django.db.models import Model

AS_AT = date(2026, 11, 23)
#: Reports as at so many days before: what was paid since is to be reckoned for them.
EARLIER = (90, 730)
#: The tables in their order, with what stands in columns that are not simply empty.
GIVEN: dict[str, dict[str, str]] = {
    "Client": {"id": "n", "first_name": "'Ann'", "last_name": "'Client ' || n"},
    "Invoice": {
        "id": "n",
        "client_id": "CASE WHEN n %% 50 <> 7 THEN 1 + (n * 7919::bigint) %% %(clients)s END",
        "recipient": "CASE WHEN n %% 50 = 7 THEN 'Insurer ' || n %% 11 ELSE '' END",
        "number": "n::text",
        "origin": "CASE WHEN n %% 10 < 2 THEN 'imported' ELSE 'here' END",
        "issued_on": "date '2026-11-23' - n %% 1500",
        "due_on": "CASE WHEN n %% 10 > 1 THEN date '2026-12-07' - n %% 1500 END",
        "total_amount": "90 + n %% 100",
        "status": "CASE n %% 10 WHEN 0 THEN 'paid' ELSE 'open' END",
        "due": "CASE n %% 10 WHEN 0 THEN 'nothing' WHEN 1 THEN 'not_known_to_source' ELSE 'ledger'"
        " END",
    },
    "Credit": {
        "id": "n",
        "kind": "'payment'",
        "client_id": "1 + (n * 7919::bigint) %% %(clients)s",
        "dated_on": "date '2026-11-23' - n %% 1500",
        "amount": "90 + n %% 100 + CASE WHEN n %% 400 = 2 THEN 5 ELSE 0 END",
    },
    "OpeningBalance": {
        "id": "n",
        "invoice_id": "n",
        "as_at": "date '2026-11-01'",
        "before": "90",
        "amount": "45",
    },
    "Allocation": {
        "invoice_id": "n",
        "credit_id": "CASE WHEN n %% 10 > 1 THEN n END",
        "opening_id": "CASE WHEN n %% 10 = 1 THEN n END",
        "dated_on": "date '2026-11-23' - n %% 1500",
        "amount": "CASE WHEN n %% 10 = 1 THEN 45 WHEN n %% 30 = 5 THEN 10 ELSE 90 + n %% 100 END",
    },
}
#: Of which of the numbers there is a row.
OF = {
    "Client": "n <= %(clients)s",
    "Credit": "n %% 10 > 1 AND n %% 25 <> 3",
    "OpeningBalance": "n %% 20 = 1",
    "Allocation": "n %% 20 = 1 OR n %% 10 > 1 AND n %% 25 <> 3",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--invoices", type=int, default=200_000)
    parser.add_argument("--clients", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--folder", type=Path, help="filled once, and measured again")
    options = parser.parse_args()
    with nullcontext(options.folder) if options.folder else home() as folder:
        os.environ |= {"HANDOVER_HOME": str(folder), "DATABASE_URL": ""}
        from handover.cli.setting_up import opened

        with opened():
            _measure(_workspace(options.invoices, options.clients), options.times)
    say(machine())


def _workspace(invoices: int, clients: int) -> int:
    from django.apps import apps
    from django.db import connections

    from handover.accounts.models import Workspace

    found = Workspace.objects.using("owner").filter(slug="owed").first()
    if found is not None:
        return found.pk
    found = Workspace.objects.using("owner").create(name="Owed", slug="owed")
    told = {"workspace": found.pk, "invoices": invoices, "clients": clients}
    with connections["owner"].cursor() as cursor:
        for name, given in GIVEN.items():
            model: type[Model] = apps.get_model("clients" if name == "Client" else "billing", name)
            values = defaults(model) | quoted(given)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(values)})"
                f" SELECT {', '.join(values.values())} FROM generate_series(1, %(invoices)s) n"
                f" WHERE {OF.get(name, 'TRUE')}",
                told,
            )
        cursor.execute("VACUUM ANALYZE")
    return found.pk


def _measure(workspace: int, times: int) -> None:
    from handover.billing.ageing import Asked, By, aged_debtors, debts_of
    from handover.core.tenancy import acting_in

    with acting_in(workspace):
        for by in By:
            asked = Asked(AS_AT, by)
            report = aged_debtors(asked)
            _say(f"report by {by.label.lower()}", times, partial(aged_debtors, asked))
        for days in EARLIER:
            then = Asked(AS_AT - timedelta(days))
            _say(f"report as at {days} days before", times, partial(aged_debtors, then))
        payers = [row.payer for row in report.rows]
        say(f"{report.totals.invoices} invoices of {len(payers)} payers, {report.totals.total:f}")
        most = max(report.rows, key=lambda row: row.invoices)
        said = f"the payer with most, {most.invoices} invoices"
        _say(said, times, lambda: debts_of(asked, most.payer))
        _say("fifty payers, for each", times, lambda: [debts_of(asked, p) for p in payers[:50]], 50)


def _say(name: str, times: int, call: Callable[[], object], parts: int = 1) -> None:
    from django.db import connection

    from bench.pages import worked

    backend = connection.connection.info.backend_pid
    took, work = [], []
    for _ in range(times):
        begun, ours, theirs = time.perf_counter(), time.process_time(), worked(backend)
        call()
        took.append((time.perf_counter() - begun) * 1000 / parts)
        work.append((time.process_time() - ours + worked(backend) - theirs) * 1000 / parts)
    say(f"{name:<40} {middle(took):>8.1f} {max(took):>8.1f} {middle(work):>8.1f}")


if __name__ == "__main__":
    main()
