"""Which communications somebody may see: the one place that decides it.

A confidential memo is seen by those who treat clients and those who run the practice. At Cliniko
practitioners and administrators may read what is confidential, and the front desk may not;
administrators become practice managers here. Bookkeepers have no need to, and of somebody whose
role is not known yet nothing is assumed. Somebody who no longer works here sees nothing.
"""

from django.db.models import QuerySet

from handover.accounts.models import Role, User
from handover.communications.models import Communication

SEE_CONFIDENTIAL = frozenset(
    {Role.OWNER, Role.PRACTITIONER_ADMIN, Role.PRACTITIONER, Role.PRACTICE_MANAGER}
)


def visible_to(user: User) -> QuerySet[Communication]:
    """The communications of the user's workspace that they may see, the newest first."""
    found = Communication.objects.filter(workspace_id=user.workspace_id)
    if not user.active:
        return found.none()
    if user.role not in SEE_CONFIDENTIAL:
        found = found.exclude(confidential=True)
    return found.order_by("-created_at", "-pk")
