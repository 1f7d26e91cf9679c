"""Write the archive: one NDJSON file a type, `ledger.ndjson`, and a manifest with checksums.

The order of lines and the names of records depend on the records alone, so that two exports of
equal contents are equal byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.apps import apps
from django.db import connection, models, transaction

from handover.accounts.models import Workspace
from handover.core.exact import written
from handover.core.json import Json, JsonObject
from handover.core.tenancy import WorkspaceOwned, acting_in
from handover.exporting.archive.contents import CONTENTS, Content, Copied, copy_contents
from handover.exporting.archive.folder import Folder, whole_or_not_at_all
from handover.exporting.archive.identity import Sources, export_id, sources_of
from handover.files.keeping import holders
from handover.files.models import FileState, HasContent
from handover.files.shelf import Shelf, installed_shelf
from handover.importing.models import SourceRecord
from handover.importing.systems import ALL

FORMAT = 1
#: The tables of the import tool itself: of them, the ledger is exported in a form of its own. Keys
#: and mail are the installation's.
INTERNAL = {"importing", "messaging", "vault"}
CHUNK = 2000
#: Notes of the storage to itself: of no meaning elsewhere, and none are left when all is well. Who
#: was let in and what they did is about this installation, and no record of the practice. What
#: clients are found by says nothing that they do not say themselves.
NOTES = {"LooseKey", "Invitation", "AuditEntry", "SearchKey"}
LEFT_OUT = {"id", "workspace", "revision", "account", "storage_key"}

Model = type[models.Model]


@dataclass(frozen=True)
class Written:
    """One file of the archive."""

    name: str
    records: int
    sha256: str


def exported_models() -> list[Model]:
    """Every table of a practice, in a stable order."""
    found = (each for each in apps.get_models() if issubclass(each, WorkspaceOwned))
    kept = (
        each
        for each in found
        if each._meta.app_label not in INTERNAL and each.__name__ not in NOTES
    )
    return sorted(kept, key=file_name)


def file_name(model: Model) -> str:
    """The file of a model: its plural, in snake case."""
    return str(model._meta.verbose_name_plural).replace(" ", "_") + ".ndjson"


def write_archive(workspace: Workspace, folder: Path, shelf: Shelf | None = None) -> list[Written]:
    """Write everything into `folder`, which must be new or empty. Raises `CannotExport`.

    The bytes of files come from `shelf`, the installation's own unless another is given.

    All files show one moment: they fit together even while people go on working. It cannot be
    called within a transaction. What fails or is stopped leaves nothing.
    """
    with whole_or_not_at_all(folder) as new:
        with _one_moment(), acting_in(workspace.pk):
            exporter = _Exporter(workspace, new)
            files = [exporter.table(model) for model in exported_models()]
            files.append(exporter.ledger())
            contents = exporter.contents(shelf or installed_shelf())
        manifest: JsonObject = {
            "format": FORMAT,
            "workspace": workspace.name,
            "files": [
                {"name": each.name, "records": each.records, "sha256": each.sha256}
                for each in files
            ],
            "contents": {"folder": CONTENTS, "count": contents.count, "bytes": contents.bytes},
        }
        new.write_whole("manifest.json", json.dumps(manifest, indent=2) + "\n")
    return files


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction in which every statement sees what the first one saw."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class _Exporter:
    def __init__(self, workspace: Workspace, folder: Folder) -> None:
        self.workspace, self.folder = workspace, folder
        self.sources = lru_cache(maxsize=None)(self._sources)

    def table(self, model: Model) -> Written:
        """Write one table, in the order of the records' sources."""
        return self._file(file_name(model), self._records(model))

    def _sources(self, model: Model) -> Sources:
        names = [each.spec.name for each in ALL if each.spec.target is model]
        return sources_of(self.workspace.pk, names)

    def _records(self, model: Model) -> Iterator[JsonObject]:
        rows = model._default_manager.filter(workspace_id=self.workspace.pk)
        parent = part_of(model)
        columns = ("pk", parent.attname) if parent else ("pk",)
        keys = sorted((self._key(model, *ids), ids[0]) for ids in rows.values_list(*columns))
        for start in range(0, len(keys), CHUNK):
            chunk = [pk for _, pk in keys[start : start + CHUNK]]
            found = rows.in_bulk(chunk)
            for pk in chunk:
                yield self._record(model, found[pk])

    def _key(self, model: Model, pk: int, owner: int | None = None) -> tuple[str, ...]:
        """Sort by source; what has none comes last; parts by their record, then as written."""
        parent = part_of(model)
        if parent is not None and owner is not None:
            return *self._key(parent.related_model, owner), f"{pk:020}"
        names = self.sources(model).get(pk)
        return (names[0].type, f"{names[0].id:0>30}") if names else ("~", f"{pk:020}")

    def _record(self, model: Model, row: models.Model) -> JsonObject:
        is_part = part_of(model) is not None
        record: JsonObject = {} if is_part else {"id": self._id(model, row.pk)}
        for field in model._meta.local_concrete_fields:
            if field.name not in LEFT_OUT and not (is_part and field.name == "created_at"):
                record[field.name] = self._value(field, getattr(row, field.attname))
        if not is_part:
            names = self.sources(model).get(row.pk, ())
            record["sources"] = [each.as_json() for each in names]
        return record

    def _id(self, model: Model, pk: int) -> str:
        return export_id(model._meta.db_table, pk, self.sources(model), self.workspace.slug)

    def _value(self, field: models.Field[object, object], value: object) -> Json:
        if isinstance(field, models.ForeignKey):
            return None if value is None else self._id(field.related_model, int(str(value)))
        return plain(value)

    def contents(self, shelf: Shelf) -> Copied:
        """Copy the bytes of every record that has some, each under the record's name."""
        found = (each for model in holders() for each in self._contents(model))
        return copy_contents(self.folder, shelf, found)

    def _contents(self, model: type[HasContent]) -> Iterator[Content]:
        stored = model._default_manager.filter(
            workspace_id=self.workspace.pk, state=FileState.STORED
        )
        columns = ("pk", "storage_key", "size", "sha256")
        for pk, key, size, sha256 in stored.order_by("pk").values_list(*columns):
            yield Content(self._id(model, pk), file_name(model), key, size or 0, sha256)

    def ledger(self) -> Written:
        """Write one line per source record: its name, and what became of it."""
        return self._file("ledger.ndjson", self._ledger())

    def _ledger(self) -> Iterator[JsonObject]:
        targets = {each.spec.name: each.spec.target for each in ALL}
        records = (
            SourceRecord.objects.filter(workspace_id=self.workspace.pk)
            .order_by("system", "account", "resource", "source_id")
            .defer("payload", "superseded_payload")
        )
        for each in records.iterator():
            model = targets.get(each.resource)
            became: Json = None
            if model is not None and each.target_id is not None:
                became = {
                    "type": file_name(model).removesuffix(".ndjson"),
                    "id": self._id(model, each.target_id),
                }
            yield {
                "system": each.system,
                "type": each.resource,
                "id": each.source_id,
                "outcome": each.outcome,
                "reason": each.reason,
                "issues": each.issues,
                "became": became,
            }

    def _file(self, name: str, records: Iterable[JsonObject]) -> Written:
        digest, count = hashlib.sha256(), 0
        with self.folder.file(name) as file:
            for record in records:
                line = written(record) + b"\n"
                file.write(line)
                digest.update(line)
                count += 1
        return Written(name, count, digest.hexdigest())


def plain(value: object) -> Json:
    """A column's value as JSON: instants in UTC with Z, decimals as text with all their digits."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"  # never 0E-12
    return cast("Json", value)


def part_of(model: Model) -> models.ForeignKey[models.Model, models.Model] | None:
    """The link to the record that a row is a part of, if it is a part."""
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and (
            field.remote_field.on_delete is models.CASCADE
        ):
            return field
    return None
