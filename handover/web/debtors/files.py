"""Balance files: brought, their columns chosen, looked at, applied, and taken back."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from handover.accounts.access import Request, needs
from handover.accounts.audit import Action, note
from handover.accounts.permissions import May
from handover.billing.ledger import today
from handover.billing.models import BalanceFile, Invoice
from handover.billing.opening import applying
from handover.billing.opening.columns import suggested
from handover.billing.opening.preview import Preview, State
from handover.billing.opening.sheet import CannotRead, Sheet, sheet_of
from handover.core.tenancy.changing import Refused
from handover.web.debtors.forms import ApplyForm, ColumnsForm, FileForm

PER_PAGE = 25
MOST_KNOWN = 20_000
MOST_SHOWN = 200
#: The lines that people look at, in the order of the page.
GROUPS = (State.DOUBTED, State.REFUSED, State.NO_MATCH, State.CHANGED, State.CREDIT, State.SAME)


@needs(May.SET_BALANCES)
def balance_files(request: Request) -> HttpResponse:
    """List the files that were brought; take another one."""
    posted = request.method == "POST"
    form = FileForm(
        request.POST if posted else None, request.FILES or None, initial={"as_at": today()}
    )
    if posted and form.is_valid():
        try:
            return redirect("web:balance_file", _bring(request, form).pk)
        except CannotRead as problem:
            form.add_error("file", str(problem))
    told = BalanceFile.objects.select_related("made_by").annotate(told=Count("balances"))
    page = Paginator(told.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/debtors/files.html",
        {"form": form, "page": page},
        status=422 if posted else 200,
    )


def _bring(request: Request, form: FileForm) -> BalanceFile:
    given = form.cleaned_data
    file = applying.bring(
        request.workspace.pk,
        given["file"].name,
        given["file"].read(),
        given["as_at"],
        request.member,
    )
    note(request, Action.CREATED, "balance file", file.pk)
    return file


@needs(May.SET_BALANCES)
def balance_file(request: Request, balance_file_id: int) -> HttpResponse:
    """Show what a file says; have its columns chosen, and apply it."""
    file = get_object_or_404(BalanceFile, pk=balance_file_id)
    if file.applied_at:
        return _applied(request, file)
    sheet = sheet_of(file.content)
    chosen = applying.columns_of(file) or suggested(sheet, _numbers())
    choosing = request.method == "POST" and "choose" in request.POST
    columns = ColumnsForm(sheet, chosen, request.POST if choosing else None)
    if choosing and columns.is_valid():
        file.columns = {means.value: at for means, at in columns.columns().items()}
        file.save(update_fields=["columns"])
        return redirect("web:balance_file", file.pk)
    return _looked_at(request, file, sheet, columns)


def _numbers() -> QuerySet[Invoice, Any]:
    known = Invoice.objects.filter(origin=Invoice.Origin.IMPORTED).order_by("-pk")
    return known.values_list("number", flat=True)[:MOST_KNOWN]


def _looked_at(
    request: Request, file: BalanceFile, sheet: Sheet, columns: ColumnsForm
) -> HttpResponse:
    found = applying.preview_of(file) if file.columns else None
    applied = request.method == "POST" and "apply" in request.POST
    form = ApplyForm(request.POST if applied else None)
    if applied and found and form.is_valid():
        try:
            _apply(request, file, form)
        except Refused as problem:
            messages.error(request, str(problem))
        return redirect("web:balance_file", file.pk)
    told = {
        "file": file,
        "columns": columns,
        "lines": len(sheet.rows),
        "preview": found,
        "groups": _groups(found) if found else [],
        "missing": found.missing[:MOST_SHOWN] if found else (),
        "form": ApplyForm(initial={"digest": found.digest}) if found else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "web/debtors/file.html", told, status=status)


def _apply(request: Request, file: BalanceFile, form: ApplyForm) -> None:
    given = form.cleaned_data
    applying.apply(
        file,
        request.member,
        digest=given["digest"],
        doubted=given["doubted"],
        missing_paid=given["missing_paid"],
    )
    note(request, Action.CHANGED, "balance file", file.pk, detail="applied")
    messages.success(request, _("The balances are applied."))


def _groups(found: Preview) -> list[dict[str, object]]:
    """The lines by what becomes of them; of many the first ones."""
    titles = {
        State.CHANGED: _("Changed"),
        State.SAME: _("The same as here"),
        State.CREDIT: _("Account credit"),
        State.DOUBTED: _("Doubtful: name or amount does not agree"),
        State.REFUSED: _("Not taken"),
        State.NO_MATCH: _("Without a match"),
    }
    told = []
    for state in GROUPS:
        lines = [line for line in found.lines if line.state == state]
        if lines:
            shown: dict[str, object] = {
                "state": state.value,
                "title": titles[state],
                "lines": lines[:MOST_SHOWN],
            }
            told.append({**shown, "count": len(lines)})
    return told


def _applied(request: Request, file: BalanceFile) -> HttpResponse:
    balances = file.balances.select_related("invoice__client").order_by("pk")
    page = Paginator(balances, 2 * PER_PAGE).get_page(request.GET.get("page"))
    credits_of = file.credits.select_related("credit__client").order_by("pk")
    told = {"file": file, "page": page, "credits": credits_of[:MOST_SHOWN]}
    return render(request, "web/debtors/applied.html", told)


@needs(May.SET_BALANCES)
@require_POST
def undo_balance_file(request: Request, balance_file_id: int) -> HttpResponse:
    """Take back what a file told; what was used since stays, and is named."""
    file = get_object_or_404(BalanceFile, pk=balance_file_id)
    try:
        done = applying.undo(file, request.member)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("web:balance_file", file.pk)
    note(request, Action.CHANGED, "balance file", file.pk, detail="undone")
    counted = ngettext(
        "%(count)s balance was taken back.", "%(count)s balances were taken back.", done.balances
    )
    messages.success(request, counted % {"count": done.balances})
    if done.kept:
        told = {"kept": ", ".join(done.kept[:50])}
        messages.warning(request, _("Something has happened since, so these stay: %(kept)s") % told)
    return redirect("web:balance_file", file.pk)


@needs(May.SET_BALANCES)
@require_POST
def drop_balance_file(request: Request, balance_file_id: int) -> HttpResponse:
    """Delete a file that was never applied."""
    file = get_object_or_404(BalanceFile, pk=balance_file_id, applied_at=None)
    file.delete()
    note(request, Action.DELETED, "balance file", balance_file_id)
    return redirect("web:balance_files")
