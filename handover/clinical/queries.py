"""Reads that span models."""

import re

from handover.accounts.models import PracticeDetails
from handover.clinical.models import ProgressNote

_PLACE = re.compile(r"[a-z0-9-]+\.cliniko\.com/patients/\d+/treatment_notes/\d+", re.ASCII)
_NAME = re.compile(r"[a-z0-9-]+", re.ASCII | re.IGNORECASE)


def address_at_source(note: ProgressNote) -> str:
    """Where a note is in the system that it came from; "" where that cannot be known for certain.

    The practice's own name there comes with its details: with those of one account, not of two.
    """
    names = PracticeDetails.objects.filter(workspace_id=note.workspace_id)
    known = set(names.exclude(subdomain="").values_list("subdomain", flat=True))
    name = known.pop() if len(known) == 1 else ""
    if not _PLACE.fullmatch(note.source_place) or not _NAME.fullmatch(name):
        return ""
    return f"https://{name}.{note.source_place}"
