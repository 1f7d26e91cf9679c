"""The invoice as PDF with a follow-up, made at the moment at which the e-mail goes."""

from django.utils.translation import gettext as _

from handover.billing.models import Invoice
from handover.billing.pdf import file_name, invoice_pdf
from handover.followups.models import FollowUp
from handover.messaging.enclosing import NOTHING, Enclosed, File
from handover.messaging.models import OutgoingMessage

#: What is larger goes without: mail servers refuse large letters, and this is a third larger there.
MOST_BYTES = 5_000_000


def with_invoice(message: OutgoingMessage) -> Enclosed:
    """The invoice of a follow-up, if its template wants it to go along."""
    number = message.key.rpartition("/")[2]
    follow_up = FollowUp.objects.select_related("template").get(pk=number)
    if not follow_up.template.attach_pdf:
        return NOTHING
    invoice = Invoice.objects.get(pk=follow_up.invoice_id)
    content, about = invoice_pdf(invoice), {"number": invoice.number or "-"}
    if len(content) > MOST_BYTES:
        return Enclosed(told=_("Invoice %(number)s as PDF was too large to go with it") % about)
    file = File(file_name(invoice), content, "application/pdf")
    return Enclosed((file,), _("with invoice %(number)s as PDF") % about)
