"""Which communications somebody may see: the one place that decides it.

A confidential memo is seen by those who treat clients and those who run the practice. At Cliniko
practitioners and administrators may read what is confidential, and the front desk may not;
administrators become practice managers here. Bookkeepers have no need to read any message, and of
somebody whose role is not known yet nothing is assumed: they see none, and so does who has left.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, QuerySet

from handover.accounts.models import User
from handover.accounts.permissions import May, may, roles_that
from handover.clients.search import among
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


def last_sent_about_invoices(
    clients: Collection[int], contacts: Collection[int]
) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When a message about an invoice last went out: to clients, and about what contacts pay.

    By their numbers; to whom none went is not there. It says when, and nothing of what was said.
    """
    sent = Communication.objects.filter(
        invoice__isnull=False, archived_at=None, direction=Communication.Direction.SENT
    ).order_by()
    latest = Max("created_at")
    to_clients = sent.filter(client__in=among(clients)).values_list("client")
    to_contacts = sent.filter(invoice__contact__in=among(contacts)).values_list("invoice__contact")
    return (
        {number: at for number, at in to_clients.annotate(latest=latest) if at},
        {number: at for number, at in to_contacts.annotate(latest=latest) if at},
    )
