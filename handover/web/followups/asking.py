"""Asking for invoices by hand: one, or many from a list of who owes."""

import uuid
from collections.abc import Iterator
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.billing.ledger import today
from handover.billing.models import Invoice
from handover.billing.queries import invoices_of
from handover.followups import by_hand, defaults
from handover.followups.asking import Look, look_at
from handover.followups.days import Step, latest
from handover.followups.letters import IN_PREVIEW, READ, Letter, draft_of, lacking, written
from handover.followups.models import EmailTemplate, FollowUpRule
from handover.followups.queries import last_asked, owed_by
from handover.followups.writing import BadTemplate

MOST = 500
LONGEST_NUMBER = 18


@needs(May.SEND_FOLLOW_UPS)
def compose(request: Request) -> HttpResponse:
    """Show who would be asked for these invoices (`invoice`, many times), and have them asked.

    Or for all that some payers owe: `payer`, many times, as `client-1` or `contact-1`.
    """
    defaults.begin(request.workspace.pk)
    told = request.POST if request.method == "POST" else request.GET
    numbers = [*_numbers(told.getlist("invoice")), *_owed(request, told.getlist("payer"))]
    if len(numbers) > MOST:
        messages.error(request, _("Choose 500 invoices at most."))
        numbers = numbers[:MOST]
    found = invoices_of(request.member).filter(pk__in=numbers).select_related(*READ)
    looks = look_at(found.order_by("client__last_name", "due_on", "pk"), today())
    asked = [look for look in looks if not look.reason]
    template = _template(told.get("template", ""), asked)
    if request.method == "POST" and "send" in request.POST and template and asked:
        return _sent(request, template, asked)
    return _shown(request, looks, template)


def _sent(request: Request, template: EmailTemplate, asked: list[Look]) -> HttpResponse:
    batch = request.POST.get("batch", "")[:36] or str(uuid.uuid4())
    by_hand.ask(request.member, template, (look.invoice for look in asked), batch)
    for look in asked:
        client = look.invoice.client_id
        note(request, Action.CREATED, "follow-up", look.invoice.pk, client=client)
    calls = sum(not look.recipient.address for look in asked)
    told = _("%(count)d e-mails are on their way.") % {"count": len(asked) - calls}
    if calls:
        told += " " + _("%(count)d have no address: they are to be called.") % {"count": calls}
    messages.success(request, told)
    return redirect("web:followups")


def _shown(request: Request, looks: list[Look], template: EmailTemplate | None) -> HttpResponse:
    first = next((look for look in looks if not look.reason), None)
    letter, problem = _first_letter(template, first)
    known = last_asked([look.invoice.pk for look in looks])
    for client in {look.invoice.client_id for look in looks}:
        note(request, Action.READ, "invoices", client=client, detail="to be asked for")
    told = {
        "looks": [(look, known.get(look.invoice.pk), _lacking(template, look)) for look in looks],
        "count": sum(not look.reason for look in looks),
        "templates": list(_templates()),
        "template": template,
        "letter": letter,
        "attached": first.invoice if first and template and template.attach_pdf else None,
        "problem": problem,
        "batch": str(uuid.uuid4()),
    }
    return render(request, "web/followups/compose.html", told)


def _first_letter(template: EmailTemplate | None, look: Look | None) -> tuple[Letter | None, str]:
    if template is None or look is None:
        return None, ""
    try:
        invoice = Invoice.objects.select_related(*READ).get(pk=look.invoice.pk)
        return written(draft_of(template), invoice, IN_PREVIEW), ""
    except BadTemplate as problem:
        return None, str(problem)


def _lacking(template: EmailTemplate | None, look: Look) -> list[str]:
    if template is None or look.reason:
        return []
    return lacking(draft_of(template), look.invoice, look.recipient, look.balance, today())


def _templates() -> Iterator[EmailTemplate]:
    found = EmailTemplate.objects.filter(kind=EmailTemplate.Kind.INVOICE, archived_at=None)
    yield from found.order_by("name", "pk")


def _template(told: str, asked: list[Look]) -> EmailTemplate | None:
    """The one that was chosen, else that of the step of whoever is least late, else any."""
    offered = {str(each.pk): each for each in _templates()}
    if told in offered:
        return offered[told]
    rules = {
        Step(rule.days, date.min): rule for rule in FollowUpRule.objects.filter(archived_at=None)
    }
    days = [look.invoice.due_on for look in asked if look.invoice.due_on]
    step = latest(max(days), rules, today()) if days else None
    usual = offered.get(str(rules[step].template_id)) if step else None
    return usual or next(iter(offered.values()), None)


def _owed(request: Request, payers: list[str]) -> list[int]:
    if not payers:
        return []
    whose = {
        kind: _numbers([each.partition("-")[2] for each in payers if each.startswith(f"{kind}-")])
        for kind in ("client", "contact")
    }
    return owed_by(request.member, whose["client"], whose["contact"], today())


def _numbers(told: list[str]) -> list[int]:
    fit = (each for each in told if each.isdecimal() and len(each) <= LONGEST_NUMBER)
    return list(dict.fromkeys(int(each) for each in fit))
