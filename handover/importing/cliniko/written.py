"""Fields for notes and forms: how they stand, whose they are, where they were, who signed."""

# ruff: noqa: ARG002  # every field has the same signature

import re
from collections.abc import Iterator

from handover.clinical.models import ProgressNote
from handover.core.json import Json, JsonObject
from handover.importing.cliniko.readings import ASSUMED
from handover.importing.engine import fields
from handover.importing.engine.errors import BadValue
from handover.importing.engine.fields.field import shown
from handover.importing.engine.payload import lookup
from handover.importing.engine.values import Draft

NOBODYS = "no client"
_signature = fields.Link("", to="patient_forms", where_path="signatures")
_API = re.compile(r"https://api\.([a-z0-9-]+\.cliniko\.com)/v\d+/treatment_notes/(\d+)", re.ASCII)
DRAFT, FINAL = str(ProgressNote.State.DRAFT), str(ProgressNote.State.FINAL)


def note_if_nobodys(draft: Draft) -> None:
    """List what names no client, nor an attendance that may tell whose it is; it is kept."""
    if not {"client", "attendance"} & draft.refs.keys():
        draft.note("client", NOBODYS, "Cliniko does not say whose this is: kept without a client")


class NoteState(fields.Field):
    """Draft or final. Where Cliniko does not say, the time of finishing does."""

    words = "draft if draft is true, final if false; else final if finalized_at is set"
    never_empty = True

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Read the flag; what is neither true nor false is assumed from the time."""
        told, finished = payload.get("draft"), payload.get("finalized_at") not in (None, "")
        if isinstance(told, bool):
            return DRAFT if told else FINAL
        state = FINAL if finished else DRAFT
        if told not in (None, ""):
            draft.note(self.name, ASSUMED, f"draft is {shown(told)}: taken as {state}")
        else:
            draft.note(self.name, ASSUMED, f"Cliniko does not say whether it is a draft: {state}")
        return state


class SourcePlace(fields.Field):
    """Where a note is on Cliniko's pages, but for the practice's own name in front of it."""

    words = "where it is on Cliniko's pages, without the practice's own name in front"
    empty = ""
    _patient = fields.Link("patient", to="patients")

    def read(self, payload: JsonObject, draft: Draft) -> object:
        """Put it together from the note's own link and its client's number."""
        own = lookup(payload, self.sources[0])
        found = _API.fullmatch(own) if isinstance(own, str) else None
        patient = self._patient.linked_id(lookup(payload, self.sources[1]))
        if found is None or patient is None or not patient.isdecimal():
            return self.empty
        return f"{found[1]}/patients/{patient}/treatment_notes/{found[2]}"


def signatures_of(form: JsonObject) -> Iterator[str]:
    """The numbers of a form's signatures, wherever it names them: itself, or in its answers."""
    links = form.get("signatures")
    for each in links if isinstance(links, list) else [links]:
        if (linked := _signature.linked_id(each)) is not None:
            yield linked
    for section in _listed(lookup(form, "content.sections")):
        for question in _listed(section.get("questions")):
            number = question.get("signature_id")
            if isinstance(number, str) or type(number) is int:
                yield str(number)


def _listed(value: Json) -> Iterator[JsonObject]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


class SignatureIds(fields.Listed):
    """The numbers of a form's signatures: Cliniko gives one link, or a list of links."""

    words = "the numbers of the signatures"
    _link = fields.Link("", to="patient_forms", where_path="signatures")

    def convert(self, value: Json, draft: Draft) -> object:
        """Take one link, or several."""
        links = value if isinstance(value, list) else [value]
        found = [each for each in map(self._link.linked_id, links) if each]
        if len(found) < len([each for each in links if each]):
            raise BadValue("a link to a signature that cannot be read")
        return found
