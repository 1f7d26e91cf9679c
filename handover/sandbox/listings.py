"""What tests compare with: the true contents of files and signatures, for the control address."""

import base64
import hashlib
from urllib.parse import unquote_to_bytes

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.model import Practice, linked_id


def true_files(practice: Practice) -> Record:
    """Every attachment with its true size and checksum, whatever its record says."""
    cases: dict[str, list[Json]] = {}
    for case_id, attachment_ids in practice.case_attachments.items():
        for attachment_id in attachment_ids:
            cases.setdefault(attachment_id, []).append(case_id)
    rows = practice.records.get("patient_attachments", [])
    return {"files": [_file(practice, row, cases.get(str(row["id"]), [])) for row in rows]}


def _file(practice: Practice, row: Record, cases: list[Json]) -> Json:
    file = practice.stored(str(row["id"]))
    return {
        "id": row["id"],
        "patient_id": linked_id(row.get("patient")),
        "filename": row.get("filename"),
        "processing_completed": row.get("processing_completed"),
        "size_in_record": row.get("size"),
        "size": file.size,
        "sha256": file.sha256,
        "kind": file.kind,
        "patient_case_ids": cases,
    }


def true_signatures(practice: Practice) -> Record:
    """Every signature with the size and the checksum of its image's bytes."""
    return {"signatures": [_signed(row) for row in practice.records.get("signatures", [])]}


def _signed(row: Record) -> Json:
    content = image_bytes(str(row.get("image")))
    return {
        "id": row["id"],
        "patient_form_id": linked_id(row.get("patient_form")),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def image_bytes(data_uri: str) -> bytes:
    """The bytes within a data URI, base64 or percent-encoded."""
    head, _, content = data_uri.partition(",")
    return base64.b64decode(content) if head.endswith(";base64") else unquote_to_bytes(content)
