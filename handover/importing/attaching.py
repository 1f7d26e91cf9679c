"""Attaching documents: what no endpoint of Cliniko gives, handed over as a ZIP archive or a folder.

It is a run as any other, with the same ledger, report and undo. What cannot be filed with a client
is kept without one, until somebody says whose it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from handover.accounts.models import Workspace
from handover.clients.models import Client
from handover.core.json import Json, JsonObject
from handover.core.tenancy import acting_in
from handover.files.models import File, FileState
from handover.importing import runs
from handover.importing.documents.limits import USUAL, Limits
from handover.importing.documents.resources.documents import Documents
from handover.importing.documents.source import DocumentSource
from handover.importing.documents.survey import OnLook
from handover.importing.engine.errors import StopImport
from handover.importing.engine.lease import only_one
from handover.importing.engine.load.elsewhere import known_elsewhere, told
from handover.importing.engine.payload import decode
from handover.importing.engine.values import NOT_PLACED
from handover.importing.models import ImportRun, Outcome, SourceRecord, State
from handover.importing.report import Report
from handover.importing.states import ENDED
from handover.importing.systems import CLINIKO, DOCUMENTS, RESOURCES
from handover.importing.watched import watching

PATIENTS = f"{CLINIKO}:patients"
NAME = Documents.spec.name


@dataclass(frozen=True, slots=True)
class Listed:
    """A document that somebody has to see to; `file` is its number here, if it was kept."""

    path: str
    reason: str
    file: int | None = None

    def as_json(self) -> dict[str, Json]:
        """As the report has it."""
        return {"path": self.path, "reason": self.reason, "file": self.file}


@dataclass(frozen=True)
class Attached:
    """What came of it: the report, what was kept without a client, and what was refused."""

    report: Report
    not_placed: tuple[Listed, ...] = ()
    refused: tuple[Listed, ...] = ()

    def as_json(self) -> JsonObject:
        """The report as `--report` writes it."""
        return self.report.as_json() | {
            "not_placed": [each.as_json() for each in self.not_placed],
            "refused": [each.as_json() for each in self.refused],
        }


def attach(
    office: runs.Office,
    workspace: Workspace,
    path: Path,
    *,
    rehearsal: bool = False,
    limits: Limits = USUAL,
    on_look: OnLook = lambda _count, _bytes: None,
) -> Attached:
    """File what is in an archive or a folder; with the same one again, go on where it stopped.

    Raises `StopImport` before anything is written if it endangers, is broken, or has no room.
    """
    source = DocumentSource(path, limits, on_look)
    try:
        _check_room(office, workspace, source, limits)
        run = _run_for(workspace, source, rehearsal=rehearsal)
    except BaseException:
        source.close()
        raise
    found: list[tuple[Listed, ...]] = []
    foretelling = replace(
        office.progress, on_rehearsed=lambda *_: found.extend(_to_see_to(workspace, run))
    )
    with only_one(run) as lease, watching(run):
        report = runs.carry(
            replace(office, progress=foretelling), lease, source, RESOURCES[DOCUMENTS]
        )
    waiting, refused = found or _to_see_to(workspace, run)
    return Attached(report, waiting, refused)


def _to_see_to(
    workspace: Workspace, run: ImportRun
) -> tuple[tuple[Listed, ...], tuple[Listed, ...]]:
    """What waits for a client, and what was refused; before a rehearsal is taken back, too."""
    with acting_in(workspace.pk):
        waiting = tuple(not_placed(workspace, run))
        if run.rehearsal:  # there is nothing yet to place by its number
            waiting = tuple(replace(each, file=None) for each in waiting)
        return waiting, tuple(_refused(run))


def names_of(run: ImportRun, ids: Sequence[str]) -> tuple[str, ...]:
    """How people know records of a run: documents by where they stood, all others by number."""
    if run.system != DOCUMENTS:
        return tuple(ids)
    with acting_in(run.workspace_id):
        records = SourceRecord.objects.filter(
            workspace_id=run.workspace_id, system=DOCUMENTS, resource=NAME, source_id__in=ids
        )
        paths = {name: _path(text) for name, text in records.values_list("source_id", "payload")}
    return tuple(paths.get(each) or each for each in ids)


def not_placed(workspace: Workspace, run: ImportRun | None = None) -> Iterator[Listed]:
    """The documents without a client, of one run or of all; to be asked inside the workspace."""
    waiting = File.objects.filter(workspace=workspace, client=None).in_bulk()
    records = SourceRecord.objects.filter(
        workspace=workspace, system=DOCUMENTS, resource=NAME, target_id__in=list(waiting)
    )
    if run is not None:
        records = records.filter(run=run)
    for target_id, issues in records.order_by("pk").values_list("target_id", "issues"):
        file = waiting.pop(target_id or 0, None)
        if file is not None:
            reasons = [each["reason"] for each in issues if each["code"] == NOT_PLACED]
            reason = "; ".join(reasons).removesuffix(f": {file.description}")
            yield Listed(file.description, reason, file.pk)


def place(workspace: Workspace, file_id: int, *, client: int = 0, patient: str = "") -> File:
    """File a document with a client, by the client's number here or the one at Cliniko.

    Raises `StopImport` if there is no such document or client, or if it has a client already.
    """
    with acting_in(workspace.pk):
        file = File.objects.select_for_update().filter(workspace=workspace, pk=file_id).first()
        if file is None:
            raise StopImport(f"there is no document {file_id}; without a number all are listed")
        if file.client_id is not None:
            raise StopImport(f"document {file_id} is with client {file.client_id} already")
        number = client or _row_of(workspace, patient)
        file.client = Client.objects.filter(workspace=workspace, pk=number).first()
        if file.client is None:
            raise StopImport(f"there is no client {number} in {workspace.name}")
        file.save(update_fields=["client"])
    return file


def _row_of(workspace: Workspace, patient: str) -> int:
    """The client that a patient of Cliniko became, or that they were merged into."""
    number, found, seen = patient, None, set[str]()
    while number and number not in seen:
        seen.add(number)
        known = known_elsewhere(workspace.pk, PATIENTS, [number])
        _, target_id, _, _, number = known[0] if known else ("", None, "", "", "")
        found = target_id or found  # where nobody is to be followed, it is the one who was named
    if found is None:
        raise StopImport(f"{told(PATIENTS, patient)} is no client of {workspace.name}")
    return found


def _run_for(workspace: Workspace, source: DocumentSource, *, rehearsal: bool) -> ImportRun:
    """The newest run, if it took the same documents and is not over; else a new one."""
    with acting_in(workspace.pk):
        before = ImportRun.objects.filter(workspace=workspace, system=DOCUMENTS)
        newest = before.exclude(state=State.DELETED).order_by("pk").last()
        if newest is not None and _goes_on(newest, source, rehearsal=rehearsal):
            if newest.rehearsal and not rehearsal:
                runs.load_rehearsed(newest)
            return newest
        return ImportRun.objects.create(
            workspace=workspace,
            system=DOCUMENTS,
            rehearsal=rehearsal,
            fingerprint=source.fingerprint,
            account_name=source.name,
        )


def _goes_on(run: ImportRun, source: DocumentSource, *, rehearsal: bool) -> bool:
    over = run.state in ENDED
    return run.fingerprint == source.fingerprint and not over and run.rehearsal >= rehearsal


def _check_room(
    office: runs.Office, workspace: Workspace, source: DocumentSource, limits: Limits
) -> None:
    """Refuse what the disk has no room for; what lies there already needs none."""
    free = office.keeper.shelf.place.free()
    if free is None:
        return
    with acting_in(workspace.pk):
        stored = File.objects.filter(workspace=workspace, state=FileState.STORED).values("pk")
        here = set(
            SourceRecord.objects.filter(
                workspace=workspace, system=DOCUMENTS, resource=NAME, target_id__in=stored
            ).values_list("source_id", flat=True)
        )
    coming = (each for name, each in source.documents.items() if each.comes and name not in here)
    needed = sum(each.size for each in coming) + limits.spare
    if needed > free:
        raise StopImport(
            f"{source.name} needs {needed / 1e9:,.2f} GB, and {free / 1e9:,.2f} GB are free where"
            " files are kept: make room, or attach a part of it"
        )


def _refused(run: ImportRun) -> Iterator[Listed]:
    records: Sequence[tuple[str, str]] = list(
        SourceRecord.objects.filter(
            workspace_id=run.workspace_id, run=run, resource=NAME, outcome=Outcome.REJECTED
        )
        .order_by("pk")
        .values_list("payload", "reason")
    )
    for payload, reason in records:
        yield Listed(_path(payload), reason)


def _path(payload: str) -> str:
    """Where a document stood; "" of one of which nothing is left but its name."""
    record = decode(payload) if payload else None
    return str(record["path"]) if isinstance(record, dict) else ""
