"""Cases and recalls of a client: making, changing, closing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.clients.models import Case, Client, Contact, Recall, RecallType, Thing
from handover.core.tenancy.changing import OutdatedError, change_row
from handover.web.clients.forms import RecordForm, day_field, text_field
from handover.web.clients.page import client_or_404, render_tab
from handover.web.clients.picking import NamedChoice, Pick

NAMES = (
    *("name", "issued_on", "expires_on", "referrer", "max_sessions", "max_invoiceable_amount"),
    *("include_cancelled", "include_did_not_arrive", "notes"),
)


class CaseForm(RecordForm):
    """A case: what it is for, who referred, and how much of it was agreed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    issued_on = day_field(gettext_lazy("Begins"))
    expires_on = day_field(gettext_lazy("Expires"))
    max_sessions = forms.IntegerField(
        label=gettext_lazy("Sessions agreed"), required=False, min_value=0, max_value=100_000
    )
    max_invoiceable_amount = forms.DecimalField(
        label=gettext_lazy("Amount agreed"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
    )
    include_cancelled = forms.BooleanField(
        label=gettext_lazy("Cancelled sessions count"), required=False
    )
    include_did_not_arrive = forms.BooleanField(
        label=gettext_lazy("Sessions count that the client did not come to"), required=False
    )
    notes = text_field(gettext_lazy("Notes"), long=True)

    def __init__(self, data: Any = None, *, case: Case | None = None) -> None:  # noqa: ANN401  # as Django has it
        now = {name: getattr(case, name) for name in (*NAMES, "revision")} if case else {}
        super().__init__(data, initial=now)
        self.fields["referrer"] = Pick(
            Thing.CONTACT, Contact.objects.all, label=_("Referred by"), required=False
        )
        self.order_fields(NAMES)

    def clean(self) -> dict[str, Any]:
        """Refuse a case that ends before it begins; nothing said about counting stays nothing."""
        given = super().clean()
        begins, ends = given.get("issued_on"), given.get("expires_on")
        if begins and ends and ends < begins:
            self.add_error("expires_on", _("The case would expire before it begins."))
        for name in ("include_cancelled", "include_did_not_arrive"):
            if not given.get(name) and self.initial.get(name) is None:
                given[name] = None
        return given

    def values(self) -> dict[str, Any]:
        """What the columns are to say."""
        return {name: self.cleaned_data[name] for name in NAMES}


@needs(May.EDIT_CLIENTS)
def new_case(request: Request, client_id: int) -> HttpResponse:
    """Begin a case."""
    client = client_or_404(request, client_id)
    form = CaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = Case.objects.create(
            workspace_id=request.workspace.pk, client=client, **form.values()
        )
        note(request, Action.CREATED, "case", made.pk, client=client.pk)
        return redirect("web:client_cases", client.pk)
    return _form(request, client, form, _("New case"))


@needs(May.EDIT_CLIENTS)
def edit_case(request: Request, client_id: int, case_id: int) -> HttpResponse:
    """Change a case."""
    client = client_or_404(request, client_id)
    case = get_object_or_404(Case, client=client, pk=case_id)
    form = CaseForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_row(case, form.cleaned_data["revision"] or 0, form.values())
        except OutdatedError as outdated:
            form = _outdated(request, outdated.row)
        else:
            if changed:
                detail = ", ".join(changed)
                note(request, Action.CHANGED, "case", case.pk, client=client.pk, detail=detail)
            return redirect("web:client_cases", client.pk)
    return _form(request, client, form, _("Case"))


def _outdated(request: Request, now: Any) -> CaseForm:  # noqa: ANN401
    data = request.POST.copy()
    data["revision"] = str(now.revision)
    form = CaseForm(data, case=now)
    form.add_error(
        None,
        _(
            "Somebody has changed this case since you opened the page. Look at it in another"
            " window; if you save now, what stands here counts."
        ),
    )
    return form


@needs(May.EDIT_CLIENTS)
@require_POST
def close_case(request: Request, client_id: int, case_id: int) -> HttpResponse:
    """Close a case, or open it again if it is closed."""
    client = client_or_404(request, client_id)
    case = get_object_or_404(Case, client=client, pk=case_id)
    case.closed_at = None if case.closed_at else timezone.now()
    case.save(update_fields=["closed_at"])
    detail = "closed" if case.closed_at else "opened"
    note(request, Action.CHANGED, "case", case.pk, client=client.pk, detail=detail)
    return redirect("web:client_cases", client.pk)


class RecallForm(forms.Form):
    """When and why a client is to be asked to come back."""

    recall_on = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    notes = text_field(gettext_lazy("Notes"), long=True)


@needs(May.EDIT_CLIENTS)
def new_recall(request: Request, client_id: int) -> HttpResponse:
    """Note a day on which a client is to be asked to come back."""
    client = client_or_404(request, client_id)
    form = RecallForm(request.POST or None)
    types = RecallType.objects.filter(archived_at=None).order_by("name")
    kind = NamedChoice(types, label=_("Why"), required=False)
    form.fields["type"] = kind
    form.order_fields(["recall_on", "type"])
    if request.method == "POST" and form.is_valid():
        made = Recall.objects.create(
            workspace_id=request.workspace.pk, client=client, **form.cleaned_data
        )
        note(request, Action.CREATED, "recall", made.pk, client=client.pk)
        return redirect("web:client_cases", client.pk)
    return _form(request, client, form, _("New recall"))


@needs(May.EDIT_CLIENTS)
@require_POST
def recall_done(request: Request, client_id: int, recall_id: int) -> HttpResponse:
    """Note that a client was asked to come back."""
    client = client_or_404(request, client_id)
    recall = get_object_or_404(Recall, client=client, pk=recall_id)
    if recall.recalled_at is None:
        recall.recalled_at = timezone.now()
        recall.save(update_fields=["recalled_at"])
        note(request, Action.CHANGED, "recall", recall.pk, client=client.pk, detail="recalled")
        messages.success(request, _("The recall is marked as done."))
    return redirect("web:client_cases", client.pk)


def _form(request: Request, client: Client, form: forms.Form, title: str) -> HttpResponse:
    told = {"form": form, "title": title}
    status = 422 if request.method == "POST" else 200
    return render_tab(request, client, "web/client/one_form.html", told, status=status)
