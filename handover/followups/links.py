"""The address at which whoever gets an e-mail sees the invoice."""

import re

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from handover.accounts.models import User
from handover.billing.models import Invoice

PAGE = "web:public_invoice"
#: What stands in its place where the e-mail is kept: the address is for who got it.
INSTEAD = "[the address of the invoice]"


def opened(invoice: Invoice, by: User | None) -> str:
    """Open an address for an invoice; "" where the installation has none of its own."""
    address = settings.ENVIRONMENT.address
    if not address:
        return ""
    try:
        open_link = import_string("handover.billing.operations.open_link")
        return address + reverse(PAGE, args=[open_link(invoice, by)])
    except (ImportError, NoReverseMatch):  # the page of an invoice is not built yet
        return ""


def without(text: str) -> str:
    """The text of an e-mail without such addresses."""
    address = settings.ENVIRONMENT.address
    try:
        before = address + reverse(PAGE, args=["0"]).rpartition("0")[0]
    except NoReverseMatch:
        return text
    return re.sub(re.escape(before) + r"[^\s<>\"]+", INSTEAD, text) if address else text
