"""Attachments: their records, and of what kind and size their bytes are."""

# ruff: noqa: PLR2004 - the numbers say "one in so many"

from dataclasses import dataclass

from handover.sandbox.jsontypes import Json, Record
from handover.sandbox.practice.build import Build, Client
from handover.sandbox.practice.model import UNTOLD, Pending, link, stamp
from handover.sandbox.practice.stored import StoredFile

KILOBYTE, MEGABYTE = 1000, 1_000_000
PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Name, declared type and true kind. Several are not what they say; names repeat on purpose.
NAMES: tuple[tuple[str, str | None, str], ...] = (
    ("GP referral.pdf", PDF, "pdf"),
    ("Left knee X-ray.png", PNG, "png"),
    ("exercise-plan.txt", TEXT, "text"),
    ("Überweisung für Łukasz.pdf", PDF, "pdf"),
    ("MRI/scan 1.png", PNG, "png"),
    ("../../etc/passwd", TEXT, "text"),
    ("consent.html", "text/html", "html"),
    ("empty.txt", TEXT, "empty"),
    ("GP referral.pdf", PDF, "pdf"),
    ("photo", None, "jpeg"),
    ("Full patient export.zip", "application/zip", "zip"),
    ("logo.svg", "image/svg+xml", "svg"),
    ("IMG_2041.JPG", JPEG, "jpeg"),
    ("Discharge summary.docx", WORD, "zip"),
    ("scan.pdf", JPEG, "pdf"),
    ("holiday.jpg", JPEG, "html"),
    ("..\\..\\boot.ini", "application/octet-stream", "text"),
    ("CON.txt", TEXT, "text"),
    ("invoice\u202efdp.exe", PDF, "program"),
    ("Report of the " + "very " * 40 + "long knee.pdf", PDF, "pdf"),
    ('x"; filename="evil.html', "text/html; charset=utf-8", "html"),
    ("Résumé (re\u0301sume\u0301).pdf", "application/x-pdf", "pdf"),
    (" .htaccess ", "", "text"),
    ("GP referral.PDF", PDF, "pdf"),
    ("膝の写真 📷.png", PNG, "png"),
)
PENDING = {113: Pending({}, asks=2), 213: Pending({}, seconds=5.0), 413: Pending({}, asks=1)}


@dataclass(frozen=True)
class _Named:
    name: str
    content_type: str | None
    file: StoredFile


def add_attachments(build: Build) -> None:
    """Files of all kinds; some not processed yet, some archived, some in a case or in two."""
    clients = [client for client in build.clients if client.record is not None]
    known = {_key(case.get("patient")) for case in build.records.get("patient_cases", [])}
    of_cases = [one for one in clients if _key(build.link("patients", one.id)) in known]
    for number in range(build.share(700)):
        client = clients[number % min(3, len(clients))] if number < 12 else build.pick(clients)
        if number % 3 == 2 and of_cases:
            client = build.pick(of_cases)
        _add_attachment(build, number, client)
    _put_into_cases(build)


def _size(build: Build, number: int, kind: str) -> int:
    """Mostly small; a few large ones make up most of the bytes."""
    if kind == "empty":
        return 0
    if number % 175 == 87:
        return 20 * MEGABYTE
    if number % 70 == 35:
        return 5 * MEGABYTE + build.rng.randrange(KILOBYTE)
    if number % 12 == 11:
        return build.rng.randrange(MEGABYTE // 2, MEGABYTE * 3 // 2)
    if number % 50 == 27:
        return 1
    return build.rng.randrange(200, 40 * KILOBYTE)


def _named(build: Build, number: int, identity: str, client: Client) -> _Named:
    name, content_type, kind = NAMES[number % len(NAMES)]
    if kind == "zip" and content_type != WORD and number > len(NAMES):
        name = f"Full patient export - {client.name}.zip"
    return _Named(name, content_type, StoredFile(identity, kind, _size(build, number, kind)))


def _add_attachment(build: Build, number: int, client: Client) -> None:
    identity = build.new_id()
    named = _named(build, number, identity, client)
    created = build.moment(max(client.created, build.start))
    users = (build.users["administrator"], build.users["receptionist"],
             build.practitioners[number % 9].user_id)  # fmt: skip
    fields: Record = {
        "filename": named.name,
        "content_type": named.content_type,
        "size": named.file.size,
        "description": "From the GP" if number % 3 == 0 else ("" if number % 3 == 1 else None),
        "processed_at": stamp(created),
        "processing_completed": True,
        "pinned_at": stamp(created) if number % 12 == 1 else None,
        "content": link(f"patient_attachments/{identity}/content"),
        "patient": build.link("patients", client.id),
        "archived_at": stamp(build.now) if number % 17 == 6 else None,
    }
    if number % 10 != 9 and not named.name.startswith("Full"):
        fields["user"] = build.link("users", users[number % 3])
    build.files[identity] = named.file
    if number % 100 == 13:
        _hold_back(build, number, identity, fields)
    build.add("patient_attachments", created, fields, record_id=identity)


def _hold_back(build: Build, number: int, identity: str, fields: Record) -> None:
    """Some are processed in time, the others stay as they are."""
    pending = PENDING.get(number)
    if pending is not None:
        told = {name: fields[name] for name in (*UNTOLD, "processing_completed")}
        build.pending[identity] = Pending(told, pending.asks, pending.seconds)
    fields.update({**dict.fromkeys(UNTOLD), "processing_completed": False})
    if number == 313:
        fields["content"] = None


def _put_into_cases(build: Build) -> None:
    """Of the files of clients with cases: some in none, most in one, a few in two."""
    cases: dict[str, list[str]] = {}
    for case in build.records.get("patient_cases", []):
        cases.setdefault(_key(case.get("patient")), []).append(str(case["id"]))
    for number, row in enumerate(build.records["patient_attachments"]):
        own = cases.get(_key(row.get("patient")), [])
        for case_id in own[: number % 4]:
            build.case_attachments.setdefault(case_id, []).append(str(row["id"]))


def _key(relation: Json) -> str:
    links = relation.get("links") if isinstance(relation, dict) else None
    return str(links.get("self")) if isinstance(links, dict) else ""
