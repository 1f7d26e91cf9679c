"""An archive as somebody reads it who has nothing but its files."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

Record = dict[str, Any]
Value: TypeAlias = Any  # whatever JSON can hold


@dataclass(frozen=True)
class Archive:
    """A folder of NDJSON."""

    folder: Path

    def lines(self, name: str) -> Iterator[Record]:
        with (self.folder / f"{name}.ndjson").open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def table(self, name: str) -> list[Record]:
        return list(self.lines(name))

    def by_source(self, name: str, kind: str) -> dict[str, Record]:
        """The records of a table by the id of the Cliniko record they came from."""
        found = [
            (source["id"], record)
            for record in self.lines(name)
            for source in record["sources"]
            if (source["system"], source["type"]) == ("cliniko", kind)
        ]
        assert max(Counter(name for name, _ in found).values(), default=1) == 1, "a source twice"
        return dict(found)

    def parts(self, name: str, owner: str) -> dict[str, list[Record]]:
        """The rows of a table of parts, by the record that they are parts of, in their order."""
        found: dict[str, list[Record]] = {}
        for record in self.lines(name):
            found.setdefault(record[owner], []).append(record)
        return found

    @cached_property
    def ledger(self) -> dict[tuple[str, str], Record]:
        lines = [((each["type"], each["id"]), each) for each in self.lines("ledger")]
        assert max(Counter(name for name, _ in lines).values(), default=1) == 1, "a record twice"
        return dict(lines)

    def entry(self, kind: str, source_id: object) -> Record:
        """What the ledger says of one record."""
        return self.ledger[kind, str(source_id)]

    def issues(self, kind: str, source_id: object) -> set[tuple[str, str]]:
        """Field and cause of everything that is noted about one record."""
        return {(each["field"], each["code"]) for each in self.entry(kind, source_id)["issues"]}

    def outcomes(self, kind: str = "") -> Counter[str]:
        """How many records have which outcome."""
        return Counter(
            each["outcome"] for (name, _), each in self.ledger.items() if not kind or name == kind
        )

    @cached_property
    def tables(self) -> dict[str, str]:
        """What every table holds, by a hash each; the ledger is told apart."""
        return {
            path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.glob("*.ndjson"))
            if path.stem != "ledger"
        }

    @cached_property
    def files(self) -> dict[str, bytes]:
        """All bytes, the ledger's too, without the manifest: that has the workspace's name."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("*.ndjson"))}

    @property
    def counts(self) -> dict[str, int]:
        """How many lines each table has."""
        return {
            path.stem: len(path.read_bytes().splitlines())
            for path in sorted(self.folder.glob("*.ndjson"))
            if path.stem != "ledger"
        }


class Links:
    """Links of the export, read back to ids of Cliniko."""

    def __init__(self, archive: Archive) -> None:
        names = ("clients", "practitioners", "services", "locations", "appointments", "cases",
                 "contacts", "concession_types", "users", "attendances", "invoices",
                 "billable_items", "products", "product_suppliers")  # fmt: skip
        self.ids = {
            each["id"]: each["sources"][0]["id"] for name in names for each in archive.lines(name)
        }

    def __call__(self, record: Record, name: str) -> str | None:
        return None if record[name] is None else str(self.ids[record[name]])
