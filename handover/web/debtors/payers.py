"""Payers by name, and when they were last written to about an invoice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from handover.billing.ageing import Aged
from handover.billing.payers import Kind, PayerKey
from handover.clients.models import Client, Contact
from handover.clients.search import among
from handover.communications.queries import last_sent_about_invoices
from handover.followups import queries as followups


@dataclass(frozen=True)
class Named:
    """One line of the report as people read it."""

    aged: Aged
    name: str
    contacted: datetime | None

    @property
    def page(self) -> str:
        """The address of the client or contact; only a page of lines needs it, no file of all."""
        return page_of(self.aged.payer)


def named(rows: Iterable[Aged]) -> list[Named]:
    """These lines with names: as many queries for a thousand of them as for one."""
    rows = list(rows)
    payers = [row.payer for row in rows]
    names, contacted = names_of(payers), last_contacted(payers)
    return [Named(row, names[row.payer], contacted.get(row.payer)) for row in rows]


def names_of(payers: Iterable[PayerKey]) -> dict[PayerKey, str]:
    """What each of them is called."""
    payers = list(payers)
    clients = _rows(Client, payers, Kind.CLIENT)
    contacts = _rows(Contact, payers, Kind.CONTACT)
    found = {Kind.CLIENT: clients, Kind.CONTACT: contacts}
    return {each: found.get(each.kind, {}).get(each.number) or _words(each) for each in payers}


def _words(payer: PayerKey) -> str:
    return payer.words or _("Nobody is named")


#: What `str` says of a client or contact is made of these: thousands of whole rows take long.
_CALLED: Mapping[Kind, tuple[str, ...]] = {
    Kind.CLIENT: ("first_name", "last_name"),
    Kind.CONTACT: ("title", "first_name", "last_name", "company_name"),
}


def _rows(
    model: type[Client] | type[Contact], payers: Iterable[PayerKey], kind: Kind
) -> dict[int, str]:
    numbers = _of(payers, kind)
    if not numbers:
        return {}
    rows = model._default_manager.filter(pk__in=among(numbers)).only(*_CALLED[kind])
    return {row.pk: str(row) for row in rows}


def _of(payers: Iterable[PayerKey], kind: Kind) -> list[int]:
    return [each.number for each in payers if each.kind == kind]


def page_of(payer: PayerKey) -> str:
    """The address of the client or contact; "" of who is neither."""
    if payer.kind == Kind.WORDS:
        return ""
    return reverse(f"web:{payer.kind}", args=[payer.number])


def last_contacted(payers: Iterable[PayerKey]) -> Mapping[PayerKey, datetime]:
    """When a message about an invoice last went out to each, or they were last called about one.

    Of a client, about any invoice of theirs; of a contact, about one that it is to pay.
    """
    payers = list(payers)
    asked = _of(payers, Kind.CLIENT), _of(payers, Kind.CONTACT)
    sources = (last_sent_about_invoices(*asked), followups.last_contacted(*asked))
    found: dict[PayerKey, datetime] = {}
    for by_kind in sources:
        for kind, known in zip((Kind.CLIENT, Kind.CONTACT), by_kind, strict=True):
            for number, at in known.items():
                payer = PayerKey(kind, number)
                found[payer] = max(at, found.get(payer, at))
    return found
