"""The invoice as PDF with a follow-up, made at the moment at which the e-mail goes."""

import uuid

from django.utils.translation import gettext as _

from handover.billing.models import Invoice
from handover.billing.pdf import file_name, invoice_pdf
from handover.followups.models import FollowUp
from handover.messaging.enclosing import NOTHING, Enclosed, File
from handover.messaging.models import OutgoingMessage

#: What is larger goes without: mail servers refuse large letters, and this is a third larger there.
MOST_BYTES = 5_000_000
TEST = "test"


def with_invoice(message: OutgoingMessage) -> Enclosed:
    """The invoice of a follow-up, if its template wants it to go along."""
    number = message.key.rpartition("/")[2]
    follow_up = FollowUp.objects.select_related("template").get(pk=number)
    if not follow_up.template.attach_pdf:
        return NOTHING
    return _enclosed(follow_up.invoice_id)


def key_of_test(invoice: Invoice, *, with_pdf: bool) -> str:
    """The key of a test of a template: it says whether the invoice goes along, and which."""
    return f"{TEST}/{uuid.uuid4()}" + (f"/{invoice.pk}" if with_pdf else "")


def with_test(message: OutgoingMessage) -> Enclosed:
    """What a follow-up would have brought along: whoever tests a template sees all of it."""
    _kind, _unique, number = f"{message.key}/".split("/")[:3]
    return _enclosed(int(number)) if number else NOTHING


def _enclosed(invoice_id: int) -> Enclosed:
    invoice = Invoice.objects.get(pk=invoice_id)
    content, about = invoice_pdf(invoice), {"number": invoice.number or "-"}
    if len(content) > MOST_BYTES:
        return Enclosed(told=_("Invoice %(number)s as PDF was too large to go with it") % about)
    file = File(file_name(invoice), content, "application/pdf")
    return Enclosed((file,), _("with invoice %(number)s as PDF") % about)
