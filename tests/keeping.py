"""Imports to begin with: done once in a test run, then put back as they were left.

Most sentences about undoing, catching up or conflicts begin with a practice that was moved
already. Moving it takes seconds, putting it back a moment.
"""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from handover.core.postgres import EmbeddedPostgres
from handover.importing import runs
from handover.importing.report import Report

if TYPE_CHECKING:
    from tests.moving import Desk, Done

_OURS = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname NOT LIKE 'django%' AND relname <> 'auth_permission'  -- made with the tables
    AND pg_relation_size(oid) > 0 ORDER BY relname
"""
_NOT_THE_IMPORT = shutil.ignore_patterns("export-*")  # which some write before they begin
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'
    AND last_value IS NOT NULL AND sequencename NOT LIKE 'django%'
"""


@dataclass(frozen=True)
class Kept:
    """What one import left behind: rows by table, sequences, and the installation's folder."""

    rows: dict[str, bytes]
    sequences: list[tuple[str, int]]
    folder: Path
    run_id: int
    report: Report


@dataclass
class Keeping:
    """The imports of this test run, by what was moved and how."""

    server: EmbeddedPostgres
    room: Path
    _kept: dict[tuple[object, ...], Kept] = field(default_factory=dict)

    def moved(self, desk: "Desk", only: Sequence[str], *, rehearsal: bool) -> "Done":
        """Import into a workspace in which nothing was done yet, out of a practice as it was made.

        Raises AssertionError if either is not so: then `move` is the one to take.
        """
        from tests.moving import Done  # each knows the other

        key = (desk.workspace.pk, desk.workspace.name, tuple(only), rehearsal)
        with psycopg.connect(self.server.superuser_url, autocommit=True) as superuser:
            there = set(_rows(superuser))
            assert there == {"accounts_workspace"}, f"something was done here: {sorted(there)}"
            if key not in self._kept:
                done = desk.move(only=only, rehearsal=rehearsal)
                self._kept[key] = self._keep(superuser, desk.home, done)
                return done
            self._put_back(superuser, desk.home, self._kept[key])
        return Done(runs.find_run(self._kept[key].run_id), self._kept[key].report)

    def _keep(self, superuser: psycopg.Connection, home: Path, done: "Done") -> Kept:
        folder = Path(tempfile.mkdtemp(dir=self.room))
        shutil.copytree(home, folder, ignore=_NOT_THE_IMPORT, dirs_exist_ok=True)
        sequences = superuser.execute(_SEQUENCES).fetchall()
        return Kept(_rows(superuser), sequences, folder, done.run.pk, done.report)

    def _put_back(self, superuser: psycopg.Connection, home: Path, kept: Kept) -> None:
        shutil.copytree(kept.folder, home, dirs_exist_ok=True)
        with superuser.transaction(), superuser.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger, no check
            cursor.execute("DELETE FROM accounts_workspace")
            for table, content in kept.rows.items():
                command = sql.SQL("COPY {} FROM STDIN (FORMAT binary)")
                with cursor.copy(command.format(sql.Identifier(table))) as copy:
                    copy.write(content)
            for name, value in kept.sequences:
                cursor.execute("SELECT setval(%s, %s)", (name, value))


def _rows(superuser: psycopg.Connection) -> dict[str, bytes]:
    """The rows of all tables that have any, as the database writes them."""
    found = {}
    for (table,) in superuser.execute(_OURS).fetchall():
        name = sql.Identifier(table)
        if superuser.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(name)).rowcount:
            command = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
            with superuser.cursor().copy(command) as copy:
                found[table] = b"".join(bytes(part) for part in copy)
    return found
