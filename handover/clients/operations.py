"""Writing clients, contacts and what hangs on them. Each call is for the workspace of its row.

Callers see to who may do it, and to the audit log. A row is written only where something of it
changes: its revision says that somebody was here, and an import goes by that.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from handover.clients.models import (
    Client,
    ClientContact,
    ClientPhone,
    ClientTag,
    Contact,
    ContactPhone,
    MedicalAlert,
    Relationship,
    SearchKey,
    Tag,
    Thing,
)
from handover.clients.search import plain
from handover.core.tenancy import WorkspaceOwned
from handover.core.tenancy.changing import change_row

Phones = Sequence[tuple[str, str]]  # type and number, in their order
P = TypeVar("P", Client, Contact)
PHONES: Mapping[type[WorkspaceOwned], tuple[type[ClientPhone] | type[ContactPhone], str]] = {
    Client: (ClientPhone, "client"),
    Contact: (ContactPhone, "contact"),
}


def make(model: type[P], workspace_id: int, values: Mapping[str, Any], phones: Phones) -> P:
    """Make a client or a contact."""
    row = model.objects.create(workspace_id=workspace_id, **values)
    _write_phones(row, phones)
    return row


def change(row: P, revision: int, values: Mapping[str, Any], phones: Phones) -> list[str]:
    """Change what differs, phone numbers too (`phones`); see `change_row`."""
    changed = change_row(row, revision, values)
    if list(phones) != phones_of(row):
        _write_phones(row, phones)
        changed.append("phones")
    return changed


def phones_of(row: Client | Contact) -> list[tuple[str, str]]:
    """The phone numbers of a person, in order: type and number."""
    return list(row.phones.order_by("position", "pk").values_list("type", "number"))


def _write_phones(row: Client | Contact, phones: Phones) -> None:
    model, parent = PHONES[type(row)]
    row.phones.all().delete()
    for position, (kind, number) in enumerate(phones):
        model._default_manager.create(
            workspace_id=row.workspace_id,
            type=kind,
            number=number,
            normalized_number=digits_of(number),
            position=position,
            **{parent: row},
        )


def digits_of(number: str) -> str:
    """A phone number as digits alone."""
    return re.sub(r"[^0-9]", "", number)


def archive(row: Client | Contact, *, archived: bool) -> bool:
    """Put a client or a contact into the archive, or take them out; returns whether it changed."""
    if bool(row.archived_at) == archived:
        return False
    row.archived_at = timezone.now() if archived else None
    row.save(update_fields=["archived_at"])
    return True


def likely_same(
    clients: QuerySet[Client], values: Mapping[str, Any], but: int | None = None
) -> list[Client]:
    """Up to five of these clients who may be the one that is described by `values`.

    The same last name and birth date; where no birth date is given, the same first and last name.
    Names are compared as people type them, without accents and capitals.
    """
    born, last, first = (values.get(name) for name in ("birth_date", "last_name", "first_name"))
    if not last:
        return []
    alike = SearchKey.objects.filter(thing=Thing.CLIENT, kind=SearchKey.Kind.SORT)
    beginning = sort_key(str(last))
    if born:
        alike = alike.filter(key__gte=beginning, key__lt=beginning + "\U0010ffff")
        clients = clients.filter(birth_date=born)
    else:
        alike = alike.filter(key=sort_key(str(last), str(first or "")))
    found = clients.filter(pk__in=alike.values("row_id"), merged_at=None)
    if but is not None:
        found = found.exclude(pk=but)
    return list(found.order_by("pk")[:5])


def sort_key(last: str, first: str = "") -> str:
    """What a client of this name is sorted by; without a first name, how such keys begin."""
    return f"{' '.join(plain(last))}\x01{' '.join(plain(first))}"


def add_alert(client: Client, name: str) -> MedicalAlert:
    """Add a medical alert."""
    return MedicalAlert.objects.create(
        workspace_id=client.workspace_id, client=client, name=name.strip()
    )


def put_away(rows: QuerySet[Any], number: int) -> bool:
    """Archive one of these rows; returns whether it was there and was not archived yet."""
    return bool(rows.filter(pk=number, archived_at=None).update(archived_at=Now()))


def tag(client: Client, name: str) -> ClientTag:
    """Mark a client with a word; one that the practice does not have yet is made."""
    words = " ".join(name.split())
    known = Tag.objects.filter(name__iexact=words).order_by("pk").first()
    if known is None:
        known = Tag.objects.create(workspace_id=client.workspace_id, name=words)
    elif known.archived_at:
        known.archived_at = None
        known.save(update_fields=["archived_at"])
    marked, _made = ClientTag.objects.get_or_create(
        workspace_id=client.workspace_id, client=client, tag=known
    )
    return marked


def relate(client: Client, other: Client, relation: str) -> Relationship:
    """Say what `other` is to `client`; said once more, it is changed."""
    known = Relationship.objects.filter(client=client, related_client=other, archived_at=None)
    found = known.order_by("pk").first()
    if found is None:
        return Relationship.objects.create(
            workspace_id=client.workspace_id,
            client=client,
            related_client=other,
            relation=relation,
        )
    if found.relation != relation:
        found.relation = relation
        found.save(update_fields=["relation"])
    return found


def link(client: Client, contact: Contact, values: Mapping[str, Any]) -> ClientContact:
    """Link a contact with a client, or change what is known of the link."""
    linked, _made = ClientContact.objects.update_or_create(
        workspace_id=client.workspace_id, client=client, contact=contact, defaults=dict(values)
    )
    return linked
