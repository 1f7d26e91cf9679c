"""Moving a practice out of a sandbox: a desk with everything that a whole import needs."""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from handover.accounts.models import Workspace
from handover.core.tenancy import acting_in
from handover.exporting.archive import write_archive
from handover.files.shelf import Shelf, shelf_at
from handover.importing import runs
from handover.importing.cliniko.key import ApiKey
from handover.importing.cliniko.patience import Patience
from handover.importing.deleting import delete_run
from handover.importing.engine.order import WORTH_CUTTING
from handover.importing.engine.undo import Undone
from handover.importing.models import ImportRun, SourceRecord
from handover.importing.report import Report
from handover.sandbox import Practice, Sandbox, Stats, build_practice
from tests.archive import Archive, Record
from tests.keeping import Keeping

OUTCOMES = ("created", "matched", "updated", "unchanged", "skipped", "rejected")
CONTACT = "office@practice.example"
#: Without the waiting, and so with more attempts; a limit that stays used up is borne for 2 s.
QUICK = Patience(attempts=8, first=0.0, longest=0.0, without_success=2.0)
TODAY = date(2026, 5, 6)
#: The calendar and what it needs: about a third of the lists.
CALENDAR = ("attendees",)
CLIENTS = ("patients",)


@cache
def reserved() -> socket.socket:
    """A port that is one sandbox's after the other: its records name it, and so kept ones do."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind(("127.0.0.1", 0))  # and never listens
    return line


@cache
def small_practice() -> Practice:
    """The small demo practice as it was made: not to be edited."""
    return build_practice(clients=40, appointments=250, today=TODAY)


def a_practice() -> Practice:
    """A small demo practice of one's own, to be edited; every oddity is in it."""
    return copied(small_practice())


def linked(value: object) -> str | None:
    """The id that a relation of Cliniko leads to."""
    if not isinstance(value, dict) or "links" not in value:
        return None
    return str(value["links"]["self"]).rsplit("/", 1)[1]


def survivors(patients: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Every client's id, and whose it is in the end: that of whom they were merged into."""
    merged = {str(each["id"]): linked(each.get("merged_with_patient")) for each in patients}
    found = {}
    for name in merged:
        last = name
        while following := merged[last]:
            last = following
        found[name] = last
    return found


def survivor(practice: Practice, patient_id: str | None) -> str | None:
    """Who a client is now; None for one who was deleted for good."""
    return survivors(practice.records["patients"]).get(patient_id or "")


def copied(practice: Practice) -> Practice:
    """The same once more; put a new value in a key of a record, and only one of them changes."""
    records = {name: [dict(row) for row in rows] for name, rows in practice.records.items()}
    return replace(practice, records=records, settings=dict(practice.settings))


@dataclass(frozen=True)
class Done:
    """An import that came to its end: the run as it stands then, and its report."""

    run: ImportRun
    report: Report

    @cached_property
    def told(self) -> Record:
        """The report as `--report` writes it."""
        return dict(self.report.as_json())

    @property
    def balanced(self) -> bool:
        return self.report.balanced

    def line(self, name: str) -> Record:
        return dict(self.told["types"][name])

    def outcomes(self, name: str) -> dict[str, int]:
        """The outcomes of one type that are not nought."""
        line = self.line(name)
        return {each: line[each] for each in OUTCOMES if line[each]}

    def problems(self, name: str) -> list[Record]:
        return list(self.line(name)["problems"])

    def causes(self, name: str) -> set[tuple[str, str]]:
        """Field and cause of everything that the report says of a type."""
        return {(each["field"], each["cause"]) for each in self.problems(name)}


@dataclass(frozen=True)
class Moved:
    """What a whole import left behind: what was there, its report and its archive."""

    practice: Practice
    done: Done
    archive: Archive
    stats: Stats

    @property
    def report(self) -> Record:
        return self.done.told

    @property
    def records(self) -> dict[str, list[Record]]:
        return dict(self.practice.records)

    def differs(self, archive: Archive) -> set[str]:
        """The tables and types of a later import, of all or of some lists, that are not equal."""
        kinds = {kind for kind, _ in archive.ledger}
        mine = {name: each for name, each in self.archive.ledger.items() if name[0] in kinds}
        entries = {name[0] for name in mine.keys() | archive.ledger.keys()
                   if mine.get(name) != archive.ledger.get(name)}  # fmt: skip
        counts = archive.counts
        return entries | {
            name
            for name, digest in archive.tables.items()
            if counts[name] and digest != self.archive.tables[name]
        }


@dataclass
class Desk:
    """One workspace, one sandbox, and the imports from there to here."""

    workspace: Workspace
    sandbox: Sandbox
    home: Path
    patience: Patience = QUICK
    worth_cutting: int = WORTH_CUTTING
    exports: int = field(default=0)
    keeping: Keeping | None = None

    @property
    def practice(self) -> Practice:
        return self.sandbox.practice

    @property
    def records(self) -> dict[str, list[Record]]:
        """What the practice holds, to be read."""
        return dict(self.practice.records)

    @property
    def office(self) -> runs.Office:
        return runs.Office(
            home=self.home,
            contact=CONTACT,
            cliniko_url=self.sandbox.url,
            rate=0,
            patience=self.patience,
            file_hosts=(self.sandbox.storage_host,),
            looks=(0.0,),
            worth_cutting=self.worth_cutting,
        )

    @property
    def shelf(self) -> Shelf:
        """Where the bytes of files lie."""
        return shelf_at(self.home)

    def key(self, role: str = "administrator") -> ApiKey:
        return ApiKey.parse(self.sandbox.keys[role])

    def begin(
        self,
        *,
        role: str = "administrator",
        only: Sequence[str] = (),
        rehearsal: bool = False,
        whole: bool = False,
    ) -> ImportRun:
        return runs.start(
            *(self.home, self.workspace, self.key(role)),
            only=only,
            rehearsal=rehearsal,
            whole=whole,
        )

    def go_on(self, run: ImportRun, key: ApiKey | None = None) -> Done:
        """Carry on as a new process would: with what the database knows of the run."""
        report = runs.go_on(self.office, runs.find_run(run.pk), key)
        return Done(runs.find_run(run.pk), report)

    def move(
        self,
        *,
        role: str = "administrator",
        only: Sequence[str] = (),
        rehearsal: bool = False,
        whole: bool = False,
    ) -> Done:
        """A whole import, to its end."""
        return self.go_on(self.begin(role=role, only=only, rehearsal=rehearsal, whole=whole))

    def moved(self, *, only: Sequence[str] = (), rehearsal: bool = False) -> Done:
        """As `move`, but quickly: the first thing done here, with a practice that nobody edited."""
        assert self.keeping is not None, "this desk has a practice of its own"
        assert self.records == small_practice().records, "edited: `move` is the one to take"
        assert not self.sandbox.faults
        return self.keeping.moved(self, only, rehearsal=rehearsal)

    def undo(self, run: ImportRun, *, preview: bool = False) -> dict[str, Undone]:
        """Undo; what that did, by type."""
        return {
            each.name: each
            for each in delete_run(
                runs.find_run(run.pk), preview=preview, keeper=self.office.keeper
            )
        }

    def export(self) -> Archive:
        """Everything that the workspace holds, as others read it."""
        self.exports += 1
        folder = self.home / f"export-{self.workspace.pk}-{self.exports}"
        write_archive(self.workspace, folder, self.shelf)
        return Archive(folder)

    def row_of(self, resource: str, source_id: object) -> int:
        """The row that a record of Cliniko became; to be asked inside."""
        found = SourceRecord.objects.get(resource=resource, source_id=str(source_id)).target_id
        assert found is not None
        return found

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Act in the workspace, as its staff does."""
        with acting_in(self.workspace.pk):
            yield

    def beside(self, practice: Practice, *, recalls: bool = True) -> "Desk":
        """The same workspace with another sandbox, which the caller starts and stops."""
        return replace(self, sandbox=Sandbox(practice, rate_limit=0, recalls=recalls))
