"""The list of clients: what is asked for, and one page of it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from handover.accounts.models import User
from handover.clients.models import Client, ClientPhone, ClientTag, Contact, SearchKey, Tag, Thing
from handover.clients.search import FEW, among, numbers_in, numbers_of, of_rows
from handover.scheduling.queries import own_clients, seen_among
from handover.web.clients.picking import NamedChoice
from handover.web.keyset import Slice, sliced

LONGEST = 200
NUMBER = re.compile(r"[0-9]{1,18}")
SHOWN = (
    *("first_name", "last_name", "preferred_name", "birth_date", "email"),
    *("archived_at", "merged_at"),
)
ACTIVE, ARCHIVED, ALL = "", "archived", "all"
BY_NAME, BACKWARDS, NEWEST = "", "-name", "newest"


class ClientSearch(forms.Form):
    """What the list of clients is asked for; everything may stay empty."""

    q = forms.CharField(
        label=_("Search clients"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("Name, phone number, birth date, e-mail address or number"),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            (ACTIVE, _("Active")),
            (ARCHIVED, _("Archived")),
            (ALL, _("All")),
        ],
    )
    tag = NamedChoice(
        label=_("Tag"), required=False, queryset=Tag.objects.none(), empty_label=_("Any tag")
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            (BY_NAME, _("A to Z")),
            (BACKWARDS, _("Z to A")),
            (NEWEST, _("Added last")),
        ],
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        tags = cast("NamedChoice", self.fields["tag"])
        tags.queryset = Tag.objects.filter(archived_at=None).order_by("name")


class ContactSearch(forms.Form):
    """What the list of contacts is asked for; everything may stay empty."""

    q = forms.CharField(
        label=_("Search contacts"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_("Name, company, phone number, e-mail address or provider number"),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            (ACTIVE, _("Active")),
            (ARCHIVED, _("Archived")),
            (ALL, _("All")),
        ],
    )
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("Any type")), *Contact.Type.choices]
    )


def number_in(told: str | None) -> int | None:
    """A number of a row in an address; None if it is none."""
    return int(told) if told and NUMBER.fullmatch(told) else None


@dataclass(frozen=True)
class Listed:
    """One client of the list: the columns `SHOWN`, their phone numbers, and the names of tags."""

    client: Client
    phones: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def pk(self) -> int:
        """The client's number."""
        return self.client.pk


@dataclass(frozen=True)
class Wanted:
    """What to list: `after` and `before` are numbers of clients, between which a page lies."""

    q: str = ""
    show: str = ACTIVE
    tag: Tag | None = None
    sort: str = BY_NAME
    after: int | None = None
    before: int | None = None


def listed(user: User, wanted: Wanted, today: date) -> Slice[Listed]:
    """One page of the clients that somebody may see, with phone numbers and tags."""
    clients = Client.objects.all()
    if wanted.show == ACTIVE:
        clients = clients.filter(archived_at=None, merged_at=None)
    elif wanted.show == ARCHIVED:
        clients = clients.exclude(archived_at=None)
    page = _page(user, clients, wanted, _own(user, _agreeing(wanted, today)))
    return Slice(_whole([each.row_id for each in page.rows]), page.has_before, page.has_after)


def _agreeing(wanted: Wanted, today: date) -> set[int] | None:
    """The numbers of whom agrees with words and tag, and is archived if those alone are wanted;
    None if everybody does.
    """
    numbers = numbers_of(Thing.CLIENT, wanted.q, today)
    found = None if numbers is None else set(numbers)
    if wanted.tag is not None:
        found = _also(found, ClientTag.objects.filter(tag=wanted.tag).values_list("client_id"))
    if wanted.show == ARCHIVED and (found is None or len(found) > FEW):
        found = _also(found, Client.objects.exclude(archived_at=None).values_list("pk"))
    return found


def _also(found: set[int] | None, rows: QuerySet[Any, Any]) -> set[int]:
    """Those of them who are among some rows as well."""
    numbers = numbers_in(rows)
    return numbers if found is None else found & numbers


def _own(user: User, numbers: set[int] | None) -> set[int] | None:
    """Those whom somebody may see: walking through everybody would find them too late."""
    if not user.own_clients_only:
        return numbers
    return own_clients(user) if numbers is None else seen_among(user, numbers)


def _page(
    user: User, clients: QuerySet[Client], wanted: Wanted, numbers: set[int] | None
) -> Slice[SearchKey]:
    """One page in the order of the list. Who may be seen is asked of some at a time."""
    keys = SearchKey.objects.filter(thing=Thing.CLIENT, kind=SearchKey.Kind.SORT)
    found = keys if numbers is None else keys.filter(of_rows(numbers))
    by = ["row_id"] if wanted.sort == NEWEST else ["key", "row_id"]

    def keep(rows: list[SearchKey]) -> list[SearchKey]:
        asked = clients.filter(pk__in=among(each.row_id for each in rows))
        seen = seen_among(user, asked.values_list("pk", flat=True))
        return [each for each in rows if each.row_id in seen]

    return sliced(
        found.only("key", "row_id"),
        by,
        after=_place(keys, wanted.after, by),
        before=_place(keys, wanted.before, by),
        descending=wanted.sort in {BACKWARDS, NEWEST},
        keep=keep,
    )


def _place(
    keys: QuerySet[SearchKey], client_id: int | None, by: list[str]
) -> tuple[object, ...] | None:
    """Where a client stands in the list; None, its beginning, if they are not there any more."""
    if client_id is None:
        return None
    return keys.filter(row_id=client_id).values_list(*by).first()


def _whole(numbers: list[int]) -> list[Listed]:
    """What the list shows of these clients, in this order."""
    phones = _by_client(
        ClientPhone.objects.order_by("client_id", "position", "pk"), "number", numbers
    )
    tags = _by_client(ClientTag.objects.order_by("client_id", "tag__name"), "tag__name", numbers)
    found = Client.objects.only(*SHOWN).in_bulk(numbers)
    return [
        Listed(found[each], tuple(phones[each]), tuple(tags[each]))
        for each in numbers
        if each in found
    ]


def _by_client(
    rows: QuerySet[ClientPhone] | QuerySet[ClientTag], column: str, numbers: list[int]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for client, told in rows.filter(client_id__in=numbers).values_list("client_id", column):
        found[client].append(told)
    return found
