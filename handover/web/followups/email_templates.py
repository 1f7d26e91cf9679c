"""Settings > E-mail templates: the list, the editor with its preview, a test to oneself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.models import Invoice
from handover.core.tenancy.changing import OutdatedError
from handover.followups import defaults
from handover.followups.letters import IN_PREVIEW, Letter, examples, written
from handover.followups.models import EmailTemplate, FollowUpRule
from handover.followups.sending import send_test
from handover.followups.variables import NAMES, WITH_INVOICE, WORDS
from handover.followups.writing import BadTemplate
from handover.web.followups.forms import EmailTemplateForm

RECORD, SHOWN, OFFERED = "e-mail template", "shown_invoice", 12


@dataclass(frozen=True)
class Preview:
    """An e-mail about an example; or why it cannot be shown."""

    invoice: Invoice | None
    letter: Letter | None = None
    problem: str = ""


@needs(May.SEE_SETTINGS)
def email_templates(request: Request) -> HttpResponse:
    """Every template, by type and name; a practice that has none gets those to begin with."""
    defaults.begin(request.workspace.pk)
    archived = "archived" in request.GET
    found = EmailTemplate.objects.order_by("kind", "name", "pk")
    told = {
        "templates": found if archived else found.filter(archived_at=None),
        "archived": archived,
        "may_change": may(request.member, May.CHANGE_SETTINGS),
    }
    return render(request, "web/followups/templates.html", told)


@needs(May.CHANGE_SETTINGS)
def new_email_template(request: Request) -> HttpResponse:
    """Make a template."""
    return _edited(request, None)


@needs(May.CHANGE_SETTINGS)
def email_template(request: Request, email_template_id: int) -> HttpResponse:
    """Look at a template, change it, and see what it comes to."""
    return _edited(request, get_object_or_404(EmailTemplate, pk=email_template_id))


@needs(May.CHANGE_SETTINGS)
@require_POST
def archive(request: Request, email_template_id: int) -> HttpResponse:
    """Offer a template to nobody any more, or again with `back`."""
    row = get_object_or_404(EmailTemplate, pk=email_template_id)
    back = "back" in request.POST
    if not back and FollowUpRule.objects.filter(template=row, archived_at=None).exists():
        messages.error(request, _("A follow-up rule sends it: give the rule another one first."))
        return redirect("web:email_template", row.pk)
    row.archived_at = None if back else timezone.now()
    row.save(update_fields=["archived_at"])
    note(request, Action.CHANGED, RECORD, row.pk, detail="fetched back" if back else "archived")
    told = _("The template is back.") if back else _("The template was archived.")
    messages.success(request, told)
    return redirect("web:email_templates")


def _edited(request: Request, row: EmailTemplate | None) -> HttpResponse:
    form = EmailTemplateForm(request.POST or None, row=row)
    do = request.POST.get("do", "save")
    if request.method == "POST" and do == "test":
        _test(request, form)
    elif request.method == "POST" and do == "save" and form.is_valid():
        try:
            saved, changed = form.save(request.workspace.pk)
        except OutdatedError:
            form.add_error(None, _("Somebody has changed this since you opened the page."))
        else:
            action = Action.CHANGED if row else Action.CREATED
            note(request, action, RECORD, saved.pk, detail=", ".join(changed) if row else "")
            messages.success(request, _("The template was saved."))
            return redirect("web:email_templates")
    return _editor(request, form, do)


def _editor(request: Request, form: EmailTemplateForm, do: str) -> HttpResponse:
    preview = _preview(request, form)
    told = {
        "form": form,
        "row": form.row,
        "preview": preview,
        "attached": preview.invoice if form.wants_pdf() else None,
        "offered": examples()[:OFFERED],
        "chips": list(_chips(form.chosen_kind())),
    }
    refused = request.method == "POST" and do == "save"
    return render(request, "web/followups/template.html", told, status=422 if refused else 200)


def _test(request: Request, form: EmailTemplateForm) -> None:
    invoice = _example(request)
    if invoice is None:
        messages.error(request, _("There is no invoice to show it with yet."))
        return
    try:
        pdf = form.wants_pdf()
        to = send_test(request.member, form.draft(), invoice, IN_PREVIEW, with_pdf=pdf)
    except BadTemplate as problem:
        messages.error(request, str(problem))
    else:
        note(request, Action.CREATED, "test e-mail", invoice.pk, client=invoice.client_id)
        messages.success(request, _("A test was sent to %(to)s.") % {"to": to})


def _example(request: Request) -> Invoice | None:
    told = request.POST.get("example", "")
    chosen = examples().filter(pk=int(told)) if told.isdecimal() and len(told) < 19 else None  # noqa: PLR2004  # digits of a number of a row
    return (chosen.first() if chosen is not None else None) or examples().first()


def _preview(request: Request, form: EmailTemplateForm) -> Preview:
    """The e-mail as it would be about a real invoice, which is noted as read once at a time."""
    invoice = _example(request)
    if invoice is None:
        return Preview(None, problem=_("Once there is an invoice, the e-mail is shown here."))
    if request.session.get(SHOWN) != invoice.pk:
        note(request, Action.READ, "invoice", invoice.pk, client=invoice.client_id)
        request.session[SHOWN] = invoice.pk
    mistakes = form.draft().mistakes(form.chosen_kind())
    found = [*mistakes["subject"], *mistakes["body"]]
    if found:
        return Preview(invoice, problem=str(found[0]))
    try:
        return Preview(invoice, written(form.draft(), invoice, IN_PREVIEW))
    except BadTemplate as problem:
        return Preview(invoice, problem=str(problem))


def _chips(kind: str) -> Iterator[tuple[object, list[str]]]:
    """What can be put in, group by group."""
    for group, names in NAMES.items():
        if group != "Invoice" or kind in WITH_INVOICE:
            yield WORDS[group], [f"{{{{{group}.{name}}}}}" for name in names]
