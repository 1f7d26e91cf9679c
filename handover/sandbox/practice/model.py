"""A practice as Cliniko would hold it: lists of plain records, to be read and edited by tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.stored import StoredFile, kind_of

API = "https://api.au1.cliniko.com/v1"
"""The address inside every stored link; the server puts its own in its place."""


UNTOLD = ("filename", "content_type", "size", "processed_at")
"""What the record of an attachment does not tell before it is processed."""


def link(path: str) -> Record:
    """A relation as Cliniko writes it: ``{"links": {"self": url}}``."""
    return {"links": {"self": f"{API}/{path}"}}


def linked_id(value: Json) -> str | None:
    """The id at the end of a relation's link; None when the relation is missing, null or empty."""
    if not isinstance(value, dict):
        return None
    links = value.get("links")
    if not isinstance(links, dict):
        return None
    url = links.get("self")
    return url.rsplit("/", 1)[-1] if isinstance(url, str) else None


def stamp(moment: datetime) -> str:
    """A UTC moment as Cliniko writes it: whole seconds and a Z."""
    return moment.isoformat()[:19] + "Z"


@dataclass(frozen=True)
class Pending:
    """An attachment that is processed once it was asked for so often, or so long after the start.

    ``fields`` are what its record says from then on.
    """

    fields: Record
    asks: int | None = None
    seconds: float | None = None


@dataclass
class Practice:
    """One account.

    ``records`` holds a list of plain dictionaries for each of Cliniko's resources, by its
    plural name; ``signatures`` are kept there too, with their form under ``patient_form``.
    Relations and parts of contents may be shared between records: put a new value in a key, never
    edit inside it; the same goes for ``files`` and ``pending``. ``files`` are the true contents of
    attachments by id, ``pending`` those that will be processed in time. ``clock`` gives epoch
    seconds; there is one once a sandbox serves the practice.
    """

    today: date
    now: datetime
    records: dict[str, list[Record]] = field(repr=False)
    settings: Record = field(repr=False)
    case_attachments: dict[str, list[str]] = field(default_factory=dict, repr=False)
    practitioner_types: dict[str, list[str]] = field(default_factory=dict, repr=False)
    practitioner_businesses: dict[str, list[str]] = field(default_factory=dict, repr=False)
    role_users: dict[str, str] = field(default_factory=dict, repr=False)
    files: dict[str, StoredFile] = field(default_factory=dict, repr=False)
    pending: dict[str, Pending] = field(default_factory=dict, repr=False)
    clock: Callable[[], float] | None = field(default=None, repr=False)
    version: int = 0

    def find(self, resource: str, record_id: str) -> Record:
        """The record with this id; KeyError when there is none."""
        for record in self.records[resource]:
            if record.get("id") == record_id:
                return record
        raise KeyError(f"{resource} has no record {record_id}")

    def add(self, resource: str, record: Record) -> Record:
        """Put a finished record at the end of a list."""
        self.records.setdefault(resource, []).append(record)
        self.touch()
        return record

    def copy(self, resource: str, record_id: str, **fields: Json) -> Record:
        """Add a new record like an existing one, with its own id and the given fields."""
        original = self.find(resource, record_id)
        new_id = str(max(int(str(row["id"])) for row in self.records[resource]) + 1)
        moment = self._next_moment()
        changed: Record = {
            **original,
            "id": new_id,
            "created_at": moment,
            "updated_at": moment,
            "links": {"self": f"{API}/{resource}/{new_id}"},
        }
        return self.add(resource, {**changed, **fields})

    def change(self, resource: str, record_id: str, **fields: Json) -> Record:
        """Edit a record as a member of staff would: ``updated_at`` moves on by itself."""
        record = self.find(resource, record_id)
        record.update({"updated_at": self._next_moment(), **fields})
        self.touch()
        return record

    def remove(self, resource: str, record_id: str) -> None:
        """Delete a record for good; nothing in Cliniko tells of it afterwards."""
        self.records[resource].remove(self.find(resource, record_id))
        self.touch()

    def stored(self, attachment_id: str) -> StoredFile:
        """The true content of an attachment; one that a test has added is as its record says."""
        known = self.files.get(attachment_id)
        if known is not None:
            return known
        record = self.find("patient_attachments", attachment_id)
        size = record.get("size")
        kind = kind_of(str(record.get("filename")))
        return StoredFile(attachment_id, kind, size if isinstance(size, int) else 0)

    def hold_back(
        self, attachment_id: str, *, asks: int | None = None, seconds: float | None = None
    ) -> None:
        """Make an attachment one that is not processed yet: for a while, or for good."""
        self.files = {**self.files, attachment_id: self.stored(attachment_id)}
        record = self.find("patient_attachments", attachment_id)
        fields = {name: record.get(name) for name in (*UNTOLD, "processing_completed")}
        if asks is not None or seconds is not None:
            self.pending = {**self.pending, attachment_id: Pending(fields, asks, seconds)}
        record.update({**dict.fromkeys(UNTOLD), "processing_completed": False})
        self.touch()

    def touch(self) -> None:
        """Say that records were edited directly, so that a running sandbox reads them anew."""
        self.version += 1

    def _next_moment(self) -> str:
        """Later than all before; while it is served, no earlier than answers are dated."""
        self.now += timedelta(minutes=1)
        if self.clock is not None:
            self.now = max(self.now, datetime.fromtimestamp(int(self.clock()), UTC))
        return stamp(self.now)
