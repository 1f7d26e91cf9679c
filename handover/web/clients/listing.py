"""The list of clients: what is asked for, and one page of it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import cast

from django import forms
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from handover.clients.models import Client, ClientTag, Contact, SearchKey, Tag, Thing
from handover.clients.search import matching
from handover.web.keyset import Slice, sliced

LONGEST = 200
NUMBER = re.compile(r"[0-9]{1,18}")
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
            (ACTIVE, _("Active clients")),
            (ARCHIVED, _("Archived clients")),
            (ALL, _("Everybody")),
        ],
    )
    tag = forms.ModelChoiceField(
        label=_("Tag"), required=False, queryset=Tag.objects.none(), empty_label=_("Any tag")
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            (BY_NAME, _("Name, A to Z")),
            (BACKWARDS, _("Name, Z to A")),
            (NEWEST, _("Added last")),
        ],
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        tags = cast("forms.ModelChoiceField[Tag]", self.fields["tag"])
        tags.queryset = Tag.objects.filter(archived_at=None).order_by("name")
        tags.label_from_instance = lambda tag: tag.name  # type: ignore[method-assign]  # as Django's documentation has it


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
            (ACTIVE, _("Active contacts")),
            (ARCHIVED, _("Archived contacts")),
            (ALL, _("Everybody")),
        ],
    )
    type = forms.ChoiceField(
        label=_("Type"), required=False, choices=[("", _("Any type")), *Contact.Type.choices]
    )


def number_in(told: str | None) -> int | None:
    """A number of a row in an address; None if it is none."""
    return int(told) if told and NUMBER.fullmatch(told) else None


@dataclass(frozen=True)
class Wanted:
    """What to list: `after` and `before` are numbers of clients, between which a page lies."""

    q: str = ""
    show: str = ACTIVE
    tag: Tag | None = None
    sort: str = BY_NAME
    after: int | None = None
    before: int | None = None


def listed(clients: QuerySet[Client], wanted: Wanted, today: date) -> Slice[Client]:
    """One page of these clients, with phone numbers and tags: as many queries for any page."""
    if wanted.show == ACTIVE:
        clients = clients.filter(archived_at=None, merged_at=None)
    elif wanted.show == ARCHIVED:
        clients = clients.exclude(archived_at=None)
    if wanted.tag:
        clients = clients.filter(tags__tag=wanted.tag)
    found = cast("QuerySet[Client]", matching(clients, Thing.CLIENT, wanted.q, today))
    if wanted.sort == NEWEST:
        page = sliced(
            found,
            ["pk"],
            after=[wanted.after] if wanted.after else None,
            before=[wanted.before] if wanted.before else None,
            descending=True,
        )
        return Slice(_whole([each.pk for each in page.rows]), page.has_before, page.has_after)
    return by_name(found, wanted)


def by_name(found: QuerySet[Client], wanted: Wanted) -> Slice[Client]:
    """One page in the order of last and first names."""
    keys = SearchKey.objects.filter(thing=Thing.CLIENT, kind=SearchKey.Kind.SORT)
    page = sliced(
        keys.filter(row_id__in=found.values("pk")),
        ["key", "row_id"],
        after=_place(keys, wanted.after),
        before=_place(keys, wanted.before),
        descending=wanted.sort == BACKWARDS,
    )
    return Slice(_whole([each.row_id for each in page.rows]), page.has_before, page.has_after)


def _place(keys: QuerySet[SearchKey], client_id: int | None) -> tuple[object, ...] | None:
    """Where a client stands in the list; None, its beginning, if they are not there any more."""
    if client_id is None:
        return None
    return keys.filter(row_id=client_id).values_list("key", "row_id").first()


def _whole(numbers: list[int]) -> list[Client]:
    tags = ClientTag.objects.select_related("tag").order_by("tag__name")
    found = Client.objects.prefetch_related("phones", Prefetch("tags", tags)).in_bulk(numbers)
    return [found[number] for number in numbers if number in found]
