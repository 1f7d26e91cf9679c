"""Who is asked for an invoice, and at which address."""

from collections.abc import Iterable
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

    @property
    def named(self) -> tuple[str, int | None]:
        """What they are, and their number."""
        if self.contact is not None:
            return "contact", self.contact.pk
        return "client", self.client.pk if self.client else None


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


def opted_out(payers: Iterable[Payer]) -> set[Payer]:
    """Those who are not to be asked by e-mail."""
    payers = set(payers)
    clients = OptOut.objects.filter(client__in=[each.client for each in payers if each.client])
    contacts = OptOut.objects.filter(contact__in=[each.contact for each in payers if each.contact])
    alone = {("client", pk) for pk in clients.values_list("client", flat=True)}
    alone |= {("contact", pk) for pk in contacts.values_list("contact", flat=True)}
    return {each for each in payers if each.named in alone}


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
