"""The few questions that come before a workspace is known, asked as the tables' owner.

Row-level security shows nothing outside of a workspace: neither in which ones an account works, nor
may the application make one. This module alone does it for people who sign in.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import slugify

from handover.accounts.models import Account, Role, SupportGrant, User, Workspace
from handover.accounts.support import has_second_step
from handover.core.tenancy import acting_in

LONGEST_SLUG = 90


@dataclass(frozen=True)
class Door:
    """A workspace that an account may enter, and as whom."""

    workspace_id: int
    workspace: str
    user_id: int
    role: Role


def doors_of(account: Account) -> list[Door]:
    """The workspaces that somebody may enter, by name. Who was deactivated finds the door shut.

    To support staff a door is open while an owner lets them in.
    """
    found = User.objects.using("owner").filter(account=account, active=True)
    let_in = SupportGrant.objects.using("owner").filter(
        user=OuterRef("pk"), revoked_at=None, until__gt=timezone.now()
    )
    if not has_second_step(account):
        let_in = let_in.none()
    found = found.filter(~Q(role=Role.SUPPORT) | Exists(let_in))
    return [
        Door(user.workspace_id, user.workspace.name, user.pk, Role(user.role))
        for user in found.select_related("workspace").order_by("workspace__name", "pk")
    ]


def open_workspace(name: str, account: Account, *, first_name: str, last_name: str) -> Door:
    """Make a workspace with this account as its owner."""
    workspace = _new_workspace(" ".join(name.split()))
    with acting_in(workspace.pk):
        user = User.objects.create(
            workspace_id=workspace.pk,
            account=account,
            role=Role.OWNER,
            first_name=first_name,
            last_name=last_name,
            email=account.email,
            sign_in_active=True,
        )
    return Door(workspace.pk, workspace.name, user.pk, Role.OWNER)


def _new_workspace(name: str) -> Workspace:
    """Two practices may have one name; their slugs differ by a number."""
    known = Workspace.objects.using("owner")
    stem = slugify(name, allow_unicode=True)[:LONGEST_SLUG] or "workspace"
    with transaction.atomic(using="owner"):
        # held to the end of the transaction: two who sign up at once get two numbers
        known.select_for_update().filter(slug=stem).first()
        taken = set(known.filter(slug__startswith=stem).values_list("slug", flat=True))
        slug, number = stem, 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        return known.create(name=name, slug=slug)
