"""The address at which whoever gets an e-mail sees the invoice."""

import re

from django.conf import settings
from django.urls import reverse

from handover.accounts.models import User
from handover.billing.models import Invoice
from handover.billing.operations import open_link

PAGE = "web:public_invoice"
#: What stands in its place where the e-mail is kept: the address is for who got it.
INSTEAD = "[the address of the invoice]"


def opened(invoice: Invoice, by: User | None) -> str:
    """Open an address for an invoice; "" where the installation has none of its own."""
    address = settings.ENVIRONMENT.address
    return address + reverse(PAGE, args=[open_link(invoice, by)]) if address else ""


def without(text: str) -> str:
    """The text of an e-mail without such addresses."""
    address = settings.ENVIRONMENT.address
    before = address + reverse(PAGE, args=["0"]).rpartition("0")[0]
    return re.sub(re.escape(before) + r"[^\s<>\"]+", INSTEAD, text) if address else text
