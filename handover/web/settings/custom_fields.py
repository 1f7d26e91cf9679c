"""Settings > Custom fields: what a practice wants to know of its clients besides.

The pages are those of the other lists; only what is listed is no table of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.definitions import KINDS
from handover.accounts.permissions import May, may
from handover.clients import custom_fields
from handover.clients.custom_fields import (
    CHOOSING,
    Definition,
    Wanted,
    neighbour,
    next_heading,
)
from handover.core.tenancy.changing import OutdatedError
from handover.web.clients.forms import RecordForm
from handover.web.settings import fields
from handover.web.settings.pages import PAGE, as_of_now, outdated_message

#: What the pages of the lists say of this one.
KIND = SimpleNamespace(
    one="custom_field",
    title=later("Custom fields"),
    new=later("Make a custom field"),
    empty=later("What you want to know of each client besides. Make a field, or import them."),
    icon="clipboard",
    columns=((later("Heading"), ""), (later("Kind"), ""), (later("Needs an answer"), "")),
)
MOST_OPTIONS = 200


class CustomFieldForm(RecordForm):
    """A field: what it asks, how it is answered, where it stands."""

    name = fields.name_field(later("Name"))
    heading = forms.CharField(
        label=later("Heading"),
        max_length=fields.LONGEST_NAME,
        help_text=later("Fields under the same heading stand together on a client's page."),
    )
    kind = forms.ChoiceField(
        label=later("Kind"),
        choices=list(KINDS.items()),
        help_text=later("It cannot be changed later: clients have answers of this kind."),
    )
    options = fields.lines(
        later("What there is to choose, a line each"),
        later("For dropdowns and multiple choice. Clients keep what is taken out here."),
    )
    other = forms.BooleanField(label=later("Something else, in words"), required=False)
    required = forms.BooleanField(
        label=later("Required: asked for whenever a client is made or edited"), required=False
    )
    in_details = forms.BooleanField(
        label=later("Display in client details"),
        help_text=later("Otherwise it stands only where a client is edited."),
        required=False,
        initial=True,
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, known: Definition | None = None
    ) -> None:
        self.known = known
        super().__init__(data, initial=_now(known) if known else None)
        if known:
            told = KINDS.get(known.kind, known.kind)
            self.fields["kind"].disabled = True
            self.fields["kind"].choices = [(known.kind, told)]  # type: ignore[attr-defined]  # a ChoiceField
            self.fields["kind"].help_text = ""
            if known.kind not in CHOOSING:
                del self.fields["options"], self.fields["other"]

    def shown(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields as they stand on the page."""
        yield "", list(self.visible_fields())

    def clean(self) -> dict[str, Any]:
        """Ask for options where there is something to choose."""
        given = super().clean()
        options = list(_lines(given.get("options") or ""))
        if given.get("kind") in CHOOSING and not options:
            self.add_error("options", _("Write what there is to choose, a line each."))
        if len(options) > MOST_OPTIONS:
            self.add_error("options", _("These are too many to choose from."))
        return given

    def wanted(self) -> Wanted:
        """What the field is to be."""
        given = self.cleaned_data
        return Wanted(
            name=given["name"],
            heading=given["heading"],
            kind=given["kind"],
            options=tuple(_lines(given.get("options") or "")),
            other=bool(given.get("other")),
            required=given["required"],
            in_details=given["in_details"],
        )


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _now(known: Definition) -> dict[str, Any]:
    names = ("name", "heading", "kind", "other", "required", "in_details", "revision")
    return {name: getattr(known, name) for name in names} | {"options": "\n".join(known.offered)}


@needs(May.SEE_SETTINGS)
def custom_fields_page(request: Request) -> HttpResponse:
    """The fields; archived ones where they are asked for."""
    archived = "archived" in request.GET
    found = [each for each in custom_fields.definitions() if archived or not each.archived_at]
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    ends = {
        to: [each.pk for each in found if not neighbour(each, found, up=to == "up")]
        for to in ("up", "down")
    }
    told = {
        "kind": KIND,
        "page": page,
        "rows": [(each, _told(each), None) for each in page],
        "row_page": "web:custom_field",
        "new_page": "web:new_custom_field",
        "archived": archived,
        "may_change": may(request.member, May.CHANGE_SETTINGS),
        "move_page": "" if archived else "web:move_custom_field",
        "ends": ends,
        "moved": _focused(request.GET.get("moved", ""), ends),
        "beside": (reverse("web:custom_field_headings"), _("Order of headings")),
    }
    return render(request, "web/settings/list.html", told)


def _focused(moved: str, ends: Mapping[str, list[str]]) -> str:
    """The button that was pressed, or the other one where there is no further."""
    to, _space, token = moved.partition(" ")
    if token in ends.get(to, ()):
        to = "up" if to == "down" else "down"
    return f"{to} {token}"


def _told(each: Definition) -> list[object]:
    return [each.heading, KINDS.get(each.kind, each.kind), _("Yes") if each.required else ""]


@needs(May.CHANGE_SETTINGS)
def new_custom_field(request: Request) -> HttpResponse:
    """Make a field."""
    form = CustomFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = custom_fields.define(request.workspace.pk, form.wanted())
        note(request, Action.CREATED, KIND.one, detail=token)
        return _saved(request, form)
    return _shown(request, form)


@needs(May.CHANGE_SETTINGS)
def custom_field(request: Request, field_token: str) -> HttpResponse:
    """Look at a field, and change it."""
    known = _found(field_token)
    form = CustomFieldForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            revision = form.cleaned_data["revision"] or 0
            if custom_fields.redefine(known, revision, form.wanted()):
                note(request, Action.CHANGED, KIND.one, detail=field_token)
        except OutdatedError as outdated:
            form.add_error(None, outdated_message())
            form.data = as_of_now(request, outdated)
        else:
            return _saved(request, form)
    return _shown(request, form, known)


@needs(May.CHANGE_SETTINGS)
@require_POST
def archive_custom_field(request: Request, field_token: str) -> HttpResponse:
    """Ask for a field no more, or again with `back`; clients keep what they have in it."""
    known, back = _found(field_token), "back" in request.POST
    custom_fields.put_away(known, archived=not back)
    note(request, Action.CHANGED, KIND.one, detail=field_token)
    told = _("%(name)s is back.") if back else _("%(name)s was archived.")
    messages.success(request, told % {"name": known.name})
    return redirect("web:custom_fields")


@needs(May.CHANGE_SETTINGS)
@require_POST
def move_custom_field(request: Request, field_token: str) -> HttpResponse:
    """Let a field change places with the one above it, or with `to=down` the one below."""
    known, to = _found(field_token), "down" if request.POST.get("to") == "down" else "up"
    if custom_fields.move(known, up=to == "up"):
        note(request, Action.CHANGED, KIND.one, detail=field_token)
        messages.success(request, _("%(name)s was moved.") % {"name": known.name})
    told = {"moved": f"{to} {known.pk}", "page": request.POST.get("page", "1")}
    return redirect(f"{reverse('web:custom_fields')}?{urlencode(told)}")


@needs(May.SEE_SETTINGS)
def headings_page(request: Request) -> HttpResponse:
    """The headings in their order, each with how many fields stand under it."""
    found = [each for each in custom_fields.definitions() if not each.archived_at]
    firsts = custom_fields.headings(found)
    counts = Counter(each.place[:2] for each in found)
    ends = {
        to: [each.pk for each in firsts if not next_heading(each, found, up=to == "up")]
        for to in ("up", "down")
    }
    told = {
        "title": _("Headings of custom fields"),
        "rows": [(each, counts[each.place[:2]]) for each in firsts],
        "may_change": may(request.member, May.CHANGE_SETTINGS),
        "ends": ends,
        "moved": _focused(request.GET.get("moved", ""), ends),
    }
    return render(request, "web/settings/headings.html", told)


@needs(May.CHANGE_SETTINGS)
@require_POST
def move_heading(request: Request, field_token: str) -> HttpResponse:
    """Let the heading of a field change places with the one above, or with `to=down` below."""
    known, to = _found(field_token), "down" if request.POST.get("to") == "down" else "up"
    if custom_fields.move_heading(known, up=to == "up"):
        note(request, Action.CHANGED, KIND.one, detail=field_token)
        messages.success(request, _("%(name)s was moved.") % {"name": known.heading})
    told = urlencode({"moved": f"{to} {known.pk}"})
    return redirect(f"{reverse('web:custom_field_headings')}?{told}")


def _found(token: str) -> Definition:
    for each in custom_fields.definitions():
        if each.pk == token:
            return each
    raise Http404


def _saved(request: Request, form: CustomFieldForm) -> HttpResponse:
    messages.success(request, _("%(name)s was saved.") % {"name": form.cleaned_data["name"]})
    return redirect("web:custom_fields")


def _shown(
    request: Request, form: CustomFieldForm, known: Definition | None = None
) -> HttpResponse:
    told = {
        "kind": KIND,
        "form": form,
        "row": known,
        "list_page": "web:custom_fields",
        "archive_page": "web:archive_custom_field",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/settings/row.html", told, status=status)
