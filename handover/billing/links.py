"""Addresses at which anybody who was given one sees one invoice, until it is revoked.

A token names its workspace and holds a secret; only its hash is kept. So an address is shown once,
when it is made: whoever needs another makes one.
"""

import re
from hashlib import sha256
from secrets import token_urlsafe

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from handover.accounts.models import User
from handover.billing.models import Invoice, InvoiceLink
from handover.core.tenancy.changing import Refused

TOKEN = re.compile(r"([0-9]{1,18})-[A-Za-z0-9_-]{43}")


def open_link(invoice: Invoice, by: User | None) -> str:
    """Make an address for an invoice; returns its token, which nobody can ask for again.

    Raises `Refused` for a draft, which is nobody's business yet.
    """
    if invoice.status == Invoice.Status.DRAFT:
        raise Refused(_("A draft is shown to nobody: finalise it first."))
    token = f"{invoice.workspace_id}-{token_urlsafe(32)}"
    InvoiceLink.objects.create(
        workspace_id=invoice.workspace_id,
        invoice=invoice,
        token_hash=_hash(token),
        made_by=by,
    )
    return token


def address_of(token: str) -> str:
    """The whole address; without a known one of the installation, the path alone."""
    return f"{settings.ENVIRONMENT.address}{reverse('web:public_invoice', args=[token])}"


def revoke_links(invoice: Invoice) -> int:
    """Have every address of an invoice lead nowhere from now on; returns how many did."""
    return invoice.links.filter(revoked_at=None).update(revoked_at=timezone.now())


def workspace_in(token: str) -> int | None:
    """The workspace that a token says it is of; None if it looks like none of ours."""
    found = TOKEN.fullmatch(token)
    return int(found[1]) if found else None


def seen_by(token: str) -> Invoice | None:
    """The invoice of a token, asked for in its workspace; None if it leads nowhere (any more)."""
    found = InvoiceLink.objects.select_related("invoice").filter(
        token_hash=_hash(token), revoked_at=None, invoice__archived_at=None
    )
    link = found.first()
    if link is None or link.invoice.status == Invoice.Status.DRAFT:
        return None
    InvoiceLink.objects.filter(pk=link.pk).update(last_seen_at=timezone.now())
    return link.invoice


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
