"""At which address a payer is asked for an invoice, and who is not to be asked at all."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from handover.billing.models import Invoice
from handover.billing.payers import PAYERS, Kind, Payer, PayerKey, payer_of
from handover.clients.models import Client
from handover.followups.models import OptOut

#: What `recipient_of` reads of an invoice.
RECIPIENTS = (*PAYERS, "client__send_invoices_to")


@dataclass(frozen=True)
class Recipient:
    """Who gets an e-mail about an invoice: its payer, if anybody is named, and their address."""

    payer: Payer | None
    address: str

    @property
    def name(self) -> str:
        """What they are called; "" if nobody is named."""
        return str(self.payer or "")


def recipient_of(invoice: Invoice) -> Recipient:
    """Who is asked for an invoice, "" for no address; read it with `RECIPIENTS` selected."""
    payer = payer_of(invoice)
    if payer is None:
        return Recipient(None, "")
    told = _addresses_of(payer.client) if payer.client else (payer.row.email,)
    return Recipient(payer, first_address(*told))


def _addresses_of(client: Client) -> Iterable[str]:
    instead = client.send_invoices_to
    return client.invoice_email, instead.email if instead else "", client.email


def opted_out(payers: Iterable[Payer | None]) -> set[PayerKey]:
    """Those of the payers who are not to be asked by e-mail; two questions at most."""
    keys = {each.key for each in payers if each is not None}
    return {key for kind in (Kind.CLIENT, Kind.CONTACT) for key in _alone(kind, keys)}


def _alone(kind: Kind, keys: Iterable[PayerKey]) -> Iterable[PayerKey]:
    numbers = [each.number for each in keys if each.kind == kind]
    found = OptOut.objects.filter(**{f"{kind}__in": numbers}).values_list(kind.value, flat=True)
    return (PayerKey(kind, number) for number in found)


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
