"""Archives of documents for tests, and a desk that they are handed over at."""

import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handover.accounts.models import Workspace
from handover.clients.models import Client
from handover.core.tenancy import acting_in
from handover.files.models import File
from handover.files.shelf import Shelf, shelf_at
from handover.importing import runs
from handover.importing.attaching import Attached, attach
from handover.importing.documents.limits import USUAL, Limits
from handover.importing.engine.run import Progress
from handover.importing.models import ImportRun, Outcome, SourceRecord

PDF = b"%PDF-1.7\n"
LETTER, CHART, PRINT = PDF + b"letter", b"\x89PNG\r\n\x1a\nchart", PDF + b"print"


def zip_of(path: Path, entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write an archive; a name that ends in a slash is a folder."""
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def three_documents(folder: Path) -> Path:
    """An archive with documents of two clients of the same name."""
    return zip_of(
        folder / "documents.zip",
        {
            "Jane Doe - 17/": b"",
            "Jane Doe - 17/letter.pdf": LETTER,
            "Jane Doe - 17/Body charts/chart.png": CHART,
            "Jane Doe - 18/letter.pdf": PRINT,
        },
    )


def zip_bytes(entries: Mapping[str, bytes]) -> bytes:
    """An archive in memory."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return held.getvalue()


def claiming(archive: Path, name: str, size: int) -> Path:
    """Have the archive say that an entry is as large as this."""
    raw = bytearray(archive.read_bytes())
    at = raw.rindex(name.encode()) - 46  # its line in the list of contents
    assert raw[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<L", raw, at + 24, size)
    archive.write_bytes(raw)
    return archive


@dataclass
class Counter:
    """A workspace that documents are handed over at, and the folder of its files."""

    workspace: Workspace
    home: Path
    limits: Limits = USUAL
    files: str = ""
    progress: Progress = field(default_factory=Progress)

    @property
    def office(self) -> runs.Office:
        return runs.Office(
            home=self.home, contact="", cliniko_url="", rate=0, files=self.files,
            progress=self.progress, looks=(),
        )  # fmt: skip

    @property
    def shelf(self) -> Shelf:
        return shelf_at(self.home, self.files)

    def take(self, path: Path, *, rehearsal: bool = False) -> Attached:
        """Attach what is there."""
        return attach(self.office, self.workspace, path, rehearsal=rehearsal, limits=self.limits)

    def client(self, number: str, *, account: str = "1", follows: str = "") -> Client:
        """A client who came from Cliniko under this number."""
        with acting_in(self.workspace.pk):
            client = Client.objects.create(
                workspace_id=self.workspace.pk, first_name=f"No. {number}"
            )
            self.record("patients", number, client.pk, account=account, follows=follows)
        return client

    def record(self, resource: str, number: str, target: int | None, **more: str) -> SourceRecord:
        """A line of the ledger of an import."""
        run, _ = ImportRun.objects.get_or_create(
            workspace_id=self.workspace.pk, system="cliniko", account=more.get("account", "1")
        )
        return SourceRecord.objects.create(
            **{"account": "1", "outcome": Outcome.CREATED, **more},
            workspace_id=self.workspace.pk, run_id=run.pk, made_by_id=run.pk, system="cliniko",
            resource=resource, source_id=number, path=f"/{resource}", payload="{}",
            payload_hash="", target_id=target, target_revision=1,
        )  # fmt: skip

    def filed(self) -> dict[str, tuple[int | None, bytes]]:
        """Every document that is here: where it stood, its client, and its bytes."""
        with acting_in(self.workspace.pk):
            found = list(File.objects.exclude(storage_key=""))
        return {
            each.description or each.name: (
                each.client_id,
                b"".join(self.shelf.read(each.storage_key)),
            )
            for each in found
        }

    def keys(self) -> list[str]:
        """What lies on the shelf."""
        return list(self.shelf.keys())
