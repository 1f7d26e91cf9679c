"""The archive: every table of a workspace as NDJSON, and the ledger of what was imported."""

from handover.exporting.archive.write import Written, write_archive

__all__ = ["Written", "write_archive"]
