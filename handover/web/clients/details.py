"""The first tab of a client: every field that says something, and what hangs on the client."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from handover.accounts.access import Request
from handover.accounts.models import User
from handover.accounts.permissions import May, may
from handover.clients import custom_fields
from handover.clients.models import Client, Relationship, Tag
from handover.core.json import Json
from handover.scheduling.queries import seen_among
from handover.web.clients.fields import ADDRESS, CONSENTS, LABELS, Group, groups_for
from handover.web.marks import mark_of

LINKS = {"send_invoices_to": "web:contact", "referring_doctor": "web:contact"}
MOST_TAGS = 200
#: Of whoever hangs on a client, the name alone: whole rows are ten times as much.
CALLED = ("title", "first_name", "last_name", "company_name")
RELATED = (
    *("client_id", "related_client_id", "relation"),
    *("client__first_name", "client__last_name"),
    *("related_client__first_name", "related_client__last_name"),
)
LINKED = (
    *("client_id", "notes", "receives_appointments", "receives_invoices", "receives_notes"),
    *("contact__type", *(f"contact__{name}" for name in CALLED)),
)
REFERRED = (
    *("client_id", "notes", "subcategory", "type__name"),
    *("referring_client__first_name", "referring_client__last_name"),
    *(f"referring_contact__{name}" for name in CALLED),
)
#: What a relation is called from the other side.
TURNED = {"parent": Relationship.Relation.CHILD, "child": Relationship.Relation.PARENT}


@dataclass(frozen=True)
class Line:
    """One field: its name, what it says, and the page of the row that it leads to, if any."""

    label: str | Promise
    value: str
    page: str = ""
    row_id: int = 0


@dataclass(frozen=True)
class Relative:
    """Another client, and what they are to this one."""

    number: int
    client: Client
    relation: str | Promise


@dataclass(frozen=True)
class Referral:
    """How a client found the practice; who referred them, if one may know, and their page."""

    kind: str
    notes: str
    by: str = ""
    page: str = ""


def details_of(request: Request, client: Client) -> dict[str, object]:
    """What the tab shows of one client to this person."""
    member = request.member
    told: dict[str, object] = {
        "groups": [
            (group.title, lines)
            for group in groups_for(member)
            if (lines := list(_lines(client, group)))
        ],
        "phones": list(client.phones.all()),
        "tags": list(client.tags.select_related("tag").order_by("tag__name")),
        "relatives": relatives_of(client, member),
        "linked": list(client.contacts.select_related("contact").only(*LINKED).order_by("pk")),
        "referrals": list(_referrals(client, member)),
        "mark": mark_of(client),
    }
    if may(member, May.EDIT_CLIENTS):
        names = Tag.objects.filter(archived_at=None).order_by("name")
        told["known_tags"] = names.values_list("name", flat=True)[:MOST_TAGS]
    if may(member, May.SEE_ALERTS):
        told["custom_sections"] = list(custom_sections(client.custom_fields))
    return told


def _lines(client: Client, group: Group) -> Iterator[Line]:
    for name in group.names:
        if name == "phones" or name in ADDRESS[1:]:
            continue
        value = _said(client, name)
        if not value:
            continue
        linked = getattr(client, f"{name}_id", None) or 0
        yield Line(LABELS[name], value, LINKS.get(name, ""), linked)


def _said(client: Client, name: str) -> str:
    if name == ADDRESS[0]:
        return address_of(client)
    if name == "pronouns":
        return pronouns(client.pronouns)
    value = getattr(client, name)
    if name in CONSENTS:
        return {True: _("Yes"), False: _("No"), None: _("Not asked")}[value]
    if name == "reminder_preference":
        value = client.get_reminder_preference_display()
    elif isinstance(value, date):
        value = date_format(value, "j F Y")
    elif isinstance(value, Model):
        value = getattr(value, "name", value)
    return str(value or "")


def address_of(row: Model) -> str:
    """An address in lines; empty if nothing of it is known."""
    found = {name: str(getattr(row, name)).strip() for name in ADDRESS if hasattr(row, name)}
    town = " ".join(found[name] for name in ("city", "state", "post_code") if found[name])
    lines = [found.get(name, "") for name in ("address_1", "address_2", "address_3")]
    return "\n".join(line for line in [*lines, town, found["country"]] if line)


def pronouns(told: Json) -> str:
    """Pronouns as they are said: sources give a word, or one for each case."""
    if isinstance(told, dict):
        words = (told.get(case) for case in ("nominative", "accusative"))
        return "/".join(word for word in words if isinstance(word, str) and word)
    return told if isinstance(told, str) else ""


def custom_sections(told: object) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The practice's own fields: each heading with the fields that say something."""
    for heading, found in custom_fields.in_sections(told, custom_fields.definitions()):
        answers = [(str(each.get("name", "")), custom_fields.said(each)) for each in found]
        filled = [(name, answer) for name, answer in answers if answer]
        if filled:
            yield heading, filled


def relatives_of(client: Client, member: User) -> list[Relative]:
    """Whom this client is related with, said from either side; only those that one may see."""
    either = Relationship.objects.filter(Q(client=client) | Q(related_client=client))
    found = list(
        either.filter(archived_at=None)
        .select_related("client", "related_client")
        .only(*RELATED)
        .order_by("pk")
    )
    seen = seen_among(
        member, (pk for each in found for pk in (each.client_id, each.related_client_id))
    )
    near = [
        each for each in found if each.client_id == client.pk and each.related_client_id in seen
    ]
    known = {each.related_client_id for each in near}
    far = [each for each in found if each.client_id in seen - known - {client.pk}]
    return [
        *(Relative(each.pk, each.related_client, each.get_relation_display()) for each in near),
        *(Relative(each.pk, each.client, _turned(each.relation).label) for each in far),
    ]


def _turned(relation: str) -> Relationship.Relation:
    return TURNED.get(relation, Relationship.Relation(relation))


def _referrals(client: Client, member: User) -> Iterator[Referral]:
    found = client.referral_sources.filter(archived_at=None).order_by("pk")
    told = list(
        found.select_related("type", "referring_client", "referring_contact").only(*REFERRED)
    )
    seen = seen_among(member, (each.referring_client_id or 0 for each in told))
    for each in told:
        kind = each.type.name if each.type else _("Referral")
        kind = ", ".join(word for word in (kind, each.subcategory) if word)
        if each.referring_contact:
            contact = each.referring_contact
            yield Referral(
                kind, each.notes, str(contact), reverse("web:contact", args=[contact.pk])
            )
        elif each.referring_client and each.referring_client.pk in seen:
            other = each.referring_client
            yield Referral(kind, each.notes, str(other), reverse("web:client", args=[other.pk]))
        else:
            yield Referral(kind, each.notes)
