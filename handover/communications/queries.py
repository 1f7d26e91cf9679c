"""Which communications somebody may see: the one place that decides it.

A confidential memo is seen by those who treat clients and those who run the practice. At Cliniko
practitioners and administrators may read what is confidential, and the front desk may not;
administrators become practice managers here. Bookkeepers have no need to read any message, and of
somebody whose role is not known yet nothing is assumed: they see none, and so does who has left.
"""

from django.db.models import QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may, roles_that
from handover.communications.models import Communication

SEE_CONFIDENTIAL = roles_that(May.SEE_CONFIDENTIAL)


def visible_to(user: User) -> QuerySet[Communication]:
    """The communications of the user's workspace that they may see, the newest first."""
    found = Communication.objects.filter(workspace_id=user.workspace_id)
    if not may(user, May.SEE_COMMUNICATIONS):
        return found.none()
    if not may(user, May.SEE_CONFIDENTIAL):
        found = found.exclude(confidential=True)
    return found.order_by("-created_at", "-pk")
