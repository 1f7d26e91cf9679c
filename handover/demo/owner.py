"""Make the demo's owner, who signs in with a password that the demo prints.

Runs as a program of its own, as everything in the demo does; the password comes by standard input.
"""

import os
import sys

import django

from handover.config.environment import read

EMAIL = "owner@demo.example"


def main(workspace_name: str) -> None:
    """Let `owner@demo.example` into the workspace as its owner."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handover.config.settings")
    django.setup()
    from allauth.account.models import EmailAddress  # noqa: PLC0415  # after set-up

    from handover.accounts.models import Account, Role, User  # noqa: PLC0415
    from handover.config.database import database  # noqa: PLC0415
    from handover.core.tenancy import acting_in  # noqa: PLC0415
    from handover.importing.runs import find_workspace  # noqa: PLC0415

    with database(read()):
        account = Account.objects.create_user(EMAIL, sys.stdin.readline().strip())
        EmailAddress.objects.create(user=account, email=EMAIL, verified=True, primary=True)
        workspace = find_workspace(workspace_name)
        with acting_in(workspace.pk):
            User.objects.create(
                workspace_id=workspace.pk,
                account=account,
                role=Role.OWNER,
                first_name="Demo",
                last_name="Owner",
                email=EMAIL,
            )


if __name__ == "__main__":
    main(sys.argv[1])
