"""The invoice, the payer, the payment that an address names, if whoever asks may see them."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from handover.accounts.access import Request
from handover.billing.models import Credit, Invoice
from handover.billing.payers import Payer
from handover.billing.queries import invoices_of
from handover.clients.models import Contact
from handover.scheduling.queries import clients_of

LONGEST_REVISION = 10  # digits: more than the database takes


def invoice_or_404(request: Request, invoice_id: int) -> Invoice:
    """The invoice of this number, if whoever asks may see it."""
    found = invoices_of(request.member).select_related(
        "client__concession_type", "contact", "location", "practitioner"
    )
    return get_object_or_404(found, pk=invoice_id)


def payer_or_404(request: Request, *, client_id: int = 0, contact_id: int = 0) -> Payer:
    """The client or contact of this number.

    A contact's account is about many clients: who is limited to their own does not see it.
    """
    if client_id:
        return Payer(client=get_object_or_404(clients_of(request.member), pk=client_id))
    if request.member.own_clients_only:
        raise Http404
    return Payer(contact=get_object_or_404(Contact, pk=contact_id))


def credit_or_404(request: Request, credit_id: int) -> Credit:
    """The payment or credit of this number, if whoever asks may see its payer."""
    found = get_object_or_404(Credit.objects.select_related("client", "contact"), pk=credit_id)
    payer_or_404(request, client_id=found.client_id or 0, contact_id=found.contact_id or 0)
    return found


def revision_of(request: Request) -> int:
    """The revision that the form was made from; 0 if it says none."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < LONGEST_REVISION else 0
