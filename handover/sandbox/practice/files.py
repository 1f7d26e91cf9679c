"""Attachments: what is recorded of them, and their bytes, which follow from id and name."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

import hashlib
import struct
import zlib
from collections.abc import Callable

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Client
from handover.sandbox.practice.model import link, stamp

NAMES = (
    ("GP referral.pdf", "application/pdf"),
    ("Left knee X-ray.png", "image/png"),
    ("exercise-plan.txt", "text/plain"),
    ("Überweisung für Łukasz.pdf", "application/pdf"),
    ("MRI/scan 1.png", "image/png"),
    ("../../etc/passwd", "text/plain"),
    ("consent.html", "text/html"),
    ("empty.txt", "text/plain"),
    ("GP referral.pdf", "application/pdf"),
    ("photo", None),
    ("Full export.zip", "application/zip"),
)


def attachment_content(attachment_id: str, filename: str) -> bytes:
    """The bytes of a file: always the same for the same id and name."""
    if filename == "empty.txt":
        return b""
    noise = hashlib.shake_128(attachment_id.encode()).digest(200 + int(attachment_id) % 9000)
    suffix = filename.rpartition(".")[2]
    return _MAKERS.get(suffix, _text)(noise)


def _text(noise: bytes) -> bytes:
    return b"Three sets of ten, twice a day.\n" + noise.hex().encode() + b"\n"


def _html(noise: bytes) -> bytes:
    return b"<html><script>alert('no')</script><!-- " + noise.hex().encode() + b" --></html>"


def _pdf(noise: bytes) -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\n"
        b"%" + noise.hex().encode() + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _png(noise: bytes) -> bytes:
    side = max(1, int(len(noise) ** 0.5))
    rows = b"".join(b"\0" + noise[n * side : (n + 1) * side] for n in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _zip(noise: bytes) -> bytes:
    return b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(noise)) + noise


_MAKERS: dict[str, Callable[[bytes], bytes]] = {
    "txt": _text, "html": _html, "pdf": _pdf, "png": _png, "zip": _zip,
}  # fmt: skip


def add_attachments(build: Build) -> None:
    """Files of all kinds; one not processed yet, some archived, some tied to a case."""
    clients = [client for client in build.clients if client.record is not None]
    for number in range(build.extent // 2):
        client = clients[number % min(3, len(clients))] if number < 12 else build.pick(clients)
        _add_attachment(build, number, client)
    cases = build.records.get("patient_cases", [])
    rows = build.records["patient_attachments"]
    for number, case in enumerate(cases[: len(rows) // 4]):
        patient = case.get("patient")
        own = [str(row["id"]) for row in rows if row.get("patient") == patient]
        build.case_attachments[str(case["id"])] = own or [str(rows[number]["id"])]


def _add_attachment(build: Build, number: int, client: Client) -> None:
    identity = build.new_id()
    name, kind = NAMES[number % len(NAMES)]
    ready = number != 13
    created = build.moment(max(client.created, build.start))
    users = (build.users["administrator"], build.users["receptionist"],
             build.practitioners[number % 9].user_id)  # fmt: skip
    size: Json = len(attachment_content(identity, name))
    fields: Record = {
        "filename": name if ready else None,
        "content_type": kind if ready else None,
        "size": size if ready else None,
        "description": "From the GP" if number % 3 == 0 else ("" if number % 3 == 1 else None),
        "processed_at": stamp(created) if ready else None,
        "processing_completed": ready,
        "pinned_at": stamp(created) if number % 12 == 1 else None,
        "content": link(f"patient_attachments/{identity}/content"),
        "patient": build.link("patients", client.id),
        "archived_at": stamp(build.now) if number % 17 == 6 else None,
    }
    if number % 10 != 9:
        fields["user"] = build.link("users", users[number % 3])
    build.add("patient_attachments", created, fields, record_id=identity)
