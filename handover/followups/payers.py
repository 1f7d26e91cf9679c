"""Who is asked for an invoice, and at which address."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from handover.billing.models import Invoice
from handover.clients.models import Client, Contact
from handover.followups.models import OptOut


@dataclass(frozen=True)
class Payer:
    """The contact that an invoice is made out to, else its client; `address` is "" if none is."""

    client: Client | None
    contact: Contact | None
    address: str

    @property
    def name(self) -> str:
        """What they are called; "" if nobody is named."""
        return str(self.contact or self.client or "")


def payer_of(invoice: Invoice) -> Payer:
    """Who is asked for an invoice; read it with `PAYERS` selected."""
    contact, client = invoice.contact, invoice.client
    if contact is not None:
        return Payer(None, contact, first_address(contact.email))
    if client is None:
        return Payer(None, None, "")
    instead = client.send_invoices_to
    told = (client.invoice_email, instead.email if instead else "", client.email)
    return Payer(client, None, first_address(*told))


#: What `payer_of` reads of an invoice.
PAYERS = ("client__send_invoices_to", "contact")


def opted_out(payer: Payer) -> bool:
    """Whether they are not to be asked by e-mail."""
    if payer.contact is not None:
        return OptOut.objects.filter(contact=payer.contact).exists()
    return OptOut.objects.filter(client=payer.client).exists() if payer.client else False


def first_address(*told: str) -> str:
    """The first that is an e-mail address; "" if none is."""
    for each in told:
        address = each.strip()
        try:
            validate_email(address)
        except ValidationError:
            continue
        return address
    return ""
