"""Making and changing clients; the archive."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clients import custom_fields, operations
from handover.clients.models import Client
from handover.core.tenancy.changing import OutdatedError
from handover.scheduling.queries import clients_of
from handover.web.clients.fields import LABELS
from handover.web.clients.forms import ClientForm, numbers_in, phone_forms
from handover.web.clients.page import client_or_404

TEMPLATE = "web/client/form.html"


@needs(May.EDIT_CLIENTS)
def new_client(request: Request) -> HttpResponse:
    """Make a client; asks first if they may be here already."""
    form = ClientForm(request.POST or None, member=request.member)
    phones = phone_forms(request.POST or None, None)
    shown: dict[str, object] = {"form": form, "phones": phones}
    if request.method == "POST" and _valid(form, phones):
        values = form.values()
        shown["same"] = _likely_same(request, form, values)
        if not shown["same"]:
            made = operations.make(Client, request.workspace.pk, values, numbers_in(phones))
            note(request, Action.CREATED, "client", made.pk, client=made.pk)
            messages.success(request, _("%(name)s was saved.") % {"name": made})
            return redirect("web:client", made.pk)
    return render(request, TEMPLATE, shown, status=_status(request))


@needs(May.EDIT_CLIENTS)
def edit_client(request: Request, client_id: int) -> HttpResponse:
    """Change what is known of a client."""
    client = client_or_404(request, client_id)
    form = ClientForm(request.POST or None, member=request.member, client=client)
    phones = phone_forms(request.POST or None, client)
    shown: dict[str, object] = {"form": form, "phones": phones, "client": client}
    if request.method == "POST" and _valid(form, phones):
        values = form.values()
        shown["same"] = _likely_same(request, form, values, client)
        if not shown["same"]:
            try:
                return _save(request, client, form, values, phones)
            except OutdatedError as outdated:
                shown |= _outdated(request, outdated.row, values)
    if request.method != "POST":
        note(request, Action.READ, "client", client.pk, client=client.pk)
    return render(request, TEMPLATE, shown, status=_status(request))


def _valid(form: BaseForm, phones: Any) -> bool:  # noqa: ANN401  # a class that Django makes
    """Look at both, so that all that is wrong is told at once."""
    return all([form.is_valid(), phones.is_valid()])


def _status(request: Request) -> int:
    return 422 if request.method == "POST" else 200


def _save(
    request: Request,
    client: Client,
    form: ClientForm,
    values: Mapping[str, Any],
    phones: Any,  # noqa: ANN401
) -> HttpResponse:
    revision = form.cleaned_data["revision"] or 0
    changed = operations.change(client, revision, values, numbers_in(phones))
    if changed:
        # names of fields, and nothing of what is in them
        detail = ", ".join(changed)
        note(request, Action.CHANGED, "client", client.pk, client=client.pk, detail=detail)
    messages.success(request, _("%(name)s was saved.") % {"name": client})
    return redirect("web:client", client.pk)


def _likely_same(
    request: Request, form: ClientForm, values: Mapping[str, Any], client: Client | None = None
) -> list[Client]:
    """Who is probably the same person; nobody if it was said that they are not, or nothing new."""
    told = ("first_name", "last_name", "birth_date")
    if form.cleaned_data["sure"]:
        return []
    if client is not None and all(getattr(client, name) == values[name] for name in told):
        return []
    but = client.pk if client else None
    return operations.likely_same(clients_of(request.member), values, but)


def _outdated(request: Request, now: Model, values: Mapping[str, Any]) -> dict[str, object]:
    """The form once more, with what others have written meanwhile: sent again, it is meant."""
    assert isinstance(now, Client)  # noqa: S101  # for mypy alone
    data = request.POST.copy()
    data["revision"] = str(now.revision)
    form = ClientForm(data, member=request.member, client=now)
    return {
        "form": form,
        "phones": phone_forms(data, now),
        "client": now,
        "meanwhile": list(_differences(now, values)),
    }


def _differences(
    now: Client, values: Mapping[str, Any]
) -> Iterator[tuple[str | Promise, str, str]]:
    for name, value in values.items():
        here = getattr(now, name)
        if name == "custom_fields":
            yield from _differing_fields(here, value)
        if here != value and name in LABELS:
            yield LABELS[name], _shown(here), _shown(value)


def _differing_fields(here: object, yours: object) -> Iterator[tuple[str, str, str]]:
    there, told = custom_fields.answers_in(here), custom_fields.answers_in(yours)
    for token, field in told.items():
        now = custom_fields.said(there.get(token, {}))
        if now != custom_fields.said(field):
            yield str(field.get("name", "")), _shown(now), _shown(custom_fields.said(field))


def _shown(value: object) -> str:
    return _("nothing") if value in (None, "") else str(value)


@needs(May.EDIT_CLIENTS)
@require_POST
def archive_client(request: Request, client_id: int) -> HttpResponse:
    """Put a client into the archive."""
    return _to_archive(request, client_id, archived=True)


@needs(May.EDIT_CLIENTS)
@require_POST
def unarchive_client(request: Request, client_id: int) -> HttpResponse:
    """Take a client out of the archive."""
    return _to_archive(request, client_id, archived=False)


def _to_archive(request: Request, client_id: int, *, archived: bool) -> HttpResponse:
    client = client_or_404(request, client_id)
    if operations.archive(client, archived=archived):
        detail = "archived" if archived else "unarchived"
        note(request, Action.CHANGED, "client", client.pk, client=client.pk, detail=detail)
        said = _("%(name)s was archived.") if archived else _("%(name)s is active again.")
        messages.success(request, said % {"name": client})
    return redirect("web:client", client.pk)
