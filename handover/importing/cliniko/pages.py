"""Where a record is on Cliniko's own pages, for a person who looks into it there.

Cliniko documents the host of an account (its subdomain and shard) and no page of it. Known from
practice are the pages of patients and of their treatment notes. So of everything that is about a
patient the patient's page is given, and of the rest the start page; `what` says which it is.
"""

import re
from dataclasses import dataclass

from handover.core.json import JsonObject
from handover.importing.engine.fields import Link
from handover.importing.engine.payload import decode, lookup

_API = re.compile(r"https://api\.([a-z]{2}\d{1,2})\.cliniko\.com/v\d+/", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII | re.IGNORECASE)
_PATIENT = Link("patient", to=())
RECORD, CLIENT, START = "the record", "its client", "Cliniko's start page"


@dataclass(frozen=True)
class Page:
    """An address at Cliniko, and what is to be seen there."""

    url: str
    what: str


def page_of(resource: str, source_id: str, payload: str, subdomain: str) -> Page | None:
    """The page nearest to a record; None where the account's own host is not known.

    That is so with the sandbox: its records do not link to Cliniko.
    """
    record = _read(payload)
    own = lookup(record, "links.self")
    found = _API.match(own) if isinstance(own, str) else None
    if found is None or not _SUBDOMAIN.fullmatch(subdomain):
        return None
    root = f"https://{subdomain.lower()}.{found[1]}.cliniko.com"
    patient = source_id if resource == "patients" else _PATIENT.linked_id(record.get("patient"))
    if not patient or not patient.isdecimal():
        return Page(f"{root}/", START)
    if resource == "treatment_notes" and source_id.isdecimal():
        return Page(f"{root}/patients/{patient}/treatment_notes/{source_id}", RECORD)
    return Page(f"{root}/patients/{patient}", RECORD if resource == "patients" else CLIENT)


def subdomain_in(settings: str) -> str:
    """An account's own name in addresses, from the payload of its settings; "" if not told."""
    told = lookup(_read(settings), "account.subdomain")
    return told if isinstance(told, str) else ""


def _read(payload: str) -> JsonObject:
    try:
        record = decode(payload)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}
