"""Whom an invoice is for in Xero: known from before, found, or made.

Xero's contacts are read by the thousand and matched here: an organisation allows some thousand
requests a day, and a search for each payer would use them up. Where all payers are known from
before, they are asked for by their ids if that takes fewer requests: a push that was put off, or
the next one, reads little. Of what was read only names, e-mail addresses and numbers are kept, and
those only while the push is worked on.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from handover.billing.payers import Kind, PayerKey, payer_key
from handover.clients.models import Client, ClientPhone, Contact, ContactPhone
from handover.core.tenancy import acting_in
from handover.xero.bodies import Payer
from handover.xero.client import AT_A_TIME, Row, XeroClient, in_lists
from handover.xero.models import XeroContact


def payers(workspace_id: int, keys: Iterable[PayerKey]) -> dict[PayerKey, Payer]:
    """These people and firms as Xero gets to know them; the caller acts in the workspace."""
    wanted = set(keys)
    clients = [each.number for each in wanted if each.kind == Kind.CLIENT]
    contacts = [each.number for each in wanted if each.kind == Kind.CONTACT]
    found = dict[PayerKey, Payer]()
    phones = _first_phones(ClientPhone.objects.filter(client__in=clients), "client_id")
    for client in Client.objects.filter(pk__in=clients):
        key = PayerKey(Kind.CLIENT, client.pk)
        email = client.invoice_email or client.email
        phone = phones.get(client.pk, "")
        found[key] = Payer(number_of(workspace_id, key), client.pk, str(client), email, phone)
    phones = _first_phones(ContactPhone.objects.filter(contact__in=contacts), "contact_id")
    for contact in Contact.objects.filter(pk__in=contacts):
        key = PayerKey(Kind.CONTACT, contact.pk)
        phone = phones.get(contact.pk, "")
        name = str(contact)
        found[key] = Payer(number_of(workspace_id, key), contact.pk, name, contact.email, phone)
    return found


def _first_phones(phones: Iterable[ClientPhone | ContactPhone], owner: str) -> dict[int, str]:
    found = dict[int, str]()
    for each in phones:
        found.setdefault(getattr(each, owner), each.number)
    return found


def number_of(workspace_id: int, key: PayerKey) -> str:
    """Our number for a payer, in Xero's books."""
    return f"handover:{workspace_id}:{key.kind}:{key.number}"


@dataclass
class Directory:
    """An organisation's contacts, as far as one can be told from another."""

    ids: set[str] = field(default_factory=set)
    by_number: dict[str, str] = field(default_factory=dict)
    by_email: dict[tuple[str, str], str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, client: XeroClient, stored: Sequence[str]) -> "Directory":
        """Those among whom the payers are; `stored` says what is known of each: an id, or ""."""
        found = cls()
        last = found._page(client, 1)
        missing = [number for number in stored if number not in found.ids]
        if all(missing) and len(list(in_lists(missing))) < last - 1:
            for row in client.by("Contacts", "IDs", missing):
                found.add(row)
            if found.ids.issuperset(missing):
                return found
        for number in range(2, last + 1):
            found._page(client, number)
        return found

    def _page(self, client: XeroClient, number: int) -> int:
        """Take a page of them in; returns how many there are."""
        rows, last = client.page("Contacts", number, summaryOnly="true")
        for row in rows:
            self.add(row)
        return last

    def add(self, row: Row) -> None:
        """Take one in, unless it is archived."""
        if row.get("ContactStatus", "ACTIVE") != "ACTIVE":
            return
        number, name = str(row["ContactID"]), _plain(row.get("Name"))
        self.ids.add(number)
        self.names.add(name)
        if row.get("ContactNumber"):
            self.by_number[str(row["ContactNumber"])] = number
        if row.get("EmailAddress"):
            self.by_email.setdefault((_plain(row["EmailAddress"]), name), number)

    def match(self, payer: Payer, stored: str) -> str:
        """The contact that this payer is, or "": as it was stored, by number, by e-mail and name.

        A name alone says nothing: there may be two of it.
        """
        if stored in self.ids:
            return stored
        by_email = self.by_email.get((_plain(payer.email), _plain(payer.name)))
        return self.by_number.get(payer.number) or (by_email if payer.email else "") or ""

    def free_name(self, payer: Payer) -> str:
        """The payer's name; where Xero has somebody of that name, with their number behind it."""
        name = payer.name
        if _plain(name) in self.names:
            name = f"{payer.name} ({payer.pk})"
        if _plain(name) in self.names:  # clients and contacts are numbered apart
            name = f"{payer.name} ({payer.number.partition(':')[2]})"
        self.names.add(_plain(name))
        return name


def _plain(text: object) -> str:
    return " ".join(str(text or "").split()).casefold()


@dataclass
class Matching:
    """Who is whom in one organisation; `refused` says why Xero would not have somebody."""

    client: XeroClient
    workspace_id: int
    ids: dict[PayerKey, str] = field(default_factory=dict)
    refused: dict[PayerKey, str] = field(default_factory=dict)

    def match(self, keys: Iterable[PayerKey]) -> None:
        """Find or make a contact for each of these payers, and remember which it is.

        Raises what the client raises. It may be called again: what was made is found.
        """
        wanted = set(keys)
        with acting_in(self.workspace_id):
            people = payers(self.workspace_id, wanted)
            stored = self._stored()
        if not people:
            return
        directory = Directory.read(self.client, [stored.get(key, "") for key in people])
        new = []
        for key in sorted(people):
            number = directory.match(people[key], stored.get(key, ""))
            if number:
                self._keep(key, number, stored)
            else:
                new.append((key, people[key].body(directory.free_name(people[key]))))
        for start in range(0, len(new), AT_A_TIME):
            self._make(new[start : start + AT_A_TIME], stored)

    def why_not(self, key: PayerKey | None) -> str:
        """Why Xero would not have a payer, in its words; "" if it said nothing of them."""
        return self.refused.get(key, "") if key else ""

    def _stored(self) -> dict[PayerKey, str]:
        rows = XeroContact.objects.filter(tenant_id=self.client.tenant).order_by("pk")
        told = rows.values_list("contact", "client", "xero_id")
        found = ((payer_key(*whose), number) for *whose, number in told)
        return {key: number for key, number in found if key}

    def _make(self, new: Sequence[tuple[PayerKey, Row]], stored: dict[PayerKey, str]) -> None:
        told = "|".join(body["ContactNumber"] + body["Name"] for _, body in new)
        key = f"contacts-{hashlib.sha256(told.encode()).hexdigest()[:40]}"
        made = self.client.create("Contacts", [body for _, body in new], key)
        for (whose, _), row in zip(new, made, strict=True):
            if wrong := words_of(row):
                self.refused[whose] = wrong
            else:
                self._keep(whose, str(row["ContactID"]), stored)

    def _keep(self, key: PayerKey, number: str, stored: dict[PayerKey, str]) -> None:
        self.ids[key] = number
        if stored.get(key) == number:
            return
        whose = {f"{key.kind}_id": key.number}
        with acting_in(self.workspace_id):
            XeroContact.objects.create(
                workspace_id=self.workspace_id,
                tenant_id=self.client.tenant,
                xero_id=number,
                **whose,
            )


def words_of(row: Row) -> str:
    """Why Xero refused a row, in its words; "" if it did not."""
    if row.get("StatusAttributeString") != "ERROR" and not row.get("HasErrors"):
        return ""
    words = [str(each.get("Message", "")) for each in row.get("ValidationErrors") or []]
    return " ".join(filter(None, words)) or "Xero gave no reason."
