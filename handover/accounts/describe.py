"""Write docs/permissions.md from the matrix: `make docs`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

HEADER = """# Who may do what

Made by `make docs` from `handover/accounts/permissions.py`; a page without a permission of this
list is shown to nobody. A practitioner who is *limited to their own clients* (Settings > Users)
does everything below for those clients alone whom they have, or had, an appointment with, or have
written a note about. Former practitioners and users without an account cannot sign in. Somebody
whose role is *not known yet* may do nothing.
"""


def permissions_document() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    from handover.accounts.models import Role  # noqa: PLC0415  # after set-up
    from handover.accounts.permissions import MATRIX, May  # noqa: PLC0415

    roles = [role for role in Role if MATRIX[role]]
    yield HEADER
    yield f"| | {' | '.join(str(role.label) for role in roles)} |"
    yield f"| --- |{' :---: |' * len(roles)}"
    group = ""
    for what in May:
        if what.group != group:
            group = what.group
            yield f"| **{group}** |{' |' * len(roles)}"
        marks = " | ".join("yes" if what in MATRIX[role] else "-" for role in roles)
        yield f"| {what.words} | {marks} |"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    django.setup()
    Path(sys.argv[1]).write_text(permissions_document(), encoding="utf-8")
