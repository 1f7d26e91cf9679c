"""Sending to Xero: what would go, the button, how it goes on, and what came of it; and files."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handover.accounts.access import Request, just_signed_in, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May, may
from handover.billing.ledger import today
from handover.web.xero.forms import FilesForm, SendForm, ShownForm
from handover.web.xero.pages import RECORD, REFRESH, preview, probe_of
from handover.xero import asking, files, outbox
from handover.xero.consent import connection_of
from handover.xero.due import Sums, due, sums, taxes_in
from handover.xero.models import XeroInvoice, XeroPush
from handover.xero.problems import XeroProblem

GOING = (XeroPush.State.QUEUED, XeroPush.State.WORKING)
MOST_LISTED = 200
State = XeroInvoice.State


@needs(May.PUSH_TO_XERO)
@just_signed_in
def send(request: Request) -> HttpResponse:
    """Show what would be sent, to the cent; and send it."""
    connection = connection_of(request.workspace.pk)
    if not (connection.is_connected and connection.is_mapped and probe_of(connection)):
        messages.info(request, _("Connect, choose the accounts and look in Xero first."))
        return redirect("web:xero")
    shown = preview(connection)
    found = shown["shown"]
    assert isinstance(found, Sums)  # noqa: S101  # for mypy alone
    form = SendForm(request.POST or None, found, connection)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        choices = asking.Choices(given["status"], given["mode"], given["count"], given["total"])
        try:
            push = asking.begin_push(connection, choices, str(request.member))
        except XeroProblem as problem:
            messages.error(request, f"{problem}.")
            return redirect("web:xero_send")
        note(request, Action.CHANGED, RECORD, push.pk, detail=f"{given['count']} invoices sent")
        return redirect("web:xero_push", push.pk)
    told = shown | {"form": form, "connection": connection, "probe": probe_of(connection)}
    return render(request, "web/xero/send.html", told, status=422 if form.is_bound else 200)


@needs(May.SEE_XERO)
@require_GET
def push(request: Request, push_id: int) -> HttpResponse:
    """How a push goes on, and what came of it."""
    found = get_object_or_404(XeroPush, pk=push_id)
    told = standing(found) | {"may_push": may(request.member, May.PUSH_TO_XERO)}
    return render(request, "web/xero/push.html", told)


@needs(May.SEE_XERO, quiet=True)
@require_GET
def push_now(request: Request, push_id: int) -> HttpResponse:
    """The part of the page that is asked for again and again; the whole page once it is over."""
    found = get_object_or_404(XeroPush, pk=push_id)
    if found.state not in GOING:
        return HttpResponse(headers=REFRESH)
    return render(request, "web/xero/push_now.html", standing(found))


def standing(found: XeroPush) -> dict[str, object]:
    """How far it is, in numbers; and what was not sent, with the reasons."""
    counted = outbox.counted(found)
    there = [counted[each] for each in outbox.ARRIVED if each in counted]
    waiting = counted.get(State.WAITING, (0, 0))[0] + counted.get(State.SENDING, (0, 0))[0]
    odd = outbox.rows_in(found, *outbox.LEFT, State.UNPAID)
    if found.agrees is False:
        odd += [
            row
            for row in outbox.rows_in(found, State.SENT)
            if row.due_there is None or row.due_there != row.amount
        ]
    count = sum(each for each, _ in there)
    all_of_it = sum(each for each, _ in counted.values())
    return {
        "push": found,
        "going": found.state in GOING,
        "resumes": found.state in {XeroPush.State.ATTENTION, XeroPush.State.STOPPED},
        "count": count,
        "total": sum(each for _, each in there),
        "waiting": waiting,
        "all": all_of_it,
        "done": all_of_it - waiting,
        "counted": [(State(each).label, *counted[each]) for each in State if each in counted],
        "odd": odd[:MOST_LISTED],
        "odd_count": len(odd),
    }


@needs(May.PUSH_TO_XERO)
@require_POST
def stop(request: Request, push_id: int) -> HttpResponse:
    """Send nothing more of it."""
    found = get_object_or_404(XeroPush, pk=push_id)
    asking.stop(found)
    note(request, Action.CHANGED, RECORD, found.pk, detail="stopped")
    return redirect("web:xero_push", push_id)


@needs(May.PUSH_TO_XERO)
@require_POST
def go_on(request: Request, push_id: int) -> HttpResponse:
    """Carry it on, with the accounts and tax rates as they are chosen now."""
    found = get_object_or_404(XeroPush, pk=push_id)
    try:
        asking.go_on(found)
    except XeroProblem as problem:
        messages.error(request, f"{problem}.")
    else:
        note(request, Action.CHANGED, RECORD, found.pk, detail="carried on")
    return redirect("web:xero_push", push_id)


@needs(May.PUSH_TO_XERO)
def in_files(request: Request) -> HttpResponse:
    """Write what is due into files that Xero imports."""
    owed = due(today())
    form = FilesForm(request.POST or None, taxes_in([each.pk for each in owed]))
    if request.method == "POST" and form.is_valid():
        wanted = files.Wanted(form.cleaned_data["account_code"], form.taxes)
        try:
            name, content = files.xero_files(request.workspace.pk, wanted)
        except XeroProblem as problem:
            messages.info(request, f"{problem}.")
            return redirect("web:xero_files")
        note(request, Action.EXPORTED, RECORD, detail=f"{len(owed)} invoices as files")
        kind = "application/zip" if name.endswith(".zip") else "text/csv; charset=utf-8"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type=kind, headers=headers)
    told = {"form": form, "shown": sums(owed), "there": files.there_by_file()}
    return render(request, "web/xero/files.html", told, status=422 if form.is_bound else 200)


@needs(May.PUSH_TO_XERO)
@require_POST
def files_taken_in(request: Request) -> HttpResponse:
    """The files are in Xero: what is in them is collected there."""
    form = ShownForm(request.POST, sums([]))
    if form.is_valid():
        count, total = form.cleaned_data["count"], form.cleaned_data["total"]
        try:
            files.say_they_are_there(request.workspace.pk, count, total)
        except XeroProblem as problem:
            messages.error(request, f"{problem}.")
        else:
            note(request, Action.CHANGED, RECORD, detail=f"{count} invoices are there by files")
            messages.success(request, _("They are collected in Xero from now on."))
    return redirect("web:xero_files")


@needs(May.PUSH_TO_XERO)
@require_POST
def files_taken_back(request: Request) -> HttpResponse:
    """What went there in files is collected here after all."""
    count = files.take_back()
    note(request, Action.CHANGED, RECORD, detail=f"{count} invoices are not there after all")
    messages.success(request, _("They are collected here again."))
    return redirect("web:xero_files")
